"""The parse rate on text nobody annotated: what counts as found, and why something is not found."""

from __future__ import annotations

import pytest

from dau.structure import parse
from dau.training.corpus import Document
from dau.training.structure_corpus import (
    ParseRate,
    article_numbers,
    has_header,
    lost_words,
    parse_rates,
    parse_speed,
    same_number,
    text_transcript,
)
from dau.training.structure_failures import EXCUSED, REASONS, article_reason, field_reason, reasons

MOTTO = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc\n"
BODY = "Điều 1. Phê duyệt kế hoạch.\nĐiều 2. Quyết định này có hiệu lực từ ngày ký.\n"
WHOLE = (
    f"BỘ Y TẾ\nSố: 12/QĐ-BYT\n{MOTTO}Hà Nội, ngày 05 tháng 3 năm 2024\nQUYẾT ĐỊNH\nVề việc thử\n"
    f"BỘ TRƯỞNG BỘ Y TẾ\nCăn cứ Luật Dược ngày 06 tháng 4 năm 2016;\nQUYẾT ĐỊNH:\n{BODY}"
)


def document(text: str, number: str = "") -> Document:
    return Document("a", "admin", number, text)


def test_a_whole_document() -> None:
    rate = parse_rates([document(WHOLE, "12/QĐ-BYT")])["with a header"]
    assert (rate.documents, rate.whole, rate.broken, rate.wrong_numbers) == (1, 1, 0, 0)
    assert rate.known_numbers == 1 and not rate.reasons and rate.whole_of_printed == 1


def test_what_is_not_printed_is_excused_and_what_is_not_found_is_not() -> None:
    blank = WHOLE.replace("ngày 05 tháng 3", "ngày   tháng  ")
    rate = parse_rates([document(WHOLE), document(blank)])["with a header"]
    assert (rate.documents, rate.whole, rate.excused, rate.missing["date"]) == (2, 1, 1, 1)
    assert rate.whole_of_printed == 1
    assert [reason for reason, _, _ in rate.explained()] == ["date left blank"]


def test_another_number_without_a_flag_is_counted() -> None:
    rate = ParseRate()
    rate.add(document(WHOLE, "13/QĐ-BYT"), parse(text_transcript(WHOLE)))
    assert (rate.wrong_numbers, rate.silent_numbers) == (1, 1)
    assert rate.failed["other number"] == ["a"]


@pytest.mark.parametrize(
    ("number", "corpus", "text", "same"),
    [
        ("3783/QĐ-UBND", "3783/QĐ-", "Số: 3783/QĐ-\nUBND", True),
        ("24/2025/QĐ-UBND", "24\n/2025/QĐ-UBND", "Số: 24\n/2025/QĐ-UBND", True),
        ("42/2024/QH15", "42/2024/QH15_", "", True),
        ("3783/QĐ-UBND", "3783/QĐ-", "Số: 3783/QĐ-", False),
        ("12/QĐ-BYT", "13/QĐ-BYT", "12/QĐ-BYT", False),
    ],
)
def test_same_number(number: str, corpus: str, text: str, same: bool) -> None:
    assert same_number(number, document(text, corpus)) is same


@pytest.mark.parametrize(
    ("name", "header", "reason"),
    [
        ("number", f"BỘ Y TẾ\nSố: /QĐ-BYT\n{MOTTO}", "number left blank"),
        ("number", f"BỘ Y TẾ\nSố: …../QĐ-BYT\n{MOTTO}", "number left blank"),
        ("number", f"{MOTTO}LUẬT\nTHUẾ\nLuật Thuế số 109/2025/QH15 được sửa đổi", "no number printed"),
        ("number", f"BỘ Y TẾ\nSố: 12/QĐ-BYT\n{MOTTO}", "printed and not found"),
        ("date", f"BỘ Y TẾ\n{MOTTO}Hà Nội, ngày   tháng   năm 2025\n", "date left blank"),
        ("date", f"BỘ Y TẾ\n{MOTTO}Hà Nội, ngày 23 tháng 02 năm 20264\n", "date not in the calendar"),
        ("date", f"BỘ Y TẾ\n{MOTTO}Số: 12/QĐ-BYT\nQUYẾT ĐỊNH\n", "no date printed"),
        ("date", f"BỘ Y TẾ\n{MOTTO}Hà Nội, ngày 23 tháng 02 năm 2026\n", "printed and not found"),
        ("issuer", f"{MOTTO}LUẬT\n", "no issuer printed"),
        ("type", f"BỘ Y TẾ\n{MOTTO}Hà Nội, ngày 23 tháng 02 năm 2026\n", "no type printed"),
        ("type", f"Mẫu số 1C\n{MOTTO}BẢN KHAI THÂN NHÂN\nHọ và tên ........\n", "form to fill in"),
        ("issuer", f"ỦY BAN NHÂN DÂNTHÀNH PHỐ HÀ NỘISố: 36/QĐ-UBND\n{MOTTO}", "words run together"),
        ("number", "Câu trả lời. " * 150 + f"\n{MOTTO}", "no header of its own"),
    ],
)
def test_why_a_field_is_missing(name: str, header: str, reason: str) -> None:
    assert field_reason(name, header + BODY) == reason


@pytest.mark.parametrize(
    ("numbers", "text", "reason"),
    [
        ([1, 3], "Điều 1. A\nĐiều 3. C\n", "articles missing in the source"),
        ([1, 3], "Điều 1. A\nĐiều 2. B\nĐiều 3. C\n", "printed and not found"),
        ([1, 6], "Điều 1. A\nĐiều 2-5. B\nĐiều 6. C\n", "articles missing in the source"),
        ([1, 3], "Điều 1. A\nĐiều\n2. B\nĐiều 3. C\n", "marker over two lines"),
        ([1, 2, 1], "Điều 1. A\nĐiều 2. B\nMẫu số 1\nĐiều 1. C\n", "articles begin anew"),
        ([1, 19, 2], "Điều 1. A\nĐiều 19. B\nĐiều 2. C\n", "printed and not found"),
        ([4, 19], "Sửa đổi, bổ sung\nĐiều 4. A\nĐiều 5. B\nĐiều 19. C\n", "quoted articles"),
        ([45, 45], "Điều 45.9.TT.3.6. A\nĐiều 45.9.TT.3.7. B\n", "codified articles"),
    ],
)
def test_why_articles_are_broken(numbers: list[int], text: str, reason: str) -> None:
    assert article_reason(numbers, text) == reason


def test_every_reason_is_explained() -> None:
    assert EXCUSED.issubset(REASONS) and all(REASONS.values())
    assert reasons("Điều 1. A", [], [[1, 2, 3]]) == []


def test_an_inserted_article_is_no_break() -> None:
    directive = parse(text_transcript(WHOLE + "Điều 2a. Bổ sung.\nĐiều 3. Thi hành.\n"))
    assert article_numbers(directive) == [[1, 2, 3]]


def test_header_words_and_speed() -> None:
    assert has_header(document(WHOLE)) and not has_header(document(BODY))
    assert lost_words(WHOLE) == 0
    assert parse_speed([WHOLE, WHOLE]).pages_a_second > 0
