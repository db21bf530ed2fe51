"""Training pairs: what engines read, and what people who looked at the page said it is; for `dau train --pairs`.

A JSON line for each line of text in which somebody corrected or accepted a word, and for each engine that read it (its
own reading then, not the fused one):

    {"language": "vie", "severity": "reviewed",
     "read": [line before, line, line after], "clean": […], "confidence": [[…], […], […]],
     "truth": [[null, …], [null, ["Thực"], …], …],
     "words": [{"at": 1, "raw": "Thyc", "target": "Thực", "machine": "Thục", "action": "corrected", "event": …,
                "by": …}],
     "source": SHA-256, "document": id, "page": 1, "line": "p0001-l0007"}

The first keys are those of a page of `training.render_pairs`. `truth` is `training.examples.Truth` for each word of
`read`: null where nobody vouches for it, so that what only a machine made of the neighbours is context and never a
lesson. `language` is that of the engine: `vie` for Tesseract, `trueocr`, and `eng` for text that came as text, as
engines without Vietnamese left it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from ..document.transcript import Line, TranscriptPage, Word
from .formats import Options, Report
from .held import Held
from .jsonl import LINE_ENDS

_LANGUAGE = {"tesseract": "vie", "trueocr": "trueocr"}
_AS_TEXT = "eng"

Record = dict[str, object]


def export(documents: Iterable[Held], out: Path, options: Options) -> Report:
    """Write the pairs of all documents; only those count in which somebody spoke of a word."""
    report = Report(rows={"lines": 0, "words": 0})
    with out.open("w", encoding="utf-8", newline="\n") as file:
        for held in documents:
            found = list(pairs(held)) if held.fates else []
            for record, words in found:
                file.write(json.dumps(record, ensure_ascii=False).translate(LINE_ENDS) + "\n")
                report.rows["lines"] += 1
                report.rows["words"] += words
            report.documents += bool(found)
    if not report.documents:
        report.notes.append("Nobody has corrected or accepted a word of these documents yet.")
    return report


def pairs(held: Held) -> Iterator[tuple[Record, int]]:
    """The records of a document, each with the number of its words that somebody vouches for."""
    for page in held.transcript.pages:
        for n, line in enumerate(page.lines):
            if not any(word.reviewed for word in line.words):
                continue
            for engine in _engines(line):
                record, words = _record(page, n, engine)
                if words:
                    where = {"source": held.sha256, "document": held.id, "page": page.number, "line": line.id}
                    yield {**record, "words": words, **where}, len(words)


def _engines(line: Line) -> Sequence[str | None]:
    """Engines whose readings of the line are known; None, once, where it was not read by any of them."""
    found = [engine for engine in _LANGUAGE if any(engine in word.readings for word in line.words)]
    return found or [None]


def _record(page: TranscriptPage, n: int, engine: str | None) -> tuple[Record, list[Record]]:
    lines = [page.lines[k] for k in (n - 1, n, n + 1) if 0 <= k < len(page.lines)]
    read = [[_tokens(word, engine) for word in line.words] for line in lines]
    own = page.lines[n]
    record: Record = {
        "language": _LANGUAGE[engine] if engine else _AS_TEXT,
        "severity": "reviewed",
        "read": [" ".join(token for word in words for token in word) for words in read],
        "clean": [line.restored for line in lines],
        "confidence": [_confidences(line, words) for line, words in zip(lines, read, strict=True)],
        "truth": [
            [meant for word, tokens in zip(line.words, words, strict=True)
             for meant in (_truth(word, tokens) if line is own else [None] * len(tokens))]
            for line, words in zip(lines, read, strict=True)
        ],
    }  # fmt: skip
    return record, list(_vouched(own, read[lines.index(own)], engine))


def _tokens(word: Word, engine: str | None) -> list[str]:
    return (word.readings.get(engine, "") if engine else word.raw).split()


def _confidences(line: Line, read: Sequence[Sequence[str]]) -> list[float | None]:
    """As the machine had them: a person's certainty says nothing about an engine's."""
    return [
        word.reviewed.confidence if word.reviewed else word.confidence
        for word, tokens in zip(line.words, read, strict=True) for _ in tokens
    ]  # fmt: skip


def _truth(word: Word, tokens: Sequence[str]) -> Sequence[list[str] | None]:
    """What each token of a word should be: word for word, two for one whose space was lost, nothing for what follows a
    space that was read into a word. None where nobody vouches for it or it is none of these."""
    meant = word.restored.split()
    if word.reviewed is None:
        return [None] * len(tokens)
    if len(meant) == len(tokens):
        return [[each] for each in meant]
    if (len(meant), len(tokens)) in ((1, 2), (2, 1)):
        return [meant, *([] for _ in tokens[1:])]
    return [None] * len(tokens)


def _vouched(line: Line, read: Sequence[Sequence[str]], engine: str | None) -> Iterator[Record]:
    at = 0
    for word, tokens in zip(line.words, read, strict=True):
        if word.reviewed and tokens:
            yield {
                "at": at,
                "raw": " ".join(tokens),
                "target": word.restored,
                "machine": word.reviewed.machine,
                "action": word.reviewed.action,
                "event": word.reviewed.event,
                "by": word.reviewed.by,
            }
        at += len(tokens)
