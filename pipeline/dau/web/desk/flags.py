"""What a flag says, in the reader's language: a sentence for its code, filled in with the flag's own data.

The message in document.json is the parser's, in Vietnamese, and stays as it is; the page of a doubt shows it too.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Any, Protocol

from dau.corrected import Reason
from dau.document.directive import NotApplied, ReviewItem

from .language import Code, Language

_LONGEST = 120
"""Characters of a reading that are shown in a sentence."""


class Named(Protocol):
    """A row of the index (`flags`), or anything with its columns by name."""

    def __getitem__(self, key: str, /) -> Any: ...


@dataclass(frozen=True)
class Sentence:
    """What a code says where all its blanks can be filled, and the flag is about `of` (the first part of its field) and
    reads `raw`, where these are given."""

    texts: Mapping[Code, str]
    of: str | None = None
    raw: str | None = None

    def fits(self, field: str | None, blanks: Mapping[str, str]) -> bool:
        if self.of is not None and self.of != (field or "").strip("/").split("/")[0]:
            return False
        if self.raw is not None and self.raw != blanks["raw"]:
            return False
        return all(blanks[name] for name in self.blanks())

    def blanks(self) -> Iterator[str]:
        return (name for _, name, *_ in Formatter().parse(self.texts["vi"]) if name)


@dataclass(frozen=True)
class Kind:
    """What flags of a code are called, and what they say: the first sentence that fits."""

    name: Mapping[Code, str]
    sentences: tuple[Sentence, ...]


@cache
def kinds() -> Mapping[str, Kind]:
    """Every code of flags with its words."""
    found: dict[str, Kind] = {}
    for code, told in json.loads(Path(__file__).with_name("flags.json").read_text(encoding="utf-8")).items():
        sentences = tuple(
            Sentence({"vi": each["vi"], "en": each["en"]}, each.get("of"), each.get("raw")) for each in told["says"]
        )
        found[code] = Kind(told["name"], sentences)
    return found


def kind_name(code: str, language: Language) -> str:
    """What flags of a code are called; the code itself where it is not known."""
    return kinds()[code].name[language.code] if code in kinds() else code


def told(item: ReviewItem, language: Language) -> str:
    """What a flag says."""
    others = [each.value for each in item.alternatives if each.value]
    witness = item.witnesses[0].text if item.witnesses else ""
    raw = item.raw if isinstance(item.raw, tuple) else (item.raw,)
    return _said(
        language, item.code, item.message, item.field, item.page, raw, item.resolved, others, witness, item.unapplied
    )


def told_of_row(row: Named, language: Language) -> str:
    """The same of a row of the index, which holds neither alternatives nor witnesses, nor why a review was not
    applied."""
    return _said(language, row["code"], row["message"], row["field"], row["page"], (row["raw"],), row["resolved"])


def _said(
    language: Language, code: str, message: str, field: str | None, page: int | None, raw: Sequence[str | None],
    resolved: str | None, others: Sequence[str] = (), witness: str = "",
    unapplied: NotApplied | None = None,
) -> str:
    """The sentence; the message as recorded where the code is not known."""
    blanks = {
        "raw": _short(" | ".join(filter(None, raw))), "resolved": _short(resolved or ""), "witness": _short(witness),
        "page": str(page or ""), "others": ", ".join(f"“{_short(each)}”" for each in others[:3]),
        **_unapplied(unapplied, language),
    }  # fmt: skip
    sentences = kinds()[code].sentences if code in kinds() else ()
    found = next((each for each in sentences if each.fits(field, blanks)), None)
    return found.texts[language.code].format(**blanks) if found else message


def _unapplied(told: NotApplied | None, language: Language) -> dict[str, str]:
    """Who said what, when, and why it could not be applied, as far as that is known."""
    if told is None:
        return {"by": "", "at": "", "did": "", "reason": ""}
    values = {name: _short(value) for name, value in told.values.items()}
    after = f": “{_short(told.after)}”" if told.after else ""
    return {
        "by": _short(told.by or ""), "at": (told.at or "")[:10],
        "did": f"{language.known('action', told.action)}{after}",
        "reason": Reason(told.reason, values).said(language.code),
    }  # fmt: skip


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1].rstrip() + "…"
