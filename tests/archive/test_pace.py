"""Pages over working time: what counts as work is the time in which something was being converted."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from dau.archive.manifest import ManifestLine, SourceFile
from dau.archive.report.pace import Pace

BEGAN = datetime(2026, 11, 22, 8, tzinfo=UTC)


def pace(*spans: tuple[float, float, int]) -> Pace:
    """Outcomes by start and end, in seconds, and pages; 0 pages is a failure."""
    made = Pace()
    for start, end, pages in spans:
        made.add(ManifestLine(
            event="outcome", source=SourceFile(path="/a.pdf"), settings="cd" * 32, seconds=end - start,
            started=(BEGAN + timedelta(seconds=start)).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
            pages={number: "success" for number in range(1, pages + 1)},
        ))  # fmt: skip
    return made


@pytest.mark.parametrize(
    ("spans", "seconds", "pauses"),
    [
        ([], 0, 0),
        ([(0, 10, 1), (11, 20, 2)], 20, 0),
        ([(0, 10, 1), (10, 20, 1), (250, 260, 1)], 30, 1),  # interrupted, and gone on with after four minutes
        ([(0, 10, 1), (250, 260, 1), (900, 910, 1)], 30, 2),
        ([(0, 100, 1), (200, 210, 1), (50, 400, 9)], 400, 0),  # another worker was at it all the while
        ([(0, 10, 1), (10, 1810, 0), (1811, 1820, 1)], 1820, 0),  # what ran into the time limit was work, too
        ([(250, 260, 1), (0, 10, 1)], 20, 1),  # in any order
    ],
)
def test_working_time_is_time_in_which_something_is_converted(
    spans: list[tuple[float, float, int]], seconds: float, pauses: int
) -> None:
    found = pace(*spans)
    assert found.working_seconds() == pytest.approx(seconds, abs=0.01)
    assert found.svg().count("<line ") == pauses
    assert found.pages == sum(pages for _, _, pages in spans)


def test_failures_alone_are_no_pace() -> None:
    failed = pace((0, 10, 0))
    assert failed.svg() == "" and failed.last == "22/11/2026 08:00 UTC"
