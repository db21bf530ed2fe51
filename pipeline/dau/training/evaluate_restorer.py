"""Measure restorers on the development data, side by side.

`dau evaluate` and `scripts/benchmark restore` show the table. Definitions are those of `scores`, the data those of
`restoration_data`. One row a restorer: how much is right, how much that was right was made wrong, how far the
confidence can be believed.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dau.document.transcript import Line, Word
from dau.resources import models_dir
from dau.restore import NullRestorer, Restorer, RestoreSettings, guard, load, noisy_channel, seq2seq
from dau.restore.lattice import Order

from .restoration_data import ENGINES, Item, Material, text_of
from .scores import Judged, Share, calibration_error, errors_removed, harmed, judged, pooled, syllables_right

OURS = "seq2seq + n-gram (shipped)"


@dataclass(frozen=True)
class Measures:
    """One restorer on all sets, by name of the set: `right`, `harm` and `removed` pooled; guard violations over
    everything; every word's confidence; seconds of CPU time and syllables restored in them."""

    name: str
    right: dict[str, Share]
    harm: dict[str, Share]
    removed: dict[str, Share]
    violations: int
    confidence: dict[str, list[Judged]]
    seconds: float
    words: int

    @property
    def speed(self) -> float:
        """Syllables a second of CPU time, the model loaded."""
        return self.words / max(1e-9, self.seconds)

    @property
    def calibration(self) -> float | None:
        """Expected calibration error over all sets together; None where the restorer gives no confidence."""
        every = [j for found in self.confidence.values() for j in found]
        return calibration_error(every) if every else None


def measure(name: str, restorer: Restorer, texts: Material) -> Measures:
    """Restore everything in `texts` and count."""
    began = time.process_time()
    out = {kind: restored(items, restorer) for kind, items in texts.all().items()}
    seconds = time.process_time() - began
    right: dict[str, Share] = {}
    harm: dict[str, Share] = {}
    removed: dict[str, Share] = {}
    confidence: dict[str, list[Judged]] = {}
    violations = words = 0
    for kind, items in texts.all().items():
        rows = [
            (text_of(item.lines, restored=False), text_of(lines, restored=True), item.reference, lines)
            for item, lines in zip(items, out[kind], strict=True)
        ]
        right[kind] = pooled(syllables_right(new, ref) for _, new, ref, _ in rows)
        harm[kind] = pooled(harmed(raw, new, ref) for raw, new, ref, _ in rows)
        removed[kind] = pooled(errors_removed(raw, new, ref) for raw, new, ref, _ in rows)
        confidence[kind] = [j for _, _, ref, lines in rows for j in believed(lines, ref)]
        violations += sum(len(guard.violations(x.raw, x.restored)) for _, _, _, lines in rows for x in lines)
        words += sum(len(x.words) for _, _, _, lines in rows for x in lines)
    return Measures(name, right, harm, removed, violations, confidence, seconds, words)


def restored(items: Sequence[Item], restorer: Restorer, batch: int = 200) -> list[list[Line]]:
    """Each item restored for itself: an empty line between keeps them from being one another's context."""
    out: list[list[Line]] = []
    for start in range(0, len(items), batch):
        group = items[start : start + batch]
        together = [x for item in group for x in (*item.lines, _EMPTY)]
        lines = iter(restorer.restore(together))
        for item in group:
            out.append([next(lines) for _ in item.lines])
            next(lines)
    return out


_EMPTY = Line(id="p0001-l0000", words=())


def believed(lines: Sequence[Line], reference: str) -> Iterator[Judged]:
    """The words that have a confidence and stand against a word of the reference."""
    words: list[Word] = [w for line in lines for w in line.words]
    for n, right in judged([w.restored for w in words], reference):
        sure = words[n].confidence
        if sure is not None:
            yield Judged(sure, right)


class Unguarded:
    """The network alone: no opinion of the n-gram model, no margin, no guard."""

    name = "seq2seq alone"

    def __init__(self, model: Path, settings: RestoreSettings) -> None:
        none = {"margin_legacy": 0.0, "margin_scan": 0.0, "margin_text": 0.0}
        self._whole = seq2seq.load(model, settings.model_copy(update=none))
        self.digest = self._whole.digest

    def restore(self, lines: Sequence[Line]) -> list[Line]:
        return self._whole.channel.rewritten(self._whole.weigh(lines, solo=True), guarded=False)


def restorers(model: str) -> dict[str, Callable[[], Restorer]]:
    """The rows of the table by name."""
    folder = models_dir() / model
    settings = RestoreSettings(model=model)

    def lattice(order: Order) -> Callable[[], Restorer]:
        own = settings.model_copy(update={"margin_legacy": 0.35, "margin_scan": 0.95})  # best for it alone
        return lambda: noisy_channel.load(seq2seq.channel_folder(folder), own, order=order)

    rows: dict[str, Callable[[], Restorer]] = {
        "identity": NullRestorer, "unigram": lattice(1), "bigram": lattice(2), "trigram": lattice(3),
    }
    try:
        from .accents import Accents

        rows["pyvi"] = Accents
    except ImportError:  # a package for comparison, of the extra `bench`
        pass
    if seq2seq.is_seq2seq(folder):
        rows |= {"seq2seq alone, unguarded": lambda: Unguarded(folder, settings), OURS: lambda: load(settings)}
    return rows


HEADER = ["restorer", "legacy: syllables right", "legacy: harm", "stripped: syllables right", "clean: harm",
          *(f"{e}: {x}" for e in ENGINES for x in ("errors removed", "harm")), "calibration error", "violations",
          "syllables/s of CPU"]


def row(m: Measures) -> str:
    """The table's row."""
    pages = [
        f"{100 * m.removed[e].value:.1f} %" if k == 0 else f"{m.harm[e].value:.4f}"
        for e in ENGINES for k in (0, 1) if e in m.harm
    ] or ["–"] * 2 * len(ENGINES)
    error = m.calibration
    cells = [
        m.name, f"{m.right['legacy'].value:.4f}", f"{m.harm['legacy'].value:.4f}", f"{m.right['stripped'].value:.4f}",
        f"{m.harm['clean'].value:.5f}", *pages, "–" if error is None else f"{error:.4f}", str(m.violations),
        f"{m.speed:,.0f}",
    ]
    return "| " + " | ".join(cells) + " |"


def as_record(m: Measures) -> dict[str, Any]:
    """The figures as plain data."""
    return {
        "restorer": m.name, "right": {k: round(v.value, 5) for k, v in m.right.items()},
        "harm": {k: round(v.value, 6) for k, v in m.harm.items()},
        "errors_removed": {k: round(v.value, 4) for k, v in m.removed.items()},
        "calibration_error": {k: round(calibration_error(v), 4) for k, v in m.confidence.items() if v}
        | ({} if m.calibration is None else {"all": round(m.calibration, 4)}),
        "violations": m.violations, "syllables_per_second": round(m.speed),
    }


def table(texts: Material, rows: Sequence[str], model: str, done: Callable[[Measures], None] = lambda _: None,
          ) -> Iterator[str]:
    """The table, line by line as it is measured; `done` is given each row's measures."""
    known = restorers(model)
    yield "| " + " | ".join(HEADER) + " |"
    yield "|---" * len(HEADER) + "|"
    for name in rows or known:
        measures = measure(name, known[name](), texts)
        done(measures)
        yield row(measures)
