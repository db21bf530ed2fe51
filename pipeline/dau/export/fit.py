"""Text as XML and iCalendar can carry it.

Characters that XML 1.0 has no place for (https://www.w3.org/TR/xml/#charsets) are not dropped: a control character
becomes its picture (NUL → ␀, U+2400 and following), anything else the replacement character �, and both are counted.
"""

from __future__ import annotations

import re

_UNFIT = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Replacing:
    """Makes text fit for XML and counts what it had to replace."""

    def __init__(self) -> None:
        self.replaced = 0

    def __call__(self, text: str) -> str:
        fit, count = _UNFIT.subn(_visible, text)
        self.replaced += count
        return fit


def _visible(found: re.Match[str]) -> str:
    code = ord(found.group())
    return chr(0x2400 + code) if code < 0x20 else "\ufffd"
