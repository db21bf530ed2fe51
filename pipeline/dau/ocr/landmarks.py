"""Lines by which the layout of a directive is recognised, whatever the engine made of their letters.

The layout is that of Nghị định 30/2020/NĐ-CP, Phụ lục I, and of its predecessors.
"""

from __future__ import annotations

import re
from functools import lru_cache

from rapidfuzz import fuzz

from dau.document.orthography import bare

_MOTTOS = ("conghoaxahoichunghiavietnam", "dangcongsanvietnam")
_TAGLINE = "doclaptudohanhphuc"
_TYPES = (
    "nghiquyet", "quyetdinh", "chithi", "quyche", "quydinh", "thongcao", "thongbao", "huongdan", "chuongtrinh",
    "kehoach", "phuongan", "dean", "duan", "baocao", "bienban", "totrinh", "hopdong", "congdien", "giayuyquyen",
    "giaymoi", "giaygioithieu", "phieugui", "phieuchuyen", "nghidinh", "thongtu", "thongtulientich", "luat", "phaplenh",
)
_DATE = re.compile(r"ng.?y.{0,12}th.?ng.{0,10}n.?m")
_SIGNING = re.compile(r"^(tm|kt|tl|tuq|q)[.,:;\s]|^(kt|tm|tl)[.,]?\s?[bcugt]")


@lru_cache(maxsize=1 << 12)
def key(text: str) -> str:
    """Bare lower-case letters and digits only: what OCR changes least."""
    return re.sub(r"[^a-z0-9]", "", bare(text).lower())


def is_motto(text: str) -> bool:
    """Quốc hiệu, or the name of the Party, alone on its line."""
    found = key(text)
    return any(fuzz.ratio(found, motto) >= 75 for motto in _MOTTOS)


def motto_start(words: list[str]) -> int | None:
    """Index of the word with which the national motto begins in a line that may hold more before it."""
    keys = [key(w) for w in words]
    for start in range(len(words)):
        if keys[start][:2] in ("co", "dc", "gc") or keys[start].startswith("cong"):
            rest = "".join(keys[start:])
            if len(rest) >= 18 and fuzz.ratio(rest, _MOTTOS[0]) >= 78:
                return start
    return None


def is_tagline(text: str) -> bool:
    """Tiêu ngữ: Độc lập - Tự do - Hạnh phúc."""
    return fuzz.ratio(key(text), _TAGLINE) >= 75


def is_place_and_date(text: str) -> bool:
    """Địa danh, ngày … tháng … năm …"""
    lowered = bare(text).lower()
    return len(lowered) < 70 and _DATE.search(lowered) is not None


def is_number(text: str) -> bool:
    """Số: …/…"""
    return re.match(r"s[o06][:.;\s]", bare(text).lower().strip()) is not None and len(text) < 45


def is_subject(text: str) -> bool:
    """V/v …: the subject of a công văn."""
    return re.match(r"\W*[vy]\s?/\s?v\b", bare(text).lower()) is not None


def is_addressee(text: str) -> bool:
    """Kính gửi: …"""
    return key(text).startswith("kinhgui") or fuzz.ratio(key(text)[:7], "kinhgui") >= 85


def is_type_name(text: str) -> bool:
    """The name of a document type in capitals, alone on its line (tên loại văn bản)."""
    letters = [c for c in text if c.isalpha()]
    if not letters or sum(c.isupper() for c in letters) < 0.8 * len(letters):
        return False
    found = key(text)
    return any(fuzz.ratio(found, name) >= 85 for name in _TYPES)


def is_recipients(text: str) -> bool:
    """Nơi nhận:"""
    found = key(text)
    return len(found) <= 12 and (found.startswith("noinhan") or fuzz.ratio(found[:7], "noinhan") >= 80)


def is_archive_copy(text: str) -> bool:
    """`- Lưu: VT, …`, the last of the recipients."""
    return re.match(r"\W*[l1i]uu?\s?:", bare(text).lower()) is not None


def is_signing_capacity(text: str) -> bool:
    """A line of a signature block: quyền hạn or chức vụ, in capitals."""
    letters = [c for c in text if c.isalpha()]
    if len(letters) < 2 or len(text) > 60:
        return False
    return sum(c.isupper() for c in letters) >= 0.8 * len(letters)
