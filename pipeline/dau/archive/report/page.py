"""A report as one HTML page: needs nothing from elsewhere, runs no script, is the same for the same archive.

What is kept while an archive is gone through is bounded, whatever its size: counts, the first failures, the documents
with the least confidence, and two numbers an outcome for the drawing.
"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from ...document.directive import Directive, Evidence, ReviewItem
from ...document.errors import Category
from ..documents import Reader, as_made
from ..folder import DOCUMENTS
from ..outcome import PageStatus, Status
from ..paths import path_of
from .crops import Crops, data_uri, evidence_of
from .pace import Pace
from .survey import Row, loaded
from .words import CATEGORY, PAGE, PENDING, SEVERITY, STATUS, html, plain

_STYLE = """
body{font:15px/1.5 'Noto Serif','Times New Roman',serif;max-width:62rem;margin:2rem auto;padding:0 1rem;color:#1a1a1a}
h1{font-size:1.4rem} h2{font-size:1.1rem;margin-top:2.2rem;border-bottom:1px solid #ccc} h3{font-size:1rem}
table{border-collapse:collapse;margin:.6rem 0} td,th{border:1px solid #ddd;padding:.25rem .6rem;text-align:left;
vertical-align:top;overflow-wrap:anywhere} td.n{text-align:right;font-variant-numeric:tabular-nums}
.high{color:#b00020} .medium{color:#a35a00} .quiet{color:#666;font-size:.85rem}
article{border-left:3px solid #ddd;padding-left:.9rem;margin:1.4rem 0} img{max-width:100%;border:1px solid #ccc}
svg{width:100%;max-width:50rem;background:#fafaf7} svg rect{fill:#46708f} svg text{font:10px sans-serif;fill:#555}
svg line{stroke:#b00020;stroke-dasharray:3 3}
@media print{article{break-inside:avoid}}
"""
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
_TEXT, _NAME = 400, 160  # characters shown of a message, of a name


@dataclass(frozen=True)
class PageLimits:
    """`failures` and `documents` listed, doubts shown for each document, and bytes of all pictures together."""

    failures: int = 300
    documents: int = 30
    doubts: int = 3
    picture_bytes: int = 3_000_000


@dataclass(frozen=True, order=True)
class _Doubted:
    """A document that may be listed, to be read again then; less confidence is heavier."""

    weight: tuple[float, str]
    row: Row = field(compare=False)
    """Without what the document says."""


class ReportPage:
    """Rows are added as they come; `parts` is the page, for which the documents that are listed are read again, by
    `read` (as in `survey`)."""

    def __init__(self, archive: Path, limits: PageLimits | None = None, read: Reader | None = None) -> None:
        self._archive, self._limits, self._read = archive, limits or PageLimits(), read or as_made(archive)
        self._statuses: Counter[Status] = Counter()
        self._categories: Counter[tuple[Status, Category]] = Counter()
        self._pages: Counter[PageStatus] = Counter()
        self._versions: Counter[tuple[str, str]] = Counter()
        self._failures: list[tuple[str, str, Row]] = []
        self._failed = self._pending = self._unreadable = self._doubtful = self._open = self._settled = 0
        self._worst: list[_Doubted] = []
        self._documents: set[str] = set()
        self._pace = Pace()
        self._room = 0  # bytes left for pictures

    def add(self, row: Row) -> None:
        line = row.line
        if row.pending:
            self._pending += 1
            return
        status = line.status or "failed"
        self._statuses[status] += 1
        self._unreadable += row.unreadable
        self._pace.add(line)
        if status != "success":
            self._failed += 1
            self._categories[status, line.category or "internal"] += 1
            if len(self._failures) < self._limits.failures:
                self._failures.append((line.category or "internal", line.source.path, Row(line)))
        if row.document is not None and row.document not in self._documents:
            made = row.made or line
            self._documents.add(row.document)
            self._pages.update(made.pages.values())
            self._versions.update({*made.engines.items(), ("settings", made.settings[:8])})
            self._open += len(row.doubts)
            self._settled += row.settled
            self._weigh(row)

    def _weigh(self, row: Row) -> None:
        """Keep the documents with the least confidence."""
        if row.directive is None or not (row.doubts or row.confidence is not None):
            return
        self._doubtful += bool(row.doubts)
        confidence = 1.0 if row.confidence is None else row.confidence
        item = _Doubted((-confidence, row.document or ""), replace(row, directive=None))
        if len(self._worst) < self._limits.documents:
            heapq.heappush(self._worst, item)
        else:
            heapq.heappushpop(self._worst, item)

    # -- the page ----------------------------------------------------------------------------------------------

    def parts(self) -> Iterator[str]:
        """The page, piece by piece."""
        name = html(self._archive.resolve().name, _NAME)
        yield (
            f'<!doctype html><html lang="vi"><head><meta charset="utf-8"><title>Báo cáo kho {name}</title>'
            f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}"><style>{_STYLE}</style></head><body>'
            f"<h1>Báo cáo kho lưu trữ {name}</h1>"
        )
        if self._pace.last:
            yield f"<p class=quiet>Kết quả gần nhất: {self._pace.last}</p>"
        yield from self._counts()
        yield from self._failure_list()
        yield from self._worst_list()
        yield from self._pace_drawn()
        yield from self._version_list()
        yield "</body></html>\n"

    def _counts(self) -> Iterator[str]:
        yield "<h2>Tổng số</h2>"
        rows = [(STATUS[status], self._statuses[status]) for status in STATUS]
        if self._pending:
            rows.append((f"{PENDING} (chạy lại để làm tiếp)", self._pending))
        yield _table(("Tệp theo trạng thái", "Số tệp"), [*rows, ("Tất cả", sum(number for _, number in rows))])
        yield _table(
            ("Trạng thái", "Loại lỗi", "Số tệp"),
            [(STATUS[s], CATEGORY[c], n) for (s, c), n in sorted(self._categories.items())],
        )
        pages = [(f"Trang {PAGE[status]}", self._pages[status]) for status in PAGE]
        yield _table(("Văn bản và trang", "Số"), [
            ("Văn bản (nội dung khác nhau)", len(self._documents)), *pages,
            ("Văn bản có điều cần xem lại", self._doubtful), ("Điều cần xem lại", self._open),
            ("Điều đã giải quyết", self._settled),
        ])  # fmt: skip
        if self._unreadable:
            yield f"<p class=high>{self._unreadable} tệp có document.json hỏng hoặc thiếu: xem <code>dau verify</code>"

    def _failure_list(self) -> Iterator[str]:
        if not self._failed:
            return
        yield "<h2>Tệp không xử lý được hoặc chỉ được một phần</h2>"
        rows = [
            (_name(row), STATUS[row.line.status or "failed"], CATEGORY[row.line.category or "internal"],
             plain(row.line.message, _TEXT))
            for _, _, row in sorted(self._failures, key=lambda each: each[:2])
        ]  # fmt: skip
        yield _table(("Tệp", "Trạng thái", "Loại lỗi", "Lý do và cách xử lý"), rows)
        if self._failed > len(rows):
            yield f"<p>… và {self._failed - len(rows)} tệp nữa; bảng CSV có đủ.</p>"

    def _worst_list(self) -> Iterator[str]:
        """From the least confidence up; pictures as long as there is room for them."""
        if self._worst:
            yield "<h2>Văn bản có độ tin cậy thấp nhất</h2>"
        self._room = self._limits.picture_bytes
        for item in sorted(self._worst, reverse=True):
            row = loaded(item.row, self._read)
            if row.directive is not None:
                yield from self._article(row, row.directive)

    def _article(self, row: Row, directive: Directive) -> Iterator[str]:
        m = directive.metadata
        head = " ".join(filter(None, (m.type.name, m.number.text or m.number.raw))) or "(không rõ loại, số)"
        confidence = "—" if row.confidence is None else f"{int(row.confidence * 100)} %"
        yield (
            f"<article><h3>{html(head, _NAME)} — độ tin cậy {confidence}</h3><p>{html(m.subject, _TEXT)}</p>"
            f"<p class=quiet>{html(_name(row))} · documents/{html(row.document)}</p>"
        )
        crops = Crops(self._archive / DOCUMENTS / (row.document or ""))
        for doubt in row.doubts[: self._limits.doubts]:
            place = evidence_of(doubt, directive)
            yield _doubt(doubt, place.page if place else None, self._picture(crops, place))
        more = len(row.doubts) - self._limits.doubts
        rest = [f"… và {more} điều nữa"] * (more > 0) + [f"đã giải quyết {row.settled} điều"] * (row.settled > 0)
        yield (f"<p class=quiet>{'; '.join(rest)}</p>" if rest else "") + "</article>"

    def _picture(self, crops: Crops, place: Evidence | None) -> bytes | None:
        picture = crops.picture(place) if place is not None and self._room > 0 else None
        if picture is None or len(picture) > self._room:
            return None
        self._room -= len(picture)
        return picture

    def _pace_drawn(self) -> Iterator[str]:
        drawing = self._pace.svg()
        if drawing:
            seconds = self._pace.working_seconds()
            yield "<h2>Tốc độ</h2>"
            yield (
                f"<p>{self._pace.pages} trang trong {seconds / 60:.1f} phút làm việc: "
                f"{60 * self._pace.pages / seconds:.1f} trang mỗi phút. Trục đứng: trang mỗi phút; trục ngang: thời "
                "gian làm việc, các lúc nghỉ đã bỏ đi (nét đứt).</p>"
            )
            yield drawing

    def _version_list(self) -> Iterator[str]:
        if self._versions:
            yield "<h2>Phiên bản công cụ và mô hình</h2>"
            rows = [(name, version, count) for (name, version), count in sorted(self._versions.items())]
            yield _table(("Công cụ", "Phiên bản", "Số văn bản"), rows)


def _name(row: Row) -> str:
    return plain(str(path_of(row.line.source.path).name), _NAME)


def _doubt(doubt: ReviewItem, page: int | None, picture: bytes | None) -> str:
    raw = "; ".join(doubt.raw) if isinstance(doubt.raw, tuple) else doubt.raw
    others = ", ".join(f"{each.value}" for each in doubt.alternatives[:4])
    text = (
        f"<p class={doubt.severity}><b>{SEVERITY[doubt.severity]}</b>: {html(doubt.message, _TEXT)} "
        f"<span class=quiet>{html(doubt.code)}{f', trang {page}' if page else ''}</span>"
    )
    text += f"<br>Đọc được: <i>{html(raw, _TEXT)}</i>" if raw else ""
    text += f"<br>Có thể là: {html(others, _TEXT)}" if others else ""
    text += f'<br><img alt="" src="{data_uri(picture)}">' if picture else ""
    return text + "</p>"


def _table(headings: Iterable[str], rows: Iterable[tuple[str | int, ...]]) -> str:
    """A table; texts are escaped, numbers stand right. Empty where there are no rows."""
    body = [
        "".join(f"<td class=n>{value}</td>" if isinstance(value, int) else f"<td>{html(value)}</td>" for value in row)
        for row in rows
    ]
    if not body:
        return ""
    head = "".join(f"<th>{html(heading)}</th>" for heading in headings)
    return f"<table><tr>{head}</tr>" + "".join(f"<tr>{row}</tr>" for row in body) + "</table>"
