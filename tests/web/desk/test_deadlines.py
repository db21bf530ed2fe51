"""A deadline that the desk's form sends: nothing is lost that was not changed, and words mean what the parser reads."""

from __future__ import annotations

from typing import Any

import pytest

from dau.document.directive import Deadline, Evidence
from dau.web.desk.deadlines import deadline_of


def of(raw: str, kind: str, **more: Any) -> Deadline:
    return Deadline.model_validate({"raw": raw, "kind": kind, **more})


MONTHLY = of("Trước ngày 25 hằng thang", "recurring", recurrence="FREQ=MONTHLY;BYMONTHDAY=25")
PERIOD = of("từ ngày 01/10/2021 đên ngày 30/11/2021", "between", start="2021-10-01", end="2021-11-30")
UNTIL = of("đến hết 31/12", "until", end="2021-12-31")
BEFORE = of("trước ngày 30/9/2021", "before", date="2021-09-30")
UNREAD = of("sau khi có ý kiến cua Bộ", "conditional", anchor="có ý kiến của Bộ")

CASES: list[tuple[str, Deadline | None, str, str, Deadline | None]] = [
    ("nothing changed", MONTHLY, MONTHLY.raw, "", MONTHLY),
    ("a letter of a recurrence", MONTHLY, "Trước ngày 25 hằng tháng", "",
     MONTHLY.model_copy(update={"raw": "Trước ngày 25 hằng tháng"})),
    ("another day of a recurrence", MONTHLY, "trước ngày 20 hằng tháng", "",
     of("trước ngày 20 hằng tháng", "recurring", recurrence="FREQ=MONTHLY;BYMONTHDAY=20")),
    ("a letter of a period", PERIOD, "từ ngày 01/10/2021 đến ngày 30/11/2021", "",
     PERIOD.model_copy(update={"raw": "từ ngày 01/10/2021 đến ngày 30/11/2021"})),
    ("a letter of what no parser reads", UNREAD, "sau khi có ý kiến của Bộ", "",
     UNREAD.model_copy(update={"raw": "sau khi có ý kiến của Bộ"})),
    ("words that no parser reads, of an end", UNTIL, "hết 31/12 năm nay", "",
     UNTIL.model_copy(update={"raw": "hết 31/12 năm nay"})),
    ("words and day, which agree", BEFORE, "chậm nhất ngày 29/02/2024", "2024-02-29",
     of("chậm nhất ngày 29/02/2024", "by", date="2024-02-29")),
    ("words alone, the day left as it was", BEFORE, "trước ngày 30/9/2O21", "2021-09-30",
     of("trước ngày 30/9/2O21", "before", date="2021-09-30")),
    ("words and another day than they say", BEFORE, "trước ngày 20/9/2021", "2021-09-19",
     of("trước ngày 20/9/2021", "before", date="2021-09-19")),
    ("a day alone", BEFORE, BEFORE.raw, "2021-09-20", of(BEFORE.raw, "before", date="2021-09-20")),
    ("a day for a recurrence", MONTHLY, MONTHLY.raw, "2021-09-25", of(MONTHLY.raw, "by", date="2021-09-25")),
    ("new, in words", None, "trước ngày 30/9/2021", "", BEFORE),
    ("new, in words without a year", None, "trước ngày 30/9", "", of("trước ngày 30/9", "before", date="2021-09-30")),
    ("new, a day", None, "", "2021-09-30", of("2021-09-30", "by", date="2021-09-30")),
    ("new, in words nobody reads", None, "khi cần", "", of("khi cần", "conditional")),
    ("two in one", None, "trước ngày 30/9/2021 và trước ngày 30/12/2021", "",
     of("trước ngày 30/9/2021 và trước ngày 30/12/2021", "conditional")),
    ("taken away", BEFORE, "", "", None),
    ("none, as before", None, "", "", None),
]  # fmt: skip


@pytest.mark.parametrize(("now", "raw", "due", "wanted"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_what_the_form_means(now: Deadline | None, raw: str, due: str, wanted: Deadline | None) -> None:
    assert deadline_of(now, raw, due, "2021-09-15") == wanted


@pytest.mark.parametrize("issued", [None, "", "2021-02-30", "ngày 15"])
def test_a_day_of_issue_that_is_none_is_no_error(issued: str | None) -> None:
    found = deadline_of(None, "trước ngày 30/9/2021", "", issued)
    assert found is not None and found.date == "2021-09-30"


def test_what_is_unchanged_stays_with_its_place() -> None:
    placed = BEFORE.model_copy(update={"evidence": (Evidence(page=2),)})
    assert deadline_of(placed, placed.raw, "2021-09-30", None) is placed
