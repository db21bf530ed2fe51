"""Restored lines to a directive: layout, numbering, citations, agencies, dates, tasks, awards, checks."""

from .parser import parse, reproduce
from .ranking import ranked
from .settings import StructureSettings

__all__ = ["StructureSettings", "parse", "ranked", "reproduce"]
