"""poppler and Tesseract on bad days: they crash, hang, eat memory, are killed, or answer with nonsense.

Real programs first on PATH do it, under the whole pipeline. Each time the fault costs the page or the document it
falls on and nothing else, the outcome says what to do, the archive is proven, and when the fault is gone
`--retry-failed` gives the bytes of a run that never met it.
"""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont
from programs import TESSERACT_NONSENSE, install, on_path
from tests.scan_files import Sheet, pdf

from dau.archive.verify import verify
from dau.cli.app import exit_code

SETTINGS = """[scan]
page_seconds = 2.5
memory = 1073741824
[ocr]
seconds = 2.5
[restore]
model = "ngram"
[structure]
unit_model = "none"
[pdf]
make = false
"""
PROMISED = ("document.json", "transcript.json", "text.txt", "raw.txt", "pages/")

CASES = [
    # program, fault, which calls, status, category, statuses of the pages
    ("pdfinfo", "crash", "*", "failed", "input", []),
    ("pdfinfo", "eat", "*", "failed", "capacity", []),
    ("pdftoppm", "crash", "1", "partial", "input", ["failed", "success"]),
    ("pdftoppm", "hang with child", "1", "partial", "timeout", ["failed", "success"]),
    ("pdftoppm", "garbage", "*", "failed", "input", []),
    ("pdftoppm", "endless", "2", "partial", "capacity", ["success", "failed"]),
    ("pdfimages", "eat", "1", "partial", "capacity", ["failed", "success"]),
    ("tesseract", "crash", "*", "partial", "internal", ["success", "success"]),
    ("tesseract", "hang with child", "1", "partial", "timeout", ["success", "success"]),
    ("tesseract", "killed", "*", "partial", "capacity", ["success", "success"]),
    ("tesseract", TESSERACT_NONSENSE, "*", "partial", "internal", ["success", "success"]),
]


def slip(number: int) -> bytes:
    image = Image.new("L", (827, 400), 255)
    draw, font = ImageDraw.Draw(image), ImageFont.load_default(40)
    draw.text((60, 80), f"CONG VAN SO {number}", fill=0, font=font)
    draw.text((60, 160), "Trang nay cua ho so", fill=0, font=font)
    out = io.BytesIO()
    image.save(out, "JPEG", quality=90)
    return out.getvalue()


class Desk:
    """Two pages of scan and a text beside it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        (root / "in").mkdir()
        (root / "settings.toml").write_text(SETTINGS, encoding="utf-8")
        sheets = [Sheet(jpeg=slip(n), size=(595, 288)) for n in (1, 2)]
        (root / "in" / "scan.pdf").write_bytes(pdf(sheets))
        (root / "in" / "good.txt").write_text("Số: 12/KH-UBND\nVăn bản này không có lỗi.\n", encoding="utf-8")

    def run(self, archive: Path, *options: str) -> int:
        shared = ["--settings", str(self.root / "settings.toml"), "--quiet", "--runner", "serial"]
        return exit_code(["run", str(self.root / "in"), "--out", str(archive), *shared, *options])


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    return Desk(tmp_path_factory.mktemp("programs"))


@pytest.fixture(scope="module")
def undisturbed(desk: Desk) -> dict[str, bytes]:
    assert desk.run(desk.root / "undisturbed") == 0
    return promised(desk.root / "undisturbed")


@pytest.mark.slow
@pytest.mark.parametrize(("program", "fault", "calls", "status", "category", "pages"), CASES,
                         ids=[f"{case[0]}-{case[1][:15]}-{case[2]}" for case in CASES])  # fmt: skip
def test_a_fault_costs_what_it_falls_on_and_is_made_good(
    desk: Desk, undisturbed: dict[str, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    program: str, fault: str, calls: str, status: str, category: str, pages: list[str],
) -> None:  # fmt: skip
    archive = tmp_path / "A"
    with monkeypatch.context() as bad_day:
        install(tmp_path / "bin", program, fault, calls=calls)
        bad_day.setenv("PATH", on_path(tmp_path / "bin"))
        assert desk.run(archive) == 1
    outcomes = last_outcomes(archive)
    assert outcomes["good.txt"]["status"] == "success"
    scan = outcomes["scan.pdf"]
    assert (scan["status"], scan["category"], list(scan["pages"].values())) == (status, category, pages)
    assert scan["message"] and "defect of dau" not in scan["message"] and "\n" not in scan["message"]
    assert list(verify(archive)) == []

    assert desk.run(archive, "--retry-failed") == 0
    assert list(verify(archive)) == []
    assert promised(archive) == undisturbed


def last_outcomes(archive: Path) -> dict[str, dict[str, object]]:
    rows = [json.loads(row) for row in (archive / "manifest.jsonl").read_bytes().splitlines()]
    return {Path(row["source"]["path"]).name: row for row in rows if row["event"] == "outcome"}


def promised(archive: Path) -> dict[str, bytes]:
    found = {path.relative_to(archive).as_posix(): path for path in archive.glob("documents/**/*") if path.is_file()}
    return {name: path.read_bytes() for name, path in found.items() if name.split("/", 2)[2].startswith(PROMISED)}
