"""The shipped n-gram model and its channels, loaded once for all tests of this folder, and clean text to damage."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from dau.resources import models_dir
from dau.restore import RestoreSettings, noisy_channel
from dau.restore.noisy_channel import NoisyChannelRestorer
from dau.training import noise
from dau.training.corpus import Document, documents
from dau.training.examples import passages
from dau.training.noise import Noise

CLEAN = Path(__file__).resolve().parents[2] / "corpus/clean"


@pytest.fixture(scope="session")
def noises() -> dict[str, Noise]:
    """A channel for each regime that has one; for trueocr's stands Tesseract's."""
    found = {name: noise.load(models_dir() / f"ngram/{name}.json.gz") for name in ("legacy", "scan")}
    return {**found, "trueocr": found["scan"]}


@pytest.fixture(scope="session")
def channel() -> NoisyChannelRestorer:
    return noisy_channel.load(models_dir() / "ngram", RestoreSettings())


@pytest.fixture(scope="session")
def clean() -> list[Document]:
    """The clean texts of the repository."""
    return [d for d in documents(CLEAN) if d.id != "README"]


@pytest.fixture(scope="session")
def clean_passages(clean: list[Document]) -> list[list[list[str]]]:
    """Passages of about 60 words, as lines of words."""
    rng = random.Random(3)
    return [lines for document in clean for lines in passages(document, rng, words=60)]
