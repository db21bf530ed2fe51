"""Deadlines: what is one, what it says, what is none."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dau.structure.duties.deadlines import find_deadlines, governing
from dau.structure.facts.periods import period_of

ISSUED = date(2021, 9, 16)

FOUND = [
    ("gửi về Vụ trước ngày 30/9/2021", "trước ngày 30/9/2021", {"kind": "before", "date": "2021-09-30"}),
    ("trước ngày 30 tháng 9 năm 2021", None, {"kind": "before", "date": "2021-09-30"}),
    ("truoc ngay 30/9/2021", None, {"kind": "before", "date": "2021-09-30"}),
    ("gửi về Vụ trieée ngày 30/9/2021", "trieée ngày 30/9/2021", {"kind": "before", "date": "2021-09-30"}),
    ("trước 17 giờ 00 ngày 05/10/2021", None, {"kind": "before", "date": "2021-10-05"}),
    ("trước ngày 45 tháng 9 năm 2021", None, {"kind": "before", "date": None}),
    ("chậm nhất ngày 30/9/2021", None, {"kind": "by", "date": "2021-09-30"}),
    ("Chậm nhất là ngày 25/10", None, {"kind": "by", "date": "2021-10-25"}),
    ("xong trong ngày 30 tháng 4 năm 2026", "trong ngày 30 tháng 4 năm 2026", {"kind": "by", "date": "2026-04-30"}),
    ("đạt thứ hạng 46 vào cuối năm 2022.", "vào cuối năm 2022", {"kind": "by", "date": "2022-12-31"}),
    ("Phấn đấu đến hết năm 2022, Việt Nam vào nhóm", "đến hết năm 2022", {"kind": "until", "end": "2022-12-31"}),
    ("hoàn thành quý I/2022", None, {"kind": "between", "start": "2022-01-01", "end": "2022-03-31"}),
    (
        "thực hiện trong tháng 12/2021",
        "trong tháng 12/2021",
        {"kind": "between", "start": "2021-12-01", "end": "2021-12-31"},
    ),
    (
        "từ ngày 01/10/2021 đến hết ngày 31/12/2021",
        None,
        {"kind": "between", "start": "2021-10-01", "end": "2021-12-31"},
    ),
    (
        "phấn đấu từ nay đến cuối năm tiết kiệm",
        "từ nay đến cuối năm",
        {"kind": "between", "start": "2021-09-16", "end": "2021-12-31"},
    ),
    ("Từ tháng 9 năm 2021, cán bộ", "Từ tháng 9 năm 2021", {"kind": "from", "start": "2021-09-01"}),
    (
        "trong thời hạn 05 ngày làm việc kể từ ngày nhận được văn bản",
        None,
        {"kind": "relative", "duration": "P5D", "anchor": "kể từ ngày nhận được văn bản"},
    ),
    (
        "về Vụ trước ngày 15 của tháng cuối quý để tổng hợp",
        "trước ngày 15 của tháng cuối quý",
        {"kind": "recurring", "recurrence": "FREQ=YEARLY;BYMONTH=3,6,9,12;BYMONTHDAY=15"},
    ),
    (
        "gửi Sở trước ngày 31 tháng 12 hàng năm.",
        "trước ngày 31 tháng 12 hàng năm",
        {"kind": "recurring", "recurrence": "FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=31"},
    ),
    (
        "báo cáo chậm nhất ngày 15/12 hàng năm",
        "chậm nhất ngày 15/12 hàng năm",
        {"kind": "recurring", "recurrence": "FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=15"},
    ),
    (
        "gửi vào ngày 25 hàng tháng",
        "vào ngày 25 hàng tháng",
        {"kind": "recurring", "recurrence": "FREQ=MONTHLY;BYMONTHDAY=25"},
    ),
    ("trước ngày 20 hàng tháng", None, {"kind": "recurring", "recurrence": "FREQ=MONTHLY;BYMONTHDAY=20"}),
    (
        "báo cáo trước ngày 15/12 hằng năm",
        "trước ngày 15/12 hằng năm",
        {"kind": "recurring", "recurrence": "FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=15"},
    ),
    ("định kỳ hàng quý", None, {"kind": "recurring", "recurrence": "FREQ=MONTHLY;INTERVAL=3"}),
    ("Định kỳ 6 tháng báo cáo", "Định kỳ 6 tháng", {"kind": "recurring", "recurrence": "FREQ=MONTHLY;INTERVAL=6"}),
    ("Báo cáo hàng ngày về dịch", "hàng ngày", {"kind": "recurring", "recurrence": "FREQ=DAILY"}),
    ("có báo cáo định kỳ gửi về", "báo cáo định kỳ", {"kind": "periodic"}),
    ("Định kỳ hoặc đột xuất tiến hành sơ kết", "Định kỳ hoặc đột xuất", {"kind": "periodic"}),
    ("tổ chức tuyên truyền thường xuyên, liên tục nội dung", "thường xuyên, liên tục", {"kind": "continuous"}),
    ("Văn phòng Bộ (Thường trực) thường xuyên rà soát", "thường xuyên", {"kind": "continuous"}),
    (
        "sau khi các văn bản hướng dẫn được ban hành; đặc biệt",
        "sau khi các văn bản hướng dẫn được ban hành",
        {"kind": "conditional"},
    ),
]


@pytest.mark.parametrize(("text", "raw", "expected"), FOUND)
def test_deadlines(text: str, raw: str | None, expected: dict[str, str | None]) -> None:
    (found,) = find_deadlines(text, ISSUED)
    assert found.deadline.raw == (raw or text) == text[found.start : found.end]
    assert {key: getattr(found.deadline, key) for key in expected} == expected


NONE = [
    "nhiệm vụ năm 2022",
    "kế hoạch 05 năm (2021 - 2025)",
    "kỷ niệm 30 năm (5/1992 - 5/2022)",
    "theo quy định",
    "Từ nay đến cuối năm 2021, Việt Nam sẽ có 110 triệu liều",
    "Quyết định số 942/QĐ-TTg ngày 15/6/2021",
    "giai đoạn 2021-2025, định hướng đến năm 2030",
    "Chiến lược đến năm 2025, tầm nhìn đến năm 2030",
    "có hiệu lực kể từ ngày ký",
    "trong sinh hoạt hàng ngày",
    "phát triển kinh tế - xã hội hàng năm và Kế hoạch",
    "nguồn điện ổn định, thường xuyên, liên tục cho các điểm thi",
    "các phong trào thi đua thường xuyên với việc phát động",
    "tính đến hết ngày 17/11/2025, hệ thống chỉ ghi nhận",
    "phong trào “Chung sức đến hết năm 2022”",
]


@pytest.mark.parametrize("text", NONE)
def test_what_is_no_deadline(text: str) -> None:
    assert not find_deadlines(text, ISSUED)


def test_period_and_day_are_one_deadline() -> None:
    text = "Định kỳ hàng quý, đánh giá kết quả và gửi báo cáo trước ngày 15 của tháng cuối quý để tổng hợp."
    deadline = governing(find_deadlines(text, date(2021, 12, 13)))
    assert deadline is not None
    assert deadline.raw == "Định kỳ hàng quý, ... trước ngày 15 của tháng cuối quý"
    assert deadline.recurrence == "FREQ=YEARLY;BYMONTH=3,6,9,12;BYMONTHDAY=15"


def test_no_year_is_made_up() -> None:
    (found,) = find_deadlines("trước ngày 25/3", ISSUED)
    assert found.deadline.date is None


@given(st.integers(1, 12), st.integers(1900, 2199))
def test_a_month_is_all_its_days(month: int, year: int) -> None:
    period = period_of(f"thang {month}/{year}")
    assert period is not None
    assert (period.start.day, period.start.month, period.end.month) == (1, month, month)
    assert 28 <= period.end.day <= 31


TIMES = st.lists(
    st.sampled_from(
        [
            "trước",
            "ngày",
            "30/9/2021",
            "hàng",
            "quý",
            "tháng",
            "9",
            "năm",
            "2021",
            "định kỳ",
            "đến hết",
            "từ",
            ",",
            "trong thời hạn",
            "05",
        ]
    ),
    max_size=14,
).map(" ".join)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=120) | TIMES)
def test_offsets_hold_the_raw_text(text: str) -> None:
    found = find_deadlines(text, ISSUED)
    assert all(text[f.start : f.end] == f.deadline.raw for f in found)
    assert all(a.end <= b.start for a, b in pairwise(found))
