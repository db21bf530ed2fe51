"""Titles of those who sign, as a closed list: who may sign for whom, and which one a damaged line stands for.

The order of a signature is fixed (Nghị định 30/2020/NĐ-CP, Phụ lục I): TM. stands before the name of a collective,
and under KT. signs a deputy of the office named behind it. That narrows what a line under a seal can have been.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from rapidfuzz import fuzz

from dau.document.orthography import letters

TITLES = (
    "BỘ TRƯỞNG", "THỨ TRƯỞNG", "THỨ TRƯỞNG THƯỜNG TRỰC", "CHỦ TỊCH", "PHÓ CHỦ TỊCH", "PHÓ CHỦ TỊCH THƯỜNG TRỰC",
    "GIÁM ĐỐC", "PHÓ GIÁM ĐỐC", "TỔNG GIÁM ĐỐC", "PHÓ TỔNG GIÁM ĐỐC", "CHÁNH VĂN PHÒNG", "PHÓ CHÁNH VĂN PHÒNG",
    "CỤC TRƯỞNG", "PHÓ CỤC TRƯỞNG", "TỔNG CỤC TRƯỞNG", "PHÓ TỔNG CỤC TRƯỞNG", "VỤ TRƯỞNG", "PHÓ VỤ TRƯỞNG",
    "VIỆN TRƯỞNG", "HIỆU TRƯỞNG", "PHÓ HIỆU TRƯỞNG", "THỦ TƯỚNG", "PHÓ THỦ TƯỚNG", "CHỦ NHIỆM", "PHÓ CHỦ NHIỆM",
    "TRƯỞNG BAN", "PHÓ TRƯỞNG BAN", "TRƯỞNG PHÒNG", "PHÓ TRƯỞNG PHÒNG", "CHÁNH THANH TRA", "PHÓ CHÁNH THANH TRA",
    "CHI CỤC TRƯỞNG", "BÍ THƯ", "PHÓ BÍ THƯ", "CHỦ TỌA", "THƯ KÝ",
)  # fmt: skip
"""Titles as they are printed under a signature."""
PREFIXES = ("TM.", "KT.", "TL.", "TUQ.")
COLLECTIVES = (
    "CHÍNH PHỦ", "ỦY BAN NHÂN DÂN", "HỘI ĐỒNG NHÂN DÂN", "ỦY BAN THƯỜNG VỤ QUỐC HỘI", "BAN THƯỜNG VỤ",
    "BAN CHẤP HÀNH", "HỘI ĐỒNG QUẢN TRỊ", "HỘI ĐỒNG THÀNH VIÊN",
)  # fmt: skip
_HEADS = (*(t for t in TITLES if not t.startswith(("PHÓ ", "THỨ ", "THƯ "))), "TỔNG THANH TRA")
_HEAD_OF = {"CHÍNH PHỦ": "THỦ TƯỚNG", "ỦY BAN NHÂN DÂN": "CHỦ TỊCH", "HỘI ĐỒNG NHÂN DÂN": "CHỦ TỊCH"}
_MARGIN = 0.05


def head_title(office: str) -> str | None:
    """The usual title an office begins with: "BỘ TRƯỞNG BỘ TÀI CHÍNH" → "BỘ TRƯỞNG"."""
    seen = letters(office)
    return max((t for t in _HEADS if seen.startswith(letters(t))), key=len, default=None)


def deputies(office: str) -> tuple[str, ...]:
    """The titles under which somebody may sign for an office, or for one of the offices of a composite one."""
    out: list[str] = []
    for part in re.split(r"\s*[-–,]\s*", office):
        head = head_title(part)
        if head:
            deputy = "THỨ TRƯỞNG" if head == "BỘ TRƯỞNG" else f"PHÓ {head}"
            out += [deputy, f"{deputy} THƯỜNG TRỰC"]
    return tuple(out)


def heads(collective: str) -> tuple[str, ...]:
    """The title of who signs first in the name of a collective."""
    seen = letters(collective)
    return tuple(head for name, head in _HEAD_OF.items() if seen.startswith(letters(name)))


def nearest(text: str, titles: Sequence[str], similarity: float) -> str | None:
    """The one of `titles` that a damaged line clearly stands for; digits in it are misread letters."""
    seen = re.sub(r"\d", "", letters(text))
    if len(seen) < 5:
        return None
    ranked = sorted(((fuzz.ratio(letters(t), seen) / 100, t) for t in titles), reverse=True)
    if not ranked or ranked[0][0] < similarity:
        return None
    clear = len(ranked) == 1 or ranked[0][0] - ranked[1][0] >= _MARGIN
    return ranked[0][1] if clear else None


def printed_title(text: str, similarity: float = 0.85, deputy: bool = False) -> str | None:
    """The signer's title that a badly read line stands for, out of the usual ones; None where none is near, or two
    are about as near.

    Titles are a short closed list in capitals, so that a clear nearest one is sure enough; what was read stays in the
    transcript. `deputy` says that the line stands under KT., where only deputies sign.
    """
    seen = letters(text)
    if len(seen) < 6:
        return None
    titles = [t for t in TITLES if not deputy or t.startswith(("PHÓ", "THỨ"))]
    ranked = sorted(((fuzz.ratio(letters(t), seen) / 100, t) for t in titles), reverse=True)
    (best, title), (second, _) = ranked[0], ranked[1]
    return title if best >= similarity and (best == 1 or best - second >= 0.05) else None


def misread_prefix(word: str) -> str | None:
    """The prefix that a short word with a full stop stands for, one letter of it misread: "ET." → "KT."."""
    seen = letters(word)
    if not word.rstrip().endswith(".") or len(seen) != 2:
        return None
    near = [p for p in PREFIXES if len(letters(p)) == 2 and sum(map(str.__eq__, letters(p), seen)) == 1]
    return near[0] if len(near) == 1 else None


def damaged_collective(text: str) -> str | None:
    """The collective named in the first line of a signature whose "TM." is a scrap: "V-CHÍNH PHÙ" → "CHÍNH PHỦ"."""
    seen = letters(text)
    for name in COLLECTIVES:
        wanted = letters(name)
        if seen != wanted and seen.endswith(wanted) and len(seen) - len(wanted) <= 3:
            return name
    return None
