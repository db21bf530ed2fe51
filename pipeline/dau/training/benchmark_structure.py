"""The benchmark of the structure parser: annotated documents, metadata of scans, the corpus, speed, calibration, with
a parser of plain regular expressions beside it."""

from __future__ import annotations

import json
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path

from dau.document.directive import Directive
from dau.document.errors import DauError
from dau.structure import StructureSettings, parse

from . import naive_parser
from .benchmark_restore import Target
from .measure import run_without_pdf
from .structure_corpus import FIELDS, ParseRate, lost_words, parse_rates, parse_speed, sample_documents
from .structure_documents import (
    Annotated,
    Archives,
    annotated,
    as_json,
    handwritten,
    metadata_references,
    score_module,
    structure_scores,
)

ROOT = Path(__file__).resolve().parents[3]
DOCUMENTS, ROUND_TRIPS, TIMED = 2000, 500, 300
PASSES = 3
_LONG = 5000
"""Words; longer documents are parsed for the rate, not for the speed."""

MINIMA = {
    "clean, text": {"mean": 0.93, "metadata": 0.85, "node_ids": 0.85, "node_text": 0.85, "citations": 0.85,
                    "tasks": 0.85, "assignees": 0.85, "recipients": 0.85, "deadlines": 0.8},
    "clean, simulated scan": {"mean": 0.88},
    "six scans, exact text": {"mean": 0.88},
    "six scans, as read": {"mean": 0.80},
}


@dataclass
class Metadata:
    """Fields of the shared scans: hits and counts of the printed and of the handwritten ones by field; what is wrong
    without a flag."""

    printed: Counter[str] = field(default_factory=Counter)
    printed_right: Counter[str] = field(default_factory=Counter)
    written: Counter[str] = field(default_factory=Counter)
    written_right: Counter[str] = field(default_factory=Counter)
    silent: list[str] = field(default_factory=list)
    """Handwritten fields that are wrong and carry no flag at which a human must look."""
    silent_printed: list[str] = field(default_factory=list)

    def share(self, right: Counter[str], of: Counter[str]) -> float:
        return right.total() / max(1, of.total())


def archive_of(shared: Path, folder: Path, jobs: int) -> Archives:
    """The shared scans and the samples, converted into `folder`, searchable PDFs aside; what is done there already is
    not done again."""
    inputs = [shared / "scans" / "real", *sorted((ROOT / "corpus" / "raw").glob("*.pdf"))]
    code = run_without_pdf(inputs, folder, jobs).returncode
    if code not in (0, 1):
        raise DauError(f"dau run ended with exit code {code}.", "See its message above.")
    return Archives([folder])


def metadata_of_scans(shared: Path, archives: Archives) -> Metadata:
    """Every field of `score.metadata` for every shared scan, from its transcript."""
    scores, out = score_module(shared), Metadata()
    for reference in metadata_references(shared):
        transcript = archives.transcript(reference["file"])
        if transcript is None:
            raise DauError(f"{reference['file']} is not in the archive.", "Convert scans/real of the shared data.")
        directive = parse(transcript, filename=reference["file"])
        found = as_json(directive)
        by_hand = handwritten(reference)
        for name, right in scores.metadata(found, reference)[1].items():
            of, hits = (out.written, out.written_right) if name in by_hand else (out.printed, out.printed_right)
            of[name] += 1
            hits[name] += int(right)
            if not right and scores.get(found, "metadata", *name.split("/")) and not _flagged(directive, name):
                (out.silent if name in by_hand else out.silent_printed).append(f"{reference['file']} {name}")
    return out


def _flagged(directive: Directive, name: str) -> bool:
    pointer = "/metadata/" + name.split("/")[0]
    return any((flag.field or "").startswith(pointer) and flag.needs_review for flag in directive.review)


# ---------------------------------------------------------------------- tables


def _groups(documents: Sequence[Annotated]) -> Iterator[tuple[str, list[Annotated]]]:
    for name, clean, source in (
        ("clean, text", True, "text"), ("clean, simulated scan", True, "scan"),
        ("six scans, exact text", False, "text"), ("six scans, as read", False, "scan"),
    ):
        yield name, [d for d in documents if d.clean == clean and d.source == source]


def _scores_table(shared: Path, documents: Sequence[Annotated]) -> tuple[str, list[Target]]:
    scores = score_module(shared)
    columns: dict[str, dict[str, float]] = {}
    for name, group in _groups(documents):
        columns[f"{name} ({len(group)})"] = structure_scores(scores, group, parse)
        if group and group[0].source == "text":
            columns[f"{name}, regular expressions"] = structure_scores(scores, group, naive_parser.parse)
    parts = list(dict.fromkeys(part for column in columns.values() for part in column))
    rows = [f"| part | {' | '.join(columns)} |", "|---|" + "---|" * len(columns)]
    for part in parts:
        cells = (f"{c[part]:.3f}" if part in c else "–" for c in columns.values())
        rows.append(f"| {part} | {' | '.join(cells)} |")
    targets = [
        Target(f"{name}: {part}", value.get(part, 0.0), low, 1.0, "≥", ".3f")
        for name, minima in MINIMA.items()
        for key, value in columns.items() if key.startswith(name + " (")
        for part, low in minima.items()
    ]
    return "\n".join(rows), targets


def _metadata_table(found: Metadata) -> str:
    rows = ["| field | printed: right | of | handwritten or overprinted: right | of |", "|---|---|---|---|---|"]
    for name in dict.fromkeys([*found.printed, *found.written]):
        rows.append(
            f"| {name} | {found.printed_right[name]} | {found.printed[name]} | {found.written_right[name]} "
            f"| {found.written[name]} |"
        )
    silent = f"{len(found.silent_printed)} ({', '.join(found.silent_printed) or 'none'})"
    return "\n".join(rows) + f"\n\nPrinted fields that are wrong without a flag: {silent}."


def _rate_table(rates: dict[str, ParseRate]) -> str:
    rows = ["| documents | whole: all found, articles contiguous | of those that print it all | type | number | date "
            "| issuer | articles contiguous |", "|---|---|---|---|---|---|---|---|"]
    for name, rate in rates.items():
        n = max(1, rate.documents)
        found = " | ".join(f"{1 - rate.missing[f] / n:.3f}" for f in FIELDS)
        rows.append(
            f"| {name} ({rate.documents}) | {rate.whole / n:.3f} | {rate.whole_of_printed:.3f} | {found} | "
            f"{1 - rate.broken / max(1, rate.with_articles):.3f} |"
        )
    known = sum(r.known_numbers for r in rates.values())
    wrong, silent = (sum(getattr(r, name) for r in rates.values()) for name in ("wrong_numbers", "silent_numbers"))
    classes = [
        f"| {name} | {reason} | {count} | {meaning} |"
        for name, rate in rates.items() for reason, count, meaning in rate.explained()
    ]
    return "\n".join([
        *rows, "", f"Of {known} documents whose number the corpus knows, {wrong} got another one, {silent} of them "
        "without a flag.", "", "| documents | class of failure | times | |", "|---|---|---|---|", *classes,
    ])


def benchmark_structure(shared: Path, archive: Path | None, jobs: int) -> str:
    """Markdown. `archive`: where the shared scans are converted to, or were before."""
    with tempfile.TemporaryDirectory() as folder:
        archives = archive_of(shared, archive or Path(folder) / "archive", jobs)
        documents = list(annotated(shared, ROOT / "corpus", archives))
        table, targets = _scores_table(shared, documents)
        metadata = metadata_of_scans(shared, archives)
    sample = sample_documents(shared / "corpus" / "train.jsonl.xz", DOCUMENTS)
    rates = parse_rates(sample)
    lost = sum(lost_words(document.text) > 0 for document in sample[:ROUND_TRIPS])
    timed = [d.text for d in sample if len(d.text.split()) < _LONG][:TIMED]
    rules, trained = (parse_speed(timed, StructureSettings(unit_model=model), PASSES) for model in ("none", "units"))
    printed = metadata.share(metadata.printed_right, metadata.printed)
    targets += [
        Target("metadata of scans, printed fields", printed, 0.92, 1.0, "≥", ".3f"),
        Target("handwritten fields wrong without a flag", len(metadata.silent), 0, 0, "≤", ".0f"),
        Target(f"documents of {ROUND_TRIPS} that lose or double text", lost, 0, 0, "≤", ".0f"),
        Target("pages of text a second, one core, rules alone", rules.pages_a_second, 200, 300, "≥", ",.0f"),
        Target("likewise with the trained categoriser of units", trained.pages_a_second, 20, 200, "≥", ",.0f"),
    ]
    measured: list[str] = json.loads(
        files("dau.structure").joinpath("data/confidence.json").read_text(encoding="utf-8")
    )["measured"]
    return "\n\n".join([
        "\n".join(["| measure | minimum | goal | measured | |", "|---|---|---|---|---|", *(t.row() for t in targets)]),
        "### Annotated documents, pooled F1 by part", table,
        "### Metadata of the shared scans", _metadata_table(metadata),
        f"### {len(sample)} documents of the corpus", _rate_table(rates),
        "### Confidence", "Fitted on the development documents, judged on each document by coefficients fitted without "
        "it; said → right (count):", "\n".join(f"- {line}" for line in measured),
    ])
