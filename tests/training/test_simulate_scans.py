"""Simulated scans: exact boxes, exact text, reproducible bytes, and severities that mean something."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dau.document.errors import InputError
from dau.document.orthography import VIETNAMESE_LETTERS
from dau.training.simulate import (
    ScanSettings,
    TextSettings,
    Truth,
    make_scan,
    plain_text,
    read_sheet,
    simulate,
    simulate_lines,
    simulate_pages,
    write_scan,
)
from dau.training.simulate.command import run
from dau.training.simulate.compose import compose
from dau.training.simulate.degrade import WEAR, Degradation, degrade, draw_degradation, warp_of
from dau.training.simulate.draw import draw
from dau.training.simulate.fonts import font_digest
from dau.training.simulate.pen import handwriting
from dau.training.simulate.samples import SAMPLES, Sample

from .test_simulate_sheet import DECISION, ROOT, SHEETS

SEVERITIES = ("light", "medium", "severe")
PLAIN = "@part main Thông báo\n" + "Căn cứ Luật Ngân sách nhà nước số 83/2015/QH13 ngày 25/6/2015; giao việc.\n" * 12


def box_pixels(image: np.ndarray, box: tuple[float, ...], scale: float) -> np.ndarray:
    x0, y0, x1, y1 = (round(v * scale) for v in box)
    return image[max(y0, 0) : y1 + 1, max(x0, 0) : x1 + 1]


@pytest.mark.parametrize("colour", ["bilevel", "grey", "colour"])
def test_same_settings_same_bytes(colour: str) -> None:
    settings_ = ScanSettings(seed=5, severity="severe", dpi=100, colour=colour)
    a, b = (make_scan(read_sheet(DECISION), settings_) for _ in range(2))
    assert a.pdf() == b.pdf() and a.truth == b.truth
    other = make_scan(read_sheet(DECISION), settings_.model_copy(update={"seed": 6}))
    assert other.pdf() != a.pdf()


def test_drawn_boxes_hold_all_ink_and_touch_it() -> None:
    drawn = draw(compose(read_sheet(DECISION))[0], 150, np.random.default_rng(1), colour=False)
    left = drawn.text_ink.copy()
    boxes = [word.box for line in drawn.lines for word in line.words]
    assert len(boxes) > 60
    for x0, y0, x1, y1 in boxes:
        ink = drawn.text_ink[y0:y1, x0:x1]
        assert all(edge.any() for edge in (ink[0], ink[-1], ink[:, 0], ink[:, -1]))
        left[y0:y1, x0:x1] = 0
    assert not left.any()


@pytest.mark.parametrize("severity", SEVERITIES)
def test_truth_boxes_follow_skew_and_bend(severity: str) -> None:
    """Every box holds ink, and hardly any ink lies outside the boxes, however the page lies on the glass."""
    plan = draw_degradation(severity, "grey", np.random.default_rng(3)).model_copy(
        update={"skew": WEAR[severity].skew, "specks": 0, "noise": 0.0, "band": 0.0, "streak": False}
    )
    drawn = draw(compose(read_sheet(PLAIN))[0], 150, np.random.default_rng(1), colour=False)
    image = degrade(drawn.image, plan, 150 / 72, np.random.default_rng(2))
    dark = image < plan.black + 0.45 * (plan.paper - plan.black - plan.uneven)
    warp = warp_of(plan, image.shape, 150 / 72)
    rest = dark.copy()
    for line in drawn.lines:
        for word in line.words:
            x0, y0, x1, y1 = (round(v) for v in warp.box(word.box))
            assert dark[y0 : y1 + 1, x0 : x1 + 1].any(), word.text
            rest[max(y0 - 2, 0) : y1 + 3, max(x0 - 2, 0) : x1 + 3] = False
    assert rest.sum() < 0.01 * dark.sum()


@pytest.mark.parametrize("path", sorted(SHEETS.glob("*.sheet")), ids=lambda p: p.stem)
def test_truth_has_the_text_of_the_sheet(path: Path) -> None:
    sheet = read_sheet(path.read_text(encoding="utf-8"))
    truth = make_scan(sheet, ScanSettings(severity="clean", dpi=50, colour="bilevel")).truth
    lines = [line for page in truth.pages for line in page.lines]
    said = " ".join(line.text for line in lines if line.role not in ("page_number", "table_header_repeat"))
    assert said.split() == plain_text(sheet).split()
    assert all(line.text == " ".join(w.text for w in line.words) for line in lines)


def test_overlays_are_on_the_page_and_not_in_its_text() -> None:
    truth = make_scan(read_sheet(DECISION), ScanSettings(seed=1, severity="medium", dpi=100, colour="colour")).truth
    overlays = truth.pages[0].overlays
    assert {o.kind for o in overlays} == {"signature_note", "seal", "handwriting"}
    for text in (o.text for o in overlays if o.text):
        assert all(line not in truth.text for line in text.split("\n"))


def test_stamps_lie_over_the_title_and_are_not_read() -> None:
    stamps = "@received VĂN PHÒNG\n@received 1279\n@received 18/6/2024\n@urgency HỎA TỐC\n@type QUYẾT ĐỊNH"
    sheet = read_sheet(DECISION.replace("@type QUYẾT ĐỊNH", stamps, 1))
    truth = make_scan(sheet, ScanSettings(seed=1, severity="light", dpi=100, colour="colour")).truth
    found = {o.kind: o.text for o in truth.pages[0].overlays}
    assert found["urgency_stamp"] == "HỎA TỐC"
    assert found["received_stamp"] == "VĂN PHÒNG\nĐẾN\nSố: 1279\nNgày: 18/6/2024"
    assert "1279" not in truth.text and "HỎA TỐC" not in truth.text


def test_the_seal_is_red_and_lies_over_the_signature_block() -> None:
    page = next(simulate(read_sheet(DECISION), ScanSettings(seed=1, severity="light", dpi=100, colour="colour")))
    seal = next(o.bbox for o in page.truth.overlays if o.kind == "seal")
    assert seal is not None
    part = box_pixels(page.image, seal, 100 / 72).reshape(-1, 3).astype(int)
    assert (part[:, 2] - part[:, 0] > 60).mean() > 0.05
    signature = [line.bbox for line in page.truth.lines if line.role == "signature"]
    assert any(seal[0] < b[2] and b[0] < seal[2] and seal[1] < b[3] and b[1] < seal[3] for b in signature)


def test_handwritten_digits_are_marked_and_blue() -> None:
    page = next(simulate(read_sheet(DECISION), ScanSettings(seed=2, severity="light", dpi=150, colour="colour")))
    hand = [w for line in page.truth.lines for w in line.words if w.hand]
    assert [w.text for w in hand] == ["07/QĐ-SNV"]
    assert "ngày tháng 3 năm 2024" in page.truth.text  # the day was left blank


@pytest.mark.parametrize("digits", ["0123456789", "1", "44"])
def test_handwriting_varies_with_the_generator(digits: str) -> None:
    a, b = (handwriting(digits, 40, np.random.default_rng(n)) for n in (1, 2))
    assert a.any() and b.any() and (a.shape != b.shape or (a != b).any())
    assert abs(a.shape[0] - 45) < 20


def test_severities_grow() -> None:
    light, medium, severe = (WEAR[s] for s in SEVERITIES)
    for lesser, greater in ((light, medium), (medium, severe)):
        assert lesser.skew < greater.skew and lesser.edge < greater.edge
        for field in ("bend", "blur", "noise", "uneven", "black", "bleed", "specks", "band"):
            assert getattr(lesser, field)[1] <= getattr(greater, field)[1], field
        assert lesser.jpeg[0] > greater.jpeg[1] and lesser.paper[0] >= greater.paper[1]


def test_severities_take_the_page_farther_from_the_clean_one() -> None:
    drawn = draw(compose(read_sheet(PLAIN))[0], 100, np.random.default_rng(1), colour=False)
    distance = []
    for severity in SEVERITIES:
        far = []
        for seed in range(4):
            rng = np.random.default_rng(seed)
            plan = draw_degradation(severity, "grey", rng).model_copy(update={"skew": 0.0, "bend": 0.0})
            image = degrade(drawn.image, plan, 100 / 72, rng, drawn.text_ink)
            far.append(float(np.abs(image.astype(float) - drawn.image).mean()))
        distance.append(np.mean(far))
    assert distance[0] < distance[1] < distance[2]


def test_a_clean_scan_is_the_page_as_drawn() -> None:
    drawn = draw(compose(read_sheet(PLAIN))[0], 100, np.random.default_rng(1), colour=False)
    plan = Degradation(severity="clean", colour="grey")
    assert (degrade(drawn.image, plan, 100 / 72, np.random.default_rng(0)) == drawn.image).all()


@pytest.mark.parametrize("colour", ["bilevel", "grey", "colour"])
def test_poppler_reads_the_pdf_as_it_was_written(colour: str, tmp_path: Path) -> None:
    settings_ = ScanSettings(seed=4, severity="medium", dpi=100, colour=colour)
    pages = list(simulate(read_sheet(DECISION), settings_))
    pdf = write_scan(make_scan(read_sheet(DECISION), settings_), tmp_path, "tờ quét")
    subprocess.run(["pdftoppm", "-r", "100", "-png", str(pdf), str(tmp_path / "p")], check=True, timeout=60)
    for page, path in zip(pages, sorted(tmp_path.glob("p-*.png")), strict=True):
        read = cv2.imdecode(np.frombuffer(path.read_bytes(), np.uint8), cv2.IMREAD_COLOR)
        wanted = page.image if page.image.ndim == 3 else cv2.cvtColor(page.image, cv2.COLOR_GRAY2BGR)
        h, w = (min(a, b) for a, b in zip(read.shape[:2], wanted.shape[:2], strict=True))
        assert abs(read.shape[0] - wanted.shape[0]) <= 1 and abs(read.shape[1] - wanted.shape[1]) <= 1
        assert np.abs(read[:h, :w].astype(int) - wanted[:h, :w]).mean() < 12  # poppler may resample by a pixel
    info = subprocess.run(["pdfinfo", str(pdf)], capture_output=True, text=True, check=True, timeout=60).stdout
    assert re.search(r"Keywords:\s+simulated\n", info) and "2020" in info
    assert Truth.model_validate_json((tmp_path / "tờ quét.truth.json").read_text(encoding="utf-8"))


def test_truth_as_a_transcript() -> None:
    truth = make_scan(read_sheet(DECISION), ScanSettings(severity="light", dpi=72, colour="grey")).truth
    transcript = truth.transcript()
    assert transcript.text() == transcript.text(raw=True) == truth.text
    assert [p.number for p in transcript.pages] == [1, 2]


WORDS = st.text(sorted(VIETNAMESE_LETTERS) + list("0123456789.,;:-/“”*{}_#@|~!"), min_size=1, max_size=12)
LINES = st.lists(WORDS, min_size=1, max_size=8).map(" ".join)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(lines=st.lists(LINES, min_size=1, max_size=6), seed=st.integers(0, 99))
def test_any_lines_come_back_as_their_truth(lines: list[str], seed: int) -> None:
    page = simulate_lines(lines, np.random.default_rng(seed), "light", TextSettings(dpi=(150.0,)))
    assert [line.text for line in page.truth.lines] == lines
    scale = page.truth.dpi / 72
    for line in page.truth.lines:
        for word in line.words:
            assert box_pixels(page.image, word.bbox, scale).min() < 215, word.text


def test_pages_of_texts_are_flowed_and_seeded() -> None:
    texts = ["Một đoạn ** văn {x} //dài\n" * 80, "", "Văn bản thứ hai."]
    sets = TextSettings(dpi=(72.0,), styles=(1, 0, 0, 0))
    first, again = (list(simulate_pages(texts, np.random.default_rng(9), "medium", sets)) for _ in range(2))
    assert [p.encoded.data for p in first] == [p.encoded.data for p in again]
    assert [p.truth.number for p in first][-1] == 1 and len(first) >= 3
    said = " ".join(line.text for p in first for line in p.truth.lines if line.role != "page_number")
    assert said.split() == " ".join(texts).split()


@pytest.mark.parametrize("lines", [[], ["", "  "], ["x" * 500]])
def test_lines_that_cannot_be_set_are_refused(lines: list[str]) -> None:
    with pytest.raises(InputError):
        simulate_lines(lines, np.random.default_rng(0), "light")


def test_command_scans_sheets_and_corpora(tmp_path: Path) -> None:
    corpus = tmp_path / "texts"
    corpus.mkdir()
    (corpus / "a.txt").write_text("Quyết định số 12/QĐ-UBND về việc thử.\n" * 60, encoding="utf-8")
    options = ["--dpi", "72", "--severity", "light", "--seed", "3"]
    pages = run(["--corpus", str(corpus), "--count", "2", "--out", str(tmp_path / "p"), *options], ROOT / "corpus")
    lines = run(["--corpus", str(corpus), "--lines", "7", "--count", "1", "--out", str(tmp_path / "l"), *options], ROOT)
    assert len(pages) == 2 and len((tmp_path / "l" / "00001.txt").read_text(encoding="utf-8").splitlines()) == 7
    sheet = tmp_path / "tờ.sheet"
    sheet.write_text(DECISION, encoding="utf-8")
    (pdf,) = run([str(sheet), "--out", str(tmp_path), *options], ROOT)
    assert pdf.read_bytes().startswith(b"%PDF-") and lines[0].is_file()
    with pytest.raises(InputError):
        run([], ROOT)
    with pytest.raises(InputError):
        run([str(tmp_path / "none.sheet")], ROOT)


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda s: s.name)
def test_committed_samples_are_what_the_simulator_makes(sample: Sample, tmp_path: Path) -> None:
    """The first page made anew: its truth is the committed one exactly, its pixels up to the rounding of another
    processor's arithmetic."""
    raw = ROOT / "corpus" / "raw"
    committed = Truth.model_validate_json((raw / "truth" / f"{sample.name}.truth.json").read_text(encoding="utf-8"))
    sheet = read_sheet((SHEETS / sample.sheet).read_text(encoding="utf-8"))
    page = next(simulate(sheet, sample.settings))
    if committed.generator.font != font_digest():
        pytest.skip("another version of the font")
    assert page.truth == committed.pages[0]
    assert (committed.synthetic is not None) == (sample.name == "000-quyet-dinh-scan")
    dpi = str(round(sample.settings.dpi))
    subprocess.run(
        ["pdftoppm", "-r", dpi, "-f", "1", "-l", "1", "-singlefile", "-png", str(raw / f"{sample.name}.pdf"),
         str(tmp_path / "p")], check=True, timeout=60,
    )  # fmt: skip
    read = cv2.imread(str(tmp_path / "p.png"), cv2.IMREAD_GRAYSCALE)
    made = page.image if page.image.ndim == 2 else cv2.cvtColor(page.image, cv2.COLOR_BGR2GRAY)
    h, w = (min(a, b) for a, b in zip(read.shape, made.shape, strict=True))
    assert np.abs(read[:h, :w].astype(int) - made[:h, :w]).mean() < 12


def test_sample_truth_is_valid_and_complete() -> None:
    for sample in SAMPLES:
        data = json.loads((ROOT / "corpus/raw/truth" / f"{sample.name}.truth.json").read_text(encoding="utf-8"))
        assert data["simulated"] is True and data["pages"] and data["nodes"]
