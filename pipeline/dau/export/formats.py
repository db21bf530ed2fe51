"""What a format is, what it is asked and what it answers; its function is registered in `dau.export`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from .held import Held


@dataclass(frozen=True)
class Options:
    """What the user asked for. `archive` is the archive's folder (for formats that need more than the documents, such
    as the relations in its index), `tables` the flat tables asked for (none: all), `settings` what
    `--set NAME=VALUE` gave, only names that the format knows."""

    archive: Path
    tables: tuple[str, ...] = ()
    settings: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Report:
    """What an export did. `documents` counts those written, `rows` the rows, entries or files by name. `left_out`
    gives for documents that the format could not take the reason and what to do (document's id → words): the command
    prints them and ends with 1. `notes` are said to the user and cost nothing."""

    documents: int = 0
    rows: dict[str, int] = field(default_factory=dict)
    left_out: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


Export = Callable[[Iterable[Held], Path, Options], Report]
"""Writes the documents at `out`: a path where nothing is yet (shape `file`), or an empty folder. The caller has chosen
a temporary place beside the target and renames it when all is well, so that a function need not care about that;
neither must it leave anything else there. Documents come one at a time and are not to be collected."""


@dataclass(frozen=True)
class Format:
    """`says` is a line for the help; `settings` the names that `--set` may give, each with its meaning; `tables`
    whether `--table` makes sense."""

    export: Export
    shape: Literal["file", "folder"]
    says: str
    settings: Mapping[str, str] = field(default_factory=dict)
    tables: bool = False
