"""What restoration may not touch: numbers, document symbols, dates, phone numbers, addresses.

A line's protected content is a sequence of *atoms*, read off its tokens from left to right. Restoration is allowed
exactly where the atoms of the restored line equal those of the raw line. A token gives

* nothing, if it has no digit and is no address: its spelling is the restorer's business;
* nothing, if it is a word in which letters were misread as digits (`s6`, `c6`, `l1ong`): the digit may vanish with
  the misreading, but such a token may not turn into another one with digits;
* itself, if it is an e-mail address or a URL;
* itself without diacritics, if it is a number, date, document symbol or code (`1497/QD-TTg`, `19001095`,
  `30/2021/QH15`, `5G`, `F0`); diacritics of a symbol's letters may thus come back, its digits and separators stay;
* the part behind the word, if a word and a number are written together (`Covid-19` gives `19`).

Whether a digit is a misread letter cannot always be told from the token. What cannot be decided is protected.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from itertools import zip_longest

from dau.document.orthography import bare, nfc

_EDGE = " .,;:!?()[]{}<>\"'“”‘’„‟«»…*_|~`-–—=•·"
_ADDRESS = re.compile(
    r"(?i)(?:https?:|ftp:|www\.)|\w@\w+[\w.-]*\.\w|^\W*(?:[a-z0-9-]+\.)+(?:vn|com|org|net|gov|edu|info|asia)(?:[/:].*)?\W*$"
)
_LONGEST = 100
_WORD_NUMBER = re.compile(r"^([^\W\d_]*[^\W\d_A-ZĐ][^\W\d_]*)[-–—/]+(\d[\d.,/:–—-]*)$")

MISREAD = {"6": "oôồốổỗộòóỏõọơờớởỡợ", "0": "oôơòóỏõọồốổỗộờớởỡợ", "1": "lití", "4": "aáàạảãâấậăắ", "9": "gq", "5": "s"}
"""Letters an engine reads as a digit, as measured (`training/channel.py`): nothing else makes a digit a letter."""

_BARE_MISREAD = {digit: frozenset(bare(letters)) for digit, letters in MISREAD.items()}
_APART = re.compile("[-–—/.,:;]")
_UNITS = frozenset({"m2", "m3", "km2", "cm2", "cm3", "dm2", "dm3", "mm2", "mm3", "ha1", "co2", "h2o", "so2", "o2"})
_ENUMERATORS = frozenset({
    "khoan", "diem", "dieu", "muc", "chuong", "phan", "luc", "bang", "hinh", "so", "mau", "bieu", "quy", "to", "lop",
    "khu", "lo", "tang", "cap", "bac", "hang",
})
_ONSETS = "(?:ngh|ng|nh|th|tr|ch|kh|gh|gi|qu|ph|[bcdghklmnprstvx])?"
_NUCLEI = "(?:uye|uya|uoi|uou|oai|oao|oay|oeo|uay|ieu|yeu|[aeiouy]{1,2})"
_CODAS = "(?:ch|ng|nh|[cmnpt])?"
_SYLLABLE = re.compile(_ONSETS + _NUCLEI + _CODAS)


@dataclass(frozen=True)
class Violation:
    """A protected atom that restoration altered: what stood there (`raw`), and what stands there now (`restored`);
    an empty side means that the atom vanished or came from nowhere."""

    raw: str
    restored: str

    def __str__(self) -> str:
        return f"{self.raw or '(nothing)'} became {self.restored or '(nothing)'}"


def violations(raw: str, restored: str) -> list[Violation]:
    """Where `restored` says another number, symbol, date or address than `raw`; empty if nowhere. Both are one line."""
    before, after = atoms(raw), atoms(restored)
    found = [
        Violation(a or "", b or "") for a, b in zip_longest(before, after) if a != b
    ]
    words, kept = (Counter(_digit_words(line)) for line in (restored, raw))
    return found + [Violation("", word) for word in sorted((words - kept).elements())]


def atoms(line: str) -> list[str]:
    """The protected content of a line, in order."""
    found: list[str] = []
    previous = ""
    for token in nfc(line).split():
        found.extend(_atoms(token, previous))
        previous = _fold(token)
    return found


def is_protected(token: str, previous: str = "") -> bool:
    """Whether the whole token is to be left as it is; `previous` is the token before it on the line."""
    found = _atoms(nfc(token), _fold(previous))
    inner = core(nfc(token))
    return bool(found) and found[0] in (inner, bare(inner), token)


def is_misread_word(token: str, previous: str = "") -> bool:
    """Whether the digits of the token can only be letters misread."""
    return any(c.isnumeric() for c in token) and not _atoms(nfc(token), _fold(previous))


def core(token: str) -> str:
    """The token without the punctuation around it."""
    return token.strip(_EDGE)


def _fold(token: str) -> str:
    return bare(core(token)).casefold()


def _digit_words(line: str) -> list[str]:
    tokens = nfc(line).split()
    return [
        core(token) for before, token in zip(["", *tokens], tokens, strict=False) if is_misread_word(token, before)
    ]


@lru_cache(maxsize=100_000)
def _atoms(token: str, previous: str) -> tuple[str, ...]:
    if len(token) > _LONGEST:  # no word of any language, and no length to search patterns in
        return (token,)
    if len(token) > 3 and _ADDRESS.search(token):
        return (core(token),)
    if not any(c.isnumeric() for c in token):
        return ()
    inner = core(token)
    if _misread(inner, previous):
        return ()
    joined = _WORD_NUMBER.match(inner)
    if joined and len(joined[1]) > 1 and not _misread(joined[2], ""):
        return (joined[2].strip(_EDGE),)
    return (bare(inner),)


def _misread(inner: str, previous: str) -> bool:
    """Whether a token with digits is a word whose letters were misread: replacing every digit by letters it is known
    to stand for can give a syllable, and nothing speaks for a code, a unit or a label (5G, A4, m2, khoản 1a)."""
    if not (2 <= len(inner) <= 9) or inner.isdecimal():
        return False
    if any(part.isnumeric() for part in _APART.split(inner)):  # digits that stand apart: to-61, d.1
        return False
    letters = [c for c in inner if c.isalpha()]
    digits = [c for c in inner if c.isnumeric()]
    if not letters or any(d not in MISREAD for d in digits) or len(digits) > 2:
        return False
    folded = bare(inner).casefold()
    if folded in _UNITS:
        return False
    labelled = previous in _ENUMERATORS or previous[-1:].isdigit() or (len(inner) == 2 and not previous)
    if inner[0].isdigit() and labelled:
        return False
    if not any(c.islower() for c in letters) and not (len(inner) == 2 and inner[0].isupper() and inner[1] == "6"):
        return False
    return _can_be_syllable(folded)


def _can_be_syllable(folded: str) -> bool:
    """`folded`: bare lower-case letters, digits and stray marks; marks an engine leaves for a letter may be one."""
    forms = [""]
    for c in folded:
        choices: frozenset[str] | str = _BARE_MISREAD.get(c, c)
        if not c.isalnum():
            choices = "aeou"
        forms = [form + choice for form in forms for choice in sorted(choices)]
        if len(forms) > 512:
            return False
    return any(_SYLLABLE.fullmatch(form) or _loosely_syllable(form) for form in forms)


def _loosely_syllable(form: str) -> bool:
    """A misread word has mostly other damage besides its digit (`xi6i`, `T6ng`, `c6ng`): consonants of Vietnamese
    around a vowel will do where there are four letters or more."""
    return len(form) >= 4 and re.fullmatch(r"[bcdghklmnpqrstvx]{0,3}[aeiouy]{1,4}[cghmnpt]{0,2}", form) is not None
