"""Where the trained model of units lies, and its digest: known without loading spaCy."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from dau.document.errors import DependencyError
from dau.resources import models_dir

WEIGHTS, SETTINGS = "model", "settings.json"
ADVICE = "Install dau again, or set structure.unit_model to none."


def folder(name: str) -> Path:
    """The folder of a model among models/."""
    return models_dir() / name


@cache
def digest(name: str) -> str:
    """SHA-256 of a model's files. Raises DependencyError where they are missing."""
    try:
        return hashlib.sha256(b"".join((folder(name) / file).read_bytes() for file in (WEIGHTS, SETTINGS))).hexdigest()
    except OSError as error:
        raise DependencyError(f"There is no model of units in {folder(name)}.", ADVICE) from error
