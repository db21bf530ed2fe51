"""What the benchmark of hard pages tries, how it judges, and that a run goes on where one stopped."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest

from dau.document.errors import DauError, InputError
from dau.document.transcript import Line, TranscriptPage, Word
from dau.training import benchmark_geometry
from dau.training.benchmark_geometry import Kept, Outcome, Sheet, measure, outcome
from dau.training.benchmark_geometry import benchmark_geometry as benchmark
from dau.training.geometry import Shown
from dau.training.geometry_cases import CASES, Case

TEXT = "Căn cứ Luật Tổ chức chính quyền địa phương"


def sheet(name: str, text: str = TEXT, height: int = 420, dpi: float = 160.0) -> Sheet:
    image = np.full((height, 297, 3), 255, np.uint8)
    image[40:60, 30:150] = 20
    return Sheet(name, Shown(image, dpi), text)


@pytest.mark.parametrize("name", CASES)
def test_every_case_makes_the_same_image_each_time_and_leaves_the_page(name: str) -> None:
    one, other = sheet("a"), sheet("b", height=430)
    kept = one.shown.image.copy(), other.shown.image.copy()
    first, second = (CASES[name].make(one.shown, other.shown) for _ in range(2))
    assert first.image.dtype == np.uint8 and first.image.size and first.dpi > 0
    assert first.dpi == second.dpi and np.array_equal(first.image, second.image)
    assert np.array_equal(one.shown.image, kept[0]) and np.array_equal(other.shown.image, kept[1])
    assert name == "as it is" or not np.array_equal(first.image, kept[0])


@pytest.mark.parametrize(
    ("syllables", "stray", "words", "flags", "wanted", "verdict"),
    [
        (0.95, 0.02, 300, (), "text", "handled"),
        (0.95, 0.02, 300, ("doubtful",), "text", "handled"),
        (0.85, 0.02, 300, (), "text", "silent"),
        (0.85, 0.02, 300, ("unread",), "text", "flagged"),
        (0.95, 0.15, 400, (), "text", "silent"),
        (0.0, 0.0, 0, (), "both", "silent"),
        (1.0, 0.0, 0, (), "nothing", "handled"),
        (1.0, 1.0, 3, (), "nothing", "silent"),
        (1.0, 1.0, 3, ("show_through",), "nothing", "flagged"),
        (0.95, 0.02, 300, ("mirrored",), "flag", "flagged"),
        (0.5, 0.02, 300, (), "flag", "silent"),
    ],
)
def test_verdicts(
    syllables: float, stray: float, words: int, flags: tuple[str, ...], wanted: str, verdict: str
) -> None:
    assert Outcome(0.0, syllables, stray, words, flags).verdict(wanted) == verdict


def reading(*texts: str) -> TranscriptPage:
    lines = tuple(
        Line(id=f"p0001-l{n:04d}", words=tuple(Word(raw=w, restored=w) for w in text.split()))
        for n, text in enumerate(texts, 1)
    )
    return TranscriptPage(number=1, text_source="ocr", lines=lines)


@pytest.mark.parametrize(
    ("case", "texts", "syllables", "stray"),
    [
        ("as it is", (TEXT,), 1.0, 0.0),
        ("spread", (TEXT, "Điều thứ"), 1.0, 0.0),
        ("spread", (TEXT,), 0.81818, 0.0),
        ("as it is", (TEXT, "xx yy zz"), 1.0, 0.25),
        ("blank, ghost 30", (), 1.0, 0.0),
    ],
)
def test_an_outcome_is_what_was_read_against_what_should_be(
    case: str, texts: tuple[str, ...], syllables: float, stray: float
) -> None:
    found = outcome(CASES[case], sheet("a"), sheet("b", "Điều thứ"), lambda _: reading(*texts))
    assert (found.syllables, found.stray) == pytest.approx((syllables, stray), abs=1e-4)


def test_what_was_measured_is_kept_for_the_same_code_only(tmp_path: Path) -> None:
    path, found = tmp_path / "kept.jsonl", Outcome(0.01, 0.99, 0.02, 300, ("doubtful", "unread"))
    Kept(path).put("spread", "a", found)
    assert Kept(path).get("spread", "a") == found
    assert Kept(path).get("spread", "b") is None and Kept(None).get("spread", "a") is None
    row = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps(row | {"code": "another"}) + "\n", encoding="utf-8")
    assert Kept(path).get("spread", "a") is None


def test_a_run_stops_and_the_next_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cases: Mapping[str, Case] = {name: CASES[name] for name in ("as it is", "turned 90")}
    pages, path, seen = [sheet("a"), sheet("b")], tmp_path / "kept.jsonl", []
    monkeypatch.setattr(benchmark_geometry, "reads", lambda: lambda shown: seen.append(shown) or reading(TEXT))
    assert measure(pages, cases, Kept(path), seconds=0) == 4 and not seen
    half = Kept(path)
    half.put("as it is", "a", Outcome(0.0, 1.0, 0.0, 9, ()))
    assert measure(pages, cases, Kept(path)) == 0 and len(seen) == 3
    assert measure(pages, cases, Kept(path)) == 0 and len(seen) == 3


def test_a_table_before_the_end_is_of_whole_pages_and_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(benchmark_geometry, "sheets", lambda *_: [sheet("a"), sheet("b")])
    path = tmp_path / "kept.jsonl"
    with pytest.raises(DauError, match="No page"):
        benchmark(tmp_path, kept=path, seconds=0)
    for name in CASES:
        Kept(path).put(name, "a", Outcome(0.0, 1.0, 0.0, 9, ()))
    Kept(path).put("as it is", "b", Outcome(1.0, 0.0, 1.0, 9, ()))
    table = benchmark(tmp_path, kept=path, seconds=0)
    assert table.startswith("1 of 2 pages (as far as measured)") and f"of {len(CASES)}." in table and "- b" not in table
    for name in CASES:
        Kept(path).put(name, "b", Outcome(0.0, 1.0, 0.0, 9, ()))
    assert benchmark(tmp_path, kept=path, seconds=0).startswith("2 pages, ")


def test_a_run_that_stops_needs_a_file(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="--kept"):
        benchmark(tmp_path, seconds=10)
