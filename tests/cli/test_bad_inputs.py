"""Bad inputs through the whole of `dau run`: each gets its outcome with category and advice, others are untouched."""

from __future__ import annotations

import importlib
import os
import struct
import unicodedata
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from dau.archive.manifest import ManifestLine
from dau.cli.app import exit_code

from .conftest import GOOD, Outcomes, assemble_pdf, blank_pdf, document, outcomes

Run = Callable[..., tuple[int, Outcomes]]


def failed(line: ManifestLine, category: str, *words: str) -> None:
    """A failure that can be acted on: the category, and a message of two parts with these words in it."""
    assert (line.status, line.category) == ("failed", category), line.message
    assert line.document is None and not line.files
    for word in words:
        assert word in (line.message or ""), line.message


def check(run: Run, folder: Path, name: str, category: str, *words: str) -> None:
    code, found = run(folder)
    assert code == 1
    failed(found[name], category, *words)
    assert found["good.txt"].status == "success"


def test_an_empty_file(good: Path, dau_run: Run) -> None:
    (good / "empty.pdf").touch()
    check(dau_run, good, "empty.pdf", "input", "empty", "again")


def test_text_named_pdf(good: Path, dau_run: Run) -> None:
    (good / "text.pdf").write_text("404 Not Found\n" * 9)
    check(dau_run, good, "text.pdf", "input", "text")


def test_a_truncated_pdf(good: Path, dau_run: Run) -> None:
    whole = blank_pdf(pages=1)
    (good / "cut.pdf").write_bytes(whole[: len(whole) // 3])
    check(dau_run, good, "cut.pdf", "input")


def test_a_truncated_png(good: Path, dau_run: Run) -> None:
    path = good / "cut.png"
    Image.effect_noise((600, 800), 60).save(path)
    path.write_bytes(path.read_bytes()[:4000])
    check(dau_run, good, "cut.png", "input")


def test_a_gigantic_png_header(good: Path, dau_run: Run) -> None:
    header = struct.pack(">IIBBBBB", 100_000, 100_000, 8, 0, 0, 0, 0)
    chunks = [(b"IHDR", header), (b"IDAT", zlib.compress(b"\0" * 1000)), (b"IEND", b"")]
    body = b"".join(struct.pack(">I", len(d)) + k + d + struct.pack(">I", zlib.crc32(k + d)) for k, d in chunks)
    (good / "huge.png").write_bytes(b"\x89PNG\r\n\x1a\n" + body)
    check(dau_run, good, "huge.png", "capacity", "pixels")


def test_a_pdf_of_5000_pages(good: Path, dau_run: Run) -> None:
    (good / "long.pdf").write_bytes(blank_pdf(pages=5000))
    check(dau_run, good, "long.pdf", "capacity", "5000", "pages")


def test_an_encrypted_pdf(good: Path, dau_run: Run) -> None:
    (good / "secret.pdf").write_bytes(_encrypted_pdf())
    check(dau_run, good, "secret.pdf", "encrypted", "password")


def test_a_directory_loop(good: Path, dau_run: Run) -> None:
    (good / "deep").mkdir()
    (good / "deep" / "loop").symlink_to(good, target_is_directory=True)
    code, found = dau_run(good)
    assert found["good.txt"].status == "success"
    loops = [line for name, line in found.items() if name != "good.txt"]
    assert (code, len(loops)) in {(0, 0), (1, 1)}  # walked once, silently or with the loop named
    for line in loops:
        failed(line, "input")


def test_a_file_that_vanishes_during_the_run(good: Path, dau_run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    victim = good / "a-gone.txt"
    victim.write_text(GOOD + "x")
    run_module = importlib.import_module("dau.batch.run")
    found_by = run_module.discover

    def then_delete(named: object, **options: object) -> object:
        found = found_by(named, **options)
        victim.unlink()
        return found

    monkeypatch.setattr(run_module, "discover", then_delete)
    check(dau_run, good, "a-gone.txt", "input", "not there")


def test_a_file_that_changes_during_the_run(good: Path, dau_run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever content is read in the end, the hash recorded is of that very content, and nothing is mixed."""
    victim = good / "a-growing.txt"
    victim.write_text(GOOD)
    from dau import convert as convert_module

    read = convert_module._read_or_share

    def then_append(*given: object) -> object:
        result = read(*given)  # type: ignore[arg-type]
        with victim.open("a") as file:
            file.write("more\n")
        return result

    monkeypatch.setattr(convert_module, "_read_or_share", then_append)
    code, found = dau_run(victim)
    assert code in (1, 4)
    failed(found["a-growing.txt"], "input", "changed")


def test_a_file_that_may_not_be_read(good: Path, dau_run: Run, tmp_path: Path) -> None:
    assert dau_run(good)[0] == 0  # loads models and data, which an unprivileged user may not reach in this checkout
    locked = good / "locked.pdf"
    locked.write_bytes(blank_pdf(pages=1))
    locked.chmod(0)
    archive = tmp_path / "second"
    code = unprivileged(["run", str(good), "--out", str(archive), "--runner", "serial", "--quiet"], tmp_path)
    found = outcomes(archive)
    assert code == 1
    failed(found["locked.pdf"], "input", "read")
    assert found["good.txt"].status == "success"


def unprivileged(arguments: list[str], folder: Path) -> int:
    """Exit code of a command run by somebody whom permissions bind; root is nobody for as long, in a child."""
    if os.geteuid() != 0:
        return exit_code(arguments)
    for each in (folder, *folder.parents):
        if each.name.startswith(("pytest-", "popen-", "test_")):
            each.chmod(0o777)
    child = os.fork()
    if child == 0:
        code = 99
        try:
            os.setegid(65534)
            os.seteuid(65534)
            code = exit_code(arguments)
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


@pytest.mark.parametrize(
    "name",
    [
        "kế hoạch số 12.txt",
        unicodedata.normalize("NFD", "quyết định.txt"),
        'it\'s "quoted".txt',
        "two\nlines.txt",
        "-rf.txt",
        "$(touch x);`y`.txt",
        "=HYPERLINK(1).txt",
        "<script>.txt",
        os.fsdecode(b"latin-\xe9.txt"),
        "a\\b.txt",
    ],
)
def test_names_of_all_kinds(good: Path, dau_run: Run, name: str) -> None:
    (good / name).write_text(GOOD + "\nkhác\n")
    code, found = dau_run(good)
    assert code == 0
    line = found[name]  # the manifest gives the name back byte for byte
    assert line.status == "success"
    assert document(good.parent / "archive", line)["source"]["filename"]


def test_nothing_at_all_could_be_processed(tmp_path: Path, dau_run: Run) -> None:
    (tmp_path / "empty.pdf").touch()
    code, found = dau_run(tmp_path / "empty.pdf")
    assert code == 4
    failed(found["empty.pdf"], "input")


def test_an_input_that_is_not_there(good: Path, dau_run: Run) -> None:
    code, found = dau_run(good, good / "no-such.pdf")
    assert code == 1
    failed(found["no-such.pdf"], "input")


def test_usage(tmp_path: Path) -> None:
    assert exit_code(["run"]) == 2
    assert exit_code(["run", "x", "--out", str(tmp_path / "a"), "--jobs", "-1"]) == 2
    assert exit_code(["frobnicate"]) == 2


def _encrypted_pdf() -> bytes:
    """One page under a user password (standard security handler, revision 2). The keys are random: no password
    opens it, which is what an archivist without the password meets."""
    objects = [
        "<</Type/Catalog/Pages 2 0 R>>",
        "<</Type/Pages/Count 1/Kids[3 0 R]>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>",
        f"<</Filter/Standard/V 1/R 2/P -4/O<{'5a' * 32}>/U<{'a7' * 32}>>>",
    ]
    return assemble_pdf(
        objects, "/Encrypt 4 0 R/ID[<00112233445566778899aabbccddeeff><00112233445566778899aabbccddeeff>]"
    )
