"""Nơi nhận: its items with their purpose, and what the merged signature column left on its lines."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from dau.document.orthography import skeleton

from ..layout import anchors
from ..layout.columns import Piece, piece
from ..layout.lines import TextLine, join_lines

_PURPOSES: tuple[tuple[str, str], ...] = (
    (r"b\s?/\s?c(?:ao)?|bao cao|b\.?c|bc", "để báo cáo"),
    (r"biet", "để biết"),
    (r"p\s?/\s?h|phoi hop", "để phối hợp"),
    (r"th?\s?/\s?h(?:ien)?|thuc hien", "để thực hiện"),
    (r"dang tai|dang", "để đăng tải"),
    (r"chi dao", "để chỉ đạo"),
    (r"theo doi", "để theo dõi"),
    (r"k\s?/\s?t|kiem tra", "để kiểm tra"),
    (r"trien khai", "để triển khai"),
)
_DASH = re.compile(r"^[\s'’.`|]{0,3}[-–—•●*+]\s*")
_FILED = re.compile(r"l\w{1,2}u\s*[:;]")
_TAIL = re.compile(r"^(?P<item>.+?[;])\s*(?P<tail>[^;]+)$")
_LOOSE = re.compile(r"\s*[:,]?\s*\)\s*\d?\s*$")


@dataclass(frozen=True)
class Item:
    """An item as printed, without dash and closing mark; `purpose` written out."""

    raw: str
    purpose: str | None


@dataclass(frozen=True)
class RecipientList:
    items: tuple[Item, ...]
    signature: tuple[Piece, ...]
    """What belongs to the signature beside the list."""
    closed: bool
    """The last item is "Lưu: …", as it must be."""


def purpose_of(raw: str) -> str | None:
    """ "(để b/c)" → "để báo cáo"; None where no purpose is given."""
    for content in re.findall(r"\(([^()]*)\)", raw):
        key = re.sub(r"^\s*d\w\s+", "", skeleton(content)).strip(" .;,")
        for pattern, meaning in _PURPOSES:
            if re.fullmatch(pattern, key):
                return meaning
        if skeleton(content).strip().startswith("de "):
            return " ".join(content.split())
    return None


def _split_tail(text: str) -> tuple[str, str]:
    """An item's line and what stands behind its semicolon, if that is no more of the list."""
    m = _TAIL.match(text)
    if not m:
        return text, ""
    tail = m["tail"].strip()
    noise = not re.search(r"[^\W\d_]{3,}", tail) or len(tail) <= 3
    signing = anchors.person_name(tail) or anchors.authority_prefix(tail)
    capital = tail.isupper() and anchors.is_position(tail)
    return (m["item"], tail) if noise or signing or capital else (text, "")


def read_recipients(lines: Sequence[TextLine]) -> RecipientList:
    """The items of the lines from "Nơi nhận:" on."""
    items: list[list[str]] = []
    tails: list[Piece] = []
    for n, line in enumerate(lines):
        if line.rule:
            continue
        text = anchors.recipients_rest(line) if n == 0 else line.text
        text = text.strip(" |*")
        if not text:
            continue
        body, tail = _split_tail(text)
        if tail:
            tails.append(piece(line).part(tail))
        dash = _DASH.match(body)
        if dash:
            items.append([body[dash.end() :]])
        elif items and (_FILED.match(skeleton(body)) or (items[-1][-1].endswith(";") and not line.starts_lower)):
            items.append([body])  # the dash was lost
        elif n == 0 and (body.isupper() or anchors.authority_prefix(body) or anchors.is_position(body)):
            tails.append(piece(line).part(body))
        elif n == 0 or not items:
            items.append([body])
        else:
            items[-1].append(body)
    texts = [_LOOSE.sub("", t) if t.count(")") > t.count("(") else t for t in map(join_lines, items)]
    cleaned = [t.strip().rstrip(" ;,.").strip() for t in texts]
    found = tuple(Item(raw, purpose_of(raw)) for raw in cleaned if re.search(r"\w", raw))
    closed = bool(found) and bool(re.match(r"l\w{1,2}u\b", skeleton(found[-1].raw)))
    return RecipientList(found, tuple(tails), closed)
