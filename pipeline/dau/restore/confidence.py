"""How sure a restored word is: the model's posterior and the engine's confidence, as one calibrated probability.

Platt's scaling (1999) over the log odds of both, fitted on held-out text for each kind of damage:
P(right) = σ(a · logit(posterior) + b · logit(engine) + c). `training/calibrate.py` fits the coefficients.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, field
from pathlib import Path

from dau.document.errors import DependencyError

from .damage import Damage

Group = str
"""A kind of damage, or `protected` for words without anything to restore, with `+engine` where the engine said how
sure it was."""


def group_of(damage: Damage, weighed: bool, read: float | None) -> Group:
    """The group of a word: `weighed`, whether it had anything to restore; `read`, the engine's confidence."""
    name = damage if weighed else "protected"
    return name if read is None else f"{name}+engine"


def log_odds(share: float) -> float:
    """logit, kept finite."""
    share = min(1 - 1e-4, max(1e-4, share))
    return math.log(share / (1 - share))


@dataclass(frozen=True)
class Calibration:
    """Coefficients (a, b, c) by group. A group that is not there keeps the geometric mean of both."""

    coefficients: dict[Group, tuple[float, float, float]] = field(default_factory=dict)

    def probability(self, damage: Damage, share: float | None, read: float | None) -> float | None:
        """P(the word as it now stands is the word on the paper); None where nothing is known. `share`: the posterior
        of what stands there, None where it was not weighed."""
        if share is None and read is None:
            return None
        known = self.coefficients.get(group_of(damage, share is not None, read))
        if known is None:
            both = [x for x in (share, read) if x is not None]
            return math.prod(both) ** (1 / len(both))
        a, b, c = known
        value = a * log_odds(1.0 if share is None else share) + b * log_odds(1.0 if read is None else read) + c
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, value))))


def load(path: Path) -> Calibration:
    """The coefficients in a JSON file; DependencyError where it cannot be read."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        return Calibration({name: (float(a), float(b), float(c)) for name, (a, b, c) in found["groups"].items()})
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise DependencyError(
            f"The calibration {path} cannot be read: {error}.", "Install dau again, or train the model anew."
        ) from error
