"""Is a word a Vietnamese syllable? By the rules of the orthography, without a word list.

Syllable = onset + rime + tone; onsets c/k, g/gh and ng/ngh go by the vowel that follows, and a rime that ends in a
stop (p, t, c, ch) takes only the tones sắc and nặng. Source: the usual tables of Vietnamese rimes, e.g. Hoàng Phê
(ed.), Từ điển vần (1996).
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

_TONES = "\u0300\u0301\u0303\u0309\u0323"  # huyền, sắc, ngã, hỏi, nặng
_STOP_TONES = {"\u0301", "\u0323"}

_ONSETS = (
    "ngh", "ch", "gh", "gi", "kh", "ng", "nh", "ph", "qu", "th", "tr",
    "b", "c", "d", "đ", "g", "h", "k", "l", "m", "n", "p", "r", "s", "t", "v", "x", "",
)
_RIME_TABLE = (
    "a ac ach ai am an ang anh ao ap at au ay ă ăc ăm ăn ăng ăp ăt â âc âm ân âng âp ât âu ây "
    "e ec em en eng eo ep et ê êch êm ên ênh êp êt êu i ia ich iêc iêm iên iêng iêp iêt iêu im in inh ip it iu "
    "o oa oac oach oai oam oan oang oanh oao oap oat oay oăc oăm oăn oăng oăt oc oe oen oeo oet oi om on ong ooc "
    "oong op ot ô ôc ôi ôm ôn ông ôp ôt ơ ơi ơm ơn ơp ơt u ua uan uang uanh uao uat uay uă uăc uăm uăn uăng uăt "
    "uâ uân uâng uât uây uc ue uê uêch uên uênh uêt ui um un ung uơ uôc uôi uôm uôn uông uôt up ut uy uya uych "
    "uyên uyêt uyn uynh uyp uyt uyu ư ưa ưc ưi ưm ưn ưng ươc ươi ươm ươn ương ươp ươt ươu ưt ưu "
    "y yêm yên yêng yêt yêu ym yn ynh yt"
)
_RIMES = frozenset(_RIME_TABLE.split())
_FRONT = frozenset("eêiy")
_EDGES = ".,;:!?()[]{}\"'“”‘’«»-–—/*…_<>|~`+="


def trimmed(word: str) -> str:
    """The word without punctuation at its edges."""
    return word.strip(_EDGES)


@lru_cache(maxsize=1 << 15)
def is_syllable(word: str) -> bool:
    """Whether the word, punctuation at its edges aside, is spelled like a Vietnamese syllable, in any case that
    printing uses: `việc`, `Việc`, `VIỆC`; not `vIệc`."""
    core = trimmed(unicodedata.normalize("NFC", word))
    if not core or not (core.islower() or core.isupper() or (core[0].isupper() and core[1:].islower())):
        return False
    marks = [c for c in unicodedata.normalize("NFD", core.lower()) if c in _TONES]
    if len(marks) > 1:
        return False
    plain = unicodedata.normalize(
        "NFC", "".join(c for c in unicodedata.normalize("NFD", core.lower()) if c not in _TONES)
    )
    return any(_fits(plain[: len(o)], plain[len(o) :], marks) for o in _ONSETS if plain.startswith(o))


def _fits(onset: str, rime: str, marks: list[str]) -> bool:
    if onset == "gi" and rime == "":
        rime = "i"
    if onset == "gi" and rime and rime not in _RIMES and "i" + rime in _RIMES:
        rime = "i" + rime  # giếng = gi + iêng
    if onset == "qu" and "u" + rime in _RIMES:
        pass
    elif rime not in _RIMES:
        return False
    front = rime[:1] in _FRONT
    if onset in ("c", "g", "ng") and front and not (onset == "g" and rime.startswith("i")):
        return False
    if onset in ("k", "gh", "ngh") and not front:
        return False
    if onset == "" and rime == "":
        return False
    stopped = rime.endswith(("p", "t", "c", "ch"))
    return not stopped or (len(marks) == 1 and marks[0] in _STOP_TONES)
