"""Names of agencies set in capitals, given back their usual case; names found by their initials."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from functools import cache

from rapidfuzz import fuzz

from dau.document.orthography import fold, letters, skeleton

from ..language.lexicon import data

_COMMON = frozenset(
    [
        "ủy",
        "uỷ",
        "ban",
        "nhân",
        "dân",
        "hội",
        "đồng",
        "tỉnh",
        "thành",
        "phố",
        "huyện",
        "quận",
        "thị",
        "xã",
        "phường",
        "thị",
        "trấn",
        "bộ",
        "sở",
        "cục",
        "vụ",
        "văn",
        "phòng",
        "chính",
        "phủ",
        "thủ",
        "tướng",
        "tổng",
        "chi",
        "trung",
        "tâm",
        "phòng",
        "công",
        "ty",
        "trường",
        "đại",
        "học",
        "viện",
        "và",
        "của",
        "các",
        "về",
    ]
)
_PLACE_HEADS = frozenset(("tỉnh", "phố", "huyện", "quận", "xã", "phường", "trấn"))
_AFTER_HEAD = frozenset(("bộ", "sở", "cục", "vụ", "phòng", "trường", "viện", "học"))


_CLOSED = ("Ủy ban nhân dân", "Hội đồng nhân dân", "Ủy ban")
_JOINT = re.compile(r"\s+[-–]\s+(?=(?:BỘ|ỦY BAN|UỶ BAN|TÒA ÁN|TOÀ ÁN|VIỆN|TỔNG|BAN|HỘI|ĐOÀN|LIÊN ĐOÀN|NGÂN HÀNG)\s)")


def alike(text: str, keyword: str) -> float:
    """Levenshtein ratio in 0…1 of the bare letters of both."""
    return fuzz.ratio(letters(text), letters(keyword)) / 100


@cache
def _known_names() -> dict[tuple[str, ...], tuple[str, ...]]:
    """Names of agencies by their bare letters, word by word; two that differ in diacritics alone are left out."""
    listed = [entry["name"] for group in ("bodies", "ministries", "departments") for entry in data("agencies")[group]]
    found: dict[tuple[str, ...], tuple[str, ...]] = {}
    double: set[tuple[str, ...]] = set()
    for name in (*_CLOSED, *listed):
        words = tuple(name.split())
        bare = tuple(letters(word) for word in words)
        if len(words) > 1 and fold(" ".join(found.setdefault(bare, words))) != fold(name):
            double.add(bare)
    return {bare: words for bare, words in found.items() if bare not in double}


def put_right(name: str) -> str:
    """An agency's name with the diacritics of a known one, where the bare letters are the same: "ÚY BAN NHÂN DÂN".

    Both tone placements (Ủy, Uỷ) stay as printed, and so does a name that came without any diacritics.
    """
    words = name.split()
    if skeleton(name) == name.lower():
        return name
    keys = [letters(word) for word in words]
    for bare, known in sorted(_known_names().items(), key=lambda item: -len(item[0])):
        for at in range(len(words) - len(bare) + 1):
            if tuple(keys[at : at + len(bare)]) == bare:
                for n, word in enumerate(known, at):
                    if fold(words[n].strip(",")) != fold(word.strip(",")):
                        words[n] = word.upper() if words[n].isupper() else word
    return " ".join(words)


def joint_case(name: str, known: Iterable[str] = (), text: str = "") -> str:
    """The usual case of an issuer's name; of a joint one, that of each agency."""
    candidates = [*known, *(" ".join(words) for words in _known_names().values())]
    return " - ".join(usual_case(part, candidates, text) for part in _JOINT.split(put_right(name)))


def usual_case(name: str, known: Iterable[str] = (), text: str = "") -> str:
    """A name printed in capitals as it is written in running text.

    First as the text itself writes it, then as one of `known`; else by rule: the first letter and place names in
    capitals, words such as "nhân dân" and "và" small.
    """
    wanted = letters(name)
    for candidate in known:
        if letters(candidate) == wanted and _same_spelling(candidate, name):
            return _cased_like(candidate, name)
        # no diacritics at all: OCR took them, and the symbol is the second witness
        if skeleton(name) == name.lower() and alike(name, candidate) >= 0.85:
            return candidate
    found = Counter(m[0] for m in re.finditer(_loosely(name), text, re.IGNORECASE) if not m[0].isupper())
    if found:
        best = found.most_common(1)[0][0]
        return best[:1].upper() + " ".join(best.split())[1:]
    return _by_rule(name)


def _same_spelling(a: str, b: str) -> bool:
    """The spaces about a hyphen aside."""
    one, other = (re.sub(r"\s*[-–]\s*", "-", text).casefold() for text in (a, b))
    return one == other


def _cased_like(known: str, name: str) -> str:
    """The case of a known name, the spaces about a hyphen as printed."""
    cased = iter(c for c in known if c not in " -–")
    return "".join(c if c in " -–" else next(cased, c) for c in name)


def _loosely(name: str) -> str:
    return r"(?<!\w)" + r"\s+".join(re.escape(word) for word in name.split()) + r"(?!\w)"


def _by_rule(name: str) -> str:
    out: list[str] = []
    place = False
    words = name.lower().split()
    for n, word in enumerate(words):
        before = words[n - 1] if n else ""
        if name.split()[n] in ("UBND", "HĐND", "TNHH", "TP", "TP.", "CP", "MTV", "GD&ĐT", "TW") or any(
            c.isdigit() for c in word
        ):
            out.append(name.split()[n])
            continue
        place = place or before in _PLACE_HEADS
        head = n == 0 or place or (before in _AFTER_HEAD and word not in _COMMON)
        content = (word not in _COMMON and before in ("và", "-", "–")) or before == "-"
        out.append("-".join(p[:1].upper() + p[1:] for p in word.split("-")) if head or content else word)
        if out[-1] == "và":
            out[-1] = "và"
    return " ".join(out)


def sentence_case(title: str, text: str) -> str:
    """A subject printed in capitals as a sentence; words that the text writes only in capitals stay so."""
    shown = set(re.findall(r"[^\W_]+(?:-[^\W_]+)*", text))
    folded = {word.casefold() for word in shown if not word.isupper()}
    out = [
        word
        if word.isupper()
        and word.casefold().strip('.,;:“”"()') not in folded
        and word.strip('.,;:“”"()') in shown
        and len(word) > 1
        else word.lower()
        for word in title.split()
    ]
    joined = " ".join(out)
    at = next((n for n, c in enumerate(joined) if c.isalpha()), 0)
    return joined[:at] + joined[at : at + 1].upper() + joined[at + 1 :]


def by_initials(symbol: str, text: str) -> str | None:
    """The name in a text whose syllables begin with the letters of `symbol`: TBTT → Tiểu ban Truyền thông.

    The name must begin with a capital and hold another; the one that occurs most often counts.
    """
    signs = [c for c in symbol if c.isalpha()]
    if len(signs) < 3 or not symbol.replace("&", "").isalnum():
        return None
    words = re.findall(r"[^\W\d_]+|[^\w\s]", text)
    found: Counter[str] = Counter()
    for n, word in enumerate(words):
        if word[:1] != signs[0] or not word[:1].isupper() or len(word) < 2:
            continue
        name = _spell(words, n, signs)
        if name:
            found[name] += 1
    return found.most_common(1)[0][0] if found else None


def _spell(words: list[str], at: int, signs: list[str]) -> str | None:
    taken: list[str] = []
    n = 0
    for word in words[at : at + 2 * len(signs) + 2]:
        if n == len(signs):
            break
        if word in ("và", "về", "của"):
            taken.append(word)
            continue
        if len(word) < 2 or word[:1].upper() != signs[n].upper() or not word.isalpha():
            return None
        taken.append(word)
        n += 1
    capitals = sum(word[:1].isupper() for word in taken)
    return " ".join(taken) if n == len(signs) and capitals >= 2 else None
