"""The signature: authority (KT., TM., TL., TUQ., Q.), on whose behalf, the signer's own title, the name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from dau.document.directive import Signer

from . import anchors

_OWN_TITLE = re.compile(r"\s+(?=(?:PHÓ|THỨ TRƯỞNG|PHÒ|CHÁNH VĂN PHÒNG)\b)")
_PREFIXED = re.compile(r"\s+(?=(?:TM|KT|TL|TUQ|Q)\s?\.\s*[A-ZĐ])")
_NAMED = re.compile(
    r"^(?P<title>.*?[A-ZÀ-ÝĂĐĨŨƠƯẠ-Ỹ]{2,})\s+(?P<name>(?:[A-ZÀ-ÝĂĐĨŨƠƯẠ-Ỹ][a-zà-ỹăđĩũơưạ-ỹ]+\s*){2,5})$"
)
_NOTES = re.compile(r"^\(.*\)$|^[\W\d_]+$")


@dataclass(frozen=True)
class SignatureBlock:
    signer: Signer
    co_signers: tuple[Signer, ...]
    composite: str | None
    """The line on whose behalf is signed, where it names two offices (BỘ TRƯỞNG-TRƯỞNG TIỂU BAN)."""


def read_signature(texts: Sequence[str]) -> SignatureBlock:
    """Read the lines of a signature block, top to bottom; several signers stand one below the other."""
    groups: list[tuple[list[str], str | None]] = []
    stack: list[str] = []
    for raw in _pieces(texts):
        text = " ".join(raw.strip(" *|_~=•·'’‘\"“”").split())
        if len(re.findall(r"[^\W\d_]", text)) < 2 or _NOTES.match(text) or re.search(r"[\\\d]", text):
            continue
        name = anchors.person_name(text)
        if name and not (text.isupper() or anchors.is_position(text)):
            groups.append((stack, name))
            stack = []
        elif anchors.authority_prefix(text) or (anchors.is_position(text) and len(text) < 80):
            stack.append(text)
        elif title := _misread_title(text, stack):
            stack.append(title)
        elif not stack:
            if text.isupper():
                stack.append(text)
        elif sum(c.isupper() for c in text) > 0.6 * sum(c.isalpha() for c in text):
            if (
                anchors.is_caps_name(text)
                and not any(anchors.person_name(t) for t in texts)
                and anchors.is_position(stack[-1])
                and not stack[-1].endswith(",")
            ):
                groups.append((stack, text))
                stack = []
            elif stack[-1] not in anchors.TITLES:
                stack[-1] = f"{stack[-1]} {text}"
    if stack:
        last = next((t for t in reversed(texts) if t.strip(" *|_~=•·")), "")
        groups.append((stack, None if groups else anchors.likely_name(last)))
    groups = [g for g in groups if g[0]] or [([], name) for _, name in groups[-1:]]
    if not groups:
        return SignatureBlock(Signer(), (), None)
    signers = [_signer(stack, name) for stack, name in groups]
    first = signers[0]
    if first.name is None and len(signers) == 1:
        return SignatureBlock(first, (), _composite(first))
    return SignatureBlock(first, tuple(s for s in signers[1:] if s.name), _composite(first))


def _misread_title(text: str, stack: list[str]) -> str | None:
    """The title a line in capitals stands for; right under KT. it must be a deputy's."""
    alpha = [c for c in text if c.isalpha()]
    if sum(c.isupper() for c in alpha) < 0.8 * len(alpha):
        return None
    under = bool(stack) and stack[-1].startswith("KT.")
    return anchors.printed_title(text, 0.7 if under else 0.85, under)


def _pieces(texts: Iterable[str]) -> Iterable[str]:
    """The lines; one that holds authority, title and name is taken apart."""
    for text in texts:
        for piece in _PREFIXED.split(text):
            m = _NAMED.match(piece.strip())
            if m and m["title"].isupper():
                yield from (m["title"], m["name"])
            else:
                yield piece


def _signer(stack: list[str], name: str | None) -> Signer:
    lines: list[str] = []
    for entry in stack:
        prefix = anchors.authority_prefix(entry)
        office, *own = _OWN_TITLE.split(prefix[1]) if prefix else [entry]
        lines += [f"{prefix[0]} {office}" if prefix else office, *own]
    at = max((n for n, entry in enumerate(lines) if anchors.authority_prefix(entry)), default=None)
    if at is None:
        titles = [entry for entry in lines if anchors.is_position(entry)]
        position = titles[0] if titles else (lines[-1] if lines else None)
        return Signer(position=_title(position), name=name, stack=tuple(lines) if len(lines) > 1 else ())
    last = anchors.authority_prefix(lines[at])
    assert last is not None
    below = lines[at + 1 :]
    titles = [entry for entry in below if anchors.is_position(entry)]
    position = titles[0] if titles else (below[0] if below else None)
    return Signer(
        authority=last[0], on_behalf_of=last[1] or None, position=_title(position), name=name, stack=tuple(lines)
    )


def _title(text: str | None) -> str | None:
    """The title as printed, misread letters of a usual one put right ("PHO CHỦ TICH")."""
    if text is None or any(text == title for title in anchors.TITLES):
        return text
    return anchors.printed_title(text, 0.85) or text


def _composite(signer: Signer) -> str | None:
    office = signer.on_behalf_of
    if not office:
        return None
    parts = [p.strip() for p in re.split(r"\s*[-–,]\s*", office)]
    return f"{signer.authority} {office}" if len(parts) > 1 and sum(anchors.is_position(p) for p in parts) > 1 else None
