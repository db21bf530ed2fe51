"""What may not change, as tables: traps that real documents set."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dau.restore import guard

ALLOWED = [
    ("s6", "số"),
    ("c6 hiéu lyc", "có hiệu lực"),
    ("b6 sung", "bổ sung"),
    ("T6 chirc", "Tổ chức"),
    ("T4p trung", "Tập trung"),
    ("B6 TTTT", "Bộ TTTT"),
    ("phong 1a co ban", "phòng là cơ bản"),
    ("chién lugc 1au dai", "chiến lược lâu dài"),
    ("dong l1ong", "đồng lòng"),
    ("tuong 4i;", "tương ái;"),
    ("s6 1497/QD-TTg", "số 1497/QĐ-TTg"),
    ("17/2017/ND-CP", "17/2017/NĐ-CP"),
    ("ngay 45 thing 9", "ngày 45 tháng 9"),
    ("dich Covid-19", "dịch Covid-19"),
    ("Covid- 19", "Covid-19"),
    ("theo Vi-19", "theo Ví-19"),
    ("diem đ.1)", "điểm đ.1)"),
    ("Covld-19", "Covid-19"),
    ("T hong tin", "Thông tin"),
    ("doankét", "đoàn kết"),
    ("dién thoai 19001095", "điện thoại 19001095"),
    ("khoan 5a Diéu 12", "khoản 5a Điều 12"),
    ("", ""),
]

FORBIDDEN = [
    ("4423 OP-BTTTT", "1423 QĐ-BTTTT"),
    ("ngay 45 thing 9", "ngày 15 tháng 9"),
    ("ngay 16/9/2021", "ngày 16/9/2022"),
    ("19001095", "19001096"),
    ("1900 1095", "19001095"),
    ("30/2021/QH15", "30/2021/QH14"),
    ("30/2021/QH15", "30/2021/QHIS"),
    ("07-KL/TW", "07-KH/TW"),
    ("07-KL/TW", "O7-KL/TW"),
    ("1497/QD-TTg", "1497/QĐ-TTG"),
    ("1497/QD-TTg", "1497/NĐ-TTg"),
    ("1497/QD-TTg", "1497/QĐ- TTg"),
    ("05 /CT-TW", "05/CT-TW"),
    ("5G", "SG"),
    ("mang 5G", "mạng 56"),
    ("F0", "Fo"),
    ("F0", "F1"),
    ("s6", "s8"),
    ("s6", "s0"),
    ("so", "s0"),
    ("Il.", "11."),
    ("m2", "mỗ"),
    ("khoản 1a", "khoản là"),
    ("2,5 tấn", "25 tấn"),
    ("2.500.000 đồng", "2.500000 đồng"),
    ("50%", "50"),
    ("a@gov.vn", "á@gov.vn ạ"),
    ("https://dichvucong.gov.vn", "https://dichvụcong.gov.vn/"),
    ("Số: 44 ngày 15", "Số: ngày 15"),
    ("ngày 15", "ngày 15 15"),
    ("12 13", "13 12"),
    ("Covid-19", "Covid-l9"),
    ("theo to-61", "theo tổ-ổn"),
    ("theo ke-14", "theo kẻ-là"),
    ("theo Vi-19", "theo Vũ-là"),
    ("tai d.1)", "tại đã)"),
    ("muc 1.an", "mục loan"),
    ("ngày ٣", "ngày 3"),
]

PROTECTED = [
    "4423", "19001095", "16/9/2021", "16-9-2021", "30/2021/QH15", "1497/QD-TTg", "17/2017/ND-CP", "07-KL/TW", "5G",
    "F0", "H5N1", "A4", "QH15", "m2", "02993.855.246", "(17)", "2.500.000đ", "50%", "a.b@tttt.gov.vn", "www.mic.gov.vn",
    "https://mic.gov.vn/a?b=c", "dichvucong.gov.vn", "Covigi—l9", "9h30", "l5/9/2021", "I11.", "X1", "COVID-19",
    "d.1)", "đ.1", "b.6", "1.an", "6-on", "a-1",
]
WORDS = ["s6", "c6", "b6", "d6i", "l1ong", "1au", "xi6i", "T4p", "c0ng"]


@pytest.mark.parametrize(("raw", "restored"), ALLOWED)
def test_spelling_may_change(raw: str, restored: str) -> None:
    assert guard.violations(raw, restored) == []


@pytest.mark.parametrize(("raw", "restored"), FORBIDDEN)
def test_what_a_document_says_may_not(raw: str, restored: str) -> None:
    assert guard.violations(raw, restored)


@pytest.mark.parametrize("token", PROTECTED)
def test_protected(token: str) -> None:
    assert guard.is_protected(token)
    assert not guard.is_misread_word(token)
    assert guard.violations(token, guard.core(token)) == []


@pytest.mark.parametrize("token", WORDS)
def test_misread_words(token: str) -> None:
    assert guard.is_misread_word(token)
    assert not guard.is_protected(token)


def test_a_violation_says_what_became_what() -> None:
    found = guard.violations("ngày 45 tháng 9", "ngày 15 tháng 9")
    assert [(v.raw, v.restored) for v in found] == [("45", "15")]
    assert str(found[0]) == "45 became 15"


texts = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=60)
damaged = st.lists(
    st.sampled_from(["s6", "vé", "ngay", "16/9/2021", "5G", "07-KL/TW", "(17)", "Covid-19", "a@b.vn", "1a", "khoan"]),
    max_size=12,
).map(" ".join)


@given(texts | damaged)
def test_a_line_does_not_violate_itself(line: str) -> None:
    assert guard.violations(line, line) == []


@given(damaged, st.integers(0, 9))
def test_no_digit_of_a_number_can_be_replaced(line: str, digit: int) -> None:
    numbers = re.sub(r"\b(s6|1a)\b", "x", line)
    changed = re.sub(r"\d", str(digit), numbers)
    assert bool(guard.violations(numbers, changed)) == (changed != numbers)


numbers = st.from_regex(r"[0-9]{1,4}", fullmatch=True)
letters = st.from_regex(r"[a-zđ]{1,6}", fullmatch=True)


@given(letters, st.sampled_from("-–/.,:"), numbers)
def test_a_number_apart_from_a_word_is_protected(word: str, mark: str, number: str) -> None:
    for token in (f"{word}{mark}{number}", f"{number}{mark}{word}"):
        assert any(number in atom for atom in guard.atoms(f"theo {token}"))


@given(damaged)
def test_no_number_can_vanish(line: str) -> None:
    tokens = line.split()
    for n, token in enumerate(tokens):
        if guard.is_protected(token, tokens[n - 1] if n else ""):
            assert guard.violations(line, " ".join([*tokens[:n], "chữ", *tokens[n + 1 :]]))


def test_long_tokens_are_bounded() -> None:
    token = "a@" * 60_000
    assert guard.violations(token, token) == []
    assert guard.violations(token, token + "b")
