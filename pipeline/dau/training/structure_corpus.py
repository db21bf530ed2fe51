"""The structure parser on text nobody annotated: how often type, number, date, issuer and contiguous articles are
found, and whether any text is lost on the way to nodes and blocks."""

from __future__ import annotations

import random
import re
import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from dau.collector import settle
from dau.document.directive import Directive
from dau.document.orthography import letters, nfc, skeleton
from dau.structure import StructureSettings, parse, reproduce

from .corpus import Document, documents
from .structure_documents import text_transcript
from .structure_failures import EXCUSED, REASONS, article_numbers, breaks, reasons

FIELDS = ("type", "number", "date", "issuer")
_MOTTO = re.compile(r"doc lap\s*[-–—]\s*tu do\s*[-–—]\s*hanh phuc")
_HEAD = 1500
_WORDS_ON_A_PAGE = 400
"""Words of a page of Times 14 with the margins of NĐ 30/2020; pages of text are counted by it."""


def has_header(document: Document) -> bool:
    """Whether the text begins with a header at all: the national motto within its first lines."""
    return bool(_MOTTO.search(" ".join(skeleton(nfc(document.text[:_HEAD])).split())))


def sample_documents(corpus: Path, count: int, seed: int = 1) -> list[Document]:
    """`count` administrative and legal documents, those with a header first; the same ones for the same seed.

    Raises InputError where `corpus` is no training text.
    """
    found = [d for d in documents(corpus) if d.kind in ("admin", "legal")]
    random.Random(seed).shuffle(found)
    return sorted(found, key=has_header, reverse=True)[:count]


@dataclass
class ParseRate:
    """Counts over documents of one sort. `missing`: documents without a field; `broken`: with articles that do not
    follow each other; `whole`: with all of it; `excused`: not whole because of what is printed and nothing else;
    `wrong_numbers`: with another number than the corpus has; `silent_numbers`: of those, without a flag."""

    documents: int = 0
    whole: int = 0
    broken: int = 0
    with_articles: int = 0
    known_numbers: int = 0
    wrong_numbers: int = 0
    silent_numbers: int = 0
    excused: int = 0
    missing: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    """Documents by reason; `structure_failures.REASONS` explains each. A document may have several."""
    failed: dict[str, list[str]] = field(default_factory=dict)
    """Ids of documents by class of failure, for a person who goes after them."""

    @property
    def whole_of_printed(self) -> float:
        """Share of whole documents among those that print what is asked for."""
        return self.whole / max(1, self.documents - self.excused)

    def add(self, document: Document, directive: Directive) -> None:
        found = fields_found(directive)
        articles = article_numbers(directive)
        contiguous = not any(next(breaks(numbers), None) for numbers in articles)
        lacking = [name for name, there in found.items() if not there]
        why = reasons(document.text, lacking, articles)
        self.documents += 1
        self.with_articles += bool(articles)
        self.broken += not contiguous
        self.whole += contiguous and all(found.values())
        self.excused += any(reason in EXCUSED for reason in why)
        self.missing.update(lacking)
        self.reasons.update(why)
        for reason in [*lacking, *([] if contiguous else ["articles"]), *why]:
            self.failed.setdefault(reason, []).append(document.id)
        self._number(document, directive)

    def explained(self) -> list[tuple[str, int, str]]:
        """(reason, documents, what it means), the most frequent first."""
        return [(reason, count, REASONS[reason]) for reason, count in self.reasons.most_common()]

    def _number(self, document: Document, directive: Directive) -> None:
        number = directive.metadata.number.text
        if number is None or not re.search(r"\d", document.number):
            return
        self.known_numbers += 1
        if not same_number(number, document):
            self.wrong_numbers += 1
            self.silent_numbers += not any((r.field or "").startswith("/metadata/number") for r in directive.review)
            self.failed.setdefault("other number", []).append(document.id)


def same_number(number: str, document: Document) -> bool:
    """Whether a number found is the corpus' own. What the corpus has was cut at a line end or a space in some
    documents ("3783/QĐ-", "UBND" on the next line): then the whole must stand in the text, spaces aside."""
    ours, theirs = letters(number), letters(document.number)
    if ours == theirs:
        return True
    return ours.startswith(theirs) and "".join(number.split()) in "".join(document.text[:3000].split())


def fields_found(directive: Directive) -> Mapping[str, bool]:
    """Which of `FIELDS` the parser found."""
    meta = directive.metadata
    values = (meta.type.name, meta.number.text, meta.issued.date, meta.issuer.name)
    return {name: bool(value) for name, value in zip(FIELDS, values, strict=True)}


def parse_rates(sample: Sequence[Document]) -> dict[str, ParseRate]:
    """Rates of the documents that have a header, and of the others (fragments, provisions)."""
    rates = {"with a header": ParseRate(), "without": ParseRate()}
    for document in sample:
        rate = rates["with a header" if has_header(document) else "without"]
        rate.add(document, parse(text_transcript(document.text)))
    return rates


def _words(text: str) -> Counter[str]:
    return Counter(re.findall(r"[^\W_]+", nfc(text).casefold()))


def lost_words(text: str) -> int:
    """Words (as a multiset) of a text that its nodes, blocks and tables do not hold, or hold more often than it
    does; and every line that `reproduce` does not give back in its place. A letter or numeral of a list that was put
    right is held as printed by the flag that says so."""
    transcript = text_transcript(text)
    directive = parse(transcript)
    lines, held = [line.id for page in transcript.pages for line in page.lines], reproduce(directive)
    said, kept = _words(text), _words("\n".join(_held(directive)))
    for printed, shown in _put_right(directive):
        kept += _words(printed)
        kept -= _words(shown)
    unlike = sum(((said - kept) + (kept - said)).values())
    return unlike + sum(a != b for a, b in zip(lines, held, strict=False)) + abs(len(lines) - len(held))


def _put_right(directive: Directive) -> Iterable[tuple[str, str]]:
    """(as printed, as it should be) of every list marker that a flag says was put right."""
    for flag in directive.review:
        if flag.code in ("list_marker_misread", "list_marker_gap") and flag.resolved:
            printed = flag.raw if isinstance(flag.raw, tuple) else (flag.raw or "",)
            number = next((node.number for node in directive.nodes if node.id == flag.node), None)
            for raw in printed:
                if number == flag.resolved and raw != number:
                    yield raw, number


def _held(directive: Directive) -> Iterable[str]:
    for node in directive.nodes:
        yield " ".join(filter(None, (node.number, node.heading, node.text)))
    for block in directive.blocks:
        yield block.text
    components = {component.id for component in directive.components}
    for table in directive.tables:
        if table.node not in components:  # else the heads stand in the component's title
            yield " ".join(table.columns)


@dataclass(frozen=True)
class Speed:
    """Pages of text (of 400 words) and the seconds one core took to parse them."""

    pages: float
    seconds: float

    @property
    def pages_a_second(self) -> float:
        return self.pages / self.seconds


def parse_speed(texts: Sequence[str], settings: StructureSettings | None = None, passes: int = 1) -> Speed:
    """Parse texts one after another in this process; the first text once before the clock starts. Only one transcript
    is in memory at a time, and the garbage collector is settled, as in a run. Of several passes over all texts the
    quickest counts, as with `timeit`: what slows another down is other work on the machine."""
    parse(text_transcript(texts[0]), settings)
    settle()
    pages = sum(len(text.split()) for text in texts) / _WORDS_ON_A_PAGE
    return Speed(pages, min(_seconds(texts, settings) for _ in range(passes)))


def _seconds(texts: Iterable[str], settings: StructureSettings | None) -> float:
    """Processor time of parsing, transcripts already made."""
    seconds = 0.0
    for text in texts:
        transcript = text_transcript(text)
        began = time.process_time()
        parse(transcript, settings)
        seconds += time.process_time() - began
    return seconds
