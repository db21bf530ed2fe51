"""Documents for tests of exports: any that document.json can hold, and archives of them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin

from hypothesis import strategies as st
from pydantic import BaseModel, JsonValue

from dau.archive.folder import folder_name, write_document
from dau.archive.manifest import ManifestLine, SourceFile
from dau.archive.paths import text_of
from dau.archive.review_events import ReviewEvent
from dau.archive.store import Archive
from dau.document.directive import Directive, Task
from dau.document.transcript import Transcript, TranscriptPage, lines_of_text
from dau.export.arrow import DAYS

SETTINGS = "cd" * 32
HOSTILE = (
    "=cmd|' /C calc'!A0", "+1+1", "-2", "@SUM(A1)", "'=1", "''", "\t=1", " =1", "＝1", "\x00", "a\x00=b", "\x1b[31m",
    "\r\n", "\n=1", "\\x00", "\\", '"', '","', "';'", "\u2028", "\u2029\x85", "\u202egpj.exe", "\ufeff", "\ufffe",
    "x" * 200_000, "e\u0302\u0301", "ế", "😀", "null", "NULL", "\\N", "NaN", "true", "04", "1.10", "", " ",
    "../../etc/passwd",
)  # fmt: skip
TEXTS = st.one_of(st.text(st.characters(exclude_categories=["Cs"]), max_size=8), st.sampled_from(HOSTILE))
_PLAIN: dict[Any, st.SearchStrategy[Any]] = {
    str: TEXTS,
    int: st.integers(0, 10_000),
    float: st.floats(-1e6, 1e6),
    bool: st.booleans(),
    JsonValue: st.one_of(st.none(), TEXTS, st.booleans(), st.lists(TEXTS, max_size=2)),
}
_DAY = st.one_of(st.none(), st.dates().map(lambda day: day.isoformat()))


@cache
def models(model: type[BaseModel]) -> st.SearchStrategy[Any]:
    """Any value of a model, days in the calendar."""
    return st.builds(model, **{
        name: _DAY if (model, name) in DAYS else _values(field.annotation)
        for name, field in model.model_fields.items()
    })  # fmt: skip


def _values(hint: Any) -> st.SearchStrategy[Any]:
    if hint in _PLAIN:
        return _PLAIN[hint]
    origin, args = get_origin(hint), get_args(hint)
    if origin in (Union, UnionType):
        return st.one_of(*(st.none() if each is NoneType else _values(each) for each in args))
    if origin is Literal:
        return st.sampled_from(args)
    if origin is tuple:
        if args[-1] is Ellipsis:
            return st.lists(_values(args[0]), max_size=2).map(tuple)
        return st.tuples(*map(_values, args))
    if origin is dict:
        return st.dictionaries(TEXTS, _values(args[1]), max_size=2)
    return models(hint)


@dataclass(frozen=True)
class Given:
    """A document in the shape that exports read (`dau.export.held.Held`), without an archive around it."""

    folder: Path
    sha256: str
    inputs: tuple[str, ...]
    directive: Directive
    transcript: Transcript = field(default_factory=Transcript)
    events: tuple[ReviewEvent, ...] = ()
    fates: Mapping[str, str] = field(default_factory=dict)
    rejected: tuple[Task, ...] = ()

    @property
    def id(self) -> str:
        return self.folder.name


def directives() -> st.SearchStrategy[Directive]:
    """Any document.json."""
    return models(Directive)


def archive_of(root: Path, directives: Iterable[Directive], inputs: str = "/in/{}.pdf") -> Path:
    """An archive that holds these documents."""
    transcript = Transcript(pages=(TranscriptPage(number=1, text_source="text", lines=lines_of_text("một\nhai")),))
    with Archive.open(root) as archive:
        for number, directive in enumerate(directives):
            path = inputs.format(number)
            sha256 = hashlib.sha256(path.encode()).hexdigest()
            name = folder_name(sha256, SETTINGS)
            written = {"document.json": directive.model_dump_json().encode(),
                       "transcript.json": transcript.model_dump_json().encode()}  # fmt: skip
            source = SourceFile(path=text_of(path), sha256=sha256, bytes=1)
            archive.append(ManifestLine(event="received", source=source, settings=SETTINGS))
            files = write_document(archive.root, name, written)
            archive.append(
                ManifestLine(event="outcome", source=source, status="success", document=name, files=files,
                             pages={1: "success"}, settings=SETTINGS)
            )  # fmt: skip
    return root
