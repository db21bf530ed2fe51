"""Queries to measure search with, and what each must find, told by regular expressions on the texts themselves.

A piece of the truth with diacritics is looked for in the text as written, one without in the text without; a space
stands for whatever is between two words, `*` for the rest of a word. Which document has a number is told by the
corpus, not by the parser.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from dau.document.orthography import bare, canonical_tone


@dataclass(frozen=True)
class Query:
    """`text` as typed; documents must hold every piece of `wanted` and none of `unwanted`."""

    text: str
    wanted: tuple[str, ...]
    unwanted: tuple[str, ...] = ()

    @property
    def marked(self) -> bool:
        """Whether it was typed with diacritics."""
        return bare(self.text) != self.text


def _words(text: str) -> Query:
    return Query(text, tuple(text.split()))


def _phrase(text: str) -> Query:
    return Query(f'"{text}"', (text,))


QUERIES: tuple[Query, ...] = (
    *map(_words, (
        "bảo hiểm xã hội bắt buộc", "thi đua khen thưởng", "xử phạt vi phạm hành chính", "đất đai bồi thường",
        "thuế giá trị gia tăng", "an toàn thực phẩm", "biến đổi khí hậu", "học phí", "HỢP ĐỒNG LAO ĐỘNG",
        "án", "hòa giải", "thuý", "quyết định",
        "bao hiem xa hoi bat buoc", "thi dua khen thuong", "xu phat vi pham hanh chinh", "dat dai boi thuong",
        "thue gia tri gia tang", "an toan thuc pham", "bien doi khi hau", "hoc phi", "hop dong lao dong", "an",
        "hoa giai", "thuy", "quyet dinh", "doanh nghiệp nho va vừa", "đầu tu công",
    )),
    Query('"phòng chay chữa chay"', ("phòng cháy chữa cháy",)),
    *map(_phrase, (
        "phòng cháy chữa cháy", "sở hữu trí tuệ", "Mặt trận Tổ quốc Việt Nam", "phong chay chua chay",
        "so huu tri tue",
    )),
    Query("15/2020/NĐ-CP", ("15 2020 nđ cp",)),
    Query("15/2020/ND-CP", ("15 2020 nd cp",)),
    Query("thương mại -quốc tế", ("thương", "mại", "tế"), ("quốc",)),
    Query('ngan hang -"nha nuoc"', ("ngan", "hang"), ("nha nuoc",)),
    Query("truyền* hình*", ("truyền*", "hình*")),
    Query("giao* vien*", ("giao*", "vien*")),
)  # fmt: skip


class Truth:
    """Tells which texts a query must find."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self._marked = {name: _spelt(text) for name, text in texts.items()}
        self._bare = {name: bare(text) for name, text in self._marked.items()}

    def of(self, query: Query) -> frozenset[str]:
        """The names of the texts that must be found."""
        found = set(self._marked)
        for piece in query.wanted:
            found = self._with(piece, found)
        for piece in query.unwanted:
            found -= self._with(piece, found)
        return frozenset(found)

    def _with(self, piece: str, among: set[str]) -> set[str]:
        spelt = _spelt(piece)
        texts = self._bare if bare(spelt) == spelt else self._marked
        words = r"[\W_]+".join(re.escape(word.rstrip("*")) for word in spelt.split())
        rest = r"[^\W_]*" if spelt.endswith("*") else ""
        pattern = re.compile(rf"(?<![^\W_]){words}{rest}(?![^\W_])")
        return {name for name in among if pattern.search(texts[name])}


def _spelt(text: str) -> str:
    return canonical_tone(unicodedata.normalize("NFC", text).lower())
