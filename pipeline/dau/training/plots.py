"""Diagrams of training and of calibration, as SVG.

    python -m dau.training.plots models/seq2seq/training.jsonl docs/img/training.svg    the curve of docs/restorer.md
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from .scores import Judged, reliability


def _figure(width: float, height: float) -> tuple[Any, Any]:
    import matplotlib

    matplotlib.use("svg")
    matplotlib.rcParams.update({"svg.hashsalt": "dau", "font.size": 9, "axes.spines.top": False,
                                "axes.spines.right": False})
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(width, height), layout="constrained")
    return figure, axes


def _save(figure: Any, path: Path) -> None:
    from matplotlib import pyplot

    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, format="svg", metadata={"Date": None})
    pyplot.close(figure)


def reliability_diagram(sets: Mapping[str, Sequence[Judged]], path: Path) -> None:
    """Share of words that are wrong against what the confidence says of it, by bins of equal mass, both axes
    logarithmic, because nearly all words are right."""
    figure, axes = _figure(5.2, 4.2)
    low = 3e-4
    axes.plot([low, 1], [low, 1], color="0.7", linewidth=1, label="as said")
    for name, judgements in sets.items():
        points = [(max(low, 1 - sure), max(low, 1 - right)) for sure, right, _ in reliability(judgements, 15)]
        axes.plot(*zip(*points, strict=True), marker="o", markersize=3, linewidth=1, label=name)
    axes.set(xscale="log", yscale="log", xlabel="1 − confidence", ylabel="share of words that are wrong")
    axes.legend(frameon=False)
    _save(figure, path)


def training_curve(log: Path, path: Path) -> None:
    """Errors on the validation data against what was trained on, from `training.jsonl`: by the draft, by the network
    with it, and by the network alone."""
    records = [json.loads(row) for row in log.read_text(encoding="utf-8").splitlines()]
    regimes = [n for n in ("legacy", "stripped", "trueocr", "page eng") if n in records[-1]["regimes"]]
    figure, axes = _figure(6.4, 4.2)
    for k, name in enumerate(regimes):
        x = [r["slots"] / 1e6 for r in records]
        for column, style in ((1, ":"), (2, "-"), (3, "--")):
            y = [max(1e-4, 1 - r["regimes"][name][column]) for r in records]
            axes.plot(x, y, style, color=f"C{k}", linewidth=1.3, label=name if style == "-" else None)
    axes.set(yscale="log", xlabel="million slots trained on", ylabel="share of slots wrong (validation)")
    axes.legend(frameon=False, title="— network with draft\n··· draft   - - network alone")
    _save(figure, path)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("log", type=Path, help="training.jsonl of a network")
    parser.add_argument("picture", type=Path, help="the SVG to write")
    given = parser.parse_args()
    training_curve(given.log, given.picture)


if __name__ == "__main__":
    main()
