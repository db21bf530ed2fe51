"""The file name: a weak witness that never decides."""

from __future__ import annotations

import re
from pathlib import PurePath

from dau.document.directive import ReviewItem, Witness

from ..lines import letters
from ..metadata import Facts
from .flags import flag


def check_filename(filename: str | None, facts: Facts) -> list[ReviewItem]:
    """A file name that names another serial number is worth a look; it never decides anything."""
    serial = facts.metadata.number.serial
    if not filename or not serial:
        return []
    stem = PurePath(filename).stem
    m = re.search(r"(?:^|[^\w])(?:so|cv|qd|qđ|ct|tb|kh|ttr|bc|nq)[\s_.-]{0,2}(\d{1,5})(?=\D|$)", stem, re.IGNORECASE)
    if not m or m[1].lstrip("0") == letters(serial).lstrip("0") or len(m[1]) > 5:
        return []
    witness = Witness(kind="file_name", text=PurePath(filename).name)
    return [
        flag(
            "file_name_disagrees",
            "info",
            "Tên tệp ghi số khác với số đọc được",
            "/metadata/number",
            facts.lines.get("number", ()),
            serial,
            alternatives=[m[1]],
            witnesses=[witness],
        )
    ]
