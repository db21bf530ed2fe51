"""Learning the channel: alignment, edits, candidates; what keeps test text out of training; scores."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from dau.document.errors import InputError
from dau.restore.syllable import divide, pronounceable
from dau.restore.symbols import Symbols
from dau.restore.tokens import ends_sentence, pieces
from dau.training import channel as training
from dau.training.corpus import Document, HeldOut, documents
from dau.training.pairs import chunks, collect
from dau.training.scores import harm, syllable_accuracy, syllables_right
from dau.training.train_ngram import spelling


@pytest.mark.parametrize(("clean", "read", "expected"), [
    ("về việc ban hành", "vé viéc ban hanh", [(["về"], ["vé"]), (["việc"], ["viéc"]), (["ban"], ["ban"]),
                                              (["hành"], ["hanh"])]),
    ("Thông tin", "T hong tin", [(["Thông"], ["T", "hong"]), (["tin"], ["tin"])]),
    ("đoàn kết, chung", "doankét, chung", [(["đoàn", "kết,"], ["doankét,"]), (["chung"], ["chung"])]),
])
def test_alignment(clean: str, read: str, expected: list[tuple[list[str], list[str]]]) -> None:
    assert list(chunks(clean, read)) == expected


def test_pairs_leave_numbers_out() -> None:
    found = collect([("số 1497/QĐ-TTg ngày 10/9/2021, đoàn kết", "s6 1497/QD-TTg ngay 10/9/2021, doankét")])
    assert found.words == Counter({("số", "s6"): 1, ("ngày", "ngay"): 1})
    assert found.lost == Counter({("đoàn", "kết"): 1})


def test_edits_are_learned() -> None:
    pairs = Counter({("ức", "irc"): 30, ("ức", "uc"): 10, ("ứ", "ir"): 5, ("ng", "ng"): 50, ("ồng", "ong"): 20})
    edits = training.learn_edits(pairs)
    assert edits["ứ"]["ir"] > edits["ứ"]["u"] > -3
    assert edits["ồ"]["o"] > -0.3
    assert edits["n"]["n"] > -0.3
    assert training.align("ức", "irc", edits)[1] == [("ứ", "ir"), ("c", "c")]


def test_learning_is_repeatable(tmp_path: Path) -> None:
    pages = [("về việc ban hành Kế hoạch số một", "vé viéc ban hanh Ké hoach s6 mét")] * 3
    for name in ("a", "b"):
        training.save(training.learn(collect(pages)), tmp_path / name)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


@pytest.mark.parametrize(("word", "parts"), [
    ("nghiêng", ("ngh", "iêng")), ("Uỷ", ("", "Uỷ")), ("gì", ("g", "ì")), ("giá", ("gi", "á")),
    ("QUYẾT", ("QU", "YẾT")), ("đắk", ("đ", "ắk")), ("covid", None), ("btttt", None), ("6", None), ("", None),
])
def test_division(word: str, parts: tuple[str, str] | None) -> None:
    assert divide(word) == parts


@pytest.mark.parametrize(("word", "right"), [
    ("quốc", True), ("quôc", False), ("việc", True), ("viêc", False), ("xã", True), ("xă", False), ("thương", True),
    ("thuơng", False), ("đắt", True), ("toàn", True),
])
def test_pronounceable(word: str, right: bool) -> None:
    assert pronounceable(word) is right


@pytest.mark.parametrize(("word", "expected"), [
    ("“phong,chong", [("phong", False), ("chong", False)]), ("hi¢n", [("hi¢n", False)]), ("s6", [("s6", False)]),
    ("1497/QD-TTg", [("1497/QD-TTg", True)]), ("Covid-19”", [("Covid", False), ("19", True)]),
    ("OP-BTTTT", [("OP-BTTTT", True)]), ("(để", [("để", False)]), ("–", []), ("chu'a", [("chu'a", False)]),
    ("β", [("β", True)]), ("(α,тия)", [("α", True), ("тия", True)]), ("ﬁnh", [("ﬁnh", False)]),
    ("vé\u0300-ban", [("vé", True), ("ban", False)]),
])
def test_pieces(word: str, expected: list[tuple[str, bool]]) -> None:
    assert [(word[p.start : p.end], p.fixed) for p in pieces(word)] == expected


def test_ends_of_sentences() -> None:
    assert [ends_sentence(w) for w in ("hành.", "2021;", "gồm:", "này./.", "hoạch”.", "nay,", "a.b")] == [True] * 5 + [
        False, False]


def test_symbols() -> None:
    table = Symbols({"QD": ("QĐ", 0.99), "ND": ("NĐ", 0.98)})
    assert table.restored("1497/QD-TTg") == ("1497/QĐ-TTg", 0.99)
    assert table.restored("17/2017/ND-CP") == ("17/2017/NĐ-CP", 0.98)
    assert table.restored("CD16FSB01W/QD")[0] == "CD16FSB01W/QD"
    assert table.restored("5G") == ("5G", 1.0)


def test_test_text_is_kept_out() -> None:
    passage = " ".join(f"chữ{n}" for n in range(40))
    line = " ".join(f"dòng{n}" for n in range(20))
    tests = HeldOut([passage], [line], ["1423/QĐ-BTTTT"])

    def holds(text: str, number: str = "") -> bool:
        return tests.holds(Document("x", "", number, text))

    assert holds("theo Quyết định số 1423/QĐ-BTTTT của Bộ")
    assert holds("x", "1423/QĐ-BTTTT")
    assert holds("trước " + passage + " sau")
    assert holds("trước " + line.upper() + " sau")
    assert not holds(" ".join(passage.split()[:15]))
    assert not holds(" ".join(line.split()[:9]))
    assert not holds("không có gì")


def test_reading_a_corpus(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("một", encoding="utf-8")
    assert [d.text for d in documents(tmp_path)] == ["một"]
    rows = tmp_path / "c.jsonl"
    rows.write_text(json.dumps({"id": "1", "text": "hai", "number": None}) + "\n", encoding="utf-8")
    assert list(documents(rows)) == [Document("1", "", "", "hai")]
    with pytest.raises(InputError):
        list(documents(tmp_path / "none"))


def test_spelling_table() -> None:
    counts = Counter({"hòa": 9, "hoà": 2, "12/QĐ-UBND": 30, "3/QĐ-TTg": 5, "7/DA-X": 40, "7/ĐA-X": 40})
    table = spelling(counts, ("hoà",))
    assert table["surfaces"] == {"hoà": "hòa"}
    assert table["symbols"] == {"QD": ("QĐ", 1.0)}


def test_scores() -> None:
    assert syllable_accuracy("hòa bình và", "hoà bình, và 12") == 1.0
    assert syllables_right("về viêc", "về việc").hit == 1
    assert harm("về viéc", "vệ việc", "về việc") == 1.0
    assert harm("vé viéc", "về việc", "về việc") == 0.0
