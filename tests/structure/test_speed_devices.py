"""What makes the parser fast changes nothing: bare letters, beginnings and ends of lines, the garbage collector."""

import gc
import re
import sys

import pytest

from dau.document.orthography import _bare_letter, skeleton
from dau.structure import markers as numbering
from dau.structure import parse
from dau.structure.lines import _FULL_STOPS, _TERMINALS, TextLine, _closes, letters, read_lines
from dau.structure.types import all_types, type_of_name
from dau.structure.uncollected import uncollected

from .reading import text_transcript


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


@pytest.mark.parametrize("running", [True, False])
def test_the_collector_runs_afterwards_as_before(running: bool) -> None:
    was = gc.isenabled()
    (gc.enable if running else gc.disable)()
    try:
        parse(text_transcript("QUYẾT ĐỊNH"))
        assert gc.isenabled() is running
        with pytest.raises(ZeroDivisionError), uncollected():
            assert not gc.isenabled()
            _ = 1 / 0
        assert gc.isenabled() is running
    finally:
        (gc.enable if was else gc.disable)()
