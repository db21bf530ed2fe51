"""A page's clean text and what an engine read, aligned into pairs of words.

The alignment is Levenshtein's over characters without diacritics and case; where a space of one stands against a
space of the other, words end on both sides, and what lies between two such places belongs together.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from rapidfuzz.distance import Levenshtein

from dau.document.orthography import bare, canonical_tone, nfc
from dau.restore import guard
from dau.restore.tokens import pieces


@dataclass
class Pairs:
    """Counts of aligned material: `words[(clean, read)]` with case kept and one tone placement, the number of places
    between words, spaces lost (`lost[(left, right)]`) and inserted (`inserted[(left, right)]`, parts as read)."""

    words: Counter[tuple[str, str]] = field(default_factory=Counter)
    gaps: int = 0
    lost: Counter[tuple[str, str]] = field(default_factory=Counter)
    inserted: Counter[tuple[str, str]] = field(default_factory=Counter)


def chunks(clean: str, read: str) -> Iterator[tuple[list[str], list[str]]]:
    """Words of `clean` with the words of `read` that stand against them, between common spaces."""
    left, right = (" ".join(nfc(t).split()) for t in (clean, read))
    anchors = [(-1, -1)]
    for op in Levenshtein.opcodes(_letters(left), _letters(right)):
        if op.tag == "equal":
            anchors += [
                (op.src_start + k, op.dest_start + k)
                for k in range(op.src_end - op.src_start) if left[op.src_start + k] == " "
            ]
    anchors.append((len(left), len(right)))
    for (a, b), (c, d) in pairwise(anchors):
        yield left[a + 1 : c].split(), right[b + 1 : d].split()


def collect(records: Iterable[tuple[str, str]]) -> Pairs:
    """Pairs of all pages, given as (clean text, read text)."""
    out = Pairs()
    for clean, read in records:
        for ours, theirs in chunks(clean, read):
            out.gaps += 1
            if len(ours) == len(theirs) == 1:
                pair = _pair(ours[0], theirs[0])
                if pair:
                    out.words[pair] += 1
            elif len(ours) == 2 and len(theirs) == 1 and alike("".join(ours), theirs[0]):
                out.lost[(ours[0], ours[1])] += 1
            elif len(ours) == 1 and len(theirs) == 2 and alike(ours[0], "".join(theirs)):
                out.inserted[(theirs[0], theirs[1])] += 1
    return out


def pages(path: Path, language: str) -> Iterator[tuple[str, str]]:
    """(clean, read) of the records of `render_pairs` in one engine language; of lines that people reviewed (see
    `dau.export.pairs`) only the words they vouch for, each on its own."""
    with path.open(encoding="utf-8") as rows:
        for row in rows:
            record = json.loads(row)
            if record["language"] != language:
                continue
            if "truth" in record:
                yield from ((word["target"], word["raw"]) for word in record["words"])
            else:
                yield " ".join(record["clean"]), " ".join(record["read"])


def _letters(text: str) -> str:
    """One character for each, so that offsets stay."""
    return "".join((bare(c) or c)[0].lower() for c in text)


def _pair(clean: str, read: str) -> tuple[str, str] | None:
    found = pieces(clean)
    if len(found) != 1 or found[0].fixed:
        return None
    word, seen = canonical_tone(clean[found[0].start : found[0].end]), guard.core(read)
    if not seen or any(c.isnumeric() for c in word) or not alike(word, seen):
        return None
    return word, canonical_tone(seen)


def alike(a: str, b: str) -> bool:
    distance = Levenshtein.distance(_letters(a), _letters(b))
    return abs(len(a) - len(b)) <= 3 and (distance <= 1 or distance < 0.67 * max(len(a), len(b)))
