"""Who must act, where names are hard: titles before a Sở, lists behind a colon, names with verbs and commas in them; and
the doubts that are shown where a name could not be read."""

# ruff: noqa: E501 - sentences of the documents are kept whole

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dau.document.directive import Component, DocumentType, Issuer, Metadata, ReviewItem, Task
from dau.structure.duties.assignees import heading_actors
from dau.structure.duties.enumerated import enumerated
from dau.structure.duties.tasks import find_tasks
from dau.structure.language import read

from .outline import outline

PROVINCE = "Ủy ban nhân dân tỉnh Quảng Ngãi"


def found(text: str, kind: str = "Chỉ thị", root: str = "chi-thi") -> tuple[list[Task], list[ReviewItem]]:
    metadata = Metadata(type=DocumentType(name=kind), issuer=Issuer(name=PROVINCE))
    return find_tasks(outline(text), metadata, [Component(id=root, role="main", type=kind)])


def people(task: Task) -> list[tuple[str, str]]:
    return [(a.name, a.role) for a in task.assignees]


SENTENCES = [
    ("Giám đốc Sở Tài chính có trách nhiệm kiểm tra.", [("Giám đốc Sở Tài chính", "lead")]),
    (
        "Giám đốc Sở Quy hoạch - Kiến trúc thành phố Hà Nội chủ trì rà soát.",
        [("Giám đốc Sở Quy hoạch - Kiến trúc thành phố Hà Nội", "lead")],
    ),
    (
        "Ban Quản lý dự án Đầu tư xây dựng huyện Mộ Đức chịu trách nhiệm bàn giao công trình.",
        [("Ban Quản lý dự án Đầu tư xây dựng huyện Mộ Đức", "lead")],
    ),
    (
        "VNPT Quảng Ngãi chủ động phối hợp với Cục Thuế tỉnh để triển khai.",
        [("VNPT Quảng Ngãi", "lead"), ("Cục Thuế tỉnh", "coordinate")],
    ),
    (
        "Sở Tư pháp phối hợp chặt chẽ với cơ quan thuế hướng dẫn người nộp thuế.",
        [("Sở Tư pháp", "lead"), ("cơ quan thuế", "coordinate")],
    ),
    (
        "Giao các Bộ: Công an, Tài chính, Văn hóa, Thể thao và Du lịch, Tư pháp, Nông nghiệp và Môi trường có ý kiến gửi Ủy ban nhân dân tỉnh Đồng Nai để nghiên cứu, tiếp thu, báo cáo Thủ tướng Chính phủ.",
        [
            ("Bộ Công an", "lead"),
            ("Bộ Tài chính", "lead"),
            ("Bộ Văn hóa, Thể thao và Du lịch", "lead"),
            ("Bộ Tư pháp", "lead"),
            ("Bộ Nông nghiệp và Môi trường", "lead"),
            ("Ủy ban nhân dân tỉnh Đồng Nai", "report_to"),
        ],
    ),
    (
        "Giám đốc các Sở: Xây dựng, Kế hoạch và Đầu tư có trách nhiệm kiểm tra.",
        [("Giám đốc Sở Xây dựng", "lead"), ("Giám đốc Sở Kế hoạch và Đầu tư", "lead")],
    ),
    (
        "Sở Tài chính chủ trì, phối hợp với các Sở: Y tế, Ngoại vụ và UBND các huyện, thành phố tham mưu.",
        [
            ("Sở Tài chính", "lead"),
            ("Sở Y tế", "coordinate"),
            ("Sở Ngoại vụ", "coordinate"),
            ("UBND các huyện, thành phố", "coordinate"),
        ],
    ),
    (
        "Sở Y tế chủ động phối hợp Sở Nội vụ (Cơ quan Thường trực về Phòng, chống thiên tai), Sở Xây dựng cung cấp thông tin.",
        [("Sở Y tế", "lead"), ("Sở Nội vụ", "coordinate"), ("Sở Xây dựng", "coordinate")],
    ),
    (
        "Đối với các trường Đại học NCL chủ động liên hệ với các doanh nghiệp vận tải.",
        [("các trường Đại học NCL", "perform"), ("các doanh nghiệp vận tải", "coordinate")],
    ),
    (
        "Thủ trưởng các sở, ngành của tỉnh, Chủ tịch Ủy ban nhân dân các huyện, thành phố trong phạm vi chức năng, nhiệm vụ được giao có kế hoạch triển khai thực hiện Chỉ thị này.",
        [
            ("Thủ trưởng các sở, ngành của tỉnh", "lead"),
            ("Chủ tịch Ủy ban nhân dân các huyện, thành phố", "lead"),
        ],
    ),
    (
        "Giao cho Cục Thuế tỉnh theo dõi, định kỳ báo cáo kết quả với Ủy ban nhân dân tỉnh.",
        [("Cục Thuế tỉnh", "lead"), ("Ủy ban nhân dân tỉnh", "report_to")],
    ),
]


@pytest.mark.parametrize(("sentence", "expected"), SENTENCES)
def test_who_a_sentence_names(sentence: str, expected: list[tuple[str, str]]) -> None:
    tasks, review = found(f"chi-thi/1 | item | | {sentence}")
    assert [people(task) for task in tasks] == [expected]
    assert not review


def test_whom_one_works_with_is_not_who_acts() -> None:
    """The heading's owner acts, not the second of those behind "phối hợp với"."""
    tasks, _ = found(
        "chi-thi/1 | item | Chủ tịch UBND các huyện |\n"
        "chi-thi/1/-1 | bullet | | Căn cứ tình hình mưa, lũ, quyết định việc tạm dừng; đồng thời phối hợp với Sở Xây dựng, Công an tỉnh và các lực lượng chức năng phân luồng."
    )
    assert [people(task) for task in tasks] == [
        [
            ("Chủ tịch UBND các huyện", "lead"),
            ("Sở Xây dựng", "coordinate"),
            ("Công an tỉnh", "coordinate"),
            ("các lực lượng chức năng", "coordinate"),
        ]
    ]


@pytest.mark.parametrize(
    ("heading", "actors"),
    [
        ("Giám đốc Sở Giao thông vận tải", ["Giám đốc Sở Giao thông vận tải"]),
        (
            "Ban Chỉ đạo xoá nhà tạm, nhà dột nát huyện Bình Sơn",
            ["Ban Chỉ đạo xoá nhà tạm, nhà dột nát huyện Bình Sơn"],
        ),
        ("Sở Tài chính, kinh phí", None),
        ("Ban Chỉ đạo tỉnh, các sở, ngành thực hiện", None),
    ],
)
def test_headings(heading: str, actors: list[str] | None) -> None:
    subject = heading_actors(read(heading))
    assert (subject and [actor.name for actor in subject.actors]) == actors


ARTICLE = """quyet-dinh/dieu-2 | article | | Công ty TNHH MTV Lại Linh chịu trách nhiệm thực hiện những yêu cầu sau:
quyet-dinh/dieu-2/1 | clause | Công tác phòng ngừa sự cố |
quyet-dinh/dieu-2/1/-1 | bullet | | Bố trí đủ nhân lực, trang thiết bị kỹ thuật.
quyet-dinh/dieu-2/2 | clause | | Báo cáo kết quả với Sở Tài nguyên và Môi trường."""


def test_a_heading_without_agency_does_not_hide_whom_the_article_names() -> None:
    tasks, _ = found(ARTICLE, "Quyết định", "quyet-dinh")
    assert [(task.node, people(task)[0]) for task in tasks] == [
        ("quyet-dinh/dieu-2/1/-1", ("Công ty TNHH MTV Lại Linh", "lead")),
        ("quyet-dinh/dieu-2/2", ("Công ty TNHH MTV Lại Linh", "lead")),
    ]
    assert tasks[0].field is None


def test_a_letter_keeps_its_order_where_a_unit_names_who_acts() -> None:
    tasks, _ = found(
        "cong-van/p1 | paragraph | | Sở GD&ĐT yêu cầu Thủ trưởng các đơn vị thực hiện một số nội dung sau:\n"
        "cong-van/5 | item | | Các Trung tâm GDTX chủ động phối hợp với chính quyền địa phương.",
        "Công văn",
        "cong-van",
    )
    assert people(tasks[-1])[0] == ("Các Trung tâm GDTX", "lead")


def test_a_page_number_is_no_duty() -> None:
    assert found("chi-thi/1 | item | Sở Y tế |\nchi-thi/1/p1 | paragraph | | 1")[0] == []


def test_a_name_that_was_not_read_is_told() -> None:
    tasks, review = found(
        "chi-thi/1 | item | Sở Y tế |\nchi-thi/1/-1 | bullet | | Agribank Đức Phổ có trách nhiệm giải ngân."
    )
    assert people(tasks[0]) == [("Sở Y tế", "lead")]
    (doubt,) = review
    assert (doubt.code, doubt.severity, doubt.field, doubt.node) == (
        "task_doubtful", "medium", "/tasks/0/assignees", "chi-thi/1/-1",
    )  # fmt: skip


@pytest.mark.parametrize(
    "sentence",
    ["Rà soát, có trách nhiệm báo cáo.", "Trong đó, phải bảo đảm tiến độ.", "Sở Y tế có trách nhiệm báo cáo."],
)
def test_no_doubt_without_a_name(sentence: str) -> None:
    assert found(f"chi-thi/1 | item | Sở Y tế |\nchi-thi/1/-1 | bullet | | {sentence}")[1] == []


def test_a_heading_that_was_not_read_whole_is_told() -> None:
    _, review = found(
        "thong-bao/1 | item | Trạm Kiểm lâm Thượng Hóa, Trạm |\nthong-bao/1/a | point | | Tiếp tục tuần tra.",
        "Thông báo",
        "thong-bao",
    )
    assert [(doubt.code, doubt.severity, doubt.node) for doubt in review] == [
        ("task_doubtful", "medium", "thong-bao/1")
    ]


@given(st.text(max_size=80), st.sampled_from(["các Sở", "Giám đốc các Bộ", "các huyện"]))
def test_what_is_enumerated_stands_in_the_text(rest: str, name: str) -> None:
    reading = read(f"{name}: {rest}")
    at = next(i for i, word in enumerate(reading.words) if word == ":")
    told = enumerated(reading, name, at)
    if told:
        names, end = told
        assert len(names) > 1 and at < end <= len(reading.words)
        printed = " ".join(reading.text.split())
        assert all(member.split(" ", 1 if not name.startswith("Giám") else 3)[-1] in printed for member in names)
