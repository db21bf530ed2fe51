"""Proof that nothing is lost: what was received against what came of it, and every file against its checksum."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeVar

from pydantic import BaseModel, ValidationError

from ..document.directive import Directive
from ..document.errors import InputError
from ..document.transcript import Transcript
from . import state as states
from .completeness import missing_pages, strange_events, strange_source
from .fingerprint import line_number
from .folder import DOCUMENTS, TEMPORARY, checksums_of, files_below, folder_name, sha256_of
from .manifest import Damaged, ManifestLine, read_at, require
from .originals import ORIGINALS
from .reviews import REVIEWS, log_bytes, log_rows, logs, out_of_order
from .state import Done, InputKey, State
from .store import reading

Model = TypeVar("Model", bound=BaseModel)
Code = Literal[
    "manifest_line_damaged", "manifest_order", "outcome_missing", "outcome_incomplete", "folder_missing",
    "folder_unknown", "file_missing", "file_unknown", "file_changed", "schema", "pages_incomplete", "source_differs",
    "original_changed", "original_missing", "original_unknown", "leftover", "review_line_damaged", "review_order",
    "review_unknown",
]


@dataclass(frozen=True)
class Discrepancy:
    """Something that is not as it was recorded. `path` is a place in the archive, or the path of an input."""

    code: Code
    path: str
    message: str


def verify(archive: Path) -> Iterator[Discrepancy]:
    """Hold an archive against its manifest; nothing yielded is the proof.

    Checked are: the manifest reads from end to end; received and outcome lines alternate for each input and end with
    an outcome; what a last outcome names is there, whole, with the recorded checksums, and nothing else with it, and so
    is what counts still because the run after it failed or was over fewer pages;
    document.json and transcript.json fit their schema, events.jsonl holds events; every page of the source has a
    status, a page of the transcript that agrees with it, and a picture where there are any; document.json is of the
    content of the outcome; every original that was kept is there, with the content its name says, and holds the very
    image files that were recorded where it was made of several; there is no folder or file that the manifest knows
    nothing of. Folders that only earlier outcomes name may be there or not (`prune` removes them). Failures that are
    recorded are no discrepancies.

    The logs of reviews read from end to end, are of known sources, and undo only what they hold.

    Nothing is written. Raises ArchiveBusy while a run writes the archive, ArchiveUnusable where it is no archive.
    """
    with reading(archive) as root:
        manifest = require(root)
        state = states.load(manifest)
        yield from _manifest(manifest, state)
        verified: dict[str, int] = {}
        for key, done in state.outcomes.items():
            line = read_at(manifest, done.offset)
            yield from _outcome(key, line)
            yield from _original(root, line)
            yield from _page_files(root, line)
            if done.document is not None:
                yield from _document(root, key, done, line, verified, manifest)
        for name, current in state.current().items():
            if name not in verified:  # the run after it failed or was over fewer pages, so that it counts still
                yield from _folder(root / DOCUMENTS / name, read_at(manifest, current.done.offset))
        yield from _strange_documents(root, state)
        yield from _originals(root, state)
        yield from _reviews(root, state)


def _manifest(manifest: Path, state: State) -> Iterator[Discrepancy]:
    for damage in state.damaged:
        yield Discrepancy("manifest_line_damaged", f"manifest.jsonl:{damage.number}", damage.reason)
    for offset, (path, _), wrong in state.unmatched:
        number = line_number(manifest, offset)
        yield Discrepancy("manifest_order", f"manifest.jsonl:{number}", f"{wrong}: {path}")
    for path, _ in state.pending:
        yield Discrepancy("outcome_missing", path, "received, but without an outcome: run again to finish it")


def _outcome(key: InputKey, line: ManifestLine) -> Iterator[Discrepancy]:
    """An outcome must say what it is."""
    wrong = []
    if line.status is None:
        wrong.append("no status")
    if line.status in ("success", "partial") and (line.document is None or not line.files):
        wrong.append("no document")
    if line.status != "success" and (line.category is None or not line.message):
        wrong.append("no category or message")
    if line.status == "success" and "failed" in line.pages.values():
        wrong.append("success, though pages failed")
    if wrong:
        yield Discrepancy("outcome_incomplete", key[0], ", ".join(wrong))


def _original(root: Path, line: ManifestLine) -> Iterator[Discrepancy]:
    name = line.source.original
    if name is not None and not (root / ORIGINALS / name).is_file():
        of = _of(line.source.path, line.source.sha256)
        yield Discrepancy("original_missing", f"{ORIGINALS}/{name}", f"the original of {of} is not there")


def _page_files(root: Path, line: ManifestLine) -> Iterator[Discrepancy]:
    """Every image file of a document made of several is, as it is kept, the one that was recorded."""
    group, name = line.source.group, line.source.original
    if group is None or name is None or not (root / ORIGINALS / name).is_file():
        return
    from ..scan import bundle  # with its image libraries, which an archive without such documents does not need

    where = f"{ORIGINALS}/{name}"
    try:
        kept = bundle.checksums(root / ORIGINALS / name)
    except InputError as error:
        yield Discrepancy("original_changed", where, error.message)
        return
    if len(kept) != len(group.pages):
        yield Discrepancy("original_changed", where, f"{len(kept)} image files, {len(group.pages)} are recorded")
    for number, (sha256, page) in enumerate(zip(kept, group.pages, strict=False), 1):
        if sha256 != page.sha256:
            yield Discrepancy("original_changed", where, f"image file {number} is not the recorded {page.name}")


def _document(
    root: Path, key: InputKey, done: Done, line: ManifestLine, verified: dict[str, int], manifest: Path
) -> Iterator[Discrepancy]:
    """Inputs that share a folder must agree on its files; the folder itself is read once."""
    name = done.document or ""
    first = verified.setdefault(name, done.offset)
    if first == done.offset:
        yield from _folder(root / DOCUMENTS / name, line)
    elif read_at(manifest, first).files != line.files:
        yield Discrepancy("file_changed", key[0], f"other checksums are recorded for {name} by another input")


def _folder(folder: Path, line: ManifestLine) -> Iterator[Discrepancy]:
    where = f"{DOCUMENTS}/{folder.name}"
    if not folder.is_dir():
        yield Discrepancy("folder_missing", where, f"the document of {line.source.path} is not there")
        return
    there = checksums_of(folder)
    for name in sorted(line.files.keys() | there.keys()):
        if name not in there:
            yield Discrepancy("file_missing", f"{where}/{name}", f"recorded, but not there; of {line.source.path}")
        elif name not in line.files:
            yield Discrepancy("file_unknown", f"{where}/{name}", "there, but not recorded")
        elif there[name] != line.files[name]:
            wrong = f"the content is no longer what was recorded; of {line.source.path}"
            yield Discrepancy("file_changed", f"{where}/{name}", wrong)
    yield from _content(folder, line, there)


def _content(folder: Path, line: ManifestLine, there: Mapping[str, str]) -> Iterator[Discrepancy]:
    """What the files say, held against their schemas, the outcome and one another."""
    where = f"{DOCUMENTS}/{folder.name}"
    directive = transcript = None
    if "document.json" in there:
        directive, wrong = _read(folder / "document.json", Directive)
        yield from (Discrepancy("schema", f"{where}/document.json", text) for text in wrong)
    if "transcript.json" in there:
        transcript, wrong = _read(folder / "transcript.json", Transcript)
        yield from (Discrepancy("schema", f"{where}/transcript.json", text) for text in wrong)
    for message in missing_pages(line, directive, transcript):
        yield Discrepancy("pages_incomplete", where, message)
    strange = strange_source(line, directive) if directive is not None else None
    if strange is not None:
        yield Discrepancy("source_differs", f"{where}/document.json", strange)
    strange = strange_events(folder / "events.jsonl") if "events.jsonl" in there else None
    if strange is not None:
        yield Discrepancy("schema", f"{where}/events.jsonl", strange)


def _read(path: Path, model: type[Model]) -> tuple[Model | None, tuple[str, ...]]:
    """A file as its schema has it, or what is wrong with it first."""
    try:
        return model.model_validate_json(path.read_bytes()), ()
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        return None, (f"{'/'.join(str(part) for part in first['loc'])}: {first['msg']}",)


def _strange_documents(root: Path, state: State) -> Iterator[Discrepancy]:
    """Folders that are neither named by a last outcome nor by an earlier one."""
    current = state.current_documents()
    unfinished = {
        folder_name(sha256, line.settings) for (_, sha256), line in state.pending.items() if sha256 is not None
    }
    for entry in sorted(os.scandir(root / DOCUMENTS), key=lambda entry: entry.name):
        where = f"{DOCUMENTS}/{entry.name}"
        if entry.name.startswith(TEMPORARY) or entry.name in unfinished - state.documents.keys():
            yield Discrepancy("leftover", where, "left by an interrupted run; the next run removes it")
        elif entry.name not in current and entry.name not in state.documents:
            yield Discrepancy("folder_unknown", where, "the manifest knows nothing of it")


def _originals(root: Path, state: State) -> Iterator[Discrepancy]:
    folder = root / ORIGINALS
    for path in sorted(files_below(folder)) if folder.is_dir() else ():
        where = f"{ORIGINALS}/{path.name}"
        expected = state.hashes.get(path.name[:16])
        if path.name.startswith(TEMPORARY):
            yield Discrepancy("leftover", where, "left by an interrupted run; the next run removes it")
        elif expected is None:
            yield Discrepancy("original_unknown", where, "the manifest knows nothing of it")
        elif sha256_of(path) != expected:
            source = next((path for path, sha256 in state.outcomes if sha256 == expected), "an interrupted input")
            wrong = f"the content is no longer that of {_of(source, expected)}"
            yield Discrepancy("original_changed", where, wrong)


def _of(path: str, sha256: str | None) -> str:
    return f"{path} (SHA-256 {sha256})"


def _reviews(root: Path, state: State) -> Iterator[Discrepancy]:
    """What people said: every line an event, of a source the manifest knows. A last line that broke off was never
    acknowledged; the next writer cuts it off."""
    for path, source in logs(root):
        where = f"{REVIEWS}/{path.name}"
        if source not in state.hashes:
            yield Discrepancy("review_unknown", where, "the manifest knows nothing of its source")
        if source is None:
            continue
        rows = list(log_rows(log_bytes(path, wait=True)))
        for row in rows:
            if isinstance(row, Damaged):
                yield Discrepancy("review_line_damaged", f"{where}:{row.number}", row.reason)
        for number, wrong in out_of_order(rows):
            yield Discrepancy("review_order", f"{where}:{number}", wrong)
