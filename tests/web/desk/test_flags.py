"""What flags say: in both languages, from their own data; the message as recorded stays beside it."""

from __future__ import annotations

import re
from pathlib import Path
from string import Formatter
from typing import TYPE_CHECKING, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dau.document.directive import Alternative, NotApplied, NotAppliedReason, ReviewCode, ReviewItem, Witness
from dau.document.transcript import Rescan
from dau.structure import parse
from dau.web.desk.flags import kind_name, kinds, told, told_of_row
from dau.web.desk.language import Language
from dau.web.settings import WebSettings
from tests.corrected.samples import machine
from tests.structure.reading import ROOT, text_transcript
from tests.web.making import serving

if TYPE_CHECKING:
    from playwright.sync_api import Browser

VI, EN = Language("vi"), Language("en")
BLANKS = {"raw", "resolved", "witness", "page", "others", "by", "at", "did", "reason"}
QUOTED = re.compile(r"“[^”]*”|\([^)]*\)")
VIETNAMESE = re.compile(r"[ăâđêôơưàáảãạằắẳẵặầấẩẫậèéẻẽẹềếểễệìíỉĩịòóỏõọồốổỗộờớởỡợùúủũụừứửữựỳýỷỹỵ]", re.IGNORECASE)


def test_every_code_has_words_and_no_other() -> None:
    assert set(kinds()) == set(get_args(ReviewCode))
    for code, kind in kinds().items():
        assert set(kind.name) == {"vi", "en"} and all(kind.name.values()), code
        assert kind.sentences, code
        for sentence in kind.sentences:
            blanks = [{name for _, name, *_ in Formatter().parse(text) if name} for text in sentence.texts.values()]
            assert blanks[0] == blanks[1] <= BLANKS, code
            assert not VIETNAMESE.search(QUOTED.sub("", sentence.texts["en"])), sentence.texts["en"]
    reasons = {sentence.raw for sentence in kinds()["needs_rescan"].sentences if sentence.raw}
    assert reasons == set(get_args(Rescan))


CASES = [
    (ReviewItem(code="handwritten_number_low_confidence", severity="medium", message="m", raw="2628"),
     "Số văn bản (có thể viết tay) đọc chưa chắc: “2628”",
     "The number, perhaps written by hand, is uncertain: “2628”"),
    (ReviewItem(code="handwritten_date_low_confidence", severity="medium", message="m", raw="16",
                alternatives=(Alternative(value="2015-06-15", confidence=0.1), Alternative(value="2015-06-18"))),
     "Ngày ban hành (có thể viết tay) đọc chưa chắc: “16”; có thể là “2015-06-15”, “2015-06-18”",
     "The day of issue, perhaps written by hand, is uncertain: “16”; it may be “2015-06-15”, “2015-06-18”"),
    (ReviewItem(code="list_marker_misread", severity="low", message="m", raw="L", resolved="I."),
     "Số mục đọc được “L”, theo thứ tự hiểu là “I.”", "The numbering reads “L”, taken as “I.” by its order"),
    (ReviewItem(code="citation_variant", severity="medium", message="m", raw=("01/CT-BTTTT", "01/CT-TTTT")),
     "Một văn bản viện dẫn ghi nhiều cách: “01/CT-BTTTT | 01/CT-TTTT”",
     "One cited document is written in several ways: “01/CT-BTTTT | 01/CT-TTTT”"),
    (ReviewItem(code="date_impossible", severity="high", message="m", field="/tasks/3/deadline", raw="trước 31/2"),
     "Thời hạn “trước 31/2” không xác định được ngày",
     "The deadline “trước 31/2” names no day that can be worked out"),
    (ReviewItem(code="date_impossible", severity="high", message="m", field="/metadata/issued", raw="ngày 45"),
     "Ngày ban hành “ngày 45” không phải một ngày trong lịch: giữ nguyên như đọc được",
     "The day of issue, “ngày 45”, is no day of the calendar: kept as read"),
    (ReviewItem(code="needs_rescan", severity="high", message="m", page=22, raw="cut_left"),
     "Trang 22: chữ bị cắt ở mép trái ảnh; cần quét lại cho đủ khổ giấy",
     "Page 22: text is cut off at the left edge; scan the whole sheet again"),
    (ReviewItem(code="list_marker_gap", severity="medium", message="m", raw="Điều 12",
                witnesses=(Witness(kind="article_before", text="Điều 4"),)),
     "Từ Điều 4 sang Điều 12: có thể thiếu trang, hoặc phần sau trích từ văn bản khác",
     "From Điều 4 to Điều 12: a page may be missing, or the latter is quoted from elsewhere"),
    (ReviewItem(code="review_unapplied", severity="medium", message="m", page=1, raw="Thyc",
                unapplied=NotApplied(event="0" * 32, by="Lê Thị Cúc", at="2026-11-22T10:59:41+00:00", after="Thực",
                                     action="correct_word", reason="word_gone")),
     "Ý kiến rà soát (Lê Thị Cúc, 2026-11-22: sửa từ: “Thực”) chưa áp dụng được vào “Thyc”: không còn chữ nào ở chỗ này"
     " trên trang",
     "A review (Lê Thị Cúc, 2026-11-22: corrected a word: “Thực”) could not be applied to “Thyc”: there is no word at "
     "this place of the page any more"),
    (ReviewItem(code="review_unapplied", severity="low", message="m",
                unapplied=NotApplied(event="0" * 32, by="Lan", at="2026-11-22T10:59:41+00:00", action="accept",
                                     reason="field_differs", values={"now": "5/CT"})),
     "Ý kiến rà soát (Lan, 2026-11-22: xác nhận) chưa áp dụng được: trường này nay là \"5/CT\"",
     "A review (Lan, 2026-11-22: accepted) could not be applied: this field now says “5/CT”"),
    (ReviewItem(code="review_unapplied", severity="medium", message="m", raw="Field required",
                unapplied=NotApplied(reason="log_line_damaged", values={"line": "2", "log": "0.jsonl"})),
     "Sổ rà soát: Dòng 2 của sổ rà soát 0.jsonl bị hỏng, ý kiến ghi ở đó không áp dụng được",
     "Log of reviews: line 2 of the log 0.jsonl is damaged, what was said there cannot be applied"),
    (ReviewItem(code="review_unapplied", severity="low", message="m", raw="x"),
     "Một ý kiến rà soát chưa áp dụng được vào kết quả này, về “x”",
     "What a reviewer said could not be applied to this result, about “x”"),
]  # fmt: skip


@pytest.mark.parametrize(("item", "vietnamese", "english"), CASES)
def test_what_a_flag_says(item: ReviewItem, vietnamese: str, english: str) -> None:
    assert (told(item, VI), told(item, EN)) == (vietnamese, english)


@given(
    st.sampled_from(get_args(ReviewCode)), st.none() | st.text(max_size=300) | st.tuples(st.text(), st.text()),
    st.none() | st.text(max_size=20), st.sampled_from([None, "/tasks/1", "/metadata/number", "/", "tasks"]),
    st.none() | st.integers(1, 99), st.lists(st.text(max_size=20), max_size=4),
)  # fmt: skip
def test_any_reading_stays_text(
    code: ReviewCode, raw: str | tuple[str, ...] | None, resolved: str | None, field: str | None, page: int | None,
    others: list[str],
) -> None:  # fmt: skip
    """A reading with braces in it, or of any length, is shown and not filled in; where nothing fits, the message is."""
    item = ReviewItem(
        code=code, severity="low", message="như ghi", raw=raw, resolved=resolved, field=field, page=page,
        alternatives=tuple(Alternative(value=each) for each in others),
    )  # fmt: skip
    for language in (VI, EN):
        said = told(item, language)
        assert said and len(said) < 1000
        if raw and isinstance(raw, str) and len(raw) <= 100 and said != "như ghi" and "“" in said and "{" in raw:
            assert "{raw}" not in said.replace(raw, "")


@given(
    st.sampled_from(get_args(NotAppliedReason)),
    st.dictionaries(st.text(max_size=9), st.text(max_size=400), max_size=3),
    *[st.none() | st.text(max_size=300)] * 4,
)  # fmt: skip
def test_any_review_that_was_not_applied_stays_text(
    reason: NotAppliedReason, values: dict[str, str], by: str | None, at: str | None, action: str | None,
    after: str | None,
) -> None:  # fmt: skip
    """In a file of others anything may stand in the place of a name, a time or a value."""
    told_why = NotApplied(by=by, at=at, action=action, after=after, reason=reason, values=values)
    item = ReviewItem(code="review_unapplied", severity="low", message="như ghi", unapplied=told_why)
    for language in (VI, EN):
        assert 0 < len(told(item, language)) < 1000


def test_an_unknown_code_says_what_was_recorded() -> None:
    row = dict.fromkeys(("field", "page", "raw", "resolved")) | {"code": "of_the_future", "message": "như ghi"}
    assert told_of_row(row, EN) == "như ghi" and kind_name("of_the_future", EN) == "of_the_future"


def test_no_flag_of_the_samples_is_left_in_the_other_language() -> None:
    """Real flags, of what the parser makes of the samples: all have their sentence, filled in."""
    found = [item for item in machine()[0].review]
    for path in sorted(ROOT.glob("corpus/raw/*.txt")):
        found += parse(text_transcript(path.read_text("utf-8"))).review
    assert len({item.code for item in found}) > 10
    for item in found:
        assert told(item, VI) and "{" not in told(item, VI).replace(str(item.raw), "")
        assert not VIETNAMESE.search(QUOTED.sub("", told(item, EN))), told(item, EN)


def test_pages_say_it_in_the_readers_language(
    browser: Browser, linked: Path, made: tuple[Path, tuple[str, ...]]
) -> None:
    with serving(linked, WebSettings(refresh=False, explorer=False)) as address:
        page = browser.new_page()
        page.goto(f"{address}/?lang=en")
        told_there = page.locator(".inbox .doubts li").first.inner_text()
        assert not VIETNAMESE.search(QUOTED.sub("", told_there))
        names = page.locator("select[name=code] option").all_inner_texts()
        assert len(names) > 1 and not any("_" in name for name in names)
        page.locator(".inbox h2 a").first.click()
        page.wait_for_url("**doubt=*")
        recorded = page.locator("#panel [lang=vi]").first.inner_text()
        assert VIETNAMESE.search(recorded) and recorded not in page.locator("ol.doubts").inner_text()
        page.goto(f"{page.url}&lang=vi")
        assert VIETNAMESE.search(page.locator("ol.doubts li").first.inner_text())
        page.close()
