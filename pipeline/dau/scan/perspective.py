"""The sheets of paper on an image: a photograph of a page on a desk, a page on a dark bed, two of them side by side.

Where the rim of the image is not paper, the corners of each sheet are looked for, and the sheet is shown as if from
straight above (a homography of its four corners). An ordinary scan, whose rim is paper, costs a look at a thumbnail.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from dau.document.page import Image

Matrix = npt.NDArray[np.float64]
Quad = npt.NDArray[np.float64]
"""Corners, clockwise from the upper left, as rows of x and y."""

_THUMBNAIL, _FINE = 300, 1500  # pixels of the long side
_LEAST_SIDE = 40
_RIM = 0.02  # of a side
_DARKER = 0.82  # of the grey of the paper; the rim of a scan is hardly darker than its middle
_SURROUNDED = 0.6  # share of a rim strip that is no paper, for that side to show the desk
_LEAST_SIDES = 2
_LEAST_SHEET = 0.12  # of the image
_LEAST_FILL = 0.95  # share of the quadrilateral that the sheet fills: a torn, folded or half visible one does not
_LEAST_MARGIN = 0.02  # of the image's side; a sheet that leaves less is the image
_SQUARE = 0.004  # of the image's side; corners nearer than that to those of an upright rectangle need no homography
_A4 = 297 / 210
_LIKE_A4 = 0.14
_SAMPLES = 48
_BAND = (0.006, 0.03)  # of the image's side: how far from the edge of a sheet text is looked for
_STROKE, _STROKE_DEPTH = 7, 0.25  # pixels at the fine scale, and how much darker than what is around it
_NEIGHBOURHOOD, _ABOVE_NOISE = 41, 3.0  # pixels; strokes are so much deeper than what is around them usually is
_TEXT_BOTH_SIDES = 0.15  # share of an edge with strokes on either side; a sheet has a margin, and lies on no text


@dataclass(frozen=True)
class Sheet:
    """A sheet of paper cut out of an image; `onto` is the 2 × 3 or 3 × 3 map from its pixels to those of the image."""

    image: Image
    onto: Matrix


def sheets(image: Image) -> list[Sheet]:
    """The sheets that lie on a darker ground, from left to right; none where the image is the page."""
    thumbnail, factor = _thumbnail(image)
    if not _on_a_desk(thumbnail):
        return []
    quads = [_refined(image, quad * factor) for quad in _quads(thumbnail)]
    if len(quads) == 2 and not _side_by_side(*quads):
        quads = [max(quads, key=_area)]
    height, width = image.shape[:2]
    if not quads or len(quads) > 2 or (len(quads) == 1 and _whole(quads[0], width, height)):
        return []
    if _cut_text(image, quads):
        return []
    return [_cut_out(image, quad) for quad in sorted(quads, key=lambda q: float(q[:, 0].mean()))]


def _thumbnail(image: Image) -> tuple[Image, float]:
    """Grey, at most `_THUMBNAIL` pixels long, and how many pixels of the image one of its pixels is."""
    step = max(1, 2 * max(image.shape[:2]) // (3 * _THUMBNAIL))
    grey, _ = _reduced(image[::step, ::step], _THUMBNAIL)
    return _evenly_lit(grey), image.shape[1] / grey.shape[1]


def _reduced(image: Image, longest: int) -> tuple[Image, float]:
    """Grey, at most so many pixels long, and the scale."""
    scale = min(1.0, longest / max(image.shape[:2]))
    small = np.asarray(cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), dtype=np.uint8)
    grey = small if small.ndim == 2 else np.asarray(cv2.cvtColor(small, cv2.COLOR_BGR2GRAY), dtype=np.uint8)
    return grey, scale


def _evenly_lit(grey: Image) -> Image:
    """The image as if the light fell evenly on it: divided by the plane through the lighter parts of its middle."""
    height, width = grey.shape
    if min(height, width) < _LEAST_SIDE:
        return grey
    places, levels = [], []
    for y in np.linspace(0.2, 0.8, 5):
        for x in np.linspace(0.2, 0.8, 5):
            y0, x0 = int((y - 0.07) * height), int((x - 0.07) * width)
            part = grey[y0 : y0 + max(2, height // 7), x0 : x0 + max(2, width // 7)]
            places.append((x - 0.5, y - 0.5, 1.0))
            levels.append(float(np.percentile(part, 80)))
    across, down, middle = np.linalg.lstsq(np.array(places), np.array(levels), rcond=None)[0]
    plane = middle + across * np.linspace(-0.5, 0.5, width)[None, :] + down * np.linspace(-0.5, 0.5, height)[:, None]
    return np.asarray(np.clip(grey * (220.0 / np.maximum(plane, 40.0)), 0, 255), dtype=np.uint8)


def _paper(grey: Image) -> float:
    """The grey of the paper, for which the lighter part of the middle is taken."""
    height, width = grey.shape
    return float(np.percentile(grey[height // 5 : -height // 5 or None, width // 5 : -width // 5 or None], 75))


def _on_a_desk(grey: Image) -> bool:
    """Whether along two sides of the image or more there is mostly something darker than paper."""
    height, width = grey.shape
    if min(height, width) < _LEAST_SIDE:
        return False
    limit = _DARKER * _paper(grey)
    y, x = max(1, round(_RIM * height)), max(1, round(_RIM * width))
    strips = (grey[:y], grey[-y:], grey[:, :x], grey[:, -x:])
    return sum(float((strip < limit).mean()) >= _SURROUNDED for strip in strips) >= _LEAST_SIDES


def _quads(grey: Image) -> list[Quad]:
    """Corners of the light quadrilaterals, the largest first."""
    height, width = grey.shape
    rim = np.concatenate([grey[:2].ravel(), grey[-2:].ravel(), grey[:, :2].ravel(), grey[:, -2:].ravel()])
    paper = _paper(grey)
    desk = float(np.median(rim[rim < _DARKER * paper]))
    light = (grey > (desk + paper) / 2).astype(np.uint8)
    closed = cv2.morphologyEx(light, cv2.MORPH_CLOSE, np.ones((5, 5), np.uint8))  # its text is no gap in the paper
    opened = cv2.morphologyEx(closed, cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
    contours, _ = cv2.findContours(opened, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    found = []
    for contour in sorted(contours, key=cv2.contourArea, reverse=True)[:3]:
        if cv2.contourArea(contour) < _LEAST_SHEET * height * width:
            break
        quad = _quad_of(np.asarray(contour, dtype=np.int32))
        if quad is not None:
            found.append(quad)
    return found


def _quad_of(contour: npt.NDArray[np.int32]) -> Quad | None:
    """The four corners of a contour, None where it has not just these."""
    hull = cv2.convexHull(contour)
    length = cv2.arcLength(hull, True)
    for tolerance in (0.01, 0.015, 0.02, 0.03, 0.04):
        polygon = cv2.approxPolyDP(hull, tolerance * length, True)[:, 0].astype(np.float64)
        if len(polygon) == 4:
            filled = cv2.contourArea(contour) / max(1.0, _area(polygon))
            return _in_order(polygon + 0.5) if _LEAST_FILL <= filled <= 1 / _LEAST_FILL else None
        if len(polygon) < 4:
            break
    return None


def _in_order(corners: Quad) -> Quad:
    """Clockwise, beginning with the corner nearest the upper left."""
    centre = corners.mean(axis=0)
    around = corners[np.argsort(np.arctan2(corners[:, 1] - centre[1], corners[:, 0] - centre[0]))]
    return np.roll(around, -int(np.argmin(around.sum(axis=1))), axis=0)


def _area(quad: Quad) -> float:
    x, y = quad[:, 0], quad[:, 1]
    return float(abs(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1)))) / 2


def _side_by_side(one: Quad, other: Quad) -> bool:
    """Two sheets of about the same height, next to each other."""
    left, right = sorted((one, other), key=lambda q: float(q[:, 0].mean()))
    heights = [float(np.ptp(q[:, 1])) for q in (left, right)]
    overlap = min(left[:, 1].max(), right[:, 1].max()) - max(left[:, 1].min(), right[:, 1].min())
    apart = right[:, 0].min() - left[:, 0].max() > -0.1 * np.ptp(left[:, 0])
    return bool(apart and min(heights) > 0.7 * max(heights) and overlap > 0.7 * max(heights))


def _whole(quad: Quad, width: int, height: int) -> bool:
    """Whether a sheet leaves so little of the image that it is the image."""
    frame = np.array([[0, 0], [width, 0], [width, height], [0, height]], dtype=np.float64)
    return bool((np.abs(quad - frame) < _LEAST_MARGIN * max(width, height)).all())


def _refined(image: Image, quad: Quad) -> Quad:
    """The corners where straight lines through the edges of the sheet meet, found at a finer scale."""
    grey, scale = _reduced(image, _FINE)
    corners = quad * scale
    sides = [_side(grey, corners[n], corners[(n + 1) % 4]) for n in range(4)]
    met = [_meeting(sides[n - 1], sides[n]) for n in range(4)]
    refined = np.array([m if m is not None else corners[n] for n, m in enumerate(met)])
    far = np.linalg.norm(refined - corners, axis=1) > 0.03 * max(grey.shape)
    refined[far] = corners[far]
    return np.asarray(refined / scale, dtype=np.float64)


def _side(grey: Image, start: Matrix, end: Matrix) -> Matrix:
    """A point and a direction of the edge between two corners: where, across it, the grey rises most."""
    along = end - start
    length = float(np.linalg.norm(along))
    direction = along / max(1.0, length)
    inward = np.array([-direction[1], direction[0]])  # corners run clockwise on an image, whose y points down
    reach = max(6, round(0.012 * max(grey.shape)))
    steps = np.arange(-reach, reach + 1, dtype=np.float64)
    points = []
    for share in np.linspace(0.06, 0.94, _SAMPLES):
        places = start + share * along + steps[:, None] * inward
        x, y = np.round(places[:, 0]).astype(int), np.round(places[:, 1]).astype(int)
        inside = (x >= 0) & (y >= 0) & (x < grey.shape[1]) & (y < grey.shape[0])
        if inside.sum() < reach:
            continue
        values = grey[y[inside], x[inside]].astype(np.float64)
        rise = values[4:].copy()
        rise -= values[:-4]
        points.append(places[inside][2:-2][int(np.argmax(rise))])
    if len(points) < _SAMPLES // 3:
        return np.array([start, direction])
    vx, vy, x0, y0 = cv2.fitLine(np.array(points, np.float32), cv2.DIST_HUBER, 0, 0.01, 0.01).ravel()
    return np.array([[x0, y0], [vx, vy]], dtype=np.float64)


def _meeting(one: Matrix, other: Matrix) -> Matrix | None:
    system = np.array([one[1], -other[1]]).T
    if abs(float(np.linalg.det(system))) < 0.2:  # nearly parallel: no corner of a sheet
        return None
    along = np.linalg.solve(system, other[0] - one[0])
    return np.asarray(one[0] + along[0] * one[1], dtype=np.float64)


def _cut_text(image: Image, quads: list[Quad]) -> bool:
    """Whether text goes on beyond an edge: that of a shadow on the page, or of a stain, is none of a sheet."""
    grey, scale = _reduced(image, _FINE)
    around = cv2.morphologyEx(grey, cv2.MORPH_CLOSE, np.ones((_STROKE, _STROKE), np.uint8))
    depth = around - grey
    noise = cv2.blur(depth, (_NEIGHBOURHOOD, _NEIGHBOURHOOD))
    strokes = depth > np.maximum(_STROKE_DEPTH * around, _ABOVE_NOISE * noise.astype(np.float32))
    near = np.linspace(*_BAND, 24) * max(grey.shape)
    for quad in quads:
        for n in range(4):
            start, along = quad[n] * scale, (quad[(n + 1) % 4] - quad[n]) * scale
            inward = np.array([-along[1], along[0]]) / max(1.0, float(np.linalg.norm(along)))
            places = start + np.linspace(0.05, 0.95, 300)[:, None] * along
            inside, outside = (_any_of(strokes, places, side * near, inward) for side in (1, -1))
            if float((inside & outside).mean()) >= _TEXT_BOTH_SIDES:
                return True
    return False


def _any_of(
    mask: npt.NDArray[np.bool_], places: Matrix, steps: Matrix, direction: Matrix
) -> npt.NDArray[np.bool_]:  # fmt: skip
    """For each place whether the mask holds at one of the steps from it; outside the image it does not."""
    points = places[:, None, :] + steps[None, :, None] * direction
    x, y = np.round(points[..., 0]).astype(int), np.round(points[..., 1]).astype(int)
    seen = (x >= 0) & (y >= 0) & (x < mask.shape[1]) & (y < mask.shape[0])
    seen[seen] = mask[y[seen], x[seen]]
    return np.asarray(seen.any(axis=1), dtype=np.bool_)


def _cut_out(image: Image, quad: Quad) -> Sheet:
    """The sheet as seen from above; an upright rectangle is only cut out, so that no pixel of it changes."""
    height, width = image.shape[:2]
    x0, y0 = quad[[0, 3], 0].mean(), quad[[0, 1], 1].mean()
    x1, y1 = quad[[1, 2], 0].mean(), quad[[2, 3], 1].mean()
    square = np.array([[x0, y0], [x1, y0], [x1, y1], [x0, y1]])
    if float(np.abs(quad - square).max()) < _SQUARE * max(width, height):
        left, top = max(0, round(x0)), max(0, round(y0))
        part = np.ascontiguousarray(image[top : min(height, round(y1)), left : min(width, round(x1))])
        return Sheet(part, np.array([[1.0, 0.0, left], [0.0, 1.0, top]]))
    across, down = _size(quad)
    frame = np.array([[0, 0], [across, 0], [across, down], [0, down]], dtype=np.float32)
    onto = cv2.getPerspectiveTransform(frame, quad.astype(np.float32)).astype(np.float64)
    seen = cv2.warpPerspective(
        image, onto, (across, down), flags=cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP, borderMode=cv2.BORDER_REPLICATE
    )
    return Sheet(np.asarray(seen, dtype=np.uint8), onto)


def _size(quad: Quad) -> tuple[int, int]:
    """Pixels across and down: as many as the longer of opposite sides has, the shape of A4 where it is nearly that."""
    top, right, bottom, left = (float(np.linalg.norm(quad[(n + 1) % 4] - quad[n])) for n in range(4))
    across, down = max(top, bottom), max(left, right)
    for shape in (_A4, 1 / _A4):
        if abs(down / across / shape - 1) < _LIKE_A4:
            down = across * shape
    return max(1, round(across)), max(1, round(down))
