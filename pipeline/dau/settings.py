"""What a run can be told: the settings of every stage, frozen, serialisable, and with a digest.

The digest names a document's folder: change a setting, an engine or a model and the result goes beside the old
one instead of over it.
"""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path

from pydantic import ValidationError, field_validator

from dau import __version__
from dau.document.errors import InputError
from dau.document.transcript import Frozen
from dau.ocr import OcrSettings
from dau.pdf import PdfSettings
from dau.restore import RestoreSettings
from dau.scan import ScanSettings
from dau.structure import StructureSettings

_RANGE = re.compile(r"^\s*(\d+)\s*(?:-\s*(\d*)\s*)?$")


class SettingsError(InputError):
    """A setting that cannot be; a mistake in the call, not in a document."""


class Settings(Frozen):
    """Everything that can change a result; what cannot (jobs, runner, progress) is not here."""

    scan: ScanSettings = ScanSettings()
    ocr: OcrSettings = OcrSettings()
    restore: RestoreSettings = RestoreSettings()
    structure: StructureSettings = StructureSettings()
    pdf: PdfSettings = PdfSettings()
    pages: str | None = None
    """Pages to read, `1-3,7,10-`; all of them when absent."""
    page_images: bool = True
    """Whether `pages/*.webp` are kept for the reviewer."""

    @field_validator("pages")
    @classmethod
    def _ranges(cls, value: str | None) -> str | None:
        for part in value.split(",") if value else ():
            match = _RANGE.match(part)
            if match is None or int(match[1]) < 1 or (match[2] and int(match[2]) < int(match[1])):
                raise ValueError(f"not a page range: {part!r}; write for instance 1-3,7,10-")
        return value

    def wanted(self, page_count: int) -> list[int]:
        """The page numbers to read, ascending, each once, none beyond `page_count`."""
        if not self.pages:
            return list(range(1, page_count + 1))
        chosen: set[int] = set()
        for part in self.pages.split(","):
            match = _RANGE.match(part)
            assert match is not None  # the validator has seen it
            first = int(match[1])
            last = first if match[2] is None else int(match[2] or page_count)
            chosen.update(range(first, min(last, page_count) + 1))
        return sorted(chosen)


def digest(settings: Settings, versions: Mapping[str, str]) -> str:
    """SHA-256 (hex) over settings, engine versions and model digests; key order plays no part."""
    content = {"settings": settings.model_dump(mode="json"), "versions": dict(versions), "dau": __version__}
    return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def load(path: Path | None, **overrides: object) -> Settings:
    """Settings from a TOML file (tables `scan`, `ocr` … `pdf`), then the overrides that are given.

    Raises `SettingsError` naming the key that is wrong.
    """
    values: dict[str, object] = {}
    if path is not None:
        try:
            values = tomllib.loads(path.read_text(encoding="utf-8"))
        except OSError as error:
            raise SettingsError(f"The settings file {path} cannot be read: {error.strerror}.") from error
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise SettingsError(f"The settings file {path} is not TOML: {error}.") from error
    values |= {key: value for key, value in overrides.items() if value is not None}
    try:
        return Settings.model_validate(values)
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"])
        raise SettingsError(
            f"Setting {key or path}: {first['msg']}.", "See docs/settings.md for what can be set."
        ) from error
