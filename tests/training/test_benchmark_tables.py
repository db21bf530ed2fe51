"""Samples of ruled tables, and how the benchmark counts their cells."""

from __future__ import annotations

import pytest

from dau.document.directive import Component, Directive, Table
from dau.training.benchmark_tables import Counts, judged
from dau.training.simulate import plain_text, read_sheet
from dau.training.simulate.compose import compose
from dau.training.table_samples import TableSample, samples

SHEET = """@part main Quyết định
@table open 10 30 30 30
| STT | Cơ quan | < | Kinh phí
| ^ | Chủ trì | Phối hợp | ^
| 1 | Sở Tư pháp | Sở Nội vụ | 5.000
@end
"""


@pytest.fixture(scope="module")
def sample() -> TableSample:
    return next(samples(1, ("light",)))


def test_a_sample_is_the_same_every_time_and_its_truth_holds_every_cell(sample: TableSample) -> None:
    again = next(samples(1, ("light",)))
    assert again.scan.pdf() == sample.scan.pdf() and again.rows == sample.rows
    found: dict[tuple[int, int], str] = {}
    for line in (line for page in sample.truth.pages for line in page.lines if line.cell and line.role == "table"):
        found[line.cell] = f"{found.get(line.cell, '')} {line.text}".strip()
    shown = [cell for cell in (*sample.head, *(cell for row in sample.rows for cell in row)) if cell]
    assert sorted(found.values()) == sorted(shown)


def test_merged_cells_and_open_sides_are_set_without_rules_between() -> None:
    sheet = read_sheet(SHEET)
    (page,) = compose(sheet)
    across = [rule for rule in page.rules if rule[1] == rule[3]]
    down = sorted({round(rule[0]) for rule in page.rules if rule[0] == rule[2]})
    left, right = min(r[0] for r in across), max(r[2] for r in across)
    assert len(down) == 3 and left < down[0] and down[-1] < right
    under_head = [r for r in across if r[1] == sorted({r[1] for r in across})[1]]
    assert all(r[0] > left and r[2] < right for r in under_head)
    assert plain_text(sheet).split("\n")[:4] == ["STT", "Cơ quan", "Kinh phí", "Chủ trì"]


WHOLE = Counts(cells=3, right=3, whole=3, rows=1, whole_rows=1)
CASES: dict[str, tuple[tuple[tuple[str, ...], ...], Counts]] = {
    "as it is": ((("1", "Rà soát quy hoạch", "Sở Tư pháp"),), WHOLE),
    "an empty cell more": ((("1", "Rà soát quy hoạch", "", "Sở Tư pháp"),), WHOLE),
    "a letter misread": ((("1", "Rà soát quy hoach", "Sở Tư pháp"),), Counts(3, 2, 3, 1, 1)),
    "two cells in one": ((("1", "Rà soát quy hoạch Sở Tư pháp"),), Counts(3, 1, 1, 1, 0)),
    "nothing": ((), Counts(3, 0, 0, 1, 0)),
}


@pytest.mark.parametrize("name", CASES)
def test_cells_are_counted(name: str, sample: TableSample) -> None:
    rows, expected = CASES[name]
    wanted = TableSample("t", "light", sample.scan, ("STT",), (("1", "Rà soát quy hoạch", "Sở Tư pháp"),))
    component = Component(id="van-ban", role="main")
    directive = Directive(components=(component,), tables=(Table(id="t", node="van-ban", rows=rows),))
    assert judged(directive, wanted) == expected
