"""Where a component's body begins: header, title with subject, addressee."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from typing import Literal

from dau.document.orthography import letters

from ..facts.dates import find_dates
from ..facts.types import TypeName, type_of_name
from ..settings import StructureSettings
from . import anchors
from .lines import Layout, TextLine
from .tables import is_table_head
from .type_names import name_in_two, titled, titled_with_subject

Zone = Literal["header", "title", "addressee", "body", "recipients", "signature", "page_number", "footnote", "noise"]
Role = Literal["main", "attachment", "appendix"]
_OFFICES = ("thutuongchinhphu", "chutichnuoc")
"""Titles that stand in a header as the issuer's name."""
_BEHIND_NUMBER = re.compile(r"^.*\d\S*\s+")


def opening(
    lines: list[TextLine], role: Role, kind: TypeName | None, layout: Layout, settings: StructureSettings
) -> tuple[int, list[Zone], TypeName | None]:
    """(where the body begins, zones of what is before it, type)."""
    title = 0 if role != "main" and (kind or anchors.appendix(lines[0])) else find_title(lines, settings)
    zones: list[Zone] = []
    if title is None:
        found = None
        head = letterhead(lines[: settings.header_lines])
        at = head + _header_end(lines[head:], settings)
        zones = ["header"] * at
    elif glued := glued_title(lines[title]):
        found = glued[0]
        at = _glued_end(lines, title + 1, layout)
        zones += ["header"] * (title + 1)
        zones += ["title"] * (at - title - 1)
    else:
        found = kind or _type_at(lines, title, settings)
        behind = title + (2 if name_in_two(lines, title) else 1)
        at = _subject_end(lines, behind, layout, settings)
        zones += ["header"] * title
        zones += ["title"] * (at - title)
        if _header_follows(lines, at):
            below = _header_end(lines[at:], settings)
            zones += ["header"] * below
            at += below
    if at < len(lines) and anchors.is_addressee(lines[at]):
        end = _addressee_end(lines, at)
        zones += ["addressee"] * (end - at)
        at = end
    return at, zones, found


def _type_at(lines: list[TextLine], n: int, settings: StructureSettings) -> TypeName | None:
    line = lines[n]
    return titled(line, settings.keyword_similarity) or titled_with_subject(line) or name_in_two(lines, n)


def find_title(lines: list[TextLine], settings: StructureSettings) -> int | None:
    """Position of the line that names the type; None where no type is printed.

    What stands before the header with quốc hiệu (a cover sheet, a portal's table of facts, a caption) may name types
    and legal bases of its own: the title is looked for behind it, and only then above it.
    """
    head = letterhead(lines[: settings.header_lines])
    found = _title_from(lines, head, settings)
    return found if found is not None or not head else _title_from(lines, 0, settings)


def _title_from(lines: list[TextLine], begin: int, settings: StructureSettings) -> int | None:
    placed = False
    for n, line in enumerate(lines[begin : begin + settings.header_lines], begin):
        if line.said_body:
            continue
        kind = titled(line, settings.keyword_similarity) or name_in_two(lines, n)
        if kind and kind.group != "attached" and not line.text.rstrip(" .*").endswith(":"):
            return n
        if (placed and titled_with_subject(line)) or glued_title(line):
            return n
        placed = placed or bool(anchors.number_label(line.key)) or is_place_and_date(line)
        if (
            anchors.is_legal_basis(line)
            or anchors.is_addressee(line)
            or anchors.is_recipients(line)
            or _opens_body(line)
        ):
            return None
    return None


def glued_title(line: TextLine) -> tuple[TypeName, int] | None:
    """(type, where the subject begins) of a header line that goes on with the title: "Luật số: 59/2010/QH12 Hà Nội,
    ngày 17 tháng 11 năm 2010 LUẬT BẢO VỆ QUYỀN LỢI NGƯỜI TIÊU DÙNG"."""
    for found in find_dates(line.text):
        if not found.raw[:2].lower().startswith("ng") or not is_place(_behind_number(line.text[: found.start])):
            continue
        words = list(re.finditer(r"\S+", line.text[found.end :]))
        for count in range(min(4, len(words)), 0, -1):
            name = " ".join(w[0] for w in words[:count])
            kind = type_of_name(name) if name.isupper() else None
            if kind and kind.group in ("administrative", "normative"):
                return kind, found.end + words[count - 1].end()
    return None


def glued_subject(line: TextLine, issuer: str | None) -> str | None:
    """The subject that such a line ends with: the capitals behind the type, without the authority that enacts and
    without the first sentence of the body; None where the line names no type."""
    glued = glued_title(line)
    if glued is None:
        return None
    words = list(itertools.takewhile(lambda w: w == w.upper(), line.text[glued[1] :].split()))
    wanted = letters(issuer or "")
    for n in range(len(words)):
        tail = letters(" ".join(words[n:]))
        if wanted and tail.endswith(wanted) and tail[: -len(wanted)] in ("", "botruong", "chutich", "thongdoc"):
            words = words[:n]
            break
    return " ".join(words).strip(" *|_-[(")


def _glued_end(lines: list[TextLine], begin: int, layout: Layout) -> int:
    """Behind the subject that begins on the header's last line: only capitals go on with it."""
    n = begin
    while n < len(lines) and lines[n].caps and not _ends_subject(lines, n, [lines[begin - 1]], layout):
        n += 1
    return n


# ------------------------------------------------------------------ letterhead


def letterhead(lines: Sequence[TextLine]) -> int:
    """Where the header begins in which quốc hiệu stands; 0 where there is none on the first page, or where something
    before it is already a document's own."""
    for n, line in enumerate(lines):
        if line.page != lines[0].page or _within_document(line):
            return 0
        if anchors.motto_lines(lines, n):
            return header_begin(lines, n)
    return 0


def _within_document(line: TextLine) -> bool:
    if anchors.is_recipients(line) or anchors.is_addressee(line):
        return True
    if anchors.is_enacting(line) and line.text.rstrip(" *").endswith(":"):
        return True
    return any(m.style == "article" and m.clean for m in line.markers)


def header_begin(lines: Sequence[TextLine], n: int) -> int:
    """Where the header around the quốc hiệu at `n` begins: the capitals of the issuer, and the number, stand before
    it."""
    begin = n
    while begin > 0 and n - begin < 6:
        line = lines[begin - 1]
        signature = anchors.is_signature_line(line) and line.letters not in _OFFICES
        caption = type_of_name(line.text) is not None or titled_with_subject(line) is not None
        if signature or caption or not (line.caps or is_number_line(line) or line.rule):
            break
        begin -= 1
    return begin


def is_number_line(line: TextLine) -> bool:
    """ "Số: …", "Luật số: …" at the beginning of a line; not a document named in a sentence or a table."""
    label = anchors.number_label(line.key)
    if not label or label.start() > 12 or len(line.text) > 90:
        return False
    before = line.text[: label.start()].strip(" |*_")
    return not before or (label[0].rstrip()[-1:] in (":", ";", ".") and type_of_name(before) is not None)


def _header_follows(lines: list[TextLine], n: int) -> bool:
    """The header stands under the title: quốc hiệu after nothing but the issuer and the number."""
    for at in range(n, min(len(lines), n + 6)):
        if anchors.motto_lines(lines, at):
            return header_begin(lines, at) <= n
    return False


def _opens_body(line: TextLine) -> bool:
    found = line.markers
    return bool(found) and found[0].clean and found[0].style in ("article", "chapter", "part", "roman", "arabic")


def _header_end(lines: list[TextLine], settings: StructureSettings) -> int:
    """Where the header ends of a document that prints no type (công văn): at "Kính gửi", or behind its last anchor."""
    end = 0
    in_abstract = False
    for n, line in enumerate(lines[: settings.header_lines]):
        if anchors.is_addressee(line):
            return n
        if anchors.is_recipients(line) or anchors.is_legal_basis(line) or (_opens_body(line) and not end):
            break
        anchor = (
            anchors.is_motto(line)
            or anchors.is_motto_2(line)
            or _begins_with_number(line)
            or is_place_and_date(line)
        )
        if anchor or anchors.is_abstract(line):
            end = n + 1
            in_abstract = anchors.is_abstract(line)
        elif in_abstract and n == end and (line.starts_lower or len(line.text) < 45) and not line.markers:
            end = n + 1
        elif end and n - end > 12:
            break
    return end


def _begins_with_number(line: TextLine) -> bool:
    """ "Số: …"; a long line only if it goes on with V/v ("Số: 778/TCHQ-GSQL V/v xử lý vướng mắc …")."""
    label = anchors.number_label(line.key)
    if not label or label.start() >= 4:
        return False
    return len(line.text) < 90 or bool(re.search(r"\bv/v\b", line.key[:60]))


def is_place_and_date(line: TextLine) -> bool:
    """ "Hà Nội, ngày 13 tháng 12 năm 2021", also with blanks; not a date within a sentence."""
    if len(line.text) > 120:
        return False
    return any(
        "ng" in d.raw[:2].lower()
        and (d.end >= len(line.text.rstrip(" .|*_")) - 3 or anchors.addressee_begins(line.text[d.end :]))
        and is_place(_behind_number(line.text[: d.start]))
        for d in find_dates(line.text)
    )


def _behind_number(text: str) -> str:
    """The place that stands behind the number on one line; the whole text where there is none, as in "Thông tư số
    57/2021/TT-BTC ngày …", which cites."""
    return _BEHIND_NUMBER.sub("", text).strip() or text


def is_place(text: str) -> bool:
    text = text.strip(" ,.|*_")
    words = text.split()[-3:]
    return not text or (all(w[:1].isupper() for w in words) and len(words) > 0)


def _authority(lines: list[TextLine], n: int) -> bool:
    """Capitals that name who enacts, with căn cứ or the enacting formula shortly behind."""
    line = lines[n]
    if (
        not line.caps
        or len(line.text.split()) < 2
        or not (anchors.AGENCY_HEADS.match(line.key.strip(" *'")) or anchors.is_position(line.text))
    ):
        return False
    if n and line.key.startswith("bo ") and re.search(r"\bcong$", lines[n - 1].key):
        return False  # "CÔNG" / "BỐ DANH MỤC"
    return any(
        anchors.is_legal_basis(x)
        or anchors.is_proposal(x)
        or (anchors.is_enacting(x) and x.text.rstrip().endswith(":"))
        for x in lines[n + 1 : n + 5]
    )


def _subject_end(lines: list[TextLine], begin: int, layout: Layout, settings: StructureSettings) -> int:
    """Behind the last line of the subject (trích yếu) that begins at `begin`, notes such as "(Kèm theo …)" included."""
    taken: list[TextLine] = []
    ruled = False
    for n in range(begin, min(len(lines), begin + settings.subject_lines)):
        line = lines[n]
        if line.rule:
            ruled = bool(taken)
            continue
        text = " ".join(x.text for x in taken)
        inside = text.count("(") > text.count(")") or text.count("“") > text.count("”")
        if anchors.is_attached_note(line) or (inside and len(text) < 900):
            taken.append(line)
            continue
        if ruled or _ends_subject(lines, n, taken, layout):
            return n
        taken.append(line)
    return min(len(lines), begin + settings.subject_lines) if taken else begin


def _ends_subject(lines: list[TextLine], n: int, taken: list[TextLine], layout: Layout) -> bool:
    line = lines[n]
    if line.line.cell is not None or is_table_head(lines, n):
        return True
    if anchors.is_legal_basis(line) or anchors.is_proposal(line):
        return True
    if anchors.is_addressee(line) or anchors.is_recipients(line) or anchors.is_enacting(line) or _authority(lines, n):
        return True
    if taken and _header_follows(lines, n):
        return True
    found = line.markers
    if found and (found[0].clean or found[0].style == "roman") and found[0].style not in ("decimal", "paren"):
        return True
    if not taken:
        return False
    before = taken[-1]
    if anchors.is_attached_note(taken[0]) or (before.text.rstrip().endswith((")", "./.")) and not line.caps):
        return True
    if line.starts_lower:
        # the body's first words may be lost under a stamp
        return (bool(line.blanks) and before.full_stop) or (_gap_above(lines, n, layout) and not _centred(line, layout))
    if taken[0].caps != line.caps and not anchors.is_abstract(taken[0]) and before.caps:
        return not (anchors.is_abstract(line) or line.text[:1] in '“"(')
    if line.text[:1] in '“"':
        return False
    return _looks_like_body(lines, n, layout)


def _looks_like_body(lines: list[TextLine], n: int, layout: Layout) -> bool:
    """A line that begins with a capital behind a subject: the body's first line, or one more line of the subject."""
    line = lines[n]
    after = lines[n + 1] if n + 1 < len(lines) else None
    margins = layout.pages.get(line.page)
    if line.bbox and margins:
        if _gap_above(lines, n, layout):
            return not line.caps
        return not (_centred(line, layout) or (line.caps and line.bbox[0] - margins.left > margins.height))
    if line.blanks:
        return not line.caps
    if line.caps and lines[n - 1].caps:
        return False
    if not layout.wrapped:
        return True
    full = layout.first if layout.short_first else layout.full
    continues = after is not None and after.starts_lower and after.width > 0.6 * layout.full
    return (line.width >= 0.7 * full and continues) or line.width > 0.97 * layout.full


def _gap_above(lines: list[TextLine], n: int, layout: Layout) -> bool:
    """Whether more white than between lines is above a line, by the boxes."""
    line, before = lines[n], lines[n - 1]
    margins = layout.pages.get(line.page)
    if not line.bbox or not before.bbox or not margins or before.page != line.page:
        return False
    return line.bbox[1] - before.bbox[3] > 0.8 * margins.height


def _centred(line: TextLine, layout: Layout) -> bool:
    """Whether a line stands in the middle of its page, by its box."""
    margins = layout.pages.get(line.page)
    if not line.bbox or not margins:
        return False
    left, right = line.bbox[0] - margins.left, margins.right - line.bbox[2]
    return left > 0.3 * margins.height and abs(left - right) <= 1.8 * margins.height


def _addressee_end(lines: list[TextLine], begin: int) -> int:
    """Behind the last line of "Kính gửi: …"."""
    n = begin + 1
    listed = len(lines[begin].text) < 14
    while n < len(lines) and n - begin < 40:
        line, before = lines[n], lines[n - 1]
        dash = any(m.style in ("dash", "plus") for m in line.markers)
        if (dash and (n == begin + 1 or before.text.rstrip().endswith((";", ",", ":")))) or (listed and n == begin + 1):
            n += 1
            continue
        if (
            not before.text.rstrip().endswith((".", ";", ":"))
            and (line.starts_lower or before.open_end)
            and not line.blanks
        ):
            n += 1
            continue
        break
    return n
