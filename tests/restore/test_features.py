"""What the network sees of a text: windows that decide every slot once, and rows that say what the candidates are."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dau.document.transcript import Line, Word, line_id, lines_of_text
from dau.resources import models_dir
from dau.restore import RestoreSettings, noisy_channel
from dau.restore.chains import FREE
from dau.restore.features import (
    DAMAGES,
    ENGINES,
    FLOOR,
    KINDS,
    LETTERS,
    PAD,
    STRANGE,
    WIDTH,
    Features,
    features,
    joined,
    windows,
)
from dau.restore.noisy_channel import NoisyChannelRestorer, Weighed

TEXT = """Nganh T hong tin va T ruyen thong doankét, chung sire, dong
long s6 1497/QD-TTg ngay 10/9/2021. THI DUA

“phong,chong dich" Covid-19 中文"""


@pytest.fixture(scope="module")
def legacy() -> NoisyChannelRestorer:
    return noisy_channel.load(models_dir() / "ngram", RestoreSettings(channel="legacy"))


@pytest.fixture(scope="module")
def weighed(legacy: NoisyChannelRestorer) -> Weighed:
    return legacy.weigh(lines_of_text(TEXT))


def slots(weighed: Weighed) -> list[tuple[str, int]]:
    """Text of every slot, and whether it is free, in the order of the rows."""
    return [(slot.text, slot.fixed == FREE) for run in weighed.runs for slot in run.slots]


def read_of(letters: str, legacy: NoisyChannelRestorer) -> Features:
    return features(legacy.weigh(lines_of_text(letters)))[0]


@given(st.integers(0, 2000), st.integers(1, 300), st.data())
def test_every_slot_is_decided_once_and_within_its_window(count: int, length: int, data: st.DataObject) -> None:
    margin = data.draw(st.integers(0, (length - 1) // 2))
    found = windows(count, length, margin)
    assert [n for _, _, first, last in found for n in range(first, last)] == list(range(count))
    for begin, end, first, last in found:
        assert 0 <= begin <= first < last <= end <= count
        assert end - begin <= length
        assert begin == 0 or first - begin >= margin
        assert end == count or end - last >= margin


def test_rows_stand_for_all_slots_in_the_order_of_the_text(weighed: Weighed) -> None:
    rows, kept = features(weighed)
    n = len(slots(weighed))
    assert len(rows) == len(kept) == n
    assert rows.letters.shape == (n, LETTERS) and rows.marks.shape == (n, 5) and rows.sure.shape == (n,)
    for table in (rows.first, rows.last, rows.kind, rows.prior, rows.channel):
        assert table.shape == (n, WIDTH)
    assert [text for text, _ in slots(weighed)][:4] == ["Nganh", "T", "hong", "tin"]
    assert rows.marks[:, 2].tolist() == [
        a is None or a.line != b.line for a, b in _neighbours(weighed)
    ]  # first of its line


def _neighbours(weighed: Weighed):  # type: ignore[no-untyped-def]
    every = [slot for run in weighed.runs for slot in run.slots]
    return zip([None, *every], every, strict=False)


def test_candidates_are_the_choices_best_first(weighed: Weighed) -> None:
    rows, kept = features(weighed)
    options = [c for choices in weighed.choices for c in choices]
    shares = [s for run in weighed.shares for s in run]
    for n, order in enumerate(kept):
        assert len(order) == min(WIDTH, len(options[n])) and len(set(order.tolist())) == len(order)
        best = shares[n][order]
        assert (np.diff(best) <= 0).all()
        assert best[-1] >= np.delete(shares[n], order).max(initial=0)
        assert rows.first[n, : len(order)].tolist() == [options[n][k].words[0] for k in order]
        assert rows.last[n, : len(order)].tolist() == [options[n][k].words[-1] for k in order]
        assert np.allclose(np.exp(rows.prior[n, : len(order)].astype(float)), best, atol=2e-3)
        assert (rows.prior[n, len(order) :] == FLOOR).all() and not rows.first[n, len(order) :].any()


def test_kinds(weighed: Weighed, legacy: NoisyChannelRestorer) -> None:
    rows, _ = features(weighed)
    texts = [text for text, _ in slots(weighed)]

    def best(text: str) -> tuple[str, ...]:
        n = texts.index(text)
        words = dict.fromkeys((legacy.words[rows.first[n, 0]], legacy.words[rows.last[n, 0]]))
        return (KINDS[rows.kind[n, 0]], *words)

    assert best("Nganh") == ("word", "ngành")
    assert best("T") == ("join", "thông")
    assert best("hong") == ("tail", "thông")
    assert best("doankét") == ("split", "đoàn", "kết")
    assert [best(t)[0] for t in ("1497/QD-TTg", "10/9/2021")] == ["fixed", "fixed"]
    for n, (_, free) in enumerate(slots(weighed)):
        assert (KINDS[rows.kind[n, 0]] == "fixed") is not free


def test_marks(weighed: Weighed) -> None:
    rows, _ = features(weighed)
    texts = [text for text, _ in slots(weighed)]
    assert {DAMAGES[d] for d in rows.marks[:, 0]} == {"legacy"}
    last = dict(zip(texts, rows.marks[:, 3].tolist(), strict=True))
    assert (last["10/9/2021"], last["DUA"], last["Nganh"]) == (1, 1, 0)
    high = dict(zip(texts, rows.marks[:, 4].tolist(), strict=True))
    assert (high["THI"], high["Nganh"], high["T"]) == (1, 0, 1)


@pytest.mark.parametrize(("readings", "sure", "engine", "expected"), [
    ({}, None, "", 0), ({"tesseract": "vé"}, 0.0, "tesseract", 1), ({"trueocr": "vé"}, 1.0, "trueocr", 101),
    ({"tesseract": "vé", "trueocr": "ve"}, 0.5, "tesseract", 51), ({"another": "vé"}, 0.996, "", 101),
])
def test_the_engine_and_its_confidence(legacy: NoisyChannelRestorer, readings: dict[str, str], sure: float | None,
                                       engine: str, expected: int) -> None:
    word = Word(raw="vé", restored="vé", confidence=sure, readings=readings)
    rows, _ = features(legacy.weigh([Line(id=line_id(1, 1), words=(word,))]))
    assert (ENGINES[rows.marks[0, 1]], rows.sure[0]) == (engine, expected)


def test_letters_show_the_marks_around_where_there_is_room(legacy: NoisyChannelRestorer) -> None:
    inner, quoted = (read_of(t, legacy).letters[0] for t in ("phong", "“phong,"))
    full, fuller = (read_of(t, legacy).letters[0] for t in ("nghiengnghieng", "“nghiengnghieng,"))
    assert (inner > STRANGE).tolist() == [True] * 5 + [False] * (LETTERS - 5)
    assert quoted[1:6].tolist() == inner[:5].tolist() and quoted[0] != PAD and quoted[6] != PAD
    assert len("nghiengnghieng") == LETTERS and fuller.tolist() == full.tolist()
    assert (read_of("a中", legacy).letters[0, :2] == STRANGE).tolist() == [False, True]


def test_nothing_gives_no_rows_and_parts_can_be_joined(legacy: NoisyChannelRestorer, weighed: Weighed) -> None:
    assert len(read_of("", legacy)) == 0
    rows, _ = features(weighed)
    again = joined([rows.rows(0, 3), rows.rows(3, 3), rows.rows(3, len(rows))])
    for name in ("letters", "marks", "sure", "first", "last", "kind", "prior", "channel"):
        assert (getattr(again, name) == getattr(rows, name)).all()
