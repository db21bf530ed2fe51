"""Transcripts for the tests: plain text, and lines with boxes as a reader gives them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from dau.document.directive import Directive
from dau.document.transcript import Line, Transcript, TranscriptPage, Word, line_id, lines_of_text
from dau.structure import parse

ROOT = Path(__file__).resolve().parents[2]


def text_transcript(text: str) -> Transcript:
    return Transcript(pages=(TranscriptPage(number=1, text_source="text", lines=lines_of_text(text)),))


def parse_text(text: str) -> Directive:
    return parse(text_transcript(text))


def parse_body(body: str) -> Directive:
    """The body alone, under a minimal header of a directive."""
    return parse_text(f"CHỈ THỊ\nVề việc thử\n\n{body}")


def ids(directive: Directive) -> list[str]:
    return [node.id for node in directive.nodes]


def boxed_page(number: int, rows: Sequence[tuple[float, float, str]], confidence: float = 1.0) -> TranscriptPage:
    """A page of 595 × 842 points from (x, y, text); 11 points high, words 5.5 points a letter. A word written `a¦b`
    was read as `a`, and as `b` by a second engine."""
    lines = []
    for n, (x, y, text) in enumerate(rows, 1):
        words = []
        at = x
        for printed in text.split():
            part, _, other = printed.partition("¦")
            end = at + 5.5 * len(part)
            seen = {"one": part, "other": other} if other else {}
            words.append(Word(bbox=(at, y, end, y + 11), raw=part, restored=part, confidence=confidence, readings=seen))
            at = end + 4
        box = (x, y, words[-1].bbox[2], y + 11) if words and words[-1].bbox else None
        lines.append(Line(id=line_id(number, n), bbox=box, words=tuple(words)))
    return TranscriptPage(number=number, width=595, height=842, text_source="ocr", lines=tuple(lines))


def line_ids(transcript: Transcript) -> list[str]:
    return [line.id for page in transcript.pages for line in page.lines]


def sample(name: str) -> str:
    """A sample text of the repository, by its number: `002` → corpus/clean/002-chi-thi.txt."""
    found = sorted((ROOT / "corpus").glob(f"*/{name}-*.txt"))
    assert found, f"no sample {name} under corpus/"
    return found[0].read_text(encoding="utf-8")
