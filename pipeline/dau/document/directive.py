"""document.json, version 1: what a directive says, each item traceable to its place on a page.

Names are English and snake_case, values stay Vietnamese. `raw` is what was read, `text` and `date` are
normalised and null where that cannot be done. Ids of nodes are component slug + printed markers
(`ke-hoach/IV/3.2/a`); `…/-n` is the n-th dash, `…/pN` the N-th unnumbered paragraph, `can-cu-n` the n-th legal
basis (căn cứ).
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from .transcript import BBox, Frozen, Reviewed, absent

NodeKind = Literal[
    "part", "chapter", "section", "subsection", "article", "clause", "point", "heading", "item", "bullet",
    "paragraph", "authority", "legal_basis", "proposal", "enacting_formula", "table", "table_row",
]
BlockKind = Literal[
    "header", "title", "addressee", "recipients", "signature", "page_number", "footnote", "noise",
]
AssigneeRole = Literal["lead", "coordinate", "perform", "report_to"]
Modality = Literal["assigns", "requires", "requests", "appeals"]
TaskKind = Literal["assignment", "collective", "solution", "field_objective", "appendix_item", "appeal"]
DeadlineKind = Literal[
    "by", "before", "from", "until", "between", "relative", "recurring", "periodic", "continuous", "conditional",
]
Severity = Literal["high", "medium", "low", "info"]
SEVERITY_RANK: dict[Severity, int] = {"high": 0, "medium": 1, "low": 2, "info": 3}
"""For sorting: the most severe first."""
ReviewCode = Literal[
    # begun with the annotated examples …
    "agency_name_variant", "assignee_in_purpose_clause", "bullet_style_change", "citation_line_break",
    "citation_malformed", "citation_type_variant", "cross_reference", "date_blank", "document_type_not_printed",
    "false_list_marker", "handwritten_date_low_confidence", "handwritten_note",
    "handwritten_number_low_confidence", "hard_wrapped_text", "header_missing", "internal_inconsistency",
    "list_marker_gap", "markdown_markup", "missing_punctuation", "no_legal_basis_block", "number_blank",
    "page_break_split", "possible_duplication", "seal_over_text", "second_deadline", "signature_composite",
    "source_typo", "stamp_over_text", "table_header_merged", "time_expression_not_deadline", "title_variant",
    "urgency_stamp", "wrapped_header",
    # … and continued by what a run meets
    "citation_after_document", "citation_date_impossible", "citation_number_misread", "citation_variant",
    "date_impossible", "date_missing", "file_name_disagrees", "list_marker_misread", "low_confidence_page",
    "low_confidence_text", "needs_rescan", "number_malformed", "number_missing", "number_misread", "page_failed",
    "pages_not_read",
    "recipients_unclosed", "several_documents", "signer_missing", "subject_missing", "symbol_issuer_mismatch",
    "agency_not_valid_at_date", "effective_before_issue", "number_year_mismatch", "page_missing",
    "place_issuer_mismatch",
    "reference_unresolved", "symbol_type_mismatch", "text_date_impossible", "witness_disagrees",
    "synthetic", "table_row_gap", "task_doubtful", "text_layer_rejected", "type_missing", "columns_merged",
    "signer_low_confidence", "issuer_misread", "place_missing", "review_unapplied",
]
NotAppliedReason = Literal[
    "no_page", "word_gone", "word_joined", "word_not_in_line", "word_not_on_page", "word_ambiguous", "word_differs",
    "word_part_corrected", "line_gone", "line_ambiguous", "line_not_divisible", "field_differs", "field_empty",
    "flag_gone", "task_ambiguous", "task_no_duty", "task_gone", "task_differs", "task_rejected", "node_gone",
    "document_differs", "event_unknown", "log_line_damaged",
]
"""Why what a person said could not be applied; sentences in `dau.corrected.reasons`."""


class Evidence(Frozen):
    """`page` from 1, `bbox` in points of the page as displayed, `lines` ids of transcript lines (in hand-made
    annotations of plain text: first and last line number)."""

    page: int | None = None
    bbox: BBox | None = None
    lines: tuple[str | int, ...] | None = ()


class Source(Frozen):
    filename: str
    sha256: str
    media_type: str
    bytes: int
    pages: int | None = None


class DocumentType(Frozen):
    name: str | None = None
    symbol: str | None = None


class Number(Frozen):
    """Số, ký hiệu: `1423/QĐ-BTTTT`; `serial` keeps its leading zero, `year` only where the symbol carries it."""

    raw: str | None = None
    text: str | None = None
    serial: str | None = None
    year: str | None = None
    type_symbol: str | None = None
    issuer_symbol: str | None = None
    unit_symbol: str | None = None


class Issuer(Frozen):
    name: str | None = None
    symbol: str | None = None
    parent: str | None = None


class DatedText(Frozen):
    """A date as read, and as an ISO 8601 calendar date where it is one."""

    raw: str | None = None
    date: str | None = None


class Signer(Frozen):
    """`authority` is the last prefix (KT., TM., TL., TUQ., Q.), `position` the signer's own title."""

    authority: str | None = None
    on_behalf_of: str | None = None
    position: str | None = None
    name: str | None = None
    stack: tuple[str, ...] = ()


class Metadata(Frozen):
    type: DocumentType = DocumentType()
    number: Number = Number()
    subject: str | None = None
    issuer: Issuer = Issuer()
    place: str | None = None
    issued: DatedText = DatedText()
    effective: DatedText | None = None
    signer: Signer = Signer()
    co_signers: tuple[Signer, ...] = ()
    secrecy: str | None = None
    urgency: str | None = None
    language: str = "vi"
    evidence: dict[str, tuple[Evidence, ...]] = Field(default_factory=dict)
    """Where each field was read, by its name (`number`, `issued`, `signer` …); a field that was inferred has none."""
    reviewed: dict[str, Reviewed] = Field(default_factory=dict, exclude_if=absent)
    """What people said of fields, by name (`number`) or pointer below the metadata (`signer/position`)."""


class Component(Frozen):
    """The main document, or something attached to it (kèm theo, phụ lục)."""

    id: str
    role: Literal["main", "attachment", "appendix"]
    type: str | None = None
    title: str | None = None
    pages: tuple[int, ...] | None = None


class Node(Frozen):
    """A unit of the tree. At the top `parent` is the component's id. `number` is the marker as printed."""

    id: str
    parent: str
    kind: NodeKind
    number: str | None = None
    heading: str | None = None
    text: str | None = None
    evidence: tuple[Evidence, ...] = ()


class Block(Frozen):
    """Lines that belong to no node: header, title, recipients, signature, page numbers, noise."""

    kind: BlockKind
    component: str | None = None
    lines: tuple[str | int, ...] = ()
    text: str = ""


class LegalBasis(Frozen):
    """A căn cứ of the preamble; its node holds the evidence."""

    node: str
    text: str
    citations: tuple[str, ...] = ()


class Citation(Frozen):
    """One cited document (văn bản viện dẫn), however often it is mentioned; `mentions` are node ids, `evidence` is
    where it is named, mention by mention."""

    id: str
    type: str | None = None
    number: str | None = None
    issuer: str | None = None
    date: str | None = None
    title: str | None = None
    raw: str | None = None
    mentions: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()


class Assignee(Frozen):
    name: str
    role: AssigneeRole
    inferred: bool = False


class Deadline(Frozen):
    """`recurrence` is an iCalendar RRULE (RFC 5545), `duration` ISO 8601, dates ISO 8601."""

    raw: str
    kind: DeadlineKind
    date: str | None = None
    start: str | None = None
    end: str | None = None
    recurrence: str | None = None
    duration: str | None = None
    anchor: str | None = None
    evidence: tuple[Evidence, ...] = ()


class Task(Frozen):
    """A duty (nhiệm vụ): the smallest numbered unit that lays one on somebody. `confidence` is the probability that
    a careful reader would find the same duty with the same actors there."""

    id: str
    node: str
    text: str
    kind: TaskKind | None = None
    modality: Modality | None = None
    assignees: tuple[Assignee, ...] = ()
    field: str | None = None
    deadline: Deadline | None = None
    citations: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    confidence: float | None = None
    reviewed: Reviewed | None = Field(default=None, exclude_if=absent)


class Movement(Frozen):
    """Phong trào thi đua."""

    name: str | None = None
    launched_by: str | None = None
    parent: str | None = None


class NodeText(Frozen):
    """A text and the node that holds it, and with it the evidence."""

    node: str
    text: str


class Emulation(Frozen):
    movement: Movement = Movement()
    subjects: tuple[NodeText, ...] = ()
    contents: tuple[NodeText, ...] = ()
    criteria: tuple[NodeText, ...] = ()


class Award(Frozen):
    """A form of award (hình thức khen thưởng) joined to its criteria by name."""

    id: str
    form: str
    conferred_by: str | None = None
    eligible: tuple[str, ...] = ()
    criteria_text: str | None = None
    form_node: str | None = None
    criteria_node: str | None = None
    evidence: tuple[Evidence, ...] = ()


class Table(Frozen):
    id: str
    node: str
    title: str | None = None
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    evidence: tuple[Evidence, ...] = ()


class Recipient(Frozen):
    """An item of Nơi nhận."""

    raw: str
    purpose: str | None = None
    organisations: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()


class Alternative(Frozen):
    value: str
    confidence: float | None = None


class Witness(Frozen):
    """Evidence for a value from outside its own reading: signing time, received stamp, file name …"""

    kind: str
    text: str
    where: str | None = None


class NotApplied(Frozen):
    """What a person said and what finds no place in this result: `event` is its id in the log; `by`, `at` (UTC),
    `action` and `after` (where it is a text) are the event's; `reason` says why, `values` what that names (`now`: what
    stands there instead, `page`, `keys` …). Where the line of the log is damaged, only `reason` and `values` are there.
    """

    event: str | None = None
    by: str | None = None
    at: str | None = None
    action: str | None = None
    after: str | None = None
    reason: NotAppliedReason
    values: dict[str, str] = Field(default_factory=dict)

    def __hash__(self) -> int:
        return hash((self.event, self.reason))  # doubts are held in sets; `values` cannot be hashed


class ReviewItem(Frozen):
    """A doubt. `field` is a JSON pointer into this document, `node` a node id, `page` counts from 1. `expected_loss` is
    how likely what it names is wrong times what that would cost unseen; the list is ordered by it."""

    code: ReviewCode
    severity: Severity
    field: str | None = None
    node: str | None = None
    page: int | None = None
    message: str
    raw: str | tuple[str, ...] | None = None
    alternatives: tuple[Alternative, ...] = ()
    resolved: str | None = None
    witnesses: tuple[Witness, ...] = ()
    expected_loss: float | None = None
    unapplied: NotApplied | None = Field(default=None, exclude_if=absent)
    """Of `review_unapplied`; never in the files of a run."""

    @property
    def needs_review(self) -> bool:
        """Whether a human must look: doubts of low severity and information are there to be read, not to be settled."""
        return self.severity in ("high", "medium")

    @property
    def open(self) -> bool:
        """Whether a human must look still: nothing has settled it."""
        return self.needs_review and self.resolved is None

    @property
    def settled(self) -> bool:
        """Whether a human needs to look no more: a person, or evidence, has settled it."""
        return self.needs_review and not self.open


class PageConfidence(Frozen):
    page: int
    confidence: float | None = None


class Confidence(Frozen):
    document: float | None = None
    metadata: dict[str, float | None] = Field(default_factory=dict)
    pages: tuple[PageConfidence, ...] = ()


class Directive(Frozen):
    """document.json as a whole. Every line of the input is in exactly one node or block."""

    schema_version: Literal["1.0"] = "1.0"
    id: str = ""
    source: Source | None = None
    metadata: Metadata = Metadata()
    components: tuple[Component, ...] = ()
    nodes: tuple[Node, ...] = ()
    blocks: tuple[Block, ...] = ()
    legal_bases: tuple[LegalBasis, ...] = ()
    citations: tuple[Citation, ...] = ()
    tasks: tuple[Task, ...] = ()
    emulation: Emulation | None = None
    awards: tuple[Award, ...] = ()
    tables: tuple[Table, ...] = ()
    recipients: tuple[Recipient, ...] = ()
    review: tuple[ReviewItem, ...] = ()
    confidence: Confidence | None = None
    reviewed: Reviewed | None = Field(default=None, exclude_if=absent)
    """Somebody accepted the document as a whole."""
