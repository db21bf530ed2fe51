"""An archive to measure search on: thousands of texts of a corpus, put through `dau run`."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from dau.document.errors import DauError

from .corpus import Document, documents

SETTINGS = """[ocr]
engines = ["tesseract"]
[restore]
model = "ngram"
channel = "clean"
[structure]
unit_model = "none"
[pdf]
make = false
"""
"""Clean text needs no restoring: it is left as it is."""
_SHORTEST, _LONGEST = 500, 20_000


def make_archive(corpus: Path, archive: Path, count: int, jobs: int) -> None:
    """Texts of a corpus (`corpus.documents`) into an archive; what it holds already is not done again."""
    inputs = archive.parent / f"{archive.name}-inputs"
    inputs.mkdir(parents=True, exist_ok=True)
    for document in islice(chosen(corpus), count):
        path = inputs / f"{document.id}.txt"
        if not path.exists():
            path.write_text(document.text, encoding="utf-8")
    settings = inputs.with_name(f"{archive.name}-settings.toml")
    settings.write_text(SETTINGS, encoding="utf-8")
    command = ["run", str(inputs), "--out", str(archive), "--settings", str(settings), "--jobs", str(jobs), "--quiet"]
    if jobs == 1:
        command += ["--runner", "serial"]
    ended = subprocess.run([sys.executable, "-m", "dau.cli", *command], stdout=subprocess.DEVNULL, check=False)
    if ended.returncode not in (0, 1):
        raise DauError("The texts could not be converted.", "Look at what `dau run` said above.")


def chosen(corpus: Path) -> Iterator[Document]:
    """Texts of the usual length in the order of the corpus, each wording once."""
    seen: set[int] = set()
    for document in documents(corpus):
        key = hash(document.text)
        if _SHORTEST <= len(document.text) <= _LONGEST and key not in seen and document.id.isascii():
            seen.add(key)
            yield document
