"""Rows of the flat tables: complete, traceable, in an order in which they load."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pytest

from dau.corrected import Held, documents
from dau.document.directive import Citation, Deadline, Directive, Node, Task
from dau.document.transcript import Transcript
from dau.index import rows
from dau.index.flatten import due_day, number_key, rows_of
from dau.index.tables import TABLE_OF


@dataclass(frozen=True)
class Made:
    """A document made up for a test."""

    directive: Directive
    transcript: Transcript = field(default_factory=Transcript)
    id: str = "0" * 16 + "-" + "0" * 8
    sha256: str = "0" * 64
    inputs: tuple[str, ...] = ("/in/a.txt",)


DUE = [
    (Deadline(raw="", kind="before", date="2021-09-30"), "2021-09-29"),
    (Deadline(raw="", kind="before", date="2021-03-01"), "2021-02-28"),
    (Deadline(raw="trước 10 giờ 00 ngày 04/8/2020", kind="before", date="2020-08-04"), "2020-08-04"),
    (Deadline(raw="trước 0 giờ ngày 04/8/2020", kind="before", date="2020-08-04"), "2020-08-03"),
    (Deadline(raw="trước ngày 04/8/2020", kind="before", date="2020-08-04"), "2020-08-03"),
    (Deadline(raw="", kind="by", date="2021-09-30"), "2021-09-30"),
    (Deadline(raw="", kind="by", end="2021-12-31"), "2021-12-31"),
    (Deadline(raw="", kind="until", end="2025-12-31"), "2025-12-31"),
    (Deadline(raw="", kind="between", start="2021-01-01", end="2021-06-30"), "2021-06-30"),
    (Deadline(raw="", kind="from", date="2021-09-30"), None),
    (Deadline(raw="", kind="recurring", recurrence="FREQ=MONTHLY"), None),
    (Deadline(raw="", kind="relative", duration="P10D", anchor="ngày ký"), None),
    (Deadline(raw="", kind="before", date="2021-02-30"), None),
    (Deadline(raw="", kind="before", date="0001-01-01"), None),
    (Deadline(raw="", kind="by", date="45/9/2021"), None),
    (Deadline(raw="", kind="by"), None),
]


@pytest.mark.parametrize(("deadline", "day"), DUE)
def test_the_last_day_in_time(deadline: Deadline, day: str | None) -> None:
    assert due_day(deadline) == day


@pytest.mark.parametrize(
    ("number", "key"),
    [
        ("1423/QĐ-BTTTT", "1423/QD-BTTTT"), ("1423 /qđ - bttt", "1423/QD-BTTT"), ("15/2020/NĐ-CP", "15/2020/ND-CP"),
        ("07–KL/TW", "07-KL/TW"), ("", None), (None, None), (" ", None),
    ],
)  # fmt: skip
def test_the_key_of_a_number(number: str | None, key: str | None) -> None:
    assert number_key(number) == key


def key_of(row: rows.Row) -> tuple[object, ...]:
    return tuple(getattr(row, name) for name in TABLE_OF[type(row)].key)


def test_every_row_comes_after_what_it_refers_to_and_has_a_key_of_its_own(made: Path) -> None:
    for held in documents(made):
        keys: dict[str, set[tuple[object, ...]]] = {}
        for row in rows_of(held):
            table = TABLE_OF[type(row)]
            assert key_of(row) not in keys.setdefault(table.name, set())
            keys[table.name].add(key_of(row))
            for reference in table.references:
                wanted = tuple(getattr(row, name) for name in reference.columns)
                if None not in wanted and wanted != key_of(row):
                    assert wanted in keys[reference.table], (table.name, reference)


def test_nothing_of_a_document_is_lost(made: Path) -> None:
    """As many rows as document.json has items, with their texts."""
    for held in documents(made):
        found: dict[str, list[rows.Row]] = {}
        for row in rows_of(held):
            found.setdefault(TABLE_OF[type(row)].name, []).append(row)
        read = held.directive
        assert counts(found, held) == {
            "nodes": len(read.nodes), "blocks": len(read.blocks), "tasks": len(read.tasks), "flags": len(read.review),
            "assignees": sum(len(task.assignees) for task in read.tasks), "citations": len(read.citations),
            "deadlines": sum(task.deadline is not None for task in read.tasks), "awards": len(read.awards),
            "recipients": len(read.recipients), "legal_bases": len(read.legal_bases), "inputs": 1,
            "recipient_organisations": sum(len(item.organisations) for item in read.recipients),
        }  # fmt: skip
        assert [row.text for row in found["nodes"]] == [node.text for node in read.nodes]  # type: ignore[attr-defined]


def counts(found: dict[str, list[rows.Row]], held: Held) -> dict[str, int]:
    names = (
        "nodes", "blocks", "tasks", "flags", "assignees", "citations", "deadlines", "awards", "recipients",
        "legal_bases", "inputs", "recipient_organisations",
    )  # fmt: skip
    return {name: len(found.get(name, [])) for name in names}


def test_what_is_named_and_not_there_does_no_harm() -> None:
    """A file from elsewhere: a parent, a node, a citation that no one has; an id twice."""
    directive = Directive(
        nodes=(Node(id="a/1", parent="a/0", kind="item"), Node(id="a/1", parent="a", kind="item")),
        tasks=(Task(id="T1", node="nix", text="x", citations=("C9",)),),
        citations=(Citation(id="C1", mentions=("nix",)),),
    )
    found = list(rows_of(Made(directive)))
    assert [type(row).__name__ for row in found] == ["Document", "Input", "Node", "Citation", "Mention", "Task"]


def test_an_attachment_that_names_the_document_is_told_from_another(made: Path) -> None:
    own = [row for held in documents(made) for row in rows_of(held) if isinstance(row, rows.Citation) and row.own]
    numbers = {held.id: held.directive.metadata.number.text for held in documents(made)}
    assert own and all(row.number == numbers[row.document] for row in own)
