"""Connected components: what belongs together because each is joined with one of the others."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Generic, TypeVar

N = TypeVar("N", bound=Any)


class Components(Generic[N]):
    """Members that can be compared, each alone at first; a component is named by its least member.

    Disjoint sets with halved paths (Tarjan, van Leeuwen 1984), joined by name rather than by rank.
    """

    def __init__(self, members: Iterable[N]) -> None:
        self._above: dict[N, N] = {member: member for member in members}

    def of(self, member: N) -> N:
        """The least member of its component."""
        above = self._above
        while above[member] != member:
            above[member] = above[above[member]]
            member = above[member]
        return member

    def join(self, one: N, other: N) -> None:
        a, b = sorted((self.of(one), self.of(other)))
        self._above[b] = a

    def names(self) -> dict[N, N]:
        """The component of every member."""
        return {member: self.of(member) for member in self._above}
