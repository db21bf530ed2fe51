"""What the lines and the tree noticed: gaps and misread markers, hard-wrapped text, markdown."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from dau.document.directive import ReviewItem, Severity

from ..header.recipients import read_recipients
from ..layout.blocks import Part
from ..layout.lines import Layout, TextLine
from ..numbering.units import Notice, NoticeCode
from .flags import flag

_NOTICES: dict[NoticeCode, tuple[Severity, str]] = {
    "false_list_marker": ("low", "Dòng bắt đầu giống số mục nhưng không phải số mục (ngắt dòng hoặc nhiễu)"),
    "list_marker_gap": ("medium", "Số mục không liên tục: thiếu mục đứng trước, hoặc dấu mục bị mất khi đọc"),
    "list_marker_misread": ("low", "Dấu mục đọc sai hoặc đánh trùng số, hiểu theo thứ tự các mục"),
    "table_row_gap": ("medium", "Bảng thiếu dòng: số thứ tự không liên tục"),
    "page_break_split": ("info", "Đoạn bị ngắt giữa chừng (sang trang), đã nối lại"),
}


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
            flag("hard_wrapped_text", "info", "Văn bản bị ngắt dòng cứng, không có tọa độ: đoạn và đề mục được nối lại")
        )
    marked = [line for line in lines if line.markup]
    if marked:
        out.append(
            flag(
                "markdown_markup",
                "info",
                "Có ký hiệu markdown (**, #): đã bỏ khỏi nội dung",
                None,
                marked,
                marked[0].line.raw[:80],
            )
        )
    for part in parts:
        beside = read_recipients(part.zone("recipients")).signature
        texts = [piece if isinstance(piece, str) else piece.text for piece in beside]
        if any(re.search(r"[^\W\d_]{3}", text) for text in texts):
            message = "Cột nơi nhận và cột chữ ký bị đọc lẫn: chữ ký tách ra từ các dòng nơi nhận"
            out.append(
                flag("columns_merged", "low", message, "/metadata/signer", part.zone("recipients"), " | ".join(texts))
            )
    return out
