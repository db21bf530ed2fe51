"""Bad inputs to `scan.open`: each gives an error of the right category that says what to do; nothing hangs."""

from __future__ import annotations

import os
import random
import socket
import subprocess
import sys
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.scan_files import Sheet, Text, jpeg, nested_forms, pdf, png_header, strokes

from dau import scan
from dau.document.errors import DauError, DependencyError, InputError
from dau.scan import ScanSettings

COARSE = ScanSettings(dpi=100, min_dpi=72, page_seconds=20)
SHEET = Sheet([Text(90, 160 + 20 * i, "Căn cứ Luật Tổ chức chính quyền địa phương ngày 19 tháng 6") for i in range(8)])


def read_all(path: Path, settings: ScanSettings = COARSE) -> int:
    """Every page; the number of those that could be read."""
    with scan.open(path, settings) as source:
        return sum(1 for _ in source)


def encoded(folder: Path, image_format: str, **options: object) -> bytes:
    path = folder / "made"
    strokes(300, 400, "RGB").save(path, image_format, **options)  # type: ignore[arg-type]
    return path.read_bytes()


FILES: list[tuple[str, str, Callable[[Path], bytes], str, str]] = [
    ("empty", "a.pdf", lambda _: b"", "input", "empty"),
    ("text named .pdf", "a.pdf", lambda _: "Quyết định số 1".encode(), "input", "named .pdf but holds text"),
    ("text named .png", "a.PNG", lambda _: b"no picture", "input", "named .png but holds text"),
    ("an error page", "a.pdf", lambda _: b"<!DOCTYPE html><html>404", "input", "named .pdf but is an HTML page"),
    ("a Word document", "a.docx", lambda _: b"PK\x03\x04 word/document.xml", "input", "Office document.*PDF, TIFF"),
    ("an unknown kind", "a.bin", lambda _: bytes(range(256)), "input", "unknown kind.*Supported are PDF"),
    ("TCVN3 named .txt", "a.txt", lambda _: bytes.fromhex("5155 59d5 5420 a7de 4e48 20b8 b5b6") * 9, "input", "UTF-8"),
    ("a PDF header alone", "a.pdf", lambda _: b"%PDF-1.7\n", "input", "cut off"),
    ("a truncated PDF", "a.pdf", lambda _: pdf([SHEET] * 3)[:3000], "input", "cut off"),
    ("a PDF of nulls", "a.pdf", lambda _: b"%PDF-1.4\n" + bytes(100_000), "input", "opened"),
    ("an encrypted PDF", "a.pdf", lambda _: pdf([SHEET], user="mk"), "encrypted", "password.*qpdf"),
    ("a PDF of 5 000 pages", "a.pdf", lambda _: pdf([SHEET], copies=5000), "capacity", r"5000 pages.*scan\.max_pages"),
    ("a giant page", "a.pdf", lambda _: pdf([Sheet(size=(14400, 14400))]), "capacity", r"scan\.max_pixels"),
    ("a giant PNG", "a.png", lambda _: png_header(100_000, 100_000), "capacity", r"100000 × 100000.*scan\.max_pixels"),
    ("a PNG header alone", "a.png", lambda _: b"\x89PNG\r\n\x1a\n", "input", "decoded"),
    ("a JPEG header alone", "a.jpg", lambda _: b"\xff\xd8\xff\xe0", "input", "decoded"),
    ("a TIFF header alone", "a.tif", lambda _: b"II*\0\x08\0\0\0", "input", "decoded"),
    ("a WebP header alone", "a.webp", lambda _: b"RIFF\x10\0\0\0WEBPVP8 ", "input", "decoded"),
    ("a truncated PNG", "a.png", lambda p: encoded(p, "PNG")[:2000], "input", "damaged"),
    ("a truncated TIFF", "a.tif", lambda p: encoded(p, "TIFF")[:9000], "input", "damaged"),
    ("drawing without end", "a.pdf", lambda _: nested_forms(
        [b"/Fx%d Do " % (n + 1) * 10 for n in range(9)] + [b"0 0 m 500 800 l S"]), "timeout", "time limit"),
]  # fmt: skip


@pytest.mark.parametrize(("case", "name", "make", "category", "words"), FILES, ids=[f[0] for f in FILES])
def test_bad_files(
    tmp_path: Path, case: str, name: str, make: Callable[[Path], bytes], category: str, words: str
) -> None:
    path = tmp_path / name
    path.write_bytes(make(tmp_path))
    settings = COARSE.model_copy(update={"page_seconds": 2.0}) if category == "timeout" else COARSE
    with pytest.raises(DauError, match=f"(?s){words}") as caught:
        read_all(path, settings)
    assert caught.value.category == category
    assert caught.value.message and caught.value.advice
    assert "\n" not in str(caught.value)


def test_a_pdf_named_txt_is_a_pdf(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(pdf([SHEET]))
    assert not scan.is_text(path)
    assert read_all(path) == 1


def test_a_text_layer_that_poppler_breaks_on_is_done_without(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A `pdftotext` that never ends stands before the real one on PATH."""
    hanging = tmp_path / "pdftotext"
    hanging.write_text("#!/bin/sh\nexec sleep 600\n")
    hanging.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    path = tmp_path / "a.pdf"
    path.write_bytes(pdf([SHEET]))
    with scan.open(path, COARSE.model_copy(update={"page_seconds": 3.0})) as source:
        page = source.page(1)
    assert page.text_layer is None and page.image.min() < 100


def test_a_folder_a_pipe_a_socket_and_a_device_are_refused_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.pdf")
    server = socket.socket(socket.AF_UNIX)
    server.bind(str(tmp_path / "s.pdf"))
    (tmp_path / "folder.pdf").mkdir()
    cases = {"pipe.pdf": "a pipe", "s.pdf": "a socket", "folder.pdf": "a folder", "/dev/zero": "a device"}
    for name, what in cases.items():
        with pytest.raises(InputError, match=f"is {what}"):
            scan.open(tmp_path / name, COARSE)
    server.close()


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    (tmp_path / "dangling.pdf").symlink_to(tmp_path / "gone.pdf")
    for name in ("gone.pdf", "dangling.pdf"):
        with pytest.raises(InputError, match="There is no file"):
            scan.open(tmp_path / name, COARSE)


NAMES = [
    "hai  khoảng trắng .pdf",
    "nháy'đơn\"kép`.pdf",
    "xuống\ndòng.pdf",
    unicodedata.normalize("NFD", "Quyết định của Bộ trưởng.pdf"),
    "-opw.pdf",
    "--help",
    "$(touch x);&|*?.pdf",
    "tên%20%s%d\\.pdf",
]


@pytest.mark.parametrize("name", NAMES, ids=range(len(NAMES)))
def test_names_are_only_names(tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / name).write_bytes(pdf([SHEET]))
    monkeypatch.chdir(tmp_path)
    assert read_all(Path(name)) == 1
    (tmp_path / name).write_bytes(b"")
    with pytest.raises(InputError) as caught:
        scan.open(Path(name), COARSE)
    assert "\n" not in str(caught.value)


def test_a_name_that_is_no_unicode(tmp_path: Path) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xd0\xff.pdf"))
    path.write_bytes(pdf([SHEET]))
    assert read_all(path) == 1
    path.unlink()
    with pytest.raises(InputError) as caught:
        scan.open(path, COARSE)
    str(caught.value).encode()


def test_a_file_that_vanishes_between_two_pages(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(pdf([SHEET, SHEET]))
    with scan.open(path, COARSE) as source:
        assert source.page(1).text_layer
        path.unlink()
        with pytest.raises(InputError, match="There is no file"):
            source.page(2)


def test_a_file_that_changes_between_two_pages(tmp_path: Path) -> None:
    path = tmp_path / "a.tif"
    pages = [strokes(200, 300, seed=n) for n in range(2)]
    pages[0].save(path, save_all=True, append_images=pages[1:])
    with scan.open(path, COARSE) as source:
        source.page(1)
        pages[1].save(path, save_all=True, append_images=pages[:1])
        os.utime(path, ns=(1, 1))
        with pytest.raises(InputError, match="changed while it was being read"):
            source.page(2)


def test_a_file_that_may_not_be_read(tmp_path: Path) -> None:
    """As root everything may be read: the check runs as somebody else there."""
    path = tmp_path / "a.pdf"
    path.write_bytes(pdf([SHEET]))
    path.chmod(0)
    if os.geteuid() != 0:
        with pytest.raises(InputError, match=r"may not be read.*chmod"):
            scan.open(path, COARSE)
        return
    for folder in (tmp_path, tmp_path.parent, tmp_path.parent.parent):
        folder.chmod(0o755)
    script = (
        "import os, sys; from pathlib import Path; from dau import scan; os.setgid(65534); os.setuid(65534)\n"
        "try: scan.open(Path(sys.argv[1]), scan.ScanSettings())\n"
        "except Exception as e: print(type(e).__name__, ascii(str(e)))"
    )
    done = subprocess.run([sys.executable, "-c", script, str(path)], capture_output=True, text=True, check=False)
    assert done.stdout.startswith("InputError") and "may not be read" in done.stdout, done


def test_without_poppler_the_package_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(pdf([SHEET]))
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(DependencyError, match="poppler-utils"):
        scan.open(path, COARSE)


SEEDS: dict[str, Callable[[Path], bytes]] = {
    "text.pdf": lambda _: pdf([SHEET, SHEET]),
    "scan.pdf": lambda _: pdf([Sheet(jpeg=jpeg(300, 400))]),
    "forms.pdf": lambda _: nested_forms([b"/Fx1 Do", b"/Fx2 Do", b"0 0 m 500 800 l S"]),
    "a.png": lambda p: encoded(p, "PNG"),
    "a.jpg": lambda _: jpeg(200, 300),
    "a.webp": lambda p: encoded(p, "WEBP"),
    "a.tif": lambda p: encoded(p, "TIFF", save_all=True, append_images=[strokes(210, 310)], compression="tiff_lzw"),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", SEEDS)
def test_mutated_files_give_pages_or_errors(tmp_path: Path, name: str) -> None:
    """Seeded: bytes changed, cut out, doubled, the end cut off."""
    chance = random.Random(name)
    whole = SEEDS[name](tmp_path)
    for round_number in range(6):
        path = tmp_path / f"{round_number}-{name}"
        path.write_bytes(mutated(whole, chance))
        try:
            with scan.open(path, COARSE) as source:
                assert 1 <= source.page_count <= COARSE.max_pages
                for number in range(1, min(3, source.page_count) + 1):
                    try:
                        page = source.page(number)
                        assert page.image.size and page.width > 0 and page.height > 0 and page.dpi > 0
                    except DauError as error:
                        assert error.category != "internal", error
        except DauError as error:
            assert error.category != "internal", error


def mutated(data: bytes, chance: random.Random) -> bytes:
    out = bytearray(data)
    for _ in range(chance.randint(1, 12)):
        at = chance.randrange(len(out))
        how = chance.randrange(5)
        if how == 0:
            out[at] = chance.randrange(256)
        elif how == 1:
            del out[at : at + chance.randint(1, 40)]
        elif how == 2:
            out[at:at] = out[at : at + chance.randint(1, 200)]
        elif how == 3:
            out[at : at + 4] = chance.choice([b"\xff\xff\xff\xff", b"\0\0\0\0", b"\x7f\xff\xff\xff", b"9999"])
        elif chance.random() < 0.3:
            del out[at:]
        if not out:
            return b"\0"
    return bytes(out)
