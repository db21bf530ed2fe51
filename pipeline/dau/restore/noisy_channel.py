"""The first restorer: a noisy channel. What was read, `r`, is restored to the words `w` that make P(w) · P(r | w)
greatest, P(w) by a trigram model over syllables, P(r | w) by a confusion channel learned from an engine's misreadings
(Shannon; for OCR after Kernighan, Church & Gale 1990 and Brill & Moore 2000)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from dau.document.errors import DependencyError
from dau.document.orthography import bare, nfc
from dau.document.transcript import Line

from . import channel as channels
from . import ngram
from .chains import FREE, Run, Slot, runs
from .channel import Channel, Source, StrippedChannel
from .confidence import Calibration
from .damage import Damage, judge, signs
from .lattice import Floats, Order, Position, posteriors
from .ngram import UNKNOWN_ID, LanguageModel
from .rewrite import Edit, reason_for, rewrite
from .seam import RestoreSettings
from .syllable import divide
from .symbols import NumberedNames, Symbols
from .tokens import key, pieces

VERSION = "4"
WEIGHT = 0.85
"""Exponent of the channel: its factors are not independent of one another."""
STRANGER = -9.0
"""ln of one unknown word's share of the class of unknown words."""
STRAY_STRANGER = -14.0
"""The same for what has a digit, a stray mark or a letter that an engine without Vietnamese leaves in words."""
OWN_BONUS = {"legacy": 0.0, "stripped": 0.0, "scan": 0.5, "clean": 2.5, "foreign": 0.0}
"""Nats in favour of what stands there; the channel was learned on worse pages than most."""


MOST_REMEMBERED = 10_000
"""Pieces whose candidates are kept, some 5 kB each."""
_LOST = ("legacy", "stripped")


@dataclass(frozen=True)
class Choice:
    """A candidate of a slot with what it means: `word` ids of one or two words, `join`: with the next slot;
    `tail`: nothing of its own, the slot before has taken it."""

    words: tuple[int, ...]
    join: bool = False
    tail: bool = False


@dataclass(frozen=True)
class Weighed:
    """Lines with what each slot of each run may be: `choices[run][slot]` and, parallel, `logs` (what the channel says,
    weighted) and `shares` (posteriors)."""

    lines: Sequence[Line]
    damage: list[Damage]
    runs: list[Run]
    choices: list[list[list[Choice]]]
    logs: list[list[Floats]]
    shares: list[list[Floats]]


class NoisyChannelRestorer:
    """A `Restorer` over a language model and a channel for each kind of damage."""

    name = "ngram"

    def __init__(self, model: LanguageModel, legacy: Channel, scan: Channel, symbols: Symbols,
                 names: NumberedNames, settings: RestoreSettings, digest: str, order: Order = 3,
                 engines: Mapping[str, Channel] | None = None, calibration: Calibration | None = None) -> None:
        """`engines`: the channels of engines with Vietnamese that have their own."""
        self.digest = digest
        self._calibration = calibration or Calibration()
        self._order = order
        self._memo: dict[tuple[Damage, str, str], _Building] = {}
        self._model, self._symbols, self._names, self._settings = model, symbols, names, settings
        stripped = StrippedChannel(model, legacy.surfaces)
        self._channels: dict[Damage, Source] = {"legacy": legacy, "stripped": stripped, "scan": scan, "clean": scan}
        self._engines: dict[str, Source] = dict(engines or {})
        self._bare = frozenset(bare(w) for w in model.words if divide(w))

    @property
    def words(self) -> tuple[str, ...]:
        """The vocabulary by id."""
        return self._model.words

    @property
    def ids(self) -> Mapping[str, int]:
        """Word → id."""
        return self._model.ids

    def restore(self, lines: Sequence[Line]) -> list[Line]:
        return self.rewritten(self.weigh(lines))

    def weigh(self, lines: Sequence[Line]) -> Weighed:
        """The candidates of every slot and their posteriors."""
        damage = self._damage(lines)
        found = runs(lines, damage)
        lattice = [self._lattice(run) for run in found]
        positions = [[p for p, _ in chain] for chain in lattice]
        shares = posteriors(positions, self._model, [r.ends for r in found], order=self._order)
        return Weighed(
            lines, damage, found, [[c for _, c in chain] for chain in lattice],
            [[p.logs for p in row] for row in positions], shares,
        )

    def rewritten(self, weighed: Weighed, *, guarded: bool = True) -> list[Line]:
        """The lines with the likeliest choices written into them, as far as margins and guard agree; not `guarded`
        only to see what the guard is worth."""
        lines = weighed.lines
        edits: list[list[Edit]] = [[] for _ in lines]
        certainty: list[dict[int, float]] = [{} for _ in lines]
        high = [_mostly_capitals(line.raw) for line in lines]
        for run, choices, shares in zip(weighed.runs, weighed.choices, weighed.shares, strict=True):
            covered = -1
            for t, slot in enumerate(run.slots):
                edit, share = self._decide(run, t, choices[t], shares[t], high[slot.line], covered=t == covered)
                if edit and t != covered:  # else it has become part of the word before
                    edits[slot.line].append(edit)
                    covered = t + 1 if edit.reason == "join" else -1
                seen = certainty[slot.line]
                seen[slot.word] = min(seen.get(slot.word, 1.0), share)
        for n, line in enumerate(lines):
            if weighed.damage[n] not in ("clean", "foreign"):
                edits[n] += self._numbered(line, edits[n])
        return [
            rewrite(line, sorted(edits[n], key=lambda e: (e.word, e.start)), certainty[n],
                    partial(self._calibration.probability, weighed.damage[n]), guarded=guarded)
            for n, line in enumerate(lines)
        ]

    def _damage(self, lines: Sequence[Line]) -> list[Damage]:
        asked = self._settings.channel
        if asked != "auto":
            return [asked] * len(lines)
        known = self._model.ids
        judged = judge([
            signs([p.key for w in line.words for p in pieces(w.raw) if not p.fixed], known, self._bare)
            for line in lines
        ])
        return [_of_an_engine(line) if kind == "clean" else kind for line, kind in zip(lines, judged, strict=True)]

    def _lattice(self, run: Run) -> list[tuple[Position, list[Choice]]]:
        chain = [self._own(slot) for slot in run.slots]
        for t in range(len(run.slots) - 1):
            self._add_joins(run.slots[t], run.slots[t + 1], chain[t], chain[t + 1], t + 1)
        return [(built.position(), built.choices) for built in chain]

    def _channel(self, slot: Slot) -> Source:
        own = self._engines.get(slot.engine) if slot.damage in ("scan", "clean") else None
        return own or self._channels[slot.damage]

    def _own(self, slot: Slot) -> _Building:
        if slot.fixed != FREE:
            return _Building([Choice((slot.fixed,))], [0.0])
        known = self._memo.get((slot.damage, slot.engine, slot.text))
        if known is None:
            known = self._weighed(slot)
            if len(self._memo) >= MOST_REMEMBERED:
                self._memo.clear()
            self._memo[slot.damage, slot.engine, slot.text] = known
        return known.copy()

    def _weighed(self, slot: Slot) -> _Building:
        channel = self._channel(slot)
        found = channel.candidates(slot.text)
        logs = found.logs * WEIGHT
        plain = slot.text.isalpha() and (slot.damage != "legacy" or slot.text.isascii())
        logs = np.where(found.ids == UNKNOWN_ID, logs + (STRANGER if plain else STRAY_STRANGER), logs)
        logs[found.own] += OWN_BONUS[slot.damage]
        built = _Building([Choice((int(n),)) for n in found.ids], logs.tolist())
        if len(slot.text) >= 5 and int(found.ids[found.own]) == UNKNOWN_ID and found.best < -6.0:
            self._add_splits(slot, channel, built)
        return built

    def _add_splits(self, slot: Slot, channel: Source, built: _Building) -> None:
        """Two words that lost the space between them."""
        options = []
        for cut in range(1, len(slot.text)):
            left, right = channel.candidates(slot.text[:cut]), channel.candidates(slot.text[cut:])
            for a in range(min(3, len(left.ids))):
                for b in range(min(3, len(right.ids))):
                    pair = np.array([left.ids[a]]), np.array([right.ids[b]])
                    if UNKNOWN_ID in (int(pair[0][0]), int(pair[1][0])):
                        continue
                    heard = WEIGHT * float(left.logs[a] + right.logs[b] + channel.space_lost)
                    options.append((heard + float(self._model.bigram(*pair)[0]), int(pair[0][0]), int(pair[1][0])))
        for value, a, b in sorted(options, reverse=True)[:3]:
            built.add(Choice((a, b)), value)

    def _add_joins(self, left: Slot, right: Slot, here: _Building, there: _Building, number: int) -> None:
        """One word with a space read into it. `number` tells the joins of a chain apart."""
        adjacent = (left.line, left.word + 1) == (right.line, right.word) and left.to_end and right.to_start
        if not adjacent or left.fixed != FREE or right.fixed != FREE or len(left.text) + len(right.text) > 8:
            return
        strange = key(left.text) not in self._model.ids and key(right.text) not in self._model.ids
        if min(len(left.text), len(right.text)) > 1 and not strange:
            return
        channel = self._channel(left)
        found = channel.candidates(left.text + right.text)
        price = max(channel.space_inserted, -6.0)
        if len(left.text) == 1 and left.text.isupper() and right.text[:1].islower():
            price = -3.0  # capitals with a wide bar, T above all, stand apart from what follows
        for k in range(min(5, len(found.ids))):
            word = int(found.ids[k])
            if word != UNKNOWN_ID and found.logs[k] > -9.0:
                link = here.join(Choice((word,), join=True), WEIGHT * (float(found.logs[k]) + price), number)
                there.continue_(word, link)

    def _decide(self, run: Run, t: int, choices: list[Choice], weight: Floats, high: bool, *,
                covered: bool) -> tuple[Edit | None, float]:
        slot = run.slots[t]
        if slot.fixed != FREE:
            return self._symbol(slot), 1.0
        best = int(np.argmax(weight))
        choice, share = choices[best], float(weight[best])
        own = self._own_share(slot, choices, weight)
        if choice.tail:  # stands for itself where the slot before did not take it
            return None, share if covered else own
        needed = self._margin(slot)
        if not choice.join and len(choice.words) == 1 and self._model.words[choice.words[0]] == key(slot.text):
            return None, share
        if choice.words[0] == UNKNOWN_ID:
            return None, own
        if share < needed or (slot.damage == "clean" and share < 0.99):
            return None, own
        if slot.agreed and not high and _is_abbreviation(slot.text) and not self._only_marks(slot, choice):
            return None, own
        channel = self._channel(slot)
        if choice.join:
            after = run.slots[t + 1]
            text = channel.spell(slot.text + after.text, choice.words[0], high)
            return Edit(slot.word, slot.start, after.end, text, share, "join", after.word), share
        if len(choice.words) == 2:
            text = " ".join(channel.spell(slot.text, w, high) for w in choice.words)
            if not high and text[:1].isupper():
                text = text[0] + text[1:].lower()
            return Edit(slot.word, slot.start, slot.end, text, share, "split"), share
        text = channel.spell(slot.text, choice.words[0], high)
        return Edit(slot.word, slot.start, slot.end, text, share, reason_for(slot.text, text)), share

    def _only_marks(self, slot: Slot, choice: Choice) -> bool:
        """Whether a candidate has the letters of the slot and other marks."""
        return not choice.join and [bare(self._model.words[w]) for w in choice.words] == [bare(slot.text).lower()]

    def _margin(self, slot: Slot) -> float:
        if slot.damage in _LOST:
            return self._settings.margin_legacy
        return self._settings.margin_scan if slot.scanned else self._settings.margin_text

    def _own_share(self, slot: Slot, choices: list[Choice], weight: Floats) -> float:
        own = (self._model.ids.get(key(slot.text), UNKNOWN_ID),)
        for n, choice in enumerate(choices):
            if choice.words == own and not choice.join and not choice.tail:
                return float(weight[n])
        return 0.0

    def _symbol(self, slot: Slot) -> Edit | None:
        if slot.damage == "clean":
            return None
        text, share = self._symbols.restored(slot.text)
        return None if text == slot.text else Edit(slot.word, slot.start, slot.end, text, share, "symbol")


    def _numbered(self, line: Line, edits: Sequence[Edit]) -> list[Edit]:
        """Names joined with their numbers, where nothing else is done to either word."""
        taken = {k for e in edits for k in range(e.word, e.last + 1)}
        texts = [nfc(w.raw) for w in line.words]
        return [
            Edit(n, 0, len(texts[n + 1]), texts[n] + texts[n + 1], share, "join", n + 1)
            for n, share in self._names.broken(texts) if not taken & {n, n + 1}
        ]


class _Building:
    """A position while its candidates are gathered."""

    def __init__(self, choices: list[Choice], logs: list[float]) -> None:
        self.choices, self.logs = choices, logs
        self.links, self.tails = [0] * len(choices), [0] * len(choices)

    def copy(self) -> _Building:
        other = _Building(self.choices.copy(), self.logs.copy())
        other.links, other.tails = self.links.copy(), self.tails.copy()
        return other

    def add(self, choice: Choice, log: float, link: int = 0, tail: int = 0) -> None:
        self.choices.append(choice)
        self.logs.append(log)
        self.links.append(link)
        self.tails.append(tail)

    def join(self, choice: Choice, log: float, number: int) -> int:
        """Adds a join and gives it a number of its own in the chain."""
        link = 8 * number + sum(x > 0 for x in self.links) + 1
        self.add(choice, log, link=link)
        return link

    def continue_(self, word: int, link: int) -> None:
        self.add(Choice((word,), tail=True), 0.0, tail=link)

    def position(self) -> Position:
        first = np.array([c.words[0] for c in self.choices], dtype=np.int64)
        last = np.array([c.words[-1] for c in self.choices], dtype=np.int64)
        return Position(first, last, np.array(self.logs, dtype=np.float32), np.array(self.links, dtype=np.int64),
                        np.array(self.tails, dtype=np.int64))


def _of_an_engine(line: Line) -> Damage:
    """What a line is that shows no damage: `scan` where an engine has read it. Misreadings that are words themselves
    (sửa đối, công bồ) are left on the best pages, which are judged by words that do not exist."""
    return "scan" if any(word.readings for word in line.words) else "clean"


def _is_abbreviation(text: str) -> bool:
    """Whether letters are capitals that are no syllable (UV, SV, UBMT)."""
    return len(text) >= 2 and text.isalpha() and text.isupper() and divide(text.lower()) is None


def _mostly_capitals(text: str) -> bool:
    letters = [c for c in text if c.isalpha()]
    return len(letters) > 3 and sum(c.isupper() for c in letters) > 0.7 * len(letters)


def load(folder: Path, settings: RestoreSettings, order: Order = 3,
         calibration: Calibration | None = None) -> NoisyChannelRestorer:
    """The restorer whose model lies in `folder`; DependencyError where it is missing or broken. A lower `order`
    weighs words by fewer of those before them: 2, by one; 1, by none (baselines for comparison)."""
    model = ngram.load(folder)
    legacy, scan = (channels.load(folder / f"{name}.json.gz", model) for name in ("legacy", "scan"))
    try:
        facts = json.loads((folder / "spelling.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise DependencyError(
            f"The spelling table in {folder} cannot be read: {error}.", "Install dau again, or train the model anew."
        ) from error
    trueocr = channels.load(folder / "trueocr.json.gz", model) if (folder / "trueocr.json.gz").exists() else None
    for channel in filter(None, (legacy, scan, trueocr)):
        channel.surfaces.update({model.ids[k]: v for k, v in facts["surfaces"].items() if k in model.ids})
    return NoisyChannelRestorer(model, legacy, scan, Symbols(facts["symbols"]),
                                NumberedNames(facts.get("numbered", {})), settings, digest(folder), order,
                                {"trueocr": trueocr} if trueocr else None, calibration)


def digest(folder: Path) -> str:
    """SHA-256 (hex) over the model's files, their names, and the version of the method."""
    total = hashlib.sha256(VERSION.encode())
    for path in sorted(folder.iterdir()):
        if path.suffix in (".npy", ".gz", ".txt", ".json"):
            total.update(path.name.encode() + b"\0")
            with path.open("rb") as file:
                total.update(hashlib.file_digest(file, "sha256").digest())
    return total.hexdigest()
