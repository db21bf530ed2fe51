"""The cyclic garbage collector at rest while a tree is built."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def uncollected() -> Iterator[None]:
    """Pause the cyclic garbage collector, if it runs at all.

    A document is hundreds of thousands of small objects without reference cycles, all of them alive until the end: the
    collector walks over them and over everything else in the process again and again, a tenth of the parser's time
    and more where much else is in memory, and finds nothing. What is no longer needed is freed by its reference count
    as ever. Where threads parse side by side, the first to finish switches the collector on again, which costs time
    and does no harm.
    """
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
