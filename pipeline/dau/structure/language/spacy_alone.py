"""spaCy imported without PyTorch, which it would load wherever that is installed, and which nothing here needs."""

from __future__ import annotations

import importlib
import sys


def import_spacy() -> None:
    """The first import of spaCy in this process.

    Its neural library (thinc, `compat.py`) tries to import torch to offer PyTorch layers: a second and a half and
    200 MB for every worker on a machine that has torch for training. A module that is None in `sys.modules` counts as
    not installed (Python's documentation of the import system). Where torch is loaded already, nothing changes.
    """
    if "spacy" in sys.modules or "torch" in sys.modules:
        return
    sys.modules["torch"] = None  # type: ignore[assignment]
    try:
        importlib.import_module("spacy")
    finally:
        del sys.modules["torch"]
