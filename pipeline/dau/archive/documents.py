"""What a document that counts says: as a run wrote it, or as whoever sums an archive up is told to read it.

What people corrected is laid over it above the archive (`dau.corrected`), which knows nothing of that. Status and
report are therefore handed a `Reader`.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from ..document.directive import Directive
from ..document.errors import InputError
from .folder import DOCUMENTS
from .state import Current

Model = TypeVar("Model", bound=BaseModel)
Reader = Callable[[Current], Directive]
"""A document that counts → what it says. Raises InputError where its files are missing or damaged."""


def as_made(archive: Path) -> Reader:
    """Reads document.json as the run wrote it, without what people said."""

    def read(current: Current) -> Directive:
        return read_file(archive / DOCUMENTS / (current.done.document or "") / "document.json", Directive)

    return read


def read_file(path: Path, model: type[Model]) -> Model:
    """A file of a document as its schema has it. Raises InputError where it is missing or does not fit."""
    try:
        return model.model_validate_json(path.read_bytes())
    except (OSError, ValidationError) as error:
        raise unreadable(path, error) from error


def unreadable(path: Path, error: Exception) -> InputError:
    """What is wrong with a file of a document, and what to do about it."""
    return InputError(
        f"{path} cannot be read: {str(error).splitlines()[0] if str(error) else error}.",
        "`dau verify` says what is wrong with the archive; remove the document's folder and run again to make it anew.",
    )
