"""The benchmark of our reading against each engine alone, on scans that nobody has transcribed.

Acceptance: no page that one engine reads well comes out worse than that engine alone. Each page is read by each engine
alone (`bare_engines`) and compared with ours place by place (`places`). A page is an exception where an engine has more
words better than ours, or text at a place where we have none. How far this measure tracks the truth is shown on
transcribed and simulated pages in the same run.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from dau import convert, restore, scan
from dau import settings as run_settings
from dau.document.errors import DauError
from dau.document.orthography import canonical_tone
from dau.document.transcript import Transcript, TranscriptPage
from dau.ocr.fuse import Language
from dau.ocr.lines import Token, share_inside
from dau.ocr.syllables import trimmed

from .bare_engines import Row, engines, rows_of, upright, upright_box
from .benchmark_scans import Sample, gold_samples, simulated_samples
from .places import SURE, Compared, Place, compare, readable
from .places_judged import Tracked, tracked, tracking_table
from .structure_documents import Archives

LEAST_LOST = 3
"""Words in a row that an engine reads surely where we have no line, from which a page is an exception; two where both
engines read them."""
MOST_ASIDE = 4
"""Readable words in an overlay, above which a reader should look whether it is text after all."""

_QUIET = frozenset({"signature_note", "received_stamp", "seal"})
"""Overlays that have words of their own; they are counted, not listed."""


@dataclass(frozen=True)
class PageRow:
    """A page as we read it beside each engine alone. `failed`: engines that gave no reading of it."""

    file: str
    number: int
    ours: TranscriptPage
    compared: Mapping[str, Compared]
    failed: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return f"{self.file}, page {self.number}"

    @property
    def worse(self) -> list[str]:
        """Engines that alone have more words better than ours."""
        return [name for name, found in self.compared.items() if found.margin < 0]

    @property
    def lost(self) -> list[Place]:
        """Text that an engine reads where we have none, each place once."""
        found: list[Place] = []
        for name, compared in self.compared.items():
            others = [p for other, c in self.compared.items() if other != name for p in c.places if p.row is None]
            for place in compared.places:
                both = any(_overlap(place, other) for other in others)
                sure = sum(readable(t) and t.confidence >= SURE for t in place.theirs)
                known = any(_overlap(place, other) for other in found)
                if place.row is None and not known and sure >= (2 if both else LEAST_LOST):
                    found.append(place)
        return found

    @property
    def exception(self) -> bool:
        return bool(self.worse or self.lost)

    @property
    def overruled(self) -> list[Place]:
        """Places where both engines alone read the same and we something else, for the worse or with other digits."""
        if len(self.compared) < 2:
            return []
        first, *rest = self.compared.values()
        return [
            place for place in first.places
            if place.ours and place.theirs and (place.verdict == "theirs" or _other_digits(place))
            and all(any(_same(place, other) for other in c.places) for c in rest)
        ]

    @property
    def unread(self) -> list[str]:
        """Our words that neither engine alone reads there."""
        differing = [{id(t) for p in c.places for t in p.ours} for c in self.compared.values()]
        ours = {id(t): t for c in self.compared.values() for p in c.places for t in p.ours}
        return [t.text for n, t in ours.items() if differing and all(n in found for found in differing)]

    @property
    def aside(self) -> Counter[str]:
        """Readable words that stand in overlays, by kind."""
        counts: Counter[str] = Counter()
        for overlay in self.ours.overlays:
            counts[overlay.kind] += _words(overlay.text)
        return counts

    @property
    def doubtful_aside(self) -> list[str]:
        """Overlays with many readable words that have none of their own."""
        return [
            f"{o.kind}: {' / '.join((o.text or '').splitlines())}" for o in self.ours.overlays
            if o.kind not in _QUIET and _words(o.text) > MOST_ASIDE
        ]


@dataclass(frozen=True)
class Proof:
    """A page with a transcription: pairs of readings of it, and what the benchmark says of it as we read it and of the
    same reading with one line taken out."""

    pairs: list[Tracked]
    whole: PageRow
    damaged: PageRow


def engines_alone(shared: Path, archive: Path | None = None, simulated: Path | None = None) -> str:
    """Markdown: how far the measure tracks the truth, totals over all shared scans, and the exceptions.

    With `archive` our readings are those of an archive that holds the scans; else they are read anew. `simulated`: a
    folder of simulated scans with their truth, which together with the transcribed ones prove the measure.
    """
    bare, language = engines(), restore.language()
    known = gold_samples(shared / "scans" / "gold") + (simulated_samples(simulated) if simulated else [])
    proofs = [_proof(sample, bare, language) for sample in known]
    pages = list(page_rows(shared / "scans" / "real", archive, bare, language))
    return report(proofs, pages)


def report(proofs: Sequence[Proof], pages: Sequence[PageRow]) -> str:
    """Markdown of what was measured."""
    pairs = [pair for proof in proofs for pair in proof.pairs]
    return "\n".join([*tracking_table(pairs), *_found(proofs), "", *totals(pages), "", *exceptions(pages)])


def _found(proofs: Sequence[Proof]) -> Iterator[str]:
    whole, damaged = (sum(row.exception for row in rows)
                      for rows in ([p.whole for p in proofs], [p.damaged for p in proofs]))  # fmt: skip
    yield (f"Pages that would be listed as exceptions: {whole} of {len(proofs)} as we read them, {damaged} with the "
           "line in their middle taken out.")  # fmt: skip


def page_rows(
    folder: Path, archive: Path | None, bare: Mapping[str, Callable[..., list[Row]]], language: Language
) -> Iterator[PageRow]:
    """Every page of the scans in a folder, ours beside each engine alone."""
    read = _archived(archive) if archive else _anew
    for path in sorted(p for p in folder.iterdir() if p.suffix.lower() in (".pdf", ".jpg", ".jpeg", ".png", ".tif")):
        transcript = read(path)
        with scan.open(path, scan.ScanSettings()) as source:
            for ours in transcript.pages:
                yield _page_row(path, ours, source, bare, language)


def _page_row(
    path: Path, ours: TranscriptPage, source: scan.Source, bare: Mapping[str, Callable[..., list[Row]]],
    language: Language,
) -> PageRow:
    page = source.page(ours.number)
    readings, failed = {}, []
    for name, engine in bare.items():
        try:
            readings[name] = engine(page)
        except DauError:
            failed.append(name)
    return beside(path.stem, ours, readings, language, tuple(failed))


def beside(
    file: str, ours: TranscriptPage, theirs: Mapping[str, Sequence[Row]], language: Language,
    failed: tuple[str, ...] = (),
) -> PageRow:
    """A page as we read it, compared with each engine's reading of it; all of them upright."""
    mine = upright(ours, rows_of(ours))
    overlays = [o.model_copy(update={"bbox": upright_box(ours, o.bbox)}) if o.bbox else o for o in ours.overlays]
    compared = {name: compare(mine, overlays, upright(ours, rows), language) for name, rows in theirs.items()}
    return PageRow(file, ours.number, ours, compared, failed)


def _archived(folder: Path) -> Callable[[Path], Transcript]:
    archives = Archives([folder])

    def transcript(path: Path) -> Transcript:
        return archives.transcript(path.name) or _anew(path)

    return transcript


@lru_cache(maxsize=1)
def _anew(path: Path) -> Transcript:
    settings = run_settings.load(None).model_copy(update={"page_images": False})
    return convert.read_document(path, settings).transcript


def _proof(sample: Sample, bare: Mapping[str, Callable[..., list[Row]]], language: Language) -> Proof:
    """A page with a transcription, ours and each engine's reading of it."""
    ours = _anew(sample.path).pages[sample.page - 1]
    with scan.open(sample.path, scan.ScanSettings()) as source:
        page = source.page(sample.page)
    return proof(sample, ours, {name: engine(page) for name, engine in bare.items()}, language)


def proof(sample: Sample, ours: TranscriptPage, theirs: Mapping[str, Sequence[Row]], language: Language) -> Proof:
    """What the measure says of a page, beside what its transcription says."""
    middle = len(ours.lines) // 2
    fewer = ours.model_copy(update={"lines": tuple(line for n, line in enumerate(ours.lines) if n != middle)})
    rows = [beside(sample.name, page, theirs, language) for page in (ours, fewer)]
    return Proof(tracked(sample, ours, theirs, language), *rows)


def _overlap(a: Place, b: Place) -> bool:
    return max(share_inside(a.box, b.box), share_inside(b.box, a.box)) >= 0.3


def _same(a: Place, b: Place) -> bool:
    """Whether two engines differ from ours there in the same way."""
    return bool(b.theirs) and _form(a) == _form(b) and _overlap(a, b)


def _form(place: Place) -> str:
    return " ".join(canonical_tone(trimmed(t.text)).casefold() for t in place.theirs)


def _other_digits(place: Place) -> bool:
    ours, theirs = ("".join(c for t in tokens for c in t.text if c.isdigit()) for tokens in (place.ours, place.theirs))
    return bool(theirs) and ours != theirs


def _words(text: str | None) -> int:
    return sum(readable(Token(word, (0.0, 0.0, 0.0, 0.0), 1.0)) for word in (text or "").split())


# ----------------------------------------------------------------------- tables


def totals(pages: Sequence[PageRow]) -> Iterator[str]:
    """Words by place, over all pages."""
    yield "### Over all shared scans"
    yield ""
    yield ("| engine alone | pages | words of ours | better in ours | better in the engine's | open | set aside by us "
           "| pages on which the engine has more words better |")  # fmt: skip
    yield "|---|---|---|---|---|---|---|---|"
    for name in next((list(p.compared) for p in pages if p.compared), []):
        rows = [page.compared[name] for page in pages if name in page.compared]
        ours, theirs, undecided = (sum(c.won(v) for c in rows) for v in ("ours", "theirs", "open"))
        aside = sum(len(s.theirs) for c in rows for s in c.aside)
        worse = sum(name in page.worse for page in pages)
        yield (f"| {name} | {len(rows)} | {sum(c.words for c in rows)} | {ours} | {theirs} | {undecided} | {aside} "
               f"| {worse} |")  # fmt: skip
    unread = [word for page in pages for word in page.unread]
    digits = sum(any(c.isdigit() for c in word) for word in unread)
    yield ""
    yield f"Words of ours that neither engine alone reads there: {len(unread)}, {digits} of them with digits.  "
    aside_words = sum((page.aside for page in pages), Counter[str]())
    yield "Readable words in overlays: " + ", ".join(f"{n} in {k}" for k, n in aside_words.most_common() if n) + "."


def exceptions(pages: Sequence[PageRow]) -> Iterator[str]:
    """The acceptance line and each page that is an exception to it, with what is worse."""
    found = [page for page in pages if page.exception]
    yield f"Pages that come out worse than an engine alone: {len(found)} of {len(pages)}, 0 wanted."
    yield ""
    for page in found:
        yield f"- {page.name}: {'; '.join(_complaints(page))}"
    yield ""
    yield "Elsewhere, both engines alone read the same and ours is worse, or has other digits:"
    yield ""
    for page in pages:
        if page.overruled:
            yield f"- {page.name}: {', '.join(map(_change, page.overruled))}"
    yield ""
    yield f"Overlays of other kinds than stamps, seals and notes with more than {MOST_ASIDE} readable words:"
    yield ""
    listed = [f"- {page.name}: {text}" for page in pages for text in page.doubtful_aside]
    yield from listed or ["none"]


def _complaints(page: PageRow) -> Iterator[str]:
    for name in page.worse:
        compared = page.compared[name]
        better = [place for place in compared.places if place.verdict == "theirs"]
        yield (f"{name} alone has {compared.won('theirs')} words better, ours {compared.won('ours')} "
               f"({_some(_change(p) for p in better)})")  # fmt: skip
    if page.lost:
        yield "not in ours: " + _some(f"“{' '.join(t.text for t in place.theirs)}”" for place in page.lost)


def _change(place: Place) -> str:
    ours, theirs = (" ".join(t.text for t in tokens) or "nothing" for tokens in (place.ours, place.theirs))
    return f"“{ours}” for “{theirs}”"


def _some(parts: Iterable[str], most: int = 6) -> str:
    every = list(parts)
    return ", ".join(every[:most]) + (f" and {len(every) - most} more" if len(every) > most else "")
