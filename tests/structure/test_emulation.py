"""Emulation: the movement, its parent, who takes part, content, criteria."""

# ruff: noqa: E501 - sentences of the documents are kept whole

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from dau.document.directive import Metadata, Node
from dau.structure.awarding.emulation import find_emulation

from .outline import PLAN_1423, outline

OWN = "Ngành Thông tin và Truyền thông đoàn kết, chung sức, đồng lòng thi đua"
PARENT = "Cả nước đoàn kết, chung sức, đồng lòng thi đua"


def test_a_plan_that_carries_a_movement_out() -> None:
    preamble = (
        f"ke-hoach/preamble/p1 | paragraph | | hưởng ứng Phong trào thi đua đặc biệt “{PARENT}” do Thủ tướng Chính phủ phát động, "
        "ban hành Kế hoạch triển khai tại Quyết định số 1497/QĐ-TTg ngày 10/9/2021."
    )
    metadata = Metadata(subject=f"Triển khai Phong trào thi đua đặc biệt “{OWN}”")
    found = find_emulation(outline(preamble + "\n" + PLAN_1423), metadata)
    assert found is not None
    assert (found.movement.name, found.movement.parent, found.movement.launched_by) == (OWN, PARENT, None)
    assert [s.node for s in found.subjects] == ["ke-hoach/IV/1/1.1"]
    assert [c.node for c in found.contents] == ["ke-hoach/II/1"]
    assert [c.node for c in found.criteria] == ["ke-hoach/IV/2/2.1", "ke-hoach/IV/2/2.2"]


def test_a_directive_that_launches_one() -> None:
    text = """
chi-thi/preamble/p1 | paragraph | | Phát huy những kết quả đạt được, Bộ trưởng Bộ Thông tin và Truyền thông phát động phong trào thi đua năm 2022 với chủ đề “Toàn ngành thi đua đổi mới, sáng tạo”
chi-thi/II | section | MỤC TIÊU THI ĐUA |
chi-thi/II/p1 | paragraph | | Các cơ quan, đơn vị, doanh nghiệp trong toàn Ngành tích cực triển khai các phong trào thi đua. Năm 2022 thực hiện các mục tiêu sau:
"""
    found = find_emulation(outline(text), Metadata())
    assert found is not None
    assert found.movement.name == "Toàn ngành thi đua đổi mới, sáng tạo"
    assert found.movement.launched_by == "Bộ trưởng Bộ Thông tin và Truyền thông"
    assert [(s.node, s.text) for s in found.subjects] == [
        ("chi-thi/II/p1", "Các cơ quan, đơn vị, doanh nghiệp trong toàn Ngành")
    ]
    assert found.criteria == ()


def test_a_name_whose_closing_mark_was_misread_is_taken_from_where_it_is_whole() -> None:
    text = """
quyet-dinh/can-cu-1 | legal_basis | | Căn cứ Quyết định ban hành Kế hoạch triển khai Phong trào thi đua “Cả nước chung sức chống dịch Covid-19”;
ke-hoach/preamble/p1 | paragraph | | Phong trào thi đua “Cả nước chung sức chống dịch Covid-197 do Thủ tướng Chính phủ phát động.
"""
    found = find_emulation(outline(text), Metadata(subject="Triển khai Phong trào thi đua “Toàn ngành chung sức”"))
    assert found is not None
    assert found.movement.parent == "Cả nước chung sức chống dịch Covid-19"


def test_a_movement_only_spoken_of_is_none() -> None:
    text = "chi-thi/1 | item | | Đổi mới hình thức tổ chức phong trào thi đua “Cả nước chung sức xây dựng nông thôn mới” giai đoạn 2021 - 2025."
    assert find_emulation(outline(text), Metadata()) is None
    assert find_emulation([], Metadata()) is None


@settings(max_examples=80, deadline=None)
@given(
    st.lists(
        st.text(max_size=60)
        | st.sampled_from(["phát động phong trào thi đua “abcdefg”", "Tiêu chí thi đua:", "do Bộ phát động"]),
        max_size=6,
    )
)
def test_total(texts: list[str]) -> None:
    nodes = [Node(id=f"x/{n}", parent="x", kind="item", text=text) for n, text in enumerate(texts)]
    find_emulation(nodes, Metadata(subject=texts[0] if texts else None))
