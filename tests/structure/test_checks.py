"""What a careful clerk would ask about: the header against itself, readings against witnesses, the text against itself.

Every table holds cases that must be flagged beside those that look alike and must not: a false alarm costs a minute.
"""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dau.document.directive import Directive, ReviewCode, ReviewItem
from dau.document.transcript import Line, Overlay, OverlayKind, Transcript, TranscriptPage, Word, line_id
from dau.structure import parse

PAPER = """{issuer}
CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Độc lập - Tự do - Hạnh phúc
Số: {number}
{place}, {date}

{title}
Về việc ban hành Quy chế làm việc

Điều 1. Ban hành kèm theo Quyết định này Quy chế làm việc.
Điều 2. {second}
Điều 3. Chánh Văn phòng chịu trách nhiệm thi hành Quyết định này./.

Nơi nhận:
- {recipient};
- Lưu: VT.
CHỦ TỊCH
Nguyễn Văn An
"""
USUAL = {
    "issuer": "ỦY BAN NHÂN DÂN TỈNH QUẢNG NGÃI",
    "number": "47/QĐ-UBND",
    "place": "Quảng Ngãi",
    "date": "ngày 17 tháng 01 năm 2025",
    "title": "QUYẾT ĐỊNH",
    "second": "Quyết định này có hiệu lực kể từ ngày ký.",
    "recipient": "Như Điều 3",
}
UBND = "Ký bởi: Ủy ban nhân dân tỉnh Quảng Ngãi\nThời gian ký: {}"


def paper(
    notes: Sequence[tuple[OverlayKind, str]] = (), doubtful: str = "", filename: str | None = None, **parts: str
) -> Directive:
    """A decision with some parts other than usual; words that begin with one of `doubtful` were read unsurely."""
    weak = tuple(doubtful.split())
    lines = tuple(
        Line(
            id=line_id(1, n),
            words=tuple(
                Word(raw=w, restored=w, confidence=0.4 if weak and w.startswith(weak) else 0.97) for w in row.split()
            ),
        )
        for n, row in enumerate(PAPER.format(**{**USUAL, **parts}).splitlines(), 1)
    )
    overlays = tuple(Overlay(kind=kind, text=text) for kind, text in notes)
    page = TranscriptPage(number=1, text_source="ocr", lines=lines, overlays=overlays)
    return parse(Transcript(pages=(page,)), filename=filename)


def flags(directive: Directive, *codes: ReviewCode) -> list[ReviewItem]:
    return [item for item in directive.review if item.code in codes]


# ------------------------------------------------------------ header, against itself

AGREEMENT: tuple[ReviewCode, ...] = (
    "symbol_type_mismatch",
    "symbol_issuer_mismatch",
    "number_year_mismatch",
    "place_issuer_mismatch",
    "agency_not_valid_at_date",
    "effective_before_issue",
)


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ({}, []),
        ({"number": "47/KH-UBND"}, [("symbol_type_mismatch", ["47/QĐ-UBND"])]),
        ({"number": "12/NQ-HĐND", "title": "NGHỊ QUYẾT", "issuer": "HỘI ĐỒNG NHÂN DÂN TỈNH QUẢNG NGÃI"}, []),
        # a consolidated text keeps the title of what it consolidates
        ({"number": "03/VBHN-BTC", "title": "THÔNG TƯ", "issuer": "BỘ TÀI CHÍNH", "place": "Hà Nội"}, []),
        ({"issuer": "SỞ TÀI CHÍNH"}, [("symbol_issuer_mismatch", ["47/QĐ-STC"])]),
        ({"issuer": "SỞ TÀI CHÍNH", "number": "47/QĐ-STC"}, []),
        ({"issuer": "BAN TỔ CHỨC", "number": "47/QĐ-BTC"}, []),  # not only Bộ Tài chính is abbreviated BTC
        ({"issuer": "CÔNG TY TNHH MINH AN", "number": "47/QĐ-MA"}, []),  # nothing is known of MA
        ({"issuer": "UBND TỈNH QUẢNG NGÃI\nSỞ NỘI VỤ", "number": "47/QĐ-SNV"}, []),
        (
            {"number": "9/2025/NĐ-UBND", "title": "NGHỊ ĐỊNH"},
            [("symbol_issuer_mismatch", [])],
        ),
        ({"number": "47/2024/QĐ-UBND"}, [("number_year_mismatch", ["2024-01-17"])]),
        ({"number": "47/2025/QĐ-UBND"}, []),
        ({"place": "Bình Định"}, [("place_issuer_mismatch", ["Quảng Ngãi"])]),
        ({"place": "Đức Phổ"}, []),  # no province: a town of it, perhaps
        (  # an office may keep the name of its old seat
            {"place": "Trà Vinh", "issuer": "ỦY BAN NHÂN DÂN TỈNH VĨNH LONG", "date": "ngày 05 tháng 8 năm 2025"},
            [],
        ),
        ({"place": "Bà Rịa-Vũng Tàu", "issuer": "UBND TỈNH BÀ RỊA - VŨNG TÀU"}, []),
        ({"place": "Thái Nguyên", "issuer": "UBND XÃ THÁI NGUYÊN, TỈNH LẠNG SƠN"}, []),
        (
            {
                "issuer": "BỘ THÔNG TIN VÀ TRUYỀN THÔNG",
                "number": "47/QĐ-BTTTT",
                "place": "Hà Nội",
                "date": "ngày 17 tháng 9 năm 2026",
            },
            [("agency_not_valid_at_date", [])],
        ),
        (  # letterheads outlive a merger by some weeks
            {
                "issuer": "BỘ THÔNG TIN VÀ TRUYỀN THÔNG",
                "number": "47/QĐ-BTTTT",
                "place": "Hà Nội",
                "date": "ngày 17 tháng 3 năm 2025",
            },
            [],
        ),
        (
            {"issuer": "UBND TỈNH TRÀ VINH", "place": "Trà Vinh", "date": "ngày 17 tháng 01 năm 2026"},
            [("agency_not_valid_at_date", [])],
        ),
        ({"second": "Quyết định này có hiệu lực kể từ ngày 01 tháng 01 năm 2025."}, [("effective_before_issue", [])]),
        ({"second": "Quyết định này có hiệu lực kể từ ngày 01 tháng 02 năm 2025."}, []),
    ],
)
def test_the_header_agrees_with_itself(parts: dict[str, str], expected: list[tuple[str, list[str]]]) -> None:
    found = flags(paper(**parts), *AGREEMENT)
    assert sorted((f.code, [a.value for a in f.alternatives]) for f in found) == sorted(expected)
    assert all(f.witnesses and (f.field or "").startswith("/metadata/") for f in found)


def test_only_a_normative_act_must_not_look_back() -> None:
    back = "Quyết định này có hiệu lực kể từ ngày 01 tháng 01 năm 2025."
    assert [f.severity for f in flags(paper(second=back), "effective_before_issue")] == ["low"]
    normative = paper(second=back, number="47/2025/QĐ-UBND")
    assert [f.severity for f in flags(normative, "effective_before_issue")] == ["medium"]


# ---------------------------------------------------- readings, against their witnesses


@pytest.mark.parametrize(
    ("signed", "severity"),
    [
        ("17/01/2025 17:06:30", "low"),  # the same day
        ("20/01/2025 08:00:00", "low"),  # three days later, as usual
        ("20.01.20\n25 08:00:00 +07:00", "low"),  # the year broken over two lines of the note
        ("21/01/2025 08:00:00", "medium"),  # possible, but it confirms nothing
        ("17/01/25 08:00:00", "medium"),  # no signature writes the year so: part of it was lost
        ("không đọc được", "medium"),
    ],
)
def test_a_doubtful_date_and_the_signing_time(signed: str, severity: str) -> None:
    directive = paper([("signature_note", UBND.format(signed))], doubtful="17")
    (found,) = flags(directive, "handwritten_date_low_confidence")
    assert found.severity == severity
    assert [w.kind for w in found.witnesses] == (["signing_time"] if severity == "low" else [])
    assert found.resolved is None
    assert directive.metadata.issued.date == "2025-01-17"
    assert not flags(directive, "witness_disagrees")


@pytest.mark.parametrize(
    ("kind", "text", "alternatives"),
    [
        ("signature_note", UBND.format("14/01/2025 09:00:00"), ["2025-01-14"]),
        ("received_stamp", "SỞ TÀI CHÍNH\nĐẾN Số: 7344\nNgày: 16/1/25", ["2025-01-16"]),
        ("received_stamp", "SỞ TÀI CHÍNH\nĐẾN\nNgày: 30/12/2024", []),  # another month: no day to offer
    ],
)
def test_nobody_signs_or_receives_what_is_not_yet_issued(kind: OverlayKind, text: str, alternatives: list[str]) -> None:
    directive = paper([(kind, text)])
    (found,) = flags(directive, "witness_disagrees")
    assert (found.severity, found.field) == ("high", "/metadata/issued")
    assert [a.value for a in found.alternatives] == alternatives
    assert found.witnesses[0].where == "transcript#/pages/0/overlays/0"
    assert directive.metadata.issued.date == "2025-01-17", "what was read stays"


@pytest.mark.parametrize("stamp", ["ĐẾN\nNoày.2.11.1D26", "ĐẾN\nNgay.SH 10112024", "ĐẾN Ngày 45/1/25", "1,44\n---"])
def test_a_stamp_that_cannot_be_read_is_no_witness(stamp: str) -> None:
    directive = paper([("received_stamp", stamp)], doubtful="17")
    assert not flags(directive, "witness_disagrees")
    assert flags(directive, "handwritten_date_low_confidence")[0].witnesses == ()


@pytest.mark.parametrize(
    ("date", "code"),
    [
        ("ngày ®80 tháng 01 năm 2025", "date_impossible"),
        ("ngày 47 tháng 01 năm 2025", "date_impossible"),
        ("ngày tháng 01 năm 2025", "date_blank"),
    ],
)
def test_a_day_that_was_not_read_is_offered_from_the_signing_and_not_filled(date: str, code: ReviewCode) -> None:
    notes: list[tuple[OverlayKind, str]] = [
        ("signature_note", UBND.format("20/01/2025 16:32:29")),
        ("signature_note", "TRUNG TÂM CÔNG BÁO\n21.01.2025 16:52:38 +07:00"),
    ]
    directive = paper(notes, date=date)
    (found,) = flags(directive, code)
    assert found.severity == "high"
    assert [a.value for a in found.alternatives] == ["2025-01-20"], "the earlier of two bounds"
    assert "Ủy ban nhân dân" in found.witnesses[0].text
    assert found.resolved is None, "two signing times bound the day, they do not state it"
    assert directive.metadata.issued.date is None


def test_a_signing_in_another_month_offers_no_day() -> None:
    directive = paper([("signature_note", UBND.format("17/02/2025 08:56:09"))], date="ngày 3| tháng 01 năm 2025")
    assert flags(directive, "date_impossible")[0].alternatives == ()


PLAN = """Ban hành kèm theo.
PHỤ LỤC
Danh mục
(Kèm theo Quyết định số {number} ngày {day} của Ủy ban nhân dân tỉnh)

1. Nội dung thứ nhất.
"""


def with_plan(
    day: str, noted: str = "20 tháng 01 năm 2025", signed: str | None = None, number: str = "47/QĐ-UBND"
) -> Directive:
    notes: list[tuple[OverlayKind, str]] = [("signature_note", UBND.format(signed))] if signed else []
    text = PAPER.format(**{**USUAL, "date": day, "number": "47/QĐ-UBND"})
    text += "\n" + PLAN.split("\n", 1)[1].format(number=number, day=noted)
    lines = tuple(
        Line(
            id=line_id(1, n),
            words=tuple(Word(raw=w, restored=w, confidence=0.4 if w[:1].isdigit() else 0.97) for w in row.split()),
        )
        for n, row in enumerate(text.splitlines(), 1)
    )
    overlays = tuple(Overlay(kind=kind, text=note) for kind, note in notes)
    return parse(Transcript(pages=(TranscriptPage(number=1, text_source="ocr", lines=lines, overlays=overlays),)))


def test_two_witnesses_of_different_kinds_resolve_the_flag_and_not_the_field() -> None:
    directive = with_plan("ngày ®80 tháng 01 năm 2025", signed="20/01/2025 16:32:29")
    (found,) = flags(directive, "date_impossible")
    assert found.resolved == "2025-01-20"
    assert [w.kind for w in found.witnesses] == ["attached_note", "signing_time"]
    assert directive.metadata.issued.date is None
    assert directive.metadata.issued.raw == "Quảng Ngãi, ngày ®80 tháng 01 năm 2025"


@pytest.mark.parametrize("signed", [None, "21/01/2025 08:00:00", "19/01/2025 08:00:00"])
def test_one_witness_or_two_that_differ_resolve_nothing(signed: str | None) -> None:
    (found,) = flags(with_plan("ngày ®80 tháng 01 năm 2025", signed=signed), "date_impossible")
    assert found.resolved is None
    assert "2025-01-20" in [a.value for a in found.alternatives]


def test_a_doubtful_number_that_the_attachment_repeats() -> None:
    same = with_plan("ngày 20 tháng 01 năm 2025")
    (found,) = flags(same, "handwritten_number_low_confidence")
    assert (found.severity, [w.kind for w in found.witnesses]) == ("low", ["attached_note"])
    other = with_plan("ngày 20 tháng 01 năm 2025", number="41/QĐ-UBND")
    (found,) = flags(other, "internal_inconsistency")
    assert (found.severity, found.field) == ("high", "/metadata/number")
    assert flags(other, "handwritten_number_low_confidence")[0].severity == "medium"
    assert other.metadata.number.text == "47/QĐ-UBND"


def test_the_file_name_is_shown_and_decides_nothing() -> None:
    (found,) = flags(paper(doubtful="47/", filename="QD 47.pdf"), "handwritten_number_low_confidence")
    assert (found.severity, [w.kind for w in found.witnesses]) == ("medium", ["file_name"])
    assert not flags(paper(filename="QD 47.pdf"), "file_name_disagrees")
    assert flags(paper(filename="QD 41.pdf"), "file_name_disagrees")[0].severity == "info"


def test_a_resolution_is_not_issued_before_it_is_adopted() -> None:
    said = "Nghị quyết này được Hội đồng nhân dân tỉnh thông qua ngày {} tháng 01 năm 2025."
    parts = {"issuer": "HỘI ĐỒNG NHÂN DÂN TỈNH QUẢNG NGÃI", "number": "10/NQ-HĐND", "title": "NGHỊ QUYẾT"}
    assert not flags(paper(**parts, second=said.format("17")), "witness_disagrees")
    (found,) = flags(paper(**parts, second=said.format("18")), "witness_disagrees")
    assert found.witnesses[0].kind == "adoption_clause"
    (sure,) = flags(paper(doubtful="17", **parts, second=said.format("17")), "handwritten_date_low_confidence")
    assert sure.severity == "low"


# ----------------------------------------------------------- the text, against itself


@pytest.mark.parametrize(
    ("recipient", "flagged"), [("Như Điều 3", False), ("Như Điều 7", True), ("Như trên", False), ("Như điều 9", True)]
)
def test_an_article_that_is_pointed_to_exists(recipient: str, flagged: bool) -> None:
    found = flags(paper(recipient=recipient), "reference_unresolved")
    assert [(f.field, f.witnesses[0].text) for f in found] == ([("/recipients/0", "Điều 3")] if flagged else [])


@pytest.mark.parametrize(
    ("second", "raws"),
    [
        ("Hoàn thành trước ngày 31 tháng 4 năm 2025.", ["ngày 31 tháng 4 năm 2025"]),
        ("Báo cáo ngày 29/02/2025 và ngày 29/02/2024.", ["29/02/2025"]),
        ("Theo số liệu 12/15 và 31/4.", []),
    ],
)
def test_days_that_no_calendar_has(second: str, raws: list[str]) -> None:
    assert [f.raw for f in flags(paper(second=second), "text_date_impossible")] == raws


@pytest.mark.parametrize(("said", "flagged"), [("03", False), ("3", False), ("5", True)])
def test_articles_that_are_counted(said: str, flagged: bool) -> None:
    found = flags(paper(second=f"Quyết định này gồm {said} điều."), "internal_inconsistency")
    assert bool(found) == flagged


def test_articles_that_jump_as_if_a_page_were_lost() -> None:
    text = "QUYẾT ĐỊNH\nVề việc thử\n\n" + "".join(f"Điều {n}. Nội dung thứ {n}.\n" for n in (1, 2, 3, 9, 10))
    lines = tuple(
        Line(id=line_id(1, n), words=tuple(Word(raw=w, restored=w) for w in row.split()))
        for n, row in enumerate(text.splitlines(), 1)
    )
    directive = parse(Transcript(pages=(TranscriptPage(number=1, text_source="text", lines=lines),)))
    assert [(f.node, f.witnesses[0].text) for f in flags(directive, "list_marker_gap")] == [
        ("quyet-dinh/dieu-9", "Điều 3.")
    ]


def numbered(*numbers: int | None) -> Directive:
    """Pages with the numbers printed at their tops; the first page bears none."""
    pages = []
    for p, number in enumerate(numbers, 1):
        rows = [*([str(number)] if number else ["BỘ NỘI VỤ"]), f"Đoạn văn ở trang {p} nói về công việc chung."]
        lines = [
            Line(
                id=line_id(p, n),
                bbox=(290.0, 40.0 + 300 * n, 310.0, 52.0 + 300 * n),
                words=tuple(Word(raw=w, restored=w, confidence=0.9) for w in row.split()),
            )
            for n, row in enumerate(rows, 1)
        ]
        pages.append(TranscriptPage(number=p, width=595, height=842, text_source="ocr", lines=tuple(lines)))
    return parse(Transcript(pages=tuple(pages)))


@pytest.mark.parametrize(
    ("numbers", "missing"),
    [
        ((None, 2, 3, 4, 5), []),
        ((None, 2, 3, 5, 6), [4]),  # the fourth sheet bears 5, and the fifth 6
        ((None, 2, 3, 6, 5), []),  # one number misread
        ((None, 2, 3, 24, 25, 6, 7), []),  # two misread alike: the others come back to where they were
        ((None, 2, 3, 1, 2, 3), []),  # an appendix counts anew
        ((None, None, None), []),
    ],
)
def test_page_numbers_that_run_ahead_of_the_pages(numbers: tuple[int | None, ...], missing: list[int]) -> None:
    assert [f.page for f in flags(numbered(*numbers), "page_missing")] == missing


# ---------------------------------------------------------------------- at all times


@settings(max_examples=60, deadline=None)
@given(
    note=st.text(alphabet="0123456789/.: \nKýbởiĐẾNgày+-", max_size=60),
    kind=st.sampled_from(["signature_note", "received_stamp", "seal"]),
    day=st.sampled_from(["17", "ngày", "", "®80", "31"]),
)
def test_witnesses_never_change_what_was_read(note: str, kind: OverlayKind, day: str) -> None:
    date = f"ngày {day} tháng 01 năm 2025"
    assert paper([(kind, note)], date=date).metadata == paper(date=date).metadata
