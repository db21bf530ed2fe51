"""Witnesses: what may settle a doubt elsewhere, and the traps in which nothing may be settled."""

from __future__ import annotations

import sqlite3
from dataclasses import replace

import pytest

from dau.document.directive import Alternative, DatedText, Issuer, Number, ReviewItem, Witness
from dau.index.relations import witnessed

from .making import DUTIES, Doc, directive, doc, linked, paragraphs, rows

MOVEMENT = "“Ngành Thông tin và Truyền thông đoàn kết, chung sức vượt qua mùa mưa bão”"
TITLE = f"ban hành Kế hoạch triển khai Phong trào thi đua đặc biệt {MOVEMENT}"
QUOTED = paragraphs(DUTIES[:2])
NUMBER = ReviewItem(
    code="number_misread", severity="high", field="/metadata/number", page=1, message="", raw="4423 OP-BTTTT",
    alternatives=(Alternative(value="4423/QĐ-BTTTT"),),
)  # fmt: skip
DATE = ReviewItem(
    code="date_impossible", severity="high", field="/metadata/issued", page=1, message="",
    raw="ngày 45 tháng 9 năm 2021",
)  # fmt: skip


@pytest.fixture(scope="module")
def decision() -> Doc:
    """1423/QĐ-BTTTT as it was misread, in small."""
    read = directive("d", "Quyết định", "1423/QĐ-BTTTT", "16 tháng 9 năm 2021", f"Về việc {TITLE}", QUOTED,
                     issuer="BỘ THÔNG TIN VÀ TRUYỀN THÔNG")  # fmt: skip
    return read.flagged(
        NUMBER, DATE,
        number=Number(raw="4423 OP-BTTTT", issuer_symbol="BTTTT"),
        issuer=Issuer(name="Bộ Thông tin và Truyền thông", symbol="BTTTT"),
        issued=DatedText(raw="ngày 45 tháng 9 năm 2021"),
    )  # fmt: skip


def article(name: str = "a", number: str = "1423/QĐ-BTTTT", when: str = "Ngày 16/9 vừa qua, ", title: str = TITLE,
            body: str = QUOTED) -> Doc:  # fmt: skip
    title = title.replace("Thông tin và Truyền thông đoàn kết", "TT&TT đoàn kết")
    return doc(name, f"Bộ TT&TT phát động phong trào\n\n{when}Bộ trưởng Bộ TT&TT đã ký ban hành Quyết định số {number} "
               f"về việc {title}.\n\nKế hoạch nêu rõ:\n\n{body}\n")  # fmt: skip


def seen(index: sqlite3.Connection, document: Doc, code: str) -> ReviewItem:
    found = witnessed(index, document.id, document.directive)
    return next(item for item in found.review if item.code == code)


def test_an_article_resolves_number_and_date_with_both_readings_shown(decision: Doc) -> None:
    index = linked([decision, article()])
    number, date = (seen(index, decision, code) for code in ("number_misread", "date_impossible"))
    assert (number.raw, number.resolved) == ("4423 OP-BTTTT", "1423/QĐ-BTTTT")
    assert [a.value for a in number.alternatives] == ["1423/QĐ-BTTTT", "4423/QĐ-BTTTT"]
    assert [w.kind for w in number.witnesses] == ["citation"]
    assert "1423/QĐ-BTTTT" in number.witnesses[0].text
    assert number.witnesses[0].where == "a-00000000#van-ban/preamble/p2 p.1"
    assert (date.raw, date.resolved) == ("ngày 45 tháng 9 năm 2021", "2021-09-16")
    assert [(w.kind, w.text) for w in date.witnesses] == [
        ("citation", "Ngày 16/9 vừa qua, Bộ trưởng Bộ TT&TT đã ký ban hành"),
        ("own_reading", "ngày 45 tháng 9 năm 2021"),  # which the year is from
    ]
    assert number.severity == "high"  # the flag stays


def test_nothing_on_the_document_changes(decision: Doc) -> None:
    index = linked([decision, article()])
    found = witnessed(index, decision.id, decision.directive)
    assert found.metadata == decision.directive.metadata
    assert [(i.code, i.raw, i.severity, i.message) for i in found.review] == [
        (i.code, i.raw, i.severity, i.message) for i in decision.directive.review
    ]
    assert rows(index, "SELECT number, number_state, witnessed_number, issued, witnessed_issued FROM works"
                " WHERE NOT external AND type = 'Quyết định'") == [
        ("4423 OP-BTTTT", "witnessed", "1423/QĐ-BTTTT", None, "2021-09-16")
    ]  # fmt: skip


@pytest.mark.parametrize(
    "told",
    [
        pytest.param(article(title="phê duyệt Đề án số hóa tài liệu lưu trữ của Bộ"), id="another title"),
        pytest.param(article(number="1587/QĐ-BTTTT"), id="two digits differ"),
        pytest.param(article(number="1423/QĐ-BTC"), id="another issuer"),
        pytest.param(article(number="1423/KH-BTTTT"), id="another type"),
        pytest.param(article(when="Ngày 16/10 vừa qua, "), id="another month than was read"),
        pytest.param(article(when="", body="Bài viết không trích nội dung."), id="neither a day nor shared passages"),
    ],
)
def test_what_may_mean_another_document_resolves_nothing(decision: Doc, told: Doc) -> None:
    index = linked([decision, told])
    assert rows(index, "SELECT * FROM witnesses") == []
    assert witnessed(index, decision.id, decision.directive) == decision.directive


def test_witnesses_that_contradict_each_other_resolve_nothing(decision: Doc) -> None:
    index = linked([decision, article("a"), article("b", "4428/QĐ-BTTTT")])
    number = seen(index, decision, "number_misread")
    assert number.resolved is None
    assert {a.value for a in number.alternatives} == {"1423/QĐ-BTTTT", "4428/QĐ-BTTTT", "4423/QĐ-BTTTT"}
    assert len(number.witnesses) == 2
    assert seen(index, decision, "date_impossible").resolved == "2021-09-16"  # of that they agree
    links = rows(index, "SELECT status FROM citation_links WHERE citation = 'C01'")
    assert links == [("ambiguous",)] * 2


def test_what_is_made_up_witnesses_nothing(decision: Doc) -> None:
    told = article().flagged(ReviewItem(code="synthetic", severity="info", message=""))
    assert rows(linked([decision, told]), "SELECT * FROM witnesses") == []


def test_a_copy_whose_own_number_is_disputed_witnesses_nothing(decision: Doc) -> None:
    """The number of its header is not that of its attached note: either may be misread."""
    disputed = ReviewItem(code="internal_inconsistency", severity="high", field="/metadata/number", message="")
    copy = directive("c", "Quyết định", "1423/QĐ-BTTTT", "16 tháng 9 năm 2021", f"Về việc {TITLE}", QUOTED,
                     issuer="BỘ THÔNG TIN VÀ TRUYỀN THÔNG").flagged(disputed)  # fmt: skip
    assert rows(linked([decision, copy]), "SELECT kind, field FROM witnesses") == [("same_work", "/metadata/issued")]


def test_where_the_archive_holds_that_document_this_is_another(decision: Doc) -> None:
    held = directive("h", "Quyết định", "1423/QĐ-BTTTT", "20 tháng 9 năm 2021", "Về việc điều động cán bộ",
                     paragraphs(DUTIES[2:]), issuer="BỘ THÔNG TIN VÀ TRUYỀN THÔNG")  # fmt: skip
    assert rows(linked([decision, held, article()]), "SELECT * FROM witnesses") == []


def test_a_document_that_cites_that_number_is_another(decision: Doc) -> None:
    cited = article().directive.citations[1]
    itself = replace(decision, directive=decision.directive.model_copy(
        update={"citations": (*decision.directive.citations[:1], cited)}
    ))  # fmt: skip
    assert rows(linked([itself, article()]), "SELECT * FROM witnesses WHERE field = '/metadata/number'") == []


def test_a_blank_number_stays_blank_without_a_witness() -> None:
    blank = directive("b", "Kế hoạch", "/KH-BTTTT", "   tháng    năm 2021", "Truyền thông phòng, chống mưa bão", QUOTED,
                      issuer="BỘ THÔNG TIN VÀ TRUYỀN THÔNG")  # fmt: skip
    index = linked([blank, article()])
    assert {item.code for item in blank.directive.review} >= {"number_blank", "date_blank"}
    assert rows(index, "SELECT * FROM witnesses") == []
    assert rows(index, "SELECT number_state FROM works WHERE type = 'Kế hoạch' AND NOT external") == [("unread",)]


def test_a_persons_word_is_no_doubt_any_more(decision: Doc) -> None:
    said = NUMBER.model_copy(update={
        "resolved": "4423/QĐ-BTTTT", "witnesses": (Witness(kind="reviewer", text="An, 2026-01-02", where="reviews#1"),)
    })  # fmt: skip
    settled = replace(decision, directive=decision.directive.model_copy(update={"review": (said, DATE)}))
    index = linked([settled, article()])
    assert seen(index, settled, "number_misread") == said
    assert rows(index, "SELECT * FROM witnesses WHERE field = '/metadata/number'") == []


def test_a_clean_copy_witnesses_for_the_scan(decision: Doc) -> None:
    clean = directive("c", "Quyết định", "1423/QĐ-BTTTT", "16 tháng 9 năm 2021", f"Về việc {TITLE}", QUOTED,
                      issuer="BỘ THÔNG TIN VÀ TRUYỀN THÔNG")  # fmt: skip
    index = linked([decision, clean])
    assert rows(index, "SELECT number, documents FROM works") == [("1423/QĐ-BTTTT", 2)]
    number = seen(index, decision, "number_misread")
    assert (number.resolved, number.witnesses[0].kind) == ("1423/QĐ-BTTTT", "same_work")


def test_a_witness_that_left_witnesses_no_more(decision: Doc) -> None:
    index = linked([decision, article()])
    linked([decision], index)
    assert witnessed(index, decision.id, decision.directive) == decision.directive


def test_an_index_without_relations_shows_the_document_as_it_is(decision: Doc) -> None:
    with sqlite3.connect(":memory:") as empty:
        assert witnessed(empty, decision.id, decision.directive) == decision.directive


# -------------------------------------------------------------------- passages

SAID = ("Các cơ quan phổ biến nội dung kế hoạch này tới toàn thể cán bộ, công chức, viên chức để chung tay góp sức "
        "cùng ngành, triển khai có hiệu quả các nội dung, nhiệm vụ, giải pháp tại Quyết định số {} ngày 26/5/2021 của "
        "Bộ trưởng Bộ Thông tin và Truyền thông, hoàn thành trước mùa mưa bão, sớm ổn định đời sống nhân dân và "
        "sản xuất kinh doanh ở những xã vùng cao còn nhiều khó khăn sau lũ.")  # fmt: skip


def saying(name: str, number: str, kind: str = "") -> Doc:
    kinds = {"": "Kế hoạch", "b": "Báo cáo", "c": "Thông báo"}
    symbol = {"": "KH", "b": "BC", "c": "TB"}[kind]
    return directive(name, kinds[kind], f"1{len(kind)}/{symbol}-BTTTT", "05 tháng 10 năm 2021", f"Về việc {name * 3}",
                     f"1. {SAID.format(number)}", issuer="BỘ THÔNG TIN VÀ TRUYỀN THÔNG")  # fmt: skip


def test_a_passage_that_another_document_reads_clearly() -> None:
    doubtful, clear = saying("a", "23 6/QĐ-BTTTT"), saying("b", "236/QĐ-BTTTT", "b")
    index = linked([doubtful, clear])
    item = seen(index, doubtful, "citation_number_misread")
    assert (item.raw, item.resolved) == ("23 6/QĐ-BTTTT", "236/QĐ-BTTTT")
    assert [(w.kind, w.where) for w in item.witnesses] == [("passage", "b-00000000#bao-cao/1 p.1")]
    assert "tại Quyết định số 236/QĐ-BTTTT ngày 26/5/2021" in item.witnesses[0].text


def test_passages_that_are_in_doubt_or_differ_settle_nothing() -> None:
    doubtful = saying("a", "23 6/QĐ-BTTTT")
    assert rows(linked([doubtful, saying("b", "23 6/QĐ-BTTTT", "b")]), "SELECT * FROM witnesses") == []
    index = linked([doubtful, saying("b", "236/QĐ-BTTTT", "b"), saying("c", "286/QĐ-BTTTT", "c")])
    item = seen(index, doubtful, "citation_number_misread")
    assert item.resolved is None
    assert {a.value for a in item.alternatives} == {"236/QĐ-BTTTT", "286/QĐ-BTTTT"}


def test_the_cited_document_says_its_own_number() -> None:
    doubtful = saying("a", "23 6/QĐ-BTTTT")
    cited = directive("q", "Quyết định", "286/QĐ-BTTTT", "26 tháng 5 năm 2021", "Về việc thực hành tiết kiệm",
                      paragraphs(DUTIES[2:]), issuer="BỘ THÔNG TIN VÀ TRUYỀN THÔNG")  # fmt: skip
    item = seen(linked([doubtful, cited]), doubtful, "citation_number_misread")
    assert (item.resolved, item.witnesses[0].kind) == ("286/QĐ-BTTTT", "cited_document")
