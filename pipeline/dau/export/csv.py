r"""CSV: a file a table, for spreadsheets, harmless there and readable back without loss.

UTF-8 with a byte order mark, a head line, CRLF between rows, quotes as in RFC 4180. Null is nothing at all, an empty
text is `""`. In texts a backslash is `\\`, a control character or a mark that turns the direction of writing `\xNN` or
`\uNNNN` (as in the paths of the manifest); line feeds and tabs stand as they are. A text that could begin a formula
stands behind an apostrophe, and one that begins with apostrophes and would then look like it behind one more:
`text_of(cell_of(text)) == text` for every text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from ..archive.report.sheet import CHARACTER, Separator
from ..archive.report.words import begins_formula
from ..document.errors import InputError
from .formats import Options, Report
from .held import Held
from .tables import Flat, Value, chosen, names_of, values_of

_TO_ESCAPE = re.compile(
    "[\\\\\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff]"
)
_ESCAPED = re.compile(r"\\(?:\\|x([0-9a-f]{2})|u([0-9a-f]{4}))")


def export(documents: Iterable[Held], out: Path, options: Options) -> Report:
    """`<table>.csv` for each table, in the folder `out`. Raises InputError for a separator that is none."""
    separator = _separator(options.settings.get("separator", Separator.comma))
    flat = Flat(documents, chosen(options.tables))
    counts = dict.fromkeys((table.name for table in flat.tables), 0)
    files = {name: (out / f"{name}.csv").open("w", encoding="utf-8-sig", newline="") for name in counts}
    values = {table.name: values_of(table.row) for table in flat.tables}
    try:
        for table in flat.tables:
            files[table.name].write(_line(names_of(table.row), separator))
        for _, rows in flat:
            for name, row in rows:
                files[name].write(_line(values[name](row), separator))
                counts[name] += 1
    finally:
        for file in files.values():
            file.close()
    return Report(flat.documents, counts, flat.left_out)


def cell_of(text: str) -> str:
    """A text as it stands in a cell, before quotes."""
    escaped = _TO_ESCAPE.sub(_escape, text)
    return f"'{escaped}" if begins_formula(escaped.lstrip("'")) else escaped


def text_of(cell: str) -> str:
    """The text that `cell_of` put into a cell."""
    if cell.startswith("'") and begins_formula(cell.lstrip("'")):
        cell = cell[1:]
    return _ESCAPED.sub(lambda match: chr(int(match[1] or match[2], 16)) if match[1] or match[2] else "\\", cell)


def _separator(name: str) -> str:
    try:
        return CHARACTER[Separator(name)]
    except ValueError:
        raise InputError(f"{name!r} is no separator.", f"There are {', '.join(Separator)}.") from None


def _line(values: Iterable[Value], separator: str) -> str:
    """A row. Python's own writer (3.11) cannot tell null from an empty text, so that the quotes are set here."""
    return separator.join(_quoted(value, separator) for value in values) + "\r\n"


def _quoted(value: Value, separator: str) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, str):
        return repr(value)  # numbers: the shortest text that reads back as the same
    cell = cell_of(value)
    plain = cell and not any(sign in cell for sign in (separator, '"', "\n", " ", "'"))
    return cell if plain else '"' + cell.replace('"', '""') + '"'


def _escape(match: re.Match[str]) -> str:
    code = ord(match.group())
    if code == 0x5C:
        return "\\\\"
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"
