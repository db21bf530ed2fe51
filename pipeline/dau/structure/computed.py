"""A property that is computed once."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any, Generic, TypeVar

from dau.document.orthography import skeleton

T = TypeVar("T")
_RECENT = 512
"""Texts whose bare letters are kept: those of a document's units, which one step after the other asks for."""


@lru_cache(maxsize=_RECENT)
def plain(text: str) -> str:
    """`skeleton` of the text of a unit."""
    return skeleton(text)


class once(Generic[T]):
    """As `functools.cached_property`, without its lock, which takes longer than most of what a line is asked."""

    def __init__(self, compute: Callable[[Any], T]) -> None:
        self.compute = compute
        self.name = compute.__name__
        self.__doc__ = compute.__doc__

    def __get__(self, instance: Any, owner: type | None = None) -> T:
        value = instance.__dict__[self.name] = self.compute(instance)
        return value
