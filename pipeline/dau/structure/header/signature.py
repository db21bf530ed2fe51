"""The signature: authority (KT., TM., TL., TUQ., Q.), on whose behalf, the signer's own title, the name.

A seal covers part of most signatures. Titles are a closed list and are put right where one is clearly nearest; names
are not, they stay as read. What was put right and what could not be read is kept for the checks.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from dau.document.directive import Signer
from dau.document.orthography import letters

from ..facts import titles
from ..language.syllables import plausible
from ..layout import anchors
from ..layout.columns import Piece, read_columns
from ..layout.lines import TextLine

_OWN_TITLE = re.compile(r"\s+(?=(?:PHÓ|THỨ TRƯỞNG|PHÒ|CHÁNH VĂN PHÒNG)\b)")
_PREFIXED = re.compile(r"\s+(?=(?:TM|KT|TL|TUQ|Q)\s?\.\s*[A-ZĐ])")
_NAMED = re.compile(
    r"^(?P<title>.*?[A-ZÀ-ÝĂĐĨŨƠƯẠ-Ỹ]{2,})\s+(?P<name>(?:[A-ZÀ-ÝĂĐĨŨƠƯẠ-Ỹ][a-zà-ỹăđĩũơưạ-ỹ]+\s*){2,5})$"
)
_NOTES = re.compile(r"^\(.*\)$|^[\W\d_]+$")
_EDGES = " *|_~=•·'’‘\"“”"
_SURE = 0.97
"""A single letter at the end of a title, read with less than this, is dirt."""


@dataclass(frozen=True)
class Mended:
    """A title or prefix of the closed list, and the damaged reading it was put right from."""

    raw: str
    text: str


@dataclass(frozen=True)
class ReadSigner:
    """A signer and how he was read: where name and title stand, what was put right, what could not be read."""

    signer: Signer
    name: Piece | None = None
    title: Piece | None = None
    mended: tuple[Mended, ...] = ()
    unread: tuple[Piece, ...] = ()
    """Lines in capitals about the title that are none; one of them may be the signer's own title."""
    lost: Piece | None = None
    """What stands where the name must be and cannot be one."""


@dataclass(frozen=True)
class SignatureBlock:
    signer: Signer
    co_signers: tuple[Signer, ...]
    composite: str | None
    """The line on whose behalf is signed, where it names two offices (BỘ TRƯỞNG-TRƯỞNG TIỂU BAN)."""
    read: tuple[ReadSigner, ...] = ()
    """How signer and co-signers were read, in their order."""


@dataclass
class _Group:
    """The lines of one signer, while they are read."""

    stack: list[str] = field(default_factory=list)
    pieces: list[Piece] = field(default_factory=list)
    below: list[Piece] = field(default_factory=list)
    """Since the last line of the stack."""
    name: Piece | None = None
    mended: list[Mended] = field(default_factory=list)
    unread: list[Piece] = field(default_factory=list)

    def push(self, text: str, piece: Piece, raw: str | None = None) -> None:
        self.stack.append(text)
        self.pieces.append(piece)
        self.below = []
        if raw is not None and letters(raw) != letters(text):
            self.mended.append(Mended(raw, text))


def read_signature(texts: Sequence[str | Piece]) -> SignatureBlock:
    """Read the lines of a signature block, top to bottom; several signers stand one below the other."""
    pieces = list(_pieces(Piece(t) if isinstance(t, str) else t for t in texts))
    named = any(anchors.person_name(p.text) for p in pieces)
    groups = [_Group()]
    for n, piece in enumerate(pieces):
        _take(groups[-1], piece, pieces[n + 1].text if n + 1 < len(pieces) else "", named)
        if groups[-1].name is not None:
            groups.append(_Group())
    if len(groups) == 1 and groups[0].stack:
        groups[0].name = _damaged(groups[0].below)
    groups = [g for g in groups if g.stack] or [g for g in groups if g.name][-1:] or groups[:1]
    read = [_signer(g) for g in groups]
    first = read[0].signer
    others = [r for r in read[1:] if r.signer.name] if first.name or len(read) > 1 else []
    return SignatureBlock(first, tuple(r.signer for r in others), _composite(first), (read[0], *others))


def read_signature_lines(lines: Sequence[TextLine], before: Sequence[Piece] = ()) -> SignatureBlock:
    """Read the lines of a signature block by their boxes; `before` is what a merged column left among recipients."""
    return read_signature([*before, *read_columns(lines, _signs)])


def _signs(text: str) -> bool:
    """A line of one signer: his authority, his title, his name."""
    plain = _clean(text)
    return bool(anchors.authority_prefix(plain) or anchors.is_position(plain) or anchors.person_name(plain))


def _clean(text: str) -> str:
    return " ".join(text.strip(_EDGES).split())


def _take(group: _Group, piece: Piece, after: str, named: bool) -> None:
    """One more line of a signer."""
    text = _clean(piece.text)
    if len(re.findall(r"[^\W\d_]", text)) < 2 or _NOTES.match(text):
        return
    group.below.append(piece)
    name = anchors.person_name(text)
    mended = _misread_title(text, group.stack)
    if name and not (text.isupper() or anchors.is_position(text)):
        group.name = piece.part(name)
    elif (prefixed := _misread_prefix(text, after, group.stack)) is not None:
        group.push(prefixed, piece, text)
    elif mended and re.search(r"\d", text):
        group.push(mended, piece, text)
    elif re.search(r"[\\\d]", text):
        _unread(group, piece, text)
    elif anchors.authority_prefix(text) or (anchors.is_position(text) and len(text) < 80):
        group.push(_without_dirt(text, piece), piece)
    elif mended:
        group.push(mended, piece, text)
    elif not group.stack:
        if text.isupper() and _spelt(text):
            group.push(text, piece)
        elif text.isupper():
            _unread(group, piece, text)
    elif _upper(text) > 0.6:
        _capitals(group, piece, text, named)


def _capitals(group: _Group, piece: Piece, text: str, named: bool) -> None:
    """A line in capitals below a title: a name in capitals, more of the title, or what a seal says."""
    last = group.stack[-1]
    if anchors.is_caps_name(text) and not named and anchors.is_position(last) and not last.endswith(","):
        group.name = piece.part(text)
    elif last not in titles.TITLES and _spelt(text):
        group.stack[-1] = f"{last} {_without_dirt(text, piece)}"
    else:
        _unread(group, piece, text)


def _unread(group: _Group, piece: Piece, text: str) -> None:
    """A line in capitals that is no title, where one may stand."""
    if len(re.findall(r"[^\W\d_]", text)) >= 3 and _upper(text) > 0.6 and _title_open(group.stack):
        group.unread.append(piece)


def _upper(text: str) -> float:
    alpha = [c for c in text if c.isalpha()]
    return sum(c.isupper() for c in alpha) / len(alpha) if alpha else 0.0


def _spelt(text: str) -> bool:
    """Whether every word can be one; what a seal tore up cannot."""
    words = re.findall(r"[^\W\d_]+", text)
    return all(len(word) > 1 and (plausible(word) or anchors.is_position(word)) for word in words)


def _title_open(stack: Sequence[str]) -> bool:
    """Whether the signer's own title may still follow: under a prefix, or below the title of a head who may only be
    the one for whom a deputy signs."""
    if not stack:
        return True
    prefixed = [n for n, entry in enumerate(stack) if anchors.authority_prefix(entry)]
    if prefixed:
        return prefixed[-1] == len(stack) - 1
    return len(stack) == 1 and bool(titles.deputies(stack[0]))


def _without_dirt(text: str, piece: Piece) -> str:
    """The line without single letters and signs at its end that no engine is sure of: "GIÁM ĐỐC I"."""
    words = text.split()
    read = [w for w in piece.words if letters(w.restored)]
    while len(words) > 1 and read and len(letters(words[-1])) <= 1 and not words[-1].isdigit():
        last = read[-1]
        if letters(words[-1]) and (last.confidence is None or last.confidence >= _SURE):
            break
        if not letters(words[-1]) and words[-1] in ("-", "–", ","):
            break
        if letters(words[-1]):
            read.pop()
        words.pop()
    return " ".join(words)


# ------------------------------------------------------------ what a seal covers


def _misread_title(text: str, stack: Sequence[str]) -> str | None:
    """The title a line in capitals stands for: under KT. a deputy of that office, under TM. who heads it."""
    if _upper(text) < 0.8:
        return None
    above = anchors.authority_prefix(stack[-1]) if stack else None
    if above and above[0] == "KT." and (known := titles.deputies(above[1])):
        return titles.nearest(text, known, 0.65)
    if re.search(r"[\\\d]", text):
        return None
    if above and above[0] == "TM." and (known := titles.heads(above[1])):
        return titles.nearest(text, (*known, *(f"KT. {t}" for t in known)), 0.75)
    return titles.printed_title(text, 0.7 if above and above[0] == "KT." else 0.85, bool(above and above[0] == "KT."))


def _misread_prefix(text: str, after: str, stack: Sequence[str]) -> str | None:
    """The line with its prefix put right: one letter of it misread ("ET. BỘ TRƯỞNG"), a scrap before a head whose
    deputy signs below ("X1. BỘ TRƯỞNG"), or before a collective ("V-CHÍNH PHỦ")."""
    if anchors.authority_prefix(text) or _upper(text) < 0.8:
        return None
    collective = titles.damaged_collective(text) if not stack else None
    if collective:
        return f"TM. {collective}"
    scrap, _, office = text.partition(" ")
    if not scrap.endswith((".", ",")) or len(letters(scrap)) > 3 or not anchors.is_position(office):
        return None
    known = titles.deputies(office)
    deputy = bool(known) and titles.nearest(_clean(after), known, 0.65) is not None
    prefix = "KT." if deputy else titles.misread_prefix(scrap)
    return f"{prefix} {office}" if prefix else None


def _damaged(below: Sequence[Piece]) -> Piece | None:
    """The last line that can be a name with letters misread: as read, the signs in it included."""
    for piece in reversed(below):
        text = piece.text.strip(" *|_~=•·'’‘\"“”.,;:-–—")
        words = text.split()
        capitals = sum(word[:1].isupper() for word in words)
        possible = sum(plausible(word.strip(".,")) for word in words)
        if (
            2 <= len(words) <= 6
            and len(text) <= 40
            and not text.isupper()
            and capitals >= 2
            and min(capitals, possible) >= 0.5 * len(words)
            and not anchors.is_position(text)
        ):
            return piece.part(text)
    return None


# ------------------------------------------------------------------- one signer


def _pieces(texts: Iterable[Piece]) -> Iterable[Piece]:
    """The lines; one that holds authority, title and name is taken apart."""
    for whole in texts:
        for text in _PREFIXED.split(whole.text):
            m = _NAMED.match(text.strip())
            if m and m["title"].isupper():
                yield from (whole.part(m["title"]), whole.part(m["name"]))
            else:
                yield whole.part(text)


def _signer(group: _Group) -> ReadSigner:
    name, lost = group.name, None
    if name is not None and any(c.isdigit() for c in name.text):
        name, lost = None, name
    told = name.text if name else None
    lines: list[str] = []
    for entry in group.stack:
        prefix = anchors.authority_prefix(entry)
        office, *own = _OWN_TITLE.split(prefix[1]) if prefix else [entry]
        lines += [f"{prefix[0]} {office}" if prefix else office, *own]
    lines, lifted = _lost_prefix(lines)
    at = max((n for n, entry in enumerate(lines) if anchors.authority_prefix(entry)), default=None)
    own = [t for t in lines[0 if at is None else at + 1 :]]
    held = [entry for entry in own if anchors.is_position(entry)]
    position = held[0] if held else ((own[-1] if at is None else own[0]) if own else None)
    authority = (anchors.authority_prefix(lines[at]) if at is not None else None) or (None, None)
    mended = [*group.mended, *lifted]
    if position and (title := _title(position)) and letters(title) != letters(position):
        mended.append(Mended(position, title))
    signer = Signer(
        authority=authority[0],
        on_behalf_of=authority[1] or None,
        position=_title(position),
        name=told,
        stack=tuple(lines) if len(lines) > 1 or at is not None else (),
    )
    where = next((p for p in reversed(group.pieces) if position and position in p.text), None)
    return ReadSigner(signer, name, where, tuple(mended), tuple(group.unread), lost)


def _lost_prefix(lines: list[str]) -> tuple[list[str], tuple[Mended, ...]]:
    """The title of a head right above that of his deputy has lost its "KT."."""
    if len(lines) < 2 or any(anchors.authority_prefix(entry) for entry in lines[:2]):
        return lines, ()
    head, deputy = lines[0], _title(lines[1])
    if deputy not in titles.deputies(head):
        return lines, ()
    return [f"KT. {head}", *lines[1:]], (Mended(head, f"KT. {head}"),)


def _title(text: str | None) -> str | None:
    """The title as printed, misread letters of a usual one put right ("PHO CHỦ TICH")."""
    if text is None or any(text == title for title in titles.TITLES):
        return text
    return titles.printed_title(text, 0.85) or text


def _composite(signer: Signer) -> str | None:
    office = signer.on_behalf_of
    if not office:
        return None
    parts = [p.strip() for p in re.split(r"\s*[-–,]\s*", office)]
    return f"{signer.authority} {office}" if len(parts) > 1 and sum(anchors.is_position(p) for p in parts) > 1 else None


def renamed(block: SignatureBlock, name: str) -> SignatureBlock:
    """The block with the first signer's name as another witness tells it."""
    signer = block.signer.model_copy(update={"name": name})
    read = (replace(block.read[0], signer=signer), *block.read[1:])
    return replace(block, signer=signer, read=read)
