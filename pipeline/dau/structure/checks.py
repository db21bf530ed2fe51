"""What a careful clerk would ask about: flags with their place and evidence. Messages are Vietnamese, for reviewers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import PurePath

from dau.document.directive import (
    SEVERITY_RANK,
    Alternative,
    Directive,
    Node,
    ReviewCode,
    ReviewItem,
    Severity,
    Witness,
)
from dau.document.transcript import Word

from .blocks import Part
from .lines import Layout, TextLine, join_lines, letters
from .metadata import Facts
from .settings import StructureSettings
from .units import Notice, NoticeCode

_NOTICES: dict[NoticeCode, tuple[Severity, str]] = {
    "false_list_marker": ("low", "Dòng bắt đầu giống số mục nhưng không phải số mục (ngắt dòng hoặc nhiễu)"),
    "list_marker_gap": ("medium", "Số mục không liên tục: thiếu mục đứng trước, hoặc dấu mục bị mất khi đọc"),
    "list_marker_misread": ("low", "Dấu mục đọc sai hoặc đánh trùng số, hiểu theo thứ tự các mục"),
    "table_row_gap": ("medium", "Bảng thiếu dòng: số thứ tự không liên tục"),
    "page_break_split": ("info", "Đoạn bị ngắt giữa chừng (sang trang), đã nối lại"),
}


def _page(lines: Sequence[TextLine]) -> int | None:
    return lines[0].page if lines else None


def _item(
    code: ReviewCode,
    severity: Severity,
    message: str,
    field: str | None = None,
    lines: Sequence[TextLine] = (),
    raw: str | None = None,
    node: str | None = None,
    alternatives: Sequence[str] = (),
    witnesses: Sequence[Witness] = (),
) -> ReviewItem:
    return ReviewItem(
        code=code,
        severity=severity,
        field=field,
        node=node,
        page=_page(lines),
        message=message,
        raw=raw,
        alternatives=tuple(Alternative(value=v) for v in alternatives),
        witnesses=tuple(witnesses),
    )


# -------------------------------------------------------------------- metadata


def check_metadata(facts: Facts, parts: Sequence[Part], settings: StructureSettings) -> list[ReviewItem]:
    """Flags on the fields of the metadata."""
    out = [*_check_number(facts), *_check_date(facts), *_check_rest(facts, parts)]
    out += [*_check_attached(facts), *_handwriting(facts, settings)]
    return out


def _check_number(facts: Facts) -> Iterable[ReviewItem]:
    number, lines = facts.metadata.number, facts.lines.get("number", ())
    field = "/metadata/number"
    if facts.number_status is None:
        yield _item("number_missing", "high", "Không tìm thấy số, ký hiệu văn bản", field)
        return
    if facts.number_status == "blank":
        yield _item("number_blank", "high", "Số văn bản để trống", field, lines, number.raw)
    elif facts.number_status == "repaired":
        yield _item(
            "number_misread",
            "medium",
            "Ký hiệu đọc chưa đúng mẫu, chỉ sửa dấu chữ và dấu phân cách; chữ số giữ nguyên",
            field,
            lines,
            number.raw,
            alternatives=[number.text] if number.text else [],
        )
    elif facts.number_status == "misread":
        yield _item(
            "number_misread",
            "high",
            "Số, ký hiệu không đúng mẫu (đọc sai hoặc viết tay): giữ nguyên như đọc được",
            field,
            lines,
            number.raw,
            alternatives=[facts.number_suggestion] if facts.number_suggestion else [],
        )
    elif facts.number_status == "malformed":
        yield _item("number_malformed", "high", "Số, ký hiệu không theo mẫu nào", field, lines, number.raw)
    if facts.borrowed and number.raw:
        yield _item(
            "number_missing",
            "medium",
            "Số văn bản không có ở phần đầu; lấy từ dòng “(Kèm theo …)” của phần đính kèm",
            field,
            lines,
            number.raw,
        )


def _check_date(facts: Facts) -> Iterable[ReviewItem]:
    raw, lines = facts.metadata.issued.raw, facts.lines.get("issued", ())
    field = "/metadata/issued"
    if facts.date is None:
        yield _item("date_missing", "high", "Không tìm thấy ngày ban hành", field)
    elif facts.date.status == "blank":
        yield _item("date_blank", "high", "Ngày, tháng ban hành để trống", field, lines, raw)
    elif facts.date.status == "impossible":
        yield _item(
            "date_impossible", "high", "Ngày ban hành không có trong lịch: giữ nguyên như đọc được", field, lines, raw
        )
    elif facts.date.status == "unreadable":
        yield _item("date_impossible", "high", "Ngày ban hành không đọc được thành số: giữ nguyên", field, lines, raw)


def _check_attached(facts: Facts) -> Iterable[ReviewItem]:
    """Number and date of the header against those in "(Kèm theo …)": where they differ, one of them is misread."""
    note = facts.attached
    if note is None or facts.borrowed:
        return
    where = note.lines[0].line.id if note.lines else None
    pairs = (
        ("number", facts.metadata.number.text, facts.metadata.number.raw, note.number.number.text, "Số"),
        ("issued", facts.metadata.issued.date, facts.metadata.issued.raw, note.date.iso if note.date else None, "Ngày"),
    )
    for field, value, raw, other, name in pairs:
        if other is not None and value != other:
            yield _item(
                "internal_inconsistency",
                "high",
                f"{name} ở phần đầu khác với dòng “(Kèm theo …)” của phần đính kèm: một trong hai đọc sai",
                f"/metadata/{field}",
                facts.lines.get(field, ()),
                raw,
                alternatives=[other],
                witnesses=[Witness(kind="attached_note", text=join_lines([x.text for x in note.lines]), where=where)],
            )


def _check_rest(facts: Facts, parts: Sequence[Part]) -> Iterable[ReviewItem]:
    meta, header = facts.metadata, facts.header
    if not header.motto or not header.issuer:
        missing = [
            name
            for name, there in (("cơ quan ban hành", header.issuer), ("Quốc hiệu, Tiêu ngữ", header.motto))
            if not there
        ]
        yield _item("header_missing", "medium", "Phần đầu thiếu " + " và ".join(missing), "/metadata/issuer")
    if meta.type.name is None:
        yield _item("type_missing", "medium", "Không xác định được loại văn bản", "/metadata/type")
    elif parts[0].type is None:
        yield _item(
            "document_type_not_printed",
            "info",
            "Tên loại không in trên văn bản, suy từ ký hiệu và bố cục",
            "/metadata/type",
        )
    if not meta.subject:
        yield _item("subject_missing", "medium", "Không tìm thấy trích yếu", "/metadata/subject")
    if not meta.signer.name:
        yield _item("signer_missing", "medium", "Không tìm thấy họ tên người ký", "/metadata/signer")
    if facts.signature.composite:
        yield _item(
            "signature_composite",
            "medium",
            "Quyền hạn ký kép: chức danh người đứng đầu gồm hai chức vụ",
            "/metadata/signer",
            facts.lines.get("signer", ()),
            facts.signature.composite,
        )
    if header.merged:
        yield _item(
            "wrapped_header", "low", "Phần đầu hai cột bị dồn dòng hoặc tách ô khi đọc", None, parts[0].zone("header")
        )
    if facts.recipients.items and not facts.recipients.closed:
        where = next((zone for part in parts if (zone := part.zone("recipients"))), ())
        yield _item("recipients_unclosed", "low", "Nơi nhận không kết thúc bằng “Lưu: …”", "/recipients", where)
    if sum(part.role == "main" for part in parts) > 1:
        yield _item("several_documents", "medium", "Tệp chứa nhiều văn bản", "/components")


def _doubtful_digits(word: Word, settings: StructureSettings) -> bool:
    """Digits that an engine was not sure of, or that the engines read differently."""
    if not any(c.isdigit() for c in "".join([word.raw, *word.readings.values()])):
        return False
    digits = {re.sub(r"\D", "", reading) for reading in word.readings.values()}
    unsure = word.confidence is not None and word.confidence < settings.sure_digit_confidence
    return unsure or len(digits) > 1


def _handwriting(facts: Facts, settings: StructureSettings) -> Iterable[ReviewItem]:
    """Number and date words the engine itself was not sure of: on most first pages they are written by hand."""
    named: tuple[tuple[ReviewCode, str, str], ...] = (
        ("handwritten_number_low_confidence", "number", "Số đọc với độ tin cậy thấp (viết tay?)"),
        ("handwritten_date_low_confidence", "issued", "Ngày tháng đọc với độ tin cậy thấp (viết tay?)"),
    )
    for code, key, message in named:
        lines = facts.lines.get(key, ())
        weak = [w for line in lines for w in line.line.words if _doubtful_digits(w, settings)]
        if weak:
            others = [reading for w in weak for reading in w.readings.values() if reading != w.raw]
            raw = " ".join(w.raw for w in weak)
            yield _item(
                code, "medium", message, f"/metadata/{key}", lines, raw, alternatives=list(dict.fromkeys(others))
            )


# ------------------------------------------------------------------- structure


def check_notices(notices: Iterable[tuple[Notice, str | None, int | None]]) -> list[ReviewItem]:
    """Flags for what the tree noticed: one for each kind and node."""
    grouped: dict[tuple[NoticeCode, str | None], list[tuple[Notice, int | None]]] = {}
    for notice, node, page in notices:
        grouped.setdefault((notice.code, node), []).append((notice, page))
    out = []
    for (code, node), found in grouped.items():
        severity, message = _NOTICES[code]
        if not any(n.severe for n, _ in found):
            severity = "info"
        raws = tuple(dict.fromkeys(n.raw for n, _ in found))[:8]
        out.append(
            ReviewItem(
                code=code,
                severity=severity,
                node=node,
                page=found[0][1],
                message=message,
                raw=raws[0] if len(raws) == 1 else raws,
                resolved=found[0][0].detail or None,
            )
        )
    return out


def check_layout(layout: Layout, parts: Sequence[Part], lines: Sequence[TextLine]) -> list[ReviewItem]:
    """Flags on how the text came: hard-wrapped without boxes, with markdown, its last sentence open."""
    out = []
    boxed = any(line.bbox for line in lines)
    if layout.wrapped and not boxed and len(lines) > 10:
        out.append(
            _item(
                "hard_wrapped_text", "info", "Văn bản bị ngắt dòng cứng, không có tọa độ: đoạn và đề mục được nối lại"
            )
        )
    marked = [line for line in lines if line.markup]
    if marked:
        out.append(
            _item(
                "markdown_markup",
                "info",
                "Có ký hiệu markdown (**, #): đã bỏ khỏi nội dung",
                None,
                marked,
                marked[0].line.raw[:80],
            )
        )
    return out


def check_confidence(
    nodes: Sequence[tuple[Node, float | None]], pages: dict[int, float | None], settings: StructureSettings
) -> list[ReviewItem]:
    """Flags on badly read pages and units."""
    out = []
    for number, value in pages.items():
        if value is not None and value < settings.low_page_confidence:
            out.append(
                ReviewItem(
                    code="low_confidence_page",
                    severity="medium",
                    page=number,
                    message=f"Trang đọc kém: độ tin cậy trung bình {value:.2f}",
                )
            )
    for node, value in nodes:
        if value is not None and value < settings.low_node_confidence:
            page = node.evidence[0].page if node.evidence else None
            out.append(
                ReviewItem(
                    code="low_confidence_text",
                    severity="low",
                    node=node.id,
                    page=page,
                    message=f"Đoạn đọc kém: độ tin cậy trung bình {value:.2f}",
                )
            )
    return out


def check_filename(filename: str | None, facts: Facts) -> list[ReviewItem]:
    """A file name that names another serial number is worth a look; it never decides anything."""
    serial = facts.metadata.number.serial
    if not filename or not serial:
        return []
    stem = PurePath(filename).stem
    m = re.search(r"(?:^|[^\w])(?:so|cv|qd|qđ|ct|tb|kh|ttr|bc|nq)[\s_.-]{0,2}(\d{1,5})(?=\D|$)", stem, re.IGNORECASE)
    if not m or m[1].lstrip("0") == letters(serial).lstrip("0") or len(m[1]) > 5:
        return []
    witness = Witness(kind="file_name", text=PurePath(filename).name)
    return [
        _item(
            "file_name_disagrees",
            "info",
            "Tên tệp ghi số khác với số đọc được",
            "/metadata/number",
            facts.lines.get("number", ()),
            serial,
            alternatives=[m[1]],
            witnesses=[witness],
        )
    ]


def in_order(items: Iterable[ReviewItem], directive_nodes: Sequence[Node]) -> tuple[ReviewItem, ...]:
    """By severity, then in document order; an item that names a node and no page gets the page the node begins on."""
    place = {node.id: n for n, node in enumerate(directive_nodes)}
    pages = {node.id: node.evidence[0].page for node in directive_nodes if node.evidence}
    placed = (
        item.model_copy(update={"page": pages[item.node]}) if item.page is None and item.node in pages else item
        for item in items
    )
    unique = list(dict.fromkeys(placed))
    return tuple(sorted(unique, key=lambda r: (SEVERITY_RANK[r.severity], place.get(r.node or "", -1), r.code)))


def unknown_nodes(directive: Directive) -> list[str]:
    """Node ids that some item names and the tree does not hold; empty in a sound document."""
    known = {node.id for node in directive.nodes} | {c.id for c in directive.components}
    named = (
        [t.node for t in directive.tasks] + [b.node for b in directive.legal_bases] + [t.node for t in directive.tables]
    )
    named += [m for c in directive.citations for m in c.mentions]
    return [n for n in named if n not in known]
