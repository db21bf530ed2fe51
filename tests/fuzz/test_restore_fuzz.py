"""Any text through the shipped restorer: as many lines come out, nothing protected is touched, nothing falls over.

`tests/restore/test_seam.py` has the same for single channels and for damage; here it is whole texts, streamed.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dau import restore
from dau.document.orthography import nfc
from dau.document.transcript import Line, Word, line_id
from dau.restore import Restorer, RestoreSettings, guard, restore_text

fuzz = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

OTHER_SCRIPTS = {
    "Thai": "\u0e01-\u0e4e", "Chinese": "\u4e00-\u9fff", "Arabic": "\u0621-\u064a", "Cyrillic": "\u0410-\u044f",
    "Korean": "\uac00-\ud7a3", "Devanagari": "\u0905-\u0939", "Khmer": "\u1780-\u17b3", "Japanese": "\u3041-\u3096",
    "Greek": "\u03b1-\u03c9", "emoji": "\U0001f300-\U0001f5ff",
}
GARBLED = ["vé viéc ban hanh Ké hoach trién khai", "“Nganh T hong tin va T ruyen thong doankét,", "s6 1497/QD-TTg",
           "Ủy ban nhân dân tỉnh quy định chức năng, nhiệm vụ của các tố chức", "ngay 45 thing 9, Covid- 19", "", "  "]


@pytest.fixture(scope="module")
def restorer() -> Restorer:
    return restore.load(RestoreSettings())


def restored(rows: Iterable[str], restorer: Restorer, batch: int = 400) -> list[Line]:
    """The lines, after what holds for any text has been checked."""
    rows = list(rows)
    after = list(restore_text(iter(rows), restorer, batch=batch))
    assert len(after) == len(rows)
    for row, line in zip(rows, after, strict=True):
        assert line.raw == " ".join(nfc(row).split())
        assert guard.violations(line.raw, line.restored) == []
        assert line.restored == nfc(line.restored)
        for change in line.changes:
            assert line.raw[change.raw_start : change.raw_end] == change.raw
            assert line.restored[change.start : change.end] == change.restored
        assert all(w.confidence is None or 0 <= w.confidence <= 1 for w in line.words)
    return after


anything = st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\n\r"), max_size=60)
strange = st.text(alphabet=st.characters(categories=["Cc", "Cf", "Mn", "So", "Sk", "Zs", "No", "Lm"]), max_size=30)
letters = st.text(alphabet="aàảãáạăâbcdđeéêghiíklmnoôơpqrstuưvxyAĐQTV0169¢€&'`,.;:-/()“” ", max_size=60)


@fuzz
@given(st.lists(anything | strange | letters | st.sampled_from(GARBLED), max_size=8), st.sampled_from(["NFC", "NFD"]),
       st.integers(1, 9))
def test_any_text(restorer: Restorer, rows: list[str], form: str, batch: int) -> None:
    restored((unicodedata.normalize(form, row) for row in rows), restorer, batch)


@fuzz
@given(st.lists(st.tuples(st.sampled_from(GARBLED), strange), max_size=4))
def test_damage_strewn_with_what_no_text_holds(restorer: Restorer, rows: list[tuple[str, str]]) -> None:
    restored((dust.join(row.split(" ")) + dust for row, dust in rows), restorer)


@fuzz
@given(st.data(), st.sampled_from(sorted(OTHER_SCRIPTS)))
def test_other_scripts_stay_as_they_are(restorer: Restorer, data: st.DataObject, script: str) -> None:
    first, last = OTHER_SCRIPTS[script].split("-")
    alphabet = st.characters(min_codepoint=ord(first), max_codepoint=ord(last), exclude_categories=["Cn"])
    words = st.lists(st.text(alphabet=alphabet, min_size=1, max_size=8), max_size=10).map(" ".join)
    for line in restored(data.draw(st.lists(words, max_size=5)), restorer):
        assert line.restored == line.raw
        assert not line.changes


TEXTS = {
    "Thai": "พระราชบัญญัตินี้เรียกว่า พระราชบัญญัติ ลิขสิทธิ์ พ.ศ. 2537",
    "Chinese": "第一条 为了 保障 公民 的 权利,根据 宪法,制定 本法。 2021 年 6 月",
    "Arabic": "يولد جميع الناس أحراراً متساوين في الكرامة والحقوق 1948",
    "Russian": "Все люди рождаются свободными и равными в своем достоинстве",
    "emoji": "👩‍👩‍👧 🇻🇳 ✅ 1️⃣ 👍🏽",
    "English": "All human beings are born free and equal in dignity and rights.",
}


@pytest.mark.parametrize("name", TEXTS)
def test_texts_of_other_languages(restorer: Restorer, name: str) -> None:
    """Alone, and for other scripts also amid garbled Vietnamese."""
    assert [line.restored for line in restored([TEXTS[name]] * 3, restorer)] == [nfc(TEXTS[name])] * 3
    if name != "English":
        lines = restored([GARBLED[0], TEXTS[name], GARBLED[1]], restorer)
        assert lines[1].restored == lines[1].raw
        assert lines[0].restored == "về việc ban hành Kế hoạch triển khai"


@pytest.mark.parametrize("row", [
    "GE\u0300\u0300", "A\u0300\u0300 GE\u0300", "\u0300\u1d2ca\u0300\u1d2ca", "αα β β β α",
    "he so α va β cua phuong trinh", "hệ số α, β và γ của tia", "vé\u0316 viéc\u0316",
])
def test_letters_and_marks_that_are_not_vietnamese(restorer: Restorer, row: str) -> None:
    """Found by the tests above, given more time."""
    [line] = restored([row], restorer)
    assert [c for c in line.restored if c in "αβγ\u0300\u0316"] == [c for c in line.raw if c in "αβγ\u0300\u0316"]


@fuzz
@given(st.lists(st.tuples(anything | letters, st.none() | st.floats(0, 1), st.booleans()), max_size=12))
def test_words_as_engines_give_them(restorer: Restorer, words: list[tuple[str, float | None, bool]]) -> None:
    """Words may be empty, may hold spaces and come with readings and confidences."""
    given_words = tuple(
        Word(raw=text, restored=text, confidence=sure, readings={"tesseract": text} if known else {})
        for text, sure, known in words
    )
    before = Line(id=line_id(1, 1), words=given_words)
    [after] = restorer.restore([before])
    assert after.raw == before.raw
    assert guard.violations(after.raw, after.restored) == []
    assert all(w.confidence is None or 0 <= w.confidence <= 1 for w in after.words)


MEGABYTE = 1_000_000
LONG = {
    "one word": "a" * MEGABYTE,
    "a number": "1" * MEGABYTE,
    "words too long to be any": ("vé" * 50 + " ") * (MEGABYTE // 101),
    "marks": ("-.;–" * 25 + " ") * (MEGABYTE // 101),
    "numbers": ("1497/" * 9 + "QD-TTg ") * (MEGABYTE // 52),
    "another script": "ประกาศ中文" * (MEGABYTE // 8),
    "combining marks": "e" + "\u0301" * MEGABYTE,
}


@pytest.mark.parametrize("name", LONG)
def test_a_line_of_a_megabyte(restorer: Restorer, name: str) -> None:
    """Amid others, which are restored all the same."""
    lines = restored([GARBLED[0], LONG[name], GARBLED[0]], restorer)
    assert len(lines[1].raw) >= 0.95 * len(nfc(LONG[name]))


def test_thousands_of_empty_lines(restorer: Restorer) -> None:
    rows = ["", " ", "\t", "\u200b", "\x0c"] * 2000
    lines = restored([*rows, GARBLED[0], *rows], restorer)
    assert lines[len(rows)].restored == "về việc ban hành Kế hoạch triển khai"
    assert len({line.id for line in lines}) == len(lines)
