"""Where the trained models lie: in the installed package, or in the repository it is run from."""

from __future__ import annotations

import os
from pathlib import Path

from dau.document.errors import DependencyError

_PACKAGE = Path(__file__).resolve().parent


def models_dir() -> Path:
    """The folder of models: `DAU_MODELS` where set, else `_models` in the package, else `models/` of the repository.

    Raises DependencyError where none of them is a folder.
    """
    named = os.environ.get("DAU_MODELS")
    places = [Path(named)] if named else [_PACKAGE / "_models", _PACKAGE.parent.parent / "models"]
    for place in places:
        if place.is_dir():
            return place
    raise DependencyError(
        f"No folder of models at {' or '.join(str(p) for p in places)}.",
        "Install dau again, or set DAU_MODELS to the folder that holds its models.",
    )
