"""Sheets with ruled tables, made at random from phrases of the administration, and what stands in each cell."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np

from dau.document.orthography import nfc
from dau.training.simulate import ScanSettings, Sheet, Table, Truth, make_scan
from dau.training.simulate.scans import Scan
from dau.training.simulate.sheet import MERGED_ABOVE, MERGED_LEFT, Paragraph, Part, plain
from dau.training.simulate.truth import Colour, ScanSeverity

Rows = tuple[tuple[str, ...], ...]

_UNITS = ("Văn phòng Bộ", "Vụ Pháp chế", "Sở Tài chính", "Công an tỉnh", "Cục Bưu điện Trung ương", "Sở Nội vụ",
          "UBND thành phố Huế", "Vụ Kế hoạch - Tài chính", "Trung tâm Thông tin", "Hội Nông dân tỉnh")  # fmt: skip
_TASKS = (
    "Xây dựng kế hoạch tuyên truyền, phổ biến giáo dục pháp luật năm 2022",
    "Rà soát, bổ sung quy hoạch mạng lưới bưu chính, viễn thông trên địa bàn tỉnh giai đoạn 2021 - 2025",
    "Kiểm tra việc chấp hành quy định về giá",
    "Tổ chức hội nghị trực tuyến với các địa phương, tổng hợp báo cáo Bộ trưởng",
    "Bảo đảm an toàn thông tin mạng",
    "Thu gom, vận chuyển, xử lý rác thải sinh hoạt sử dụng nguồn vốn ngân sách nhà nước",
    "Hỗ trợ người dân tiêu thụ nông sản qua sàn thương mại điện tử",
)
_TERMS = ("Quý I/2022", "Trước ngày 30/9/2021", "Hàng tháng", "Tháng 12/2021", "Thường xuyên", "31/12/2025")
_INTRODUCTION = "Điều 1. Ban hành danh mục nhiệm vụ giao cho các cơ quan, đơn vị trong năm 2022 như sau:"
_AFTER = "Điều 2. Quyết định này có hiệu lực kể từ ngày ký. Các cơ quan, đơn vị chịu trách nhiệm thi hành."


@dataclass(frozen=True)
class TableSample:
    """A scan with one table; `rows` are the cells of its body, `head` those of its head rows."""

    name: str
    severity: ScanSeverity
    scan: Scan
    head: tuple[str, ...]
    rows: Rows

    @property
    def truth(self) -> Truth:
        return self.scan.truth


def samples(count: int, severities: Sequence[ScanSeverity] = ("light", "medium", "severe")) -> Iterator[TableSample]:
    """`count` documents of each severity, the same ones every time: 1-bit, grey and colour, 120 to 300 dpi, with a head
    of one row or two, all borders or none at the sides."""
    colours: tuple[Colour, ...] = ("bilevel", "grey", "colour")
    for severity, n in product(severities, range(count)):
        rng = np.random.default_rng([7, n])
        table = _table(rng, long=n % 3 == 2)
        dpi = (200.0, 150.0, 300.0, 120.0)[n % 4]
        part = Part(body=(Paragraph(text=_INTRODUCTION), table, Paragraph(text=_AFTER)))
        scan = make_scan(
            Sheet(synthetic="random table", parts=(part,)),
            ScanSettings(seed=1000 + n, severity=severity, dpi=dpi, colour=colours[n % 3]),
        )
        head = tuple(cell for row in table.rows[: table.heads] for cell in _shown(row))
        rows = tuple(_shown(row) for row in table.rows[table.heads :])
        yield TableSample(f"table-{severity}-{n:02d}", severity, scan, head, rows)


def _shown(row: Sequence[str]) -> tuple[str, ...]:
    """The cells of a row as they read; cells merged into others are none of their own."""
    return tuple(nfc(plain(cell.replace("¶", " "))) for cell in row if cell not in (MERGED_LEFT, MERGED_ABOVE))


def _table(rng: np.random.Generator, *, long: bool) -> Table:
    count = int(rng.integers(14, 22) if long else rng.integers(4, 9))
    body = [_row(rng, n) for n in range(1, count + 1)]
    if rng.random() < 0.5:
        head = [("STT", "Nhiệm vụ", "Cơ quan thực hiện", MERGED_LEFT, "Thời hạn", "Kinh phí (đồng)"),
                (MERGED_ABOVE, MERGED_ABOVE, "Chủ trì", "Phối hợp", MERGED_ABOVE, MERGED_ABOVE)]  # fmt: skip
    else:
        head = [("STT", "Nội dung nhiệm vụ", "Đơn vị chủ trì", "Phối hợp", "Thời hạn", "Mức chi")]
    return Table(widths=(7, 33, 17, 16, 13, 14), rows=(*head, *body), open_sides=bool(rng.random() < 0.3))


def _row(rng: np.random.Generator, number: int) -> tuple[str, ...]:
    task = _TASKS[int(rng.integers(len(_TASKS)))]
    if rng.random() < 0.3:
        task += " ¶ - " + _TASKS[int(rng.integers(len(_TASKS)))]
    with_whom = _UNITS[int(rng.integers(len(_UNITS)))] if rng.random() < 0.7 else ""
    amount = f"{int(rng.integers(1, 990))}.{int(rng.integers(0, 1000)):03d}.000" if rng.random() < 0.8 else ""
    return (f"{number:02d}", task, _UNITS[int(rng.integers(len(_UNITS)))], with_whom,
            _TERMS[int(rng.integers(len(_TERMS)))], amount)  # fmt: skip
