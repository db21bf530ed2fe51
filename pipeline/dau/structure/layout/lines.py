"""Transcript lines as the parser sees them: printed text, bare letters, estimated or measured width, layout.

Widths are in points where the line has a box and in em of a Times-like face where it has not; the two are never
mixed within one comparison.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from dau.document.orthography import CODE_PAGE, nfc, only_letters, skeleton
from dau.document.transcript import BBox, Boundary, Line, Transcript

from ..computed import once
from ..facts.markers import Marker, markers

# bold as CommonMark has it: underscores only in pairs around whole words, since a run of them is a blank to fill in
_MARKUP = re.compile(r"\*\*|(?<!\w)__(?=[^\s_])(.+?)(?<=[^\s_])__(?!\w)|^#{1,6}\s+|^\s*>\s+")
_RULE = re.compile(r"^[\s|_\-—–=~*.·•+:'`^\"]*$")
_MARKED = ("**", "__", "#", ">")
"""What a line must hold to have any markup."""
_CLOSERS = "”\"’')]"
_FULL_STOPS = (".", "!", "?", "…", "./")
_TERMINALS = (*_FULL_STOPS, ";", ":")
# the letter of a điểm, or the scrap that is left of a lost marker ("i Tổ chức")
_POINT = re.compile(r"^[\s'’.]{0,2}(?:[a-zđ]\)\s*|[iíìịĩljtfr]\s+(?=[A-ZÀ-ÝĂĐĨŨƠƯẠ-Ỹ]))")
_LISTED = re.compile(r"^\s*(?:[-–+]|[\dIVX]{1,4}[.)]|Điều \d|[a-zđ]\))\s*\S")
_OPEN_MARKS = (",", "-", "–", "(", "/", "“")
_OPEN_WORD = re.compile(
    r"(?<!\w)(?:và|của|số|ngày|tháng|năm|điều|khoản|điểm|các|theo|tại|với|về|cho|hoặc|là|bằng|cua|ngay|thang|dieu|khoan)\s*$",
    re.I,
)

_LONGEST_WORD = 5
"""Letters of the longest of these: no more of a line's end need be searched."""

# advance widths of Times, in em; what is not listed is taken as a middling lower-case letter
_WIDTHS = {
    **dict.fromkeys(" .,;:'`|!ijlt/()[]f-Ir", 0.29),
    **dict.fromkeys("0123456789", 0.5),
    **dict.fromkeys("mwMW", 0.8),
    **dict.fromkeys("ABCDEGHKLNOPQRTUVXYZ", 0.68),
    **dict.fromkeys("sczaegkvx", 0.44),
    **dict.fromkeys("“”", 0.44),
    **dict.fromkeys("–—", 0.6),
    **dict.fromkeys("SFJ", 0.54),
}


class _CharWidths(dict[str, float]):
    """Widths of characters; what is not listed is worked out, and not kept."""

    def __missing__(self, char: str) -> float:
        if char.isascii():
            return _WIDTHS.get(char, 0.48)
        return 0.68 if char.isupper() else _WIDTHS.get(skeleton(char), 0.48)


_CHAR_WIDTHS = _CharWidths()
_CHAR_WIDTHS.update({char: _CHAR_WIDTHS[char] for char in CODE_PAGE})


def text_width(text: str) -> float:
    """Estimated width in em of a line set in Times."""
    return sum(map(_CHAR_WIDTHS.__getitem__, text))


def _closes(text: str, signs: tuple[str, ...]) -> bool:
    """Ends with one of the signs, closing quotes and brackets aside."""
    return text.rstrip().rstrip(_CLOSERS).rstrip().endswith(signs)


@dataclass(frozen=True)
class TextLine:
    """One transcript line. `index` counts from 0 over the whole transcript, `page` from 1; `blanks` is the number of
    empty lines right before it."""

    id: str
    page: int
    index: int
    text: str
    line: Line
    raw: str
    """Before restoring."""
    confidences: tuple[float, ...] = ()
    """Of its words, where they have any."""
    markup: bool = False
    blanks: int = 0
    first_on_page: bool = False
    last_on_page: bool = False

    @once
    def key(self) -> str:
        return skeleton(self.text)

    @once
    def letters(self) -> str:
        """Only the bare letters and digits; see the function."""
        return only_letters(self.key)

    @once
    def markers(self) -> tuple[Marker, ...]:
        """All readings of the line's beginning as numbering."""
        return markers(self.text)

    @once
    def raw_key(self) -> str:
        """Bare letters of the line before restoring: a keyword may have been restored to another word."""
        return skeleton(self.raw) if self.line.changes else self.key

    @once
    def bbox(self) -> BBox | None:
        return self.line.bbox

    @property
    def boundary(self) -> Boundary | None:
        """What a reviewer says of the line; it counts for more than what print shows."""
        return self.line.boundary

    @property
    def said_body(self) -> bool:
        """A reviewer says that it is text of the body: whatever it looks like, it is no title, header or signature."""
        return self.boundary not in (None, "noise")

    @property
    def blank(self) -> bool:
        return not self.text or self.text.isspace()

    @once
    def rule(self) -> bool:
        """A line of dashes, bars or specks: it carries no words."""
        return not self.blank and bool(_RULE.match(self.text))

    @once
    def width(self) -> float:
        return text_width(self.text)

    @once
    def caps(self) -> bool:
        """Set in capitals: at least two letters, and hardly a small one."""
        alpha = list(filter(str.isalpha, self.text))
        return len(alpha) >= 2 and sum(map(str.isupper, alpha)) >= 0.75 * len(alpha)

    @once
    def terminal(self) -> bool:
        """Ends as a paragraph or list item may end."""
        return _closes(self.text, _TERMINALS)

    @once
    def full_stop(self) -> bool:
        return _closes(self.text, _FULL_STOPS)

    @once
    def open_mark(self) -> bool:
        """Ends with a sign that ends no paragraph: a comma, a hyphen, an opening bracket."""
        return self.text.rstrip().endswith(_OPEN_MARKS)

    @once
    def open_end(self) -> bool:
        """Ends as hardly a paragraph ends: with such a sign, or with "số", "ngày", "và" …"""
        text = self.text.rstrip()
        return self.open_mark or bool(_OPEN_WORD.search(text, max(0, len(text) - _LONGEST_WORD)))

    @once
    def starts_lower(self) -> bool:
        """Begins with a small letter; the letter of a điểm ("a) …") does not count, also where restoring hid it."""
        head = _POINT.sub("", self.raw if _POINT.match(self.raw) else self.text).lstrip(" “\"'‘(")[:1]
        return head.isalpha() and head.islower()

    @once
    def starts_upper(self) -> bool:
        head = self.text.lstrip(" “\"'‘(")[:1]
        return head.isalpha() and head.isupper()


def read_lines(transcript: Transcript) -> tuple[TextLine, ...]:
    """All lines of a transcript in reading order, empty ones included."""
    out: list[TextLine] = []
    blanks = 0
    for page in transcript.pages:
        printed = [n for n, line in enumerate(page.lines) if line.words]
        first, last = (printed[0], printed[-1]) if printed else (-1, -1)
        for n, line in enumerate(page.lines):
            source = nfc(line.restored)
            marked = any(sign in source for sign in _MARKED)
            text = " ".join((_MARKUP.sub(_unmarked, source) if marked else source).split())
            out.append(
                TextLine(
                    id=line.id,
                    page=page.number,
                    index=len(out),
                    text=text,
                    line=line,
                    raw=nfc(line.raw),
                    confidences=tuple([c for word in line.words if (c := word.confidence) is not None]),
                    markup=text != source.strip(),
                    blanks=blanks,
                    first_on_page=n == first,
                    last_on_page=n == last,
                )
            )
            blanks = 0 if text else blanks + 1
    return tuple(out)


@dataclass(frozen=True)
class Margins:
    """Of one page, in points: where full lines begin and end, and the usual height and pitch of a line."""

    left: float
    right: float
    height: float
    pitch: float


@dataclass(frozen=True)
class Layout:
    """How the text is set. `full` and `first` are estimated widths (em) of a full line and of a full first line of a
    paragraph; `wrapped` is false where every line is a whole paragraph."""

    wrapped: bool
    full: float
    first: float
    short_first: bool
    spaced: bool
    """Paragraphs are set off by empty lines."""
    pages: dict[int, Margins] = field(default_factory=dict)


def _quantile(values: Sequence[float], q: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(q * len(ordered)))] if ordered else 0.0


def _margins(lines: Sequence[TextLine]) -> dict[int, Margins]:
    by_page: dict[int, list[BBox]] = {}
    for line in lines:
        if line.bbox is not None and not line.blank:
            by_page.setdefault(line.page, []).append(line.bbox)
    out = {}
    for page, boxes in by_page.items():
        widest = max(b[2] - b[0] for b in boxes)
        wide = [b for b in boxes if b[2] - b[0] > 0.7 * widest]
        heights = [b[3] - b[1] for b in boxes]
        steps = [b[1] - a[1] for a, b in itertools.pairwise(boxes) if b[1] - a[1] > 0]
        height = max(1.0, _quantile(heights, 0.5))
        out[page] = Margins(
            left=_quantile([b[0] for b in wide], 0.2),
            right=_quantile([b[2] for b in wide], 0.8),
            height=height,
            pitch=max(height, _quantile(steps, 0.5)),
        )
    return out


def measure(lines: Sequence[TextLine]) -> Layout:
    """Line length, first-line length and paragraph spacing of a text."""
    printed = [line for line in lines if not line.blank and not line.rule]
    lengths = sorted(len(line.text) for line in printed)
    long = [n for n in lengths if n > 30]
    wrapped = bool(long) and _quantile(long, 0.75) < 160
    widths = [line.width for line in printed if len(line.text) > 30 and not line.caps]
    full = _quantile(widths, 0.9)
    firsts = [
        cur.width
        for prev, cur, after in zip(printed, printed[1:], printed[2:], strict=False)
        if prev.terminal
        and prev.width < 0.8 * full
        and after.starts_lower
        and (cur.starts_upper or _LISTED.match(cur.text))
    ]
    first = _quantile(firsts, 0.85) if len(firsts) >= 4 else full
    ends = [(a, b) for a, b in itertools.pairwise(printed) if a.full_stop and a.width < 0.8 * full]
    spaced = bool(ends) and sum(b.blanks > 0 for _, b in ends) > 0.6 * len(ends)
    return Layout(
        wrapped=wrapped, full=full, first=first, short_first=first < 0.7 * full, spaced=spaced, pages=_margins(lines)
    )


def _unmarked(markup: re.Match[str]) -> str:
    return markup[1] or ""


def join_lines(texts: Sequence[str]) -> str:
    """Wrapped lines as one text; a hyphen that ends a line inside a word or symbol joins ("NĐ-" + "CP")."""
    out = ""
    for text in texts:
        if not text:
            continue
        hyphen = out.endswith("-") and not out.endswith(" -")
        out = out + text if hyphen or not out else f"{out} {text}"
    return out
