"""Tasks held against the trained categoriser of units, where no heading says what a unit is.

A heading that says it decides. Under any other heading, or none, the rules go by form: a unit that names nobody and
that the categoriser is sure lays no duty is no task; one that names its actor stays one, and the doubt is shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from dau.document.directive import ReviewItem, Task

from .sections import Tree, says_what_it_heads

Verdict = Literal["task", "doubtful", "none"]

_NONE, _DOUBTFUL = 0.05, 0.1
"""P(task) below which a unit without a named actor is no task, and below which a task is doubtful. Among units whose
heading is known, one in twenty of the former is a task (models/units/README.md)."""


def verdicts(tasks: Sequence[Task], tree: Tree, model: str) -> list[Verdict]:
    """For each task whether it is one; all are where `model` is "none"."""
    found: list[Verdict] = ["task"] * len(tasks)
    open_places = [n for n, task in enumerate(tasks) if model != "none" and not _decided(task, tree)]
    if not open_places:
        return found
    from ..language.units import probabilities  # imported with the first call: spaCy takes a second

    texts = [tree.by_id[tasks[n].node].text or tasks[n].text for n in open_places]
    for n, row in zip(open_places, probabilities(texts, model), strict=True):
        if row["task"] < _NONE and not tasks[n].assignees:
            found[n] = "none"
        elif row["task"] < _DOUBTFUL:
            found[n] = "doubtful"
    return found


def _decided(task: Task, tree: Tree) -> bool:
    """Whether a heading above says what the unit is."""
    node = tree.by_id[task.node]
    return any(says_what_it_heads(above.heading) for above in (node, *tree.ancestors(node)) if above.heading)


def doubt(task: Task, place: int | None) -> ReviewItem:
    """The flag of a doubtful task at a place of the list; of a unit that was not made a task where `place` is None."""
    kept = place is not None
    return ReviewItem(
        code="task_doubtful",
        severity="low" if kept else "info",
        field=f"/tasks/{place}" if kept else None,
        node=task.node,
        raw=task.text[:160],
        message="Có thể không phải nhiệm vụ: nội dung không giống đoạn giao việc"
        if kept
        else "Không coi là nhiệm vụ: đoạn không nêu ai thực hiện, nội dung không giống đoạn giao việc",
    )
