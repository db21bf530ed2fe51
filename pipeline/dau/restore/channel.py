"""The confusion channel at run time: what may a piece of text, as read, have been?

P(read | syllable) = P(read onset | onset) · P(read rime | rime), the best division of the piece counting; each factor
blends the counts of misreadings seen in aligned data with a string-to-string edit model for those not seen, and whole
syllables seen misread so add their own evidence. `training/channel.py` learns the tables. All costs are natural
log probabilities.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Protocol

import numpy as np
import numpy.typing as npt

from dau.document.errors import DependencyError
from dau.document.orthography import bare

from .ngram import UNKNOWN_ID, LanguageModel
from .syllable import divide, pronounceable
from .tokens import key

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]
Case = Literal["lower", "title", "upper"]

NEVER = np.float32(-60.0)
FAR = np.float32(-22.0)
"""Below this no candidate is worth following."""
_REMEMBERED_PARTS, _REMEMBERED_PIECES = 4_000, 20_000
"""Readings of onsets and rimes, and pieces, whose values are kept: some 2 kB and 1 kB each."""
LONGEST_PIECE = 12
"""Letters beyond which a piece is no single syllable, however damaged."""


@dataclass(frozen=True)
class Candidates:
    """What a piece may be: ids of the vocabulary, log P(piece | word), best first by both channel and frequency;
    `own` is the index of the piece's own spelling among them, `best` the greatest log of a known word."""

    ids: Ints
    logs: Floats
    own: int

    @property
    def best(self) -> float:
        return float(self.logs[self.ids != UNKNOWN_ID].max(initial=NEVER))


class Parts:
    """Onsets or rimes, and the probability of any string as a misreading of each."""

    def __init__(self, parts: list[str], counts: dict[str, dict[str, int]], edits: dict[str, dict[str, float]]) -> None:
        self.parts = parts
        self._longest = max(len(p) for p in parts)
        self._lengths = np.array([len(p) for p in parts])
        names = sorted({p[k : k + n] for p in parts for n in (1, 2) for k in range(len(p) - n + 1)})
        index = {name: n + 1 for n, name in enumerate(names)}
        places = range(self._longest)
        self._single, self._double = (
            np.array([[index.get(p[k : k + n], 0) if k + n <= len(p) else 0 for k in places] for p in parts])
            for n in (1, 2)
        )
        # by what is read: the value for each single letter, for each pair; what was never seen costs a floor,
        # longer readings never seen are reached by insertions
        self._edits: dict[str, Floats] = {}
        self._doubles: dict[str, Floats] = {}
        self._floors = [self._floor(names, size) for size in (0, 1)]
        for name in names:
            for read, value in edits.get(name, {}).items():
                table = self._edits if len(name) == 1 else self._doubles
                if read not in table:
                    floor = self._floors[len(read)] if len(name) == 1 and len(read) < 2 else None
                    table[read] = np.full(len(names) + 1, NEVER, dtype=np.float32) if floor is None else floor.copy()
                table[read][index[name]] = value
        self._insert = edits.get("", {})
        self._seen: dict[str, list[tuple[int, int]]] = {}
        self._weight = np.zeros(len(parts), dtype=np.float32)
        self._total = np.ones(len(parts), dtype=np.float32)
        for n, part in enumerate(parts):
            found = counts.get(part, {})
            total = sum(found.values())
            if total:
                self._weight[n] = min(0.75, total / (total + 2.0 * len(found)))
                self._total[n] = total
            for read, count in found.items():
                self._seen.setdefault(read, []).append((n, count))
        self._memo: dict[str, Floats] = {}

    @staticmethod
    def _floor(names: list[str], size: int) -> Floats:
        values = [-9.0 - 1.5 * abs(1 - size) if len(n) == 1 else NEVER for n in names]
        return np.array([NEVER, *values], dtype=np.float32)

    def logs(self, read: str) -> Floats:
        """log P(read | part) for every part; `(len(parts),)`."""
        found = self._memo.get(read)
        if found is None:
            found = np.log(1 - self._weight) + self._edited(read)
            for n, count in self._seen.get(read, ()):
                found[n] = np.logaddexp(found[n], np.log(self._weight[n] * count / self._total[n]))
            if len(self._memo) >= _REMEMBERED_PARTS:
                self._memo.clear()
            self._memo[read] = found
        return found

    def _edited(self, read: str) -> Floats:
        """The edit model: best division into edits of one or two letters, for all parts at once."""
        count = len(self.parts)
        best = np.full((len(read) + 1, self._longest + 1, count), NEVER, dtype=np.float32)
        best[0, 0] = 0.0
        for j in range(len(read) + 1):
            for i in range(self._longest + 1):
                here = best[j, i]
                if here.max() < FAR:
                    continue
                if j < len(read):
                    np.maximum(best[j + 1, i], here + self._insert.get(read[j], -9.0), out=best[j + 1, i])
                if i == self._longest:
                    continue
                for size in range(min(3, len(read) - j) + 1):
                    table = self._edits.get(read[j : j + size], self._floors[size] if size < 2 else None)
                    if table is not None:
                        np.maximum(best[j + size, i + 1], here + table[self._single[:, i]], out=best[j + size, i + 1])
                    double = self._doubles.get(read[j : j + size]) if size and i + 2 <= self._longest else None
                    if double is not None:
                        np.maximum(best[j + size, i + 2], here + double[self._double[:, i]], out=best[j + size, i + 2])
        last: Floats = best[len(read), self._lengths, np.arange(count)]
        return last


class Source(Protocol):
    """Where the candidates of a piece come from."""

    space_lost: float
    space_inserted: float

    def candidates(self, piece: str) -> Candidates: ...

    def spell(self, piece: str, word: int, high: bool) -> str: ...


class StrippedChannel:
    """Text typed or converted without any mark: every word with the same bare letters is as likely to look so."""

    space_lost, space_inserted = -8.0, -8.0

    def __init__(self, language: LanguageModel, surfaces: Mapping[int, str]) -> None:
        self._language, self._surfaces = language, surfaces
        rare = rare_siblings(language)
        self._words: dict[str, list[int]] = {}
        for n, word in enumerate(language.words[4:], 4):
            if n not in rare and (divide(word) is None or pronounceable(word) or bare(word) == word):
                self._words.setdefault(bare(word), []).append(n)

    def candidates(self, piece: str) -> Candidates:
        """The words whose bare letters are the piece's, and the piece itself."""
        own = self._language.ids.get(key(piece), UNKNOWN_ID)
        ids = list(self._words.get(bare(key(piece)), ())) if piece.isascii() else []
        if own not in ids:
            ids.append(own)
        return Candidates(np.array(ids, dtype=np.int64), np.zeros(len(ids), dtype=np.float32), ids.index(own))

    def spell(self, piece: str, word: int, high: bool) -> str:
        """The word in the piece's own case; `high` plays no part, because a typist's capitals are meant."""
        text = self._surfaces.get(word, self._language.words[word])
        if len(text) != len(piece):
            return _cased(text, cases(piece)[0])
        return "".join(c.upper() if p.isupper() else c for c, p in zip(text, piece, strict=True))


class Channel:
    """Candidates for pieces, by one learned channel over one language model's vocabulary."""

    def __init__(self, model: dict[str, Any], language: LanguageModel, most: int = 24) -> None:
        self.space_lost = float(model["space_lost"])
        self.space_inserted = float(model["space_inserted"])
        self._language = language
        self._most = most
        self.surfaces: dict[int, str] = {}
        self._memo: dict[str, Candidates] = {}
        divided = [(n, divide(w)) for n, w in enumerate(language.words)]
        rare = rare_siblings(language)
        syllables = [
            (n, d) for n, d in divided if d is not None and pronounceable(language.words[n]) and n not in rare
        ]
        onsets, rimes = (sorted({d[k] for _, d in syllables}) for k in (0, 1))
        self._ids = np.array([n for n, _ in syllables], dtype=np.int64)
        self._onset = np.array([onsets.index(d[0]) for _, d in syllables], dtype=np.int64)
        at = {r: n for n, r in enumerate(rimes)}
        self._rime = np.array([at[d[1]] for _, d in syllables], dtype=np.int64)
        edits, seen_onsets, seen_rimes = model["edits"], model["onsets"], model["rimes"]
        self._onsets = {c: Parts([_cased(o, c) for o in onsets], seen_onsets, edits) for c in _CASES}
        self._rimes = {c: Parts([_cased(r, c) for r in rimes], seen_rimes, edits) for c in _CASES}
        self._words: dict[str, list[tuple[int, float]]] = {}
        for word, reads in model["words"].items():
            known = language.ids.get(key(word))
            total = sum(reads.values())
            for read, count in reads.items() if known is not None and total >= 10 else ():
                self._words.setdefault(read, []).append((known or 0, float(np.log(count / total))))
        self._others: dict[str, list[int]] = {}
        for n, d in divided[4:]:
            if d is None:
                self._others.setdefault(bare(language.words[n]), []).append(n)

    def candidates(self, piece: str) -> Candidates:
        """What `piece` may be; never empty, its own spelling always among them."""
        found = self._memo.get(piece)
        if found is None:
            found = self._candidates(piece)
            if len(self._memo) >= _REMEMBERED_PIECES:
                self._memo.clear()
            self._memo[piece] = found
        return found

    def spell(self, piece: str, word: int, high: bool) -> str:
        """The word as it is to be written where `piece` stands: in its case (`high`: the line is in capitals), with
        the commoner of two placements of the tone."""
        text = self.surfaces.get(word, self._language.words[word])
        options = cases(piece)
        if len(options) > 1:
            scored = []
            for case in options:
                ids, logs = self._syllables(piece, case)
                at = np.flatnonzero(ids == word)
                fitting = (case == "upper") == high
                scored.append((float(logs[at[0]]) if len(at) else -50.0) + (2.0 if fitting else 0.0))
            options = (options[int(np.argmax(scored))],)
        return _cased(text, options[0])

    def _candidates(self, piece: str) -> Candidates:
        spelt, language = key(piece), self._language
        logs = np.full(len(language.words), NEVER, dtype=np.float32)
        if len(piece) <= LONGEST_PIECE:
            for ids, values in (self._syllables(piece, case) for case in cases(piece)):
                logs[ids] = np.maximum(logs[ids], values)
        for n, value in self._words.get(piece, ()):
            logs[n] = np.logaddexp(logs[n], np.float32(value)) + np.log(0.5)
        for n in self._others.get(bare(spelt), ()):
            logs[n] = max(logs[n], -0.1 if language.words[n] == spelt else -2.0)
        own = language.ids.get(spelt, UNKNOWN_ID)
        if logs[own] == NEVER:
            logs[own] = -0.1 if own == UNKNOWN_ID else -6.0
        return self._chosen(logs, own)

    def _chosen(self, logs: Floats, own: int) -> Candidates:
        """The likeliest by channel and frequency together, and the piece's own spelling in any case."""
        rank = logs + np.float32(0.6) * self._language.unigram
        within = np.flatnonzero(logs > max(float(FAR), float(logs.max()) - 14.0))
        chosen = within[np.argsort(-rank[within], kind="stable")[: self._most]]
        if own not in chosen:
            chosen = np.append(chosen[: self._most - 1], own)
        return Candidates(chosen, logs[chosen], int(np.flatnonzero(chosen == own)[0]))

    def _syllables(self, piece: str, case: Case) -> tuple[Ints, Floats]:
        """Ids and log probabilities of the syllables within reach."""
        total = np.full(len(self._ids), NEVER, dtype=np.float32)
        for cut in range(min(len(piece), 5) + 1):
            onset = self._onsets[case].logs(piece[:cut])
            if not cut:
                onset = np.where(np.arange(len(onset)) == 0, onset, NEVER)
            elif onset.max() < -14:
                continue
            # a capital belongs to the onset where there is one, else to the rime
            rime = self._rimes["title" if case == "title" and cut == 0 else "upper" if case == "upper" else "lower"]
            np.maximum(total, onset[self._onset] + rime.logs(piece[cut:])[self._rime], out=total)
        near = np.flatnonzero(total > max(-25.0, float(total.max()) - 14.0))
        return self._ids[near], total[near]


def rare_siblings(language: LanguageModel, ratio: float = 2e-4) -> frozenset[int]:
    """Words so much rarer than another with the same bare letters that they are rather its misspelling."""
    bares = [bare(w) for w in language.words]
    most: dict[str, float] = {}
    for n, letters in enumerate(bares):
        most[letters] = max(most.get(letters, -99.0), float(language.unigram[n]))
    return frozenset(n for n, b in enumerate(bares) if float(language.unigram[n]) < most[b] + np.log(ratio))


_CASES: tuple[Case, ...] = ("lower", "title", "upper")


def _cased(text: str, case: Case) -> str:
    return text.upper() if case == "upper" else text[:1].upper() + text[1:] if case == "title" else text


def cases(piece: str) -> tuple[Case, ...]:
    """How the piece may have been set. An engine's capitals are not always capitals: `BO` for `Bộ`, `Iui` for `lui`."""
    letters = [c for c in piece if c.isalpha()]
    high = sum(c.isupper() for c in letters)
    if not high:
        return ("lower",)
    if high == len(letters) and high > 3:
        return ("upper",)
    if high == len(letters) and high > 1:
        return ("upper", "title")
    if high == 1 and piece[:1].isupper():
        return ("title", "lower") if piece[0] in "IOS" else ("title",)
    return ("upper", "title", "lower") if piece[:1].isupper() else ("lower", "upper")


def load(path: Path, language: LanguageModel) -> Channel:
    """The channel in a .json.gz file; DependencyError where it cannot be read."""
    try:
        model = json.loads(gzip.decompress(path.read_bytes()))
        return Channel(model, language)
    except (OSError, ValueError, KeyError) as error:
        raise DependencyError(
            f"The confusion channel {path} cannot be loaded: {error}.", "Install dau again, or train the model anew."
        ) from error
