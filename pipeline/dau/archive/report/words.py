"""The Vietnamese names of what a report speaks of, and texts from documents made harmless.

Everything that comes from a file or its name may be hostile: it is escaped in HTML, and in a spreadsheet it can be no
formula.
"""

from __future__ import annotations

import re
from html import escape

from ...document.directive import Severity
from ...document.errors import Category
from ..outcome import PageStatus, Status

STATUS: dict[Status, str] = {"success": "Hoàn thành", "partial": "Một phần", "failed": "Không xử lý được"}
PENDING = "Chưa xong"
PAGE: dict[PageStatus, str] = {"success": "đọc được", "blank": "trắng", "failed": "không đọc được"}
CATEGORY: dict[Category, str] = {
    "input": "Tệp đầu vào",
    "encrypted": "Có mật khẩu",
    "timeout": "Quá thời gian",
    "capacity": "Vượt giới hạn",
    "dependency": "Thiếu phần mềm",
    "internal": "Lỗi chương trình",
}
SEVERITY: dict[Severity, str] = {"high": "nặng", "medium": "vừa", "low": "nhẹ", "info": "để biết"}

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufffe\uffff]")


def plain(text: str | None, most: int | None = None) -> str:
    """A text on one line, without control characters, marks that turn the direction of writing, or bytes that are no
    text; cut to `most` characters."""
    shown = (text or "").encode("utf-8", "backslashreplace").decode()
    shown = " ".join(_CONTROL.sub(" ", shown).split())
    return shown if most is None or len(shown) <= most else shown[: most - 1].rstrip() + "…"


def html(text: str | None, most: int | None = None) -> str:
    """A text for the content of an element or a quoted attribute."""
    return escape(plain(text, most), quote=True)


def cell(text: str | None) -> str:
    """A text that a spreadsheet takes for text: what could begin a formula stands behind an apostrophe."""
    value = (text or "").encode("utf-8", "backslashreplace").decode()
    return f"'{plain(value)}" if begins_formula(value) else plain(value)


def begins_formula(text: str) -> bool:
    """Whether a spreadsheet could take a text for a formula, spaces before it or not."""
    return text.startswith(_FORMULA) or text.lstrip().startswith(_FORMULA)
