"""Marks of form (data/form.json): authority prefixes, secrecy and urgency stamps, the alphabet of points."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def _data() -> dict[str, Any]:
    data: dict[str, Any] = json.loads(files("dau.structure").joinpath("data/form.json").read_text(encoding="utf-8"))
    return data


def authority_prefixes() -> tuple[str, ...]:
    """TM, KT, TL …, without their stops."""
    return tuple(prefix.rstrip(".") for prefix in _data()["authority_prefixes"])


def stamps(kind: str) -> tuple[str, ...]:
    """The stamps of a kind: `secrecy`, `urgency`, `circulation`."""
    return tuple(_data()[kind])


def point_alphabet() -> str:
    """The letters of points in order: with đ, without f, j, w and z."""
    return "".join(_data()["point_alphabet"])
