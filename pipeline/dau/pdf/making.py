"""Our side of the process that makes PDFs: see `worker`."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import numpy as np
from PIL import Image as Images

from dau.document.errors import DauError, DependencyError, InputError
from dau.document.page import Image
from dau.document.transcript import TranscriptPage
from dau.subprocesses import Limits, run

from .check import strays
from .job import Answer, Fact, ImageFile, Job, page_words
from .settings import PdfSettings

Draw = Callable[[int], Image]
"""The image of a page (from 1) as displayed, grey or BGR, at the page's own resolution."""

_WRITERS = ("fpdf2", "img2pdf", "ocrmypdf", "pikepdf")
_PURE = 0.9  # share of pixels that are black or white
_ROUNDS = 4
_ENVIRONMENT = {
    "SOURCE_DATE_EPOCH": "0",  # fonts cut down to the letters used would carry the time
    "PYTHONHASHSEED": "0",
    "OMP_NUM_THREADS": "1",
}


@dataclass(frozen=True)
class Original:
    """What the PDF is made of: a PDF, or the pages of image files: `images` names these in order, each with the places
    of its pages in it. `sha256` in hex."""

    path: Path
    sha256: str
    page_count: int
    images: tuple[tuple[Path, tuple[int, ...]], ...] = ()


@dataclass(frozen=True)
class Made:
    """`drawn`: pages that could not be copied and show an image of themselves; `strayed`: those of them whose own text
    says something else than the transcript, the others being no PDF/A. `facts`, `flattened`: see Answer."""

    path: Path
    drawn: tuple[int, ...] = ()
    strayed: tuple[int, ...] = ()
    facts: tuple[Fact, ...] = ()
    flattened: int = 0


def make(
    original: Original,
    pages: Sequence[TranscriptPage],
    information: Mapping[str, str],
    draw: Draw,
    scratch: Path,
    settings: PdfSettings,
) -> Made:
    """Write `searchable.pdf` into `scratch`: the pages of the original with the restored words of `pages` under them.

    Pages that PDF/A does not allow as they are (fonts that are not embedded, layers), or whose own text says something
    else than the transcript, are drawn with `draw`. Raises DauError: StageTimeout, CapacityError, InputError (the
    process crashed), DependencyError, and what `draw` raises.
    """
    job = Job(
        source=str(original.path.absolute()),
        images=tuple(ImageFile(path=str(path.absolute()), frames=frames) for path, frames in original.images),
        pages=tuple(page_words(page) for page in pages),
        drawn={},
        output=str(scratch / "searchable.pdf"),
        flavour=settings.output_type.removeprefix("pdfa-"),
        identity=original.sha256,
        information=dict(information),
    )
    limits = _limits(original.page_count, settings)
    made = Made(Path(job.output))
    for _ in range(_ROUNDS):
        answer = _answer(job, limits, scratch)
        made = replace(made, facts=answer.facts, flattened=answer.flattened)
        strayed = set() if answer.redraw else strays(made.path, pages, set(job.drawn), limits)
        wanted = set(answer.redraw) | strayed
        if not wanted:
            return made
        made = replace(made, strayed=tuple(sorted({*made.strayed, *strayed})))
        images = {number: str(_image(draw(number), number, scratch, settings)) for number in sorted(wanted)}
        job = job.model_copy(update={"drawn": {**job.drawn, **images}})
        made = replace(made, drawn=tuple(sorted(job.drawn)))
    raise DauError("The searchable PDF could not be made.", "Please report this with the file.")


def versions(settings: PdfSettings) -> dict[str, str]:
    """What writes the PDF, and the versions of it, where one is wanted. Raises DependencyError."""
    try:
        return {name: version(name) for name in _WRITERS} if settings.make else {}
    except PackageNotFoundError as error:
        raise DependencyError(
            f"The Python package {error.name} is not installed; searchable PDFs are made with it.",
            "Run scripts/setup, or do without them: make = false under [pdf] in the settings.",
        ) from None


def _limits(pages: int, settings: PdfSettings) -> Limits:
    return Limits(seconds=settings.seconds + pages * settings.page_seconds, memory=settings.memory)


def _answer(job: Job, limits: Limits, scratch: Path) -> Answer:
    environment = {**_ENVIRONMENT, "TMPDIR": str(scratch)}
    command = [sys.executable, "-P", "-B", "-m", "dau.pdf.worker"]
    finished = run(command, limits, stdin=job.model_dump_json().encode(), environment=environment)
    try:
        fields = json.loads(finished.stdout)
    except ValueError:
        lines = finished.stderr.strip().splitlines() or [f"status {finished.returncode}"]
        raise InputError(
            f"The searchable PDF could not be made: {lines[-1][:300]}.",
            "The text is there all the same. Open the file in a viewer; if it looks right, report it.",
        ) from None
    if "error" in fields:
        raise DauError(fields["error"], fields["advice"])
    return Answer.model_validate(fields)


def _image(pixels: Image, number: int, scratch: Path, settings: PdfSettings) -> Path:
    """A drawn page as a file: without loss where it is black on white, which is the smaller file then, else JPEG of
    full colour resolution."""
    folder = scratch / "drawn"
    folder.mkdir(exist_ok=True)
    image = Images.fromarray(pixels if pixels.ndim == 2 else np.ascontiguousarray(pixels[:, :, ::-1]))
    pure = (pixels == 0) | (pixels == 255)
    share = float(pure.mean() if pixels.ndim == 2 else pure.all(axis=2).mean())
    path = folder / f"{number:04d}.{'png' if share >= _PURE else 'jpg'}"
    if share < _PURE:
        image.save(path, quality=settings.jpeg_quality, subsampling=0)
    elif share == 1.0 and pixels.ndim == 2:
        image.convert("1", dither=Images.Dither.NONE).save(path)
    else:
        image.save(path)
    return path
