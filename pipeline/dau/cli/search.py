"""`dau search`: full text, typed with or without diacritics."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

import typer
from rich.text import Text

from dau.index.marking import Segment
from dau.index.reader import reading
from dau.index.rows import Day
from dau.index.search import Filters, Hit, Results, search

from .behind import warn_behind
from .terminal import CONTROL, print_json, printable, stdout

_DAY = ["%Y-%m-%d"]
_FACETS = 5


def register(app: typer.Typer) -> None:
    app.command(name="search")(run)


def run(
    archive: Path = typer.Argument(..., help="A folder that `dau run --out` wrote and `dau index` indexed."),
    query: list[str] = typer.Argument(None, help='Words, "a phrase", 1423/QĐ-BTTTT, prefix*, -without.'),
    kind: str | None = typer.Option(None, "--type", help="Only this type of document, as in `Quyết định`."),
    issuer: str | None = typer.Option(None, "--issuer", help="Only of this issuer, as printed."),
    agency: str | None = typer.Option(None, "--agency", help="Only of this issuer, by its id in `agencies`."),
    year: int | None = typer.Option(None, "--year", help="Only of this year."),
    province: str | None = typer.Option(None, "--province", help="Only of issuers of this province."),
    since: datetime | None = typer.Option(None, "--since", formats=_DAY, help="Only those issued that day or later."),
    until: datetime | None = typer.Option(None, "--until", formats=_DAY, help="Only those issued until that day."),
    review: bool | None = typer.Option(None, "--to-review/--clear", help="Only with, or without, doubts to look at."),
    limit: int = typer.Option(10, "--limit", min=1, max=1000, help="Documents to show."),
    offset: int = typer.Option(0, "--offset", min=0, help="Documents to leave out before the first."),
    as_json: bool = typer.Option(False, "--json", help="Everything, with boxes and facets, as JSON."),
) -> None:
    """Find documents, with the passages that hold the words. Typed without diacritics, a word is found with any.

    Two dashes before words of which one begins with a dash: `dau search ARCHIVE -- thi đua -khen`.
    """
    filters = Filters(kind, agency, issuer, year, province, _day(since), _day(until), review)
    with reading(archive) as connection:
        warn_behind(connection, archive)
        found = search(connection, " ".join(query or ()), filters, limit=limit, offset=offset)
    if as_json:
        print_json(as_record(found))
        return
    console = stdout()
    for line in _lines(found):
        console.print(line, soft_wrap=True)


def _day(moment: datetime | None) -> Day | None:
    return Day(moment.date().isoformat()) if moment else None


def as_record(found: Results) -> dict[str, Any]:
    """The results as plain values for JSON."""
    return asdict(found)


def _lines(found: Results) -> Iterator[Text]:
    for number, hit in enumerate(found.hits, found.offset + 1):
        yield _head(number, hit)
        for passage in hit.passages:
            page = f"p. {passage.place.page}: " if passage.place.page else ""
            yield Text(f"      {page}").append_text(_marked(passage.segments))
    last = found.offset + len(found.hits)
    shown = f", {found.offset + 1} to {last} shown" if found.hits and len(found.hits) < found.total else ""
    yield Text(f"{found.total} documents{shown}")
    for name, counts in found.facets.items():
        if len(counts) > 1:
            most = ", ".join(f"{printable(count.label)} {count.documents}" for count in counts[:_FACETS])
            yield Text(f"  {name}: {most}{' …' if len(counts) > _FACETS else ''}")


def _head(number: int, hit: Hit) -> Text:
    parts = (hit.number or "?", hit.type, hit.issued, hit.issuer)
    head = Text(f"{number:>4}. ").append(" · ".join(printable(part) for part in parts if part), style="bold")
    return head.append("  ").append_text(_marked(hit.subject)).append(f"  [{hit.document}]", style="dim")


def _marked(segments: Iterable[Segment]) -> Text:
    line = Text()
    for segment in segments:
        clean = segment.text.replace("\n", " ").translate(CONTROL)
        line.append(clean.encode("utf-8", "backslashreplace").decode(), style="bold yellow" if segment.marked else "")
    return line
