"""What a body is taken apart into: units (paragraphs with or without marker), and what was noticed on the way."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from dau.document.directive import NodeKind

from ..facts.markers import Marker
from ..layout.lines import TextLine
from ..layout.tables import TableRegion

NoticeCode = Literal["false_list_marker", "list_marker_gap", "list_marker_misread", "table_row_gap", "page_break_split"]


@dataclass(eq=False)
class Unit:
    """A paragraph with its marker, or one of the preamble's special lines; becomes a node."""

    kind: NodeKind
    lines: list[TextLine]
    marker: Marker | None = None
    value: int = 0
    rank: int = 1000
    label: str = ""
    number: str | None = None
    parent: Unit | None = None
    special: str = ""
    mute: set[int] = field(default_factory=set)
    """Indices of lines that belong here but are no text of the unit: the heads of its table."""


@dataclass(frozen=True, eq=False)
class Notice:
    """Something a reviewer should see at a unit."""

    code: NoticeCode
    unit: Unit | None
    raw: str
    detail: str = ""
    severe: bool = True
    """Whether it may change the tree, or only looks odd."""


@dataclass(eq=False)
class Outline:
    """The units of one body in document order, its tables and what was noticed."""

    units: list[Unit] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    tables: list[tuple[TableRegion, Unit | None, list[Unit]]] = field(default_factory=list)
    strays: list[TextLine] = field(default_factory=list)
    """Table heads that stand under no unit."""
