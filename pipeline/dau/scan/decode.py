"""Our side of the decoding process: see `worker`."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from dau.document.errors import CapacityError, DauError, InputError
from dau.document.page import Image
from dau.subprocesses import Finished, Limits, missing, run

from .settings import ScanSettings

_WORKER = Path(__file__).with_name("worker.py")
_HEADER = 1 << 20


@dataclass(frozen=True)
class Decoded:
    """`pixels`: grey or BGR. `dpi`: across and down, as stated in the file; `size` in pixels before a reduction to
    `max_dpi`."""

    pixels: Image
    dpi: tuple[float, float] | None
    size: tuple[int, int]


def frame_indexes(path: Path, settings: ScanSettings) -> list[int]:
    """Places of the pages in a TIFF, at most `max_pages + 1` of them; raises as `decode_image` does."""
    fields, _ = _work(["frames", str(path), str(settings.max_pages)], settings)
    return [int(n) for n in fields["frames"]]


def decode_image(path: Path, frame: int, settings: ScanSettings) -> Decoded:
    """One image of a TIFF, PNG, JPEG or WebP file, upright by EXIF, on white.

    Raises CapacityError for more than `max_pixels` before anything is decoded, InputError for what cannot be decoded
    (or is cut off, unless `accept_damaged`), StageTimeout.
    """
    damaged = "1" if settings.accept_damaged else "0"
    job = ["image", str(path), str(frame), str(settings.max_pixels), str(settings.max_dpi), damaged]
    fields, pixels = _work(job, settings)
    dpi = fields["dpi"]
    return Decoded(
        pixels=_array(fields, pixels),
        dpi=None if dpi is None else (float(dpi[0]), float(dpi[1])),
        size=(int(fields["original"][0]), int(fields["original"][1])),
    )


def pdf_information(path: Path, first: int, last: int, settings: ScanSettings) -> dict[str, str | int]:
    """What pdf2image makes of `pdfinfo`, with sizes of the pages `first` to `last`.

    Raises InputError with poppler's complaint as its message, StageTimeout, CapacityError.
    """
    fields, _ = _work(["pdfinfo", str(path), str(first), str(last)], settings)
    return fields


def _work(job: list[str], settings: ScanSettings) -> tuple[dict[str, Any], bytes]:
    limits = Limits(
        seconds=settings.page_seconds, memory=settings.memory, output=_HEADER + 3 * (settings.max_pixels + (1 << 16))
    )
    # -P: the folder of the script is not put on the path, where our module names would hide others.
    finished = run([sys.executable, "-P", "-B", str(_WORKER), *job], limits)
    header, _, pixels = finished.stdout.partition(b"\n")
    if finished.returncode != 0 or not header.startswith(b"{"):
        raise DauError(f"The page decoder failed: {_last_line(finished)}", "Report this with the file, if you may.")
    fields: dict[str, Any] = json.loads(header)
    if "error" in fields:
        raise _error(fields["error"], fields["message"], settings)
    return fields, pixels


def _error(category: str, message: str, settings: ScanSettings) -> DauError:
    if category == "capacity":
        return CapacityError(
            f"The image has {message}, more than the limit of {settings.max_pixels} pixels a page.",
            "Raise scan.max_pixels in the settings if the file is what it should be, or scan at a lower resolution.",
        )
    if category == "dependency":
        return missing(message)
    if category == "unopened":
        return InputError(message)
    return InputError(
        f"The page cannot be decoded: {message.strip()}",
        "The file is damaged or cut off: copy it again from where it came, or scan it again.",
    )


def _array(fields: dict[str, Any], pixels: bytes) -> Image:
    height, width = int(fields["height"]), int(fields["width"])
    shape = (height, width, 3) if fields["mode"] == "RGB" else (height, width)
    return np.frombuffer(pixels, dtype=np.uint8).reshape(shape).copy()


def _last_line(finished: Finished) -> str:
    lines = finished.stderr.strip().splitlines()
    return lines[-1][:300] if lines else f"status {finished.returncode}"
