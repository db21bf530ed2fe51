"""Clean text → page images → what an OCR engine makes of them: the material the confusion channel is learned from.

    python -m dau.training.render_pairs --corpus train.jsonl.xz --out pages.jsonl --pages 300 --engines eng

Text is set in a Times-metric font (Liberation Serif), sometimes bold, italic or in capitals, degraded like a scan
(blur, noise, threshold, low resolution; seeded) and read by an engine: `trueocr`, or Tesseract in a language. One
record a page and engine: `{"language", "severity", "clean": [lines], "read": [lines], "confidence": [numbers a line]}`,
a confidence (0…1) for each word read.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Literal, get_args

import cv2
import numpy as np
import numpy.typing as npt
import pytesseract
from PIL import Image, ImageDraw, ImageFont

from dau.ocr.trueocr import TrueOcr

from .corpus import Document, documents, fold, in_validation
from .simulate.fonts import Style, font_path

Grey = npt.NDArray[np.uint8]

FACES: dict[Style, float] = {"regular": 0.6, "italic": 0.2, "bold": 0.15, "bold_italic": 0.05}


def passages(docs: Iterator[Document], rng: random.Random, words: int) -> Iterator[list[str]]:
    """Paragraphs of about `words` words each, from a random place of each document."""
    for doc in docs:
        paragraphs = [p.strip() for p in doc.text.split("\n") if len(p.split()) >= 5]
        if not paragraphs:
            continue
        start = rng.randrange(len(paragraphs))
        chosen, size = [], 0
        for paragraph in paragraphs[start:]:
            chosen.append(paragraph[:2000])
            size += len(paragraph.split())
            if size >= words:
                yield chosen
                break


def wrapped(paragraphs: list[str], font: ImageFont.FreeTypeFont, width: float, limit: int) -> list[str]:
    """Lines no wider than `width` pixels, at most `limit`."""
    lines: list[str] = []
    for paragraph in paragraphs:
        line = ""
        for word in paragraph.split():
            trial = f"{line} {word}".strip()
            if line and font.getlength(trial) > width:
                lines.append(line)
                line = word
            else:
                line = trial
        lines.append(line)
    return lines[:limit]


def typeset(paragraphs: list[str], rng: random.Random, dpi: int, limit: int = 28) -> tuple[list[str], Grey]:
    """Lines and the grey image of a block of text as wide as an A4 text column (16 cm), 13–14 points."""
    face = rng.choices(list(FACES), list(FACES.values()))[0]
    if rng.random() < 0.12:
        paragraphs = [p.upper() for p in paragraphs]
    size = round(rng.choice((12, 13, 13, 14)) * dpi / 72)
    font = ImageFont.truetype(str(font_path(face)), size)
    margin, leading = dpi // 3, round(size * rng.uniform(1.25, 1.6))
    lines = wrapped(paragraphs, font, 16 / 2.54 * dpi, limit)
    image = Image.new("L", (round(16 / 2.54 * dpi) + 2 * margin, leading * len(lines) + 2 * margin), 255)
    draw = ImageDraw.Draw(image)
    for n, line in enumerate(lines):
        draw.text((margin, margin + n * leading), line, fill=rng.randrange(0, 50), font=font)
    return lines, np.asarray(image)


def degraded(image: Grey, rng: random.Random, severity: int) -> Grey:
    """Skew, blur, noise and threshold of a scanner; `severity` 0 (none to speak of) to 3."""
    noise = np.random.default_rng(rng.randrange(2**32))
    if severity and rng.random() < 0.6:
        h, w = image.shape
        turn = cv2.getRotationMatrix2D((w / 2, h / 2), rng.uniform(-0.4, 0.4), 1.0)
        image = cv2.warpAffine(image, turn, (w, h), borderValue=255).astype(np.uint8)
    if severity:
        image = cv2.GaussianBlur(image, (0, 0), rng.uniform(0.3, 0.35 + 0.3 * severity)).astype(np.uint8)
    grey = image.astype(np.float32) * rng.uniform(0.8, 1.0) + noise.normal(0, 6 * severity + 1, image.shape)
    out: Grey = np.clip(grey, 0, 255).astype(np.uint8)
    if rng.random() < 0.25 * severity:
        out = np.where(out > rng.randrange(110, 190), 255, 0).astype(np.uint8)
    if severity > 1 and rng.random() < 0.5:
        specks = noise.random(out.shape) < 0.0006 * severity
        out = np.where(specks, 0, out).astype(np.uint8)
    return out


Words = list[tuple[str, float]]
"""The words of a line as read, with their confidence (0…1)."""


def tesseract(image: Grey, language: str, seconds: int = 60) -> list[Words]:
    """Tesseract's lines for one block of text."""
    found = pytesseract.image_to_data(
        image, lang=language, config="--psm 6 --oem 1", timeout=seconds, output_type=pytesseract.Output.DICT
    )
    lines: dict[tuple[int, int, int], Words] = {}
    for n, text in enumerate(found["text"]):
        if text.strip():
            place = (found["block_num"][n], found["par_num"][n], found["line_num"][n])
            lines.setdefault(place, []).append((text.strip(), max(0.0, float(found["conf"][n])) / 100))
    return list(lines.values())


def trueocr(image: Grey, engine: TrueOcr) -> list[Words]:
    """trueocr's lines."""
    read = engine.read_lines(image, engine.find_lines(image))
    return [[(token.text, token.confidence) for token in line.tokens] for line in read if line.tokens]


Part = Literal["all", "train", "validation"]
"""Which documents: all, those of part 0 (see `corpus.fold`), those of it that are kept for validation."""


def of_part(document: Document, part: Part) -> bool:
    return part == "all" or (fold(document) == 0 and in_validation(document) == (part == "validation"))


def render(corpus: Path, pages: int, engines: list[str], seed: int, *, part: Part = "all", every: bool = False,
           words: int = 280) -> Iterator[dict[str, object]]:
    """Records of `pages` pages, each read by one of `engines` (in turn), or by `every` one."""
    rng = random.Random(seed)
    reader = TrueOcr() if "trueocr" in engines else None
    chosen = (
        d for d in documents(corpus) if of_part(d, part) and rng.random() < (0.9 if d.kind == "admin" else 0.12)
    )
    for n, paragraphs in enumerate(passages(chosen, rng, words)):
        if n == pages:
            return
        severity = rng.choices((0, 1, 2, 3), (1, 4, 4, 1))[0]
        lines, image = typeset(paragraphs, rng, rng.choice((150, 200, 200, 300)))
        image = degraded(image, rng, severity)
        for engine in engines if every else [engines[n % len(engines)]]:
            read = trueocr(image, reader) if engine == "trueocr" and reader else tesseract(image, engine)
            yield {"language": engine, "severity": severity, "clean": lines,
                   "read": [" ".join(text for text, _ in line) for line in read],
                   "confidence": [[round(sure, 3) for _, sure in line] for line in read]}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--pages", type=int, default=300)
    parser.add_argument("--engines", nargs="+", default=["eng"])
    parser.add_argument("--every", action="store_true", help="every engine reads every page; else they take turns")
    parser.add_argument("--part", choices=get_args(Part), default="all")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    part = given.out.with_suffix(".part")
    with part.open("w", encoding="utf-8") as out:
        for record in render(given.corpus, given.pages, given.engines, given.seed, part=given.part, every=given.every):
            out.write(json.dumps(record, ensure_ascii=False) + "\n")
            out.flush()
    part.rename(given.out)


if __name__ == "__main__":
    main()
