"""Metadata against themselves: what is missing, blank, malformed, impossible, or told twice and differently."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from dau.document.directive import ReviewItem

from ..header.metadata import Facts
from ..layout.blocks import Part
from ..settings import StructureSettings
from .flags import flag
from .reading import check_handwriting
from .signing import check_signing


def check_metadata(facts: Facts, parts: Sequence[Part], settings: StructureSettings) -> list[ReviewItem]:
    """Flags on the fields of the metadata."""
    out = [*_check_number(facts), *_check_date(facts), *_check_rest(facts, parts)]
    return [*out, *check_handwriting(facts, settings), *check_signing(facts, settings)]


def _check_number(facts: Facts) -> Iterable[ReviewItem]:
    number, lines = facts.metadata.number, facts.lines.get("number", ())
    field = "/metadata/number"
    if facts.number_status is None:
        yield flag("number_missing", "high", "Không tìm thấy số, ký hiệu văn bản", field)
        return
    if facts.number_status == "blank":
        yield flag("number_blank", "high", "Số văn bản để trống", field, lines, number.raw)
    elif facts.number_status == "repaired":
        yield flag(
            "number_misread",
            "medium",
            "Ký hiệu đọc chưa đúng mẫu, chỉ sửa dấu chữ và dấu phân cách; chữ số giữ nguyên",
            field,
            lines,
            number.raw,
            alternatives=[number.text] if number.text else [],
        )
    elif facts.number_status == "misread":
        yield flag(
            "number_misread",
            "high",
            "Số, ký hiệu không đúng mẫu (đọc sai hoặc viết tay): giữ nguyên như đọc được",
            field,
            lines,
            number.raw,
            alternatives=[facts.number_suggestion] if facts.number_suggestion else [],
        )
    elif facts.number_status == "malformed":
        yield flag("number_malformed", "high", "Số, ký hiệu không theo mẫu nào", field, lines, number.raw)
    if facts.borrowed and number.raw:
        yield flag(
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
        yield flag("date_missing", "high", "Không tìm thấy ngày ban hành", field)
    elif facts.date.status == "blank":
        yield flag("date_blank", "high", "Ngày, tháng ban hành để trống", field, lines, raw)
    elif facts.date.status == "impossible":
        yield flag(
            "date_impossible", "high", "Ngày ban hành không có trong lịch: giữ nguyên như đọc được", field, lines, raw
        )
    elif facts.date.status == "unreadable":
        yield flag("date_impossible", "high", "Ngày ban hành không đọc được thành số: giữ nguyên", field, lines, raw)


def _check_rest(facts: Facts, parts: Sequence[Part]) -> Iterable[ReviewItem]:
    meta, header = facts.metadata, facts.header
    if not header.motto or not header.issuer:
        missing = [
            name
            for name, there in (("cơ quan ban hành", header.issuer), ("Quốc hiệu, Tiêu ngữ", header.motto))
            if not there
        ]
        yield flag("header_missing", "medium", "Phần đầu thiếu " + " và ".join(missing), "/metadata/issuer")
    if meta.type.name is None:
        yield flag("type_missing", "medium", "Không xác định được loại văn bản", "/metadata/type")
    elif parts[0].type is None:
        yield flag(
            "document_type_not_printed",
            "info",
            "Tên loại không in trên văn bản, suy từ ký hiệu và bố cục",
            "/metadata/type",
        )
    if not meta.subject:
        yield flag("subject_missing", "medium", "Không tìm thấy trích yếu", "/metadata/subject")
    if not meta.signer.name:
        yield flag("signer_missing", "medium", "Không tìm thấy họ tên người ký", "/metadata/signer")
    if facts.signature.composite:
        yield flag(
            "signature_composite",
            "medium",
            "Quyền hạn ký kép: chức danh người đứng đầu gồm hai chức vụ",
            "/metadata/signer",
            facts.lines.get("signer", ()),
            facts.signature.composite,
        )
    if header.merged:
        yield flag(
            "wrapped_header", "low", "Phần đầu hai cột bị dồn dòng hoặc tách ô khi đọc", None, parts[0].zone("header")
        )
    if facts.recipients.items and not facts.recipients.closed:
        where = next((zone for part in parts if (zone := part.zone("recipients"))), ())
        yield flag("recipients_unclosed", "low", "Nơi nhận không kết thúc bằng “Lưu: …”", "/recipients", where)
    if sum(part.role == "main" for part in parts) > 1:
        yield flag("several_documents", "medium", "Tệp chứa nhiều văn bản", "/components")
