"""The cyclic garbage collector, settled once where a process begins to work on documents."""

from __future__ import annotations

import gc

_YOUNG, _MIDDLE, _OLD = 50_000, 20, 20
"""Objects made and still held before the collector looks at them; how many such looks before it looks further back."""


def settle() -> None:
    """Take what is loaded by now (libraries, lexicons, models) out of the collector's rounds, and let these be fewer.

    A document is hundreds of thousands of small objects, hardly any of them in cycles: their reference counts free
    them. With the collector's own thresholds (700, 10, 10) it walks over them, and over everything else in the
    process, again and again and finds nothing. To be called once, behind the warm-up.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_YOUNG, _MIDDLE, _OLD)
