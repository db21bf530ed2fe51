"""Documents for the tests of relations: written as text, parsed as any other."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from dau.document.directive import Directive, ReviewItem
from dau.document.transcript import Transcript, TranscriptPage, lines_of_text
from dau.index.relations import Linked, link
from dau.structure import StructureSettings, parse

PUBLIC = (
    "works", "work_documents", "edges", "edge_evidence", "citation_links", "witnesses", "work_movements", "passages",
)  # fmt: skip


@dataclass(frozen=True)
class Doc:
    """What `dau link` asks of a document."""

    id: str
    sha256: str
    stamp: str
    directive: Directive
    transcript: Transcript

    def flagged(self, *items: ReviewItem, **metadata: object) -> Doc:
        """The same with other doubts, and metadata replaced."""
        changed = self.directive.metadata.model_copy(update=metadata)
        directive = self.directive.model_copy(update={"review": items, "metadata": changed})
        return replace(self, directive=directive, stamp=self.stamp + "+")


def doc(name: str, text: str, *pages: str) -> Doc:
    """A document of one page a text, as if it were born digital."""
    read = Transcript(
        pages=tuple(
            TranscriptPage(number=n, text_source="text", lines=lines_of_text(page, n))
            for n, page in enumerate((text, *pages), 1)
        )
    )
    sha = hashlib.sha256(f"{name}\n{read.text()}".encode()).hexdigest()
    return Doc(f"{name}-00000000", sha, sha, parse(read, StructureSettings(unit_model="none")), read)


def directive(
    name: str, kind: str, number: str, day: str, subject: str, *body: str,
    issuer: str = "BỘ NỘI VỤ", place: str = "Hà Nội",
) -> Doc:  # fmt: skip
    """A document with a header; `day` as "10 tháng 9 năm 2021"."""
    listed = "\n\n".join(body)
    return doc(
        name,
        f"{issuer}\nSố: {number}\n\nCỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc\n"
        f"{place}, ngày {day}\n\n{kind.upper()}\n{subject}\n\n{listed}\n",
    )


def linked(documents: Iterable[Doc], connection: sqlite3.Connection | None = None) -> sqlite3.Connection:
    """The relations of these documents; in a fresh index where none is given."""
    index = connection or sqlite3.connect(":memory:", isolation_level=None)
    link(index, documents)
    return index


def run(connection: sqlite3.Connection, documents: Iterable[Doc]) -> Linked:
    return link(connection, documents)


def rows(connection: sqlite3.Connection, query: str, *values: object) -> list[tuple[object, ...]]:
    return connection.execute(query, values).fetchall()


def edges(connection: sqlite3.Connection, *kinds: str) -> list[tuple[object, ...]]:
    """(source, kind, target) by their labels."""
    found = rows(connection, "SELECT source, kind, target FROM relations ORDER BY 1, 2, 3")
    return [row for row in found if not kinds or row[1] in kinds]


def everything(connection: sqlite3.Connection) -> dict[str, list[tuple[object, ...]]]:
    """All public tables, with what numbers their rows left out where it says in which order they came."""
    out = {}
    for table in PUBLIC:
        columns = [row[1] for row in rows(connection, f"PRAGMA table_info({table})")]
        kept = [c for c in columns if (table, c) != ("passages", "id")]
        out[table] = sorted(rows(connection, f"SELECT {', '.join(map(str, kept))} FROM {table}"), key=repr)
    return out


def paragraphs(seed: Sequence[str]) -> str:
    return "\n\n".join(f"{n}. {text}" for n, text in enumerate(seed, 1))


DUTIES = (
    "Các cơ quan, đơn vị phổ biến nội dung kế hoạch này tới toàn thể cán bộ, công chức, viên chức để có thêm nhiều đề "
    "xuất mới, chung tay góp sức cùng ngành vượt qua mùa mưa bão năm nay và sớm ổn định đời sống nhân dân.",
    "Thường xuyên rà soát trang thiết bị tại trụ sở, thay thế bóng đèn hỏng, kiểm tra hệ thống cấp nước và ghi vào sổ "
    "theo dõi của từng phòng trước khi bàn giao ca trực cho bộ phận bảo vệ mỗi buổi chiều thứ sáu hằng tuần.",
    "Khuyến khích đoàn viên trồng cây xanh quanh sân trường, chăm sóc vườn thuốc nam, thu gom rác thải nhựa ven suối "
    "và tổ chức hội thi nấu ăn cho thiếu nhi các thôn bản vùng cao nhân ngày gia đình Việt Nam hằng năm.",
    "Biên soạn tài liệu hướng dẫn đọc bản đồ địa chính, số hóa sổ mục kê cũ, đối chiếu ranh giới thửa đất với hiện "
    "trạng và công khai kết quả tại nhà văn hóa để người dân góp ý trong vòng ba mươi ngày liên tục.",
)
"""Texts that have nothing in common with each other."""
