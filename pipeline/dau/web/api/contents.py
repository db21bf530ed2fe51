"""What stands in the documents, across the archive: nodes, duties, cited documents, doubts, agencies."""

from __future__ import annotations

import json
import sqlite3
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, Field

from dau.index.flatten import number_key
from dau.index.tables import TABLES

from ..depends import DOCUMENT_ID, index
from .listing import Count, Cursor, DayText, Filters, Key, Limit, Page, columns_of, model_of, page_of

router = APIRouter(tags=["contents"])
Connection = Annotated[sqlite3.Connection, Depends(index)]
OfDocument = Annotated[
    str | None, Query(alias="document", pattern=DOCUMENT_ID, examples=["0002defb60e1bb9a-f2f201a0"])
]  # fmt: skip
Text = Annotated[str | None, Query(max_length=300)]
Id = Annotated[str | None, Query(max_length=1000)]
Role = Literal["lead", "coordinate", "perform", "report_to"]


class Where(BaseModel):
    """The document a row is from, as far as a list must name it."""

    document_number: str | None
    document_issuer: str | None
    document_subject: str | None


_WHERE: dict[str, Any] = {name: (kind.annotation, None) for name, kind in Where.model_fields.items()}
_WHERE_SQL = "d.number AS document_number, d.issuer AS document_issuer, d.subject AS document_subject"

NodeRow = model_of("NodeRow", TABLES["nodes"])
CitationRow = model_of("CitationRow", TABLES["citations"], **_WHERE)
FlagRow = model_of("FlagRow", TABLES["flags"], **_WHERE)
AgencyRow = model_of("AgencyRow", TABLES["agencies"])
AssigneeRow = model_of("AssigneeRow", TABLES["assignees"])
DeadlineRow = model_of("DeadlineRow", TABLES["deadlines"])
TaskRow = model_of(
    "TaskRow", TABLES["tasks"], assignees=(list[AssigneeRow], Field(description="Whom it is laid on.")),  # type: ignore[valid-type]
    deadline=(DeadlineRow | None, Field(description="Its deadline, if any.")), **_WHERE,
)  # fmt: skip


class NodePage(Page):
    items: list[NodeRow]  # type: ignore[valid-type]


class CitationPage(Page):
    items: list[CitationRow]  # type: ignore[valid-type]


class FlagPage(Page):
    items: list[FlagRow]  # type: ignore[valid-type]


class AgencyPage(Page):
    items: list[AgencyRow]  # type: ignore[valid-type]


class TaskPage(Page):
    items: list[TaskRow]  # type: ignore[valid-type]


@router.get("/nodes", name="list_nodes", response_model=NodePage)
def list_nodes(
    connection: Connection, document: OfDocument = None, kind: Text = None, parent: Id = None,
    limit: Limit = 100, cursor: Cursor = None, count: Count = False,
) -> dict[str, Any]:
    """Units of the text, in the order of documents and in them."""
    filters = Filters()
    filters.add("n.document = ?", document)
    filters.add("n.kind = ?", kind)
    filters.add("n.parent = ?", parent)
    selected, source = columns_of('nodes', 'n'), "nodes n"
    keys = (Key("n.document"), Key("n.position"), Key("n.id"))
    return page_of(connection, selected, source, filters, keys, limit=limit, cursor=cursor, count=count)


@router.get("/tasks", name="list_tasks", response_model=TaskPage)
def list_tasks(
    connection: Connection,
    document: OfDocument = None,
    agency: Annotated[str | None, Query(max_length=300, description="On whom it is laid (`agencies.id`).")] = None,
    assignee: Annotated[str | None, Query(max_length=300, description="The same, as the document names it.")] = None,
    role: Role | None = None,
    due_from: DayText = None,
    due_to: DayText = None,
    deadline: Annotated[
        Literal["dated", "undated", "none"] | None, Query(description="Whether there is one, and one with a day.")
    ] = None,
    kind: Text = None,
    document_type: Annotated[str | None, Query(max_length=300, description="Loại văn bản it stands in.")] = None,
    node: Id = None,
    order: Literal["document", "due"] = "document",
    limit: Limit = 100,
    cursor: Cursor = None,
    count: Count = False,
) -> dict[str, Any]:
    """Duties with whom they are laid on and their deadlines. `due` is the last day in time."""
    filters = Filters()
    filters.add("t.document = ?", document)
    filters.add("t.kind = ?", kind)
    filters.add("t.node = ?", node)
    filters.add("l.due >= ?", due_from)
    filters.add("l.due <= ?", due_to)
    filters.add("d.type = ?", document_type)
    if deadline is not None:
        filters.conditions.append(_DEADLINES[deadline])
    _add_assignee(filters, agency, assignee, role)
    selected = f"{columns_of('tasks', 't')}, {_ASSIGNEES} AS assignees, {_DEADLINE} AS deadline, {_WHERE_SQL}"
    source = (
        "tasks t JOIN documents d ON d.id = t.document "
        "LEFT JOIN deadlines l ON l.document = t.document AND l.task = t.id"
    )
    keys = [Key("t.document"), Key("t.position"), Key("t.id")]
    if order == "due":
        keys.insert(0, Key("coalesce(l.due, '9999-12-31')"))
    found = page_of(connection, selected, source, filters, keys, limit=limit, cursor=cursor, count=count)
    for item in found["items"]:
        item["assignees"] = sorted(json.loads(item["assignees"]), key=lambda each: int(each["position"]))
        item["deadline"] = json.loads(item["deadline"]) if item["deadline"] else None
    return found


def _json_object(table: str, alias: str) -> str:
    """A row as a JSON object in SQL; booleans are numbers there and are taken for what they are by the model."""
    pairs = ", ".join(f"'{column.name}', {alias}.\"{column.name}\"" for column in TABLES[table].columns)
    return f"json_object({pairs})"


_ASSIGNEES = (
    f"(SELECT json_group_array({_json_object('assignees', 'a')}) FROM assignees a "
    "WHERE a.document = t.document AND a.task = t.id)"
)
_DEADLINES = {
    "dated": "l.due IS NOT NULL", "undated": "l.task IS NOT NULL AND l.due IS NULL", "none": "l.task IS NULL",
}  # fmt: skip
_DEADLINE = f"CASE WHEN l.task IS NULL THEN NULL ELSE {_json_object('deadlines', 'l')} END"


def _add_assignee(filters: Filters, agency: str | None, assignee: str | None, role: str | None) -> None:
    """One assignee that fits all that is asked."""
    if agency is None and assignee is None and role is None:
        return
    one = Filters(["a.document = t.document", "a.task = t.id"])
    one.add("a.agency = ?", agency)
    one.add("a.name = ?", assignee)
    one.add("a.role = ?", role)
    filters.conditions.append(f"EXISTS (SELECT 1 FROM assignees a WHERE {one.sql})")
    filters.values += one.values


@router.get("/citations", name="list_citations", response_model=CitationPage)
def list_citations(
    connection: Connection,
    document: OfDocument = None,
    number: Annotated[str | None, Query(max_length=300, description="Of the cited document.")] = None,
    agency: Annotated[str | None, Query(max_length=300, description="Who issued it (`agencies.id`).")] = None,
    own: Annotated[bool | None, Query(description="Whether a document may name itself.")] = None,
    limit: Limit = 100, cursor: Cursor = None, count: Count = False,
) -> dict[str, Any]:
    """Documents that are named in documents."""
    filters = Filters()
    filters.add("c.document = ?", document)
    filters.add("c.number_key = ?", number_key(number))
    filters.add("c.agency = ?", agency)
    filters.add("c.own = ?", own)
    selected = f"{columns_of('citations', 'c')}, {_WHERE_SQL}"
    source = "citations c JOIN documents d ON d.id = c.document"
    keys = (Key("c.document"), Key("c.position"), Key("c.id"))
    return page_of(connection, selected, source, filters, keys, limit=limit, cursor=cursor, count=count)


@router.get("/flags", name="list_flags", response_model=FlagPage)
def list_flags(
    connection: Connection,
    document: OfDocument = None,
    code: Text = None,
    severity: Literal["high", "medium", "low", "info"] | None = None,
    needs_review: bool | None = None,
    resolved: Annotated[bool | None, Query(description="Whether it has been resolved.")] = None,
    order: Literal["-expected_loss", "document"] = "-expected_loss",
    limit: Limit = 50, cursor: Cursor = None, count: Count = False,
) -> dict[str, Any]:
    """Doubts, the greatest expected loss (P(wrong) × cost unseen) first: a reviewer's inbox."""
    filters = Filters()
    filters.add("f.document = ?", document)
    filters.add("f.code = ?", code)
    filters.add("f.severity = ?", severity)
    filters.add("f.needs_review = ?", needs_review)
    filters.add("(f.resolved IS NOT NULL) = ?", resolved)
    selected, source = f"{columns_of('flags', 'f')}, {_WHERE_SQL}", "flags f JOIN documents d ON d.id = f.document"
    keys = [Key("f.document"), Key("f.position")]
    if order == "-expected_loss":
        keys.insert(0, Key("coalesce(f.expected_loss, 0.0)", descending=True))
    return page_of(connection, selected, source, filters, keys, limit=limit, cursor=cursor, count=count)


@router.get("/agencies", name="list_agencies", response_model=AgencyPage)
def list_agencies(
    connection: Connection, name: Text = None, province: Text = None,
    limit: Limit = 100, cursor: Cursor = None, count: Count = False,
) -> dict[str, Any]:
    """Agencies that issue, are charged with duties, or receive."""
    filters = Filters()
    filters.add("g.name = ? OR g.base = ?", name, name)
    filters.add("g.province = ?", province)
    selected, source = columns_of('agencies', 'g'), "agencies g"
    return page_of(connection, selected, source, filters, (Key("g.id"),), limit=limit, cursor=cursor, count=count)
