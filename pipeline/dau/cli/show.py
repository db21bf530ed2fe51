"""What came out, on the terminal: a table of documents and the counts of a run."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rich.table import Table

from dau import batch
from dau.archive.manifest import FILE_NAME, read_at
from dau.archive.paths import path_of
from dau.archive.state import load
from dau.corrected import as_reviewed
from dau.document.directive import Directive
from dau.document.errors import InputError

from .progress import duration_text
from .terminal import printable, stdout

MOST_ROWS = 200
_SUBJECT = 120  # characters of a subject that are shown


def show_documents(archive: Path) -> None:
    """A table of the documents that count, with what people corrected: number, date, subject, tasks, awards, what needs
    review still."""
    state, read = load(archive / FILE_NAME), as_reviewed(archive)
    current = {each.sha256: each for each in state.current().values()}
    rows = sorted(((key, state.told(key)) for key in state.outcomes), key=lambda item: item[0][0])
    table = Table(show_lines=False, expand=False)
    for column in ("file", "number", "date", "subject", "tasks", "awards", "to review"):
        table.add_column(column, justify="right" if column in ("tasks", "awards") else "left", overflow="fold")
    for (source, sha256), done in rows[:MOST_ROWS]:
        if state.superseded((source, sha256)):
            continue
        name = printable(path_of(source).name)
        if done.document is None:
            message = read_at(archive / FILE_NAME, done.offset).message or ""
            table.add_row(name, "", "", "", "", "", f"failed: {printable(message)}")
            continue
        try:
            table.add_row(name, *_cells(read(current[sha256 or ""]), done.status))
        except InputError:
            table.add_row(name, "", "", "", "", "", "cannot be read: see `dau verify`")
    console = stdout()
    console.print(table)
    if len(rows) > MOST_ROWS:
        console.print(f"… and {len(rows) - MOST_ROWS} more")


def _cells(directive: Directive, status: str) -> tuple[str, ...]:
    m = directive.metadata
    number = _marked(m.number.text or m.number.raw, _doubted(directive, "/metadata/number"))
    date = _marked(m.issued.date or m.issued.raw, _doubted(directive, "/metadata/issued"))
    doubts = [item for item in directive.review if item.open]
    codes = list(dict.fromkeys(item.code for item in doubts))
    review = f"{len(doubts)}: {', '.join(codes[:3])}{' …' if len(codes) > 3 else ''}" if doubts else "–"
    if status == "partial":
        review = f"partial; {review}"
    subject = " ".join(filter(None, (m.type.name, m.subject)))
    return (
        printable(number),
        printable(date),
        _shortened(printable(subject)),
        str(len(directive.tasks)),
        str(len(directive.awards)),
        review,
    )


def _doubted(directive: Directive, pointer: str) -> bool:
    """Whether a field is under review: what is shown of it is then a reading, not a fact."""
    return any((item.field or "").startswith(pointer) and item.open for item in directive.review)


def _marked(value: str | None, doubted: bool) -> str:
    return f"{value} ?" if value and doubted else value or "?"


def _shortened(text: str) -> str:
    return text if len(text) <= _SUBJECT else text[: _SUBJECT - 1].rstrip() + "…"


def summary_lines(archive: Path, summary: batch.Summary) -> list[str]:
    """The counts of a run in words."""
    fresh, skipped = sum(summary.statuses.values()), sum(summary.skipped.values())
    counts = counts_text(summary.statuses) or "nothing to do"
    lines = []
    if fresh == 0 and skipped:
        lines.append(f"Nothing to do: {_inputs(skipped)} had an outcome already ({counts_text(summary.skipped)}).")
    else:
        pages = sum(summary.pages.values())
        rate = f", {60 * pages / summary.seconds:.1f} pages a minute" if pages and summary.seconds else ""
        lines.append(f"{counts}; {pages} pages in {duration_text(summary.seconds)}{rate}.")
        if skipped:
            lines.append(f"{_inputs(skipped)} had an outcome already ({counts_text(summary.skipped)}).")
    if summary.fewer_pages:
        count = _inputs(summary.fewer_pages)
        lines.append(f"{count} read over some pages only: the document over more pages stays the current one.")
    if (
        summary.statuses["failed"]
        + summary.skipped["failed"]
        + summary.statuses["partial"]
        + summary.skipped["partial"]
    ):
        lines.append(f"What failed and what to do about it: dau status {archive}; again: --retry-failed")
    lines.append(f"Archive: {archive.resolve()}")
    return lines


def _inputs(number: int) -> str:
    return f"{number} input" if number == 1 else f"{number} inputs"


def counts_text(counts: Mapping[Any, int]) -> str:
    """`3 failed, 40 success`."""
    return ", ".join(f"{n} {name}" for name, n in sorted(counts.items()) if n)


def summary_json(archive: Path, summary: batch.Summary) -> dict[str, Any]:
    return {
        "archive": str(archive.resolve()),
        "total": summary.total,
        "ignored": dict(summary.ignored),
        "statuses": dict(summary.statuses),
        "skipped": dict(summary.skipped),
        "categories": dict(summary.categories),
        "shared": summary.shared,
        "resumed": summary.resumed,
        "pages": dict(summary.pages),
        "fewer_pages": summary.fewer_pages,
        "seconds": round(summary.seconds, 3),
        "exit_code": summary.exit_code,
    }
