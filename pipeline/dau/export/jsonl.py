"""JSON Lines: a document a line, or a row a line, streamed.

UTF-8, no byte order mark, LF between lines. Inside of texts NEL (U+0085), U+2028 and U+2029 are escaped, as control
characters are: readers that take these for line ends see the same lines as everybody.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import TextIO

from ..document.directive import Directive
from ..document.errors import InputError
from ..document.transcript import Frozen
from .formats import Options, Report
from .held import Held
from .tables import Flat, chosen, names_of, values_of

LINE_ENDS = str.maketrans({"\x85": "\\u0085", "\u2028": "\\u2028", "\u2029": "\\u2029"})
"""For `str.translate` of JSON: what some readers take for line ends, as escapes."""


class InArchive(Frozen):
    """Where a line comes from: `document` is the name of the folder in the archive, `inputs` the paths of its source
    as the manifest writes them."""

    document: str
    inputs: tuple[str, ...]


class Line(Directive):
    """document.json, corrections applied, with `archive`."""

    archive: InArchive


def export(documents: Iterable[Held], out: Path, options: Options) -> Report:
    """A `Line` for each document; with one of `tables` its rows instead. Raises InputError for more than one table."""
    tables = chosen(options.tables) if options.tables else ()
    if len(tables) > 1:
        raise InputError("JSON Lines hold one table a file.", "Say --table once, and export once a table.")
    with out.open("w", encoding="utf-8", newline="\n") as text:
        if tables:
            return _rows(Flat(documents, tables), text)
        count = 0
        for held in documents:
            text.write(line(held))
            count += 1
        return Report(count, {"lines": count})


def line(held: Held) -> str:
    """A document's line, with its line feed. Written behind the JSON of document.json, whose keys stay in order."""
    whole = held.directive.model_dump_json()
    where = InArchive(document=held.id, inputs=held.inputs).model_dump_json()
    return f'{whole[:-1]},"archive":{where}}}\n'.translate(LINE_ENDS)


def _rows(flat: Flat, text: TextIO) -> Report:
    (table,) = flat.tables
    names, values, count = names_of(table.row), values_of(table.row), 0
    for _, rows in flat:
        for _, row in rows:
            found = dict(zip(names, values(row), strict=True))
            text.write(json.dumps(found, ensure_ascii=False, separators=(",", ":")).translate(LINE_ENDS) + "\n")
            count += 1
    return Report(flat.documents, {table.name: count}, flat.left_out)
