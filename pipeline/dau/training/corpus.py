"""The training text: documents streamed from JSON Lines (plain or xz) or from a folder of .txt files."""

from __future__ import annotations

import io
import json
import lzma
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from dau.document.errors import InputError
from dau.document.orthography import bare, nfc


@dataclass(frozen=True)
class Document:
    """One clean document: NFC text, what kind it is, and its number where it has one."""

    id: str
    kind: str
    number: str
    text: str


def documents(source: Path) -> Iterator[Document]:
    """Documents of `source` in their order, one in memory at a time.

    `source` is a .jsonl or .jsonl.xz file with `text` and, if there, `id`, `kind`, `number`; or a folder of .txt
    files. Raises InputError where it is neither.
    """
    if source.is_dir():
        for path in sorted(source.rglob("*.txt")):
            yield Document(path.stem, "text", "", nfc(path.read_text(encoding="utf-8", errors="replace")))
    elif source.is_file() and source.name.endswith((".jsonl", ".jsonl.xz")):
        yield from _json_lines(source)
    else:
        raise InputError(f"{source} is no training text.", "Give a .jsonl(.xz) file or a folder of .txt files.")


def _json_lines(source: Path) -> Iterator[Document]:
    with source.open("rb") as file, io.TextIOWrapper(
        lzma.LZMAFile(file) if source.suffix == ".xz" else file, encoding="utf-8"
    ) as rows:
        for n, row in enumerate(rows):
            record = json.loads(row)
            yield Document(
                str(record.get("id", n)), str(record.get("kind", "")), str(record.get("number") or ""),
                nfc(record["text"]),
            )


def _shingles(text: str, size: int) -> set[int]:
    words = bare(text).casefold().split()
    return {hash(tuple(words[i : i + size])) for i in range(len(words) - size + 1)}


class HeldOut:
    """Decides whether a training document holds text that is kept for testing.

    A document is held out if its own number is among `numbers`, or if it shares at least `enough` of the test texts'
    `size`-grams of bare words (diacritics and case dropped, so that a garbled copy counts as well); or if it contains
    `share` of the n-grams of a single test text that has at least `enough` of them.
    """

    def __init__(self, texts: Iterable[str], numbers: Iterable[str] = (), *, size: int = 8, enough: int = 12,
                 share: float = 0.5) -> None:
        self.size, self.enough, self.share = size, enough, share
        self.numbers = frozenset(n for n in numbers if n)
        self.texts = [s for s in (_shingles(t, size) for t in texts) if s]
        self.all: set[int] = set().union(*self.texts)

    def overlap(self, text: str) -> int:
        """How many distinct n-grams of the test texts `text` has."""
        return len(self.all & _shingles(text, self.size))

    def holds(self, document: Document) -> bool:
        if document.number in self.numbers or any(n in document.text for n in self.numbers):
            return True
        found = _shingles(document.text, self.size) & self.all
        if len(found) >= self.enough:
            return True
        return any(len(t) >= 4 and len(found & t) >= self.share * len(t) for t in self.texts)
