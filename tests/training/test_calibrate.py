"""Coefficients of the confidence: known ones are found again, and hard cases stay finite."""

from __future__ import annotations

import math
import random
from collections.abc import Callable

import pytest

from dau.document.transcript import Line, Word, line_id
from dau.resources import models_dir
from dau.restore import RestoreSettings, noisy_channel
from dau.restore.confidence import Calibration, log_odds
from dau.restore.damage import Damage
from dau.training.calibrate import Observation, PosteriorOnly, fit, fitted, observations


def simulated(a: float, b: float, c: float, count: int = 20_000, group: str = "scan+engine") -> list[Observation]:
    rng = random.Random(4)
    out = []
    for _ in range(count):
        share, read = log_odds(rng.betavariate(5, 1)), log_odds(rng.betavariate(4, 1))
        right = rng.random() < 1 / (1 + math.exp(-(a * share + b * read + c)))
        out.append(Observation(group, share, read, right))
    return out


@pytest.mark.parametrize("known", [(1.0, 0.0, 0.0), (0.7, 0.4, -0.5), (0.3, 1.1, 1.0)])
def test_known_coefficients_are_found_again(known: tuple[float, float, float]) -> None:
    assert fit(simulated(*known)) == pytest.approx(known, abs=0.15)


def test_what_never_varies_gets_no_weight() -> None:
    found = [Observation("legacy", o.share, log_odds(1.0), o.right) for o in simulated(0.8, 0.0, -0.3)]
    a, b, c = fit(found)
    assert b == 0
    assert (a, c) == (pytest.approx(0.8, abs=0.1), pytest.approx(-0.3, abs=0.1))


HARD: dict[str, Callable[[int], Observation]] = {
    "all right": lambda n: Observation("clean", log_odds(1 - 1 / (n + 2)), log_odds(1.0), True),
    "all right and equally sure": lambda n: Observation("clean", log_odds(1.0), log_odds(1.0), True),
    "all wrong": lambda n: Observation("clean", log_odds(1 / (n + 2)), log_odds(0.5), False),
    "told apart entirely": lambda n: Observation("clean", log_odds(0.9 if n % 2 else 0.1), 0.0, bool(n % 2)),
    "one wrong in a thousand": lambda n: Observation("clean", log_odds(1 - n / 1500), log_odds(1.0), n != 700),
    "surely right": lambda n: Observation("clean", log_odds(0.999 + n / 1e6), log_odds(0.9 + n / 1e4), n != 999),
}


@pytest.mark.parametrize("name", HARD)
def test_hard_cases_give_sensible_probabilities(name: str) -> None:
    found = [HARD[name](n) for n in range(1000)]
    a, b, c = fit(found)
    assert all(math.isfinite(x) and abs(x) < 100 for x in (a, b, c))
    fitting = [1 / (1 + math.exp(-max(-30, min(30, a * o.share + b * o.read + c)))) for o in found]
    assert sum(fitting) / len(found) == pytest.approx(sum(o.right for o in found) / len(found), abs=0.01)


def test_groups_that_were_seen_too_seldom_are_left_out() -> None:
    found = simulated(1.0, 0.0, 0.0, 300, "scan") + simulated(1.0, 0.0, 0.0, 199, "legacy")
    assert list(fitted(found)) == ["scan"]
    assert fitted([]) == {}


def test_fitting_lowers_what_is_too_sure() -> None:
    """Read together with `Calibration`, as it is at run time."""
    calibration = Calibration(fitted(simulated(0.5, 0.0, 0.0)))
    probability = calibration.probability("scan", 0.99, 0.9)
    assert probability is not None
    assert probability == pytest.approx(1 / (1 + 99**-0.5), abs=0.02)


@pytest.mark.parametrize(("damage", "share", "read"), [("legacy", 0.4, 0.9), ("scan", None, 0.9), ("clean", 1.0, None)])
def test_posteriors_alone_are_observed(damage: Damage, share: float | None, read: float | None) -> None:
    assert PosteriorOnly().probability(damage, share, read) == share


def test_observations_of_a_restored_line() -> None:
    """Groups, the engine's least sure part of a join, and whether the word is right."""
    from dau.training.examples import Example

    class Alone:
        """The noisy channel in the place of the network."""

        channel = noisy_channel.load(models_dir() / "ngram", RestoreSettings(channel="legacy"),
                                     calibration=PosteriorOnly())
        weigh = channel.weigh

    words = [("Nganh", 0.5), ("T", 0.9), ("hong", 0.4), ("tin", None), ("1497/QD-TTg", 0.7), ("–", None)]
    line = Line(id=line_id(1, 1), words=tuple(Word(raw=w, restored=w, confidence=c) for w, c in words))
    found = list(observations(Example([line], [[]]), "Ngành Thông tỉn 1497/QĐ-TTg –", Alone()))  # type: ignore[arg-type]
    assert [(o.group, o.right) for o in found] == [
        ("legacy+engine", True), ("legacy+engine", True), ("legacy", False), ("legacy+engine", True)
    ]
    assert [o.read for o in found] == pytest.approx([log_odds(x) for x in (0.5, 0.4, 1.0, 0.7)])
