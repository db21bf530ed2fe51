"""Names of persons as read under a signature and a seal: what speaks against one, and who else tells it.

A name is never put right from a list. It is kept as read and doubted; only where the same page names the signer a
second time (the note of the electronic signature), and nearly so, the two together say what was printed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

from dau.document.directive import Witness
from dau.document.orthography import fold, letters, skeleton
from dau.document.transcript import Transcript, Word

from ..facts.names import alike
from ..language.lexicon import data
from ..layout import anchors

NameDoubt = Literal["unsure", "engines", "restored", "syllable", "surname", "several"]
_SIGNED_BY = re.compile(r"(?:người ký|ký bởi|ký số bởi|signed by)\s*[:：]\s*(?P<name>[^\n]+)", re.IGNORECASE)
_EDGES = " .,;:*|_~=•·'’‘\"“”()-–—"
_SYLLABLE = re.compile(
    r"(?:ngh|ng|nh|ch|gh|gi|g|kh|ph|qu|th|tr|[bcdhklmnprstvx])?(?P<rime>[aeiouy]+(?:ch|ng|nh|[cmnpt])?)"
)
_RIMES = (
    "a ac ach ai am an ang anh ao ap at au ay e ec ech em en eng enh eo ep et eu i ia ic ich im in inh ip it iu "
    "iec iem ien ieng iep iet ieu o oa oac oach oai oam oan oang oanh oao oap oat oay oc oe oen oeo oet oi om on ong "
    "ooc oong op ot u ua uan uang uat uay uc ue uech uenh ui um un ung uo uoc uoi uom uon uong uop uot uou up ut uu "
    "uy uya uych uyen uyet uyn uynh uyt uyu y yem yen yet yeu ynh"
)
"""Rimes of Vietnamese syllables in bare letters: names hold no others."""
_TOO_LOW = 0.5
"""Below this confidence a word is doubted even where the engines spell the same letters."""
_NEAR = 0.7
"""How alike a damaged name and a witness must be (Levenshtein ratio of bare letters)."""


@dataclass(frozen=True)
class NameWitness:
    """The signer's name as the page tells it in another place."""

    name: str
    witness: Witness


@cache
def _surnames() -> frozenset[str]:
    return frozenset(fold(name) for name in data("surnames")["surnames"])


@cache
def _rimes() -> frozenset[str]:
    return frozenset(_RIMES.split())


def is_surname(word: str) -> bool:
    """Whether a word is a known surname (họ), diacritics included."""
    return fold(word) in _surnames()


def name_doubts(name: str, words: Sequence[Word], sure: float) -> tuple[NameDoubt, ...]:
    """What speaks against a name as read; `sure` is the confidence below which a word of it is doubted."""
    parts = name.split()
    spelt = [w for w in words if letters(w.raw)]
    found: list[NameDoubt] = []
    if any(_unsure(w, sure) for w in spelt):
        found.append("unsure")
    if any(_read_otherwise(w) for w in spelt):
        found.append("engines")
    if any(fold(w.raw) != fold(w.restored) for w in spelt):
        found.append("restored")
    if not all(_possible(part) for part in parts):
        found.append("syllable")
    if parts and not is_surname(parts[0]) and not _hyphenated(parts[0]):
        found.append("surname")
    if len(parts) >= 6:
        found.append("several")
    return tuple(found)


def _hyphenated(word: str) -> bool:
    """Names of other peoples: H'Yim, Bh'riu."""
    return "'" in word or "’" in word


def _possible(word: str) -> bool:
    return is_surname(word) or _hyphenated(word) or _syllable(word)


def _syllable(word: str) -> bool:
    """Whether a word is a syllable down to its rime: stricter than what running text, with its loan words, allows."""
    m = _SYLLABLE.fullmatch(skeleton(word))
    return m is not None and m["rime"] in _rimes()


def _unsure(word: Word, sure: float) -> bool:
    """Read with little confidence; not where engines differ in signs and spaces only, and spell the same letters."""
    if word.confidence is None or word.confidence >= sure:
        return False
    seen = fold(word.raw.strip(_EDGES))
    agreed = any(seen in fold(reading) for reading in word.readings.values() if reading != word.raw)
    return not agreed or word.confidence < _TOO_LOW


def _read_otherwise(word: Word) -> bool:
    """Another engine read other letters there that make a syllable; not a part of the word, nor words run together."""
    seen = letters(word.raw)
    for reading in word.readings.values():
        other = letters(reading)
        if len(other) > 1 and other not in seen and seen not in other and _syllable(reading.strip(_EDGES)):
            return True
    return False


def other_readings(words: Sequence[Word]) -> tuple[str, ...]:
    """The words as each of the other engines read them, where that is not what was taken."""
    raw = " ".join(w.raw for w in words)
    engines = dict.fromkeys(engine for w in words for engine in w.readings)
    readings = (_joined(w.readings.get(engine, w.raw) for w in words) for engine in engines)
    return tuple(dict.fromkeys(text for text in readings if letters(text) and text != raw))


def _joined(readings: Iterable[str]) -> str:
    """Readings in a row; one that spans several words counts once."""
    out: list[str] = []
    for reading in readings:
        if not out or out[-1] != reading:
            out.append(reading)
    return " ".join(out)


def signer_witnesses(transcript: Transcript) -> tuple[NameWitness, ...]:
    """Persons named by the notes of electronic signatures; agencies, which mostly sign there, are none."""
    found = []
    for page in transcript.pages:
        for overlay in page.overlays:
            for m in _SIGNED_BY.finditer(overlay.text or "" if overlay.kind == "signature_note" else ""):
                name = m["name"].strip(_EDGES)
                name = name.title() if name.isupper() else name
                person = anchors.person_name(name)
                if person and is_surname(person.split()[0]) and not anchors.AGENCY_HEADS.match(_plain(person)):
                    text = (overlay.text or "").strip()
                    found.append(
                        NameWitness(person, Witness(kind="signature_note", text=text, where=f"p{page.number}"))
                    )
    return tuple(found)


def _plain(text: str) -> str:
    return " ".join(letters(word) for word in text.split())


def told_by(name: str, witnesses: Sequence[NameWitness]) -> NameWitness | None:
    """The witness whose name a damaged one nearly is; None where two differing ones are near."""
    near = [w for w in witnesses if alike(w.name, name) >= _NEAR]
    return near[0] if len({fold(w.name) for w in near}) == 1 else None
