"""The reader: text layer, blank pages, both engines, one failing, and the floor on transcribed pages."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from dau import scan
from dau.document.errors import DauError, DependencyError
from dau.document.page import Page
from dau.document.transcript import Line, Overlay, Word, line_id
from dau.ocr import OcrSettings, Reader
from dau.ocr.lines import Box, TextLine
from dau.ocr.trueocr import TrueOcr
from dau.training.scores import cer, syllable_accuracy

from .conftest import LINES, printed

both = OcrSettings()


@pytest.fixture(scope="module")
def reader() -> Reader:
    pytest.importorskip("trueocr")
    return Reader(both)


def test_a_page_is_read_into_lines_with_ids_boxes_and_readings(reader: Reader, page: Page) -> None:
    reading = reader.read(page)
    assert [line.id for line in reading.lines] == ["p0003-l0001", "p0003-l0002", "p0003-l0003"]
    assert cer("\n".join(line.raw for line in reading.lines), "\n".join(LINES)) <= 0.01
    first = reading.lines[0]
    assert first.bbox == pytest.approx((72, 110, 488, 124), abs=8)
    for word in first.words:
        assert word.bbox is not None and first.bbox is not None
        assert first.bbox[1] - 5 <= word.bbox[1] < word.bbox[3] <= first.bbox[3] + 5
        assert set(word.readings) == {"tesseract", "trueocr"}
        assert word.raw in word.readings.values()
        assert word.confidence is not None and 0 <= word.confidence <= 1


def test_two_readings_are_the_same(reader: Reader, page: Page) -> None:
    assert reader.read(page) == reader.read(page)


def test_the_text_layer_is_taken_as_it_is(reader: Reader, page: Page) -> None:
    line = Line(id=line_id(3, 1), words=(Word(raw="Căn", restored="Căn"),))
    overlay = Overlay(kind="seal", bbox=(1.0, 2.0, 3.0, 4.0))
    reading = reader.read(replace(page, text_layer=(line,), overlays=(overlay,)))
    assert reading.lines == (line,) and reading.overlays == (overlay,)


def test_nothing_is_read_on_a_blank_page(reader: Reader, page: Page) -> None:
    assert reader.read(replace(page, blank=True)).lines == ()


@pytest.mark.parametrize("name", ["tesseract", "trueocr"])
def test_either_engine_reads_alone(name: str, page: Page) -> None:
    if name == "trueocr":
        pytest.importorskip("trueocr")
    reader = Reader(OcrSettings.model_validate({"engines": [name]}))
    assert list(reader.versions) == [name, "digits"]
    reading = reader.read(page)
    assert cer("\n".join(line.raw for line in reading.lines), "\n".join(LINES)) <= 0.05
    assert all(set(w.readings) == {name} for line in reading.lines for w in line.words)


def test_no_engine_is_said() -> None:
    with pytest.raises(DependencyError):
        Reader(OcrSettings(engines=()))


def test_without_trueocr_tesseract_reads_alone(monkeypatch: pytest.MonkeyPatch, page: Page) -> None:
    def missing(self: TrueOcr) -> None:
        raise DependencyError("The Python package trueocr is not installed.")

    monkeypatch.setattr(TrueOcr, "__init__", missing)
    reader = Reader(both)
    assert list(reader.versions) == ["tesseract", "digits"]
    assert len(reader.read(page).lines) == len(LINES)


@pytest.mark.parametrize("failing", ["_tesseract", "_trueocr"])
def test_when_one_engine_fails_on_a_page_the_other_reads_it(
    failing: str, page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("trueocr")
    reader = Reader(both)

    def fail(*_: object) -> list[TextLine]:
        raise DauError("broken")

    for method in ("read", "read_lines"):
        monkeypatch.setattr(getattr(reader, failing), method, fail)
    reading = reader.read(page)
    assert cer("\n".join(line.raw for line in reading.lines), "\n".join(LINES)) <= 0.06


def test_when_both_fail_the_page_fails(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("trueocr")
    reader = Reader(both)

    def fail(*_: object) -> list[TextLine]:
        raise DauError("broken")

    for engine in ("_tesseract", "_trueocr"):
        for method in ("read", "read_lines"):
            monkeypatch.setattr(getattr(reader, engine), method, fail)
    with pytest.raises(DauError):
        reader.read(page)


def test_boxes_point_at_the_page_as_displayed_when_it_was_scanned_sideways(reader: Reader) -> None:
    upright = printed(LINES * 8)
    turned = np.ascontiguousarray(np.rot90(upright.image))
    sideways = replace(
        upright, image=turned, width=upright.height, height=upright.width,
    )
    cleaned = scan.clean(sideways, scan.ScanSettings())
    assert cleaned.rotation == 90
    line = reader.read(cleaned).lines[0]
    assert cer(line.raw, LINES[0]) <= 0.02
    assert line.bbox is not None
    x0, y0, x1, y1 = line.bbox  # a column near the left edge that runs up from the lower end
    assert x1 - x0 < 25 and y1 - y0 > 350
    assert x0 == pytest.approx(0.36 * 305, abs=8)
    assert y1 == pytest.approx(upright.width - 0.36 * 200, abs=8)


FLOORS: dict[str, tuple[float, float]] = {
    # measured 0.005/0.980, 0.008/0.978 and 0.010/0.983 before restoration; bare Tesseract 0.077, 0.267 and 0.094
    "brvt_qd1279_2015_p1": (0.02, 0.96),  # red received stamp over the title
    "vpcp_cv3722_2026_p1": (0.02, 0.96),  # black seal, boxed stamp, urgency stamp, note, recipients and signature
    "sgddt_danang_cv1535_2019_p1": (0.02, 0.96),  # subject merged with what stands beside it
}


@pytest.mark.slow
@pytest.mark.parametrize("name", FLOORS)
def test_transcribed_pages_stay_above_their_floor(name: str, reader: Reader, shared: Path) -> None:
    folder = shared / "scans" / "gold"
    with scan.open(folder / f"{name}.png", scan.ScanSettings()) as source:
        reading = reader.read(scan.clean(source.page(1), scan.ScanSettings()))
    text = "\n".join(line.raw for line in reading.lines)
    reference = (folder / f"{name}.txt").read_text(encoding="utf-8")
    most_errors, least_syllables = FLOORS[name]
    assert cer(text, reference) <= most_errors
    assert syllable_accuracy(text, reference) >= least_syllables


def test_boxes_of_lines_are_boxes(reader: Reader, page: Page) -> None:
    box: Box = (0.0, 0.0, 1.0, 1.0)
    assert TextLine(box).confidence == 0.0
    assert all(v >= 0 for line in reader.read(page).lines for v in line.bbox or ())
