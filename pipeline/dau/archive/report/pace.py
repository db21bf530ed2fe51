"""Pages over working time, as a drawing: how fast the archive came to be.

Working time leaves out the pauses between runs: where for more than a minute no input was being converted, that time is
cut to nothing and marked by a dashed line with the time at which work went on.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from datetime import UTC, datetime

from ..manifest import ManifestLine

_PAUSE = 60.0  # seconds without any conversion that are no work; less is taking up, recording, loading of models
_BARS = 60
_WIDTH, _HEIGHT, _LEFT, _BOTTOM = 720, 160, 46, 22
_MOST_MARKS = 12


class Pace:
    """Outcomes are added in any order; each takes 24 bytes."""

    def __init__(self) -> None:
        self._ends, self._seconds, self._pages = array("d"), array("d"), array("d")

    def add(self, line: ManifestLine) -> None:
        """Count an outcome that was worked for, a failure too; not one taken over from equal content."""
        try:
            began = datetime.fromisoformat(line.started).timestamp()
        except ValueError:
            return
        if line.seconds:
            self._ends.append(began + line.seconds)
            self._seconds.append(line.seconds)
            self._pages.append(len(line.pages))

    @property
    def last(self) -> str:
        """When the last outcome was recorded, in UTC; empty where there is none."""
        return datetime.fromtimestamp(max(self._ends), UTC).strftime("%d/%m/%Y %H:%M UTC") if self._ends else ""

    @property
    def pages(self) -> int:
        return int(sum(self._pages))

    def working_seconds(self) -> float:
        times, _ = self._working_times()
        return times[-1] if times else 0.0

    def _working_times(self) -> tuple[list[float], list[tuple[float, float]]]:
        """For the outcomes in the order of their ends: seconds of work until then; and where pauses were cut: seconds
        of work until there, and the clock when work went on."""
        if not self._ends:
            return [], []
        spans = sorted((end - took, end) for end, took in zip(self._ends, self._seconds, strict=True))
        origin, until = spans[0]
        cuts, resumed, cut_before = [], [origin], [0.0]
        for start, end in spans:
            if start - until > _PAUSE:
                cuts.append((until - origin - cut_before[-1], start))
                resumed.append(start)
                cut_before.append(cut_before[-1] + start - until)
            until = max(until, end)
        ends = sorted(self._ends)
        return [end - origin - cut_before[bisect_right(resumed, end) - 1] for end in ends], cuts

    def svg(self) -> str:
        """Bars of pages a minute; empty where there is nothing to draw. Holds numbers and dates only."""
        times, cuts = self._working_times()
        if not times or times[-1] <= 0 or not self.pages:
            return ""
        span = times[-1]
        order = sorted(range(len(self._ends)), key=self._ends.__getitem__)
        bars = [0.0] * min(_BARS, max(1, len(times)))
        for time, number in zip(times, order, strict=True):
            bars[min(len(bars) - 1, int(time / span * len(bars)))] += self._pages[number]
        rates = [60 * pages * len(bars) / span for pages in bars]
        return _drawn(rates, span, [(time / span, clock) for time, clock in cuts[:_MOST_MARKS]])


def _drawn(rates: list[float], span: float, cuts: list[tuple[float, float]]) -> str:
    top, width = max(rates), (_WIDTH - _LEFT) / len(rates)
    tall = _HEIGHT - _BOTTOM - 14
    parts = [f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-label="Số trang mỗi phút">']
    for number, rate in enumerate(rates):
        height = tall * rate / top if top else 0.0
        x, y = _LEFT + number * width, _HEIGHT - _BOTTOM - height
        parts.append(f'<rect x="{x:.1f}" y="{y:.1f}" width="{max(width - 1, 0.5):.1f}" height="{height:.1f}"/>')
    for share, clock in cuts:
        x = _LEFT + share * (_WIDTH - _LEFT)
        when = datetime.fromtimestamp(clock, UTC).strftime("%d/%m %H:%M")
        parts.append(f'<line x1="{x:.1f}" x2="{x:.1f}" y1="12" y2="{_HEIGHT - _BOTTOM}"/>')
        parts.append(f'<text x="{x + 2:.1f}" y="10">{when}</text>')
    base = _HEIGHT - _BOTTOM
    parts.append(f'<text x="{_LEFT - 4}" y="{base}" text-anchor="end">0</text>')
    parts.append(f'<text x="{_LEFT - 4}" y="{base - tall + 8}" text-anchor="end">{top:.1f}</text>')
    parts.append(f'<text x="{_LEFT}" y="{_HEIGHT - 6}">0</text>')
    parts.append(f'<text x="{_WIDTH}" y="{_HEIGHT - 6}" text-anchor="end">{_duration(span)}</text></svg>')
    return "".join(parts)


def _duration(seconds: float) -> str:
    minutes = round(seconds / 60)
    return f"{minutes // 60} giờ {minutes % 60} phút" if minutes >= 60 else f"{minutes} phút"
