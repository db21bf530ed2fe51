"""The words of the interface, Vietnamese and English; Vietnamese unless somebody asks otherwise."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from fastapi import Request

Code = Literal["vi", "en"]
COOKIE, PARAMETER = "dau_lang", "lang"
_WORDS = tuple(Path(__file__).with_name(name) for name in ("words.json", "words-more.json"))


@cache
def words() -> Mapping[str, Mapping[Code, str]]:
    """Every text of the interface by its key, in both languages."""
    found: dict[str, dict[Code, str]] = {}
    for file in _WORDS:
        found |= json.loads(file.read_text(encoding="utf-8"))
    return found


@dataclass(frozen=True)
class Language:
    """Called with a key it gives the text; `{name}` in a text is filled in."""

    code: Code

    def __call__(self, key: str, **values: object) -> str:
        text = words()[key][self.code]
        return text.format(**values) if values else text

    def known(self, prefix: str, value: str | None) -> str:
        """The text of a value out of a closed list, itself where there is none: `known("severity", "high")`."""
        found = words().get(f"{prefix}.{value}")
        return found[self.code] if found else (value or "")

    @property
    def other(self) -> Code:
        return "en" if self.code == "vi" else "vi"


def asked(request: Request) -> Code | None:
    """The language that the address asks for."""
    return _code(request.query_params.get(PARAMETER))


def language_of(request: Request) -> Language:
    """That of the address, else of the cookie, else Vietnamese."""
    return Language(asked(request) or _code(request.cookies.get(COOKIE)) or "vi")


def _code(text: str | None) -> Code | None:
    return "vi" if text == "vi" else "en" if text == "en" else None
