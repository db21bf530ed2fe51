"""What can be asked of boxes and words of a transcript."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dau.document.transcript import BBox, Word, box_around

NUMBERS = st.integers(-100, 1000).map(float)
BOXES = st.tuples(NUMBERS, NUMBERS, NUMBERS, NUMBERS).map(
    lambda b: (min(b[0], b[2]), min(b[1], b[3]), max(b[0], b[2]), max(b[1], b[3]))
)


def holds(outer: BBox, inner: BBox) -> bool:
    return outer[0] <= inner[0] and outer[1] <= inner[1] and outer[2] >= inner[2] and outer[3] >= inner[3]


@given(st.lists(BOXES | st.none()))
def test_the_box_around_holds_all_and_touches_them(boxes: list[BBox | None]) -> None:
    known = [box for box in boxes if box is not None]
    around = box_around(iter(boxes))
    if around is None:
        assert not known
        return
    assert all(holds(around, box) for box in known)
    assert all(any(box[side] == around[side] for box in known) for side in range(4))


@pytest.mark.parametrize(
    ("readings", "apart"),
    [
        ({}, False),
        ({"tesseract": "1423/QĐ"}, False),
        ({"tesseract": "1423/QĐ-", "trueocr": "1423 |QĐ"}, False),  # signs do not count
        ({"tesseract": "1423/QĐ", "trueocr": "1923/QĐ"}, True),
        ({"tesseract": "QĐ", "trueocr": "QD"}, True),
        ({"tesseract": "Ủy_ban", "trueocr": "Ủyban"}, False),
    ],
)
def test_engines_that_read_apart(readings: dict[str, str], apart: bool) -> None:
    assert Word(raw="x", restored="x", readings=readings).read_apart is apart
