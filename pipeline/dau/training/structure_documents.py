"""Annotated documents and the metadata of scans, from the shared data, and what the parser makes of them."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any, Literal

from dau.archive.manifest import Entry, read
from dau.archive.paths import path_of
from dau.document.directive import Directive
from dau.document.errors import InputError
from dau.document.orthography import bare
from dau.document.transcript import Transcript, TranscriptPage, lines_of_text
from dau.restore.seam import Restorer

Source = Literal["text", "stripped", "scan"]
SIMULATED = {"002-chi-thi-103": "002-chi-thi.pdf", "003-ke-hoach-truyen-thong": "003-ke-hoach.pdf"}
"""Scans of the two clean documents among the samples of the repository."""

_HANDWRITTEN = {"number": ("number/text", "number/serial"), "issued": ("issued/date",)}


@dataclass(frozen=True)
class Annotated:
    """A document as a careful reader annotated it, and a transcript of it: of its exact `text`, of that text
    `stripped` of diacritics and restored, or of its `scan`."""

    name: str
    source: Source
    clean: bool
    """One of the two clean documents; the others are scans with their exact text."""
    reference: Mapping[str, Any]
    transcript: Transcript


def score_module(shared: Path) -> ModuleType:
    """The scores of acceptance, `score.py` of the shared data; InputError where it is not there."""
    path = shared / "score.py"
    spec = importlib.util.spec_from_file_location("dau_shared_score", path) if path.is_file() else None
    if spec is None or spec.loader is None:
        raise InputError(f"{path} is not there.", "Name the folder of the shared data.")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def text_transcript(text: str) -> Transcript:
    """Plain text as the parser takes it: one page without boxes."""
    return Transcript(pages=(TranscriptPage(number=1, text_source="text", lines=lines_of_text(text)),))


def stripped(text: str, restorer: Restorer) -> Transcript:
    """The text without its diacritics, restored: what the restorer gets wrong is in it."""
    lines = tuple(restorer.restore(lines_of_text(bare(text))))
    return Transcript(pages=(TranscriptPage(number=1, text_source="text", lines=lines),))


class Archives:
    """Transcripts by the file name of their input; of several archives the first that has one counts."""

    def __init__(self, folders: Sequence[Path]) -> None:
        self._found: dict[str, Path] = {}
        for folder in folders:
            for entry in read(folder / "manifest.jsonl"):
                if isinstance(entry, Entry) and entry.line.document:
                    name = path_of(entry.line.source.path).name
                    self._found.setdefault(name, folder / "documents" / entry.line.document)

    def transcript(self, name: str) -> Transcript | None:
        """What was read of an input; None where no archive holds it."""
        if name not in self._found:
            return None
        text = (self._found[name] / "transcript.json").read_text(encoding="utf-8")
        return Transcript.model_validate_json(text)


def annotated(
    shared: Path, samples: Path, archives: Archives | None = None, restorer: Restorer | None = None
) -> Iterator[Annotated]:
    """Every annotated document from its exact text; with `restorer` also stripped and restored; with `archives` also
    from its scan. `samples`: the folder corpus/ of the repository, which holds the two clean texts."""
    for path in sorted((shared / "structure").glob("*.json")) + sorted((shared / "structure" / "scans").glob("*.json")):
        clean = path.parent.name != "scans"
        exact = next((samples / "clean").glob(f"{path.name[:3]}-*.txt")) if clean else path.with_suffix(".txt")
        text = exact.read_text(encoding="utf-8")
        reference = json.loads(path.read_text(encoding="utf-8"))
        yield Annotated(path.stem, "text", clean, reference, text_transcript(text))
        if restorer is not None:
            yield Annotated(path.stem, "stripped", clean, reference, stripped(text, restorer))
        scan = archives.transcript(SIMULATED.get(path.stem, f"{path.stem}.pdf")) if archives else None
        if scan is not None:
            yield Annotated(path.stem, "scan", clean, reference, scan)


def metadata_references(shared: Path) -> list[dict[str, Any]]:
    """What a careful reader finds on the shared scans, one record a file."""
    with (shared / "scans" / "metadata.jsonl").open(encoding="utf-8") as rows:
        return [json.loads(row) for row in rows]


def handwritten(reference: Mapping[str, Any]) -> frozenset[str]:
    """The fields of the score that are written by hand or overprinted on a scan."""
    return frozenset(
        field for what in reference["handwritten"] for field in _HANDWRITTEN.get(what.split(".")[0].split()[0], ())
    )


def as_json(directive: Directive) -> dict[str, Any]:
    """document.json as the scores take it."""
    found: dict[str, Any] = json.loads(directive.model_dump_json())
    return found


Parse = Callable[[Transcript], Directive]


def structure_scores(scores: ModuleType, documents: Sequence[Annotated], parse: Parse) -> dict[str, float]:
    """Scores by part over several documents, pooled."""
    hypotheses = [as_json(parse(d.transcript)) for d in documents]
    found = scores.structure(hypotheses, [dict(d.reference) for d in documents])
    return {part: value for part, value in found.items() if isinstance(value, float)}
