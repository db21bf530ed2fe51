"""One row an input, as CSV that a spreadsheet opens with its Vietnamese letters and without running anything."""

from __future__ import annotations

import csv
from enum import StrEnum
from typing import TextIO

from ...document.directive import Directive, Signer
from ..manifest import ManifestLine
from ..paths import path_of
from .survey import Row
from .words import CATEGORY, PENDING, STATUS, cell


class Separator(StrEnum):
    comma = "comma"
    semicolon = "semicolon"
    tab = "tab"


CHARACTER = {Separator.comma: ",", Separator.semicolon: ";", Separator.tab: "\t"}
HEADINGS = (
    "Tệp", "Trạng thái", "Loại lỗi", "Thông báo", "Số, ký hiệu", "Ngày ban hành", "Ngày như đọc được", "Loại văn bản",
    "Cơ quan ban hành", "Trích yếu", "Người ký", "Chức vụ người ký", "Số trang", "Trang không đọc được",
    "Độ tin cậy (%)", "Số cờ cần xem lại", "Số cờ đã giải quyết", "Cờ cần xem lại", "Trường còn nghi ngờ",
    "Thư mục kết quả", "Đường dẫn",
)  # fmt: skip


class Sheet:
    """Rows go out as they come. `text` is to be UTF-8 with a byte order mark (`utf-8-sig`), by which Excel knows it,
    and without translation of line ends."""

    def __init__(self, text: TextIO, separator: Separator = Separator.comma) -> None:
        self._writer = csv.writer(text, delimiter=CHARACTER[separator], lineterminator="\r\n")
        self._writer.writerow(HEADINGS)

    def add(self, row: Row) -> None:
        line, directive = row.line, row.directive
        cells = [*_outcome(row), *_metadata(directive), *_pages(row.made or line), *_doubts(row)]
        self._writer.writerow([*map(cell, cells), cell(row.document), cell(line.source.path)])


def _outcome(row: Row) -> list[str | None]:
    line = row.line
    status = PENDING if row.pending else STATUS[line.status or "failed"]
    category = CATEGORY[line.category] if line.category else ""
    message = "document.json hỏng hoặc thiếu: xem dau verify" if row.unreadable else line.message
    return [path_of(line.source.path).name, status, category, message]


def _metadata(directive: Directive | None) -> list[str | None]:
    """A date only where it is one; what was read stands beside it."""
    if directive is None:
        return [""] * 8
    m = directive.metadata
    signers = (m.signer, *m.co_signers)
    return [
        m.number.text or m.number.raw, m.issued.date, m.issued.raw, m.type.name, m.issuer.name, m.subject,
        "; ".join(signer.name for signer in signers if signer.name), "; ".join(filter(None, map(_position, signers))),
    ]  # fmt: skip


def _position(signer: Signer) -> str:
    return " ".join(filter(None, (signer.authority, signer.position)))


def _pages(line: ManifestLine) -> list[str]:
    failed = [str(number) for number, status in sorted(line.pages.items()) if status == "failed"]
    return [str(len(line.pages)) if line.pages else "", ", ".join(failed)]


def _doubts(row: Row) -> list[str]:
    """Whole per cent, rounded down: a spreadsheet of another country would take `0.93` for something else."""
    if row.directive is None:
        return [""] * 5
    percent = "" if row.confidence is None else str(int(row.confidence * 100))
    fields = dict.fromkeys(item.field.strip("/") for item in row.doubts if item.field)
    codes = dict.fromkeys(f"{item.code}{'!' if item.severity == 'high' else ''}" for item in row.doubts)
    return [percent, str(len(row.doubts)), str(row.settled), ", ".join(codes), ", ".join(fields)]
