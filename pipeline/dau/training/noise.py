"""Clean words → words as an engine would have misread them, drawn from the learned confusion channels.

The tables are those of `training/channel.py`: whole words seen misread, onsets and rimes, and edits of one or two
letters for what was never seen. Drawing from counts keeps what belongs together (`ế`, `ề` → `é`; `ữ` → `ir`).
"""

from __future__ import annotations

import gzip
import json
import random
from itertools import accumulate
from math import exp
from pathlib import Path
from typing import Any

from dau.document.orthography import canonical_tone
from dau.restore.syllable import divide

Table = dict[str, tuple[list[str], list[float]]]
_SEEN_ENOUGH = 8
"""Occurrences from which a word's own misreadings are half trusted against those of its parts."""
CHANNELS = ("legacy", "scan", "trueocr")
"""Channels of a model's folder, each in a file of its name: the regimes whose words are drawn from counts."""
_HOT = 0.6
"""Exponent of the counts on bad lines: what is rarely seen on average is common where the print is poor."""


class Noise:
    """Draws misreadings. `space_lost`, `space_inserted`: probabilities at a place between words, and of a word."""

    def __init__(self, channel: dict[str, Any]) -> None:
        tables = [channel[k] for k in ("words", "onsets", "rimes")]
        edits = {
            source: {read: exp(value) for read, value in seen.items()}
            for source, seen in channel["edits"].items() if len(source) == 1
        }
        self._tables = [[_cumulated(t, power) for t in (*tables, edits)] for power in (1.0, _HOT)]
        self.space_lost, self.space_inserted = exp(channel["space_lost"]), exp(channel["space_inserted"])

    def word(self, text: str, rng: random.Random, *, hot: bool = False, tries: int = 1) -> str:
        """`text`, a word without the marks around it, as it may be read; drawn up to `tries` times until it differs.
        `hot`: from a worse page than most."""
        for _ in range(tries):
            read = self._draw(canonical_tone(text), text, rng, self._tables[hot])
            if read and read != text:
                return read
        return text

    def _draw(self, spelt: str, text: str, rng: random.Random, tables: list[Table]) -> str:
        words, onsets, rimes, letters = tables
        seen = words.get(spelt)
        if seen and rng.random() < seen[1][-1] / (seen[1][-1] + _SEEN_ENOUGH):
            read = _drawn(seen, rng)
            return text if read == spelt else read
        parts = divide(spelt)
        if parts is None:
            return "".join(_letter(c, letters, rng) for c in text)
        out = ""
        for part, table in zip(parts, (onsets, rimes), strict=True):
            found = table.get(part)
            if part and found and found[1][-1] >= _SEEN_ENOUGH:
                out += _drawn(found, rng)
            else:
                out += "".join(_letter(c, letters, rng) for c in part)
        return text if out == spelt else out


def _letter(letter: str, table: Table, rng: random.Random) -> str:
    found = table.get(letter)
    return _drawn(found, rng) if found else letter


def _cumulated(counts: dict[str, dict[str, float]], power: float) -> Table:
    return {
        source: (list(seen), list(accumulate(n**power for n in seen.values())))
        for source, seen in counts.items() if seen and source
    }


def _drawn(table: tuple[list[str], list[float]], rng: random.Random) -> str:
    return rng.choices(table[0], cum_weights=table[1])[0]


def load(path: Path) -> Noise:
    """The channel in a .json.gz file."""
    return Noise(json.loads(gzip.decompress(path.read_bytes())))


def load_all(folder: Path) -> dict[str, Noise]:
    """The channels of a model by name."""
    return {name: load(folder / f"{name}.json.gz") for name in CHANNELS}
