"""Lines → chains of slots, the places of a line that are restored or give context."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dau.document.orthography import nfc
from dau.document.transcript import Line

from .damage import Damage
from .ngram import NUMBER_ID, SYMBOL_ID
from .tokens import NUMBER, ends_sentence, pieces

LONGEST_CHAIN = 100
FREE = -1


@dataclass(frozen=True)
class Slot:
    """A piece of a word: `text` stands at `start:end` of the NFC form of `lines[line].words[word].raw`; `fixed` is the
    id of its class where it is protected, else FREE. `to_start`, `to_end`: it reaches to the word's start, end.
    `engine`: the only engine that read the word, "" where there are several or none is known; `scanned`: some engine
    is known to have read it; `agreed`: several have, and all read the same."""

    line: int
    word: int
    start: int
    end: int
    text: str
    fixed: int
    damage: Damage
    to_start: bool
    to_end: bool
    engine: str = ""
    scanned: bool = False
    agreed: bool = False


@dataclass(frozen=True)
class Run:
    """Slots that are one another's context; `ends`: the sentence ends behind the last."""

    slots: tuple[Slot, ...]
    ends: bool


def runs(lines: Sequence[Line], damage: Sequence[Damage]) -> list[Run]:
    """Chains over line ends, broken at ends of sentences, blank lines, foreign text, and where they grow too long."""
    out: list[Run] = []
    open_: list[Slot] = []

    def close(ends: bool) -> None:
        if open_:
            out.append(Run(tuple(open_), ends))
            open_.clear()

    for n, line in enumerate(lines):
        if not line.words or damage[n] == "foreign":
            close(True)
            continue
        previous = ""
        for w, word in enumerate(line.words):
            text = nfc(word.raw)
            if not any(c.isspace() for c in text):
                open_.extend(_slots(text, previous, n, w, damage[n], word.readings))
            previous = text
            if ends_sentence(text):
                close(True)
            elif len(open_) >= LONGEST_CHAIN:
                close(False)
    close(True)
    return out


def _slots(text: str, previous: str, line: int, word: int, damage: Damage,
           readings: Mapping[str, str]) -> list[Slot]:
    engines = tuple(readings)
    agreed = len(engines) > 1 and all(nfc(reading) == text for reading in readings.values())
    return [
        Slot(line, word, p.start, p.end, text[p.start : p.end],
             FREE if not p.fixed else NUMBER_ID if p.key == NUMBER else SYMBOL_ID, damage, p.start == 0,
             p.end == len(text), engines[0] if len(engines) == 1 else "", bool(engines), agreed)
        for p in pieces(text, previous)
    ]
