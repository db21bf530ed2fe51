"""Searchable PDFs of real scans: are they PDF/A, are the images those of the original, do the words lie at their boxes,
and what does it cost."""

from __future__ import annotations

import html
import json
import math
import re
import resource
import statistics
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from pikepdf import Name, Page, Pdf, PdfImage, Stream
from pikepdf.pdfa import validate_written

from dau import pdf, scan
from dau.archive.folder import sha256_of
from dau.archive.manifest import FILE_NAME
from dau.document.directive import Directive
from dau.document.errors import DauError
from dau.document.page import Image as Drawing
from dau.document.transcript import Transcript, TranscriptPage
from dau.pdf.job import page_words
from dau.pdf.placing import upright_box

SCANS = 30
PAGES = "1-3"
NEAR = 3.0
"""Points between a word's edges as read and as found in the PDF, at most."""
MOST = 1.3
"""Time of `dau run` in that of OCRmyPDF with Tesseract, at most."""
_WORD = re.compile(r'<word xMin="([-\d.e+]+)" yMin="([-\d.e+]+)" xMax="([-\d.e+]+)" yMax="([-\d.e+]+)">(.*?)</word>')

Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Measured:
    """One document. `same`: pages whose images are those of the original, byte for byte; `drawn`: those drawn anew,
    with the signal to noise ratio in dB of the worst; `seconds` of wall clock for making the PDF, `cpu` of processor
    time for making it again; `again`: whether that gave the same bytes; sizes in bytes."""

    pages: int
    valid: bool
    same: int
    drawn: int
    worst: float
    words: int
    near: int
    seconds: float
    cpu: float
    again: bool
    size: int
    original: int


def benchmark_pdf(shared: Path, jobs: int) -> str:
    """Markdown: the first pages of 30 shared scans through `dau run`; their other pages are in the PDFs, unread."""
    scans = sorted(path for path in (shared / "scans" / "real").iterdir() if path.suffix in (".pdf", ".jpg"))
    chosen = [scans[number * len(scans) // SCANS] for number in range(SCANS)]
    with TemporaryDirectory(prefix="dau-benchmark-") as folder:
        archive = Path(folder)
        options = ["--out", folder, "--pages", PAGES, "--jobs", str(jobs), "--quiet"]
        command = [sys.executable, "-m", "dau.cli", "run", *map(str, chosen), *options]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode not in (0, 1):
            raise DauError(f"dau run ended with exit code {done.returncode}.", done.stderr[-500:])
        return _table([_measure(source, made) for source, made in _outcomes(archive)])


def _outcomes(archive: Path) -> Iterator[tuple[Path, Path]]:
    """Source and folder of each document that has a PDF."""
    for row in (archive / FILE_NAME).read_text(encoding="utf-8").splitlines():
        line = json.loads(row)
        if line["event"] == "outcome" and line["document"]:
            yield Path(line["source"]["path"]), archive / "documents" / line["document"]


def _measure(source: Path, folder: Path) -> Measured:
    made = folder / "searchable.pdf"
    transcript = Transcript.model_validate_json((folder / "transcript.json").read_bytes())
    events = [json.loads(row) for row in (folder / "events.jsonl").read_text(encoding="utf-8").splitlines()]
    seconds = sum(event["seconds"] for event in events if event["event"] == "made searchable")
    if not made.is_file():
        return Measured(len(transcript.pages), False, 0, 0, 0.0, 0, 0, seconds, 0.0, False, 0, source.stat().st_size)
    with Pdf.open(made) as file:
        valid = validate_written(made, "2b").verdict == "pass" and not file.check_pdf_syntax()
        copied = [images_of(page) for page in file.pages]
    same = [not found - _stored(source) for found in copied]
    noise = [_noise(source, made, number) for number, kept in enumerate(same, 1) if not kept]
    words, near = _words(made, transcript.pages)
    cpu, again = _again(source, folder, transcript, len(same))
    return Measured(
        len(same), valid, sum(same), len(noise), min(noise, default=math.inf), words, near, seconds, cpu, again,
        made.stat().st_size, source.stat().st_size,
    )  # fmt: skip


def _again(source: Path, folder: Path, transcript: Transcript, pages: int) -> tuple[float, bool]:
    """Processor time of making the PDF once more, with the programs it starts, and whether it has the same bytes."""
    directive = Directive.model_validate_json((folder / "document.json").read_bytes())
    original = pdf.Original(source, sha256_of(source), pages, () if source.suffix == ".pdf" else ((source, (0,)),))
    told = pdf.properties(directive.metadata, directive.source.filename if directive.source else source.name)
    with TemporaryDirectory(prefix="dau-benchmark-") as scratch:
        began = _cpu()
        made = pdf.make(original, transcript.pages, told, partial(_draw, source), Path(scratch), pdf.PdfSettings())
        return _cpu() - began, made.path.read_bytes() == (folder / "searchable.pdf").read_bytes()


def _cpu() -> float:
    """Seconds of processor time of this process and of programs it started that have ended."""
    usage = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in usage)


def images_of(page: Page) -> set[bytes]:
    """The images a page draws, as they are encoded."""
    return {image.read_raw_bytes() for image in page.get_images().values() if isinstance(image, Stream)}


def _stored(source: Path) -> set[bytes]:
    """All images of a file, as they are encoded."""
    if source.suffix != ".pdf":
        return {source.read_bytes()}
    with Pdf.open(source) as file:
        streams = [each for each in file.objects if isinstance(each, Stream)]
        return {each.read_raw_bytes() for each in streams if each.get(Name.Subtype) == Name.Image}


def _noise(source: Path, made: Path, number: int) -> float:
    """Peak signal to noise ratio, in dB, of the image that stands for a page against the page as poppler draws it."""
    with Pdf.open(made) as file:
        (image,) = file.pages[number - 1].get_images().values()
        assert isinstance(image, Stream)
        stands = np.asarray(PdfImage(image).as_pil_image().convert("RGB")).astype(float)
    drawn = _draw(source, number)
    drawn = drawn[:, :, ::-1] if drawn.ndim == 3 else np.stack([drawn] * 3, axis=2)
    if drawn.shape != stands.shape:
        return 0.0
    error = float(np.square(drawn.astype(float) - stands).mean())
    return math.inf if error == 0 else 10 * math.log10(255**2 / error)


def _draw(source: Path, number: int) -> Drawing:
    with scan.open(source, scan.ScanSettings(accept_damaged=True)) as opened:
        return opened.page(number).image


def _words(made: Path, pages: Sequence[TranscriptPage]) -> tuple[int, int]:
    """How many words of the transcript have a place, and how many of them poppler finds there."""
    listed = subprocess.run(["pdftotext", "-bbox", str(made), "-"], capture_output=True, check=True).stdout.decode()
    found = listed.split("<page ")[1:]
    counts = [_near(page, found[page.number - 1]) for page in pages]
    return sum(count for count, _ in counts), sum(near for _, near in counts)


def _near(page: TranscriptPage, listed: str) -> tuple[int, int]:
    places: dict[str, list[Box]] = defaultdict(list)
    for match in _WORD.finditer(listed):
        x0, y0, x1, y1 = map(float, match.groups()[:4])
        places[html.unescape(match[5])].append((x0, y0, x1, y1))
    words = page_words(page)
    placed = [(upright_box(box, words), text.split()) for line in words.lines for box, text in line]
    return len(placed), sum(1 for box, parts in placed if is_near(box, [places.get(part, []) for part in parts]))


def is_near(box: Box, places: Sequence[Sequence[Box]]) -> bool:
    """Whether the parts of a word are found in its box: the outer edges at the left and the right within 3 points, and
    as high as the word at least, for a word found is as high as its line."""
    close = [[place for place in part if _beside(place, box)] for part in places]
    if not all(close):
        return False
    left = min(abs(place[0] - box[0]) for place in close[0])
    right = min(abs(place[2] - box[2]) for place in close[-1])
    return left <= NEAR and right <= NEAR


def _beside(place: Box, box: Box) -> bool:
    if place[0] > box[2] + NEAR or place[2] < box[0] - NEAR:
        return False
    return place[1] - NEAR <= box[1] and place[3] + NEAR >= box[3]


def _table(found: Sequence[Measured]) -> str:
    pages, words = sum(m.pages for m in found), sum(m.words for m in found)
    drawn = sum(m.drawn for m in found)
    cpu, work = statistics.median(m.cpu for m in found), sum(m.cpu for m in found)
    seconds, whole = statistics.median(m.seconds for m in found), sum(m.seconds for m in found)
    rows = [
        ("documents, pages", f"{len(found)}, {pages}"),
        ("PDF/A-2b by pikepdf's validator, and no complaint of qpdf", f"{sum(m.valid for m in found)} of {len(found)}"),
        ("pages whose images are the original's, byte for byte", f"{sum(m.same for m in found)}"),
        ("pages drawn anew", f"{drawn}" + (f"; the worst at {min(m.worst for m in found):.1f} dB" if drawn else "")),
        ("words poppler finds within 3 points of their box", f"{sum(m.near for m in found)} of {words}"),
        ("size of copies ÷ size of originals, median", f"{statistics.median(m.size / m.original for m in found):.2f}"),
        ("made once more: the same bytes", f"{sum(m.again for m in found)} of {len(found)}"),
        ("making the PDF, processor time", f"{cpu:.1f} s a document (median), {work / pages:.2f} s a page"),
        ("making the PDF, wall time in the run", f"{seconds:.1f} s a document (median), {whole / pages:.2f} s a page"),
    ]  # fmt: skip
    return "\n".join(["| searchable PDFs | |", "|---|---|", *(f"| {name} | {value} |" for name, value in rows)])


def pace_pdf(shared: Path, jobs: int, pages: int) -> str:
    """Markdown: `dau run` and `ocrmypdf -l vie` over the same page images, so many at a time."""
    with TemporaryDirectory(prefix="dau-benchmark-") as folder:
        images = _page_images(shared, Path(folder), pages)
        theirs = _timed(lambda: _ocrmypdf(images, Path(folder), jobs))
        command = [sys.executable, "-m", "dau.cli", "run", *map(str, images), "--jobs", str(jobs), "--quiet"]
        mine = _timed(lambda: subprocess.run([*command, "--out", f"{folder}/archive"], check=True, capture_output=True))
    ratio = mine / theirs
    verdict = "met" if ratio <= MOST else "**missed**"
    return (
        f"{len(images)} pages as image files, {jobs} at a time, start and loading included: `dau run` "
        f"{mine / len(images):.2f} s a page, `ocrmypdf -l vie` {theirs / len(images):.2f} s. "
        f"Target ≤ {MOST} ×: {ratio:.2f} ×, {verdict}."
    )


def _timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _page_images(shared: Path, folder: Path, most: int) -> list[Path]:
    """First pages of shared scans at 200 dots an inch, as JPEG files."""
    scans = sorted((shared / "scans" / "real").glob("*.pdf"))
    for each in scans:
        subprocess.run(["pdftoppm", "-jpeg", "-r", "200", "-l", "2", str(each), str(folder / each.stem)], check=True)
    return sorted(folder.glob("*.jpg"))[:most]


def _ocrmypdf(images: Sequence[Path], folder: Path, jobs: int) -> None:
    program = Path(sys.executable).with_name("ocrmypdf")

    def convert(image: Path) -> None:
        command = [str(program), "-q", "-l", "vie", "--jobs", "1", "--output-type", "pdfa", "--image-dpi", "200"]
        subprocess.run([*command, str(image), str(folder / f"{image.stem}.pdf")], check=True, capture_output=True)

    with ThreadPoolExecutor(jobs) as pool:
        list(pool.map(convert, images))
