"""Files of the export: XML a document and a dossier, the same as tables."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import TextIO

from ..csv import cell_of
from ..doubts import Record
from ..fit import Replacing
from ..held import Held
from ..markup import Tree, write
from .dossiers import Tables
from .fields import DOSSIER_LENGTHS, LENGTHS, SUPPLIED, Profile
from .values import Value, values_of

DOSSIERS, LOOSE = "dossiers", "without-dossier"
"""Folder of the dossiers' folders; folder of documents of which no table says where they belong."""


class Writing:
    """Writes documents as they come, then the dossiers they belong to."""

    def __init__(
        self, out: Path, profile: Profile, tables: Tables, record: Record, fit: Replacing, *, write_doubtful: bool
    ) -> None:  # fmt: skip
        self._out, self._profile, self._tables, self._record = out, profile, tables, record
        self._xml = Tree("", {}, fit)
        self._write_doubtful = write_doubtful
        self._used: dict[str, None] = {}
        self._columns = ("document", "input", "file", *profile.document.values())
        self._table: TextIO = (out / "documents.csv").open("w", encoding="utf-8-sig", newline="")

    def __enter__(self) -> Writing:
        self._row(self._table, self._columns)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._table.close()

    def document(self, held: Held) -> str | None:
        """Writes one document; why it was left out, where it was."""
        row = self._tables.row(held)
        if row is None and self._tables.given:
            return "The table of documents does not name it. Add a row for it, or take it out with --document."
        values = values_of(held, self._profile, self._record, write_doubtful=self._write_doubtful)
        values |= _supplied(row or {}, self._tables.dossiers.get(row["file_code"], {}) if row else {})
        code = values["doc_code"].text if row else None
        folder = self._out / DOSSIERS / row["file_code"] if row else self._out / LOOSE
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"EAD_doc_{code or held.id}.xml"
        root = self._xml.root(self._profile.metadata)
        for name, element in self._profile.document.items():
            self._field(root, held.id, name, element, values.get(name, Value()), LENGTHS)
        write(root, path)
        cells = [values.get(name, Value()).text or "" for name in self._profile.document]
        inputs = held.inputs[0] if held.inputs else ""
        self._row(self._table, (held.id, inputs, path.relative_to(self._out).as_posix(), *cells))
        if row:
            self._used[row["file_code"]] = None
        return None

    def dossiers(self) -> int:
        """EAD.xml of each dossier that has a document here and a row of its own; how many."""
        known = [code for code in self._used if code in self._tables.dossiers]
        for code in self._used:
            if code not in self._tables.dossiers:
                self._record.say(code, "EAD.xml", "no row in the table of dossiers")
        if not known:
            return 0
        with (self._out / "dossiers.csv").open("w", encoding="utf-8-sig", newline="") as table:
            self._row(table, tuple(self._profile.dossier.values()))
            for code in known:
                row = self._tables.dossiers[code]
                root = self._xml.root(self._profile.metadata)
                for name, element in self._profile.dossier.items():
                    value = Value(row.get(name) or None)
                    self._field(root, code, name, element, value, DOSSIER_LENGTHS)
                write(root, self._out / DOSSIERS / code / "EAD.xml")
                self._row(table, tuple(row.get(name, "") for name in self._profile.dossier))
        return len(known)

    def _field(
        self, root: object, about: str, name: str, element: str, value: Value, lengths: Mapping[str, int]
    ) -> None:  # fmt: skip
        """An element with a value, or a comment in its place: an empty element would say that there is nothing."""
        if value.text:
            self._xml.add(root, element, value.text)
            if len(value.text) > lengths.get(name, len(value.text)):
                why = f"written, but longer than the {lengths[name]} characters of the regulation"
                self._record.say(about, element, why, value=value.text)
        else:
            self._xml.remark(root, f"{element}: {value.why or 'not supplied'}")
            if value.why:
                self._record.say(about, element, value.why, raw=value.raw)

    def _row(self, table: TextIO, cells: tuple[str, ...]) -> None:
        table.write(",".join(_quoted(self._xml.fit(cell)) for cell in cells) + "\r\n")


def _supplied(row: Mapping[str, str], dossier: Mapping[str, str]) -> dict[str, Value]:
    """What the archivist's tables say of a document. Thời hạn lưu trữ is the dossier's where the document has none."""
    found = {name: Value(row[name]) for name in SUPPLIED if row.get(name)}
    if not row:
        return found
    ordinal = int(row["ordinal"])
    found["file_code"] = Value(row["file_code"])
    found["ordinal"] = Value(str(ordinal))
    found["doc_code"] = Value(f"{row['file_code']}.{ordinal:07}")
    for name in ("fonds_code", "catalogue", "dossier_number", "maintenance"):
        if dossier.get(name) and name not in found:
            found[name] = Value(dossier[name])
    return found


def _quoted(cell: str) -> str:
    text = cell_of(cell)
    return f'"{text.replace(chr(34), chr(34) * 2)}"' if any(sign in text for sign in ',;"\r\n\t') else text
