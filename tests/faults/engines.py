"""Engines that do what native code has been seen to do, in the place of Tesseract: each document names its fault.

They keep to the contract of an engine (`dau.ocr.engine`) as far as their fault lets them, and are put where a reader
makes its engine; all else is the pipeline as it is.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Sequence

import dau.convert
import dau.ocr.reader
from dau.archive.outcome import Outcome, Task
from dau.document.page import Image, Page
from dau.ocr.lines import Box, TextLine, Token

_fault = ""


def convert(task: Task, progress) -> Outcome:  # type: ignore[no-untyped-def]
    """The real conversion with an engine that has the fault the input's name speaks of (`crash.png`)."""
    global _fault
    _fault = task.filename.partition(".")[0]
    dau.ocr.reader.Tesseract = Faulty  # type: ignore[misc]
    return dau.convert.convert(task, progress)  # type: ignore[no-any-return]


class Faulty:
    name = "tesseract"
    version = "0 (faulty)"

    def __init__(self, language: str = "vie", seconds: float = 60.0) -> None:
        pass

    def read(self, page: Page) -> list[TextLine]:
        return ACTS[_fault]() if _fault in ACTS else [line("Số: 12/KH-UBND", (50.0, 40.0, 400.0, 80.0))]

    def read_lines(self, grey: Image, boxes: Sequence[Box]) -> list[TextLine]:
        return [TextLine(box) for box in boxes]


def line(text: str, box: Box, confidence: float = 0.9) -> TextLine:
    return TextLine(box, tuple(Token(word, box, confidence) for word in text.split(" ")))


def crash() -> list[TextLine]:
    os.kill(os.getpid(), signal.SIGSEGV)
    return []


def hang() -> list[TextLine]:
    while True:
        time.sleep(0.01)


def eat() -> list[TextLine]:
    eaten = [bytearray(os.urandom(1 << 20)) * 16 for _ in range(200)]
    time.sleep(60)
    return [line(str(len(eaten)), (0.0, 0.0, 9.0, 9.0))]


def leave() -> list[TextLine]:
    sys.exit(0)


def raises(error: BaseException):  # type: ignore[no-untyped-def]
    def act() -> list[TextLine]:
        raise error

    return act


def deep() -> list[TextLine]:
    return deep()


NOWHERE = (float("nan"), float("inf"), -1e12, 1e300)
HERE = (50.0, 40.0, 400.0, 80.0)

ACTS = {
    "crash": crash,
    "hang": hang,
    "eat": eat,
    "leave": leave,
    "deep": deep,
    "raise": raises(ZeroDivisionError("division by zero")),
    "memory": raises(MemoryError()),
    "interrupt": raises(KeyboardInterrupt()),
    "nowhere": lambda: [line("Số: 12/KH-UBND", NOWHERE)],
    "backwards": lambda: [line("Số: 12/KH-UBND", (400.0, 80.0, 50.0, 40.0))],
    "surrogates": lambda: [line("S\udcffố: 12\ud800", HERE)],
    "controls": lambda: [line("Số:\x00 \x1b[31m12\x07\n\f\u2028/KH", HERE)],
    "unsure": lambda: [line("Số: 12/KH-UBND", HERE, float("nan"))],
    "too sure": lambda: [line("Số: 12/KH-UBND", HERE, 1e9)],
    "empty words": lambda: [line("   ", HERE)],
    "none": lambda: None,
}
