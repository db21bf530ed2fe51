"""How the shipped models are made from clean text, from the first page rendered to the card: what `dau train` does.

Every step is a command of this package, run in a process of its own, and leaves its result in the working folder; a
step whose result is there is not done again, and the training of the network goes on from its last checkpoint.
"""

from __future__ import annotations

import importlib
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

from dau.document.errors import DependencyError, InputError
from dau.restore.seq2seq import CALIBRATION, NETWORK

from .training_settings import TrainingSettings

Report = Callable[[str], None]
Part = Literal["ngram", "seq2seq"]


class RecipeSettings(BaseModel):
    """Amounts. Pages are rendered and read by engines: `channel_pages` for the two channels of Tesseract, `part_pages`
    (of part 0 of the corpus) for trueocr's channel and as training pages, `validation_pages` to check and calibrate.
    `shards`: of training examples, at most; `training`: see there. The others are the
    sizes of the n-gram model."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    channel_pages: int = 1340
    part_pages: int = 400
    validation_pages: int = 60
    shards: int = 80
    trigrams: int = 7_000_000
    bigrams: int = 2_000_000
    words: int = 40_000
    least: int = 5
    training: TrainingSettings = TrainingSettings()


@dataclass(frozen=True)
class Recipe:
    """`corpus`: clean text (see `corpus.documents`); `tests`: folder whose texts are kept out; `work`: what lies
    between; `models`: where `ngram/` and `seq2seq/` go; `pairs`: what people corrected (`dau export --to pairs`)."""

    corpus: Path
    tests: Path
    work: Path
    models: Path
    settings: RecipeSettings
    jobs: int = 2
    pairs: Path | None = None

    def run(self, parts: Iterable[Part], report: Report) -> None:
        """Do what is left to do. Raises InputError where a step fails, with what it said last."""
        self.work.mkdir(parents=True, exist_ok=True)
        for part in parts:
            if part == "seq2seq":
                _need_torch()
            for step in (self._ngram if part == "ngram" else self._seq2seq)():
                if step.result.exists():
                    report(f"{step.name}: there already ({step.result})")
                    continue
                report(step.name)
                step.do()

    def _ngram(self) -> Iterable[Step]:
        s, folder = self.settings, self.models / "ngram"
        yield self._pages("pages_channel.jsonl", s.channel_pages, 7, ["eng", "vie"], "all")
        sizes = [x for n in ("trigrams", "bigrams", "words", "least") for x in (f"--{n}", getattr(s, n))]
        yield self._step("count words", folder / "training.json", "train_ngram", *self._texts, "--out", folder, *sizes)
        for name, language in (("legacy", "eng"), ("scan", "vie")):
            table = self.tests / "confusions_rendered_tess_eng.json"
            more: list[str | Path] = ["--table", table] if name == "legacy" and table.is_file() else []
            yield self._step(f"learn how {language} misreads", folder / f"{name}.json.gz", "channel", "--pages",
                             self.work / "pages_channel.jsonl", *self._reviewed, "--language", language, "--out",
                             folder / f"{name}.json.gz", *more)
        yield self._pages("pages_train.jsonl", s.part_pages, 32, ["vie", "trueocr"], "train")
        yield self._step("learn how trueocr misreads", folder / "trueocr.json.gz", "channel", "--pages",
                         self.work / "pages_train.jsonl", *self._reviewed, "--language", "trueocr", "--out",
                         folder / "trueocr.json.gz")

    def _seq2seq(self) -> Iterable[Step]:
        s, ngram, folder = self.settings, self.models / "ngram", self.models / "seq2seq"
        base, shards, trained = (self.work / n for n in ("ngram_a", "shards", "network"))
        pages, checks = self.work / "pages_train.jsonl", self.work / "pages_val.jsonl"
        yield self._step("count words without part 0", base / "crossfit.json", "train_ngram", *self._texts,
                         "--crossfit", ngram, "--out", base, "--trigrams", s.trigrams, "--bigrams", s.bigrams)
        yield self._pages("pages_train.jsonl", s.part_pages, 32, ["vie", "trueocr"], "train")
        yield self._pages("pages_val.jsonl", s.validation_pages, 31, ["vie", "trueocr", "eng"], "validation")
        for part, read in (("validation", checks), ("train", pages)):
            more = ["--reviewed", *self._reviewed] if self._reviewed and part == "train" else []
            yield self._step(f"make examples ({part})", shards / part / "done", "shards", *self._texts, "--model", base,
                             "--pages", read, *more, "--part", part, "--most", s.shards, "--jobs", self.jobs, "--out",
                             shards / part)
        vectors = self.work / "vectors.npy"
        yield self._step("word vectors", vectors, "embeddings", *self._texts, "--model", ngram, "--out", vectors)
        settings = self.work / "training.json"
        settings.write_text(s.training.model_dump_json() + "\n", encoding="utf-8")
        yield self._step("train the network", trained / "done", "train_seq2seq", "--settings", settings, "--shards",
                         shards, "--vocabulary", ngram / "vocabulary.txt", "--vectors", vectors, "--out", trained)
        yield self._step("export it", folder / NETWORK, "export_seq2seq", "--trained", trained / "best", "--out",
                         folder)
        yield self._step("calibrate its confidence", folder / CALIBRATION, "calibrate", *self._texts, "--base", base,
                         "--pages", checks, "--model", folder)
        yield Step("keep its log", folder / "training.jsonl",
                   lambda: _copied(trained / "training.jsonl", folder / "training.jsonl"))

    @property
    def _texts(self) -> list[str | Path]:
        return ["--corpus", self.corpus, "--held-out", self.tests]

    @property
    def _reviewed(self) -> list[str | Path]:
        return [self.pairs] if self.pairs is not None else []

    def _pages(self, name: str, count: int, seed: int, engines: list[str], part: str) -> Step:
        every = [] if part == "all" else ["--every"]
        return self._step(f"render and read {count} pages ({', '.join(engines)})", self.work / name, "render_pairs",
                          "--corpus", self.corpus, "--pages", count, "--seed", seed, "--engines", *engines, "--part",
                          part, *every, "--out", self.work / name)

    def _step(self, name: str, result: Path, module: str, *arguments: str | int | Path) -> Step:
        return Step(name, result, lambda: _run(name, module, arguments))


@dataclass(frozen=True)
class Step:
    """Something to do whose result is a file."""

    name: str
    result: Path
    do: Callable[[], None]


def _run(name: str, module: str, arguments: Iterable[str | int | Path]) -> None:
    command = [sys.executable, "-m", f"dau.training.{module}", *map(str, arguments)]
    done = subprocess.run(command, stderr=subprocess.PIPE, stdout=sys.stderr, check=False)
    if done.returncode:
        last = done.stderr.decode("utf-8", "replace").strip().splitlines()[-1:] or ["no message"]
        raise InputError(f"The step “{name}” failed: {last[0]}", "Mend what it says and run the same command again.")


def _copied(source: Path, target: Path) -> None:
    shutil.copyfile(source, target)


def _need_torch() -> None:
    try:
        for name in ("torch", "transformers", "onnx"):
            importlib.import_module(name)
    except ImportError as error:
        raise DependencyError(
            f"Training needs {error.name}, which is not installed.",
            "Run scripts/setup train, or pip install 'dau[train]'.",
        ) from error
