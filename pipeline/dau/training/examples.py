"""Clean documents → passages as read by an engine, each word with what it should have been.

Regimes: `legacy` (an engine without Vietnamese), `stripped` (no diacritics), `scan` and `trueocr` (engines with
Vietnamese; Tesseract and trueocr), `clean`. Within a passage some lines are in capitals, some are worse than others,
and lines break in mid-sentence, as on a page. Passages read by real engines (`render_pairs`) come as they are.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from dau.document.orthography import bare, nfc
from dau.document.transcript import Line, Word, line_id
from dau.restore.tokens import pieces

from .corpus import Document
from .noise import Noise
from .pairs import alike, chunks

Regime = Literal["legacy", "stripped", "scan", "trueocr", "clean"]

SHARES: dict[Regime, float] = {"legacy": 0.4, "stripped": 0.17, "scan": 0.17, "trueocr": 0.17, "clean": 0.09}
ENGINE: dict[Regime, str] = {"scan": "tesseract", "trueocr": "trueocr"}

Truth = tuple[str, ...] | None
"""What a word as read should be: one word, two where a space was lost, none where the word before holds it (a space
read into a word); None where that is not known."""


@dataclass(frozen=True)
class Example:
    """Lines as read, and the truth of each of their words."""

    lines: list[Line]
    truth: list[list[Truth]]

    @property
    def clean(self) -> str:
        """The text it should have been, line for line, less the words whose truth is not known."""
        return "\n".join(" ".join(w for one in row for w in one or ()) for row in self.truth)


@dataclass(frozen=True)
class Sureness:
    """Confidences an engine gave on rendered pages, to draw from: of words it read right, of words it misread."""

    right: list[float] = field(default_factory=list)
    wrong: list[float] = field(default_factory=list)

    def draw(self, ok: bool, rng: random.Random) -> float | None:
        known = self.right if ok else self.wrong
        return rng.choice(known) if known else None


def passages(document: Document, rng: random.Random, words: int = 150) -> Iterator[list[list[str]]]:
    """The text in order, in passages of about `words` words, each as lines of words. Some begin in mid-paragraph."""
    width = rng.randint(7, 16)
    lines: list[list[str]] = []
    size = 0
    for paragraph in document.text.split("\n"):
        row = nfc(paragraph).split()
        while row:
            take = max(2, width + rng.randint(-2, 2)) if rng.random() < 0.97 else rng.randint(1, 4)  # a table's cell
            lines.append(row[:take])
            row = row[take:]
            size += len(lines[-1])
            if size >= words:
                yield lines
                lines, size, width = [], 0, rng.randint(7, 16)
    if size > 20:
        yield lines


def damaged(lines: Sequence[Sequence[str]], regime: Regime, noises: Mapping[str, Noise],
            sureness: Mapping[str, Sureness], rng: random.Random) -> Example:
    """A passage as an engine would have read it."""
    out: list[Line] = []
    truths: list[list[Truth]] = []
    engine = ENGINE.get(regime, "") if rng.random() < 0.7 else ""
    worst = rng.choice((1, 1, 1, 2, 3))
    high = 0.4 if rng.random() < 0.08 else 0.03
    for number, row in enumerate(lines, 1):
        clean = [w.upper() for w in row] if rng.random() < high else list(row)
        hot = rng.random() < (0.35 if regime == "legacy" else 0.1)
        read, truth = _line(clean, regime, noises.get(regime), hot, rng.choice((1, worst)), rng)
        words = []
        for text, meant in zip(read, truth, strict=True):
            sure = sureness[engine].draw(meant == (text,), rng) if engine else None
            words.append(Word(raw=text, restored=text, confidence=sure, readings={engine: text} if engine else {}))
        out.append(Line(id=line_id(1, number), words=tuple(words)))
        truths.append(truth)
    return Example(out, truths)


def _line(clean: list[str], regime: Regime, noise: Noise | None, hot: bool, tries: int,
          rng: random.Random) -> tuple[list[str], list[Truth]]:
    if regime == "clean" or (regime == "stripped" and rng.random() < 0.02):
        return clean, [(w,) for w in clean]
    if regime == "stripped":
        return [bare(w) for w in clean], [(w,) for w in clean]
    assert noise is not None
    read: list[str] = []
    truth: list[Truth] = []
    glue = False
    for word in clean:
        text = _misread(word, noise, hot, tries, rng)
        wordy = any(c.isalpha() for c in word)
        if glue and wordy and truth[-1]:
            read[-1] += text
            truth[-1] = (*truth[-1], word)
            glue = False
            continue
        glue = wordy and word[-1].isalpha() and rng.random() < tries * noise.space_lost
        if wordy and len(text) > 2 and text.isalpha() and rng.random() < _breaking(text, noise):
            cut = 1 if text[0] in "TVĐPY" or rng.random() < 0.5 else rng.randrange(1, len(text))
            read += [text[:cut], text[cut:]]
            truth += [(word,), ()]
            glue = False
        else:
            read.append(text)
            truth.append((word,))
    return read, truth


def _breaking(text: str, noise: Noise) -> float:
    return noise.space_inserted * (8 if text[0] in "TVĐPY" and text[1:2].islower() else 0.7)


def _misread(word: str, noise: Noise, hot: bool, tries: int, rng: random.Random) -> str:
    """The word with its pieces misread; marks around them and what is protected stay."""
    out, done = "", 0
    for piece in pieces(word):
        if not piece.fixed:
            out += word[done : piece.start] + noise.word(word[piece.start : piece.end], rng, hot=hot, tries=tries)
            done = piece.end
    return out + word[done:]


def pages(path: Path) -> Iterator[tuple[str, Example]]:
    """Rendered pages, and lines that people reviewed, as engines read them; each with its language."""
    with path.open(encoding="utf-8") as rows:
        for row in rows:
            record = json.loads(row)
            engine = {"vie": "tesseract", "trueocr": "trueocr"}.get(record["language"], "")
            yield record["language"], _page(record, engine)


def _page(record: dict[str, list[Any]], engine: str) -> Example:
    sure = record["confidence"]
    lines = [
        Line(id=line_id(1, n), words=tuple(
            Word(raw=w, restored=w, confidence=float(c) if engine and c is not None else None,
                 readings={engine: w} if engine else {})
            for w, c in zip(nfc(text).split(), confidences, strict=False)
        )) for n, (text, confidences) in enumerate(zip(record["read"], sure, strict=True), 1)
    ]
    if "truth" in record:  # what people vouch for (see export.pairs), word by word
        return Example(lines, [[None if t is None else tuple(map(nfc, t)) for t in row] for row in record["truth"]])
    flat: list[Truth] = []
    for ours, theirs in chunks(" ".join(record["clean"]), " ".join(line.raw for line in lines)):
        flat += _aligned(ours, theirs)
    truth, at = [], 0
    for line in lines:
        truth.append(flat[at : at + len(line.words)])
        at += len(line.words)
    return Example(lines, truth)


def _aligned(ours: list[str], theirs: list[str]) -> list[Truth]:
    if len(ours) == len(theirs) == 1:
        return [(ours[0],)]
    if len(theirs) == 1 and len(ours) == 2 and alike("".join(ours), theirs[0]):
        return [(ours[0], ours[1])]
    if len(theirs) == 2 and len(ours) == 1 and alike(ours[0], "".join(theirs)):
        return [(ours[0],), ()]
    return [None] * len(theirs)


def sureness(path: Path) -> dict[str, Sureness]:
    """Confidences by engine, from rendered pages."""
    out = {"tesseract": Sureness(), "trueocr": Sureness()}
    for _, example in pages(path):
        for line, truth in zip(example.lines, example.truth, strict=True):
            for word, meant in zip(line.words, truth, strict=True):
                for engine in word.readings:
                    if meant is not None and word.confidence is not None:
                        (out[engine].right if meant == (word.raw,) else out[engine].wrong).append(word.confidence)
    return out
