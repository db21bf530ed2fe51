"""Aligned pairs of words → the confusion channel: how an engine misreads onsets, rimes and whole syllables.

    python -m dau.training.channel --pages pages.jsonl --language eng --out models/ngram/legacy.json.gz

A string-to-string edit model (Brill & Moore 2000) over one or two letters, estimated by repeated best alignment,
gives every misreading a probability; counts of the misreadings actually seen of each onset, rime and word refine it
where there is enough data. Case is kept: `Ộ` is misread otherwise than `ộ`.
"""

from __future__ import annotations

import argparse
import gzip
import json
from collections import Counter, defaultdict
from math import exp, log
from pathlib import Path
from typing import Any

from dau.document.orthography import bare
from dau.restore.syllable import divide

from .pairs import Pairs, collect, pages

Edits = dict[str, dict[str, float]]
"""Letters → what is read for them → natural log probability."""

Confusions = dict[str, dict[str, int]]
"""Letter → what is read for it → how often."""

LONGEST_SOURCE, LONGEST_READ = 2, 3
ROUNDS = 4


def first_guess(source: str, read: str) -> float:
    """Log probability before anything is learned: the same letter is likely, its bare form less so."""
    if not source:
        return -4.5 * len(read)
    together = -1.5 * (len(source) - 1)  # letters are misread one by one unless it pays to say otherwise
    if source == read:
        return together - 0.1
    if bare(source).lower() == bare(read).lower():
        return together - 0.5
    return -2.5 - 1.5 * abs(len(source) - len(read)) - 1.5 * (len(source) - 1) - 0.5 * (len(read) - 1)


def align(source: str, read: str, edits: Edits | None) -> tuple[float, list[tuple[str, str]]]:
    """The likeliest division of both strings into edits, with its log probability."""
    best: dict[tuple[int, int], tuple[float, tuple[int, int] | None]] = {(0, 0): (0.0, None)}
    for i in range(len(source) + 1):
        for j in range(len(read) + 1):
            here = best.get((i, j))
            if here is None:
                continue
            for di in range(min(LONGEST_SOURCE, len(source) - i) + 1):
                for dj in range(min(LONGEST_READ, len(read) - j) + 1):
                    if (di, dj) == (0, 0) or (di == 0 and dj > 1) or (di == 2 and dj == 0):
                        continue
                    a, b = source[i : i + di], read[j : j + dj]
                    score = here[0] + (first_guess(a, b) if edits is None else edit_log(edits, a, b))
                    old = best.get((i + di, j + dj))
                    if old is None or score > old[0]:
                        best[(i + di, j + dj)] = (score, (i, j))
    at = (len(source), len(read))
    total, steps = best[at][0], []
    while (before := best[at][1]) is not None:
        steps.append((source[before[0] : at[0]], read[before[1] : at[1]]))
        at = before
    return total, steps[::-1]


def edit_log(edits: Edits, source: str, read: str) -> float:
    """Log probability of one edit; what was never seen is possible but dear."""
    seen = edits.get(source, {}).get(read)
    if seen is not None:
        return seen
    floor = -9.0 - 1.5 * abs(len(source) - len(read)) - 2.0 * (len(source) - 1)
    return floor if len(source) else -9.0


def learn_edits(pairs: Counter[tuple[str, str]], table: Confusions | None = None) -> Edits:
    """Edits from pairs of (part of a clean word, part as read) by repeated best alignment; `table` adds counts of
    letters read as others that were measured elsewhere."""
    extra = {
        a: {b: n for b, n in seen.items() if len(b) <= LONGEST_READ and " " not in b}
        for a, seen in (table or {}).items() if len(a) == 1 and a.isalpha()
    }
    edits: Edits | None = None
    totals: Counter[str] = Counter()
    for (source, _), n in pairs.items():
        for size in (1, 2):
            for k in range(len(source) - size + 1):
                totals[source[k : k + size]] += n
        totals[""] += n * (len(source) + 1)
    for a, seen in extra.items():
        totals[a] += sum(seen.values())
    for _ in range(ROUNDS):
        counts: dict[str, Counter[str]] = defaultdict(Counter, {a: Counter(seen) for a, seen in extra.items()})
        for (source, read), n in pairs.items():
            for a, b in align(source, read, edits)[1]:
                counts[a][b] += n
        edits = {
            a: {b: round(log((n - 0.3) / (totals[a] + 1)), 3) for b, n in seen.items()} for a, seen in counts.items()
        }
    assert edits is not None
    return _shared(edits, totals)


def _shared(edits: Edits, totals: Counter[str]) -> Edits:
    """Marked letters of one base are misread alike: each is given 3 % of what those with its base show together."""
    families: dict[str, list[str]] = defaultdict(list)
    for letter in edits:
        if len(letter) == 1 and bare(letter) != letter:
            families[bare(letter)].append(letter)
    out = {a: dict(seen) for a, seen in edits.items()}
    for family in families.values():
        for b, share in _pooled(edits, totals, family).items():
            for a in family:
                own = exp(edits[a][b]) if b in edits[a] else 0.0
                out[a][b] = round(log(0.97 * own + 0.03 * share), 3)
    return out


def _pooled(edits: Edits, totals: Counter[str], letters: list[str]) -> dict[str, float]:
    """What the letters together are read as: reading → share."""
    weight = sum(totals[a] for a in letters)
    found: dict[str, float] = defaultdict(float)
    for a in letters:
        for b, value in edits[a].items():
            found[b] += exp(value) * totals[a] / weight
    return found


def cut(word: str, read: str, edits: Edits | None) -> tuple[tuple[str, str], tuple[str, str]] | None:
    """A pair of words as a pair of onsets and a pair of rimes; None if the word is no syllable."""
    parts = divide(word)
    if parts is None:
        return None
    options = []
    for k in range(min(len(read), len(parts[0]) + 2) + 1):
        if bool(parts[0]) == bool(k):
            score = align(parts[0], read[:k], edits)[0] + align(parts[1], read[k:], edits)[0]
            options.append((score, k))
    if not options:
        return None
    _, k = max(options)
    return (parts[0], read[:k]), (parts[1], read[k:])


def learn(pairs: Pairs, table: Confusions | None = None) -> dict[str, Any]:
    """The channel as data (see `dau.restore.channel`)."""
    edits: Edits | None = None
    for _ in range(2):
        onsets: Counter[tuple[str, str]] = Counter()
        rimes: Counter[tuple[str, str]] = Counter()
        for (word, read), n in sorted(pairs.words.items()):
            parts = cut(word, read, edits)
            if parts:
                onsets[parts[0]] += n
                rimes[parts[1]] += n
        edits = learn_edits(onsets + rimes, table)
    assert edits is not None
    spaces = max(1, pairs.gaps)
    inserted = sum(n for (a, b), n in pairs.inserted.items() if _wordy(a) and _wordy(b))
    lost = sum(n for (a, b), n in pairs.lost.items() if _wordy(a) and _wordy(b))
    return {
        "format": 1,
        "pairs": sum(pairs.words.values()),
        "edits": edits,
        "onsets": _nested(onsets, 1),
        "rimes": _nested(rimes, 1),
        "words": _nested(pairs.words, 2),
        "space_inserted": round(log((inserted + 1) / spaces), 3),
        "space_lost": round(log((lost + 1) / spaces), 3),
    }


def _wordy(text: str) -> bool:
    return any(c.isalpha() for c in text)


def _nested(pairs: Counter[tuple[str, str]], least: int) -> dict[str, dict[str, int]]:
    out: dict[str, dict[str, int]] = {}
    for (source, read), n in sorted(pairs.items()):
        if n >= least:
            out.setdefault(source, {})[read] = n
    return out


def save(channel: dict[str, Any], path: Path) -> None:
    """JSON, gzipped without a time stamp so that equal channels are equal files."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(channel, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    path.write_bytes(gzip.compress(text.encode("utf-8"), 9, mtime=0))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=Path, required=True, nargs="+")
    parser.add_argument("--language", default="eng")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--table", type=Path, help="JSON with more counts of letters")
    given = parser.parse_args()
    table = json.loads(given.table.read_text(encoding="utf-8")) if given.table else {}
    table = table.get("confusions", table)
    save(learn(collect(pair for path in given.pages for pair in pages(path, given.language)), table), given.out)


if __name__ == "__main__":
    main()
