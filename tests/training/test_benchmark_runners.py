"""What the benchmark of runners measures."""

from __future__ import annotations

from pathlib import Path

import pikepdf
import pytest

from dau.document.errors import DauError
from dau.training.benchmark_runners import cut_pages, middle


@pytest.mark.parametrize(
    ("finished", "jobs", "pace"),
    [
        ([10, 12, 14, 16], 1, 0.5),  # the first ten seconds are loading
        ([10, 10, 12, 12, 14, 14, 16, 26], 2, 5 / 6),  # the last worker alone for ten seconds
        ([3, 4, 5, 6, 7, 8], 3, 1.0),
    ],
)
def test_the_pace_is_that_of_the_middle(finished: list[float], jobs: int, pace: float) -> None:
    assert middle(finished, jobs) == pytest.approx(pace)


def test_pages_are_cut_into_documents(tmp_path: Path) -> None:
    for name, pages in (("a.pdf", 4), ("b.pdf", 5)):
        with pikepdf.new() as made:
            for _ in range(pages):
                made.add_blank_page()
            made.save(tmp_path / name)
    inputs = [tmp_path / "a.pdf", tmp_path / "b.pdf"]
    assert cut_pages(inputs, tmp_path / "seven", 7) == 7 == len(list((tmp_path / "seven").iterdir()))
    assert cut_pages(inputs, tmp_path / "all", 99) == 9
    with pytest.raises(DauError, match="too few pages"):
        cut_pages(inputs[:1], tmp_path / "few", 99)
