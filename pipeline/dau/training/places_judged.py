"""Whether the comparison of readings without a transcription says what one with a transcription does.

Readings of pages with a transcription are compared in pairs, both ways. Beside the readings of interest there are
damaged ones, ours with every eighth line missing, so that losses are seen as well.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import correlation

from rapidfuzz import fuzz, process
from rapidfuzz.distance import Levenshtein

from dau.document.transcript import TranscriptPage
from dau.ocr.fuse import Language

from .bare_engines import Row, rows_of
from .benchmark_scans import Sample
from .places import Compared, Place, compare
from .scores import norm, syllable_accuracy

_LEAST = 0.005
"""Difference in accuracy from which a sign counts: two words of an ordinary page."""
EVERY = 8
"""Of our lines one in so many is taken out of the damaged reading."""


@dataclass(frozen=True)
class Tracked:
    """Two readings of a page: by how much ours is better without a transcription, and with it; and of the places
    judged for either side, how many rightly."""

    page: str
    pair: str
    estimated: float
    true: float
    judged: Mapping[str, tuple[int, int]]


def tracked(
    sample: Sample, ours: TranscriptPage, theirs: Mapping[str, Sequence[Row]], language: Language
) -> list[Tracked]:
    """All pairs of readings of a page: ours, ours damaged, and the engines."""
    mine = rows_of(ours)
    damaged = [row for n, row in enumerate(mine) if n % EVERY]
    pairs = [(a, b) for a in (("ours", mine), ("ours without lines", damaged)) for b in theirs.items()]
    pairs += [(a, b) for n, a in enumerate(theirs.items()) for b in list(theirs.items())[n + 1 :]]  # type: ignore[misc]
    out = []
    for (name, left), (other, right) in pairs:
        compared = compare(left, ours.overlays if name.startswith("ours") else (), right, language)
        true = syllable_accuracy(_text(left), sample.reference) - syllable_accuracy(_text(right), sample.reference)
        judged = _judged(compared, left, sample.reference)
        out.append(Tracked(sample.name, f"{name} – {other}", compared.margin, true, judged))
    return out


def _judged(compared: Compared, rows: Sequence[Row], reference: str) -> dict[str, tuple[int, int]]:
    """Verdict → places at which it is right, and at which it is wrong; where the transcription likes both alike, the
    place does not count."""
    lines = [norm(line) for line in reference.splitlines() if line.strip()]
    counts = {verdict: [0, 0] for verdict in ("ours", "theirs")}
    for place in compared.places:
        better = _truly_better(place, rows, lines) if place.verdict in counts else 0
        if better:
            counts[place.verdict][better != (1 if place.verdict == "ours" else -1)] += 1
    return {verdict: (right, wrong) for verdict, (right, wrong) in counts.items()}


def _text(rows: Iterable[Row]) -> str:
    return "\n".join(" ".join(token.text for token in row) for row in rows)


def _truly_better(place: Place, rows: Sequence[Row], lines: Sequence[str]) -> int:
    """1 where our reading of a place is nearer to the transcription, −1 where theirs is."""
    if place.row is None:
        said = norm(" ".join(t.text for t in place.theirs))
        return -1 if any(fuzz.partial_ratio(said, line) >= 80 for line in lines if len(line) >= len(said)) else 1
    row = rows[place.row]
    mine = norm(" ".join(t.text for t in row))
    inside = {id(t) for t in place.ours}
    before = [t.text for t in row if id(t) not in inside and (t.box[0] < place.box[0])]
    after = [t.text for t in row if id(t) not in inside and (t.box[0] >= place.box[0])]
    swapped = norm(" ".join([*before, *(t.text for t in place.theirs), *after]))
    best = process.extractOne(mine, lines, scorer=fuzz.ratio)
    if best is None or best[1] < 60:
        return 0
    gain = Levenshtein.distance(swapped, best[0]) - Levenshtein.distance(mine, best[0])
    return (gain > 0) - (gain < 0)


def tracking_table(rows: Sequence[Tracked]) -> Iterator[str]:
    """How well the measure tracks the truth, over all pairs and by pair."""
    yield "### The measure, on pages with a transcription"
    yield ""
    yield ("By what share of its words one reading is better than another, without a transcription, beside the "
           "difference in syllable accuracy with it.")  # fmt: skip
    yield ""
    yield "| pair | pages | mean, measured | mean, true | correlation | same sign where it counts | mean difference |"
    yield "|---|---|---|---|---|---|---|"
    by_pair: dict[str, list[Tracked]] = {}
    for row in rows:
        by_pair.setdefault(row.pair, []).append(row)
    for pair, some in [*by_pair.items(), ("**all**", list(rows))]:
        yield _tracking_row(pair, some)
    yield ""
    for verdict, whose in (("ours", "ours"), ("theirs", "the engine's")):
        right, wrong = (sum(row.judged[verdict][k] for row in rows) for k in (0, 1))
        share = right / max(1, right + wrong)
        yield f"Places judged better in {whose}: {right} of {right + wrong} rightly ({share:.1%}).  "


def _tracking_row(pair: str, rows: Sequence[Tracked]) -> str:
    measured, true = [r.estimated for r in rows], [r.true for r in rows]
    counted = [(a, b) for a, b in zip(measured, true, strict=True) if abs(b) >= _LEAST]
    agree = sum((a > 0) == (b > 0) for a, b in counted)
    off = sum(abs(a - b) for a, b in zip(measured, true, strict=True)) / len(rows)
    spread = len(set(measured)) > 1 and len(set(true)) > 1
    related = f"{correlation(measured, true):.3f}" if spread else "–"
    return (f"| {pair} | {len(rows)} | {sum(measured) / len(rows):+.4f} | {sum(true) / len(rows):+.4f} | {related} "
            f"| {agree} of {len(counted)} | {off:.4f} |")  # fmt: skip
