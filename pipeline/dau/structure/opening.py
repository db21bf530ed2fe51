"""Where a component's body begins: header, title with subject, addressee."""

from __future__ import annotations

from typing import Literal

from . import anchors
from .dates import find_dates
from .lines import Layout, TextLine
from .markers import markers
from .settings import StructureSettings
from .tables import is_table_head
from .types import TypeName, titled, titled_with_subject

Zone = Literal["header", "title", "addressee", "body", "recipients", "signature", "page_number", "noise"]
Role = Literal["main", "attachment", "appendix"]


def opening(
    lines: list[TextLine], role: Role, kind: TypeName | None, layout: Layout, settings: StructureSettings
) -> tuple[int, list[Zone], TypeName | None]:
    """(where the body begins, zones of what is before it, type)."""
    title = 0 if role != "main" and (kind or anchors.appendix(lines[0])) else find_title(lines, settings)
    zones: list[Zone] = []
    if title is not None:
        found = kind or titled(lines[title], settings.keyword_similarity) or titled_with_subject(lines[title])
        zones = ["header"] * title
        end = _subject_end(lines, title + 1, layout, settings)
        zones += ["title"] * (end - title)
        at = end
    else:
        found = None
        at = _header_end(lines, settings)
        zones = ["header"] * at
    if at < len(lines) and anchors.is_addressee(lines[at]):
        end = _addressee_end(lines, at)
        zones += ["addressee"] * (end - at)
        at = end
    return at, zones, found


def find_title(lines: list[TextLine], settings: StructureSettings) -> int | None:
    """Position of the line that names the type; None where no type is printed."""
    placed = False
    for n, line in enumerate(lines[: settings.header_lines]):
        kind = titled(line, settings.keyword_similarity)
        if kind and kind.group != "attached" and not line.text.rstrip(" .*").endswith(":"):
            return n
        if placed and titled_with_subject(line):
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


def _opens_body(line: TextLine) -> bool:
    found = markers(line.text)
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
            or bool(len(line.text) < 90 and (label := anchors.number_label(line.key)) and label.start() < 4)
            or is_place_and_date(line)
        )
        if anchor or anchors.is_abstract(line):
            end = n + 1
            in_abstract = anchors.is_abstract(line)
        elif in_abstract and n == end and (line.starts_lower or len(line.text) < 45) and not markers(line.text):
            end = n + 1
        elif end and n - end > 12:
            break
    return end


def is_place_and_date(line: TextLine) -> bool:
    """ "Hà Nội, ngày 13 tháng 12 năm 2021", also with blanks; not a date within a sentence."""
    if len(line.text) > 120:
        return False
    return any(
        "ng" in d.raw[:2].lower() and d.end >= len(line.text.rstrip(" .|*_")) - 3 and _is_place(line.text[: d.start])
        for d in find_dates(line.text)
    )


def _is_place(text: str) -> bool:
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
    if is_table_head(lines, n) or anchors.is_legal_basis(line) or anchors.is_proposal(line):
        return True
    if anchors.is_addressee(line) or anchors.is_recipients(line) or anchors.is_enacting(line) or _authority(lines, n):
        return True
    found = markers(line.text)
    if found and (found[0].clean or found[0].style == "roman") and found[0].style not in ("decimal", "paren"):
        return True
    if not taken:
        return False
    before = taken[-1]
    if anchors.is_attached_note(taken[0]) or (before.text.rstrip().endswith((")", "./.")) and not line.caps):
        return True
    if line.starts_lower:
        return bool(line.blanks) and before.full_stop
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
        before = lines[n - 1]
        if before.bbox and before.page == line.page and line.bbox[1] - before.bbox[3] > 0.8 * margins.height:
            return not line.caps
        left, right = line.bbox[0] - margins.left, margins.right - line.bbox[2]
        centred = left > 0.3 * margins.height and abs(left - right) <= 1.8 * margins.height
        return not (centred or (line.caps and left > margins.height))
    if line.blanks:
        return not line.caps
    if not layout.wrapped:
        return True
    full = layout.first if layout.short_first else layout.full
    continues = after is not None and after.starts_lower and after.width > 0.6 * layout.full
    return (line.width >= 0.7 * full and continues) or line.width > 0.97 * layout.full


def _addressee_end(lines: list[TextLine], begin: int) -> int:
    """Behind the last line of "Kính gửi: …"."""
    n = begin + 1
    listed = len(lines[begin].text) < 14
    while n < len(lines) and n - begin < 40:
        line, before = lines[n], lines[n - 1]
        dash = any(m.style in ("dash", "plus") for m in markers(line.text))
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
