"""Scores of text against a reference: CER, WER, syllable accuracy, harm.

Definitions shared by the restorer's evaluation and the benchmark. Text is compared in NFC, with typographic quotes,
dashes and ligatures folded, both tone placements equal (hòa = hoà) and runs of white space as one space; what a
transcription marks as illegible, ⟦…⟧, is dropped. The alignment is Levenshtein's.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from rapidfuzz.distance import Levenshtein

from dau.document.orthography import canonical_tone

_FOLDED = str.maketrans(
    {"“": '"', "”": '"', "„": '"', "’": "'", "‘": "'", "–": "-", "—": "-", "…": "...", "\u00a0": " ", "ﬁ": "fi"}
)
_ILLEGIBLE = re.compile(r"⟦[^⟧]*⟧")
_EDGE = ".,;:!?()[]\"'/-*"


@dataclass(frozen=True)
class Share:
    """A proportion as counts, so that passages and pages can be pooled: `hit` of `total`."""

    hit: int = 0
    total: int = 0

    def __add__(self, other: Share) -> Share:
        return Share(self.hit + other.hit, self.total + other.total)

    @property
    def value(self) -> float:
        return self.hit / max(1, self.total)


def pooled(shares: Iterable[Share]) -> Share:
    """The sum of counts, not the mean of proportions."""
    return sum(shares, Share())


def norm(text: str) -> str:
    """The form in which texts are compared."""
    text = _ILLEGIBLE.sub("", unicodedata.normalize("NFC", text).translate(_FOLDED))
    return re.sub(r"\s+", " ", canonical_tone(text)).strip()


def tokens(text: str) -> list[str]:
    return norm(text).split()


def character_errors(hyp: str, ref: str) -> Share:
    """Edits over reference characters."""
    h, r = norm(hyp), norm(ref)
    return Share(Levenshtein.distance(h, r), len(r))


def word_errors(hyp: str, ref: str) -> Share:
    """Edits over reference tokens."""
    h, r = tokens(hyp), tokens(ref)
    return Share(Levenshtein.distance(h, r), len(r))


def syllables_right(hyp: str, ref: str) -> Share:
    """Of the reference's tokens that hold a letter, those the hypothesis has; punctuation at the edges is ignored."""
    h, r = ([t.strip(_EDGE) for t in tokens(x)] for x in (hyp, ref))
    alpha = [any(c.isalpha() for c in t) for t in r]
    return Share(sum(a and ok for a, ok in zip(alpha, _right(h, r), strict=True)), sum(alpha))


def harmed(raw: str, hyp: str, ref: str) -> Share:
    """Of the reference tokens that the raw reading already had right, those the hypothesis lost."""
    r = tokens(ref)
    before, after = _right(tokens(raw), r), _right(tokens(hyp), r)
    return Share(sum(b and not a for b, a in zip(before, after, strict=True)), sum(before))


def errors_removed(raw: str, hyp: str, ref: str) -> Share:
    """Of the reference's tokens with a letter that stand against a misread word of `raw`, those that `hyp` has right,
    less those it lost. Words that were not read at all are nobody's to restore and do not count."""
    h, w, r = ([t.strip(_EDGE) for t in tokens(x)] for x in (hyp, raw, ref))
    misread, after = [False] * len(r), _right(h, r)
    before = _right(w, r)
    for op in Levenshtein.opcodes(w, r):
        if op.tag == "replace":
            misread[op.dest_start : op.dest_end] = [True] * (op.dest_end - op.dest_start)
    alpha = [any(c.isalpha() for c in t) for t in r]
    removed = sum(a and m and ok for a, m, ok in zip(alpha, misread, after, strict=True))
    lost = sum(a and b and not ok for a, b, ok in zip(alpha, before, after, strict=True))
    return Share(removed - lost, sum(a and m for a, m in zip(alpha, misread, strict=True)))


def cer(hyp: str, ref: str) -> float:
    return character_errors(hyp, ref).value


def wer(hyp: str, ref: str) -> float:
    return word_errors(hyp, ref).value


def syllable_accuracy(hyp: str, ref: str) -> float:
    return syllables_right(hyp, ref).value


def harm(raw: str, hyp: str, ref: str) -> float:
    return harmed(raw, hyp, ref).value


def _right(hyp: Sequence[str], ref: Sequence[str]) -> list[bool]:
    ok = [False] * len(ref)
    for op in Levenshtein.opcodes(hyp, ref):
        if op.tag == "equal":
            ok[op.dest_start : op.dest_end] = [True] * (op.dest_end - op.dest_start)
    return ok


@dataclass(frozen=True)
class Judged:
    """A word of a hypothesis with its confidence, and whether it is the reference's word at that place."""

    confidence: float
    right: bool


def judged(words: Sequence[str], ref: str) -> Iterator[tuple[int, bool]]:
    """Words against a reference: (index, right) of those that stand against a reference word.

    A word of several tokens is right if all of them are. Words that stand against nothing are left out.
    """
    places, hyp = [], []
    for n, text in enumerate(words):
        for token in tokens(text):
            places.append(n)
            hyp.append(token)
    found: dict[int, bool] = {}
    standing: set[int] = set()
    for op in Levenshtein.opcodes(hyp, tokens(ref)):
        for n in places[op.src_start : op.src_end]:
            found[n] = found.get(n, True) and op.tag == "equal"
        if op.tag in ("equal", "replace"):
            standing.update(places[op.src_start : op.src_end])
    yield from ((n, found[n]) for n in sorted(standing))


def calibration_error(judgements: Sequence[Judged], bins: int = 15) -> float:
    """Expected calibration error over `bins` of equal mass (Naeini et al. 2015; Nixon et al. 2019)."""
    return sum(abs(sure - right) * count for sure, right, count in reliability(judgements, bins)) / max(
        1, len(judgements)
    )


def reliability(judgements: Sequence[Judged], bins: int = 15) -> list[tuple[float, float, int]]:
    """(mean confidence, share right, count) of each of `bins` bins of equal mass, least sure first."""
    ordered = sorted(judgements, key=lambda j: j.confidence)
    edges = [len(ordered) * k // bins for k in range(bins + 1)]
    out = []
    for a, b in pairwise(edges):
        if b > a:
            part = ordered[a:b]
            out.append((sum(j.confidence for j in part) / (b - a), sum(j.right for j in part) / (b - a), b - a))
    return out
