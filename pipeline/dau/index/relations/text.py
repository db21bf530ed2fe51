"""A document as syllables of bare letters: what two readings of one text have in common.

OCR loses diacritics first, so texts are compared without them (`skeleton`), syllable by syllable, digits set apart.
Blocks (header, title, recipients, signature, page numbers) and the units of the preamble (căn cứ, authority, formula)
are left out: that two decisions of one province have them in common says nothing.
"""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from dau.document.directive import Directive
from dau.document.orthography import skeleton
from dau.document.transcript import Line, Transcript

MOST_SYLLABLES = 300_000
"""Of a longer document only so many are compared (a book of 800 pages)."""
_PREAMBLE = frozenset(["authority", "legal_basis", "proposal", "enacting_formula"])
_SYLLABLE = re.compile(r"[^\W_]+")
_FORMULAS = re.compile(
    r"cong hoa xa hoi chu nghia viet nam|doc lap tu do hanh phuc"
    r"|(?:co )?hieu luc (?:thi hanh )?(?:ke )?tu ngay \w+(?: \w+){0,8}"
    r"|(?:(?:chanh|giam doc|thu truong|chu tich|vu truong|cuc truong)(?: [a-z]+){1,80}? )?"
    r"(?:chiu trach nhiem )?(?:to chuc )?thi hanh (?:quyet dinh|chi thi|nghi quyet|nghi dinh|thong tu) nay"
    r"|giam sat viec thuc hien nghi quyet(?: nay)?"
    r"|nghi quyet nay (?:da )?duoc (?:hoi dong nhan dan|quoc hoi)(?: \w+){1,24} thong qua"
    r"|ban hanh (?:nghi dinh|thong tu|quyet dinh|nghi quyet) quy dinh(?: chi tiet)?(?: va huong dan)?"
    r"(?: thi hanh)? mot so dieu cua"
    r"|pham vi dieu chinh(?: 1)? (?:nghi dinh|thong tu|nghi quyet) nay quy dinh(?: chi tiet)?"
    r"|cong bo kem theo quyet dinh nay thu tuc hanh chinh"
    r"|hinh thuc (?:va tieu chuan )?khen thuong"
    r"|trong qua trinh (?:to chuc )?(?:trien khai )?thuc hien neu co (?:kho khan )?vuong mac(?: [a-z]+){0,40}"
)
"""What administrative documents say word for word whatever they are about."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a syllable stands: `page` from 1, `line` a transcript line, `node` a unit of the tree."""

    page: int
    line: str
    node: str


@dataclass(frozen=True)
class Text:
    """Syllables in reading order, as columns of equal length.

    `folded` are bare lower-case letters (or a run with digits), `places` indexes into `lines`, `starts` and `ends` are
    offsets in the restored text of that line, `sure` the confidence of the word in per cent, `plain` is 0 for what is
    no evidence of copying: names of cited documents and of movements, formulas.
    """

    lines: tuple[tuple[Place, str], ...]
    folded: tuple[str, ...]
    places: tuple[int, ...]
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    sure: tuple[int, ...]
    plain: tuple[int, ...]

    def __len__(self) -> int:
        return len(self.folded)

    def place(self, at: int) -> Place:
        return self.lines[self.places[at]][0]

    def words(self, first: int, end: int) -> str:
        """The text of the syllables `first:end` as restored, signs between them included."""
        parts = []
        at = first
        while at < end:
            line, until = self.places[at], at
            while until < end and self.places[until] == line:
                until += 1
            text = self.lines[line][1]
            parts.append(text[self.starts[at] : self.ends[until - 1] if until == end else len(text)].strip())
            at = until
        return " ".join(parts)

    @cached_property
    def by_node(self) -> dict[str, tuple[int, ...]]:
        """Syllables of each node, in order."""
        found: dict[str, list[int]] = {}
        for at, line in enumerate(self.places):
            found.setdefault(self.lines[line][0].node, []).append(at)
        return {node: tuple(rows) for node, rows in found.items()}

    def find(self, node: str | None, raw: str) -> tuple[int, int] | None:
        """Where a piece of text stands in a node, as syllables `first:end`; None where it is not, or more than once."""
        wanted = syllables(raw)
        rows = self.by_node.get(node or "", ())
        if not wanted or len(wanted) > len(rows):
            return None
        hits = [k for k in range(len(rows) - len(wanted) + 1) if self._same(rows, k, wanted)]
        return (rows[hits[0]], rows[hits[0] + len(wanted) - 1] + 1) if len(hits) == 1 else None

    def _same(self, rows: Sequence[int], at: int, wanted: Sequence[str]) -> bool:
        return all(self.folded[rows[at + n]] == word for n, word in enumerate(wanted))

    @cached_property
    def packed(self) -> tuple[bytes, bytes]:
        """As bytes for the index: the words, which are read for every comparison, and all else."""
        words = " ".join(self.folded).encode("utf-8") + b"\n" + bytes(self.plain)
        lines = [[p.page, p.line, p.node, text] for p, text in self.lines]
        rest = json.dumps([lines, self.places, self.starts, self.ends, self.sure], ensure_ascii=False,
                          separators=(",", ":"))  # fmt: skip
        return zlib.compress(words, 6), zlib.compress(rest.encode("utf-8"), 6)

    @staticmethod
    def unpacked(words: bytes, rest: bytes) -> Text:
        known = Words.unpacked(words)
        lines, *numbers = json.loads(zlib.decompress(rest))
        places, starts, ends, sure = (tuple(column) for column in numbers)
        read = tuple((Place(page, line, node), text) for page, line, node, text in lines)
        return Text(read, tuple(known.folded), places, starts, ends, sure, tuple(known.plain))


@dataclass(frozen=True, slots=True)
class Words:
    """What passages are found by: the columns `folded` and `plain` of a text."""

    folded: Sequence[str]
    plain: Sequence[int]

    @staticmethod
    def unpacked(data: bytes) -> Words:
        words, _, plain = zlib.decompress(data).partition(b"\n")
        return Words(words.decode("utf-8").split(), plain)


def syllables(text: str) -> list[str]:
    """Bare lower-case syllables and runs with digits.

    >>> syllables("Quyết định số 1423/QĐ-BTTTT")
    ['quyet', 'dinh', 'so', '1423', 'qd', 'btttt']
    """
    return _SYLLABLE.findall(skeleton(text))


def text_of(directive: Directive, transcript: Transcript) -> Text:
    """The syllables of a document's body."""
    nodes = {
        str(line): node.id
        for node in directive.nodes
        if node.kind not in _PREAMBLE
        for evidence in node.evidence
        for line in evidence.lines or ()
    }
    lines: list[tuple[Place, str]] = []
    folded: list[str] = []
    places: list[int] = []
    starts: list[int] = []
    ends: list[int] = []
    sure: list[int] = []
    for page, line in _lines(transcript):
        node = nodes.get(line.id)
        if node is None:
            continue
        if len(folded) >= MOST_SYLLABLES:
            break
        restored = line.restored
        for m, certain in _read(line, restored):
            folded.append(m.group())
            places.append(len(lines))
            starts.append(m.start())
            ends.append(m.end())
            sure.append(certain)
        lines.append((Place(page, line.id, node), restored))
    plain = _plain(directive, folded, places, lines)
    return Text(tuple(lines), tuple(folded), tuple(places), tuple(starts), tuple(ends), tuple(sure), plain)


def _lines(transcript: Transcript) -> Iterator[tuple[int, Line]]:
    return ((page.number, line) for page in transcript.pages for line in page.lines)


def _read(line: Line, restored: str) -> Iterator[tuple[re.Match[str], int]]:
    """The syllables of a line, each with the confidence of its word in per cent (100 where none was given)."""
    bounds, at = [], 0
    for word in line.words:
        at += len(word.restored) + 1
        bounds.append((at, round(100 * word.confidence) if word.confidence is not None else 100))
    n = 0
    for m in _SYLLABLE.finditer(skeleton(restored)):
        while n < len(bounds) - 1 and m.start() >= bounds[n][0]:
            n += 1
        yield m, bounds[n][1] if bounds else 100


def _plain(
    directive: Directive, folded: Sequence[str], places: Sequence[int], lines: Sequence[tuple[Place, str]]
) -> tuple[int, ...]:
    """1 for each syllable that counts as evidence of copying, 0 in names of documents and movements and in formulas."""
    out = [1] * len(folded)
    for first, end in _runs(folded, _names(directive)):
        out[first:end] = [0] * (end - first)
    offsets, at = [], 0
    for word in folded:
        offsets.append(at)
        at += len(word) + 1
    starting = {offset: n for n, offset in enumerate(offsets)}
    for m in _FORMULAS.finditer(" ".join(folded)):
        first_word = starting.get(m.start())
        if first_word is None:
            continue
        count = m.group().count(" ") + 1
        out[first_word : first_word + count] = [0] * min(count, len(out) - first_word)
    return tuple(out)


def _names(directive: Directive) -> set[tuple[str, ...]]:
    """Numbers, wording and titles of the cited documents and names of movements, as syllables."""
    movement = directive.emulation.movement if directive.emulation else None
    said = [movement.name, movement.parent] if movement else []
    for citation in directive.citations:
        said += [citation.raw, citation.title, citation.number]
    rows = {tuple(syllables(text or "")) for text in said}
    return {row for row in rows if len(row) >= 2}


def _runs(folded: Sequence[str], wanted: Iterable[tuple[str, ...]]) -> Iterator[tuple[int, int]]:
    """Where any of the wanted rows of syllables stands."""
    by_head: dict[tuple[str, str], list[tuple[str, ...]]] = {}
    for row in wanted:
        by_head.setdefault((row[0], row[1]), []).append(row)
    for at in range(len(folded) - 1):
        for row in by_head.get((folded[at], folded[at + 1]), ()):
            if tuple(folded[at : at + len(row)]) == row:
                yield at, at + len(row)
