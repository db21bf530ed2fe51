"""Số, ký hiệu and dates: grammar, repair within its limits, damage told apart from absence."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dau.structure.facts.dates import find_dates
from dau.structure.facts.numbers import read_number


@pytest.mark.parametrize(
    ("raw", "text", "serial", "year", "kind", "issuer", "unit"),
    [
        ("1423/QĐ-BTTTT", "1423/QĐ-BTTTT", "1423", None, "QĐ", "BTTTT", None),
        ("47 /QĐ-UBND", "47/QĐ-UBND", "47", None, "QĐ", "UBND", None),
        ("24 /TTr -UBND", "24/TTr-UBND", "24", None, "TTr", "UBND", None),
        ("10 /2024/NQ-HĐND", "10/2024/NQ-HĐND", "10", "2024", "NQ", "HĐND", None),
        ("13/2014/TTLT-BLĐTBXH-BTC", "13/2014/TTLT-BLĐTBXH-BTC", "13", "2014", "TTLT", "BLĐTBXH-BTC", None),
        ("30/2021/QH15", "30/2021/QH15", "30", "2021", None, "QH15", None),
        ("77/2006/QH 11", "77/2006/QH11", "77", "2006", None, "QH11", None),
        ("66.17/2026/NQ-CP", "66.17/2026/NQ-CP", "66.17", "2026", "NQ", "CP", None),
        ("61-CP", "61-CP", "61", None, None, "CP", None),
        ("07-KL/TW", "07-KL/TW", "07", None, "KL", "TW", None),
        ("04 /QĐ-BCĐ138", "04/QĐ-BCĐ138", "04", None, "QĐ", "BCĐ138", None),
        ("1906 /SGDĐT-CTrTT", "1906/SGDĐT-CTrTT", "1906", None, None, "SGDĐT", "CTrTT"),
        ("09/Anex Vietnam", "09/Anex Vietnam", "09", None, None, "Anex Vietnam", None),
    ],
)
def test_grammar(
    raw: str, text: str, serial: str, year: str | None, kind: str | None, issuer: str, unit: str | None
) -> None:
    read = read_number(raw)
    assert read.status == "ok"
    n = read.number
    assert (n.raw, n.text, n.serial, n.year) == (raw, text, serial, year)
    assert (n.type_symbol, n.issuer_symbol, n.unit_symbol) == (kind, issuer, unit)


def test_the_same_letters_in_a_letter_are_an_agency() -> None:
    n = read_number("2191 /CT-CS", letter=True).number
    assert (n.type_symbol, n.issuer_symbol, n.unit_symbol) == (None, "CT", "CS")


@pytest.mark.parametrize(
    ("raw", "status", "text"),
    [
        ("1497/QD-TTg", "repaired", "1497/QĐ-TTg"),
        ("44 |KH-STTTT", "repaired", "44/KH-STTTT"),
        ("10/2024/NQ-HDND", "repaired", "10/2024/NQ-HĐND"),
        ("/KH-TBTT", "blank", None),
        ("", "blank", None),
        ("4423 OP-BTTTT", "misread", None),
        ("4‡ /QĐ-UBND", "misread", None),
        ("0 5 /CT-UBND", "misread", None),
        ("không số", "malformed", None),
    ],
)
def test_damage(raw: str, status: str, text: str | None) -> None:
    read = read_number(raw)
    assert (read.status, read.number.text) == (status, text)


def test_a_misread_number_keeps_what_is_certain() -> None:
    read = read_number("4423 OP-BTTTT", type_symbol="QĐ")
    assert read.number.raw == "4423 OP-BTTTT"
    assert (read.number.serial, read.number.issuer_symbol) == (None, "BTTTT")
    assert read.suggestion == "4423/QĐ-BTTTT"


@given(st.text(alphabet="0123456789/|-_ .,QĐKHCTrBNDUTOPĐqd", max_size=24))
def test_digits_are_never_touched(raw: str) -> None:
    text = read_number(raw).number.text
    assert text is None or re.findall(r"\d", text) == re.findall(r"\d", raw)


@pytest.mark.parametrize(
    ("text", "iso", "status"),
    [
        ("Hà Nội, ngày 13 tháng 12 năm 2021", "2021-12-13", "ok"),
        ("Quảng Ngãi,ngày20tháng 3 năm 2018", "2018-03-20", "ok"),
        ("Hà Tĩnh, ngày 01 tháng12 năm 2025", "2025-12-01", "ok"),
        ("ngày 04- tháng01 năm 2021", "2021-01-04", "ok"),
        ("ngày 16/9/2021", "2021-09-16", "ok"),
        ("ngay 45 thing 9 ndm 2021", None, "impossible"),
        ("ngày 31 tháng 2 năm 2021", None, "impossible"),
        ("Hà Nội, ngày tháng năm 2021", None, "blank"),
        ("Hà Nội, ngày …… tháng …… năm 2021", None, "blank"),
        ("ngày 2O tháng 01 năm 2025", None, "unreadable"),
        ("ngày @3 tháng 01 năm 2025", None, "unreadable"),
    ],
)
def test_dates(text: str, iso: str | None, status: str) -> None:
    found = next(iter(find_dates(text)))
    assert (found.iso, found.status) == (iso, status)
    assert text[found.start : found.end].startswith(found.raw)


@pytest.mark.parametrize("text", ["năm 2021", "1.846 tổ chức", "giai đoạn 2021-2025", "73/CT-BTTTT", "ngày làm việc"])
def test_no_date(text: str) -> None:
    assert list(find_dates(text)) == []
