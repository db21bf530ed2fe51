"""The row model: what a document is as flat rows, the one source of the index (SQLite) and of flat exports.

A field's annotation says the column's type, and in words what it holds. Every row but an agency's begins with the
document it is from, and what was found on a page has that page and the box around it. Nulls are honest: what was not
read, or is no calendar date, is not there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, NewType

Day = NewType("Day", str)
"""A calendar day in ISO 8601, `2021-09-30`."""

DocumentId = Annotated[str, "the document: name of its folder in the archive"]
Position = Annotated[int, "place in the document's list, from 0"]
Page = Annotated[int | None, "page on which it stands, from 1"]
Left = Annotated[float | None, "left edge of the box around it on that page, in points from the top left"]
Top = Annotated[float | None, "top edge"]
Right = Annotated[float | None, "right edge"]
Bottom = Annotated[float | None, "bottom edge"]
AgencyId = Annotated[str | None, "the agency that is meant (`agencies.id`)"]


@dataclass(frozen=True, slots=True)
class Row:
    """A row of one of the tables."""


@dataclass(frozen=True, slots=True)
class Document(Row):
    """One current document, with its metadata."""

    id: DocumentId
    sha256: Annotated[str, "SHA-256 of the input"]
    filename: Annotated[str | None, "file name of the input"]
    media_type: Annotated[str | None, "kind of file"]
    pages: Annotated[int | None, "pages of the input"]
    type: Annotated[str | None, "loại văn bản: Quyết định, Kế hoạch …"]
    type_symbol: Annotated[str | None, "its symbol: QĐ, KH …"]
    number: Annotated[str | None, "số, ký hiệu in normal form; null where it cannot be right"]
    number_raw: Annotated[str | None, "the same as read"]
    number_key: Annotated[str | None, "the number in capitals without diacritics and spaces, for joins: 1423/QD-BTTTT"]
    serial: Annotated[str | None, "the digits before the first stroke, leading zero kept"]
    subject: Annotated[str | None, "trích yếu"]
    issuer: Annotated[str | None, "cơ quan ban hành, as printed"]
    issuer_symbol: Annotated[str | None, "its symbol"]
    issuer_parent: Annotated[str | None, "cơ quan chủ quản, as printed"]
    agency: Annotated[str | None, "the issuer (`agencies.id`)"]
    province: Annotated[str | None, "province that the issuer's name or its parent's says"]
    place: Annotated[str | None, "địa danh before the date"]
    issued: Annotated[Day | None, "ngày ban hành"]
    issued_raw: Annotated[str | None, "the same as read"]
    year: Annotated[int | None, "year of issue, from the date, else from the number"]
    effective: Annotated[Day | None, "ngày có hiệu lực"]
    authority: Annotated[str | None, "KT., TM., TL., TUQ. or Q. of the signature"]
    position: Annotated[str | None, "title of the signer"]
    signer: Annotated[str | None, "name of the signer"]
    secrecy: Annotated[str | None, "độ mật"]
    urgency: Annotated[str | None, "độ khẩn"]
    confidence: Annotated[float | None, "0…1, a figure to sort by"]
    to_review: Annotated[int, "open doubts that a human must look at (severity high or medium, not resolved)"]


@dataclass(frozen=True, slots=True)
class Input(Row):
    """A path that the document came from; equal files share one document."""

    document: DocumentId
    position: Position
    path: Annotated[str, "path as the manifest writes it"]


@dataclass(frozen=True, slots=True)
class Component(Row):
    """The main document, or something attached to it."""

    document: DocumentId
    id: Annotated[str, "its slug, with which the ids of its nodes begin"]
    position: Position
    role: Annotated[str, "main, attachment or appendix"]
    type: Annotated[str | None, "loại văn bản"]
    title: Annotated[str | None, "its title"]
    page: Annotated[int | None, "its first page"]
    last_page: Annotated[int | None, "its last page"]


@dataclass(frozen=True, slots=True)
class Node(Row):
    """A unit of the text's tree: article, clause, point, item, dash, paragraph …"""

    document: DocumentId
    id: Annotated[str, "component and printed markers: ke-hoach/IV/3.2/a"]
    position: Position
    component: Annotated[str, "the component it belongs to"]
    parent: Annotated[str | None, "the node above it; null at the top of a component"]
    depth: Annotated[int, "nodes above it"]
    kind: Annotated[str, "part, chapter, section, article, clause, point, item, bullet, paragraph, table …"]
    number: Annotated[str | None, "marker as printed"]
    heading: Annotated[str | None, "heading"]
    text: Annotated[str | None, "text"]
    page: Page
    x0: Left
    y0: Top
    x1: Right
    y1: Bottom


@dataclass(frozen=True, slots=True)
class Block(Row):
    """Lines that are in no node: header, title, recipients, signature, page numbers, noise."""

    document: DocumentId
    position: Position
    kind: Annotated[str, "header, title, addressee, recipients, signature, page_number, footnote or noise"]
    component: Annotated[str | None, "the component it belongs to"]
    text: Annotated[str, "its lines, LF between them"]
    page: Page
    x0: Left
    y0: Top
    x1: Right
    y1: Bottom


@dataclass(frozen=True, slots=True)
class Reading(Row):
    """A line that the restorer changed, as it was read before."""

    document: DocumentId
    position: Position
    line: Annotated[str, "the line in transcript.json: p0001-l0007"]
    text: Annotated[str, "what was read"]
    page: Page
    x0: Left
    y0: Top
    x1: Right
    y1: Bottom


@dataclass(frozen=True, slots=True)
class Task(Row):
    """A duty (nhiệm vụ)."""

    document: DocumentId
    id: Annotated[str, "T001 …"]
    position: Position
    node: Annotated[str, "the node that lays it on somebody"]
    text: Annotated[str, "what is to be done"]
    kind: Annotated[str | None, "assignment, collective, solution, field_objective, appendix_item or appeal"]
    modality: Annotated[str | None, "assigns, requires, requests or appeals"]
    field: Annotated[str | None, "the field it is listed under"]
    confidence: Annotated[float | None, "P(a careful reader finds the same duty with the same actors)"]
    page: Page
    x0: Left
    y0: Top
    x1: Right
    y1: Bottom


@dataclass(frozen=True, slots=True)
class Assignee(Row):
    """Somebody a duty is laid on, in one role."""

    document: DocumentId
    task: Annotated[str, "the duty (`tasks.id`)"]
    position: Position
    name: Annotated[str, "as the document names it"]
    role: Annotated[str, "lead (chủ trì), coordinate (phối hợp), perform (thực hiện) or report_to (báo cáo)"]
    inferred: Annotated[bool, "from the context, not named in the duty itself"]
    agency: AgencyId
    page: Page


@dataclass(frozen=True, slots=True)
class Deadline(Row):
    """The time set for a duty; none or one a duty."""

    document: DocumentId
    task: Annotated[str, "the duty (`tasks.id`)"]
    raw: Annotated[str, "as written"]
    kind: Annotated[str, "by, before, from, until, between, relative, recurring, periodic, continuous or conditional"]
    due: Annotated[Day | None, "last day on which it is in time; null where the text alone names no day"]
    date: Annotated[Day | None, "the day named (with `before`, the day that is too late)"]
    start: Annotated[Day | None, "first day of a span"]
    end: Annotated[Day | None, "last day of a span"]
    recurrence: Annotated[str | None, "RRULE of RFC 5545"]
    duration: Annotated[str | None, "ISO 8601"]
    anchor: Annotated[str | None, "what a relative time counts from"]
    page: Page
    x0: Left
    y0: Top
    x1: Right
    y1: Bottom


@dataclass(frozen=True, slots=True)
class TaskCitation(Row):
    """A document that a duty names."""

    document: DocumentId
    task: Annotated[str, "the duty (`tasks.id`)"]
    position: Position
    citation: Annotated[str, "the cited document (`citations.id`)"]


@dataclass(frozen=True, slots=True)
class Movement(Row):
    """Phong trào thi đua; none or one a document."""

    document: DocumentId
    name: Annotated[str | None, "its name"]
    launched_by: Annotated[str | None, "who launched it, as named"]
    agency: AgencyId
    parent: Annotated[str | None, "the movement it carries out"]


@dataclass(frozen=True, slots=True)
class Criterion(Row):
    """What a movement names: whom it is for, what it is about, by which criteria it is judged."""

    document: DocumentId
    kind: Annotated[str, "subject (đối tượng), content (nội dung) or criterion (tiêu chí)"]
    position: Position
    node: Annotated[str, "the node that says so"]
    text: Annotated[str, "its text"]
    page: Page


@dataclass(frozen=True, slots=True)
class Award(Row):
    """A form of award (hình thức khen thưởng) with its criteria."""

    document: DocumentId
    id: Annotated[str, "its id in the document"]
    position: Position
    form: Annotated[str, "Bằng khen, Giấy khen, Cờ thi đua …"]
    conferred_by: Annotated[str | None, "who confers it, as named"]
    agency: AgencyId
    criteria_text: Annotated[str | None, "tiêu chuẩn"]
    form_node: Annotated[str | None, "the node that names the form"]
    criteria_node: Annotated[str | None, "the node that holds the criteria"]
    page: Page
    x0: Left
    y0: Top
    x1: Right
    y1: Bottom


@dataclass(frozen=True, slots=True)
class AwardEligible(Row):
    """Who may get an award."""

    document: DocumentId
    award: Annotated[str, "the award (`awards.id`)"]
    position: Position
    name: Annotated[str, "tập thể, cá nhân …, as named"]


@dataclass(frozen=True, slots=True)
class Citation(Row):
    """A document that this one names, once however often it is named."""

    document: DocumentId
    id: Annotated[str, "C01 …"]
    position: Position
    own: Annotated[bool, "the document names itself"]
    type: Annotated[str | None, "loại văn bản"]
    number: Annotated[str | None, "số, ký hiệu"]
    number_key: Annotated[str | None, "the number in capitals without diacritics and spaces, for joins"]
    issuer: Annotated[str | None, "cơ quan ban hành, as named or as the symbol says"]
    agency: AgencyId
    date: Annotated[Day | None, "its date"]
    title: Annotated[str | None, "its subject"]
    raw: Annotated[str | None, "as written where it is first named"]
    page: Page


@dataclass(frozen=True, slots=True)
class Mention(Row):
    """A place where a cited document is named."""

    document: DocumentId
    citation: Annotated[str, "the cited document (`citations.id`)"]
    position: Position
    node: Annotated[str | None, "the node that names it; null outside of nodes"]
    page: Page
    x0: Left
    y0: Top
    x1: Right
    y1: Bottom


@dataclass(frozen=True, slots=True)
class LegalBasis(Row):
    """A căn cứ of the preamble."""

    document: DocumentId
    position: Position
    node: Annotated[str, "its node"]
    text: Annotated[str, "its text"]
    page: Page


@dataclass(frozen=True, slots=True)
class LegalBasisCitation(Row):
    """A document that a căn cứ names."""

    document: DocumentId
    legal_basis: Annotated[int, "the căn cứ (`legal_bases.position`)"]
    position: Position
    citation: Annotated[str, "the cited document (`citations.id`)"]


@dataclass(frozen=True, slots=True)
class TableInText(Row):
    """A table of the document."""

    document: DocumentId
    id: Annotated[str, "its id in the document"]
    position: Position
    node: Annotated[str, "its node"]
    title: Annotated[str | None, "its title"]
    head: Annotated[str | None, "heads of its columns, ` | ` between them"]
    columns: Annotated[int, "number of columns"]
    rows: Annotated[int, "number of rows"]
    page: Page
    x0: Left
    y0: Top
    x1: Right
    y1: Bottom


@dataclass(frozen=True, slots=True)
class TableCell(Row):
    """A cell of a table."""

    document: DocumentId
    table: Annotated[str, "the table (`tables_in_text.id`)"]
    row: Annotated[int, "row from 0, the head not counted"]
    column: Annotated[int, "column from 0"]
    heading: Annotated[str | None, "head of its column"]
    text: Annotated[str, "what it holds"]
    page: Annotated[int | None, "page on which the table begins"]


@dataclass(frozen=True, slots=True)
class Recipient(Row):
    """An item of Nơi nhận."""

    document: DocumentId
    position: Position
    raw: Annotated[str, "as written"]
    purpose: Annotated[str | None, "để báo cáo, để phối hợp …"]
    page: Page
    x0: Left
    y0: Top
    x1: Right
    y1: Bottom


@dataclass(frozen=True, slots=True)
class RecipientOrganisation(Row):
    """An organisation that an item of Nơi nhận names."""

    document: DocumentId
    recipient: Annotated[int, "the item (`recipients.position`)"]
    position: Position
    name: Annotated[str, "the organisation, written out"]
    agency: AgencyId
    page: Page


@dataclass(frozen=True, slots=True)
class Flag(Row):
    """A doubt, the greatest expected loss first."""

    document: DocumentId
    position: Position
    code: Annotated[str, "what kind of doubt, from a closed list"]
    severity: Annotated[str, "high, medium, low or info"]
    needs_review: Annotated[bool, "a human must look (high or medium)"]
    field: Annotated[str | None, "JSON pointer into document.json"]
    node: Annotated[str | None, "the node it is about"]
    message: Annotated[str, "in words"]
    raw: Annotated[str | None, "what was read; several readings are divided by ` | `"]
    resolved: Annotated[str | None, "how it was resolved, where it was"]
    expected_loss: Annotated[float | None, "P(wrong) × cost unseen"]
    page: Annotated[int | None, "page on which to look, from 1"]


@dataclass(frozen=True, slots=True)
class Agency(Row):
    """An agency, a class of agencies or an office, under one name; see docs/search.md for what is held to be one."""

    id: Annotated[str, "readable and stable: made from name and scope alone"]
    name: Annotated[str, "its name written out, with its province where it is of one"]
    base: Annotated[str, "the same without: Sở Y tế of Sở Y tế tỉnh Khánh Hòa"]
    kind: Annotated[str, "national (one of its name), local (of a province), class (several) or named (all others)"]
    scope: Annotated[str | None, "what sets it apart: its province, else the issuer, place or document that names it"]
    province: Annotated[str | None, "its province"]
