"""What a scanner does to a page: it lies crooked, bends, lets the other side through, blurs, darkens, speckles.

The order is the physical one: paper (bleed-through, specks), position on the glass (bend, skew), optics (blur),
light (uneven background, dark edge bands, a line of the sensor), sensor (noise), and the file (JPEG or 1 bit).
Lengths are in points, so that a severity means the same at every resolution.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt
from pydantic import Field

from dau.document.page import Image
from dau.document.transcript import Frozen

from .fonts import Mask
from .truth import Colour, ScanSeverity

Range = tuple[float, float]


class Wear(Frozen):
    """Ranges a severity draws from. Grey levels of 255; `skew` degrees; `bend`, `blur`, `band` points; `specks` a
    page; `bleed` share of the other side's ink that shows; `edge`, `streak` probabilities; `threshold` of 1-bit
    pages as a share of the way from ink to paper."""

    skew: float
    bend: Range
    blur: Range
    noise: Range
    uneven: Range
    paper: Range
    black: Range
    bleed: Range
    specks: Range
    band: Range
    edge: float
    streak: float
    jpeg: Range
    threshold: Range = (0.5, 0.62)


WEAR: dict[ScanSeverity, Wear] = {
    "clean": Wear(
        skew=0, bend=(0, 0), blur=(0, 0), noise=(0, 0), uneven=(0, 0), paper=(255, 255), black=(0, 0), bleed=(0, 0),
        specks=(0, 0), band=(0, 0), edge=0, streak=0, jpeg=(95, 95),
    ),
    "light": Wear(
        skew=0.3, bend=(0, 0.3), blur=(0.05, 0.11), noise=(1.5, 4), uneven=(0, 5), paper=(246, 254), black=(5, 30),
        bleed=(0, 0.01), specks=(0, 8), band=(0, 4), edge=0.1, streak=0.0, jpeg=(75, 88),
    ),
    "medium": Wear(
        skew=0.9, bend=(0.3, 1.5), blur=(0.12, 0.2), noise=(5, 9), uneven=(8, 20), paper=(232, 246), black=(30, 60),
        bleed=(0.02, 0.06), specks=(10, 40), band=(4, 10), edge=0.4, streak=0.1, jpeg=(48, 65),
    ),
    "severe": Wear(
        skew=1.8, bend=(1.5, 4), blur=(0.22, 0.32), noise=(9, 14), uneven=(22, 45), paper=(200, 230),
        black=(55, 85), bleed=(0.08, 0.16), specks=(60, 200), band=(10, 20), edge=0.8, streak=0.3, jpeg=(30, 42),
        threshold=(0.38, 0.48),
    ),
}


class Degradation(Frozen):
    """One page's fate, drawn from a severity's ranges; reproducible where it and the generator's seed are."""

    severity: ScanSeverity
    colour: Colour
    skew: float = Field(default=0.0, ge=-45, le=45)
    bend: float = 0.0
    blur: float = Field(default=0.0, ge=0)
    noise: float = Field(default=0.0, ge=0)
    uneven: float = Field(default=0.0, ge=0)
    paper: float = Field(default=255.0, ge=0, le=255)
    black: float = Field(default=0.0, ge=0, le=255)
    bleed: float = Field(default=0.0, ge=0, le=1)
    specks: int = Field(default=0, ge=0)
    band: float = Field(default=0.0, ge=0)
    streak: bool = False
    threshold: int = Field(default=150, ge=1, le=254)
    jpeg: int = Field(default=90, ge=1, le=100)


def draw_degradation(severity: ScanSeverity, colour: Colour, rng: np.random.Generator) -> Degradation:
    """A page's degradation, drawn at random from the severity's ranges."""
    wear = WEAR[severity]
    skew = float(np.clip(rng.normal(0, wear.skew / 2), -wear.skew, wear.skew)) if wear.skew else 0.0
    paper, black = float(rng.uniform(*wear.paper)), float(rng.uniform(*wear.black))
    return Degradation(
        severity=severity, colour=colour, skew=round(skew, 3), bend=float(rng.uniform(*wear.bend)),
        blur=float(rng.uniform(*wear.blur)), noise=float(rng.uniform(*wear.noise)),
        uneven=float(rng.uniform(*wear.uneven)), paper=paper, black=black, bleed=float(rng.uniform(*wear.bleed)),
        specks=round(rng.uniform(*wear.specks)), band=float(rng.uniform(*wear.band)) * (rng.random() < wear.edge),
        streak=bool(rng.random() < wear.streak), jpeg=round(rng.uniform(*wear.jpeg)),
        threshold=round(black + (paper - black) * rng.uniform(*wear.threshold)),
    )  # fmt: skip


@dataclass(frozen=True)
class Warp:
    """Where a point of the clean page lies on the scan: rotation about the centre, then a vertical bend."""

    matrix: npt.NDArray[np.float64]
    bend: float
    width: int

    def lift(self, x: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Vertical displacement in pixels at the columns `x` of the scan."""
        return self.bend * np.sin(np.pi * x / self.width)

    def box(self, box: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
        """Axis-parallel hull of where a pixel box lies on the scan."""
        x = np.linspace(box[0], box[2], 5)
        points = np.concatenate([np.stack([x, np.full(5, y), np.ones(5)], axis=1) for y in (box[1], box[3])])
        moved = points @ self.matrix.T
        ys = moved[:, 1] + self.lift(moved[:, 0])
        return float(moved[:, 0].min()), float(ys.min()), float(moved[:, 0].max()), float(ys.max())

    def apply(self, image: Image) -> Image:
        """The image on the glass, same size, white where there is no paper."""
        h, w = image.shape[:2]
        white = (255,) * 3 if image.ndim == 3 else 255
        if self.bend == 0:
            moved = cv2.warpAffine(image, self.matrix, (w, h), flags=cv2.INTER_CUBIC, borderValue=white)
            return np.asarray(moved, np.uint8)
        back = cv2.invertAffineTransform(self.matrix)
        xs = np.arange(w, dtype=np.float32)
        ys = np.arange(h, dtype=np.float32)[:, None] - self.lift(xs.astype(np.float64)).astype(np.float32)[None, :]
        a = back.astype(np.float32)
        map_x = a[0, 0] * xs[None, :] + a[0, 1] * ys + a[0, 2]
        map_y = a[1, 0] * xs[None, :] + a[1, 1] * ys + a[1, 2]
        return np.asarray(cv2.remap(image, map_x, map_y, cv2.INTER_CUBIC, borderValue=white), np.uint8)


def warp_of(plan: Degradation, shape: tuple[int, ...], scale: float) -> Warp:
    """The warp of a page of `shape` (height, width) pixels at `scale` pixels a point."""
    h, w = shape[:2]
    matrix = cv2.getRotationMatrix2D((w / 2, h / 2), -plan.skew, 1.0).astype(np.float64)
    return Warp(matrix, plan.bend * scale, w)


def degrade(
    image: Image, plan: Degradation, scale: float, rng: np.random.Generator, verso: Mask | None = None
) -> Image:
    """The page as scanned, before it is written as JPEG or 1 bit; same size. `verso` is the ink of the other side."""
    work = _bleed(image, plan, verso, scale) if plan.bleed and verso is not None else image.copy()
    work = warp_of(plan, image.shape, scale).apply(work) if plan.skew or plan.bend else work
    _specks(work, plan, scale, rng)
    if plan.blur * scale > 0.15:
        work = np.asarray(cv2.GaussianBlur(work, (0, 0), plan.blur * scale), np.uint8)
    return _light_and_noise(work, plan, scale, rng)


def _bleed(image: Image, plan: Degradation, verso: Mask, scale: float) -> Image:
    """The other side's ink, mirrored and blurred, showing through."""
    h, w = image.shape[:2]
    ghost = cv2.GaussianBlur(cv2.resize(verso[:, ::-1], (w, h), interpolation=cv2.INTER_AREA), (0, 0), 0.5 * scale)
    veil = 1 - ghost.astype(np.float32) / 255 * plan.bleed
    return (image * (veil if image.ndim == 2 else veil[..., None])).astype(np.uint8)


def _specks(image: Image, plan: Degradation, scale: float, rng: np.random.Generator) -> None:
    """Dust and staple marks, in place: many small, few large."""
    h, w = image.shape[:2]
    for _ in range(plan.specks):
        centre = (int(rng.integers(0, w)), int(rng.integers(0, h)))
        radius = scale * min(0.18 + rng.exponential(0.15), 1.6)
        axes = (max(1, round(radius)), max(1, round(radius * rng.uniform(0.5, 1.4))))
        grey = int(rng.integers(0, 120))
        cv2.ellipse(image, centre, axes, float(rng.uniform(0, 180)), 0, 360, (grey,) * 3, -1, cv2.LINE_AA)


def _light_and_noise(image: Image, plan: Degradation, scale: float, rng: np.random.Generator) -> Image:
    h, w = image.shape[:2]
    light = np.full((h, w), plan.paper - plan.black, np.float32)
    if plan.uneven:
        field = rng.uniform(-1.0, 0.25, (5, 4)).astype(np.float32)
        light += cv2.resize(field, (w, h), interpolation=cv2.INTER_CUBIC) * plan.uneven
    if plan.band:
        _edge_bands(light, plan, scale, rng)
    if plan.streak:
        x = int(rng.integers(w // 8, w - w // 8))
        light[:, x : x + max(1, round(0.25 * scale))] *= 0.55
    light /= 255
    out = image.astype(np.float32) * (light if image.ndim == 2 else light[..., None]) + plan.black
    if plan.noise:
        grain = rng.standard_normal((h, w), dtype=np.float32)
        grain = cv2.GaussianBlur(grain, (0, 0), 0.7) * (2.4 * plan.noise)  # × 2.4 restores the spread the blur took
        out += grain if image.ndim == 2 else grain[..., None]
    return np.asarray(np.clip(out, 0, 255), np.uint8)


def _edge_bands(light: npt.NDArray[np.float32], plan: Degradation, scale: float, rng: np.random.Generator) -> None:
    """Dark bands where the lid was open, in place, along one or two edges."""
    width = max(2, round(plan.band * scale))
    fall = np.linspace(0.12, 1.0, width, dtype=np.float32) ** 0.5
    for side in rng.choice(4, size=int(rng.integers(1, 3)), replace=False):
        if side == 0:
            light[:, :width] *= fall
        elif side == 1:
            light[:, -width:] *= fall[::-1]
        elif side == 2:
            light[:width] *= fall[:, None]
        else:
            light[-width:] *= fall[::-1, None]
