"""Posterior and engine's confidence as one probability; what cannot be read is named."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dau.document.errors import DependencyError
from dau.restore.confidence import Calibration, group_of, load, log_odds

shares = st.floats(0, 1)
maybe = st.none() | shares
FITTED = Calibration({
    "legacy": (0.8, 0.0, -0.3), "scan+engine": (0.7, 0.4, 0.1), "protected+engine": (0.0, 0.9, 0.2),
})


@pytest.mark.parametrize(("weighed", "read", "group"), [
    (True, None, "scan"), (True, 0.0, "scan+engine"), (False, None, "protected"), (False, 0.5, "protected+engine"),
])
def test_groups(weighed: bool, read: float | None, group: str) -> None:
    assert group_of("scan", weighed, read) == group


@given(shares)
def test_log_odds_are_finite_and_turn_back(share: float) -> None:
    assert abs(log_odds(share)) < 10
    assert 1 / (1 + math.exp(-log_odds(share))) == pytest.approx(share, abs=1e-4)


@given(shares, shares, shares)
def test_surer_where_the_posterior_is(a: float, b: float, read: float) -> None:
    for damage, engine in (("legacy", None), ("scan", read), ("clean", read)):  # the last is not fitted
        low, high = (FITTED.probability(damage, x, engine) for x in sorted((a, b)))  # type: ignore[arg-type]
        assert low is not None and high is not None
        assert 0 <= low <= high <= 1


@given(maybe, maybe)
def test_a_probability_wherever_anything_is_known(share: float | None, read: float | None) -> None:
    found = FITTED.probability("scan", share, read)
    assert (found is None) == (share is None and read is None)
    assert found is None or 0 <= found <= 1


@pytest.mark.parametrize(("share", "read", "expected"), [
    (None, None, None), (0.5, None, 0.5), (None, 0.9, 0.9), (0.25, 0.64, 0.4), (0.0, 1.0, 0.0), (1.0, 1.0, 1.0),
])
def test_what_is_not_fitted_keeps_the_geometric_mean(share: float | None, read: float | None,
                                                     expected: float | None) -> None:
    for calibration in (Calibration(), Calibration({"clean": (5.0, 0.0, 5.0)})):
        assert calibration.probability("stripped", share, read) == (
            None if expected is None else pytest.approx(expected)
        )


def test_platt_scaling() -> None:
    assert FITTED.probability("legacy", 0.5, None) == pytest.approx(1 / (1 + math.exp(0.3)))
    logit = 0.7 * math.log(9) + 0.4 * math.log(4) + 0.1
    assert FITTED.probability("scan", 0.9, 0.8) == pytest.approx(1 / (1 + math.exp(-logit)))
    assert FITTED.probability("foreign", None, 0.5) == pytest.approx(1 / (1 + math.exp(-0.2)))


def test_reading_coefficients(tmp_path: Path) -> None:
    path = tmp_path / "calibration.json"
    path.write_text(json.dumps({"groups": {"scan": [1, 0.5, -2]}, "words": 9}), encoding="utf-8")
    assert load(path) == Calibration({"scan": (1.0, 0.5, -2.0)})


@pytest.mark.parametrize("content", [
    None, "", "{", "[]", "{}", '{"groups": []}', '{"groups": {"scan": [1, 2]}}', '{"groups": {"scan": ["a", 1, 2]}}',
    '{"groups": {"scan": 3}}', '{"groups": {"scan": [null, 1, 2]}}',
])
def test_coefficients_that_cannot_be_read(tmp_path: Path, content: str | None) -> None:
    path = tmp_path / "calibration.json"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    with pytest.raises(DependencyError, match=r"calibration\.json cannot be read"):
        load(path)
