"""Lines to blocks: which component a line belongs to, and which part of the page it is.

A directive has header, title with subject, addressee, body, recipients and signature (Nghị định 30/2020/NĐ-CP,
Phụ lục I); a plan or regulation issued with it, and appendices, follow with a title and a body of their own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..facts.types import TypeName
from ..settings import StructureSettings
from . import anchors
from .lines import Layout, TextLine, measure
from .margins import asides
from .opening import Role, Zone, find_title, header_begin, opening
from .type_names import titled


@dataclass(frozen=True)
class Part:
    """A component's printed lines in order, each with its zone."""

    role: Role
    type: TypeName | None
    lines: tuple[tuple[Zone, TextLine], ...]
    layout: Layout

    def zone(self, zone: Zone) -> list[TextLine]:
        return [line for kind, line in self.lines if kind == zone]


def segment(lines: Sequence[TextLine], settings: StructureSettings) -> list[Part]:
    """The components of a document in order; all printed lines are in exactly one of them."""
    printed = [line for line in lines if not line.blank]
    aside = _as_reviewed(printed, asides(printed))
    stream = [line for line in printed if line.index not in aside]
    starts = _component_starts(stream, settings)
    parts: list[Part] = []
    if not stream:
        return _with_aside(parts, printed, aside)
    for (begin, role, kind), (end, _, _) in zip(starts, [*starts[1:], (len(stream), "main", None)], strict=True):
        parts.append(_zone_part(stream[begin:end], role, kind, settings))
    return _with_aside(parts, [line for line in printed if line.index in aside], aside)


def _as_reviewed(lines: Sequence[TextLine], zones: dict[int, Zone]) -> dict[int, Zone]:
    """What stands aside, with what people said of lines: it is text, or it is none."""
    said = {line.index: line.boundary for line in lines if line.boundary is not None}
    noise: dict[int, Zone] = {index: "noise" for index, what in said.items() if what == "noise"}
    return {index: zone for index, zone in zones.items() if index not in said} | noise


def _with_aside(parts: list[Part], lines: list[TextLine], zones: dict[int, Zone]) -> list[Part]:
    """Page numbers and notes put back where they stood, in the component around them."""
    if not parts:
        return [Part("main", None, tuple((zones[line.index], line) for line in lines), measure(lines))]
    out = []
    for n, part in enumerate(parts):
        following = parts[n + 1].lines[0][1].index if n + 1 < len(parts) else None
        start = part.lines[0][1].index if n else -1
        mine = [line for line in lines if line.index > start and (following is None or line.index < following)]
        merged = sorted([*part.lines, *((zones[line.index], line) for line in mine)], key=lambda z: z[1].index)
        out.append(Part(part.role, part.type, tuple(merged), part.layout))
    return out


def _component_starts(stream: list[TextLine], settings: StructureSettings) -> list[tuple[int, Role, TypeName | None]]:
    if not stream:
        return []
    starts: list[tuple[int, Role, TypeName | None]] = [(0, "main", None)]
    closed = False
    title = find_title(stream, settings) or 0
    for n, line in enumerate(stream):
        if n <= title or line.line.cell is not None or line.said_body:
            continue
        if anchors.is_recipients(line) or (line.caps and anchors.authority_prefix(line.text)):
            closed = True
            continue
        if n - starts[-1][0] <= 4 and len(starts) > 1:
            continue
        found = _start_at(stream, n, closed, settings)
        if found:
            begin, role, kind = found
            if begin > starts[-1][0]:
                starts.append((begin, role, kind))
                closed = False
    return starts


def _start_at(
    stream: list[TextLine], n: int, closed: bool, settings: StructureSettings
) -> tuple[int, Role, TypeName | None] | None:
    line, before = stream[n], stream[n - 1]
    apart = before.full_stop or line.blanks > 0 or line.first_on_page or closed or before.rule
    if apart and anchors.appendix(line) and (line.caps or closed or line.first_on_page):
        return n, "appendix", None
    atop = line.page > stream[0].page and sum(x.page == line.page for x in stream[max(0, n - 8) : n]) < 8
    if anchors.motto_lines(stream, n) and not anchors.is_motto_2(line) and (closed or atop or _signed(stream, n)):
        begin = header_begin(stream, n)
        ahead = stream[n : n + 30]
        attached = any(anchors.is_attached_note(x) for x in ahead)
        return begin, "attachment" if attached else "main", None
    kind = titled(line, settings.keyword_similarity)
    if kind and not line.text.rstrip().endswith(":") and apart:
        note = any(anchors.is_attached_note(x) for x in stream[n + 1 : n + 12])
        if note or (closed and n + 1 < len(stream)):
            return n, "attachment", kind
    return None


def _signed(stream: list[TextLine], n: int) -> bool:
    """The header around the quốc hiệu at `n` comes right behind the name of who signed what is before it."""
    begin = header_begin(stream, n)
    return any(anchors.person_name(x.text) for x in stream[max(0, begin - 2) : begin]) and any(
        x.caps and anchors.is_position(x.text) for x in stream[max(0, begin - 6) : begin]
    )


def _zone_part(lines: list[TextLine], role: Role, kind: TypeName | None, settings: StructureSettings) -> Part:
    layout = measure(lines)
    first, last = _said(lines)
    body_from, zones, found = _opening(lines, first, role, kind, layout, settings)
    body_to, tail = _closing(lines, max(body_from, last), layout, last)
    marked: list[tuple[Zone, TextLine]] = []
    for n, line in enumerate(lines):
        zone = zones[n] if n < body_from else "body" if n < body_to else tail[n - body_to]
        if line.said_body:
            zone = "body"
        elif zone == "body" and line.rule and line.line.cell is None:
            zone = "noise"
        marked.append((zone, line))
    return Part(role, found, tuple(marked), layout)


def _said(lines: Sequence[TextLine]) -> tuple[int | None, int]:
    """Where the body begins as a reviewer says, None where nobody does; and behind which line it ends, 0 likewise."""
    first = next((n for n, line in enumerate(lines) if line.boundary == "body_begins"), None)
    last = next((n + 1 for n in range(len(lines) - 1, -1, -1) if lines[n].boundary == "body_ends"), 0)
    return first, last


def _opening(
    lines: list[TextLine], said: int | None, role: Role, kind: TypeName | None, layout: Layout,
    settings: StructureSettings,
) -> tuple[int, list[Zone], TypeName | None]:
    """As `opening`; where the body is said to begin, of the lines before that, all of which belong to it: those that
    would not are of the same zone as the last that would."""
    if said is None:
        return opening(lines, role, kind, layout, settings)
    if said == 0:
        return 0, [], kind
    at, zones, found = opening(lines[:said], role, kind, layout, settings)
    return said, zones + [zones[-1] if zones else "header"] * (said - at), found


def _closing(lines: list[TextLine], begin: int, layout: Layout, said: int = 0) -> tuple[int, list[Zone]]:
    """(where the body ends, zones of what is behind it). Looked for from `begin` on; with `said` it ends there."""
    recipients = [
        n for n in range(begin, len(lines))
        if anchors.is_recipients(lines[n]) and not lines[n].line.cell and not lines[n].said_body
    ]  # fmt: skip
    if not recipients:
        at = said or _signature_from(lines, begin, len(lines))
        return at, ["signature"] * (len(lines) - at)
    at = recipients[-1]
    signed = said or _signature_from(lines, begin, at)
    tail: list[Zone] = ["signature"] * (at - signed)
    return signed, tail + _recipients_zones(lines[at:], layout)


def _signature_from(lines: list[TextLine], begin: int, end: int) -> int:
    """Where the signature begins that ends right before `end`; `end` where there is none.

    It needs an authority (KT., TM. …) or a title in capitals within the last lines; a lone name is not enough.
    """
    at, seen = end, False
    for n in range(end - 1, max(begin, end - 12) - 1, -1):
        line = lines[n]
        if line.line.cell is not None:
            break
        if line.rule or line.said_body:
            continue
        if anchors.is_signature_line(line) or (line.caps and len(line.text) < 60 and not line.markers):
            strong = line.caps and bool(anchors.authority_prefix(line.text) or anchors.is_position(line.text))
            if strong:
                at, seen = n, True
            continue
        if len(line.text) < 12 and not line.full_stop and not line.markers:
            continue
        break
    return at if seen else end


def _recipients_zones(lines: list[TextLine], layout: Layout) -> list[Zone]:
    """Recipients and signature behind "Nơi nhận:"; where the reader merged both columns the line counts as
    recipients."""
    zones: list[Zone] = ["recipients"]
    open_item = True
    signing = False
    left = lines[0].bbox[0] if lines[0].bbox else None
    for n, line in enumerate(lines[1:], 1):
        if left is not None and line.bbox is not None and line.page == lines[0].page and not line.rule:
            # side by side: the column says which of the two it is
            signing = line.bbox[0] > left + 100
            zones.append("signature" if signing else "recipients")
            continue
        dash = line.text.lstrip(" '.").startswith(("-", "–", "—", "+", "•", "*"))
        before = lines[n - 1]
        if dash and not line.rule:
            zones.append("recipients")
            signing = False
            open_item = not line.text.rstrip().endswith((".", ";"))
        elif line.rule:
            zones.append(zones[-1])
        elif not signing and open_item and not anchors.is_signature_line(line) and _continues_item(before, line):
            zones.append("recipients")
            open_item = not line.text.rstrip().endswith((".", ";"))
        elif not signing and n == 1 and not anchors.is_signature_line(line) and len(line.text) < 80:
            zones.append("recipients")
        else:
            zones.append("signature")
            signing = True
    return zones


def _continues_item(before: TextLine, line: TextLine) -> bool:
    if line.caps and len(line.text) > 3 and not before.text.rstrip().endswith((",", "-")):
        return False
    return line.starts_lower or before.open_end or line.text[:1] in "(&" or line.terminal or "," in before.text
