"""Numbers of cited documents that could not be read at all: "Quyết định số .đŸ#../QĐ-UBND", "Tờ trình số … /TTr-STC".

No citation can be made of them, and none is invented; what is lost to an analyst who asks for citations is shown.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from dau.document.directive import ReviewItem

from ..facts.types import all_types
from .mentions import Mention

_NAMES = sorted({re.escape(t.name) for t in all_types()} | {"Công văn", "Văn bản"}, key=lambda name: (-len(name), name))
_NUMBER = re.compile(
    rf"(?P<type>{'|'.join(_NAMES)})\s+số\s*:?\s*(?P<serial>[^\s/;,()]{{0,10}}(?: [^\s/;,()]{{1,6}})?)\s*/\s*"
    r"(?:\d{4}\s*/\s*)?(?P<symbol>[A-ZĐ][\w&]*-[A-ZĐ][\w&-]*)"
)
_DRAFT = re.compile(r"(?:dự thảo|ban hành|mẫu)\s+$", re.IGNORECASE)
_SERIAL = re.compile(r"\d{1,6}[a-zđ]?")


def unread_numbers(text: str, mentions: Sequence[Mention], node: str) -> Iterator[ReviewItem]:
    """Flags of the numbers in a unit's text that are printed with a symbol and whose serial is not legible."""
    known = [m.symbol for m in mentions if m.symbol]
    for found in _NUMBER.finditer(text):
        if _SERIAL.fullmatch(found["serial"].strip()) or _DRAFT.search(
            text[max(0, found.start() - 12) : found.start()]
        ):
            continue
        if any(symbol.start < found.end() and symbol.end > found.start("type") for symbol in known):
            continue
        yield ReviewItem(
            code="citation_number_misread",
            severity="medium",
            node=node,
            raw=found.group(),
            message=f'Số văn bản viện dẫn bỏ trống hoặc không đọc được, không có trong danh sách: "{found.group()}"',
        )
