"""A tiny network, trained for seconds, from damaged passages to restored lines: it learns, goes on where it stopped,
and says the same after export."""
# ruff: noqa: E402 (the libraries are looked for before what needs them is imported)

from __future__ import annotations

import itertools
import json
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

torch = pytest.importorskip("torch", reason="training needs torch, of the train extra")
pytest.importorskip("transformers", reason="training needs transformers, of the train extra")
pytest.importorskip("onnx", reason="the export needs onnx, of the train extra")

from dau import restore
from dau.document.errors import InputError
from dau.document.transcript import lines_of_text
from dau.resources import models_dir
from dau.restore import RestoreSettings, guard, seq2seq
from dau.restore.features import WIDTH, Features
from dau.restore.noisy_channel import NoisyChannelRestorer
from dau.restore.rescore import WINDOW, Network
from dau.restore.seq2seq import CALIBRATION, FACTS, NETWORK, Seq2SeqRestorer
from dau.training import embeddings
from dau.training.examples import Regime, Sureness, damaged
from dau.training.export_seq2seq import export
from dau.training.network import Restorer, RestorerConfig
from dau.training.noise import Noise
from dau.training.shards import IGNORED, NONE, Shard, save, shard_of
from dau.training.shards import load as load_shard
from dau.training.train_seq2seq import (
    CHECKPOINT,
    Passage,
    TrainingSettings,
    batches,
    cut,
    look,
    loss_of,
    read,
    tensors,
    train,
)

pytestmark = [  # what torch says of its own exporter and of sparse tensors
    pytest.mark.filterwarnings("ignore::DeprecationWarning"), pytest.mark.filterwarnings("ignore::UserWarning"),
    pytest.mark.filterwarnings("ignore::torch.jit.TracerWarning"),
]

SIZES: dict[str, Any] = {"embedding": 16, "width": 32, "heads": 2, "encoder": 1, "decoder": 1, "inner": 48}
SETTINGS = TrainingSettings(
    minutes=0.1, slots=512, rate=4e-3, warm_up=5, look_every=0.02, patience=100, window=96, dropout=0.0, **SIZES
)


def ticking() -> Callable[[], float]:
    """A clock on which every step takes a quarter of a second, however busy the machine is."""
    steps = itertools.count()
    return lambda: 0.25 * next(steps)


GARBLED = """vé viéc ban hanh Ké hoach trién khai Phong trao thi dua
“Nganh T hong tin va T ruyen thong doan két, chung sire, dong
Nghi dinh s6 17/2017/ND-CP ngay 17 thang 02 nam 2017 cua Covid-19"""


@dataclass(frozen=True)
class Trained:
    """The outcome of one short training."""

    shards: Path
    out: Path
    words: int
    reports: list[dict[str, Any]]

    def log(self) -> list[dict[str, Any]]:
        return [json.loads(row) for row in (self.out / "training.jsonl").read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module")
def shards(tmp_path_factory: pytest.TempPathFactory, channel: NoisyChannelRestorer, noises: dict[str, Noise],
           clean_passages: list[list[list[str]]]) -> Path:
    """train/ and validation/ of a few passages each."""
    folder = tmp_path_factory.mktemp("shards")
    rng = random.Random(2)
    chosen = random.Random(1).sample(clean_passages, 64)
    regimes: list[Regime] = ["legacy", "scan", "legacy", "stripped"]
    for part, some in (("validation", chosen[:14]), ("train", chosen[14:])):
        (folder / part).mkdir()
        examples = ((regimes[n % 4], damaged(lines, regimes[n % 4], noises, {"tesseract": Sureness([0.9], [0.4])}, rng))
                    for n, lines in enumerate(some))
        save(shard_of(iter(examples), channel), folder / part / "0000.npz")
    return folder


@pytest.fixture(scope="module")
def trained(shards: Path, channel: NoisyChannelRestorer, tmp_path_factory: pytest.TempPathFactory) -> Trained:
    out = tmp_path_factory.mktemp("network")
    reports: list[dict[str, Any]] = []
    train(SETTINGS, shards, out, len(channel.words), None, reports.append, ticking())
    return Trained(shards, out, len(channel.words), reports)


@pytest.fixture(scope="module")
def rows(shards: Path) -> Features:
    """More slots than one window holds."""
    found = load_shard(shards / "validation/0000.npz").rows
    assert len(found) > 2 * WINDOW
    return found


def fresh(words: int) -> Restorer:
    torch.manual_seed(1)
    return Restorer(RestorerConfig(words=words, dropout=0.0, **SIZES)).eval()


def posteriors(model: Restorer, rows: Features, solo: float = 0.0) -> npt.NDArray[np.float32]:
    inputs, _ = tensors([Passage(rows, np.zeros(len(rows), np.int8), 0)], "cpu")
    with torch.no_grad():
        scores = model(**inputs, solo=torch.full_like(inputs["present"], solo))[0]
    found: npt.NDArray[np.float32] = scores.softmax(-1).numpy()
    return found


# --- passages and batches ---------------------------------------------------------------------------------------


def test_cutting_and_batching(shards: Path) -> None:
    found = read(shards / "train", SETTINGS.window)
    whole = load_shard(shards / "train/0000.npz")
    assert sum(len(p.label) for p in found) >= len(whole.label)
    assert max(len(p.label) for p in found) <= SETTINGS.window
    groups = list(batches(found, SETTINGS.slots, random.Random(0)))
    assert sorted(id(p) for group in groups for p in group) == sorted(map(id, found))
    assert all(len(g) * max(len(p.label) for p in g) <= SETTINGS.slots + 12 * len(g) for g in groups)
    assert [list(map(id, g)) for g in batches(found, SETTINGS.slots, random.Random(0))] == [
        list(map(id, g)) for g in groups
    ]


def test_passages_without_a_label_are_left_out(rows: Features) -> None:
    label = np.full(len(rows), IGNORED, np.int8)
    label[-1] = NONE
    shard = Shard(rows, label, np.array([len(rows) - 5, 5], np.int32), np.array([0, 1], np.uint8))
    assert [(len(p.label), p.regime) for p in cut(shard, 96)] == [(5, 1)]


def test_what_is_ignored_does_not_count(rows: Features) -> None:
    scores = torch.zeros(1, 3, WIDTH + 1)
    scores[0, 0, 2] = 5.0
    label = torch.tensor([[2, IGNORED, NONE]])
    changed = scores.clone()
    changed[0, 1] = torch.randn(WIDTH + 1)
    assert loss_of(scores, label) == loss_of(changed, label)


# --- an untrained network ---------------------------------------------------------------------------------------


def test_untrained_it_leaves_the_draft_as_it_is(channel: NoisyChannelRestorer, rows: Features) -> None:
    found = posteriors(fresh(len(channel.words)), rows)
    draft = np.exp(rows.prior.astype(np.float64))
    assert (found[:, :WIDTH].argmax(-1) == 0).all()
    order = np.diff(found[:, :WIDTH], axis=-1)
    assert (order <= 1e-6).all()  # the draft's ranking, best first, all the way down
    sure = draft.sum(-1) > 0.99
    assert np.allclose(found[sure, :WIDTH], draft[sure] * (1 - found[sure, WIDTH:]), atol=2e-2)
    assert found[sure, WIDTH].max() < 0.03


def test_alone_it_does_not_see_the_draft(channel: NoisyChannelRestorer, rows: Features) -> None:
    model, some = fresh(len(channel.words)), rows.rows(0, 60)
    with torch.no_grad():
        model.query.weight.normal_(0, 0.3)
    other = Features(**{**vars(some), "prior": np.where(some.prior > -13, -1.0, some.prior).astype(np.float16)})
    assert np.allclose(posteriors(model, some, solo=1.0), posteriors(model, other, solo=1.0), atol=1e-6)
    assert not np.allclose(posteriors(model, some), posteriors(model, other), atol=1e-3)


def test_padding_changes_nothing(trained: Trained, rows: Features) -> None:
    model = Restorer.from_pretrained(trained.out / "best").eval()
    short, long = (Passage(r, np.zeros(len(r), np.int8), 0) for r in (rows.rows(0, 20), rows.rows(20, 90)))
    inputs, _ = tensors([short, long], "cpu")
    with torch.no_grad():
        both = model(**inputs, solo=torch.zeros_like(inputs["present"])).softmax(-1).numpy()
    assert np.allclose(both[0, :20], posteriors(model, short.rows), atol=1e-5)
    assert np.allclose(both[1], posteriors(model, long.rows), atol=1e-5)


# --- training ---------------------------------------------------------------------------------------------------


def test_it_learns(trained: Trained) -> None:
    validation = read(trained.shards / "validation", SETTINGS.window)
    untrained = look(fresh(trained.words), validation, SETTINGS, "cpu")
    log = trained.log()
    best = min(record["loss"] for record in log)
    assert best < 0.97 * untrained["loss"]
    assert trained.reports[0]["validation_slots"] == sum(len(p.label) for p in validation)
    assert trained.reports[1:] == log
    again = look(Restorer.from_pretrained(trained.out / "best"), validation, SETTINGS, "cpu")
    assert again["loss"] == pytest.approx(best, abs=2e-4)
    assert again["regimes"].keys() == {"legacy", "scan", "stripped"}
    for count, draft, both, alone in again["regimes"].values():
        assert count > 0 and 0 <= alone <= 1
        assert both > draft - 0.02


def test_the_log_tells_how_it_went(trained: Trained) -> None:
    log = trained.log()
    for name in ("step", "seconds", "slots"):
        values = [record[name] for record in log]
        assert values == sorted(values) and values[-1] > 0
    assert [record["best"] for record in log] == [
        min(r["loss"] for r in log[: n + 1]) for n in range(len(log))
    ]
    assert {"config.json", "model.safetensors"} <= {p.name for p in (trained.out / "best").iterdir()}
    assert (trained.out / "done").is_file() and not list(trained.out.glob("*.part"))


def test_it_goes_on_from_its_checkpoint(trained: Trained, tmp_path: Path) -> None:
    for name in (CHECKPOINT, "training.jsonl"):
        (tmp_path / name).write_bytes((trained.out / name).read_bytes())
    before = trained.log()[-1]
    more = SETTINGS.model_copy(update={"minutes": before["seconds"] / 60 + 0.02})
    train(more, trained.shards, tmp_path, trained.words, None, lambda _: None, ticking())
    after = Trained(trained.shards, tmp_path, trained.words, []).log()
    assert after[: len(trained.log())] == trained.log()
    last = after[-1]
    assert last["step"] > before["step"] and last["slots"] > before["slots"]
    assert before["seconds"] < last["seconds"] < before["seconds"] + 60
    assert last["best"] <= before["best"]
    assert last["loss"] < 1.2 * before["loss"]  # it did not begin anew


def test_it_ends_without_gain(trained: Trained, tmp_path: Path) -> None:
    settings = SETTINGS.model_copy(update={"minutes": 60.0, "rate": 0.0, "look_every": 0.0, "patience": 2})
    train(settings, trained.shards, tmp_path, trained.words, None, lambda _: None, ticking())
    log = Trained(trained.shards, tmp_path, trained.words, []).log()
    assert [record["waited"] for record in log] == [0, 1, 2, 3]


@pytest.mark.parametrize("missing", ["train", "validation"])
def test_nothing_to_train_on_is_said(shards: Path, tmp_path: Path, missing: str) -> None:
    for part in {"train", "validation"} - {missing}:
        (tmp_path / part).symlink_to(shards / part)
    (tmp_path / missing).mkdir()
    with pytest.raises(InputError, match="no examples"):
        train(SETTINGS, tmp_path, tmp_path / "out", 20_000, None, lambda _: None)


def test_word_vectors_to_begin_with(tmp_path: Path, trained: Trained) -> None:
    """Words that stand in the same places get alike vectors, and the network begins with them."""
    rng = np.random.default_rng(1)
    pairs = rng.integers(0, 4, 6000)  # words 2·k and 2·k + 1 both stand before and behind 8 + k
    sequence = np.stack((2 * pairs + rng.integers(0, 2, 6000), 8 + pairs), 1).astype(np.uint16).ravel()
    found = embeddings.vectors(sequence, 12, 4)
    unit = found / np.linalg.norm(found, axis=1, keepdims=True)
    likeness = unit @ unit.T - 9 * np.eye(12)
    assert likeness[:8, :8].argmax(1).tolist() == [1, 0, 3, 2, 5, 4, 7, 6]

    vectors = tmp_path / "vectors.npy"
    np.save(vectors, rng.normal(size=(trained.words, SIZES["embedding"])).astype(np.float32))
    nothing = SETTINGS.model_copy(update={"minutes": 1e-9})
    train(nothing, trained.shards, tmp_path / "out", trained.words, vectors, lambda _: None, ticking())
    model = Restorer.from_pretrained(tmp_path / "out/best")
    assert np.allclose(model.words.weight.detach().numpy(), 0.3 * np.load(vectors), atol=1e-6)


# --- export and run time ----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def exported(trained: Trained, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The network as it ships."""
    path = tmp_path_factory.mktemp("exported") / NETWORK
    export(trained.out / "best", path)
    return path


@pytest.mark.parametrize("solo", [False, True])
@pytest.mark.parametrize("count", [1, 7, WINDOW])
def test_the_export_says_the_same(trained: Trained, exported: Path, rows: Features, count: int, solo: bool) -> None:
    some = rows.rows(0, count)
    expected = posteriors(Restorer.from_pretrained(trained.out / "best").eval(), some, solo=float(solo))
    found = Network(exported).posteriors(some, solo=solo)
    assert np.abs(found - expected).max() < 5e-3
    assert (found.argmax(-1) == expected.argmax(-1)).mean() > 0.98


def test_weights_are_stored_in_half_precision(trained: Trained, exported: Path) -> None:
    whole = (trained.out / "best" / "model.safetensors").stat().st_size
    assert exported.stat().st_size < 0.6 * whole + 100_000


def test_what_else_is_in_the_batch_changes_nothing(exported: Path, rows: Features) -> None:
    """Windows are computed several at a time; no scale is taken from the others."""
    network = Network(exported)
    together = network.posteriors(rows)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("dau.restore.rescore._MOST", WINDOW)
        apart = network.posteriors(rows)
    assert len(rows) > 2 * WINDOW
    assert np.abs(together - apart).max() < 1e-4


def test_texts_longer_than_a_window(exported: Path, rows: Features) -> None:
    network = Network(exported)
    found = network.posteriors(rows)
    assert found.shape == (len(rows), WIDTH + 1)
    assert np.allclose(found.sum(-1), 1, atol=1e-5)
    assert np.abs(found[:100] - network.posteriors(rows.rows(0, WINDOW))[:100]).max() < 1e-4
    assert network.posteriors(rows.rows(0, 0)).shape == (0, WIDTH + 1)
    assert (network.posteriors(rows) == found).all()


@pytest.fixture(scope="module")
def shipped(exported: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder of models as it is installed, with `seq2seq` beside `ngram`."""
    models = tmp_path_factory.mktemp("models")
    (models / "ngram").symlink_to(models_dir() / "ngram")
    made = models / "seq2seq"
    made.mkdir()
    (made / NETWORK).write_bytes(exported.read_bytes())
    (made / FACTS).write_text('{"format": 1, "channel": "ngram"}', encoding="utf-8")
    (made / CALIBRATION).write_text('{"groups": {"legacy": [1.0, 0.0, 0.0]}}', encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DAU_MODELS", str(models))
        yield models


def test_end_to_end(shipped: Path) -> None:
    restorer = restore.load(RestoreSettings(model="seq2seq"))
    assert isinstance(restorer, Seq2SeqRestorer)
    before = lines_of_text(GARBLED)
    after = restorer.restore(before)
    text = "\n".join(line.restored for line in after)
    assert text.startswith("về việc ban hành Kế hoạch triển khai Phong trào thi đua\n“Ngành Thông tin và Tr")
    assert "Nghị định số 17/2017/NĐ-CP ngày 17 tháng 02 năm 2017 của Covid-19" in text
    for old, new in zip(before, after, strict=True):
        assert new.raw == old.raw
        assert guard.violations(new.raw, new.restored) == []
        assert all(w.confidence is None or 0 <= w.confidence <= 1 for w in new.words)
    assert restorer.restore(before) == after


def test_the_doubt_that_any_candidate_is_right_is_kept(shipped: Path) -> None:
    restorer = seq2seq.load(shipped / "seq2seq", RestoreSettings())
    for solo in (False, True):
        weighed = restorer.weigh(lines_of_text(GARBLED), solo=solo)
        for choices, run in zip(weighed.choices, weighed.shares, strict=True):
            for options, share in zip(choices, run, strict=True):
                assert len(options) == len(share)
                assert share.min() >= 0 and share.sum() <= 1 + 1e-5


def test_the_digest_tells_models_apart(shipped: Path, tmp_path: Path) -> None:
    base = seq2seq.load(shipped / "seq2seq", RestoreSettings())
    assert base.digest == seq2seq.load(shipped / "seq2seq", RestoreSettings(channel="legacy")).digest
    (tmp_path / "ngram").symlink_to(models_dir() / "ngram")
    other = tmp_path / "seq2seq"
    other.mkdir()
    for path in (shipped / "seq2seq").iterdir():
        (other / path.name).write_bytes(path.read_bytes())
    assert seq2seq.load(other, RestoreSettings()).digest == base.digest
    (other / CALIBRATION).write_text('{"groups": {}}', encoding="utf-8")
    assert seq2seq.load(other, RestoreSettings()).digest not in (base.digest, base.channel.digest)
