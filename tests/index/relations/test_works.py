"""Which documents are one work, and to which works citations lead."""

from __future__ import annotations

from dau.document.directive import ReviewItem

from .making import DUTIES, directive, doc, edges, linked, paragraphs, rows

PLAN = paragraphs(DUTIES[:3])
OTHER = paragraphs(DUTIES[3:])
UBND_QN = "ỦY BAN NHÂN DÂN\nTỈNH QUẢNG NGÃI"
UBND_TV = "ỦY BAN NHÂN DÂN\nTỈNH TRÀ VINH"


def plan(name: str, number: str, day: str, body: str = PLAN, **more: str):  # type: ignore[no-untyped-def]
    return directive(name, "Kế hoạch", number, day, "Triển khai công tác phòng, chống mưa bão", body, **more)


def works(*documents) -> list[tuple[object, ...]]:  # type: ignore[no-untyped-def]
    return rows(linked(documents), "SELECT number, documents FROM works WHERE NOT external ORDER BY number, documents")


def test_scans_of_one_document_are_one_work() -> None:
    scan = plan("scan", "12/KH-BNV", "05 tháng 02 năm 2021", PLAN.replace("mưa", "mua").replace("hằng", "hang"))
    assert works(plan("a", "12/KH-BNV", "05 tháng 02 năm 2021"), scan) == [("12/KH-BNV", 2)]


def test_a_form_filled_in_twice_is_two_works() -> None:
    """Nearly the same text, but their numbers are read and differ."""
    assert works(plan("a", "12/KH-BNV", "05 tháng 02 năm 2021"), plan("b", "13/KH-BNV", "06 tháng 3 năm 2021")) == [
        ("12/KH-BNV", 1), ("13/KH-BNV", 1),
    ]  # fmt: skip


def test_equal_numbers_of_two_years_provinces_or_texts_are_two_works() -> None:
    one = plan("a", "12/KH-UBND", "05 tháng 02 năm 2021", issuer=UBND_QN, place="Quảng Ngãi")
    for other in (
        plan("b", "12/KH-UBND", "05 tháng 02 năm 2022", issuer=UBND_QN, place="Quảng Ngãi"),
        plan("b", "12/KH-UBND", "05 tháng 02 năm 2021", issuer=UBND_TV, place="Trà Vinh"),
        plan("b", "12/KH-UBND", "05 tháng 02 năm 2021", OTHER + "\n\n" + PLAN[:40], issuer=UBND_QN, place="Quảng Ngãi"),
    ):
        assert works(one, other) == [("12/KH-UBND", 1), ("12/KH-UBND", 1)]


def test_a_copy_without_a_number_is_the_same_work_by_its_text() -> None:
    found = linked([plan("a", "12/KH-BNV", "05 tháng 02 năm 2021"), plan("b", "   /KH-BNV", "   tháng    năm 2021")])
    assert rows(found, "SELECT number, documents FROM works") == [("12/KH-BNV", 2)]
    assert edges(found) == [("Kế hoạch 12/KH-BNV (05/02/2021)", "same_work", "Kế hoạch 12/KH-BNV (05/02/2021)")]


def test_a_copy_that_may_be_of_two_documents_joins_neither() -> None:
    """Two forms with different numbers, and a third copy without one: which it is of, nobody knows."""
    found = linked([
        plan("a", "12/KH-BNV", "05 tháng 02 năm 2021"), plan("b", "13/KH-BNV", "05 tháng 02 năm 2021"),
        plan("c", "   /KH-BNV", "   tháng    năm 2021"),
    ])  # fmt: skip
    assert len(rows(found, "SELECT 1 FROM works WHERE NOT external")) == 3
    said = rows(found, "SELECT inferred, ambiguous, confidence FROM edges WHERE kind = 'same_work'")
    assert said == [(1, 1, 0.5)] * 2


def test_what_is_made_up_is_joined_with_nothing_and_cited_by_none() -> None:
    made_up = plan("b", "12/KH-BNV", "05 tháng 02 năm 2021").flagged(
        ReviewItem(code="synthetic", severity="info", message="")
    )
    text = "Thực hiện Kế hoạch số 12/KH-BNV ngày 05/02/2021 của Bộ Nội vụ, các đơn vị báo cáo."
    citing = directive("c", "Công văn", "7/BNV-TC", "09 tháng 3 năm 2021", "V/v thực hiện kế hoạch", text)
    found = linked([plan("a", "12/KH-BNV", "05 tháng 02 năm 2021"), made_up, citing])
    real = rows(found, "SELECT work FROM work_documents WHERE document LIKE 'a-%'")
    assert rows(found, "SELECT target FROM edges WHERE kind IN ('cites', 'implements')") == real
    alone = linked([made_up, citing])
    assert rows(alone, "SELECT status FROM citation_links") == [("external",)]


# ------------------------------------------------------------------- citations


def citing(text: str, **more: str):  # type: ignore[no-untyped-def]
    return directive("z", "Báo cáo", "90/BC-UBND", "20 tháng 12 năm 2024", "Tình hình thực hiện", text, **more)


def chi_thi(name: str, number: str, day: str, issuer: str = "BỘ NỘI VỤ", place: str = "Hà Nội", body: str = PLAN):  # type: ignore[no-untyped-def]
    return directive(name, "Chỉ thị", number, day, "Về việc tăng cường công tác", body, issuer=issuer, place=place)


def test_a_citation_leads_to_the_document_of_its_year_and_province() -> None:
    """11/CT-UBND was issued in each province and each year."""
    of = {"issuer": UBND_QN, "place": "Quảng Ngãi"}
    held = [
        chi_thi("a", "11/CT-UBND", "11 tháng 5 năm 2021", **of),
        chi_thi("b", "11/CT-UBND", "11 tháng 9 năm 2024", **of),
        chi_thi("c", "11/CT-UBND", "04 tháng 8 năm 2021", UBND_TV, "Trà Vinh", OTHER),
    ]  # fmt: skip
    text = "Thực hiện Chỉ thị số 11/CT-UBND ngày 11/5/2021 của Chủ tịch Ủy ban nhân dân tỉnh, các sở đã báo cáo."
    found = linked([*held, citing(text, **of)])
    (link,) = rows(found, "SELECT status, confidence, work FROM citation_links WHERE citation <> 'C00'")
    assert link[:2] == ("resolved", 0.98)
    assert rows(found, "SELECT document FROM work_documents WHERE work = ?", link[2]) == [("a-00000000",)]
    assert edges(found, "implements") == [
        ("Báo cáo 90/BC-UBND (20/12/2024)", "implements", "Chỉ thị 11/CT-UBND (11/05/2021)")
    ]
    away = linked([*held[:2], citing(text, issuer=UBND_TV, place="Trà Vinh")])
    assert rows(away, "SELECT status FROM citation_links") == [("external",)]


def test_all_that_may_be_meant_are_kept() -> None:
    held = [
        chi_thi("a", "11/CT-BNV", "11 tháng 5 năm 2021"),
        chi_thi("b", "11/CT-BNV", "11 tháng 9 năm 2020", body=OTHER),
    ]
    found = linked([*held, citing("Các đơn vị thực hiện nghiêm Chỉ thị số 11/CT-BNV.", issuer="BỘ NỘI VỤ")])
    links = rows(found, "SELECT status, confidence FROM citation_links")
    assert links == [("ambiguous", 0.3)] * 2
    assert rows(found, "SELECT ambiguous FROM edges WHERE kind = 'implements'") == [(1,), (1,)]


def test_another_day_is_a_doubt_and_no_resolution() -> None:
    held = chi_thi("a", "11/CT-BNV", "11 tháng 5 năm 2021")
    found = linked([held, citing("Thực hiện Chỉ thị số 11/CT-BNV ngày 17/5/2021 của Bộ Nội vụ.", issuer="BỘ NỘI VỤ")])
    assert rows(found, "SELECT status, confidence FROM citation_links") == [("ambiguous", 0.4)]


def test_works_outside_the_archive_are_one_node_for_all_who_cite_them() -> None:
    one = citing("Thực hiện Nghị quyết số 128/NQ-CP ngày 11/10/2021 của Chính phủ, các sở báo cáo.", issuer="BỘ NỘI VỤ")
    two = directive("b", "Kế hoạch", "12/KH-BTC", "05 tháng 11 năm 2021", "Phục hồi sản xuất",
                    "Thực hiện Nghị quyết số 128/NQ-CP và Nghị quyết số 68/NQ-CP ngày 01/7/2021 của Chính phủ.",
                    issuer="BỘ TÀI CHÍNH")  # fmt: skip
    found = linked([one, two])
    assert rows(found, "SELECT label, external FROM works WHERE external ORDER BY label") == [
        ("Nghị quyết 128/NQ-CP (11/10/2021)", 1), ("Nghị quyết 68/NQ-CP (01/07/2021)", 1),
    ]  # fmt: skip
    into = rows(found, "SELECT source FROM relations WHERE target LIKE 'Nghị quyết 128%' ORDER BY 1")
    assert into == [("Báo cáo 90/BC-UBND (20/12/2024)",), ("Kế hoạch 12/KH-BTC (05/11/2021)",)]


def test_a_plan_scanned_alone_is_attached_to_its_decision() -> None:
    decision = directive("a", "Quyết định", "1423/QĐ-BTTTT", "16 tháng 9 năm 2021", "Về việc ban hành Kế hoạch",
                         "Điều 1. Ban hành kèm theo Quyết định này Kế hoạch.", OTHER,
                         issuer="BỘ THÔNG TIN VÀ TRUYỀN THÔNG")  # fmt: skip
    alone = doc("b", "KẾ HOẠCH\nPhòng, chống mưa bão\n(Kèm theo Quyết định số 1423/QĐ-BTTTT ngày 16 tháng 9 năm 2021 "
                f"của Bộ trưởng Bộ Thông tin và Truyền thông)\n\n{PLAN}\n")  # fmt: skip
    found = linked([decision, alone])
    ((_, kind, target),) = edges(found, "attached")
    assert (kind, target) == ("attached", "Quyết định 1423/QĐ-BTTTT (16/09/2021)")
    query = "SELECT words, page, other_document FROM edge_evidence JOIN edges ON id = edge WHERE kind = 'attached'"
    ((words, page, there),) = rows(found, query)
    assert str(words).startswith("Kèm theo Quyết định số 1423/QĐ-BTTTT") and (page, there) == (1, "a-00000000")
