"""What a unit is about: a trained spaCy text categoriser over syllables, for units whose heading does not say it.

Four kinds: `task` (nhiệm vụ, trách nhiệm), `criterion` (tiêu chí, tiêu chuẩn, điều kiện), `principle` (nguyên tắc,
quan điểm, mục tiêu) and `other` (definitions, scope, how things stand, formulae). The model sees the unit's text
alone, as n-grams of bare syllables, so that lost diacritics cost nothing; how it was trained: models/units/README.md.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import spacy
from spacy.attrs import IS_DIGIT, NORM
from spacy.language import Language
from spacy.tokens import Doc
from spacy.util import registry
from thinc.api import Model, SparseLinear_v2, chain, softmax_activation

from dau.document.errors import DependencyError

from . import tokenizer
from .model_files import ADVICE, SETTINGS, WEIGHTS
from .model_files import folder as model_folder

LABELS = ("criterion", "other", "principle", "task")
_MOST_TOKENS = 600
"""What comes later in a unit is not looked at."""
_MOST_WORDS = 250_000
"""So many distinct tokens may a pipeline have met before its model is read anew: damaged text has no end of them."""
_NUMBER, _ANYWHERE, _START = np.uint64(0x9E3779B97F4A7C15), 67, 0x2545F491
"""The key of every number; and the seeds that tell n-grams at the start of a unit from others."""


# ------------------------------------------------------------------ the network


def features(doc: Doc, bare: int, start: int) -> tuple[Any, Any]:
    """Keys of a unit's n-grams, each once, and their weights: up to `bare` bare syllables, and the first 1 … `start`
    syllables of the unit, where its verb stands. Numbers are all one."""
    columns = doc.to_array([NORM, IS_DIGIT]).reshape(-1, 2)[:_MOST_TOKENS]
    syllables = np.where(columns[:, 1] != 0, _NUMBER, columns[:, 0])
    keys = [_ngrams(syllables, n, _ANYWHERE) for n in range(1, bare + 1)]
    keys += [_ngrams(syllables[:n], n, _START) for n in range(1, start + 1)]
    found = np.unique(np.concatenate(keys))
    return found, np.full(len(found), 1 / np.sqrt(max(1, len(found))), dtype=np.float32)


def _ngrams(keys: Any, n: int, seed: int) -> Any:
    """Hashes of the n-grams of a row of keys; the same on every machine."""
    if len(keys) < n:
        return np.zeros(0, dtype=np.uint64)
    mixed = np.full(len(keys) - n + 1, seed * 31 + n, dtype=np.uint64)
    for i in range(n):
        mixed = (mixed ^ keys[i : len(keys) - n + 1 + i]) * np.uint64(0xFF51AFD7ED558CCD)
        mixed ^= mixed >> np.uint64(32)
    return mixed


def _forward(model: Model[Any, Any], docs: Sequence[Doc], is_train: bool) -> tuple[Any, Any]:
    found = [features(doc, model.attrs["bare"], model.attrs["start"]) for doc in docs]
    lengths = np.asarray([len(keys) for keys, _ in found], dtype=np.int32)
    keys, values = (np.concatenate(part) for part in zip(*found, strict=True))
    return (keys, values, lengths), lambda _: []


@registry.architectures("dau.UnitWords.v1")  # type: ignore[untyped-decorator]
def unit_words(bare: int, start: int, length: int, nO: int | None = None) -> Model[Any, Any]:
    """A linear classifier over hashed n-grams, in a table of `length` rows: the textcat's network."""
    words: Model[Any, Any] = Model("dau_unit_words", _forward, attrs={"bare": bare, "start": start})
    linear = SparseLinear_v2(nO=nO, length=length)
    model: Model[Any, Any] = chain(words, linear, softmax_activation())
    model.set_ref("output_layer", linear)
    model.attrs["multi_label"] = False
    if nO is not None:
        model.set_dim("nO", nO)
    return model


def network_of(nlp: Language) -> Model[Any, Any]:
    """The network of a pipeline's categoriser."""
    component: Any = nlp.get_pipe("textcat")
    network: Model[Any, Any] = component.model
    return network


def blank(network: dict[str, Any]) -> Language:
    """The pipeline before it has learnt anything: the syllable tokenizer and the categoriser."""
    assert tokenizer  # its registration is what is needed
    nlp = spacy.blank("vi", config={"nlp": {"tokenizer": {"@tokenizers": "dau.syllables.v1"}}})
    component: Any = nlp.add_pipe("textcat", config={"model": {"@architectures": "dau.UnitWords.v1", **network}})
    for label in LABELS:
        component.add_label(label)
    return nlp


# ------------------------------------------------------------------ the trained model


@dataclass
class UnitModel:
    """A trained categoriser. `temperature` makes its probabilities honest."""

    nlp: Language
    network: dict[str, Any]
    temperature: float = 1.0

    def probabilities(self, texts: Iterable[str]) -> list[dict[str, float]]:
        """For each text the probability of each kind; what is common among units where a text has no words."""
        docs = [self.nlp.make_doc(text) for text in texts]
        if not docs:
            return []
        scores = network_of(self.nlp).predict(docs)
        heated = np.log(np.clip(scores, 1e-9, 1)) / self.temperature
        exact = np.exp(heated - heated.max(axis=1, keepdims=True))
        exact /= exact.sum(axis=1, keepdims=True)
        return [dict(zip(LABELS, map(float, row), strict=True)) for row in exact]

    def save(self, folder: Path) -> None:
        """The weights (a spaCy model without its vocabulary, which nothing needs) and the settings, as plain files."""
        folder.mkdir(parents=True, exist_ok=True)
        network_of(self.nlp).to_disk(folder / WEIGHTS)
        settings = {"labels": LABELS, "network": self.network, "temperature": self.temperature}
        (folder / SETTINGS).write_text(json.dumps(settings, indent=1) + "\n", encoding="utf-8")


def read(folder: Path) -> UnitModel:
    """The model in a folder. Raises DependencyError where it is missing or broken."""
    try:
        settings = json.loads((folder / SETTINGS).read_text(encoding="utf-8"))
        nlp = blank(settings["network"])
        network_of(nlp).from_disk(folder / WEIGHTS)
        return UnitModel(nlp, settings["network"], float(settings["temperature"]))
    except (OSError, ValueError, KeyError) as error:
        raise DependencyError(f"The model of units in {folder} cannot be read: {error}.", ADVICE) from error


@cache
def _loaded(name: str) -> UnitModel:
    return read(model_folder(name))


def probabilities(texts: Sequence[str], name: str = "units") -> list[dict[str, float]]:
    """For each text the probability that it is a task, a criterion, a principle or something else.

    The model is read from the folder `name` of models/ at the first call. Raises DependencyError where it is missing.
    """
    model = _loaded(name)
    if len(model.nlp.vocab) > _MOST_WORDS:
        _loaded.cache_clear()
        model = _loaded(name)
    return model.probabilities(texts)
