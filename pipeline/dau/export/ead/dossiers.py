"""The archivist's tables. No field of a dossier is ever made up: what they do not say is not in the output."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from dau.document.orthography import fold

from ..held import Held
from ..supplied import TableRefused, rows
from .fields import CODES, SUPPLIED, Profile

_CODE = re.compile(r"[A-Za-zĐđ0-9](?:[A-Za-zĐđ0-9._\-]{0,98}[A-Za-zĐđ0-9])?")
"""A dossier's code names a folder as well: letters, digits, points, hyphens, underscores, at most 100."""
_DAY = re.compile(r"(?:\d\d/\d\d/)?(?:\d\d/)?\d{4}", re.ASCII)
_PLACE = ("fonds_code", "catalogue", "dossier_number")
"""Mã phông, mục lục số, hồ sơ số: of the dossier; the predecessor's EAD_doc repeats them."""
_NUMBERS = ("total_doc", "number_of_paper", "number_of_page")


@dataclass
class Tables:
    """Rows of `documents` by what they name, dossiers by code, and which rows found no document."""

    named: dict[str, dict[str, str]] = field(default_factory=dict)
    dossiers: dict[str, dict[str, str]] = field(default_factory=dict)
    given: bool = False
    _met: set[str] = field(default_factory=set)

    def row(self, held: Held) -> dict[str, str] | None:
        """The row about a document: by its folder, its SHA-256, a path it came from or that path's file name.

        Raises TableRefused where several rows claim it.
        """
        names = [held.id, held.sha256, *held.inputs, *(PurePosixPath(path).name for path in held.inputs)]
        found = {name: self.named[_key(name)] for name in names if _key(name) in self.named}
        self._met |= {_key(name) for name in found}
        rows = {(row["file_code"], row["ordinal"]): row for row in found.values()}
        if len(rows) > 1:
            places = ", ".join(f"{code} number {ordinal}" for code, ordinal in rows)
            raise TableRefused(f"The table of documents puts {held.id} in two places: {places}.", "Keep one row.")
        return next(iter(rows.values()), None)

    def notes(self) -> list[str]:
        missed = [row["document"] for key, row in self.named.items() if key not in self._met]
        if not missed:
            return []
        shown = ", ".join(missed[:10]) + (" …" if len(missed) > 10 else "")
        return [f"{len(missed)} rows of the table of documents name none that was exported: {shown}."]


def load(documents: str | None, dossiers: str | None, profile: Profile) -> Tables:
    """Raises TableRefused where a code, an ordinal or a coded value is none, or a place is taken twice."""
    tables = Tables(given=documents is not None)
    if dossiers:
        known = tuple(dict.fromkeys(("file_code", *_PLACE, *profile.dossier, "start_date", "end_date")))
        for row in rows(Path(dossiers), ("file_code",), known):
            _check(dossiers, row, profile)
            if tables.dossiers.setdefault(row["file_code"], row) is not row:
                raise TableRefused(f"{dossiers}: {row['file_code']!r} stands twice.", "Keep one row a dossier.")
    if documents:
        _documents(documents, tables, profile)
    return tables


def _documents(path: str, tables: Tables, profile: Profile) -> None:
    taken: dict[tuple[str, int], str] = {}
    for row in rows(Path(path), ("document", "file_code", "ordinal"), ("document", "file_code", "ordinal", *SUPPLIED)):
        _check(path, row, profile)
        if not re.fullmatch(r"\d{1,7}", row["ordinal"], re.ASCII) or not int(row["ordinal"]):
            raise TableRefused(f"{path}: {row['ordinal']!r} is no ordinal.", "Count the documents of a dossier from 1.")
        place = (row["file_code"], int(row["ordinal"]))
        if taken.setdefault(place, row["document"]) != row["document"]:
            raise TableRefused(
                f"{path}: {row['file_code']} has two documents number {row['ordinal']}.", "Number them anew."
            )
        if not row["document"] or tables.named.setdefault(_key(row["document"]), row) is not row:
            raise TableRefused(f"{path}: {row['document']!r} stands twice or is empty.", "Keep one row a document.")


def _check(path: str, row: Mapping[str, str], profile: Profile) -> None:
    if not _CODE.fullmatch(row["file_code"]) or ".." in row["file_code"]:
        raise TableRefused(
            f"{path}: {row['file_code']!r} is no code of a dossier.",
            "Letters, digits, points and hyphens, at most 100.",
        )
    for name, values in CODES.items() if profile.codes else ():
        if row.get(name) and row[name] not in values:
            raise TableRefused(f"{path}: {name} {row[name]!r} is no value.", f"It may be {', '.join(sorted(values))}.")
    for name in ("start_date", "end_date"):
        if row.get(name) and not _DAY.fullmatch(row[name]):
            raise TableRefused(f"{path}: {name} {row[name]!r} is no date.", "Write DD/MM/YYYY, MM/YYYY or YYYY.")
    for name in _NUMBERS:
        if row.get(name) and not re.fullmatch(r"\d{1,10}", row[name], re.ASCII):
            raise TableRefused(f"{path}: {name} {row[name]!r} is no number.", "Write digits only.")


def _key(name: str) -> str:
    return fold(name.strip())
