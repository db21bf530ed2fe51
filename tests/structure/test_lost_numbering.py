"""Numbering that a reader damaged: full stops lost, strokes lost, other signs, whole markers lost; from boxes and from
what a second engine read."""

from __future__ import annotations

import pytest

from dau.document.directive import Directive
from dau.document.transcript import Transcript
from dau.structure import parse, reproduce

from .reading import boxed_page, ids, line_ids, parse_body

MARGIN, INDENT = 85.0, 115.0
LONG = "thực hiện nghiêm túc các nhiệm vụ được giao theo đúng các quy định của pháp luật hiện"

LEAD = ["Căn cứ tình hình, Chủ tịch Ủy ban nhân dân tỉnh yêu cầu các sở, ngành, đơn"]
LEAD += [f">{LONG}", f">{LONG}", ">hành, như sau:"]


def _pages(*pages: str) -> Transcript:
    """Pages of a directive as a reader gives them, behind a paragraph that shows the margins: a line that begins with
    `>` stands at the left one, any other one is indented as the first line of a paragraph."""
    made = []
    for number, text in enumerate(pages, 1):
        rows = [(260.0, 90.0, "CHỈ THỊ"), (220.0, 106.0, "Về việc thử nghiệm")] if number == 1 else []
        lead = LEAD if number == 1 else []
        for n, line in enumerate([*lead, *text.splitlines()]):
            rows.append((MARGIN if line.startswith(">") else INDENT, 140.0 + 18 * n, line.removeprefix(">")))
        made.append(boxed_page(number, rows))
    return Transcript(pages=tuple(made))


def _parse(*pages: str) -> Directive:
    transcript = _pages(*pages)
    directive = parse(transcript)
    assert reproduce(directive) == line_ids(transcript)
    return directive


def _ids(directive: Directive) -> list[str]:
    first, *rest = ids(directive)
    assert first == "chi-thi/preamble/p1"
    return [i.removeprefix("chi-thi/").removeprefix("preamble/") for i in rest]


def _flags(directive: Directive) -> set[tuple[str, object, str | None]]:
    return {(r.code, r.raw, r.resolved) for r in directive.review if r.code.startswith("list_marker")}


def _sections(directive: Directive) -> list[str | None]:
    return [n.number for n in directive.nodes if n.kind == "section"]


@pytest.mark.parametrize(
    ("first", "second", "third", "flags"),
    [
        # the full stop is lost, before a heading in capitals
        ("I", "II", "III", set()),
        ("L", "II.", "III", {("L", "I.")}),
        ("IL¦I.", "II.", "III.", {("IL", "I.")}),
        ("Ì", "H.", "III.", {("Ì", "I."), ("H.", "II.")}),
        # a figure for a stroke
        ("1.", "II.", "III.", {("1.", "I.")}),
        ("1.¦I.", "I.¦H.", "III.", {("1.", "I."), ("I.", "II.")}),
        # every numeral is misread, and another engine saw it
        ("L¦I.", "H.¦II.", "HI.¦III.", {("L", "I."), ("H.", "II."), ("HI.", "III.")}),
        ("I.", "II.", "II.¦III.", {("II.", "III.")}),
        ("I.", "II.", "III.¦II.", set()),
    ],
)
def test_sections_in_capitals(first: str, second: str, third: str, flags: set[tuple[str, str]]) -> None:
    d = _parse(
        f"{first} TỔ CHỨC PHONG TRÀO THI ĐUA\n1. Một việc cần làm ngay.\n2. Hai việc cần làm ngay.\n"
        f"{second} MỤC TIÊU TRỌNG TÂM\n1. Một việc cần làm ngay.\n2. Hai việc cần làm ngay.\n"
        f"{third} TỔ CHỨC THỰC HIỆN\n1. Một việc cần làm ngay.\n2. Hai việc cần làm ngay."
    )
    assert _sections(d) == ["I.", "II.", "III."]
    assert _ids(d) == [f"{s}{x}" for s in ("I", "II", "III") for x in ("", "/1", "/2")]
    assert _flags(d) == {("list_marker_misread", raw, resolved) for raw, resolved in flags}


def test_sections_in_small_letters_need_the_other_engine() -> None:
    body = "{} Những vấn đề cần thống nhất\n- Một việc.\n- Hai việc.\n{} Nội dung cụ thể\n1. Một.\n2. Hai."
    assert _sections(_parse(body.format("1.¦I.", "I.¦H."))) == ["I.", "II."]
    assert _sections(_parse(body.format("1.", "I."))) == ["I."]


@pytest.mark.parametrize(
    "body",
    [
        # a list of its own before the sections: 2. follows 1.
        "1. MỘT VIỆC\n2. HAI VIỆC\nII. NỘI DUNG\n1. Một việc.",
        # a heading that goes on in the next line
        "I. NHIỆM VỤ CỦA GIAI ĐOẠN\n>II VÀ CÁC GIAI ĐOẠN SAU\n1. Một việc.\nIII. NỘI DUNG\n1. Một việc.",
        # a heading with a numeral of its own is not the section that is missing
        "I. MỘT\n1. Một việc.\nVI. NĂNG LƯỢNG ĐIỆN\n1. Một việc.\nIII. BA\n1. Một việc.",
        # capitals without the section behind them
        "L TỔ CHỨC TRIỂN KHAI\n1. Một việc.\n2. Hai việc.",
    ],
)
def test_no_section_without_its_siblings(body: str) -> None:
    d = _parse(body)
    assert not [r for r in d.review if r.code == "list_marker_misread"]
    assert "chi-thi/I/2" not in ids(d)


@pytest.mark.parametrize(
    ("body", "lost", "raw"),
    [
        # the first section, a middle one, and one whose heading hangs on the last item of the list before it
        ("TỔ CHỨC PHONG TRÀO\n1. Một.\nII. MỤC TIÊU\n1. Một.\nIII. TỔ CHỨC\n1. Một.", "I", "TỔ CHỨC PHONG TRÀO"),
        ("I. TỔ CHỨC\n1. Một.\nMỤC TIÊU CHUNG\n1. Một.\nIII. TỔ CHỨC\n1. Một.", "II", "MỤC TIÊU CHUNG"),
        ("I. TỔ CHỨC\n- Một.\n- Hai.\nMỤC TIÊU CHUNG\nMột đoạn.\nIII. TỔ CHỨC\n1. Một.", "II", "MỤC TIÊU CHUNG"),
    ],
)
def test_a_section_whose_marker_is_gone(body: str, lost: str, raw: str) -> None:
    d = _parse(body)
    assert _sections(d) == ["I.", "II.", "III."]
    assert ("list_marker_gap", raw, f"{lost}.") in _flags(d)
    below = [n.id for n in d.nodes if n.parent == f"chi-thi/{lost}"]
    assert below in ([f"chi-thi/{lost}/1"], [f"chi-thi/{lost}/p1"])


@pytest.mark.parametrize(
    ("body", "expected", "flags"),
    [
        # a full stop read as another sign, before a capital
        ("1, Một việc.\n2: Hai việc.\n3; Ba việc.", ["1", "2", "3"], set()),
        ("a, Một việc;\nb] Hai việc;\nc) Ba việc.", ["a", "b", "c"], set()),
        ("1. Một việc.\n: 2. Hai việc.\n3. Ba việc.", ["1", "2", "3"], set()),
        # only the stroke of a first item is left
        ("Một đoạn.\n1 Một việc.\n2. Hai việc.", ["p2", "1", "2"], {("list_marker_gap", "1", "1.")}),
        ("Một đoạn.\n3 Một việc.\n2. Hai việc.", ["p2", "p3", "2"], {("list_marker_gap", "→ 2.", None)}),
        # a speck before the marker
        ("a) Một;\nb) Hai;\n1 c) Ba;\nd) Bốn.", ["a", "b", "c", "d"], {("list_marker_gap", "1 c)", "c)")}),
        ("a) Một;\nb) Hai;\n1 h) Ba;\nd) Bốn.", ["a", "b", "b/p2", "d"], {("list_marker_gap", "b) → d)", None)}),
        # a figure is no remainder of a first letter, but of one between two others
        ("6. Một đoạn:\n1 Một việc;\nb) Hai.", ["6", "6/p1", "6/b"], set()),
        ("a) Một;\n8) Hai;\nc) Ba.", ["a", "b", "c"], {("list_marker_gap", "8)", "b)")}),
        # letters: l and i for each other, or read as 1
        ("h) Một;\n1) Hai;\nk) Ba;\n1) Bốn;\nm) Năm.", ["h", "i", "k", "l", "m"],
         {("list_marker_gap", "→ h)", None), ("list_marker_misread", "1)", "i)"),
          ("list_marker_misread", "1)", "l)")}),
        ("a) Một;\nb) Hai;\n€) Ba;\nd) Bốn.", ["a", "b", "c", "d"], {("list_marker_misread", "€)", "c)")}),
        # another engine's reading of a scrap
        ("a) Một;\nb) Hai;\n)¦c) Ba;\nd) Bốn.", ["a", "b", "c", "d"], {("list_marker_misread", ")", "c)")}),
        ("a) Một;\nb) Hai;\nD)¦c) Ba;\nd) Bốn.", ["a", "b", "c", "d"], {("list_marker_misread", "D)", "c)")}),
        # a number is not taken from a single engine where another number stands
        ("1. Một.\n3.¦2. Hai.\n4. Ba.", ["1", "3", "4"], {("list_marker_gap", "1. → 3.", None)}),
    ],
)  # fmt: skip
def test_items_and_points(body: str, expected: list[str], flags: set[tuple[str, str, str | None]]) -> None:
    d = _parse(body)
    assert _ids(d) == expected
    assert flags <= _flags(d)


@pytest.mark.parametrize("text", ["10, 11 sẽ thay đổi cục diện", "6, PL 6, QĐ 66", "5: 2 tỷ số", "a, b và c"])
def test_no_item(text: str) -> None:
    assert ids(parse_body(f"1. Một.\n{text}")) in (["chi-thi/1"], ["chi-thi/1", "chi-thi/1/p2"])


@pytest.mark.parametrize(
    ("pages", "expected"),
    [
        # the heading fills its line, and the list begins under it at the same indent
        ((f"3. Đối với công tác {LONG[:60]}\na) Trưởng các điểm thi\nb) Sở Y tế.",), ["3", "3/a", "3/b"]),
        ((f"I. ĐỐI VỚI CÔNG TÁC {LONG[:60].upper()}\n1. Sở Y tế.\n2. Sở Tài chính.",), ["I", "I/1", "I/2"]),
        # every item fills its line, and all are indented
        ((f"1. Ông Trương {LONG[:66]}\n2. Ông Lê {LONG[:66]}\n3. Ông Đặng {LONG[:66]}",), ["1", "2", "3"]),
        # behind the page number stands another one that nobody recognised
        ((f"1. Một việc {LONG}\n2. Hai việc.\n>12 11", f"3. Ba việc {LONG}\n>{LONG} hành."), ["1", "2", "2/p2", "3"]),
    ],
)  # fmt: skip
def test_where_a_list_begins_or_goes_on(pages: tuple[str, ...], expected: list[str]) -> None:
    assert _ids(_parse(*pages)) == expected
