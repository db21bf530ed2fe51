"""Which way up a page was scanned: 0, 90, 180 or 270 degrees.

The classifier that ships with trueocr (an ONNX model over a 768-pixel thumbnail) tells the quarter turn; where that
package is absent, pages are taken to be upright.
"""

from __future__ import annotations

import importlib.util
from functools import lru_cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from dau.document.page import Image

_SIDE = 768
_SURE = 0.95  # real pages are almost all upright, and a wrong turn loses the page


def quarter_turns(grey: Image) -> int:
    """Counter-clockwise quarter turns (0 … 3) by which the content of the page is turned; 0 in doubt."""
    session = _session()
    if session is None:
        return 0
    probabilities = session.run(None, {"x": _thumbnail(grey)[None, None]})[0][0]
    best = int(np.argmax(probabilities))
    return best if best in (1, 2, 3) and probabilities[best] > _SURE else 0


def turned_back(image: Image, turns: int) -> Image:
    """The image turned clockwise by `turns` quarter turns, which undoes `quarter_turns`."""
    return np.ascontiguousarray(np.rot90(image, -turns)) if turns % 4 else image


def _thumbnail(grey: Image) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    """Ink map `(768, 768)`, 1 ink, the long side of the page scaled to 768."""
    height, width = grey.shape
    scale = _SIDE / max(height, width)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    small = cv2.resize(grey, size, interpolation=cv2.INTER_AREA)
    out = np.zeros((_SIDE, _SIDE), np.float32)
    out[: small.shape[0], : small.shape[1]] = 1.0 - small.astype(np.float32) / 255.0
    return out


@lru_cache(maxsize=1)
def _session() -> Any | None:
    """The classifier, loaded once in a process; None where trueocr is not installed."""
    found = importlib.util.find_spec("trueocr")
    if found is None or not found.submodule_search_locations:
        return None
    model = Path(next(iter(found.submodule_search_locations))) / "models" / "orient.onnx"
    if not model.is_file():
        return None
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = False
    return onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
