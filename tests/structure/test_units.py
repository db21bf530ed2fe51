"""The categoriser of units, and what the parser makes of its opinion: only where no heading decides, only if clear."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from dau.document.directive import Component, Metadata, Node, ReviewItem, Task
from dau.document.errors import DependencyError
from dau.document.orthography import bare
from dau.structure import StructureSettings, model_versions
from dau.structure.duties.sections import says_what_it_heads
from dau.structure.duties.tasks import find_tasks
from dau.structure.language import units

from .outline import outline

PLAN = Metadata.model_validate({"type": {"name": "Kế hoạch"}, "issued": {"date": "2021-09-16"}})
COMPONENTS = [Component(id="ke-hoach", role="main", type="Kế hoạch")]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Chủ trì, phối hợp với các cơ quan liên quan hướng dẫn, kiểm tra, đôn đốc việc thực hiện Kế hoạch.", "task"),
        ("Có bằng tốt nghiệp đại học trở lên, có ít nhất 03 năm kinh nghiệm.", "criterion"),
        ("Bảo đảm công khai, minh bạch, khách quan, đúng quy định của pháp luật.", "principle"),
        ("Trong Thông tư này, các từ ngữ dưới đây được hiểu như sau:", "other"),
    ],
)
def test_plain_cases_with_and_without_diacritics(text: str, kind: str) -> None:
    for found in units.probabilities([text, bare(text)]):
        assert max(found, key=lambda label: found[label]) == kind


def test_probabilities_are_a_distribution_for_any_text() -> None:
    texts = ["", " \n", "…", "1.", "đ" * 3000, "từ " * 3000, "Sở Y tế báo cáo."]
    found = units.probabilities(texts)
    assert len(found) == len(texts) and units.probabilities([]) == []
    assert all(set(row) == set(units.LABELS) and sum(row.values()) == pytest.approx(1, abs=1e-5) for row in found)


def test_the_answer_does_not_depend_on_the_company() -> None:
    texts = ["Sở Y tế báo cáo trước ngày 30/9/2021.", "", "Phạm vi điều chỉnh của Quyết định này"]
    alone = [units.probabilities([text])[0] for text in texts]
    for one, other in zip(alone, units.probabilities(texts), strict=True):
        assert one == pytest.approx(other, abs=1e-6)


def test_the_model_is_in_the_digest_and_a_missing_one_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert len(model_versions(StructureSettings())["dau.structure.units"]) == 64
    assert model_versions(StructureSettings(unit_model="none")) == {}
    monkeypatch.setenv("DAU_MODELS", str(tmp_path))
    with pytest.raises(DependencyError, match="absent"):
        model_versions(StructureSettings(unit_model="absent"))
    with pytest.raises(DependencyError, match="absent"):
        units.probabilities(["Sở Y tế"], "absent")


@pytest.mark.parametrize("content", [b"", b"\x00" * 50, b'{"network": 1}'])
def test_a_broken_model_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "broken").mkdir()
    settings = '{"network": {"bare": 1, "start": 0, "length": 16}, "temperature": 1}'
    (tmp_path / "broken/settings.json").write_text(settings, encoding="utf-8")
    (tmp_path / "broken/model").write_bytes(content)
    monkeypatch.setenv("DAU_MODELS", str(tmp_path))
    with pytest.raises(DependencyError, match="broken"):
        units.probabilities(["Sở Y tế"], "broken")


# ------------------------------------------------------------------ what the parser makes of it


@pytest.mark.parametrize(
    ("heading", "known"),
    [
        ("Trách nhiệm của Sở Tài chính", True),
        ("CÁC NHIỆM VỤ TRỌNG TÂM", True),
        ("Nguyên tắc", True),
        ("MUC TIEU", True),
        ("Lĩnh vực Bưu chính", False),
        ("Chuyển đổi số", False),
    ],
)
def test_headings_that_say_what_they_head(heading: str, known: bool) -> None:
    assert says_what_it_heads(heading) is known


def _judged(
    monkeypatch: pytest.MonkeyPatch, nodes: Sequence[Node], p: float, model: str = "units"
) -> tuple[list[Task], list[ReviewItem]]:
    """The tasks where the categoriser gives every unit P(task) = p."""
    monkeypatch.setattr(units, "probabilities", lambda texts, name: [{"task": p} for _ in texts])
    tasks, review = find_tasks(nodes, PLAN, COMPONENTS, unit_model=model)
    return tasks, [item for item in review if item.code == "task_doubtful"]


_UNNAMED = "ke-hoach/1 | item | | Phát triển hạ tầng số.\nke-hoach/2 | item | | Xây dựng cơ sở dữ liệu."
_NAMED = "ke-hoach/1 | item | | Sở Y tế chủ trì rà soát quy chuẩn."
_HEADED = "ke-hoach/I | section | Nhiệm vụ trọng tâm |\nke-hoach/I/1 | item | | Phát triển hạ tầng số."


@pytest.mark.parametrize(
    ("rows", "p", "tasks", "severities"),
    [
        (_UNNAMED, 0.9, 2, []),
        (_UNNAMED, 0.2, 2, []),
        (_UNNAMED, 0.08, 2, ["low", "low"]),
        (_UNNAMED, 0.01, 0, ["info", "info"]),
        (_NAMED, 0.9, 1, []),
        (_NAMED, 0.01, 1, ["low"]),  # who is named has the duty, whatever it sounds like
        (_HEADED, 0.01, 1, []),  # the heading decides
    ],
)
def test_only_a_clear_opinion_counts_and_only_without_a_heading(
    monkeypatch: pytest.MonkeyPatch, rows: str, p: float, tasks: int, severities: list[str]
) -> None:
    found, doubts = _judged(monkeypatch, outline(rows), p)
    assert [task.id for task in found] == [f"T{n:03d}" for n in range(1, tasks + 1)]
    assert [item.severity for item in doubts] == severities
    assert all(item.node for item in doubts)


def test_the_flag_points_to_its_task(monkeypatch: pytest.MonkeyPatch) -> None:
    found, doubts = _judged(monkeypatch, outline(_UNNAMED), 0.08)
    assert [item.field for item in doubts] == ["/tasks/0", "/tasks/1"]
    assert [found[n].node for n in (0, 1)] == [item.node for item in doubts]


def test_without_the_model_the_rules_decide(monkeypatch: pytest.MonkeyPatch) -> None:
    found, doubts = _judged(monkeypatch, outline(_UNNAMED), 0.01, model="none")
    assert len(found) == 2 and not doubts
