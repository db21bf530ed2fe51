"""Text that lies over a page and is not the document's: signature notes, received and urgency stamps, scribbles.

What is taken out of the lines is kept as an overlay with its text. In doubt a line stays a line: a stamp that leaks
into the body costs less than a sentence that is lost.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from statistics import median

from rapidfuzz import fuzz

from dau.document.orthography import bare
from dau.document.transcript import OverlayKind

from .landmarks import is_motto, is_tagline, key
from .lines import Box, TextLine, Token, hull, share_inside
from .syllables import is_syllable, trimmed

_NOTE = re.compile(
    r"^\W*0?7:00\W*$|k[yv]\s?b[o0][il]\s?:|ng[uo]+[il]\s?k[yv]\s?:|th[o0][il]\s?gian\s?k[yv]|[+*]\s?0?7:?00|\d{1,2}:\d\d:\d\d"
    r"|digitally signed|signature (not )?(valid|verified)|e?mail\s?:\s?\S+@|\S+@\S+\.(gov\.)?vn\b"
)
_ARRIVED = re.compile(r"^\W*(cv|c\.v|van thu|cong van)?\W*[dp]en(?![a-z])|^\W*den[^a-z]{0,3}[sngc]")
_STAMP_FIELD = re.compile(r"^\W*(gi[o0]|ng?.{0,2}[yj]|s[o0]|chu.{0,2}en|luu h[o0] s[o0])\W*[:.…]|[.…]{6}")
_EDGE = 0.04  # of the page's height
_URGENCY = {"hoatoc", "khan", "thuongkhan", "hoatochengio"}
_SECRECY = {"mat", "toimat", "tuyetmat"}


@dataclass(frozen=True)
class Found:
    """An overlay in pixels, with the lines it took."""

    kind: OverlayKind
    box: Box
    lines: tuple[TextLine, ...]

    @property
    def text(self) -> str | None:
        return "\n".join(line.text for line in self.lines if line.text) or None


def without_known(lines: Sequence[TextLine], known: Sequence[tuple[Box, str]]) -> list[TextLine]:
    """Lines other than those that repeat, where it stands, the text of an overlay the file itself tells."""
    return [
        line for line in lines
        if not any(
            share_inside(line.box, box) >= 0.5 and fuzz.partial_ratio(key(line.text), key(text)) >= 60
            for box, text in known
        )
    ]


def separate(
    lines: Sequence[TextLine], stamps: Sequence[Box], seals: Sequence[Box], page_height: float
) -> tuple[list[TextLine], list[Found]]:
    """Lines of the document, and overlays. `stamps` are boxed stamps, `seals` round seals (pixels)."""
    rest = list(lines)
    found: list[Found] = []
    passes: tuple[Callable[[Sequence[TextLine]], list[Found]], ...] = (
        partial(_notes, page_height=page_height),
        partial(_framed, stamps=stamps),
        partial(_sealed, seals=seals),
        _slogans,
        _scribbles,
        partial(_scraps, page_height=page_height),
    )
    for take in passes:
        for overlay in take(rest):
            taken = {id(line) for line in overlay.lines}
            rest = [line for line in rest if id(line) not in taken]
            found.append(overlay)
    return rest, found


def _body_height(lines: Sequence[TextLine]) -> float:
    """Height of a line of the text proper: the median over lines by their width."""
    weighted = [line.height for line in lines for _ in range(max(1, round(line.width / 100)))]
    return float(median(weighted)) if weighted else 0.0


def _notes(lines: Sequence[TextLine], page_height: float) -> list[Found]:
    """Electronic-signature notes: small print around `Ký bởi`, `Thời gian ký` or a time with its zone; in the top
    margin also print so small that nothing else is set in it."""
    ordinary = _body_height(lines)
    header_top = _header_top(lines, default=0.1 * page_height)
    small = [line for line in lines if line.height < 0.8 * ordinary]
    note = [
        line for line in small
        if _NOTE.search(bare(line.text).lower())
        or (line.height < 0.6 * ordinary and line.box[3] < min(header_top, 0.12 * page_height) and len(line.text) > 1)
    ]
    if not note:
        return []
    grown = True
    while grown:
        near = [line for line in small if line not in note and any(_adjacent(line, other) for other in note)]
        note += near
        grown = bool(near)
    ordered = tuple(sorted(note, key=lambda line: line.middle))
    return [Found("signature_note", hull([line.box for line in ordered]), ordered)]


def _adjacent(line: TextLine, other: TextLine) -> bool:
    """Directly above, below or beside, in print of about the same size."""
    gap = max(line.box[1], other.box[1]) - min(line.box[3], other.box[3])
    aside = max(line.box[0], other.box[0]) - min(line.box[2], other.box[2])
    alike = 0.6 < line.height / other.height < 1.7
    return alike and gap < 0.9 * other.height and aside < 2 * other.height


def _framed(lines: Sequence[TextLine], stamps: Sequence[Box]) -> list[Found]:
    """Boxed stamps: the lines inside them."""
    found = []
    for frame in stamps:
        inside = tuple(line for line in lines if share_inside(line.box, frame) >= 0.6)
        kind = kind_of_stamp([line.text for line in inside]) or "received_stamp"
        found.append(Found(kind, hull([frame, *(line.box for line in inside)]), inside))
    return found


def kind_of_stamp(texts: Sequence[str]) -> OverlayKind | None:
    """What the words inside a frame make it: None where they read like anything but a stamp."""
    keys = {key(text) for text in texts if text}
    if keys & _URGENCY:
        return "urgency_stamp"
    if keys & _SECRECY:
        return "secrecy_stamp"
    lowered = [bare(text).lower() for text in texts]
    if any(_ARRIVED.search(text) or _STAMP_FIELD.search(text) for text in lowered):
        return "received_stamp"
    words = [word for text in texts for word in text.split() if len(trimmed(word)) >= 2]
    return "received_stamp" if len(words) >= 3 and sum(map(is_syllable, words)) < 0.5 * len(words) else None


def stamped(lines: Sequence[TextLine], frames: Sequence[Box]) -> list[Box]:
    """Those of the frames in which the words read like a stamp's."""
    return [frame for frame in frames if kind_of_stamp([_words(line, frame) for line in lines]) is not None]


def _words(line: TextLine, frame: Box) -> str:
    return " ".join(t.text for t in line.tokens if _centre_inside(t.box, frame))


def cut_at_stamps(lines: Sequence[TextLine], stamps: Sequence[Box]) -> list[TextLine]:
    """Lines that run into or out of a boxed stamp, cut at its sides; a word belongs to the side of its middle."""
    out = list(lines)
    for frame in stamps:
        rows = [[t for t in line.tokens if _centre_inside(t.box, frame)] for line in out]
        out = [
            part for line, inside in zip(out, rows, strict=True)
            for part in (_cut_at_sides(line, frame) if _runs_into(line, inside) else [line])
        ]
    return out


def _runs_into(line: TextLine, inside: Sequence[Token]) -> bool:
    """Whether a line is part stamp, part text: a line of text that the frame merely touches reads well in it too."""
    if not inside or len(inside) == len(line.tokens):
        return False
    said = " ".join(t.text for t in inside)
    reads_well = len(inside) >= 2 and all(is_syllable(t.text) for t in inside)
    return not reads_well or _STAMP_FIELD.search(bare(said).lower()) is not None


def _centre_inside(box: Box, frame: Box) -> bool:
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    return frame[0] <= x <= frame[2] and frame[1] <= y <= frame[3]


def _cut_at_sides(line: TextLine, frame: Box) -> list[TextLine]:
    """The parts left of, inside and right of the frame, each where it stands."""
    x0, y0, x1, y1 = line.box
    parts = []
    for low, high in ((x0, frame[0]), (max(x0, frame[0]), min(x1, frame[2])), (frame[2], x1)):
        tokens = tuple(t for t in line.tokens if low <= (t.box[0] + t.box[2]) / 2 < high)
        if tokens and high > low:
            parts.append(TextLine((low, y0, high, y1), tokens))
    return parts if sum(len(part.tokens) for part in parts) == len(line.tokens) else [line]


def _sealed(lines: Sequence[TextLine], seals: Sequence[Box]) -> list[Found]:
    """What was read inside a black seal and is no Vietnamese."""
    found = []
    for seal in seals:
        inside = tuple(
            line for line in lines if share_inside(line.box, seal) >= 0.8 and _vietnamese(line) < 0.7
        )
        found.append(Found("seal", seal, inside))
    return found


def _slogans(lines: Sequence[TextLine]) -> list[Found]:
    """Urgency and secrecy stamps without a frame."""
    found = []
    for line in lines:
        kind: OverlayKind | None = "urgency_stamp" if key(line.text) in _URGENCY else None
        kind = "secrecy_stamp" if key(line.text) in _SECRECY else kind
        if kind:
            found.append(Found(kind, line.box, (line,)))
    return found


def _scribbles(lines: Sequence[TextLine]) -> list[Found]:
    """Short unreadable lines: pencil marks in the top margin, strokes of a signature, dirt."""
    header_top = _header_top(lines, default=0.0)
    found = []
    for line in lines:
        above = line.box[3] < header_top
        unreadable = 0 < len(line.text) <= 12 and _vietnamese(line) == 0 and not _numeric(line)
        if unreadable and line.confidence < (0.9 if above else 0.5):
            kind: OverlayKind = "handwriting" if above else "noise"
            found.append(Found(kind, line.box, (line,)))
    return found


def _scraps(lines: Sequence[TextLine], page_height: float) -> list[Found]:
    """Scanner bands and cut-off lines along the upper and lower edge of the page: many words in their pieces together,
    and not one that the engines agree on."""
    edge = _EDGE * page_height
    found = []
    for outer in (
        [line for line in lines if line.box[3] < edge],
        [line for line in lines if line.box[1] > page_height - edge],
    ):
        many = sum(len(line.tokens) for line in outer) >= 4
        if many and all(line.confidence < 0.7 and _nowhere_agreed(line) for line in outer):
            found += [Found("noise", line.box, (line,)) for line in outer]
    return found


def _nowhere_agreed(line: TextLine) -> bool:
    """Whether two engines read the line, and no word of it alike."""
    twice = [{trimmed(text) for text in token.readings.values()} for token in line.tokens if len(token.readings) > 1]
    return bool(twice) and all(len(readings) > 1 for readings in twice)


def _header_top(lines: Sequence[TextLine], default: float) -> float:
    return min((line.box[1] for line in lines if is_motto(line.text) or is_tagline(line.text)), default=default)


def _vietnamese(line: TextLine) -> float:
    """Share of the words of two letters or more that are syllables."""
    words = [t.text for t in line.tokens if len(trimmed(t.text)) >= 2]
    return sum(map(is_syllable, words)) / len(words) if words else 0.0


def _numeric(line: TextLine) -> bool:
    """A number alone, such as that of a page."""
    return bool(re.fullmatch(r"[-–\s]*\d{1,4}[-–\s.]*", line.text))
