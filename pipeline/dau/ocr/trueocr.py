"""The trueocr engine: line detection and a Vietnamese line recogniser (CTC), ONNX on the CPU.

Sessions stay warm for the life of the engine and run on one thread. The package is used by its parts, because its
own `predict` writes neither word boxes nor confidence by word.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from dau.document.errors import DauError, DependencyError
from dau.document.page import Image, Page

from .lines import Box, TextLine, Token

_BATCH = 32


@dataclass(frozen=True)
class _Letter:
    text: str
    at: float
    """Position in the line, 0 … 1 from its left edge."""
    confidence: float


class TrueOcr:
    """Engine and line finder. Raises DependencyError where the package or its models are missing."""

    name = "trueocr"

    def __init__(self) -> None:
        try:
            import trueocr
            from trueocr.page import PageEngine
            from trueocr.recognizer import Recognizer
        except ImportError as error:
            raise DependencyError(
                "The Python package trueocr is not installed.", "Install it: pip install trueocr==0.1.1"
            ) from error
        models = Path(trueocr.__file__).parent / "models"
        try:
            self._pages: Any = PageEngine(models, threads=1)
            self._recogniser: Any = Recognizer(models, threads=1)
        except Exception as error:  # ONNX Runtime raises classes of its own for broken model files
            raise DependencyError(
                f"The models of trueocr cannot be loaded: {error}.", "Install it anew: pip install trueocr==0.1.1"
            ) from error
        self.version = f"{trueocr.__version__} ({self._recogniser.name})"

    def read(self, page: Page) -> list[TextLine]:
        """Lines from top to bottom as the detector finds them, each with its words."""
        grey = page.readable
        return self.read_lines(grey, self.find_lines(grey))

    def find_lines(self, grey: Image) -> list[Box]:
        """Boxes of text lines, from top to bottom."""
        try:
            found = self._pages.detect(grey)
        except Exception as error:
            raise DauError(f"trueocr failed on the page: {error}.", "Scan or save the page anew.") from error
        boxes: list[Box] = [
            (float(b[0]), float(b[1]), float(b[2]), float(b[3])) for b in found if b[2] - b[0] > 3 and b[3] - b[1] > 3
        ]
        return sorted(boxes, key=lambda b: (b[1] + b[3], b[0]))

    def read_lines(self, grey: Image, boxes: Sequence[Box]) -> list[TextLine]:
        """What stands in each box, in the order of the boxes."""
        try:
            letters = self._recognise(grey, boxes)
        except Exception as error:
            raise DauError(f"trueocr failed on the page: {error}.", "Scan or save the page anew.") from error
        return [TextLine(box, _words(read, box)) for box, read in zip(boxes, letters, strict=True)]

    def _recognise(self, grey: Image, boxes: Sequence[Box]) -> list[list[_Letter]]:
        from trueocr.preprocess import WINDOW, crop_line, pad_batch, width_batches

        recogniser = self._recogniser
        crops = [
            crop_line(
                grey, box, window=WINDOW, max_width=recogniser.max_width, pad_y=recogniser.pad_y, pad_x=recogniser.pad_x
            )
            for box in boxes
        ]  # with the page above and below the line: fewer errors than with white there
        out: list[list[_Letter]] = [[] for _ in crops]
        for chosen in width_batches([crop.shape[1] for crop in crops], max_batch=_BATCH):
            tensor, widths = pad_batch([crops[i] for i in chosen])
            ids, confidence, lengths = recogniser.session.run(
                ["ids", "conf", "lengths"], {"x": tensor, "widths": widths}
            )
            for row, i in enumerate(chosen):
                steps = int(lengths[row])
                pad = recogniser.pad_x * (boxes[i][3] - boxes[i][1])
                out[i] = _letters(ids[row, :steps], confidence[row, :steps], recogniser.chars, boxes[i], pad)
        return out


def _letters(
    ids: npt.NDArray[np.int64], confidence: npt.NDArray[np.float32], charset: Sequence[str], box: Box, pad: float
) -> list[_Letter]:
    """Greedy CTC: runs of one class are one letter, class 0 is blank. A letter stands in the middle of its run."""
    letters: list[_Letter] = []
    width = box[2] - box[0]
    scale = (width + 2 * pad) / max(1, len(ids))
    start = 0
    for end in range(1, len(ids) + 1):
        if end < len(ids) and ids[end] == ids[start]:
            continue
        if ids[start]:
            at = ((start + end) / 2 * scale - pad) / max(1.0, width)
            sure = float(confidence[start:end].max())
            letters.append(_Letter(charset[int(ids[start]) - 1], min(1.0, max(0.0, at)), sure))
        start = end
    return letters


def _words(letters: Sequence[_Letter], box: Box) -> tuple[Token, ...]:
    """Letters between spaces as tokens; a word's confidence is that of its least sure letter."""
    words: list[Token] = []
    run: list[_Letter] = []
    for letter in (*letters, _Letter(" ", 1.0, 1.0)):
        if letter.text != " ":
            run.append(letter)
            continue
        text = unicodedata.normalize("NFC", re.sub(r"\s+", " ", "".join(x.text for x in run)).strip())
        if text:
            width, height = box[2] - box[0], box[3] - box[1]
            pitch = (run[-1].at - run[0].at) / (len(run) - 1) if len(run) > 1 else 0.5 * height / width
            x0 = box[0] + max(0.0, run[0].at - pitch / 2) * width
            x1 = box[0] + min(1.0, run[-1].at + pitch / 2) * width
            words.append(Token(text, (x0, box[1], x1, box[3]), min(x.confidence for x in run)))
        run = []
    return tuple(words)
