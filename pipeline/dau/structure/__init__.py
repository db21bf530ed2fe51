"""Restored lines to a directive: layout, numbering, citations, agencies, dates, tasks, awards, checks."""

from collections.abc import Mapping

from .parser import parse, reproduce
from .ranking import ranked
from .settings import StructureSettings

__all__ = ["StructureSettings", "model_versions", "parse", "ranked", "reproduce"]


def model_versions(settings: StructureSettings) -> Mapping[str, str]:
    """The trained models the parser uses, with their digests. Raises DependencyError where one is missing."""
    if settings.unit_model == "none":
        return {}
    from .language.model_files import digest

    return {f"dau.structure.{settings.unit_model}": digest(settings.unit_model)}
