"""Where the rules of a set table run, with cells that are merged."""

from __future__ import annotations

from .sheet import MERGED_ABOVE, MERGED_LEFT, Table


def right_edge(table: Table, row: int, column: int, edges: list[float]) -> float:
    """Where a cell ends: behind those that are merged into it."""
    end = column + 1
    while end < len(table.widths) and table.rows[row][end] == MERGED_LEFT:
        end += 1
    return edges[end]


def rules_around(
    table: Table, row: int, edges: list[float], height: tuple[float, float], last: bool
) -> list[tuple[float, float, float, float, float]]:
    """The rules around the cells of a row, or of a part of it; `last` says that the row ends with it."""
    top, bottom = height
    texts = table.rows[row]
    below = table.rows[row + 1] if last and row + 1 < len(table.rows) else ()
    rules = []
    for y, merged in ((top, texts), (bottom, below)):
        if MERGED_ABOVE in merged:
            columns = [c for c, text in enumerate(merged) if text != MERGED_ABOVE]
            rules += [(edges[c], y, edges[c + 1], y, 0.6) for c in columns]
        else:
            rules.append((edges[0], y, edges[-1], y, 0.6))
    inner = [x for x, text in zip(edges[1:-1], texts[1:], strict=True) if text != MERGED_LEFT]
    sides = inner if table.open_sides else [edges[0], *inner, edges[-1]]
    return rules + [(x, top, x, bottom, 0.6) for x in sides]
