"""Fitting the confidence of fields and tasks on the development documents → structure/data/confidence.json.

    python -m dau.training.calibrate_structure --shared DIR --archive DIR [--archive DIR] [--out FILE]

Fields are judged against the metadata of the shared scans, tasks against the annotated documents: from their exact
text, from that text stripped of diacritics and restored, and from their scans. A task is right where the annotation
has the same duty with the same actors and the same deadline. What is printed at the end is measured by leaving out one
document at a time, in all its forms.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from dau import restore
from dau.structure.confidence import DIGITS, FIELDS, features_of_tasks, field_features, value_of
from dau.structure.parser import Analysis, analyse

from . import logistic
from .scores import Judged, calibration_error, reliability
from .structure_documents import (
    Annotated,
    Archives,
    annotated,
    as_json,
    metadata_references,
    score_module,
)

ROOT = Path(__file__).resolve().parents[3]
OUT = ROOT / "pipeline" / "dau" / "structure" / "data" / "confidence.json"
RIDGE = 0.5
PRIOR = {"differ": -1.0, "medium": -1.0, "low": -0.5, "broken": -0.5, "flagged": -1.0}
"""What is believed of a doubt before any example is seen: it speaks against the field. A handful of wrong examples
cannot show that it does not."""

_SCORED = {
    "type": ("type/name",),
    "number": ("number/text",),
    "subject": ("subject",),
    "issuer": ("issuer/name",),
    "place": ("place",),
    "issued": ("issued/date",),
    "signer": ("signer/name", "signer/position", "signer/authority"),
}


@dataclass(frozen=True)
class Example:
    """A field or task with its features, and whether it is right; `document` is left out with all its forms."""

    document: str
    group: str
    features: Mapping[str, float]
    right: bool


def field_examples(analysis: Analysis, document: str, detail: Mapping[str, float]) -> Iterator[Example]:
    """The fields that claim something, judged by `detail` of the metadata's score."""
    directive = analysis.directive
    for name in FIELDS:
        if value_of(name, directive.metadata) is not None:
            features = field_features(name, directive.metadata, analysis.facts, directive.review)
            right = all(detail[key] for key in _SCORED[name])
            yield Example(document, "digits" if name in DIGITS else "words", features, right)


def task_examples(analysis: Analysis, document: Annotated, scores: ModuleType) -> Iterator[Example]:
    """All tasks found, judged by the annotation."""
    directive = analysis.directive
    right = _right_tasks(as_json(directive)["tasks"], document.reference.get("tasks", []), scores)
    for n, features in enumerate(features_of_tasks(directive, analysis.places)):
        yield Example(document.name, "task", features, n in right)


def _right_tasks(found: Sequence[dict[str, Any]], wanted: Sequence[dict[str, Any]], scores: ModuleType) -> set[int]:
    """Indices of the tasks that the annotation has, with the same actors and deadline."""

    def alike(a: dict[str, Any], b: dict[str, Any]) -> float:
        return float(scores.text_sim(a["text"], b["text"])) + 0.05 * (a.get("node") == b.get("node"))

    out = set()
    for i, j in scores.match(list(found), list(wanted), alike, 0.8):
        explicit = {**wanted[j], "assignees": [a for a in wanted[j].get("assignees", []) if not a.get("inferred")]}
        extra = scores.actors(found[i]) - scores.actors(wanted[j])
        same = not extra and scores.actors(explicit) <= scores.actors(found[i])
        if same and scores.time_of(found[i].get("deadline")) == scores.time_of(wanted[j].get("deadline")):
            out.add(i)
    return out


def examples(shared: Path, archives: Archives) -> Iterator[Example]:
    """All there is to learn from."""
    scores = score_module(shared)
    for reference in metadata_references(shared):
        transcript = archives.transcript(reference["file"])
        if transcript is not None:
            analysis = analyse(transcript, filename=reference["file"])
            _, detail = scores.metadata(as_json(analysis.directive), reference)
            yield from field_examples(analysis, reference["file"], detail)
    restorer = restore.load(restore.RestoreSettings())
    for document in annotated(shared, ROOT / "corpus", archives, restorer):
        analysis = analyse(document.transcript)
        _, detail = scores.metadata(as_json(analysis.directive), document.reference)
        if document.source != "scan":
            yield from field_examples(analysis, document.name + ".pdf", detail)
        yield from task_examples(analysis, document, scores)


# ---------------------------------------------------------------------- fitting


def fit(found: Sequence[Example]) -> dict[str, float]:
    """Coefficients by feature; one that never varies but the bias gets none, nor does a doubt that would speak for the
    field."""
    names = sorted({name for example in found for name in example.features})
    columns = {name: np.array([example.features.get(name, 0.0) for example in found]) for name in names}
    labels = np.array([float(example.right) for example in found])
    used = [name for name in names if name == "bias" or np.ptp(columns[name]) > 0]
    while True:
        values = np.column_stack([columns[name] for name in used])
        prior = np.array([PRIOR.get(name, 0.0) for name in used])
        beta = dict(zip(used, logistic.fit(values, labels, ridge=RIDGE, prior=prior), strict=True))
        sensible = [name for name in used if name not in PRIOR or beta[name] <= 0]
        if sensible == used:
            return {name: round(float(b), 4) for name, b in beta.items()}
        used = sensible


def surest(found: Sequence[Example]) -> float:
    """What may be claimed at most after so many examples; see `confidence.surest`."""
    return round((len(found) + 1) / (len(found) + 2), 4)


def judged(example: Example, coefficients: Mapping[str, float], most: float) -> Judged:
    """The example with the confidence that coefficients give it."""
    odds = sum(coefficients.get(name, 0.0) * x for name, x in example.features.items())
    return Judged(float(most / (1 + np.exp(-np.clip(odds, -30, 30)))), example.right)


def held_out(found: Sequence[Example]) -> list[Judged]:
    """Every example judged by coefficients fitted without its document."""
    out = []
    for document in dict.fromkeys(example.document for example in found):
        others = [e for e in found if e.document != document]
        coefficients, most = fit(others), surest(others)
        out += [judged(e, coefficients, most) for e in found if e.document == document]
    return out


def report(group: str, found: Sequence[Example]) -> str:
    """Counts, calibration error of held-out documents, and their reliability in five bins."""
    judgements = held_out(found)
    right = sum(j.right for j in judgements)
    bins = " ".join(f"{sure:.2f}→{share:.2f} ({n})" for sure, share, n in reliability(judgements, 5))
    error = calibration_error(judgements, 5)
    return f"{group}: {len(found)} examples, {right} right; held out: calibration error {error:.4f}; {bins}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, required=True)
    parser.add_argument("--archive", type=Path, action="append", required=True, help="with the shared scans, converted")
    parser.add_argument("--out", type=Path, default=OUT)
    given = parser.parse_args()
    by_group: dict[str, list[Example]] = {}
    for example in examples(given.shared, Archives(given.archive)):
        by_group.setdefault(example.group, []).append(example)
    lines = [report(group, found) for group, found in sorted(by_group.items())]
    facts = {
        "note": "Coefficients of P(right) by group and feature; see confidence.py. Written by "
        "training/calibrate_structure.py.",
        "measured": lines,
        "surest": {group: surest(found) for group, found in sorted(by_group.items())},
        "groups": {group: fit(found) for group, found in sorted(by_group.items())},
    }
    given.out.write_text(json.dumps(facts, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    print("\n".join(lines))  # noqa: T201  a command's result


if __name__ == "__main__":
    main()
