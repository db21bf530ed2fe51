"""The fit of the structure's confidence: known coefficients found again, documents left out whole, tasks judged."""

from __future__ import annotations

import random

import pytest

from dau.training.calibrate_structure import Example, fit, held_out, judged, report, surest
from dau.training.scores import calibration_error


def _examples(count: int, seed: int = 1) -> list[Example]:
    """Right with probability σ(1 + 1.5·read − 2·flagged)."""
    rng = random.Random(seed)
    out = []
    for n in range(count):
        read, flagged = rng.gauss(1, 1), float(rng.random() < 0.3)
        odds = 1 + 1.5 * read - 2 * flagged
        right = rng.random() < 1 / (1 + 2.718281828**-odds)
        out.append(Example(f"d{n % 20}", "task", {"bias": 1.0, "read": read, "flagged": flagged, "idle": 0.0}, right))
    return out


def test_known_coefficients_are_found() -> None:
    found = fit(_examples(4000))
    assert found == {
        "bias": pytest.approx(1, abs=0.25), "read": pytest.approx(1.5, abs=0.25), "flagged": pytest.approx(-2, abs=0.3)
    }


def test_what_is_held_out_is_calibrated() -> None:
    judgements = held_out(_examples(1000))
    assert len(judgements) == 1000
    assert calibration_error(judgements, 5) < 0.06


def test_a_document_is_left_out_in_all_its_forms() -> None:
    """A feature that only names the document helps nobody who has not seen it."""
    found = [
        Example(name, "task", {"bias": 1.0, name: 1.0}, name == "a") for name in ("a", "b") for _ in range(30)
    ]
    told = {j.right: j.confidence for j in (judged(e, fit(found), surest(found)) for e in found)}
    assert told[True] > 0.8 > 0.2 > told[False]
    unseen = {j.right: j.confidence for j in held_out(found)}
    assert unseen[True] < 0.2 and unseen[False] > 0.8


def test_the_report_names_its_figures() -> None:
    assert "held out: calibration error" in report("task", _examples(100))
