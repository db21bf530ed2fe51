"""Doubts about times: a duty with more times than the one that was taken says so."""

from __future__ import annotations

import pytest

from dau.document.directive import Task
from dau.structure.duties.deadlines import find_deadlines, governing
from dau.structure.duties.doubtful_times import doubtful_times

MORE = [
    ("Định kỳ 6 tháng, hàng năm hoặc đột xuất, báo cáo UBND tỉnh", "Định kỳ 6 tháng, hàng năm"),
    ("Báo cáo trước ngày 15/6 và 15/12 hàng năm", "trước ngày 15/6 và 15/1"),
    ("Gửi trước ngày 15 tháng 6 và trước ngày 15 tháng 12 hàng năm", None),
]


def flags(text: str) -> list[tuple[str, object]]:
    found = find_deadlines(text)
    task = Task(id="T001", node="chi-thi/1", text=text, kind="assignment", deadline=governing(list(found)))
    return [(flag.code, flag.raw) for flag in doubtful_times(task, 0, found) if flag.code == "second_deadline"]


@pytest.mark.parametrize(("text", "raw"), MORE)
def test_more_times_than_one_are_told(text: str, raw: str | None) -> None:
    ((code, said),) = flags(text)
    assert code == "second_deadline"
    assert raw is None or str(said).startswith(raw[:-1])


@pytest.mark.parametrize(
    "text",
    ["Định kỳ 6 tháng báo cáo UBND tỉnh", "Định kỳ hàng quý, gửi báo cáo về Bộ trước ngày 15 của tháng cuối quý"],
)
def test_one_time_is_no_doubt(text: str) -> None:
    assert flags(text) == []
