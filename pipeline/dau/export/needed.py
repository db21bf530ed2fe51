"""Packages that only some install: imported where a format needs them, with advice where they are missing."""

from __future__ import annotations

from importlib import import_module
from types import ModuleType

from dau.document.errors import DependencyError


def package(name: str, extra: str = "export") -> ModuleType:
    """The module `name`. Raises DependencyError with the line to install it where it is not there."""
    try:
        return import_module(name)
    except ImportError as error:
        top = name.partition(".")[0]
        raise DependencyError(f"The Python package {top} is not installed.", f"pip install 'dau[{extra}]'") from error
