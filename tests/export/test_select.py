"""Which documents an export takes."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from dau.archive.review_events import DocumentTarget, EventTarget, FieldTarget, new_event
from dau.archive.reviews import append_review
from dau.corrected import documents
from dau.document.directive import DatedText, Directive, DocumentType, Metadata, Number, ReviewItem
from dau.export.select import ReviewStatus, Selected, Selection

from .making import archive_of

DOUBT = ReviewItem(code="number_misread", severity="high", field="/metadata/number", message="?", raw="12/QĐ-X")


def decision(number: str, day: str | None, *doubts: ReviewItem) -> Directive:
    return Directive(metadata=Metadata(
        type=DocumentType(name="Quyết định", symbol="QĐ"), number=Number(raw=number, text=number),
        issued=DatedText(raw=day, date=day),
    ), review=doubts)  # fmt: skip


PLAN = Directive(metadata=Metadata(type=DocumentType(name="Kế hoạch"), issued=DatedText(date="2022-01-01")))


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """Inputs 0 to 3."""
    found = [
        decision("12/QĐ-X", "2021-09-06", DOUBT), decision("13/QĐ-X", "2021-09-07"), decision("14/QĐ-X", None), PLAN,
    ]  # fmt: skip
    return archive_of(tmp_path / "A", found)


def chosen(archive: Path, selection: Selection) -> tuple[set[str], Selected]:
    selected = Selected(documents(archive), selection)
    return {held.inputs[0].rpartition("/")[2].removesuffix(".pdf") for held in selected}, selected


@pytest.mark.parametrize(
    ("selection", "expected"),
    [
        (Selection(), "0123"),
        (Selection(types=("quyết định",)), "012"),
        (Selection(types=("qđ",)), "012"),
        (Selection(types=("qd",)), "012"),
        (Selection(types=("ke hoach",)), "3"),
        (Selection(types=("Quye\u0302\u0301t  đi\u0323nh",)), "012"),
        (Selection(types=("Kế hoạch", "QĐ")), "0123"),
        (Selection(types=("Quyết",)), ""),
        (Selection(since=date(2021, 9, 7)), "13"),
        (Selection(until=date(2021, 9, 7)), "01"),
        (Selection(since=date(2021, 9, 6), until=date(2021, 9, 6)), "0"),
        (Selection(types=("QĐ",), since=date(2021, 9, 7)), "1"),
        (Selection(documents=("12/qđ-x",)), "0"),
        (Selection(documents=("12/qđ-x", "14/QĐ-X")), "02"),
        (Selection(documents=("12/QD-X",)), "0"),
        (Selection(documents=("12/QĐ",)), ""),
        (Selection(statuses=(ReviewStatus.doubtful,)), "0"),
        (Selection(statuses=(ReviewStatus.settled,)), "123"),
        (Selection(statuses=(ReviewStatus.settled, ReviewStatus.doubtful)), "0123"),
        (Selection(statuses=(ReviewStatus.reviewed,)), ""),
        (Selection(statuses=(ReviewStatus.accepted,)), ""),
    ],
)
def test_selection(selection: Selection, expected: str, archive: Path) -> None:
    assert chosen(archive, selection)[0] == set(expected)


def test_by_folder_and_hash(archive: Path) -> None:
    first = next(documents(archive))
    for name in (first.id, first.id[:8], first.sha256, first.sha256[:20].upper()):
        found = [held.id for held in Selected(documents(archive), Selection(documents=(name,)))]
        assert found == [first.id]
    assert not list(Selected(documents(archive), Selection(documents=(first.id[:3],))))


def test_what_was_not_found_is_said(archive: Path) -> None:
    _, selected = chosen(archive, Selection(documents=("12/QĐ-X", "99/QĐ-X"), since=date(2021, 1, 1)))
    assert selected.unnamed == ["99/QĐ-X"] and selected.seen == 4 and selected.undated == []
    _, selected = chosen(archive, Selection(since=date(2021, 1, 1)))
    assert len(selected.undated) == 1


def test_a_damaged_document_is_passed_over_and_kept_in_mind(archive: Path) -> None:
    first = next(documents(archive))
    (first.folder / "document.json").write_text("{}{")
    found, selected = chosen(archive, Selection(types=("QĐ", "Kế hoạch")))
    assert len(found) == 3 and list(selected.unreadable) == [first.id]


def test_what_was_undone_is_no_review(archive: Path) -> None:
    """The undo holds, but nothing that anybody said of the document does."""
    one = next(documents(archive))
    event = new_event(by="An", action="correct_field", target=FieldTarget(field="/metadata/place"), after="Huế")
    append_review(archive, one.sha256, event)
    assert len(chosen(archive, Selection(statuses=(ReviewStatus.reviewed,)))[0]) == 1
    append_review(archive, one.sha256, new_event(by="An", action="undo", target=EventTarget(event=event.id)))
    assert chosen(archive, Selection(statuses=(ReviewStatus.reviewed,)))[0] == set()


def test_reviews_change_what_a_document_is(archive: Path) -> None:
    doubtful = next(held for held in documents(archive) if held.directive.review)
    event = new_event(by="An", action="correct_field", target=FieldTarget(field="/metadata/number"), after="15/QĐ-X")
    append_review(archive, doubtful.sha256, event)
    assert chosen(archive, Selection(statuses=(ReviewStatus.reviewed,)))[0] == {"0"}
    assert chosen(archive, Selection(statuses=(ReviewStatus.doubtful,)))[0] == set()
    assert chosen(archive, Selection(documents=("15/QĐ-X",)))[0] == {"0"}
    target = DocumentTarget(content=doubtful.content)
    append_review(archive, doubtful.sha256, new_event(by="An", action="accept", target=target))
    assert chosen(archive, Selection(statuses=(ReviewStatus.accepted,)))[0] == {"0"}
