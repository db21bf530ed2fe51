"""The tables of the row model: the class of each one's rows, its keys, what it refers to, and its columns."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from types import NoneType, UnionType
from typing import Annotated, get_args, get_origin, get_type_hints

from . import rows as r
from .rows import Row


@dataclass(frozen=True)
class Column:
    """A column: `type` is str, int, float, bool or Day, `description` in words."""

    name: str
    type: object
    nullable: bool
    description: str


@dataclass(frozen=True)
class Reference:
    """A foreign key: `columns` of this table name the `key` of `table`."""

    columns: tuple[str, ...]
    table: str
    key: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """A table: the class of its rows, primary key, references and what is worth an index of its own."""

    name: str
    row: type[Row]
    key: tuple[str, ...]
    references: tuple[Reference, ...] = ()
    indexes: tuple[tuple[str, ...], ...] = ()
    columns: tuple[Column, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "columns", _columns(self.row))

    @property
    def description(self) -> str:
        return (self.row.__doc__ or "").strip()


def _columns(row: type[Row]) -> tuple[Column, ...]:
    """The columns of a class of rows, in order."""
    hints = get_type_hints(row, include_extras=True)
    return tuple(_column(part.name, hints[part.name]) for part in fields(row))


def _column(name: str, hint: object) -> Column:
    description = ""
    if get_origin(hint) is Annotated:
        hint, description = get_args(hint)[:2]
    nullable = isinstance(hint, UnionType) or NoneType in get_args(hint)
    types = [part for part in get_args(hint) if part is not NoneType] if nullable else [hint]
    return Column(name, types[0], nullable, description)


_DOCUMENT = Reference(("document",), "documents", ("id",))
_AGENCY = Reference(("agency",), "agencies", ("id",))


def _inside(column: str, table: str, key: str = "id") -> Reference:
    """A reference to something of the same document."""
    return Reference(("document", column), table, ("document", key))


_TABLES = (
    Table("agencies", r.Agency, ("id",), (), (("name",), ("base",), ("province",))),
    Table(
        "documents", r.Document, ("id",), (_AGENCY,),
        (("sha256",), ("number_key",), ("issued",), ("agency", "issued"), ("province", "issued"), ("type",), ("year",)),
    ),
    Table("inputs", r.Input, ("document", "position"), (_DOCUMENT,), (("path",),)),
    Table("components", r.Component, ("document", "id"), (_DOCUMENT,)),
    Table(
        "nodes", r.Node, ("document", "id"), (_DOCUMENT, _inside("parent", "nodes")),
        (("document", "parent"), ("document", "position")),
    ),
    Table("blocks", r.Block, ("document", "position"), (_DOCUMENT,)),
    Table("readings", r.Reading, ("document", "position"), (_DOCUMENT,)),
    Table("citations", r.Citation, ("document", "id"), (_DOCUMENT, _AGENCY), (("number_key",), ("agency",))),
    Table("mentions", r.Mention, ("document", "citation", "position"), (_inside("citation", "citations"),)),
    Table("legal_bases", r.LegalBasis, ("document", "position"), (_DOCUMENT,)),
    Table(
        "legal_basis_citations", r.LegalBasisCitation, ("document", "legal_basis", "position"),
        (_inside("legal_basis", "legal_bases", "position"), _inside("citation", "citations")),
    ),
    Table("tasks", r.Task, ("document", "id"), (_DOCUMENT,)),
    Table(
        "assignees", r.Assignee, ("document", "task", "position"), (_inside("task", "tasks"), _AGENCY),
        (("agency", "role"), ("name",)),
    ),
    Table("deadlines", r.Deadline, ("document", "task"), (_inside("task", "tasks"),), (("due",), ("kind",))),
    Table(
        "task_citations", r.TaskCitation, ("document", "task", "position"),
        (_inside("task", "tasks"), _inside("citation", "citations")),
    ),
    Table("movements", r.Movement, ("document",), (_DOCUMENT, _AGENCY), (("agency",),)),
    Table("criteria", r.Criterion, ("document", "kind", "position"), (_DOCUMENT,)),
    Table("awards", r.Award, ("document", "id"), (_DOCUMENT, _AGENCY), (("form",), ("agency",))),
    Table("award_eligible", r.AwardEligible, ("document", "award", "position"), (_inside("award", "awards"),)),
    Table("tables_in_text", r.TableInText, ("document", "id"), (_DOCUMENT,)),
    Table("table_cells", r.TableCell, ("document", "table", "row", "column"), (_inside("table", "tables_in_text"),)),
    Table("recipients", r.Recipient, ("document", "position"), (_DOCUMENT,)),
    Table(
        "recipient_organisations", r.RecipientOrganisation, ("document", "recipient", "position"),
        (_inside("recipient", "recipients", "position"), _AGENCY), (("agency",),),
    ),
    Table("flags", r.Flag, ("document", "position"), (_DOCUMENT,), (("code", "severity"),)),
)  # fmt: skip

TABLES: dict[str, Table] = {table.name: table for table in _TABLES}
"""All tables by name, each after those it refers to."""
TABLE_OF: dict[type[Row], Table] = {table.row: table for table in _TABLES}
