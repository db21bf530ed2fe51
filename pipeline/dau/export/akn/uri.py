"""IRIs of works, expressions and manifestations, by the Akoma Ntoso Naming Convention 1.0, section 4.

    /akn/vn/act/quyet-dinh/bo-thong-tin-va-truyen-thong/2021-09-16/1423-qd-btttt
    /akn/vn/act/nghi-dinh/2021-03-26/28-2021-nd-cp

No national scheme is published for Viet Nam: the parts are the convention's, the slugs ours. The issuer is the actor
where it is known, because numbers restart at every agency. What is unknown is never guessed: the date is then the
year of the number, or `0001-01-01`, which cobalt calls the null date; a document without a number is named by its
content (`dau-` and 16 digits of its SHA-256).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from dau.document.directive import Citation, Component, Directive
from dau.document.orthography import slug

from ..moments import day as named_day

NULL_DATE = "0001-01-01"
_YEAR = re.compile(r"/((?:19|20)\d\d)/")


@dataclass(frozen=True)
class Uri:
    work: str
    dated: str
    """ISO date of the expression; NULL_DATE where it is unknown."""

    def expression(self) -> str:
        return f"{self.work}/vie@{self.dated}"

    def of(self, level: str, component: str) -> str:
        """IRI of a component (`!main`, `!phu-luc`) as work, expression or manifestation."""
        end = ".xml" if level == "manifestation" else ""
        base = self.work if level == "work" else self.expression()
        return f"{base}/!{component}{end}"

    def whole(self, level: str) -> str:
        end = ".xml" if level == "manifestation" else ""
        return self.work if level == "work" else f"{self.expression()}{end}"


def of_document(directive: Directive, kind: str) -> Uri:
    """`kind` is `act` or `doc`."""
    meta = directive.metadata
    when = day(meta.issued.date) or _year(meta.number.year) or NULL_DATE
    number = slug(meta.number.text or "")
    if not number:
        number = "dau-" + (slug(directive.id.removeprefix("sha256:"))[:16] or "unknown")
    actor = _word(meta.issuer.name or "") or _word(meta.issuer.symbol or "")
    return Uri(_work(kind, name_of(meta.type.name), actor, when, number), day(meta.issued.date) or NULL_DATE)


def of_citation(cited: Citation) -> str | None:
    """IRI of a cited document; None where its number, its type or any date is unknown, so that it would name none."""
    number, kind = slug(cited.number or ""), _word(cited.type or "")
    in_number = _YEAR.search(cited.number or "")
    when = day(cited.date) or (in_number.group(1) if in_number else None)
    if not number or not kind or when is None:
        return None
    return _work("act", kind, _word(cited.issuer or ""), when, number)


def name_of(kind: str | None) -> str:
    """Slug of a type of document, `van-ban` where it is unknown."""
    return _word(kind or "") or "van-ban"


def component_name(component: Component, taken: set[str]) -> str:
    """The component's id as the last part of an IRI; `taken` gains it."""
    base = slug(component.id) or "van-ban"
    name, count = base, 1
    while name in taken:
        count += 1
        name = f"{base}-{count}"
    taken.add(name)
    return name


def day(text: str | None) -> str | None:
    """The text where it names a calendar day as ISO 8601 does."""
    return text if named_day(text) else None


def _year(text: str | None) -> str | None:
    return text if text and re.fullmatch(r"(?:19|20)\d\d", text, re.ASCII) else None


def _word(text: str) -> str:
    """A slug that begins with a letter, as the convention asks of subtype and actor."""
    return re.sub(r"^[^a-z]+", "", slug(text))[:80].strip("-")


def _work(kind: str, subtype: str, actor: str, when: str, number: str) -> str:
    return "/".join(part for part in ("/akn/vn", kind, subtype, actor, when, number) if part)
