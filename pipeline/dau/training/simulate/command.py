"""The command line of scripts/make_scans.py: sheets, the committed samples, or any text corpus → scans with truth."""

from __future__ import annotations

import argparse
import itertools
from collections.abc import Iterable, Sequence
from pathlib import Path

import cv2
import numpy as np

from dau.document.errors import InputError
from dau.training.corpus import documents

from .pdf import image_pdf
from .samples import write_samples
from .scans import ScannedPage, ScanSettings, make_scan, write_scan
from .sheet import read_sheet
from .texts import TextSettings, simulate_lines, simulate_pages


def arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="make_scans", description=__doc__.splitlines()[0])
    parser.add_argument("sheets", nargs="*", type=Path, metavar="SHEET", help="sheets to scan (docs/simulator.md)")
    parser.add_argument("--samples", action="store_true", help="make the sample scans of corpus/raw again")
    parser.add_argument("--corpus", type=Path, help="text to scan: .jsonl, .jsonl.xz or a folder of .txt files")
    parser.add_argument("--lines", type=int, default=0, metavar="N",
                        help="with --corpus: images of N lines each instead of pages")
    parser.add_argument("--count", type=int, default=10, help="with --corpus: how many pages or images (default 10)")
    parser.add_argument("--out", type=Path, help="folder to write to (default: . , with --samples corpus/raw)")
    parser.add_argument("--seed", type=int, default=0, help="same seed, same bytes (default 0)")
    parser.add_argument("--severity", choices=("clean", "light", "medium", "severe"), default="medium")
    parser.add_argument("--dpi", type=float, default=200.0, help="50 to 600 (default 200)")
    parser.add_argument("--colour", choices=("auto", "bilevel", "grey", "colour"), default="auto")
    return parser  # fmt: skip


def run(argv: Sequence[str], corpus_folder: Path) -> list[Path]:
    """Do what the arguments say; returns the files written (PDFs, or images with --lines).

    Raises InputError where there is nothing to do or an input cannot be used.
    """
    a = arguments().parse_args(argv)
    if not (a.samples or a.corpus or a.sheets):
        raise InputError("There is nothing to scan.", "Name a sheet, or give --samples or --corpus FILE.")
    written: list[Path] = []
    if a.samples:
        written += write_samples(corpus_folder / "clean" / "sheets", a.out or corpus_folder / "raw")
    out = a.out or Path()
    for path in a.sheets:
        settings = ScanSettings(seed=a.seed, severity=a.severity, dpi=a.dpi, colour=a.colour)
        written.append(write_scan(make_scan(read_sheet(_read(path)), settings), out, path.stem))
    if a.corpus:
        written += _corpus(a, out)
    return written


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"The sheet {path} cannot be read: {error}.", "Give a UTF-8 text file.") from error


def _corpus(a: argparse.Namespace, out: Path) -> list[Path]:
    """Pages or line images of a corpus, each with NAME.truth.json and NAME.txt."""
    rng = np.random.default_rng(a.seed)
    colours = ("grey", "bilevel") if a.colour == "auto" else (a.colour,)
    settings = TextSettings(dpi=(a.dpi,), colours=colours, max_pages=2)
    texts = (document.text for document in documents(a.corpus))
    if a.lines:
        groups = _groups(texts, a.lines, settings.max_line)
        pages: Iterable[ScannedPage] = (simulate_lines(g, rng, a.severity, settings) for g in groups)
    else:
        pages = simulate_pages(texts, rng, a.severity, settings)
    out.mkdir(parents=True, exist_ok=True)
    return [_write(page, out, f"{n:05d}") for n, page in enumerate(itertools.islice(pages, a.count), 1)]


def _groups(texts: Iterable[str], size: int, longest: int) -> Iterable[list[str]]:
    """Lines of the texts, `size` at a time; long ones are cut at a space to about 14 words."""
    rows = (row.split() for text in texts for row in text.splitlines())
    lines = (" ".join(row[i : i + 14])[:longest] for row in rows for i in range(0, len(row), 14))
    while group := list(itertools.islice(lines, size)):
        yield group


def _write(page: ScannedPage, out: Path, name: str) -> Path:
    path = out / f"{name}.png"
    cv2.imwrite(str(path), page.image)
    (out / f"{name}.pdf").write_bytes(image_pdf([page.encoded], "simulated"))
    (out / f"{name}.truth.json").write_text(page.truth.model_dump_json(indent=1) + "\n", encoding="utf-8")
    (out / f"{name}.txt").write_text(page.truth.text, encoding="utf-8")
    return path


