"""The training text: documents streamed from JSON Lines (plain or xz) or from a folder of .txt files."""

from __future__ import annotations

import io
import json
import lzma
import zlib
from collections import Counter
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


FOLDS = 5
"""Parts of the training text by document. Part 0 is kept from the language model that makes the seq2seq model's
training data, so that this model learns how the other fares on text it has not seen."""


def fold(document: Document) -> int:
    """The part of a document, by its id: 0 … FOLDS - 1."""
    return zlib.crc32(document.id.encode()) % FOLDS


def in_validation(document: Document) -> bool:
    """Whether a document of part 0 is kept for validation and calibration: one in ten."""
    return zlib.crc32(document.id.encode()) // FOLDS % 10 == 0


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


def shingles(text: str, size: int) -> set[int]:
    """Hashes of the `size`-grams of the bare lower-case words of a text."""
    words = bare(text).casefold().split()
    return {hash(tuple(words[i : i + size])) for i in range(len(words) - size + 1)}


SIZE, ENOUGH, LEAST = 8, 12, 6
"""When a document holds test text: words of an n-gram, n-grams of passages, n-grams a line must have; see `HeldOut`."""


class HeldOut:
    """Decides whether a training document holds text that is kept for testing.

    Compared are n-grams of `SIZE` bare lower-case words, so that a garbled copy counts as well. A document is held out
    if it names one of `numbers`; if it has `ENOUGH` or more of the n-grams of `texts`, passages of a few documents,
    taken together; or if it has at least half of the n-grams of one of `lines`, single lines, pages or documents, that
    is long enough (`LEAST` n-grams) to be more than a formula everybody uses.
    """

    def __init__(self, texts: Iterable[str], lines: Iterable[str] = (), numbers: Iterable[str] = ()) -> None:
        self.numbers = tuple(n for n in numbers if n)
        self.texts: set[int] = set().union(*(shingles(t, SIZE) for t in texts))
        self._lines: dict[int, list[int]] = {}
        self._needed: list[int] = []
        for line in lines:
            grams = shingles(line, SIZE)
            if len(grams) >= LEAST:
                for gram in grams:
                    self._lines.setdefault(gram, []).append(len(self._needed))
                self._needed.append((len(grams) + 1) // 2)

    def holds(self, document: Document) -> bool:
        if any(n == document.number or n in document.text for n in self.numbers):
            return True
        grams = shingles(document.text, SIZE)
        if len(grams & self.texts) >= ENOUGH:
            return True
        found = Counter(line for gram in grams & self._lines.keys() for line in self._lines[gram])
        return any(count >= self._needed[line] for line, count in found.items())
