"""Restored lines to a directive: layout, numbering, citations, agencies, dates, tasks, awards, checks."""

from .parser import parse, reproduce
from .settings import StructureSettings

__all__ = ["StructureSettings", "parse", "reproduce"]
