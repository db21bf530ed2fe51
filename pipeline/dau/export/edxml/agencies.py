"""Codes of agencies (mã định danh điện tử, Quyết định 20/2020/QĐ-TTg): only from a table the user supplies."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from dau.document.orthography import fold

from ..supplied import TableRefused, rows

DETAILS = {
    "in_charge": "OrganizationInCharge",
    "address": "OrganAdd",
    "email": "Email",
    "telephone": "Telephone",
    "fax": "Fax",
    "website": "Website",
}
"""Column of the table → element."""
_CODE = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.\-]{0,33}[A-Za-z0-9])?")
"""At most 35 characters since the amendment of 2022 (13 before)."""


@dataclass(frozen=True)
class Agency:
    code: str
    name: str
    details: dict[str, str]


class Agencies:
    """Finds an agency by its whole name; letter case, spacing and the place of a tone mark do not count."""

    def __init__(self, known: Sequence[Agency]) -> None:
        self.given = bool(known)
        self._by_name = {_key(agency.name): agency for agency in known}

    def find(self, name: str | None) -> Agency | None:
        return self._by_name.get(_key(name)) if name else None


def load(path: str | None) -> Agencies:
    """Raises TableRefused where a code is malformed or a name has two codes."""
    if not path:
        return Agencies(())
    found: dict[str, Agency] = {}
    for row in rows(Path(path), ("name", "organ_id"), ("name", "organ_id", *DETAILS)):
        agency = Agency(row["organ_id"], row["name"], {k: row[k] for k in DETAILS if row.get(k)})
        if not _CODE.fullmatch(agency.code):
            raise TableRefused(f"{path}: {agency.code!r} is no agency code.", "Letters, digits and points, at most 35.")
        if found.setdefault(_key(agency.name), agency).code != agency.code:
            raise TableRefused(f"{path}: {agency.name!r} has two codes.", "Keep one line a name.")
    return Agencies(tuple(found.values()))


def types(path: str | None) -> dict[str, tuple[str, str | None]]:
    """Name of a type of document (folded) → its code and detail; systems disagree on them, so none is built in."""
    if not path:
        return {}
    table = rows(Path(path), ("name", "type"), ("name", "type", "type_detail"))
    return {_key(row["name"]): (row["type"], row.get("type_detail") or None) for row in table}


def _key(name: str) -> str:
    return " ".join(fold(name).split())


def type_key(name: str) -> str:
    return _key(name)
