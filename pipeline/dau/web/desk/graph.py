"""A small layered drawing: works in columns by how many steps of relations lie between them and one in the middle.

What points to the work in the middle stands left of it, what it points to right. Pure geometry; the template draws.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from textwrap import wrap
from typing import Any

WIDTH, HEIGHT = 220, 42
"""Of a box, in the units of the drawing."""
_ACROSS, _DOWN = 110, 8
"""Between boxes."""
_LINE = 28
"""Characters of a line in a box."""


@dataclass(frozen=True)
class Box:
    """A work, with its left upper corner. `lines`: its label, cut to fit."""

    work: Mapping[str, Any]
    x: int
    y: int
    lines: tuple[str, ...]
    middle: bool


@dataclass(frozen=True)
class Arrow:
    """A relation. `path` is an SVG path from box to box."""

    edge: Mapping[str, Any]
    path: str


@dataclass(frozen=True)
class Drawing:
    width: int
    height: int
    boxes: list[Box]
    arrows: list[Arrow]


def drawn(works: Mapping[str, Mapping[str, Any]], edges: Iterable[Mapping[str, Any]], middle: str) -> Drawing:
    """A drawing of works around the one in the middle; edges between works that are not given are left out."""
    edges = [each for each in edges if each["source"] in works and each["target"] in works]
    columns = _columns(works, edges, middle)
    height = max(len(column) for column in columns.values()) * (HEIGHT + _DOWN) - _DOWN + 8
    first = min(columns)
    boxes: dict[str, Box] = {}
    for number, names in sorted(columns.items()):
        free = height - (len(names) * (HEIGHT + _DOWN) - _DOWN)
        for place, name in enumerate(names):
            x, y = (number - first) * (WIDTH + _ACROSS) + 4, free // 2 + place * (HEIGHT + _DOWN)
            boxes[name] = Box(works[name], x, y, _lines(str(works[name]["label"])), name == middle)
    arrows = [Arrow(each, _path(boxes[each["source"]], boxes[each["target"]])) for each in edges]
    return Drawing(len(columns) * (WIDTH + _ACROSS) - _ACROSS + 8, height, list(boxes.values()), arrows)


def _columns(works: Iterable[str], edges: list[Mapping[str, Any]], middle: str) -> dict[int, list[str]]:
    """Works by column, those without a way to the middle in none: steps out count up, steps in count down."""
    near: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for edge in edges:
        near[edge["source"]].append((edge["target"], 1))
        near[edge["target"]].append((edge["source"], -1 if edge["directed"] else 1))
    column, waiting = {middle: 0}, [middle]
    for name in waiting:
        side = column[name]
        for other, step in near[name]:
            if other not in column:
                column[other] = side + (step if side == 0 or (side > 0) == (step > 0) else (1 if side > 0 else -1))
                waiting.append(other)
    found: dict[int, list[str]] = defaultdict(list)
    for name in works:
        if name in column:
            found[column[name]].append(name)
    return dict(zip(sorted(found), [found[number] for number in sorted(found)], strict=True))


def _lines(label: str) -> tuple[str, ...]:
    return tuple(wrap(label, _LINE, max_lines=2, placeholder="…", break_long_words=True)) or ("…",)


def _path(source: Box, target: Box) -> str:
    """A curve between the sides that face each other; between boxes of one column it bows out to the right."""
    y0, y1 = source.y + HEIGHT // 2, target.y + HEIGHT // 2
    if source.x == target.x:
        x = source.x + WIDTH
        return f"M{x},{y0} C{x + 60},{y0} {x + 60},{y1} {x},{y1}"
    right = source.x < target.x
    x0, x1 = (source.x + WIDTH, target.x) if right else (source.x, target.x + WIDTH)
    middle = (x0 + x1) // 2
    return f"M{x0},{y0} C{middle},{y0} {middle},{y1} {x1},{y1}"
