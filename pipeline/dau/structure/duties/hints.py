"""Whether a sentence may name who acts: a look that spares most sentences their reading.

`assignees.subject` finds an agency where the sentence opens, behind what opens it ("Theo chức năng, …, Sở X …", "Đối
với các trường …"), or behind a verb that gives an order ("yêu cầu Sở X …"). Where no phrase stands in such a place with
which the name of an agency can begin, there is none to be found. `tests/structure/test_speed_devices.py` holds this to
the readings.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from ..computed import plain
from ..language.lexicon import assignment, comma_names, ministry_names
from ..language.patterns import BEGIN, END, bare, single, spelt
from .assignees import LINKS

_HEADED = ("trách nhiệm của", "đối với")
"""With what a heading over an agency's duties may begin."""


@dataclass(frozen=True)
class _Looks:
    """Patterns over bare letters, and over letters in lower case."""

    opens: re.Pattern[str]
    opens_spelt: re.Pattern[str]
    leads: re.Pattern[str]
    leads_spelt: re.Pattern[str]
    behind_comma: re.Pattern[str]
    said_of: re.Pattern[str]
    ordered: re.Pattern[str]
    others: re.Pattern[str]


@cache
def _looks() -> _Looks:
    words = assignment()
    names = {*comma_names(), *words.named, *words.roles, *words.classes, *words.quantifiers}
    one, more = set(filter(single, names)), {name for name in names if not single(name)}
    leads = set(filter(single, words.adjuncts))
    scrap = rf"b[^\W_]{{0,2}} {bare(ministry_names())}"  # "By Thông tin và …" is a misread "Bộ"
    anyone = rf"(?:{bare(names)}|{scrap})"
    links, links_spelt = (rf"\s*(?:{pattern(LINKS)}\s*)*" for pattern in (bare, spelt))
    orders = bare(phrase for kind in words.openers.values() for phrase in kind)
    return _Looks(
        re.compile(rf"{links}(?:{bare(more)}|{scrap})"),
        re.compile(links_spelt + spelt(one)),
        re.compile(links + bare(set(words.adjuncts) - leads)),
        re.compile(links_spelt + spelt(leads)),
        re.compile(rf"[,)] ?{anyone}"),
        re.compile(rf"{links}doi voi {anyone}"),
        re.compile(rf"{BEGIN}{orders} ?(?:: ?|cho{END} ?)?{anyone}"),
        re.compile(BEGIN + bare((*words.coordinate, *words.direct, *words.report))),
    )


def may_name_actor(text: str) -> bool:
    """False only where the sentence that a text begins with names nobody who acts."""
    looks, key, lower = _looks(), plain(text), text.lower()
    if looks.opens.match(key) or looks.opens_spelt.match(lower) or looks.said_of.match(key):
        return True
    leads = looks.leads.match(key) or looks.leads_spelt.match(lower)
    return bool((leads and looks.behind_comma.search(key)) or looks.ordered.search(key))


def may_name_others(text: str) -> bool:
    """False only where a text says of nobody that they coordinate, are directed, or receive a report."""
    return _looks().others.search(plain(text)) is not None


def may_head_duties(heading: str) -> bool:
    """False only where a heading consists of no agencies and names nobody who acts."""
    return heading.lower().startswith(_HEADED) or may_name_actor(heading)
