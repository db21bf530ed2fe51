"""What an export reads of a document: a `dau.corrected.Held`, or anything of the same shape."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

from ..archive.review_events import ReviewEvent
from ..document.directive import Directive, Task
from ..document.transcript import Transcript


class Held(Protocol):
    """A current document of an archive, corrections applied. `folder` is where its files lie, `id` the folder's
    name, `inputs` the paths it came from, as the manifest writes them, `sha256` that of their content; `events` are
    what people said of it, `fates` says what became of each, `rejected` are tasks they said are none. `directive` and
    `transcript` raise InputError where a file is damaged."""

    @property
    def folder(self) -> Path: ...
    @property
    def id(self) -> str: ...
    @property
    def sha256(self) -> str: ...
    @property
    def inputs(self) -> tuple[str, ...]: ...
    @property
    def directive(self) -> Directive: ...
    @property
    def transcript(self) -> Transcript: ...
    @property
    def events(self) -> Sequence[ReviewEvent]: ...
    @property
    def fates(self) -> Mapping[str, str]: ...
    @property
    def rejected(self) -> tuple[Task, ...]: ...
