"""The benchmark of search: its truth is right, and it measures what it says."""

from __future__ import annotations

import json
import lzma
from pathlib import Path

import pytest

from dau.training.benchmark_search import benchmark_search
from dau.training.search_queries import QUERIES, Query, Truth
from tests.index.conftest import letter

TEXTS = {
    "a": "Bảo đảm an ninh, hoà giải ở cơ sở theo Nghị định số 15/2020/NĐ-CP.",
    "b": "Thu án phí; HÒA GIẢI viên truyền đạt.",
    "c": "Phòng, chống dịch: hoa giải ngân.",
}
CASES = [
    (Query("an", ("an",)), "ab"),
    (Query("án", ("án",)), "b"),
    (Query("hòa giải", ("hòa", "giải")), "ab"),
    (Query('"hoa giai"', ("hoa giai",)), "abc"),
    (Query('"giai hoa"', ("giai hoa",)), ""),
    (Query("15/2020/ND-CP", ("15 2020 nd cp",)), "a"),
    (Query("truyen*", ("truyen*",)), "b"),
    (Query("giai -an", ("giai",), ("an",)), "c"),
    (Query("gia", ("gia",)), ""),
]


@pytest.mark.parametrize(("query", "expected"), CASES)
def test_the_truth(query: Query, expected: str) -> None:
    assert Truth(TEXTS).of(query) == frozenset(expected)


def test_there_are_forty_queries_each_once() -> None:
    assert len(QUERIES) == len({query.text for query in QUERIES}) == 40
    assert 15 <= sum(query.marked for query in QUERIES) <= 25


@pytest.mark.slow
def test_it_measures_an_archive(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    with lzma.open(corpus / "train.jsonl.xz", "wt", encoding="utf-8") as file:
        for n in range(1, 7):
            text = letter(f"{n}1/KH-UBND", "ngày 05 tháng 02 năm 2021", f"Kế hoạch {n}", *["Sở Y tế thu học phí."] * 30)
            row = {"id": f"t{n}", "kind": "admin", "number": f"{n}1/KH-UBND", "text": text + f"Bản số {n}.\n"}
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
    table = benchmark_search(tmp_path, 4, None, 1)
    assert "| documents, text | 6," in table
    assert "| index brought up to date with 2 more documents |" in table
    assert "| first hit for the number of a document, where one document has it | 6 of 6 |" in table
    assert "| `học phí` | 6 | 6 | 1.0000 | 1.0000 |" in table
    assert "| `đầu tu công` | 0 | 0 | – | – |" in table
