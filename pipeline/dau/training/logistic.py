"""Logistic regression with a ridge, by Newton's method: for the few small regressions of the project."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

_STEPS = 30
_FIRM = 1e-9
"""Keeps the curvature invertible where a column is all zeros and the ridge is none."""


def fit(
    values: Floats, labels: Floats, weights: Floats | None = None, *, ridge: float, prior: Floats | None = None
) -> Floats:
    """Coefficients `(k,)` for `values` `(n, k)` and `labels` `(n,)` of 0 and 1, each counted `weights` times. The ridge
    draws them to `prior` `(k,)`, or to zero."""
    w = np.ones(len(labels)) if weights is None else weights
    mean = np.zeros(values.shape[1]) if prior is None else prior
    beta = mean.copy()
    for _ in range(_STEPS):
        p = 1 / (1 + np.exp(-np.clip(values @ beta, -30, 30)))
        slope = values.T @ (w * (labels - p)) - ridge * (beta - mean)
        curve = (values * (w * p * (1 - p))[:, None]).T @ values + (ridge + _FIRM) * np.eye(len(beta))
        beta = beta + np.linalg.solve(curve, slope)
    return beta
