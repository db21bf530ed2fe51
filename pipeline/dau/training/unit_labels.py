"""Weak labels for units of the tree: what a unit is, as the heading above it says plainly.

The heading decides only where it leaves no doubt ("Trách nhiệm của …", "Nguyên tắc …", "Giải thích từ ngữ"); units
under any other heading, or under none, have no label and are not trained on. The model never sees the heading.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from dau.document.directive import Node
from dau.document.orthography import skeleton
from dau.structure import parse
from dau.structure.settings import StructureSettings

from .corpus import Document
from .structure_documents import text_transcript

_CODE = re.compile(r"^\d+(?:\.[a-z\d]+)+\.\s*")
"""An article of the codified law (pháp điển): "13.TT.9.9. Công khai …"."""
_LEADING = re.compile(r"^(?:\W|(?:mot so|nhung|cac|ve|noi dung|quy dinh ve|quy dinh)\s)+(?=\w)")
_PLAIN: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (label, re.compile(rf"(?:{words})\b"))
    for label, words in (
        (
            "other",
            "trach nhiem thi hanh|trach nhiem (?:hinh su|dan su|boi thuong|ky luat)|giai thich (?:tu|thuat) ngu|pham vi"
            "|doi tuong ap dung|hieu luc|dieu khoan|chuyen tiep|tinh hinh|thuc trang|hien trang|danh gia|ket qua"
            "|ton tai|han che|nguyen nhan|kho khan|thuan loi|can cu|su can thiet|bo cuc|thanh phan|ho so|trinh tu"
            "|thu tuc|thoi gian|thoi han|dia diem|hinh thuc|muc (?:phi|thu|chi|phat|ho tro|dong|luong)|xu (?:ly|phat)"
            "|hanh vi|bieu mau|danh muc|phuong phap|cong thuc|thong tin|khai niem|boi canh|gia tri|quyen loi"
            "|tham quyen|so luong|loai|phan loai",
        ),
        (
            "task",
            "trach nhiem|nhiem vu|giai phap|to chuc thuc hien|to chuc trien khai|phan cong|nghia vu cua",
        ),
        ("criterion", "tieu chi|tieu chuan|dieu kien|yeu cau (?:doi voi|ky thuat)"),
        ("principle", "nguyen tac|quan diem|muc tieu|muc dich|phuong cham|dinh huong|yeu cau chung|tu tuong chi dao"),
    )
)
_AMBIGUOUS = re.compile(r"\b(?:quyen (?:va|,)|va quyen\b(?! han))")
_UNITS = frozenset({"item", "point", "bullet", "paragraph", "clause", "article"})
_THROUGH = frozenset({"item", "point", "bullet", "clause", "paragraph"})
"""Units whose own heading, if it says nothing (the name of an agency, a topic), leaves the word to the one above."""
DIRECTIVES = frozenset(
    {
        *("kế hoạch", "chỉ thị", "công điện", "chương trình", "hướng dẫn"),
        *("nghị quyết", "quyết định", "thông báo", "công văn"),
    }
)
"""Types of document that lay duties, as those do that the parser is for."""
_LEAST_WORDS, _MOST_CHARACTERS = 5, 2500
_MOST_OF_A_DOCUMENT = 60
"""So many units of one class and one document at most: a list of a thousand rows must not outweigh all others."""


@dataclass(frozen=True)
class Unit:
    """A unit's text, what its heading says it is, and the document it is from; `directive`: one that lays duties."""

    text: str
    label: str
    document: str
    directive: bool = False


def said(heading: str) -> str | None:
    """What a heading says plainly of the units under it; None where it says nothing of the kind.

    >>> said("Trách nhiệm của Bộ Tài chính"), said("CÁC NGUYÊN TẮC CHUNG"), said("Trách nhiệm thi hành")
    ('task', 'principle', 'other')
    """
    plain = " ".join(skeleton(heading).split())
    plain = _LEADING.sub("", _CODE.sub("", plain))
    if _AMBIGUOUS.search(plain):
        return None
    return next((label for label, words in _PLAIN if words.match(plain)), None)


def label_of(node: Node, by_id: Mapping[str, Node]) -> str | None:
    """What the nearest heading that says it makes of a unit; headings of articles and above are not looked past."""
    seen: set[str] = set()
    above: Node | None = node
    while above is not None and above.id not in seen:
        seen.add(above.id)
        if above.heading:
            label = said(above.heading)
            if label is not None or above.kind not in _THROUGH:
                return label
        above = by_id.get(above.parent)
    return None


def labelled(nodes: Iterable[Node]) -> Iterator[tuple[str, str]]:
    """Texts and labels of the units of one document, each text once."""
    by_id = {node.id: node for node in nodes}
    counts: Counter[str] = Counter()
    seen: set[str] = set()
    for node in by_id.values():
        text = " ".join((node.text or "").split())
        if node.kind not in _UNITS or not _proper(text) or text in seen:
            continue
        label = label_of(node, by_id)
        if label is not None and counts[label] < _MOST_OF_A_DOCUMENT:
            counts[label] += 1
            seen.add(text)
            yield text, label


def _proper(text: str) -> bool:
    """Prose: words, and letters for the most part; not the text of an article that begins with its heading."""
    if _CODE.match(skeleton(text)):
        return False
    letters = sum(c.isalpha() for c in text)
    return len(text) <= _MOST_CHARACTERS and len(text.split()) >= _LEAST_WORDS and letters > 0.6 * len(text)


def units(document: Document) -> Iterator[Unit]:
    """The labelled units of a document, as the parser divides it."""
    directive = parse(text_transcript(document.text), StructureSettings(unit_model="none"))
    lays_duties = (directive.metadata.type.name or "").casefold() in DIRECTIVES
    for text, label in labelled(directive.nodes):
        yield Unit(text, label, document.id, lays_duties)
