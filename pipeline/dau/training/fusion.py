"""Learning to choose between two readings: pages with exact truth → models/fusion.json.

    python -m dau.training.fusion --corpus TEXT.jsonl.xz [--born-digital FOLDER] [--pages 36] [--out models/fusion.json]

Pages come from the scan simulator and, where a folder of PDFs with a true text layer is given, from those, drawn and
worn. Each is read by both engines; a piece of a line on which they differ becomes an example, labelled by which reading
brings the line closer to the truth and weighted by how much.
"""

from __future__ import annotations

import argparse
import json
import lzma
import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
from rapidfuzz.distance import Levenshtein

from dau import restore, scan
from dau.document.page import Image, Page
from dau.document.transcript import Line
from dau.ocr.fuse import Language, Piece, contexts, features, pieces
from dau.ocr.lines import TextLine
from dau.ocr.tesseract import Tesseract
from dau.ocr.trueocr import TrueOcr
from dau.training import logistic
from dau.training.scores import norm
from dau.training.simulate import simulate_lines

LINES_A_PAGE = 20
_RIDGE = 1.0


@dataclass(frozen=True)
class ReadLine:
    """A line by both engines, and what it says."""

    truth: str
    first: TextLine
    second: TextLine


@dataclass(frozen=True)
class Examples:
    """Features `(n, k)`, labels (1: the first reading is right) and weights of disputed pieces."""

    names: tuple[str, ...]
    values: npt.NDArray[np.float64]
    labels: npt.NDArray[np.float64]
    weights: npt.NDArray[np.float64]


def simulated(corpus: Path, pages: int, seed: int) -> Iterator[tuple[Page, list[tuple[float, float, float, str]]]]:
    """Pages of lines of a corpus with their truth: left, right and middle of each line in points, and its text."""
    lines = _short_lines(corpus)
    random.Random(seed).shuffle(lines)
    rng = np.random.default_rng(seed)
    for n in range(pages):
        part = lines[n * LINES_A_PAGE : (n + 1) * LINES_A_PAGE]
        if not part:
            return
        drawn = simulate_lines(part, rng, ("light", "medium", "severe")[n % 3])
        truth = [(x.bbox[0], x.bbox[2], (x.bbox[1] + x.bbox[3]) / 2, x.text) for x in drawn.truth.lines if x.bbox]
        yield _page(drawn.image, drawn.truth.width, drawn.truth.height, drawn.truth.dpi), truth


def _short_lines(corpus: Path, most: int = 100_000) -> list[str]:
    lines: list[str] = []
    rng = random.Random(0)
    with lzma.open(corpus, "rt", encoding="utf-8") as source:
        for record in source:
            for paragraph in json.loads(record)["text"].split("\n"):
                words = paragraph.split()
                while words:
                    size = rng.randint(8, 16)
                    line, words = " ".join(words[:size]), words[size:]
                    if 30 < len(line) < 95:
                        lines.append(line)
            if len(lines) >= most:
                break
    return lines


def born_digital(
    folder: Path, seed: int, pages_a_file: int = 4
) -> Iterator[tuple[Page, list[tuple[float, float, float, str]]]]:
    """Pages of PDFs with a true text layer, drawn, worn, and read as if they were scans."""
    rng = np.random.default_rng(seed)
    for path in sorted(folder.glob("*.pdf")):
        with scan.open(path, scan.ScanSettings(dpi=300)) as source:
            for number in range(1, min(source.page_count, pages_a_file) + 1):
                page = source.page(number)
                if page.text_layer:
                    image, dpi = _worn(page.image, rng)
                    yield _page(image, page.width, page.height, dpi), [_placed(line) for line in page.text_layer]


def _placed(line: Line) -> tuple[float, float, float, str]:
    x0, y0, x1, y1 = line.bbox or (0.0, 0.0, 0.0, 0.0)
    return x0, x1, (y0 + y1) / 2, line.raw


def _worn(image: Image, rng: np.random.Generator) -> tuple[Image, float]:
    """A page drawn at 300 dpi as a scanner of 120 to 250 dpi might give it, in grey or black and white."""
    grey = image if image.ndim == 2 else cv2.cvtColor(image, cv2.COLOR_BGR2GRAY)
    dpi = float(rng.choice([120, 150, 200, 200, 250]))
    grey = cv2.GaussianBlur(grey, (0, 0), float(rng.uniform(0.5, 1.6)))
    height, width = grey.shape
    lean = cv2.getRotationMatrix2D((width / 2, height / 2), float(rng.uniform(-0.8, 0.8)), 1)
    grey = cv2.warpAffine(grey, lean, (width, height), borderValue=(255,), flags=cv2.INTER_CUBIC)
    grey = cv2.resize(grey, None, fx=dpi / 300, fy=dpi / 300, interpolation=cv2.INTER_AREA)
    noisy = grey.astype(np.float64) + rng.normal(0, float(rng.uniform(2, 22)), grey.shape)
    if rng.random() < 0.5:
        noisy = 255 - (255 - noisy) * rng.uniform(0.6, 1.0)
    grey = np.clip(noisy, 0, 255).astype(np.uint8)
    if rng.random() < 0.5:
        return np.where(grey < rng.uniform(110, 205), 0, 255).astype(np.uint8), dpi
    _, coded = cv2.imencode(".jpg", grey, [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(35, 85))])
    return np.asarray(cv2.imdecode(coded, cv2.IMREAD_GRAYSCALE), dtype=np.uint8), dpi


def _page(image: Image, width: float, height: float, dpi: float) -> Page:
    scale = np.array([[width / image.shape[1], 0, 0], [0, height / image.shape[0], 0]], dtype=np.float64)
    return Page(number=1, image=image, width=width, height=height, dpi=dpi, to_points=scale)


def read(source: Iterable[tuple[Page, list[tuple[float, float, float, str]]]]) -> Iterator[ReadLine]:
    """Both readings of every line whose place agrees with a line of the truth."""
    first, second = Tesseract(), TrueOcr()
    for page, truth in source:
        cleaned = scan.clean(page, scan.ScanSettings())
        if cleaned.blank or not truth:
            continue
        found = second.read(cleaned)
        for a, b in zip(first.read_lines(cleaned.readable, [line.box for line in found]), found, strict=True):
            x0, y0, x1, y1 = cleaned.box_in_points(*b.box)
            middle = (y0 + y1) / 2
            left, right, level, text = min(truth, key=lambda t: abs(t[2] - middle) + 0.2 * abs(t[0] - x0))
            if abs(level - middle) < 5 and abs(left - x0) < 9 and abs(right - x1) < 9:
                yield ReadLine(text, a, b)


def examples(lines: Iterable[ReadLine], language: Language | None) -> Examples:
    """Disputed pieces with their labels. Lines that neither engine read as the truth has them are left out: there the
    truth is of another line."""
    names: tuple[str, ...] = ()
    values, labels, weights = [], [], []
    for line in lines:
        truth = norm(line.truth)
        if min(Levenshtein.distance(norm(r.text), truth) for r in (line.first, line.second)) > 0.3 * len(truth) + 2:
            continue
        found = list(pieces(line.first.tokens, line.second.tokens))
        odds = [1.0] * len(found)
        for k, piece in enumerate(found):
            if not piece.disputed:
                continue
            gained = _distance(found, odds, k, truth, -1.0) - _distance(found, odds, k, truth, 1.0)
            if gained:
                given = features(piece, _gain(found, odds, k, language))
                names = tuple(given)
                values.append(list(given.values()))
                labels.append(float(gained > 0))
                weights.append(float(abs(gained)))
                odds[k] = 1.0 if gained > 0 else -1.0
    return Examples(names, np.array(values), np.array(labels), np.array(weights))


def _distance(found: Sequence[Piece], odds: Sequence[float], k: int, truth: str, choice: float) -> int:
    chosen = [
        t.text for j, piece in enumerate(found)
        for t in (piece.first if (choice if j == k else odds[j]) > 0 else piece.second)
    ]
    return int(Levenshtein.distance(norm(" ".join(chosen)), truth))


def _gain(found: Sequence[Piece], odds: Sequence[float], k: int, language: Language | None) -> float:
    if language is None:
        return 0.0
    first, second = language.log_probabilities(contexts(found, odds, k))
    return first - second


def fit(data: Examples) -> dict[str, float]:
    """Ridge-penalised logistic regression by Newton's method."""
    beta = logistic.fit(data.values, data.labels, data.weights, ridge=_RIDGE)
    return {name: round(float(value), 4) for name, value in zip(data.names, beta, strict=True)}


def accuracy(data: Examples, weights: dict[str, float]) -> float:
    """Share of disputed pieces, by weight, for which the better reading is chosen."""
    chosen = data.values @ np.array([weights[name] for name in data.names]) > 0
    return float((data.weights * (chosen == (data.labels > 0))).sum() / data.weights.sum())


def main(argv: Sequence[str] | None = None) -> dict[str, object]:
    """Train and write; what is written is returned."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, required=True, help="text the language model has not seen, .jsonl.xz")
    parser.add_argument("--born-digital", type=Path, help="folder of PDFs with a true text layer")
    parser.add_argument("--pages", type=int, default=36)
    parser.add_argument("--seed", type=int, default=9)
    parser.add_argument("--out", type=Path, required=True)
    asked = parser.parse_args(argv)
    lines = list(read(simulated(asked.corpus, asked.pages, asked.seed)))
    if asked.born_digital:
        lines += read(born_digital(asked.born_digital, asked.seed))
    return train(lines, asked.out)


def train(lines: Sequence[ReadLine], out: Path) -> dict[str, object]:
    """Fit on two thirds of the lines, measure on the rest, write the weights with what was measured."""
    shuffled = list(lines)
    random.Random(1).shuffle(shuffled)
    cut = len(shuffled) * 2 // 3
    weights, measured = {}, {}
    for kind, language in (("alone", None), ("language", restore.language())):
        learned, held_out = (examples(part, language) for part in (shuffled[:cut], shuffled[cut:]))
        weights[kind] = fit(learned)
        measured[kind] = {
            "examples": len(learned.labels), "held_out": len(held_out.labels),
            "right": round(accuracy(held_out, weights[kind]), 4),
            "right_always_first": round(float((held_out.weights * held_out.labels).sum() / held_out.weights.sum()), 4),
        }
    result: dict[str, object] = {"weights": weights, "measured": measured}
    out.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    return result


if __name__ == "__main__":
    main()
