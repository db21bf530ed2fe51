"""The grammar of agency names: where a name begins, where it ends, and which commas are its own.

    name    := [quantifier] role [name]              "Chủ tịch UBND các huyện, thị xã"
             | [quantifier] class ("," class)* tail* "các cơ quan, đơn vị có liên quan"
             | head proper tail*                     "Sở Thông tin và Truyền thông các tỉnh"

Capitals mark the first syllable of a word only ("Sở Tài chính"), so a name runs on until a predicate, a
preposition or a comma that is not its own ends it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from .lexicon import assignment
from .syllables import plausible

NameKind = Literal["named", "role", "class"]
Table = Mapping[int, int]
"""Where a phrase of a sort begins → where its longest match ends, in tokens."""

_JOIN = frozenset({"và", "-", "–", "&"})
_LIST = frozenset({",", "và", "hoặc", "/"})
_PLACES = frozenset({"xã", "phường", "huyện", "quận", "thị", "đặc"})
_INSIDE = frozenset({"các", "những", "nhân", "dân"})
_AREAS = frozenset(
    {"toàn", "ngành", "tỉnh", "huyện", "bộ", "cả", "khối", "hệ", "thành", "nước", "khu", "vùng", "cơ", "từng"}
)
_STRONG = frozenset(
    {
        "cơ quan",
        "đơn vị",
        "cấp ủy",
        "cấp uỷ",
        "chi bộ",
        "chi ủy",
        "lãnh đạo",
        "cán bộ",
        "sở",
        "công chức",
        "ccvc",
        "doanh nghiệp",
        "chính quyền",
        "cá nhân",
        "tập thể",
        "nhà mạng",
        "đoàn viên",
    }
)
_LOWER_HEADS = frozenset(
    {
        "ngành",
        "cơ quan",
        "phòng",
        "đoàn",
        "lực lượng",
        "công đoàn",
        "công an",
        "thanh tra",
        "văn phòng",
        "trung tâm",
        "ban",
        "đài",
        "cấp",
    }
)
_RUN = 4
_PROPER_RUN = 6
"""How many lower-case syllables that no lexicon knows may stand inside a name."""


@dataclass(frozen=True)
class Phrases:
    """The lexicon's phrases found in a text: for each sort, first token → end."""

    predicate: Table
    known: Table
    named: Table
    role: Table
    noun: Table
    tail: Table
    quantifier: Table


@dataclass(frozen=True)
class Grammar:
    """Names in one tokenised text. `words` as printed, `lower` in lower case."""

    words: Sequence[str]
    lower: Sequence[str]
    found: Phrases

    def _word(self, i: int) -> str:
        return self.lower[i] if 0 <= i < len(self.lower) else ""

    def _capital(self, i: int) -> bool:
        return i < len(self.words) and self.words[i][0].isupper()

    def _free(self, i: int) -> bool:
        """Whether a token may belong to a name at all: a letter or digit, and no predicate in lower case."""
        if i >= len(self.words) or not self.words[i][0].isalnum():
            return False
        return self._capital(i) or (
            i not in self.found.predicate and (plausible(self.words[i]) or self.words[i].isdecimal())
        )

    def name(self, i: int, expected: bool = False) -> tuple[int, NameKind] | None:
        """The end and kind of the name that begins at token `i`, or None; `expected` behind "phối hợp với", where
        any noun of class is an agency."""
        if i >= len(self.words):
            return None
        start = self.found.quantifier.get(i, i)
        if (end := self.found.known.get(start)) is not None:
            return self._proper(end, known=True), "named"
        end = self.found.noun.get(start)
        if start > i and end is not None and start not in self.found.role and not self._capital(end):
            return self._classes(end), "class"
        if (end := self.found.role.get(start)) is not None and self._is_role(start, end):
            end = self._of_role(end)
            return (self._classes(end, modified=True) if start > i else end), "role"
        if self._is_head(start) and not self._lists(start):
            end = self._by_function(self.found.named[start])
            return (end if end > self.found.named[start] else self._proper(end)), "named"
        if start in self.found.noun and (start > i or expected or self._strong(start) or self._lists(start)):
            end = self._by_function(self.found.noun[start])
            return (end if end > self.found.noun[start] else self._classes(end)), "class"
        return None

    def _free_inside(self, i: int) -> bool:
        """Likewise behind a capital, where "tạo" of "Đào tạo" is no verb of its own; joining words are not free."""
        if self._word(i) in _JOIN or self._word(i) in _LIST:
            return False
        return self._free(i) or (
            i < len(self.words)
            and self._capital(i - 1)
            and self.found.predicate.get(i - 1, 0) > i
            and self.found.predicate.get(i, 0) == i + 1
        )

    def _phrase(self, first: int, end: int) -> str:
        return " ".join(self.lower[first:end])

    def _lists(self, i: int) -> bool:
        """ "Sở, ban ngành liên quan": a head with a capital that is but the first of several nouns of class."""
        end = self.found.noun.get(i, 0)
        return end == i + 1 and self._word(end) == "," and end + 1 in self.found.noun and not self._capital(end + 1)

    def enumerates(self, i: int) -> bool:
        """ "(chỉ đạo) công đoàn, đoàn cơ sở các cấp": nouns of class one after another, none of them a verb."""
        end = self.found.noun.get(i, 0)
        more = self.found.noun.get(end + 1, 0) if end and self._word(end) == "," else 0
        return more > 0 and i not in self.found.predicate and end + 1 not in self.found.predicate

    def _strong(self, i: int) -> bool:
        phrase = self._phrase(i, self.found.noun[i])
        return any(phrase == noun or phrase.startswith(noun + " ") for noun in _STRONG)

    def _is_role(self, first: int, end: int) -> bool:
        """A title in lower case counts only before an agency ("thủ trưởng các cơ quan")."""
        return self._capital(first) or self.name(end) is not None

    def _is_head(self, i: int) -> bool:
        end = self.found.named.get(i)
        if end is None:
            return False
        phrase = self._phrase(i, end)
        follows = self._capital(end) or end in self.found.quantifier or end in self.found.tail
        if self._capital(i):
            return end - i > 1 or follows or self.words[i].isupper() or phrase in {"bộ", "sở", "ngành", "tỉnh đoàn"}
        return phrase in _LOWER_HEADS and (self._capital(end) or (phrase == "công an" and end in self.found.quantifier))

    def _of_role(self, end: int) -> int:
        """A title with the agency or agencies it belongs to."""
        inner = self.name(end)
        if inner is not None:
            return inner[0]
        if end in self.found.noun and not self._capital(end):
            return self._classes(self.found.noun[end])
        return self._tails(end)

    def _tails(self, end: int) -> int:
        while (further := self._tail(end)) > end:
            end = further
        return end

    def _tail(self, end: int, proper: bool = False) -> int:
        """One thing that may follow any name: "có liên quan", "các cấp", "thuộc Bộ", "trong toàn Ngành"; what may be
        a verb too ("thanh tra") only behind a noun of class, not behind a `proper` name."""
        known = self.found.tail.get(end)
        if known is not None and not self._starts_verb(end, known) and not (proper and end in self.found.predicate):
            return known
        word = self._word(end)
        if word in {"thuộc", "của"}:
            inner = self._inner(end + 1)
            return inner if inner > end + 1 else end
        if word == "trong" and self._word(end + 1) in _AREAS:
            return self._area(end + 1)
        if word == "trong" and self.found.quantifier.get(end + 1) in self.found.noun:
            return self._inner(end + 1)
        return end

    def _starts_verb(self, first: int, end: int) -> bool:
        """A phrase that is both ("thanh tra"): a verb if it is longer as one."""
        return self.found.predicate.get(first, first) > end

    def _inner(self, i: int) -> int:
        found = self.name(i)
        if found is not None:
            return found[0]
        if self._capital(i) or self._word(i) in {"tỉnh", "huyện", "xã", "ngành", "thành"}:
            end = self.found.tail.get(i) or i + 1
            return self._capitals(end)
        if self._word(i) == "phạm" and self._word(i + 1) == "vi":
            return i + 2
        return i

    def _area(self, i: int) -> int:
        """ "toàn Ngành", "ngành Thông tin và Truyền thông", "tỉnh"."""
        end = i + 1
        while self._word(end) in _AREAS:
            end += 1
        return self._capitals(end) if self._capital(end) else end

    def _capitals(self, end: int) -> int:
        """A run of capitalised words with what joins them, and the lower-case syllables inside."""
        while True:
            if self._capital(end) and not self._new_name(end):
                end += 1
            elif self._word(end) in _JOIN and self._capital(end + 1) and not self._new_name(end + 1):
                end += 2
            elif (
                self._free_inside(end)
                and self._word(end) not in _INSIDE
                and self._capital(end - 1)
                and self._joined(end)
            ):
                end += 1
            else:
                return end

    def _joined(self, i: int) -> bool:
        """A single lower-case syllable that ends a capitalised word, before more of the name or its end."""
        return i not in self.found.quantifier and i not in self.found.tail and not self._prefix(i)

    def _prefix(self, i: int) -> bool:
        return self._word(i) in {"thuộc", "của", "trong", "tại", "ở", "có", "các", "những"}

    def _new_name(self, i: int) -> bool:
        """A capitalised word behind a comma or "và" that begins another agency rather than going on with this."""
        if i in self.found.known:
            return True
        if (end := self.found.role.get(i)) is not None and end > i:
            return True
        if (end := self.found.named.get(i)) is None:
            return False
        return end - i > 1 or self.words[i].isupper() or self._capital(end) or end in self.found.quantifier

    def _proper(self, end: int, known: bool = False) -> int:
        """The proper part of a name behind its head."""
        run, head = 0, end
        while end < len(self.words):
            word = self._word(end)
            if word in _JOIN and (word in {"-", "–"} or not self._new_name(end + 1)) and self._capital(end + 1):
                end, run = end + 2, 0
            elif word in {"-", "–"} and end + 1 in self.found.predicate and self._capital(end - 2):
                end, run = self.found.predicate[end + 1], 0  # "Thi đua - khen thưởng": a small letter, still the name
            elif self._word(end) == "phòng" and self._word(end + 1) == "," and self._word(end + 2) == "chống":
                end, run = end + 3, -_RUN
            elif word == "-" and self._word(end - 1) == "covid" and self._word(end + 1).isdecimal():
                end, run = end + 2, 0
            elif self._capital(end) and self.found.named.get(end, 0) > end + 1:
                end, run = self.found.named[end], 0  # "Văn phòng Ban chỉ đạo …"
            elif word == "và" and self._word(end + 1) == "các" and self._word(end + 2) in self.lower[head:end]:
                end = end + 3  # "Khu Kinh tế … và các Khu công nghiệp": one name
            elif self._compound(end):
                end, run = self.found.predicate[end], 0
            elif word in _PLACES and end in self.found.noun:
                return self._classes(self.found.noun[end])
            elif word in {"các", "những"} and end + 1 in self.found.noun:
                return self._classes(self.found.noun[end + 1])
            elif (further := self._tail(end, proper=True)) > end:
                end, run = further, 0 if self._capital(end) else _PROPER_RUN
            elif self._capital(end) and (run < _PROPER_RUN or self.words[end].isupper() or not known):
                end, run = end + 1, 0
            elif (
                run < _PROPER_RUN
                and not known
                and self._free_inside(end)
                and not self._prefix(end)
                and end not in self.found.quantifier
            ):
                end, run = end + 1, run + 1
            else:
                break
        return end

    def _compound(self, i: int) -> bool:
        """ "Khu Nông nghiệp ứng dụng Công nghệ cao": a verb inside a name, a capital behind it."""
        end = self.found.predicate.get(i, i)
        return end > i and self._phrase(i, end) in assignment().compound and self._capital(end)

    def _by_function(self, end: int) -> int:
        """ "Cơ quan đăng ký đầu tư có trách nhiệm …": one agency named by what it does, before what it must do."""
        if (
            end in self.found.tail
            or self._phrase(end - 2, end) != "cơ quan"
            or end not in self.found.predicate
            or self._word(end) in {"có", "phải", "chịu"}
        ):
            return end
        after = [p for p in self._words_behind(end) if p >= self.found.predicate[end] and p in self.found.predicate]
        must = [p for p in after if self._phrase(p, p + 2) in {"có trách", "chịu trách"} or self._word(p) == "phải"]
        return next(iter(must or after), end)

    def _words_behind(self, end: int) -> range:
        """The few tokens behind one, up to punctuation."""
        last = end + 1
        while last < min(end + 7, len(self.words)) and self.words[last][0].isalnum():
            last += 1
        return range(end + 1, last)

    def _classes(self, end: int, modified: bool = False) -> int:
        """The rest of a class of actors: more nouns, proper names, tails."""
        end = end if modified else self._modified(end)
        while self._word(end) in _LIST:
            noun = self.found.noun.get(end + 1)
            if noun is None or (self._capital(end + 1) and self._new_name(end + 1)) or self._lower_head(end + 1):
                break
            end = self._modified(noun)
        return end

    def _lower_head(self, i: int) -> bool:
        return i in self.found.named and self._is_head(i) and self._word(i) != "cấp"

    def _modified(self, end: int) -> int:
        """What qualifies a noun of class: tails, a proper name, a few syllables no lexicon knows."""
        while True:
            if (further := self._tail(end)) > end:
                end = self._list_of(end, further)
            elif (
                self._capital(end)
                and not (self._new_name(end) and self._word(end - 1) in _LIST)
                and (further := self._capitals(end)) > end  # a name of its own ends this one: no progress, no loop
            ):
                end = further
            elif (noun := self.found.noun.get(end)) is not None and end not in self.found.predicate:
                end = noun
            else:
                return self._unknown(end)

    def _list_of(self, start: int, end: int) -> int:
        """ "của A, B": a class may belong to several agencies; a title ("của tỉnh, Chủ tịch …") is no agency."""
        while self._word(start) == "của" and self._word(end) == "," and self._capital(end + 1):
            further = self.name(end + 1)
            if further is None or further[1] == "role":
                break
            end = further[0]
        return end

    def _plain(self, i: int) -> bool:
        """A lower-case syllable that no lexicon knows."""
        return self._free(i) and not self._capital(i) and not self._prefix(i) and self._word(i) not in _LIST

    def _unknown(self, end: int) -> int:
        """Up to `_RUN` syllables no lexicon knows, if a predicate or the end of the phrase follows them."""
        probe = end
        while probe - end < _RUN and self._plain(probe):
            if probe in self.found.quantifier:
                return end
            probe += 1
        ends = probe >= len(self.words) or probe in self.found.predicate or not self.words[probe][0].isalnum()
        ends = ends or self._word(probe) in _LIST
        return self._tails(probe) if ends and probe - end >= 2 else end
