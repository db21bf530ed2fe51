"""The making itself: the same bytes every time, what the file says of its document, and every way it can fail."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest
from pikepdf import Pdf
from pikepdf.pdfa import validate_written

from dau.archive.verify import verify
from dau.cli.app import exit_code
from dau.document.directive import DatedText, DocumentType, Issuer, Metadata, Number
from dau.document.errors import CapacityError, DauError, DependencyError, InputError, StageTimeout
from dau.pdf import PdfSettings, properties, versions
from tests.scan_files import Sheet, jpeg, pdf

from .conftest import Make, page, words_in

SCAN = pdf([Sheet(jpeg=jpeg(400, 566, seed=seed)) for seed in range(2)])
PAGES = [page(), page(number=2)]

METADATA = Metadata(
    type=DocumentType(name="Quyết định", symbol="QĐ"),
    number=Number(raw="1423/OĐ-BTTTT", text="1423/QĐ-BTTTT"),
    subject="Ban hành Kế hoạch",
    issuer=Issuer(name="Bộ Thông tin và Truyền thông"),
    issued=DatedText(raw="ngày 15 tháng 9 năm 2021", date="2021-09-15"),
)


def test_the_same_bytes_again_and_in_another_folder(make_apart: Make, tmp_path: Path) -> None:
    first = make_apart(SCAN, PAGES).path.read_bytes()
    time.sleep(1.1)  # dates in PDF are of whole seconds
    assert make_apart(SCAN, PAGES, name="other.pdf").path.read_bytes() == first
    assert not (tmp_path / "scratch" / "drawn").exists()


def test_it_says_title_number_date_and_issuer(make: Make) -> None:
    made = make(SCAN, PAGES, information=dict(properties(METADATA, "a.pdf", ["synthetic"])))
    with Pdf.open(made.path) as file:
        xmp = file.open_metadata()
        assert xmp["dc:title"] == "Quyết định 1423/QĐ-BTTTT Ban hành Kế hoạch" == str(file.docinfo["/Title"])
        assert xmp["dc:identifier"] == "1423/QĐ-BTTTT"
        assert list(xmp["dc:date"]) == ["2021-09-15"]
        assert list(xmp["dc:creator"]) == ["Bộ Thông tin và Truyền thông"] == [str(file.docinfo["/Author"])]
        assert xmp["dc:description"] == "Ban hành Kế hoạch" == str(file.docinfo["/Subject"])
        assert (xmp["pdfaid:part"], xmp["pdfaid:conformance"]) == ("2", "B")
        assert xmp["pdf:Keywords"] == "synthetic"
        assert str(file.Root.Lang) == "vi"
        assert not {"/CreationDate", "/ModDate"} & set(file.docinfo.keys())
    assert validate_written(made.path, "2b").verdict == "pass"


def test_what_is_doubtful_is_no_property() -> None:
    doubtful = Metadata(number=Number(raw="4423 OP-BTTTT"), issued=DatedText(raw="ngày 45 tháng 9 năm 2021"))
    assert properties(doubtful, "000.pdf") == {"dc:title": "000.pdf", "dc:language": "vi"}


@pytest.mark.parametrize("output_type", ["pdfa-1b", "pdfa-3b"])
def test_other_parts_of_pdfa(make: Make, output_type: str) -> None:
    made = make(SCAN, PAGES, output_type=output_type)
    assert validate_written(made.path, output_type.removeprefix("pdfa-")).verdict == "pass"
    assert words_in(made.path, 2)


def test_letters_the_font_does_not_have_are_found_all_the_same(make: Make) -> None:
    text = "• ☑ → ½ m² 中文 Đ₫"
    made = make(SCAN, [page([(70, 100, text)]), page(number=2)])
    assert [word for word, _ in words_in(made.path)] == text.split()


@pytest.mark.parametrize(
    ("settings", "error"),
    [({"seconds": 0.05, "page_seconds": 0.01}, StageTimeout), ({"memory": 512 << 20}, (CapacityError, type(None)))],
)
def test_it_is_bounded(make_apart: Make, settings: dict[str, float], error: type[DauError]) -> None:
    if error is StageTimeout:
        with pytest.raises(StageTimeout):
            make_apart(SCAN, PAGES, **settings)
    else:
        assert make_apart(SCAN, PAGES, **settings).path.is_file()


def test_a_file_that_is_no_pdf_is_an_input_error(make_apart: Make, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="could not be made"):
        make_apart(b"%PDF-1.4 nothing else", PAGES)
    assert not (tmp_path / "scratch" / "searchable.pdf").exists()


def test_no_tesseract_is_run(make_apart: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With one in the way that fails whatever it is asked, and no Ghostscript."""
    programs = tmp_path / "bin"
    programs.mkdir()
    for name in ("tesseract", "gs"):
        (programs / name).write_text("#!/bin/sh\nexit 9\n")
        (programs / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}:{os.environ['PATH']}")
    assert words_in(make_apart(SCAN, PAGES).path)


def test_a_writer_that_is_not_installed_is_told_only_where_a_pdf_is_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    assert set(versions(PdfSettings())) == {"ocrmypdf", "pikepdf", "img2pdf", "fpdf2"}
    monkeypatch.setattr(sys.modules["dau.pdf.making"], "_WRITERS", ("ocrmypdf", "no-such-package"))
    assert versions(PdfSettings(make=False)) == {}
    with pytest.raises(DependencyError, match="no-such-package"):
        versions(PdfSettings())


def archived(archive: Path) -> dict[str, object]:
    rows = [json.loads(row) for row in (archive / "manifest.jsonl").read_text(encoding="utf-8").splitlines()]
    (last,) = [row for row in rows if row["event"] == "outcome"][-1:]
    return dict(last)


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    folder = tmp_path / "inbox"
    folder.mkdir()
    (folder / "scan.pdf").write_bytes(pdf([Sheet(jpeg=jpeg(400, 566))]))
    return folder


QUICK = '[ocr]\nengines = ["tesseract"]\n[restore]\nmodel = "ngram"\n[structure]\nunit_model = "none"\n'
"""Settings under which little is loaded: what is tested is the PDF."""


def run(inbox: Path, archive: Path, settings: str = "") -> int:
    file = inbox.parent / "settings.toml"
    file.write_text(QUICK + settings, encoding="utf-8")
    options = ["--quiet", "--runner", "serial", "--settings", str(file)]
    return exit_code(["run", str(inbox), "--out", str(archive), *options])


def test_in_the_archive_it_is_a_file_like_the_others(inbox: Path, tmp_path: Path) -> None:
    assert run(inbox, tmp_path / "archive") == 0
    line = archived(tmp_path / "archive")
    assert "searchable.pdf" in line["files"] and "ocrmypdf" in line["engines"]  # type: ignore[operator]
    assert list(verify(tmp_path / "archive")) == []


def test_it_can_be_switched_off(inbox: Path, tmp_path: Path) -> None:
    assert run(inbox, tmp_path / "archive", "[pdf]\nmake = false\n") == 0
    line = archived(tmp_path / "archive")
    assert "searchable.pdf" not in line["files"] and "ocrmypdf" not in line["engines"]  # type: ignore[operator]


def test_a_failure_costs_the_pdf_and_not_the_document(inbox: Path, tmp_path: Path) -> None:
    assert run(inbox, tmp_path / "archive", "[pdf]\nseconds = 0.01\npage_seconds = 0.01\n") == 1
    line = archived(tmp_path / "archive")
    assert (line["status"], line["category"]) == ("partial", "timeout")
    assert str(line["message"]).startswith("There is no searchable.pdf: ")
    assert "document.json" in line["files"] and "searchable.pdf" not in line["files"]  # type: ignore[operator]
    assert list(verify(tmp_path / "archive")) == []


@pytest.mark.slow
def test_killed_in_the_middle_it_leaves_nothing_half_written(inbox: Path, tmp_path: Path) -> None:
    """The process that makes the PDF stands still; then the run is killed, and done again."""
    archive, temporary = tmp_path / "archive", tmp_path / "tmp"
    temporary.mkdir()
    settings = tmp_path / "settings.toml"
    settings.write_text(QUICK, encoding="utf-8")
    options = ["--out", str(archive), "--jobs", "1", "--quiet", "--settings", str(settings)]
    command = [sys.executable, "-m", "dau.cli", "run", str(inbox), *options]
    process = subprocess.Popen(command, start_new_session=True, env={**os.environ, "TMPDIR": str(temporary)})
    maker = wait_for_maker(process)
    maker.suspend()
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    assert not list((archive / "documents").glob("*/searchable.pdf"))
    psutil.wait_procs([maker], timeout=20)
    assert not maker.is_running() or maker.status() == psutil.STATUS_ZOMBIE

    assert run(inbox, archive) == 0
    assert list(verify(archive)) == []
    assert len(list((archive / "documents").glob("*/searchable.pdf"))) == 1


def wait_for_maker(process: subprocess.Popen[bytes]) -> psutil.Process:
    end = time.monotonic() + 120
    while time.monotonic() < end and process.poll() is None:
        for child in psutil.Process(process.pid).children(recursive=True):
            try:
                if "dau.pdf.worker" in child.cmdline():
                    return child
            except psutil.Error:
                continue
        time.sleep(0.01)
    raise AssertionError("no PDF was made")
