"""The relation that the words before a mention state: a table of cases from real documents."""

from __future__ import annotations

import pytest

from dau.index.relations.kinds import Kind, kind_of

CASES: list[tuple[str, str, str | None, Kind]] = [
    ("Căn cứ Nghị định số ", "legal_basis", "QĐ", "based_on"),
    ("Căn cứ Kế hoạch số ", "paragraph", "KH", "based_on"),
    ("Thực hiện Kế hoạch số ", "paragraph", "KH", "implements"),
    ("Triển khai thực hiện có hiệu quả Chỉ thị số ", "item", "CT", "implements"),
    ("Quán triệt và thực hiện nghiêm Chỉ thị số ", "item", "CT", "implements"),
    ("triển khai có hiệu quả các nội dung, nhiệm vụ, giải pháp tại Quyết định số ", "item", "QĐ", "implements"),
    ("khen thưởng tập thể có thành tích trong 10 năm thực hiện Luật ", "item", "TTr", "cites"),
    ("theo quy định tại khoản 1 Điều 9 Nghị định số ", "clause", "NĐ", "cites"),
    ("được Bộ trưởng giao tại Chỉ thị ", "paragraph", "QĐ", "cites"),
    ("Theo đề nghị của Sở Tài chính tại Tờ trình số ", "proposal", "QĐ", "cites"),
    ("Sửa đổi, bổ sung một số điều của Nghị định số ", "article", "NĐ", "amends"),
    ("Chính phủ ban hành Nghị định sửa đổi, bổ sung một số điều của Nghị định số ", "paragraph", "NĐ", "amends"),
    ("Bãi bỏ khoản 3 Điều 3, điểm e khoản 2 Điều 7 của Nghị định số ", "clause", "NĐ", "amends"),
    ("Bãi bỏ một phần khoản 2 Điều 1 của Thông tư số ", "article", "TT", "amends"),
    ("Bãi bỏ Nghị định số ", "clause", "NĐ", "repeals"),
    ("Quyết định này có hiệu lực thi hành kể từ ngày 04 tháng 02 năm 2020; bãi bỏ Quyết định số ", "clause", "QĐ",
     "repeals"),
    ("Quyết định này có hiệu lực thi hành kể từ ngày ký và thay thế Quyết định số ", "article", "QĐ", "replaces"),
    ("Nghị quyết này thay thế Nghị quyết số ", "point", "NQ", "replaces"),
    # what only looks like it
    ("Xây dựng Nghị quyết bãi bỏ Nghị quyết số ", "paragraph", "TTr", "cites"),
    ("Bãi bỏ toàn bộ Nghị quyết số ", "point", "TTr", "cites"),
    ("ban hành Chỉ thị định hướng hoạt động xuất bản (thay thế Chỉ thị số ", "bullet", "CT", "cites"),
    ("Thông tư số 79/2024/TT-BCA đã được sửa đổi, bổ sung bởi Thông tư số ", "paragraph", "TT", "cites"),
    ("Nghị định số 13/2010/NĐ-CP của Chính phủ về sửa đổi, bổ sung một số điều của Nghị định số ", "clause", "NĐ",
     "cites"),
    ("văn bản của Ủy ban Quốc gia về việc triển khai thực hiện Quyết định số ", "paragraph", "QĐ", "cites"),
    ("gửi kèm theo Công văn số ", "point", "BC", "cites"),
    ("Quy định tạm thời ban hành kèm theo Quyết định số ", "item", "QĐ", "cites"),
    ("(Ban hành kèm theo Quyết định số ", "paragraph", "QĐ", "attached"),
    # an article states nothing but that it cites
    ("Kế hoạch nêu rõ: Thực hiện Kết luận số ", "paragraph", None, "cites"),
    ("đã ký ban hành Quyết định số ", "paragraph", None, "cites"),
]  # fmt: skip


@pytest.mark.parametrize(("before", "node", "symbol", "kind"), CASES)
def test_words_before(before: str, node: str, symbol: str | None, kind: Kind) -> None:
    assert kind_of(before, node, symbol) == kind  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("before", "carried", "kind"),
    [
        ("Thực hiện Kết luận số 07-KL/TW ngày 11/6/2021 của Bộ Chính trị, Nghị quyết số ", "implements", "implements"),
        ("Bãi bỏ Nghị quyết số 39/2011/NQ-HĐND ngày 12/12/2011 và Nghị quyết số ", "repeals", "repeals"),
        ("Thực hiện Kết luận số 07-KL/TW theo quy định tại Nghị định số ", "implements", "cites"),
        ("theo Luật Đất đai và Nghị định số ", None, "cites"),
    ],
)
def test_lists_go_on(before: str, carried: Kind | None, kind: Kind) -> None:
    assert kind_of(before, "paragraph", "NQ", carried=carried) == kind


def test_within_the_title_of_another_it_is_only_cited() -> None:
    before = "Chỉ thị số 73/CT-BTTTT của Bộ trưởng: triển khai thực hiện Chỉ thị số "
    assert kind_of(before, "item", "CT") == "implements"
    assert kind_of(before, "item", "CT", named=True) == "cites"
