"""Confidence of fields and tasks, and the review list by expected loss."""

from __future__ import annotations

import pytest

from dau.document.directive import Confidence, Directive, ReviewItem, Severity, Task
from dau.document.transcript import Transcript, TranscriptPage
from dau.structure import parse, ranked
from dau.structure.confidence import BLANK, FIELDS, coefficients, probability, reading_features
from dau.structure.places import Place
from dau.structure.ranking import expected_loss

from .reading import boxed_page, parse_text

_ROWS = [
    (90.0, 50.0, "ỦY BAN NHÂN DÂN TỈNH QUẢNG NGÃI"),
    (330.0, 50.0, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"),
    (340.0, 66.0, "Độc lập - Tự do - Hạnh phúc"),
    (100.0, 90.0, "Số: 12/CT-UBND"),
    (320.0, 90.0, "Quảng Ngãi, ngày 05 tháng 3 năm 2024"),
    (270.0, 120.0, "CHỈ THỊ"),
    (170.0, 136.0, "Về việc tăng cường phòng cháy"),
    (105.0, 170.0, "1. Sở Xây dựng rà soát quy chuẩn trước ngày 30/4/2024."),
]


def _page(sure: float) -> TranscriptPage:
    return boxed_page(1, _ROWS, sure)


def _read_apart(page: TranscriptPage, word: str, other: str) -> TranscriptPage:
    """The same page where a second engine read another word."""
    lines = []
    for line in page.lines:
        words = [
            w.model_copy(update={"readings": {"tesseract": other, "trueocr": word} if w.raw == word else {}})
            for w in line.words
        ]
        lines.append(line.model_copy(update={"words": tuple(words)}))
    return page.model_copy(update={"lines": tuple(lines)})


def _fields(page: TranscriptPage) -> dict[str, float | None]:
    found = parse(Transcript(pages=(page,))).confidence
    assert found is not None
    return found.metadata


@pytest.mark.parametrize("group", ["digits", "words", "task"])
def test_every_group_is_fitted(group: str) -> None:
    fitted = coefficients(group)
    assert fitted["bias"] != 0 and fitted["read"] > 0
    assert 0 < probability(group, {"bias": 1.0, "read": 3.0}) < 1


@pytest.mark.parametrize("name", FIELDS)
def test_a_field_is_surer_the_better_its_words_were_read(name: str) -> None:
    if name == "signer":
        assert _fields(_page(0.99))[name] == 0.0  # nobody signed: nothing is claimed
        return
    clear, poor = _fields(_page(0.999))[name], _fields(_page(0.6))[name]
    assert clear is not None and poor is not None and clear > poor > 0


@pytest.mark.parametrize(("word", "other", "field"), [("12/CT-UBND", "17/CT-UBND", "number"), ("05", "06", "issued")])
def test_a_field_is_less_sure_where_the_engines_differ(word: str, other: str, field: str) -> None:
    agreed, differ = _fields(_page(0.9))[field], _fields(_read_apart(_page(0.9), word, other))[field]
    assert agreed is not None and differ is not None and differ < agreed


def test_what_claims_nothing_has_none_and_what_is_blank_is_said_to_be() -> None:
    found = parse_text("ỦY BAN NHÂN DÂN\nSố:       /KH-UBND\n\nKẾ HOẠCH\nVề việc thử\n\n1. Một.").confidence
    assert found is not None
    assert found.metadata["number"] == BLANK
    assert found.metadata["issued"] == found.metadata["signer"] == 0.0


def test_a_task_is_surer_the_better_it_was_read() -> None:
    clear, poor = (parse(Transcript(pages=(_page(sure),))).tasks[0].confidence for sure in (0.999, 0.5))
    assert clear is not None and poor is not None and 1 > clear > poor > 0


def test_features_of_nothing() -> None:
    assert reading_features(Place()) == {"bias": 1.0, "read": 0.0, "unread": 1.0, "differ": 0.0, "broken": 0.0}


# --------------------------------------------------------------------- ranking


def _flag(
    field: str | None, severity: Severity = "medium", node: str | None = None, resolved: str | None = None
) -> ReviewItem:
    return ReviewItem(
        code="internal_inconsistency", severity=severity, field=field, node=node, message="", resolved=resolved
    )


_SURE = Directive(
    confidence=Confidence(metadata={"number": 0.99, "issued": 0.2, "signer": 0.9}),
    tasks=(Task(id="T001", node="ke-hoach/1", text="", confidence=0.4),),
)


@pytest.mark.parametrize(
    ("more", "less"),
    [
        (_flag("/metadata/number"), _flag("/metadata/signer")),  # a wrong number costs more
        (_flag("/metadata/issued"), _flag("/metadata/number")),  # the date is likelier wrong
        (_flag("/metadata/number", "high"), _flag("/metadata/number", "medium")),
        (_flag("/metadata/number"), _flag("/metadata/number", resolved="12/CT-UBND")),
        (_flag("/tasks/0/deadline"), _flag("/tasks/0")),
        (_flag("/tasks/0"), _flag(None, node="ke-hoach/1")),
        (_flag("/metadata/signer", "low"), _flag("/metadata/issued", "info")),  # information is no doubt
        (_flag("/citations/3/number"), _flag("/citations/3/title")),
    ],
)
def test_expected_loss(more: ReviewItem, less: ReviewItem) -> None:
    assert expected_loss(more, _SURE) > expected_loss(less, _SURE)
    assert [item.field for item in ranked((less, more), _SURE)] == [more.field, less.field]


def test_a_page_that_failed_comes_first() -> None:
    lost = ReviewItem(code="page_failed", severity="high", page=3, message="")
    assert ranked((_flag("/metadata/number", "high"), lost), _SURE)[0].code == "page_failed"


def test_each_flag_once_and_every_one_with_its_loss() -> None:
    found = ranked((_flag("/tasks/7/deadline"), _flag("/tasks/7/deadline"), _flag("/unheard/of")), _SURE)
    assert len(found) == 2 and all(item.expected_loss and item.expected_loss > 0 for item in found)
