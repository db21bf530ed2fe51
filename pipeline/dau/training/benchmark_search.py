"""Benchmark of search: an archive of thousands of texts, indexed, and asked with and without diacritics."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

from dau.corrected import documents
from dau.index.build import FILE_NAME, update
from dau.index.reader import open_index
from dau.index.search import search

from .corpus import Document
from .search_archive import chosen, make_archive
from .search_queries import QUERIES, Query, Truth

TARGET = 0.050
"""Seconds in which 95 of 100 queries are to be answered."""
_MORE = 20
"""Documents that come to the archive once it is indexed."""
_ROUNDS = 5
_ALL = 1_000_000
Value = TypeVar("Value")


@dataclass(frozen=True)
class Timed:
    """Wall and processor seconds."""

    wall: float
    cpu: float

    def __str__(self) -> str:
        return f"{_seconds(self.wall)} ({_seconds(self.cpu)})"


def benchmark_search(shared: Path, count: int, archive: Path | None, jobs: int) -> str:
    """Markdown: time to index, to follow and to answer; what the queries find of what they must."""
    corpus = shared / "corpus" / "train.jsonl.xz"
    with TemporaryDirectory(prefix="dau-search-") as folder:
        root = archive or Path(folder) / "A"
        make_archive(corpus, root, count, jobs)
        build, _ = _timed(lambda: update(root, rebuild=True))
        make_archive(corpus, root, count + _MORE, jobs)
        follow, told = _timed(lambda: update(root))
        nothing, _ = _timed(lambda: update(root))
        size = (root / FILE_NAME).stat().st_size
        texts = _texts(root)
        found, times = _ask(root)
        numbers = _numbers(root, corpus, count + _MORE)
    truth = Truth(texts)
    letters = sum(len(text.encode()) for text in texts.values())
    rows = [
        ("documents, text", f"{len(texts)}, {letters / 1e6:.0f} MB"),
        ("index made", str(build)),
        ("index, size", f"{size / 1e6:.0f} MB"),
        (f"index brought up to date with {told.added} more documents", str(follow)),
        ("index looked through, nothing new", str(nothing)),
        *_pace("typed with diacritics", [times[query] for query in QUERIES if query.marked]),
        *_pace("typed without", [times[query] for query in QUERIES if not query.marked]),
        ("first hit for the number of a document, where one document has it", numbers),
    ]
    load = os.getloadavg()[0]
    note = (
        f"Wall time, processor time in brackets; {_ROUNDS} rounds of {len(QUERIES)} queries, 20 hits with their "
        f"passages and all facets each, in a process that has the index open; other processes wanted {load:.1f} cores' "
        f"worth of processor meanwhile. Target: p95 ≤ {TARGET * 1000:.0f} ms.\n\n"
    )
    head = "| | |\n|---|---|\n" + "\n".join(f"| {name} | {value} |" for name, value in rows)
    return f"{note}{head}\n\n{_quality(truth, found)}"


def _timed(do: Callable[[], Value]) -> tuple[Timed, Value]:
    wall, cpu = time.perf_counter(), time.process_time()
    value = do()
    return Timed(time.perf_counter() - wall, time.process_time() - cpu), value


def _texts(archive: Path) -> dict[str, str]:
    return {held.id: Path(held.inputs[0]).read_text(encoding="utf-8") for held in documents(archive)}


def _ask(archive: Path) -> tuple[dict[Query, frozenset[str]], dict[Query, list[Timed]]]:
    """What each query finds, and how long it takes; the first round, which reads the index from the disk, counts."""
    times: dict[Query, list[Timed]] = {query: [] for query in QUERIES}
    found: dict[Query, frozenset[str]] = {}
    with closing(open_index(archive)) as connection:
        for _ in range(_ROUNDS):
            for query in QUERIES:
                times[query].append(_timed(lambda query=query: search(connection, query.text))[0])  # type: ignore[misc]
        for query in QUERIES:
            hits = search(connection, query.text, limit=_ALL, shown=0).hits
            found[query] = frozenset(hit.document for hit in hits)
    return found, times


def _numbers(archive: Path, corpus: Path, count: int) -> str:
    """How many of the documents whose number the corpus gives come first when it is typed, as it is and in ASCII."""
    known: dict[str, list[Document]] = {}
    for document, _ in zip(chosen(corpus), range(count), strict=False):
        if "/" in document.number and document.number in document.text:
            known.setdefault(document.number, []).append(document)
    sole = {number: only[0].id for number, only in known.items() if len(only) == 1}
    names = {held.id: Path(held.inputs[0]).stem for held in documents(archive)}
    first = 0
    with closing(open_index(archive)) as connection:
        for number, ident in sole.items():
            hits = search(connection, number, limit=1, shown=0).hits
            first += bool(hits) and names[hits[0].document] == ident
    return f"{first} of {len(sole)}"


def _pace(name: str, times: Sequence[Sequence[Timed]]) -> list[tuple[str, str]]:
    wall = sorted(one.wall for each in times for one in each)
    cpu = sorted(one.cpu for each in times for one in each)
    return [
        (f"{name}, p{part}", f"{_at(wall, part) * 1000:.0f} ms ({_at(cpu, part) * 1000:.0f} ms)") for part in (50, 95)
    ]


def _at(ordered: Sequence[float], percent: int) -> float:
    return ordered[min(len(ordered) - 1, len(ordered) * percent // 100)]


def _quality(truth: Truth, found: dict[Query, frozenset[str]]) -> str:
    rows = []
    hit = wanted = given = 0
    for query in QUERIES:
        right, got = truth.of(query), found[query]
        both = len(right & got)
        hit, wanted, given = hit + both, wanted + len(right), given + len(got)
        shares = f"{_part(both, len(right))} | {_part(both, len(got))}"
        rows.append(f"| `{query.text}` | {len(right)} | {len(got)} | {shares} |")
    total = f"| all {len(QUERIES)} | {wanted} | {given} | {_part(hit, wanted)} | {_part(hit, given)} |"
    return "\n".join(("| query | must find | found | recall | precision |", "|---|--:|--:|--:|--:|", *rows, total))


def _part(part: int, whole: int) -> str:
    return f"{part / whole:.4f}" if whole else "–"


def _seconds(value: float) -> str:
    return f"{value:.2f} s" if value < 10 else f"{value:.0f} s"
