"""`dau train`: clean text in, trained models out. `dau evaluate`: how good they are."""

from __future__ import annotations

import json
import os
import sys
import tomllib
from pathlib import Path
from typing import get_args

import typer
from pydantic import ValidationError

from dau.document.errors import InputError
from dau.restore import RestoreSettings
from dau.training import evaluate_restorer, restoration_data
from dau.training.recipe import Part, Recipe, RecipeSettings

from .terminal import emit


def register(app: typer.Typer) -> None:
    app.command(name="train")(train)
    app.command(name="evaluate")(evaluate)


def train(
    corpus: Path = typer.Argument(..., help="Clean text: a .jsonl(.xz) file or a folder of .txt files."),
    tests: Path = typer.Option(..., "--held-out", help="Folder with dev_legacy.jsonl and dev_stripped.txt, whose "
                               "documents are kept out of training."),
    out: Path = typer.Option(..., "--out", help="Where the folders ngram/ and seq2seq/ go."),
    work: Path = typer.Option(Path("build"), "--work", help="Where what lies between is kept; run again to go on."),
    only: str = typer.Option("", "--only", help="ngram or seq2seq: only that model."),
    settings: Path | None = typer.Option(None, "--settings", help="Amounts and sizes (TOML); see docs/training.md."),
    pairs: Path | None = typer.Option(None, "--pairs", help="What people corrected (dau export --to pairs): learned "
                                      "from beside the rendered pages."),
    jobs: int = typer.Option(os.cpu_count() or 1, "--jobs", min=1, help="Processes that make examples."),
) -> None:
    """Train the restoration models from clean text: resumable, on the CPU or on a GPU where there is one."""
    if only and only not in get_args(Part):
        raise typer.BadParameter(f"{only} is neither ngram nor seq2seq.", param_hint="--only")
    parts: list[Part] = [part for part in get_args(Part) if not only or part == only]
    if pairs is not None and not pairs.is_file():
        advice = "Write them with `dau export ARCHIVE --to pairs --out FILE`."
        raise InputError(f"The pairs {pairs} are not there.", advice)
    recipe = Recipe(corpus, tests, work, out, _settings(settings), jobs, pairs)
    recipe.run(parts, lambda text: print(f"train: {text}", file=sys.stderr, flush=True))  # noqa: T201


def _settings(path: Path | None) -> RecipeSettings:
    try:
        return RecipeSettings.model_validate(tomllib.loads(path.read_text(encoding="utf-8")) if path else {})
    except (OSError, ValueError, ValidationError) as error:
        raise InputError(f"The settings {path} cannot be used: {error}", "docs/training.md lists them.") from error


def evaluate(
    data: Path = typer.Argument(..., help="Folder with restore/, corpus/dev.jsonl.xz and, for pages, scans/gold."),
    rows: list[str] = typer.Option([], "--row", help="Only this restorer (may be repeated); all when absent."),
    model: str = typer.Option(RestoreSettings().model, "--model", help="Folder of models/."),
    lines: int = typer.Option(2000, "--lines", min=1, help="Lines to strip and restore."),
    clean_words: int = typer.Option(30_000, "--clean-words", min=1, help="Words of clean text, to see the harm."),
    as_json: bool = typer.Option(False, "--json", help="One JSON object a restorer."),
) -> None:
    """Measure the restorer against references on development data, side by side."""
    known = evaluate_restorer.restorers(model)
    for name in rows:
        if name not in known:
            raise typer.BadParameter(f"{name} is none of: {', '.join(known)}.", param_hint="--row")
    texts = restoration_data.material(data, lines, clean_words)
    if as_json:
        found = (evaluate_restorer.measure(name, known[name](), texts) for name in rows or known)
        emit(json.dumps(evaluate_restorer.as_record(m), ensure_ascii=False) for m in found)
    else:
        emit(evaluate_restorer.table(texts, rows, model))
