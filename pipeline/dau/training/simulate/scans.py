"""The whole simulator: sheet → pages as drawn → pages as scanned → PDF with exact truth."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import cv2
import numpy as np
import PIL
from pydantic import Field

from dau.document.page import Image
from dau.document.transcript import Frozen, line_id

from . import fonts
from .compose import LayoutSettings, compose
from .degrade import Degradation, degrade, draw_degradation, warp_of
from .draw import DrawnLine, DrawnPage, PixelBox, draw, in_points
from .fonts import Mask
from .pdf import EncodedImage, decode, encode_bilevel, encode_jpeg, image_pdf
from .sheet import Sheet
from .structure import components, metadata, nodes, recipients
from .truth import Colour, Generator, ScanSeverity, Truth, TruthLine, TruthPage, TruthWord

_Points = Callable[[PixelBox], tuple[float, float, float, float]]


class ScanSettings(Frozen):
    """How a sheet is scanned. `colour` auto draws bilevel, grey or colour once a document; `jpeg` sets the quality
    that is otherwise drawn with the severity."""

    seed: int = Field(default=0, ge=0)
    severity: ScanSeverity = "medium"
    dpi: float = Field(default=200.0, ge=50, le=600)
    colour: Colour | Literal["auto"] = "auto"
    jpeg: int | None = Field(default=None, ge=1, le=100)
    layout: LayoutSettings = LayoutSettings()


@dataclass(frozen=True)
class ScannedPage:
    """`image` is what a reader of the file gets: grey or BGR; `encoded` the same as it lies in the PDF."""

    image: Image
    encoded: EncodedImage
    truth: TruthPage


@dataclass(frozen=True)
class Scan:
    pages: tuple[EncodedImage, ...]
    truth: Truth

    def pdf(self) -> bytes:
        """The scan as an image-only PDF; its keywords say that it is simulated."""
        return image_pdf(self.pages, "simulated" + (", synthetic" if self.truth.synthetic else ""))


def simulate(sheet: Sheet, settings: ScanSettings) -> Iterator[ScannedPage]:
    """The pages of a sheet as scanned, one at a time; the same settings give the same bytes."""
    colour = settings.colour
    if colour == "auto":
        colour = choose_colour(np.random.default_rng([settings.seed, 0]))
    verso: Mask | None = None
    for number, layout in enumerate(compose(sheet, settings.layout), 1):
        rng = np.random.default_rng([settings.seed, number])
        drawn = draw(layout, settings.dpi, rng, colour=colour == "colour")
        plan = draw_degradation(settings.severity, colour, rng)
        if settings.jpeg is not None:
            plan = plan.model_copy(update={"jpeg": settings.jpeg})
        yield scan_page(drawn, plan, number, rng, drawn.text_ink if verso is None else verso)
        verso = drawn.text_ink


def make_scan(sheet: Sheet, settings: ScanSettings) -> Scan:
    """All pages of the sheet with the truth about them."""
    pages = list(simulate(sheet, settings))
    generator = Generator(
        seed=settings.seed, font=fonts.font_digest(), pillow=PIL.__version__, opencv=cv2.__version__,
    )
    truth = Truth(
        synthetic=sheet.synthetic, generator=generator, metadata=metadata(sheet), components=components(sheet),
        nodes=nodes(sheet), recipients=recipients(sheet), pages=tuple(p.truth for p in pages),
    )
    return Scan(tuple(p.encoded for p in pages), truth)


def write_scan(scan: Scan, folder: Path, name: str, truth_folder: Path | None = None, *, text: bool = True) -> Path:
    """Write NAME.pdf, and NAME.truth.json and NAME.txt beside it or in `truth_folder`; returns the PDF's path."""
    beside = folder if truth_folder is None else truth_folder
    folder.mkdir(parents=True, exist_ok=True)
    beside.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.pdf"
    path.write_bytes(scan.pdf())
    (beside / f"{name}.truth.json").write_text(truth_json(scan.truth), encoding="utf-8")
    if text:
        (beside / f"{name}.txt").write_text(scan.truth.text, encoding="utf-8")
    return path


def truth_json(truth: Truth) -> str:
    """The truth as JSON, one page's line a line of the file, so that a change of it can be read."""
    data = truth.model_dump(mode="json", exclude_defaults=False)
    pages = data.pop("pages")
    head = json.dumps(data, ensure_ascii=False, indent=1)[:-2]
    body = ",\n".join(_page_json(page) for page in pages)
    return f'{head},\n "pages": [\n{body}\n ]\n}}\n'


def _page_json(page: dict[str, object]) -> str:
    lines, overlays = page.pop("lines"), page.pop("overlays")
    assert isinstance(lines, list)
    rows = ",\n".join("    " + json.dumps(line, ensure_ascii=False) for line in lines)
    head = json.dumps(page, ensure_ascii=False)[:-1]
    return f'  {head}, "overlays": {json.dumps(overlays, ensure_ascii=False)}, "lines": [\n{rows}\n  ]}}'


def scan_page(
    drawn: DrawnPage, plan: Degradation, number: int, rng: np.random.Generator, verso: Mask | None = None
) -> ScannedPage:
    """Degrade a drawn page, encode it as the plan says, and let the truth's boxes follow the skew and bend."""
    scale = drawn.dpi / 72
    image = degrade(drawn.image, plan, scale, rng, verso)
    size = (drawn.width, drawn.height)
    if plan.colour == "bilevel":
        image = np.where(image > plan.threshold, 255, 0).astype(np.uint8)
        encoded = encode_bilevel(image, size)
    else:
        encoded = encode_jpeg(image, plan.jpeg, size)
        image = decode(encoded)
    warp = warp_of(plan, drawn.image.shape, scale)

    def points(box: PixelBox) -> tuple[float, float, float, float]:
        return in_points(warp.box(box), scale, *size)

    return ScannedPage(image, encoded, _truth(drawn, plan, number, points))


def _truth(drawn: DrawnPage, plan: Degradation, number: int, points: _Points) -> TruthPage:
    lines = []
    for n, line in enumerate((line for line in drawn.lines if line.words), 1):
        lines.append(_truth_line(line, line_id(number, n), points))
    overlays = tuple(overlay.model_copy(update={"bbox": points(box)}) for overlay, box in drawn.overlays)
    return TruthPage(
        number=number, width=drawn.width, height=drawn.height, dpi=drawn.dpi, skew=plan.skew, severity=plan.severity,
        colour=plan.colour, lines=tuple(lines), overlays=overlays,
    )


def _truth_line(line: DrawnLine, identity: str, points: _Points) -> TruthLine:
    words = tuple(TruthWord(text=w.text, bbox=points(w.box), hand=w.hand) for w in line.words)
    boxes = [w.bbox for w in words]
    hull = (min(b[0] for b in boxes), min(b[1] for b in boxes), max(b[2] for b in boxes), max(b[3] for b in boxes))
    placed = line.placed
    return TruthLine(
        id=identity, text=" ".join(w.text for w in words), bbox=hull, role=placed.role, part=placed.part,
        item=placed.item, cell=placed.cell, words=words,
    )


def choose_colour(rng: np.random.Generator, colours: tuple[Colour, ...] = ("colour", "grey", "bilevel")) -> Colour:
    """One of `colours`, in the shares seen among real scans: two in five colour, two in five 1-bit."""
    shares = np.array([_SHARES[c] for c in colours])
    return colours[int(rng.choice(len(colours), p=shares / shares.sum()))]


_SHARES: dict[Colour, float] = {"colour": 0.4, "grey": 0.2, "bilevel": 0.4}
