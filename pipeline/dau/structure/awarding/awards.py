"""Awards (hình thức khen thưởng) joined to their criteria (tiêu chuẩn) by name, not by place.

A list of forms stands under a heading "Hình thức khen thưởng", the criteria under "Tiêu chuẩn khen thưởng", each
beginning with the form's name; one criterion without a name is shared by all. Who confers is said only as far as the
form says it ("Bằng khen của Thủ tướng Chính phủ"). Titles of emulation and criteria to judge units by (tiêu chí thi
đua) are not awards. Names are compared by bare letters, so that a damaged one still finds its criterion.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache

from rapidfuzz import fuzz

from dau.document.directive import Award, Metadata, Node
from dau.document.orthography import skeleton

from ..duties.sections import Tree
from ..language.lexicon import award_forms, data

_FORMS_HEADING = re.compile(
    r"\bhinh thuc(?: va muc)? (?:khen|bieu duong)|\bhinh thuc,? .*khen thuong|\bcac hinh thuc khen"
)
_CRITERIA_HEADING = re.compile(
    r"\b(?:dieu kien|tieu chi)(?:,? (?:va )?(?:dieu kien|doi tuong|tieu chuan))? (?:xet )?(?:khen|tang)|\btieu chuan\b"
)
_MARKER = re.compile(r"^\s*(?:[-–+•]|[a-zđ]\)|\d+(?:\.\d+)*[.)])\s*")
_LIKE = 82
"""Levenshtein ratio, in percent of bare letters, from which two names of a form are one."""
_LONGEST_FORM = 140
_POSTHUMOUS = re.compile(r"\btruy tang\b(?P<to>[^,;.]*)")


@dataclass(frozen=True)
class _Form:
    name: str
    node: str
    criteria: str | None


@dataclass(frozen=True)
class _Criterion:
    name: str | None
    text: str
    node: str


def _heading(node: Node) -> str:
    """A node's heading; a short text without a stop, or before its colon, serves where there is none."""
    if node.heading:
        return node.heading
    text = (node.text or "").strip()
    head = text.split(":")[0]
    return head if len(head) <= _LONGEST_FORM and (":" in text or not text.endswith(".")) else ""


@cache
def _bare_forms() -> tuple[str, ...]:
    return tuple(map(skeleton, award_forms()))


def _begins_with_form(text: str) -> bool:
    plain = skeleton(_MARKER.sub("", text))
    return plain.startswith(_bare_forms()) or any(
        fuzz.ratio(plain[: len(form)], form, score_cutoff=_LIKE) for form in _bare_forms()
    )


def _split(node: Node) -> tuple[str, str | None]:
    """A unit as the form it names and what follows the colon."""
    text = _MARKER.sub("", (node.text or "").strip())
    if node.heading:
        return node.heading.strip(" .;:"), text if not text.startswith(node.heading) else text[
            len(node.heading) :
        ].strip(" :") or None
    head, colon, rest = text.partition(":")
    return head.strip(" .;,"), (rest.strip() or None) if colon else None


@lru_cache(maxsize=1024)
def _speaks_of(heading: str) -> tuple[bool, bool]:
    """Whether a heading speaks of forms, and whether it speaks of criteria; the units under it all ask."""
    plain = skeleton(heading)
    return bool(_FORMS_HEADING.search(plain)), bool(_CRITERIA_HEADING.search(plain))


@dataclass(frozen=True)
class _Headings(Tree):
    """The tree with what its headings speak of."""

    @cached_property
    def _said(self) -> dict[str, tuple[bool, bool]]:
        return {}

    def nearest(self, node: Node) -> tuple[bool, bool]:
        """What the nearest heading above speaks of that speaks of forms or criteria; nothing where there is none. The
        same for all units under one."""
        if node.parent not in self._said:
            said = (_speaks_of(_heading(above)) for above in self.ancestors(node))
            self._said[node.parent] = next(filter(any, said), (False, False))
        return self._said[node.parent]


def _forms(nodes: Sequence[Node], tree: _Headings) -> Iterator[_Form]:
    for node in nodes:
        if not tree.nearest(node)[0] or tree.children.get(node.id):
            continue
        name, rest = _split(node)
        if len(name) <= _LONGEST_FORM and _begins_with_form(name):
            yield _Form(name, node.id, rest)


def _criteria(nodes: Sequence[Node], tree: _Headings) -> Iterator[_Criterion]:
    """Criteria by name; and a criterion without one, which is everybody's."""
    for node in nodes:
        plain = skeleton(_heading(node))
        own = node.heading and node.text and _CRITERIA_HEADING.search(plain) and not _FORMS_HEADING.search(plain)
        shared = not node.heading and ":" in (node.text or "") and _CRITERIA_HEADING.search(plain)
        if (own or shared) and not tree.children.get(node.id):
            text = node.text or ""
            said = text if own else text.partition(":")[2]
            if own and text.startswith(node.heading or ""):
                said = text[len(node.heading or "") :]
            if said.strip(" :"):
                yield _Criterion(None, said.strip(" :"), node.id)
        elif tree.nearest(node) == (False, True):
            name, rest = _split(node)
            if _begins_with_form(name) and rest:
                yield _Criterion(name, rest, node.id)
            elif node.text and not tree.children.get(node.id) and not _begins_with_form(node.text):
                yield _Criterion(None, node.text, node.id)


def _alike(a: str, b: str) -> float:
    return fuzz.ratio(skeleton(a), skeleton(b))


def _joined(form: _Form, criteria: Sequence[_Criterion]) -> _Criterion | None:
    """The criterion that bears the form's name; else the one that bears none, if there is only one such."""
    named = [(c, _alike(form.name, c.name)) for c in criteria if c.name]
    best = max(named, key=lambda pair: pair[1], default=None)
    if best and best[1] >= _LIKE:
        return best[0]
    if form.criteria:
        return _Criterion(form.name, form.criteria, form.node)
    shared = [c for c in criteria if c.name is None]
    return shared[0] if len(shared) == 1 else None


def conferrer(form: str) -> str | None:
    """Who confers, as far as the form says it: "Giấy khen của Giám đốc Sở" → "Giám đốc Sở"."""
    found = re.search(r"\bc[uủ]a\s+(.+)$", form)
    return found[1].strip(" .;:") if found else None


def eligible(criterion: str) -> tuple[str, ...]:
    """Who may receive the award by its criterion; "(truy tặng)" only for those whom it names so, and never a
    collective: an award may be given posthumously to persons alone."""
    plain = skeleton(criterion)
    scope = (
        re.split(r"\b(?:co (?:nhieu |mot )?(?:thanh tich|dong gop|y tuong)|dat thanh tich|tieu bieu)\b", plain)[0]
        or plain
    )
    if not any(skeleton(entry["said"]) in scope for entry in data("awards")["recipients"]):
        scope = plain[:300]
    found: dict[int, str] = {}
    for entry in data("awards")["recipients"]:
        place = re.search(rf"\b{re.escape(skeleton(entry['said']))}\b", scope)
        if place:
            found[place.start()] = entry["said"]
    names = [found[place] for place in sorted(found)]
    if any("ca nhan" in m["to"] for m in _POSTHUMOUS.finditer(plain)) and "cá nhân" in names:
        names.insert(names.index("cá nhân") + 1, "cá nhân (truy tặng)")
    return tuple(dict.fromkeys(names))


def find_awards(nodes: Sequence[Node], metadata: Metadata) -> list[Award]:
    """The forms of award a document lists, in its order, each with its criterion: A01 …"""
    tree = _Headings(nodes, ())
    criteria = list(_criteria(nodes, tree))
    awards = []
    for place, form in enumerate(_forms(nodes, tree), 1):
        criterion = _joined(form, criteria)
        awards.append(
            Award(
                id=f"A{place:02d}",
                form=form.name,
                conferred_by=conferrer(form.name),
                eligible=eligible(criterion.text) if criterion else (),
                criteria_text=criterion.text if criterion else None,
                form_node=form.node,
                criteria_node=criterion.node if criterion else None,
            )
        )
    return awards
