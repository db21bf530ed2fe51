"""A run does work for what is new, and ends as a run over everything would: whatever the order, whatever left."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dau.document.directive import Number
from dau.document.errors import InputError
from dau.document.transcript import Word
from dau.index.relations import inverted, link

from .making import DUTIES, Doc, directive, everything, linked, rows, run
from .test_witnessing import DATE, NUMBER, saying

SUBJECT = "ban hành Kế hoạch triển khai phong trào thi đua “Toàn ngành vượt qua mùa mưa bão”"
BTTTT = "BỘ THÔNG TIN VÀ TRUYỀN THÔNG"


def some(name: str, n: int, *texts: str, kind: str = "Quyết định", year: int = 2021, issuer: str = BTTTT) -> Doc:
    symbol = {"Quyết định": "QĐ", "Báo cáo": "BC"}[kind]
    code = "BTTTT" if issuer == BTTTT else "BNV"
    return directive(
        name, kind, f"{n}/{symbol}-{code}", f"16 tháng 9 năm {year}", f"Về việc {SUBJECT}", *texts, issuer=issuer
    )


@pytest.fixture(scope="module")
def documents() -> tuple[Doc, ...]:
    """Scans, copies, citations, forms, doubts: what touches each other in every way there is."""
    cites = f"Thực hiện Quyết định số {{}}/QĐ-BTTTT ngày 16/9/2021 của Bộ Thông tin và Truyền thông về việc {SUBJECT}."
    read = some("a", 1423, DUTIES[0], DUTIES[1])
    misread = read.flagged(NUMBER, DATE, number=Number(raw="4423", issuer_symbol="BTTTT"))
    return (
        misread,
        replace(some("b", 1423, DUTIES[0], DUTIES[1].replace("bóng", "bong"))),
        some("c", 7, cites.format(1423), DUTIES[0], kind="Báo cáo"),
        some("d", 8, cites.format(1423), DUTIES[2], kind="Báo cáo", issuer="BỘ NỘI VỤ"),
        some("e", 9, cites.format(1428), DUTIES[0], DUTIES[2], kind="Báo cáo"),
        some("f", 1423, DUTIES[3], year=2020),
        some("g", 10, DUTIES[0], DUTIES[3], kind="Báo cáo", issuer="BỘ NỘI VỤ"),
        saying("s", "23 6/QĐ-BTTTT"),
        saying("t", "236/QĐ-BTTTT", "b"),
        saying("u", "286/QĐ-BTTTT", "c"),
    )


def as_new(current: dict[str, Doc]) -> dict[str, list[tuple[object, ...]]]:
    return everything(linked([current[name] for name in sorted(current)]))


@given(data=st.data())
@settings(max_examples=25, deadline=None)
def test_as_from_scratch(data: st.DataObject, documents: tuple[Doc, ...]) -> None:
    """After every run of a random history: documents come one by one or together, change, leave and come back; with so
    low a limit that fingerprints pass it both ways."""
    patch = pytest.MonkeyPatch()
    patch.setattr(inverted, "MOST_DOCUMENTS", data.draw(st.sampled_from([2, 3, 32]), label="limit"))
    try:
        index = sqlite3.connect(":memory:", isolation_level=None)
        current: dict[str, Doc] = {}
        for _ in range(data.draw(st.integers(2, 4), label="runs")):
            for document in data.draw(st.lists(st.sampled_from(documents), min_size=1, max_size=5), label="touched"):
                what = data.draw(st.sampled_from(["add", "add", "remove", "change"]))
                if what == "remove":
                    current.pop(document.id, None)
                elif what == "add":
                    current[document.id] = document
                else:
                    other = data.draw(st.sampled_from(documents))
                    current[document.id] = replace(
                        document, directive=other.directive, transcript=other.transcript,
                        stamp=document.stamp + other.id,
                    )  # fmt: skip
            order = list(current.values())
            random.Random(data.draw(st.integers(0, 99))).shuffle(order)
            run(index, order)
            assert everything(index) == as_new(current)
    finally:
        patch.undo()


def test_the_limit_takes_links_away_and_gives_them_back(
    documents: tuple[Doc, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inverted, "MOST_DOCUMENTS", 2)
    a, c, g = (documents[n] for n in (0, 2, 6))
    pair = "SELECT a_document, b_document FROM passages"
    index = linked([c, g])
    assert rows(index, pair) == [(c.id, g.id)]
    run(index, [c, g, a])
    assert rows(index, pair) == []
    run(index, [c, g])
    assert rows(index, pair) == [(c.id, g.id)]


def test_what_is_known_is_not_read_again(documents: tuple[Doc, ...]) -> None:
    class Sealed(Doc):
        def __getattribute__(self, name: str) -> object:
            assert name not in ("directive", "transcript"), f"{name} was read"
            return super().__getattribute__(name)

    index = linked(documents)
    sealed = [Sealed.__new__(Sealed) for _ in documents]
    for shut, document in zip(sealed, documents, strict=True):
        for name in ("id", "sha256", "stamp"):
            object.__setattr__(shut, name, getattr(document, name))
    done = run(index, sealed)
    assert (done.read, done.removed, done.unchanged, done.compared, done.changed) == (0, 0, len(documents), 0, False)


def test_a_new_document_is_compared_with_those_it_shares_something_with(documents: tuple[Doc, ...]) -> None:
    index = linked(documents[:6])
    assert run(index, documents[:7]).compared == len({documents[n].id for n in (0, 1, 2, 4, 5)})


def test_one_that_left_takes_what_it_said_with_it(documents: tuple[Doc, ...]) -> None:
    index = linked(documents)
    assert run(index, documents[1:]).removed == 1
    assert rows(index, "SELECT 1 FROM link_claims") != []
    run(index, documents[1:-2])  # without those that witness for the passage of `s`
    assert rows(index, "SELECT 1 FROM link_claims") == []
    for table, column in (
        ("witnesses", "document"), ("citation_links", "document"), ("edge_evidence", "document"),
        ("passages", "a_document"), ("passages", "b_document"), ("link_claims", "witness"),
    ):  # fmt: skip
        assert rows(index, f"SELECT 1 FROM {table} WHERE {column} = ?", documents[0].id) == []


def test_a_damaged_document_is_left_out_and_told(documents: tuple[Doc, ...]) -> None:
    class Damaged(Doc):
        @property
        def directive(self) -> object:  # type: ignore[override]
            raise InputError("transcript.json is damaged.")

    damaged = Damaged.__new__(Damaged)
    for name in ("id", "sha256", "stamp"):
        object.__setattr__(damaged, name, name)
    index = linked(documents)
    done = run(index, [*documents, damaged])
    assert done.failed == (("id", "transcript.json is damaged."),)
    assert everything(index) == everything(linked(documents))


def test_half_a_character_costs_its_own_document(documents: tuple[Doc, ...]) -> None:
    """Lone surrogates are no text that SQLite or UTF-8 can hold."""
    first = documents[0].transcript.pages[0]
    line = first.lines[-1].model_copy(update={"words": (Word(raw="\ud800", restored="\ud800 ngày"),)})
    torn = first.model_copy(update={"lines": (*first.lines[:-1], line)})
    transcript = documents[0].transcript.model_copy(update={"pages": (torn,)})
    spoilt = replace(documents[0], id="spoilt", stamp="spoilt", transcript=transcript)
    done = run(sqlite3.connect(":memory:", isolation_level=None), [spoilt, *documents[1:]])
    assert [name for name, _ in done.failed] == ["spoilt"] and done.read == len(documents) - 1


def test_an_interrupted_run_changes_nothing(documents: tuple[Doc, ...]) -> None:
    index = linked(documents[:4])
    before = everything(index)

    def stop(stage: str, done: int, of: int) -> None:
        if stage == "passages":
            raise KeyboardInterrupt

    progress: Callable[[str, int, int], None] = stop
    with pytest.raises(KeyboardInterrupt):
        link(index, documents, progress)
    assert everything(index) == before
    run(index, documents)
    assert everything(index) == everything(linked(documents))
