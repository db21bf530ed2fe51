"""Search: which documents a query finds, in which order, and that no query is an error."""

from __future__ import annotations

import sqlite3
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from dau.corrected import documents
from dau.document.directive import Table
from dau.document.orthography import bare
from dau.index.build import update
from dau.index.phrasing import LONGEST, QueryTooLong, parse
from dau.index.reader import open_index
from dau.index.rows import Day
from dau.index.search import Filters, Results, search

Find = Callable[..., list[str]]
OWN = ("an-ninh", "an-phi", "an-so", "code")


@pytest.fixture
def found(index: sqlite3.Connection, names: dict[str, str]) -> Find:
    """Searches, and gives the names of the files in the order of the hits."""

    def find(query: str, **filters: object) -> list[str]:
        results = search(index, query, Filters(**filters), limit=100)  # type: ignore[arg-type]
        return [names[hit.document] for hit in results.hits]

    return find


WORDS = [
    # typed with marks: exactly these
    ("án phí", {"an-phi"}),
    ("ẩn số", {"an-so"}),
    ("án", {"an-phi"}),
    ("ÁN PHÍ", {"an-phi"}),
    # typed without: any spelling that occurs
    ("an phi", {"an-ninh", "an-phi"}),
    ("an so", {"an-ninh", "an-phi", "an-so"}),
    ("AN NINH", {"an-ninh"}),
    # some with, some without
    ("ẩn so", {"an-so"}),
    ("an số", {"an-ninh", "an-phi", "an-so"}),
    # đ is a letter of its own, but d typed without marks may be one
    ("duong vanh dai", {"an-so"}),
    ("đường vành đai", {"an-so"}),
    ("dường", set()),
    ("ưu đãi đầu tư", {"an-so"}),
    ("ƯU ĐÃI", {"an-so"}),
    # tone placement
    ("Hòa Bình", {"an-phi"}),
    ("Hoà Bình", {"an-phi"}),
    ("Thúy", {"an-phi"}),
    ("thuý", {"an-phi"}),
    ("thuy", {"an-phi"}),
    # phrases
    ('"an ninh năm"', {"an-ninh"}),
    ('"ninh an"', set()),
    ('"bao dam an ninh"', {"an-ninh"}),
    ('"bảo dam an ninh"', {"an-ninh"}),
    ('"bạo dam an ninh"', set()),
    ("“thu án phí”", {"an-phi"}),
    ('"chưa đóng', set()),
    # numbers of documents
    ("12/KH-UBND", {"an-ninh", "an-so"}),
    ("12/kh-ubnd", {"an-ninh", "an-so"}),
    ("04/KH-UBND", {"an-so"}),
    ("4/KH-UBND", {"an-so"}),
    ("13/KH", {"an-phi"}),
    ("2/KH-UBND", set()),
    # beginnings, exclusions
    ("ngu*", {"an-phi"}),
    ("Nguyễ*", {"an-phi"}),
    ("nguy* thúy", {"an-phi"}),
    ("an -phí", {"an-so"}),
    ("an -phi", {"an-so"}),
    ('so -"an phi"', {"an-ninh", "an-so", "code"}),
    ("-an -văn", set()),
    # all words, in whatever passages
    ("thúy hòa bình 13/KH-UBND", {"an-phi"}),
    ("thúy ninh", set()),
]


@pytest.mark.parametrize(("query", "expected"), WORDS)
def test_a_query_finds_its_documents(found: Find, query: str, expected: set[str]) -> None:
    assert {name for name in found(query) if name in OWN} == expected


@pytest.mark.parametrize("query", [query for query, _ in WORDS])
def test_decomposed_letters_are_the_same(found: Find, query: str) -> None:
    assert found(unicodedata.normalize("NFD", query)) == found(query)


ORDER = [
    ("an", "an-ninh"),  # as typed before án and ẩn
    ("12/KH-UBND", "an-ninh"),  # the document itself before the one that names it
    ("12/kh ubnd", "an-ninh"),
    ("12", "an-ninh"),
    ("4/KH-UBND", "an-so"),
    ("thu an phi", "an-phi"),  # in the title
]


@pytest.mark.parametrize(("query", "first"), ORDER)
def test_the_best_comes_first(found: Find, query: str, first: str) -> None:
    assert next(name for name in found(query) if name in OWN) == first


def test_the_raw_reading_is_found_where_the_restored_text_says_something_else(index: sqlite3.Connection) -> None:
    restored = search(index, '"Thực hiện Kết luận"').hits
    raw = [hit for hit in search(index, '"Thyc hién Két ludn"').hits if hit.passages]
    assert len(raw) == 1 and raw[0].document in {hit.document for hit in restored}
    assert [passage.place.kind for passage in raw[0].passages] == ["reading"]


def test_text_that_is_in_no_node_is_found(found: Find) -> None:
    assert {"an-ninh", "an-phi", "an-so", "code"} <= set(found('"Độc lập - Tự do - Hạnh phúc"'))


def test_heads_and_cells_of_tables_are_found(archive: Path) -> None:
    """Of a row the tree may hold the heading alone."""
    held = next(one for one in documents(archive) if "an-phi" in one.inputs[0])
    table = Table(id="t", node="x", title="Biểu 7", columns=("STT", "Lệ phí"), rows=(("1", "Miễn giảm"), ("2", "")))
    changed = held.directive.model_copy(update={"tables": (table,)})
    (held.folder / "document.json").write_text(changed.model_dump_json(), encoding="utf-8")
    update(archive)
    with closing(open_index(archive)) as connection:
        for query, kind in (('"biểu 7"', "table"), ("lệ phí", "table"), ("mien giam", "table_cell")):
            hits = [hit for hit in search(connection, query).hits if hit.document == held.id]
            assert kind in {passage.place.kind for hit in hits for passage in hit.passages}, query
        assert held.id not in {hit.document for hit in search(connection, '"miễn giảm 2"').hits}


def test_a_hit_says_where_it_stands_and_marks_what_was_found(index: sqlite3.Connection, names: dict[str, str]) -> None:
    (hit,) = (one for one in search(index, "kinh phi an toàn", shown=1).hits if names[one.document] == "an-ninh")
    (passage,) = hit.passages
    assert (passage.place.page, passage.place.node) == (1, "ke-hoach/2")
    assert [s.text for s in passage.segments if s.marked] == ["kinh", "phí", "an", "toàn"]
    assert "".join(s.text for s in passage.segments) == "2. Sở Tài chính bố trí kinh phí cho công tác an toàn."


def test_no_phrase_reaches_from_one_passage_into_the_next(found: Find) -> None:
    assert "an-ninh" in found("30/9/2021 sở tài chính bố trí")
    assert "an-ninh" not in found('"30/9/2021 2 sở tài chính bố trí"')


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"year": 2021}, {"an-ninh"}),
        ({"type": "Kế hoạch", "since": Day("2022-04-01"), "until": Day("2022-04-07")}, {"an-so"}),
        ({"province": "Quảng Ngãi"}, set(OWN)),
        ({"province": "Quảng Nam"}, set()),
        ({"province": "tinh quang ngai"}, set(OWN)),
        ({"type": "ke hoach", "since": Day("2022-04-01"), "until": Day("2022-04-07")}, {"an-so"}),
        ({"type": "kh", "since": Day("2022-04-01"), "until": Day("2022-04-07")}, {"an-so"}),
        ({"type": "KẾ HOẠCH' OR '1'='1"}, set()),
        ({"issuer": "uỷ ban nhân dân tỉnh quảng ngãi", "year": 2022}, {"an-phi", "an-so", "code"}),
        ({"issuer": "uy ban nhan dan tinh quang ngai", "year": 2022}, {"an-phi", "an-so", "code"}),
        ({"issuer": "Ủy ban nhân dân tỉnh Quảng Ngãi", "year": 2022}, {"an-phi", "an-so", "code"}),
    ],
)
def test_filters(found: Find, filters: dict[str, object], expected: set[str]) -> None:
    assert set(found("", **filters)) & set(OWN) == expected
    assert set(found("so", **filters)) & set(OWN) == expected


def test_facets_count_what_was_found(index: sqlite3.Connection) -> None:
    everything = search(index, "")
    total = index.execute("SELECT count(*) FROM documents").fetchone()[0]
    assert everything.total == total
    for name, counts in everything.facets.items():
        column = index.execute(f"SELECT count({name}) FROM documents").fetchone()[0]
        assert sum(count.documents for count in counts) == column
        for count in counts:
            narrowed = search(index, "", Filters(**{name: int(count.value) if name == "year" else count.value}))
            assert narrowed.total == count.documents


def test_pages_of_hits_are_the_whole_list(index: sqlite3.Connection) -> None:
    whole = search(index, "so", limit=100)
    pages = [search(index, "so", limit=2, offset=offset) for offset in range(0, whole.total, 2)]
    assert [hit.document for page in pages for hit in page.hits] == [hit.document for hit in whole.hits]
    assert search(index, "so", offset=1000).hits == ()


def test_a_document_that_speaks_sql_or_html_stays_text(index: sqlite3.Connection, found: Find) -> None:
    for query in ("DROP TABLE documents", '"NEAR a b OR title x AND body"', "<script>alert('dau')", "HYPERLINK"):
        assert found(query) == ["code"], query
    (hit,) = search(index, "script alert").hits
    assert any("<script>" in "".join(s.text for s in passage.segments) for passage in hit.passages)


PIECES = st.sampled_from(
    ['"', "'", "*", "-", "^", ":", "(", ")", "{", "}", "+", "NEAR", "AND", "OR", "NOT", "title", "an", "án",
     "12/KH-UBND", "\0", "\ue000",
     "́", "“", "”", "%", "_", ";", "--", "/*", "\n", "１２", "đ", "İ", "ß", "\ud800", "🙂", "а"]
)  # fmt: skip
QUERIES = st.one_of(st.text(max_size=40), st.lists(PIECES, max_size=12).map("".join), st.lists(PIECES).map(" ".join))


@settings(max_examples=400, deadline=None)
@example('"*" -"*" *')
@example('NEAR("a" "b", 3)')
@example("title : an")
@example('an* "án*" -an*')
@given(QUERIES)
def test_no_query_is_an_error(made_index: sqlite3.Connection, query: str) -> None:
    try:
        results = search(made_index, query)
    except QueryTooLong:
        assert len(query) > 32
        return
    assert isinstance(results, Results)
    assert results.total >= len(results.hits)


@pytest.fixture(scope="module")
def made_index(made: Path) -> Iterator[sqlite3.Connection]:
    """The index, once for all examples."""
    with closing(open_index(made)) as connection:
        yield connection


@settings(max_examples=100, deadline=None)
@given(st.lists(st.sampled_from(["an", "án", "phi", "phí", "so", "số", "ninh", "hoà", "tinh"]), min_size=1, max_size=4))
def test_another_word_never_finds_more(made_index: sqlite3.Connection, words: list[str]) -> None:
    """And a word typed without marks finds what the marked one finds."""
    def of(query: str) -> set[str]:
        return {hit.document for hit in search(made_index, query, limit=1000).hits}

    assert of(" ".join(words)) <= of(" ".join(words[:-1]))
    assert of(" ".join(words)) <= of(bare(" ".join(words)))
    assert of(f'"{" ".join(words)}"') <= of(" ".join(words))


def test_a_query_of_endless_length_is_refused() -> None:
    with pytest.raises(QueryTooLong):
        parse("a" * (LONGEST + 1))
    with pytest.raises(QueryTooLong):
        parse(" ".join(f"a{n}" for n in range(40)))
