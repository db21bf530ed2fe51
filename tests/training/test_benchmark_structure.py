"""The benchmark of the structure parser: its reference parser, and what it counts."""

from __future__ import annotations

import pytest

from dau.training import naive_parser
from dau.training.benchmark_structure import Metadata, _metadata_table, _rate_table
from dau.training.structure_corpus import ParseRate
from dau.training.structure_documents import handwritten, text_transcript

_PLAN = """ỦY BAN NHÂN DÂN TỈNH
Số: 12/KH-UBND
Hà Nội, ngày 05 tháng 3 năm 2024
KẾ HOẠCH
Về việc thử
Thực hiện Chỉ thị số 01/CT-TTg.
I. MỤC TIÊU
1. Một
đi tiếp.
2. Hai.
II. THỰC HIỆN
1. Sở Xây dựng chủ trì rà soát trước ngày 30/4/2024.
a) Điểm.
- Gạch.
- Gạch nữa.
Nơi nhận:
- Như trên;
- Lưu: VT.
"""


def test_the_reference_parser_reads_by_pattern() -> None:
    found = naive_parser.parse(text_transcript(_PLAN))
    assert found.metadata.type.name == "Kế Hoạch" and found.metadata.number.text == "12/KH-UBND"
    assert found.metadata.issued.date == "2024-03-05" and found.metadata.subject == "Về việc thử"
    assert [n.id for n in found.nodes if n.kind != "bullet"] == [
        "ke-hoach/I", "ke-hoach/I/1", "ke-hoach/I/2", "ke-hoach/II", "ke-hoach/II/1", "ke-hoach/II/1/a"
    ]  # fmt: skip
    assert found.nodes[1].text == "Một đi tiếp."
    assert "01/CT-TTg" in [c.number for c in found.citations]
    assert [r.raw for r in found.recipients] == ["Như trên", "Lưu: VT"]


@pytest.mark.parametrize("text", ["", "\n\n", "1.", "- ", "Điều 1.", "Nơi nhận:", "KẾ HOẠCH"])
def test_the_reference_parser_takes_anything(text: str) -> None:
    assert naive_parser.parse(text_transcript(text)).schema_version == "1.0"


@pytest.mark.parametrize(
    ("what", "fields"),
    [
        ([], set()),
        (["number.serial"], {"number/text", "number/serial"}),
        (["issued.day (overprinted type)", "issued.month"], {"issued/date"}),
        (["number.serial (numbering stamp)", "issued.day"], {"number/text", "number/serial", "issued/date"}),
        (["signer.name (stamped)"], set()),
    ],
)
def test_what_is_written_by_hand(what: list[str], fields: set[str]) -> None:
    assert handwritten({"handwritten": what}) == fields


def test_tables_name_what_is_wrong_without_a_flag() -> None:
    found = Metadata()
    found.printed.update({"place": 2})
    found.printed_right.update({"place": 1})
    found.silent_printed.append("a.pdf place")
    text = _metadata_table(found)
    assert "| place | 1 | 2 | 0 | 0 |" in text and "1 (a.pdf place)" in text


def test_rates_are_shares_of_the_documents() -> None:
    rate = ParseRate(documents=4, whole=2, excused=1, with_articles=2, broken=1)
    rate.missing.update({"date": 1})
    rate.reasons.update(["date left blank"])
    text = _rate_table({"all": rate})
    assert "| all (4) | 0.500 | 0.667 | 1.000 | 1.000 | 0.750 | 1.000 | 0.500 |" in text
    assert "| all | date left blank | 1 |" in text
