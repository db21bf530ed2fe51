"""Awards: forms joined to their criteria by name."""

# ruff: noqa: E501 - sentences of the documents are kept whole

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dau.document.directive import Metadata, Node
from dau.structure.awarding.awards import conferrer, eligible, find_awards

from .outline import PLAN_1423, outline


def test_four_forms_each_with_its_criteria_whatever_the_order() -> None:
    awards = find_awards(outline(PLAN_1423), Metadata())
    assert [a.form for a in awards] == [
        "Huân chương Lao động",
        "Bằng khen của Thủ tướng Chính phủ",
        "Bằng khen của Bộ trưởng Bộ Thông tin và Truyền thông",
        "Giấy khen của Thủ trưởng cơ quan, đơn vị, doanh nghiệp",
    ]
    assert [a.criteria_node for a in awards] == [f"ke-hoach/IV/3/3.2/{point}" for point in "bdca"]
    assert [a.form_node for a in awards] == [f"ke-hoach/IV/3/3.1/{point}" for point in "abcd"]
    assert (
        awards[0].criteria_text
        == "Để tặng hoặc truy tặng cho cá nhân, tặng cho tập thể có thành tích đặc biệt xuất sắc."
    )
    assert [a.conferred_by for a in awards] == [
        None,
        "Thủ tướng Chính phủ",
        "Bộ trưởng Bộ Thông tin và Truyền thông",
        "Thủ trưởng cơ quan, đơn vị, doanh nghiệp",
    ]
    assert awards[0].eligible == ("cá nhân", "cá nhân (truy tặng)", "tập thể")
    assert awards[1].eligible == ("tập thể", "cá nhân")


SHARED = """
ke-hoach/V | section | TIÊU CHÍ THI ĐUA, HÌNH THỨC, TIÊU CHUẨN KHEN THƯỞNG |
ke-hoach/V/1 | item | Tiêu chí thi đua |
ke-hoach/V/1/-1 | bullet | | Toàn thể CCVC và người lao động chấp hành tốt các quy định.
ke-hoach/V/2 | item | Hình thức và tiêu chuẩn khen thưởng |
ke-hoach/V/2/a | point | Hình thức khen thưởng |
ke-hoach/V/2/a/-1 | bullet | | Huân chương Lao động.
ke-hoach/V/2/a/-2 | bullet | | Huân chương Chiến công.
ke-hoach/V/2/a/-3 | bullet | | Bằng khen của Thủ tướng Chính phủ.
ke-hoach/V/2/a/-4 | bullet | | Bằng khen của Chủ tịch UBND tỉnh.
ke-hoach/V/2/a/-5 | bullet | | Giấy khen của Giám đốc Sở.
ke-hoach/V/2/b | point | {heading} | {text}
"""
CRITERION = "Căn cứ thành tích trong công tác phòng, chống đại dịch, việc xét khen thưởng cho các tập thể, cá nhân tiêu biểu được thực hiện theo quy định."


@pytest.mark.parametrize(
    ("heading", "text"), [("Tiêu chuẩn khen thưởng", CRITERION), ("", f"Tiêu chuẩn khen thưởng: {CRITERION}")]
)
def test_five_forms_share_one_criterion(heading: str, text: str) -> None:
    awards = find_awards(outline(SHARED.replace("{heading}", heading).replace("{text}", text)), Metadata())
    assert [a.form for a in awards] == [
        "Huân chương Lao động",
        "Huân chương Chiến công",
        "Bằng khen của Thủ tướng Chính phủ",
        "Bằng khen của Chủ tịch UBND tỉnh",
        "Giấy khen của Giám đốc Sở",
    ]
    assert {(a.criteria_text, a.criteria_node) for a in awards} == {(CRITERION, "ke-hoach/V/2/b")}


def test_awards_that_are_only_spoken_of_are_none() -> None:
    text = (
        "x/1 | item | | Xét tặng Bằng khen của Thủ tướng Chính phủ; bình xét danh hiệu thi đua, hình thức khen thưởng."
    )
    assert find_awards(outline(text), Metadata()) == []


def test_a_collective_is_never_honoured_posthumously() -> None:
    assert eligible("Để tặng cho tập thể, truy tặng cho cá nhân có thành tích") == (
        "tập thể",
        "cá nhân",
        "cá nhân (truy tặng)",
    )
    assert eligible("Để tặng hoặc truy tặng cho tập thể có thành tích") == ("tập thể",)


def test_conferred_only_as_far_as_said() -> None:
    assert conferrer("Huân chương Lao động") is None
    assert conferrer("Cờ thi đua của Chính phủ") == "Chính phủ"


@settings(max_examples=80, deadline=None)
@given(
    st.lists(
        st.text(max_size=60)
        | st.sampled_from(["Hình thức khen thưởng:", "Bằng khen", "Tiêu chuẩn khen thưởng: x", "Bằng khen: y"]),
        max_size=8,
    )
)
def test_total(texts: list[str]) -> None:
    nodes = [Node(id=f"x/{n}", parent="x" if not n else "x/0", kind="item", text=text) for n, text in enumerate(texts)]
    assert [a.id for a in find_awards(nodes, Metadata())] == [
        f"A{n:02d}" for n in range(1, len(find_awards(nodes, Metadata())) + 1)
    ]
