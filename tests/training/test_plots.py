"""The diagrams of training and of calibration can be drawn from what is kept of them."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest

from dau.training.plots import reliability_diagram, training_curve
from dau.training.scores import Judged

pytest.importorskip("matplotlib", reason="comes with dau[train]")
ROOT = Path(__file__).resolve().parents[2]


def test_the_curve_of_the_shipped_network(tmp_path: Path) -> None:
    """Three lines (draft, both, network alone) for each kind of text, the same bytes twice."""
    for name in ("one.svg", "two.svg"):
        training_curve(ROOT / "models" / "seq2seq" / "training.jsonl", tmp_path / name)
    assert (tmp_path / "one.svg").read_bytes() == (tmp_path / "two.svg").read_bytes()
    drawn = ElementTree.parse(tmp_path / "one.svg").getroot()
    committed = ElementTree.parse(ROOT / "docs" / "img" / "training.svg").getroot()
    assert lines(drawn) == lines(committed) >= 12


def test_a_diagram_of_reliability(tmp_path: Path) -> None:
    judgements = [Judged(n / 200, n % 3 > 0) for n in range(1, 200)]
    reliability_diagram({"one": judgements, "other": judgements[::2]}, tmp_path / "diagram.svg")
    assert lines(ElementTree.parse(tmp_path / "diagram.svg").getroot()) >= 3


def lines(picture: ElementTree.Element) -> int:
    """How many lines were drawn, those of axes and legends too."""
    return sum(1 for group in picture.iter() if group.get("id", "").startswith("line2d_"))
