"""The seam: as many lines as came in, raw kept, every change where it says it is, nothing protected touched."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dau.document.orthography import nfc
from dau.document.transcript import Line, Word, line_id, lines_of_text
from dau.restore import NullRestorer, Restorer, RestoreSettings, guard, load, restore_text

GARBLED = """vé viéc ban hanh Ké hoach trién khai Phong trao thi dua dic biét
“Nganh T hong tin va T ruyen thong doan két, chung sire, dong
long thi dua phong, chong va chién thang dai dich Covid- 19”

Can cir Nghi dinh s6 17/2017/ND-CP ngay 17 thang 02 nam 2017 cua
Chinh phu quy dinh chirc nang, nhiém vu, quyén han va co cau t6 chirc;
so 4423 OP-BTTTT ngay 45 thing 9, dién thoai 19001095, a@mic.gov.vn"""

fuzz = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def check(before: list[Line], after: list[Line]) -> None:
    """What holds for any input."""
    assert [x.id for x in after] == [x.id for x in before]
    for old, new in zip(before, after, strict=True):
        raw, restored = new.raw, new.restored
        assert raw == old.raw
        assert guard.violations(raw, restored) == []
        assert restored == nfc(restored)
        end = 0
        rebuilt = []
        for change in new.changes:
            assert raw[change.raw_start : change.raw_end] == change.raw
            assert restored[change.start : change.end] == change.restored
            assert change.raw != change.restored
            rebuilt += [nfc(raw[end : change.raw_start]), change.restored]
            end = change.raw_end
        assert "".join(rebuilt) + nfc(raw[end:]) == restored


def lines(text: str) -> list[Line]:
    return list(lines_of_text(text))


def test_garbled_text(restorer: Restorer) -> None:
    before = lines(GARBLED)
    after = restorer.restore(before)
    check(before, after)
    text = "\n".join(line.restored for line in after)
    assert text.startswith("về việc ban hành Kế hoạch triển khai Phong trào thi đua đặc biệt\n“Ngành Thông tin và Tr")
    assert "Nghị định số 17/2017/NĐ-CP ngày 17 tháng 02 năm 2017 của\nChính phủ quy định chức năng" in text
    assert "4423 OP-BTTTT ngày 45 tháng 9, điện thoại 19001095, a@mic.gov.vn" in text
    assert {c.reason for line in after for c in line.changes} >= {"diacritics", "confusion", "join", "symbol"}
    assert all(0 <= c.score <= 1 for line in after for c in line.changes)


def test_a_join_is_one_word(legacy: Restorer) -> None:
    words = (Word(bbox=(0, 0, 5, 9), raw="T", restored="T", confidence=0.9),
             Word(bbox=(8, 1, 40, 10), raw="hong", restored="hong", confidence=0.5),
             Word(bbox=(44, 1, 60, 10), raw="tin", restored="tin", confidence=0.8))
    [line] = legacy.restore([Line(id=line_id(1, 1), words=words)])
    assert [(w.raw, w.restored) for w in line.words] == [("T hong", "Thông"), ("tin", "tin")]
    assert line.words[0].bbox == (0, 0, 40, 10)
    assert line.changes[0].reason == "join"
    assert line.words[0].confidence is not None
    assert line.words[0].confidence <= 0.5**0.5


def test_a_split_is_one_word(legacy: Restorer) -> None:
    [line] = legacy.restore(lines("Toan dan doankét, chung stre, dong long"))
    assert [w.restored for w in line.words][2] == "đoàn kết,"
    assert [c.reason for c in line.changes if c.raw == "doankét"] == ["split"]


def test_stripped_text(restorer: Restorer) -> None:
    after = restorer.restore(lines("Bo truong Bo Thong tin va Truyen thong quy dinh chuc nang, nhiem vu cua co quan"))
    assert after[0].restored == "Bộ trưởng Bộ Thông tin và Truyền thông quy định chức năng, nhiệm vụ của cơ quan"


def test_single_errors_of_a_vietnamese_engine(scan: Restorer) -> None:
    text = ["Ủy ban nhân dân tỉnh quy định chức năng, nhiệm vụ của các tố chức, đơn vị",
            "sửa đối, bố sung một số điều của Nghị định số 17/2017/NĐ-CP"]
    after = list(restore_text(text, scan))
    assert after[0].restored == "Ủy ban nhân dân tỉnh quy định chức năng, nhiệm vụ của các tổ chức, đơn vị"
    assert after[1].restored == "sửa đổi, bổ sung một số điều của Nghị định số 17/2017/NĐ-CP"


@pytest.mark.parametrize("engines", [(), ("tesseract", "trueocr")])
def test_words_an_engine_read_are_never_taken_for_clean_text(restorer: Restorer, engines: tuple[str, ...]) -> None:
    """On the best pages misreadings are words themselves; text that nobody read is left as its author wrote it."""
    rows = ["Căn cứ Luật Tổ chức chính quyền địa phương ngày 19 tháng 6 năm 2015;"] * 20
    rows.append("Nghị định này sửa đối, bố sung một số điều của Nghị định số 17/2017/ND-CP")
    read = [
        line.model_copy(update={"words": tuple(
            w.model_copy(update={"readings": dict.fromkeys(engines, w.raw), "confidence": 0.9 if engines else None})
            for w in line.words
        )})
        for line in lines("\n".join(rows))
    ]
    after = restorer.restore(read)
    check(read, after)
    expected = "Nghị định này sửa đổi, bổ sung một số điều của Nghị định số 17/2017/NĐ-CP" if engines else rows[-1]
    assert [x.restored for x in after] == [*rows[:-1], expected]


@pytest.mark.parametrize(("text", "other", "expected"), [
    ("- UBMT TQVN tỉnh;", None, "- UBMT TQVN tỉnh;"),
    ("- Chủ tịch, PCT, các UV UBND tỉnh;", None, "- Chủ tịch, PCT, các UV UBND tỉnh;"),
    ("theo quy định tại Nghị quyết của HDND tỉnh", None, "theo quy định tại Nghị quyết của HĐND tỉnh"),
    ("- UBMT TQVN tỉnh;", "- UBMTTQVN tỉnh;", "- UBMTTQVN tỉnh;"),  # one engine has the joined form
])
def test_an_abbreviation_both_engines_read_keeps_its_letters(
    restorer: Restorer, text: str, other: str | None, expected: str
) -> None:
    [line] = lines(text)
    read = line.model_copy(update={"words": tuple(
        w.model_copy(update={"confidence": 0.99, "readings": {
            "tesseract": w.raw, "trueocr": w.raw if other is None or w.raw in other.split() else "UBMTTQVN",
        }}) for w in line.words
    )})
    before = [read]
    after = restorer.restore(before)
    check(before, after)
    assert after[0].restored == expected


@pytest.mark.parametrize("text", [
    "Căn cứ Luật Tổ chức chính quyền địa phương ngày 19 tháng 6 năm 2015;",
    "Ủy ban nhân dân và Uỷ ban nhân dân, hòa bình và hoà bình, khỏe và khoẻ",
    "This agreement is made between the parties and shall be governed by the laws of England.",
    "Le présent accord est conclu entre les parties et entre en vigueur le 1er janvier 2020.",
    "Москва 2020 中文 日本語 العربية 🎉🎉 ✓ ½ Ⅳ",
    "5G F0 H5N1 A4 19001095 30/2021/QH15 07-KL/TW",
    "", "   ", "-", "…", "\u200b", "\x00\x01\x1f",
])
def test_left_alone(restorer: Restorer, text: str) -> None:
    before = lines(text)
    after = restorer.restore(before)
    check(before, after)
    assert [x.restored for x in after] == [x.raw for x in before]


def test_clean_text_twice(restorer: Restorer) -> None:
    """What has been restored is not restored again."""
    once = restorer.restore(lines(GARBLED))
    twice = restorer.restore(lines("\n".join(x.restored for x in once)))
    changed = sum(len(x.changes) for x in twice)
    assert changed <= 0.02 * sum(len(x.words) for x in twice)


def test_no_restore_is_the_identity() -> None:
    before = lines(GARBLED)
    for null in (NullRestorer(), load(RestoreSettings(channel="clean"))):
        assert null.restore(before) == before


def test_same_input_same_output(restorer: Restorer) -> None:
    assert restorer.restore(lines(GARBLED)) == load(RestoreSettings()).restore(lines(GARBLED))
    assert restorer.digest == load(RestoreSettings()).digest


def test_streaming_keeps_every_line(restorer: Restorer) -> None:
    text = GARBLED.split("\n") * 7 + ["", "", "x"]
    for batch in (1, 3, 1000):
        out = list(restore_text(iter(text), restorer, batch=batch))
        assert [x.raw for x in out] == [" ".join(t.split()) for t in text]
        assert len({x.id for x in out}) == len(text)


def test_streaming_is_lazy(restorer: Restorer) -> None:
    taken = []

    def endless():  # type: ignore[no-untyped-def]
        while True:
            taken.append(1)
            yield "vé viéc ban hanh"

    stream = restore_text(endless(), restorer, batch=5)
    next(stream)
    assert len(taken) <= 10


def test_decomposed_input(legacy: Restorer) -> None:
    raw = unicodedata.normalize("NFD", "vé viéc ban hanh Ké hoach, hoà bình")
    before = [Line(id=line_id(1, 1), words=tuple(Word(raw=w, restored=w) for w in raw.split()))]
    [after] = legacy.restore(before)
    assert after.raw == raw
    assert after.restored == "về việc ban hành Kế hoạch, hoà bình"
    for change in after.changes:
        assert after.raw[change.raw_start : change.raw_end] == change.raw
        assert after.restored[change.start : change.end] == change.restored


@fuzz
@given(st.lists(st.text(max_size=80), max_size=6))
def test_any_text(legacy: Restorer, rows: list[str]) -> None:
    before = [
        Line(id=line_id(1, n), words=tuple(Word(raw=w, restored=w) for w in nfc(row).split()))
        for n, row in enumerate(rows, 1)
    ]
    check(before, legacy.restore(before))


DAMAGED = """vé s6 c6 hi¢n T hong tin doankét, “Nganh 1497/QD-TTg 4423 ngay 45 thing 9 Covid- 19 Covigi—l9 & . ; – l ên
x3 1a UBND BTTTT QUYET PINH: 5G (17) a@b.vn phong,chong xã hội hoà ỦY đ 0 6 ' ? ti€u chu'a"""
pieces = st.sampled_from(DAMAGED.split())


@fuzz
@given(st.lists(st.lists(pieces, max_size=12).map(" ".join), max_size=4), st.sampled_from(["auto", "legacy", "scan"]))
def test_any_damage(restorer: Restorer, legacy: Restorer, scan: Restorer, rows: list[str], channel: str) -> None:
    before = lines("\n".join(rows))
    check(before, {"auto": restorer, "legacy": legacy, "scan": scan}[channel].restore(before))


LONG = ["a" * 100_000, "nghiéng " * 12_000, "1" * 100_000, "é" * 50_000 + " s6", "a@" * 50_000,
        "x" + "\u0301" * 100_000, "T " * 5_000]


@pytest.mark.parametrize("line", LONG, ids=range(len(LONG)))
def test_lines_of_a_hundred_kilobytes(legacy: Restorer, line: str) -> None:
    before = lines(nfc(line))
    check(before, legacy.restore(before))
