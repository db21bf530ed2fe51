"""What makes the parser fast changes nothing: bare letters, beginnings and ends of lines, looks that spare
a text its reading."""

import re
import sys

import pytest

from dau.document.orthography import _bare_letter, letters, skeleton
from dau.structure.citing import mentions
from dau.structure.facts import markers as numbering
from dau.structure.facts import symbols
from dau.structure.facts.types import all_types, type_of_name
from dau.structure.layout.lines import _FULL_STOPS, _TERMINALS, TextLine, _closes, read_lines

from .reading import ROOT, text_transcript


def test_bare_letters_of_every_character() -> None:
    """A code page maps nearly all text; what is not on it, one by one."""
    wrong = [chr(n) for n in range(sys.maxunicode + 1) if skeleton(chr(n)) != _bare_letter(chr(n))]
    assert wrong == []


@pytest.mark.parametrize(
    ("text", "bare"),
    [
        ("", ""),
        ("QUYẾT ĐỊNH:\t“Về việc…”", "quyet dinh:\t“ve viec…”"),
        ("Đ\u01b0\u0323c 𝐀 漢", "du\u0323c 𝐀 漢"),
        ("\x00\ufffe", "\x00\ufffe"),
    ],
)
def test_bare_letters_keep_offsets(text: str, bare: str) -> None:
    assert skeleton(text) == bare
    assert len(skeleton(text)) == len(text)


BEGINNINGS = [
    "Điều 5. Hiệu lực", "Dieu 5: Hiệu lực", "Chương IV", "Phần thứ hai", "Mục 3", "Tiểu mục 2", "I. Mục đích",
    "Il, Yêu cầu", "1.2. Kinh phí", "1. Một", "2: Hai việc", "a) Một", "b] Hai", "€) Ba", "A. Phần", "(1) Một",
    "(iv) Bốn", "+ Cộng", "- Gạch", "• Chấm", "*Sao", "' 3. Ba", "l. Một", "1) Một", "2021 là năm", "Căn cứ Luật",
    "0,04", "...", "|", "H. Xuân Lộc",
]  # fmt: skip


@pytest.mark.parametrize("text", BEGINNINGS)
def test_a_beginning_is_passed_over_only_if_no_pattern_matches(text: str) -> None:
    signs = [numbering._DECIMAL, numbering._ROMAN_MARK, numbering._ARABIC, numbering._LETTER]
    signs += (numbering._UPPER_MARK, numbering._PAREN, numbering._PLUS, numbering._DASH)
    words = (numbering._ARTICLE, numbering._PART, numbering._CHAPTER, numbering._SUBSECTION, numbering._SECTION)
    assert bool(numbering._ANY_SIGN.match(text)) == any(p.match(text) for p in signs)
    assert bool(numbering._ANY_WORD.match(skeleton(text))) == any(p.match(skeleton(text)) for p in words)


@pytest.mark.parametrize("closer", ["", " ", "”", ' ") ', "’]", " ) ”"])
@pytest.mark.parametrize("end", [".", ";", ":", "!", "?", "…", "./", "./.", ",", "và", "/", ""])
def test_the_end_of_a_line(end: str, closer: str) -> None:
    text = f"Tổ chức thực hiện{end}{closer}"
    full_stop = re.search(r"(?:[.!?…]|\./\.?)\s*[”\"’')\]]*\s*$", text)
    terminal = re.search(r"(?:[.;:!?…]|\./\.?)\s*[”\"’')\]]*\s*$", text)
    assert _closes(text, _FULL_STOPS) == bool(full_stop)
    assert _closes(text, _TERMINALS) == bool(terminal)


NAMED = [
    "theo Luật Thi đua, khen thưởng năm 2003", "Bộ luật Lao động", "Pháp lệnh Ưu đãi", "Hiến pháp Việt Nam",
    "Nghị quyết Đại hội đại biểu toàn quốc lần thứ XIII của Đảng", "Hội nghị Trung ương 6 khóa XII thống nhất",
    "Kế hoạch của Ủy ban nhân dân tỉnh", "hướng dẫn “Quy trình vận hành”", 'đề án "Chuyển đổi số quốc gia"',
    "thực hiện Quy hoạch tổng thể phát triển kinh tế", "Lời kêu gọi thi đua ái quốc ngày 11 tháng 6",
    "Thư kêu gọi nhân dân ngày 2 tháng 9", "Thông điệp gửi ngày 1 tháng 5", "Di chúc của Người ngày 10 tháng 5",
]  # fmt: skip


@pytest.mark.parametrize("text", NAMED)
def test_each_way_of_naming_a_document_is_looked_for(text: str) -> None:
    """No pattern is passed over for want of words that it does not need; one at least is found in each text."""
    for pattern in mentions._NEEDED:
        assert [m.span() for m in mentions._found(pattern, text)] == [m.span() for m in pattern.finditer(text)]
    assert any(pattern.search(text) for pattern in mentions._NEEDED)


def test_no_pattern_is_passed_over_in_the_samples() -> None:
    lines = [line for path in ROOT.glob("corpus/*/*.txt") for line in path.read_text(encoding="utf-8").splitlines()]
    for line in lines:
        assert all(any(n in line for n in needed) for p, needed in mentions._NEEDED.items() if p.search(line))
        signed = symbols._SYMBOL.search(line) or symbols._ASSEMBLY.search(line)
        assert not signed or any(sign in line for sign in symbols._SIGNS)


def test_what_a_line_is_asked_is_computed_once() -> None:
    (line,) = read_lines(text_transcript("I. MỤC ĐÍCH"))
    assert isinstance(line, TextLine)
    assert line.key is line.key
    assert line.markers is line.markers
    assert line.letters == letters(line.text)


def test_every_type_is_found_by_its_name() -> None:
    for kind in all_types():
        first = next(t for t in all_types() if letters(t.name) == letters(kind.name))
        assert type_of_name(kind.name.upper()) is first
