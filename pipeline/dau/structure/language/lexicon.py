"""The words of administrative Vietnamese that the grammar turns on, read once from the package's data files."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def data(name: str) -> dict[str, Any]:
    """A file of `structure/data` as it stands; treat it as read-only."""
    text = files("dau.structure").joinpath(f"data/{name}.json").read_text(encoding="utf-8")
    loaded: dict[str, Any] = json.loads(text)
    return loaded


@dataclass(frozen=True)
class Assignment:
    """Words of assignment; see the note in data/assignment.json for what each list is."""

    verbs: tuple[str, ...]
    modals: tuple[str, ...]
    named: tuple[str, ...]
    roles: tuple[str, ...]
    classes: tuple[str, ...]
    tails: tuple[str, ...]
    quantifiers: tuple[str, ...]
    coordinate: tuple[str, ...]
    direct: tuple[str, ...]
    report: tuple[str, ...]
    adjuncts: tuple[str, ...]
    openers: dict[str, tuple[str, ...]]
    background_headings: tuple[str, ...]
    operative_headings: tuple[str, ...]
    compound: tuple[str, ...]
    execution: tuple[str, ...]


@cache
def assignment() -> Assignment:
    """The lexicon of data/assignment.json."""
    raw = data("assignment")
    lists = {key: tuple(value) for key, value in raw.items() if isinstance(value, list)}
    return Assignment(openers={key: tuple(value) for key, value in raw["openers"].items()}, **lists)


@cache
def comma_names() -> tuple[str, ...]:
    """Agencies whose own names hold a comma."""
    return tuple(data("agencies")["comma_names"])


@cache
def ministry_names() -> tuple[str, ...]:
    """What stands behind "Bộ" in the names of ministries, those of several syllables."""
    names = (entry["name"] for entry in data("agencies")["ministries"])
    return tuple(sorted({name.removeprefix("Bộ ") for name in names if name.startswith("Bộ ") and name.count(" ") > 1}))


@cache
def award_forms() -> tuple[str, ...]:
    """Names with which a form of award or a title of emulation begins."""
    return tuple(form["name"] for form in data("awards")["forms"])
