"""The file name: a weak witness that never decides."""

from __future__ import annotations

import re
from pathlib import PurePath

from dau.document.directive import ReviewItem, Witness
from dau.document.orthography import letters

from ..header.metadata import Facts
from .flags import flag

_SERIAL = re.compile(r"(?:^|[^\w])(?:so|cv|qd|qđ|ct|tb|kh|ttr|bc|nq)[\s_.-]{0,2}(\d{1,5})(?=\D|$)", re.IGNORECASE)


def _named_serial(filename: str | None) -> str | None:
    """The serial number a file name gives behind a type or "so"."""
    m = _SERIAL.search(PurePath(filename).stem) if filename else None
    return m[1].lstrip("0") if m else None


def name_witness(filename: str | None, serial: str | None) -> Witness | None:
    """The file name, if it gives the same serial number."""
    named = _named_serial(filename)
    if not filename or not serial or named is None or named != letters(serial).lstrip("0"):
        return None
    return Witness(kind="file_name", text=PurePath(filename).name)


def other_name(filename: str | None, facts: Facts) -> tuple[str, Witness] | None:
    """The number with the serial a file name gives, where that is not the one read; and the name as a witness."""
    named, number = _named_serial(filename), facts.metadata.number
    symbol = re.search(r"[/|]\s*(\D.*)$", number.text or number.raw or "")
    if not filename or named is None or not symbol or named == letters(number.serial or "").lstrip("0"):
        return None
    year = f"/{number.year}" if number.year else ""
    return f"{named}{year}/{symbol[1].strip()}", Witness(kind="file_name", text=PurePath(filename).name)


def check_filename(filename: str | None, facts: Facts) -> list[ReviewItem]:
    """A file name that names another serial number is worth a look; it never decides anything."""
    serial, named = facts.metadata.number.serial, _named_serial(filename)
    if not filename or not serial or named is None or named == letters(serial).lstrip("0"):
        return []
    return [
        flag(
            "file_name_disagrees",
            "info",
            "Tên tệp ghi số khác với số đọc được",
            "/metadata/number",
            facts.lines.get("number", ()),
            serial,
            alternatives=[named],
            witnesses=[Witness(kind="file_name", text=PurePath(filename).name)],
        )
    ]
