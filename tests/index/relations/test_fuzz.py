"""Any text is linked: nothing in a document makes `dau link` fail, and none of it is taken for more than words."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from dau.index.relations.passages import common_places, passages

from .making import DUTIES, directive, doc, linked, paragraphs, rows
from .test_passages import fingerprints, plain

PIECES = st.sampled_from([
    "Căn cứ", "Quyết định số", "1423/QĐ-BTTTT", "23 6/Qb-BTTTT", "ngày 45 tháng 9 năm 2021", "ngày 16/9",
    "đã ký ban hành", "“", "”", '"', "(", ")", "Kèm theo", "Thực hiện", "sửa đổi, bổ sung một số điều của", "bãi bỏ",
    "Luật", "của UBND huyện", "phong trào thi đua “", "Điều 1.", "I.", "a)", "-", "\n", "\n\n", "V/v", "Số: /KH-TBTT",
    "'); DROP TABLE works; --",
    "\x00", "\u200b", "\u0301" * 40, "ﬁ", "١٢٣", "giám đốc " * 30, *DUTIES,
])  # fmt: skip


@given(st.lists(st.lists(PIECES, max_size=40), min_size=1, max_size=3))
@settings(max_examples=40, deadline=None)
def test_any_text_is_linked(texts: list[list[str]]) -> None:
    documents = [doc(f"d{n}", " ".join(pieces)) for n, pieces in enumerate(texts)]
    index = linked(documents)
    assert len(rows(index, "SELECT 1 FROM work_documents")) == len(documents)
    for table in ("edges", "edge_evidence", "passages", "witnesses"):
        rows(index, f"SELECT * FROM {table}")


def test_a_refrain_is_no_passage() -> None:
    """Two texts of one sentence said a thousand times."""
    words = ("cac co quan don vi to chuc thuc hien nghiem tuc noi dung nay va bao cao ket qua " * 1000).split()
    a, b = plain(words), plain(words)
    left, right = fingerprints(a), fingerprints(b)
    assert len(left.hashes) > 1000
    assert passages(a, b, common_places(left, right, left.values)) == []


def test_what_a_document_says_is_no_order() -> None:
    title = "'); DROP TABLE works; --"
    index = linked([directive("a", "Kế hoạch", "1/KH-BNV", "01 tháng 02 năm 2021", title, paragraphs(DUTIES))])
    assert rows(index, "SELECT title FROM works") == [("'); DROP TABLE works; --",)]
