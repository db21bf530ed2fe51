"""Labels: the candidate that is right for every slot, on examples made by hand; shards on disk."""

from __future__ import annotations

import json
import random
from pathlib import Path

import numpy as np
import pytest

from dau.document.transcript import Line, Word, line_id
from dau.resources import models_dir
from dau.restore import RestoreSettings, noisy_channel
from dau.restore.features import KINDS, Features, features
from dau.restore.noisy_channel import NoisyChannelRestorer
from dau.training.corpus import Document, fold, in_validation
from dau.training.examples import Example, Regime, Sureness, Truth, damaged
from dau.training.noise import Noise
from dau.training.shards import IGNORED, NONE, REGIMES, Shard, batches, labelled, load, save, shard_of


@pytest.fixture(scope="module")
def legacy() -> NoisyChannelRestorer:
    return noisy_channel.load(models_dir() / "ngram", RestoreSettings(channel="legacy"))


def example(*rows: tuple[str, list[Truth]]) -> Example:
    """Lines as read, with the truth of their words."""
    lines = [Line(id=line_id(1, n), words=tuple(Word(raw=w, restored=w) for w in text.split()))
             for n, (text, _) in enumerate(rows, 1)]
    return Example(lines, [truth for _, truth in rows])


def named(one: Example, restorer: NoisyChannelRestorer) -> list[str]:
    """The labelled candidate of every slot as text: kind and words."""
    rows, label = labelled(one, restorer)
    out = []
    for n, k in enumerate(label.tolist()):
        if k in (IGNORED, NONE):
            out.append("?" if k == IGNORED else "none")
        else:
            words = dict.fromkeys(restorer.words[t[n, k]] for t in (rows.first, rows.last))
            out.append(" ".join([KINDS[rows.kind[n, k]], *words]))
    return out


@pytest.mark.parametrize(("read", "truth", "expected"), [
    ("viéc", [("việc",)], ["word việc"]),
    ("VIEC", [("VIỆC",)], ["word việc"]),
    ("“phong,chong", [("“phòng,chống",)], ["word phòng", "word chống"]),
    ("hoa binh", [("hòa",), ("bình",)], ["word hoà", "word bình"]),
    ("T hong tin", [("Thông",), (), ("tin",)], ["join thông", "tail thông", "word tin"]),
    ("doankét, chung", [("đoàn", "kết,"), ("chung",)], ["split đoàn kết", "word chung"]),
    ("Zxqwk", [("Zxqwk",)], ["word <unk>"]),  # no word, but it is what stands there
    ("Zxqwk", [("Zxqwh",)], ["none"]),  # no word, and another
    ("ban", [("nghiêng",)], ["none"]),  # out of reach
    ("viéc ban", [None, ("bạn",)], ["?", "word bạn"]),
    ("ngay 16/9/2021", [("ngày",), ("16/9/2021",)], ["word ngày", "?"]),
    ("phong", [("phòng,chống",)], ["?"]),  # other pieces than there are
    ("T hong", [None, ()], ["?", "?"]),
    ("hong tin", [(), ("tin",)], ["?", "word tin"]),  # the word before is on another line
    ("Covid-19", [("Covid-19",)], ["word covid", "?"]),
])
def test_labels(legacy: NoisyChannelRestorer, read: str, truth: list[Truth], expected: list[str]) -> None:
    assert named(example((read, truth)), legacy) == expected


def test_labels_over_lines(legacy: NoisyChannelRestorer) -> None:
    one = example(("vé viéc", [("về",), ("việc",)]), ("", []), ("ban hanh.", [("ban",), ("hành.",)]))
    assert named(one, legacy) == ["word về", "word việc", "word ban", "word hành"]


def test_the_first_candidate_is_nearly_always_right_on_lightly_damaged_text(
    channel: NoisyChannelRestorer, noises: dict[str, Noise], clean_passages: list[list[list[str]]]
) -> None:
    """A label that pointed anywhere else would show here."""
    rng, counts = random.Random(1), np.zeros(NONE + 2, int)
    for n, lines in enumerate(clean_passages[:24]):
        regime: Regime = ("scan", "stripped", "legacy")[n % 3]  # type: ignore[assignment]
        one = damaged(lines, regime, noises, {"tesseract": Sureness()}, rng)
        counts += np.bincount(labelled(one, channel)[1] + 1, minlength=NONE + 2)
    known = counts[1:].sum()
    assert counts[1] > 0.9 * known
    assert counts[NONE + 1] < 0.03 * known
    assert counts[0] < 0.15 * known


def same(a: Shard, b: Shard) -> bool:
    return all(
        (x == y).all() and x.dtype == y.dtype for x, y in
        [(a.label, b.label), (a.lengths, b.lengths), (a.regime, b.regime),
         *((getattr(a.rows, n), getattr(b.rows, n)) for n in Features.__dataclass_fields__)]
    )


def test_shards_on_disk(tmp_path: Path, legacy: NoisyChannelRestorer) -> None:
    one, two = example(("vé viéc", [("về",), ("việc",)])), example(("", []), ("ban", [("ban",)]))
    shard = shard_of(iter([("legacy", one), ("clean", example(("", []))), ("page vie", two)]), legacy)
    assert shard.lengths.tolist() == [2, 1]
    assert [REGIMES[r] for r in shard.regime] == ["legacy", "page vie"]
    save(shard, tmp_path / "0001.npz")
    assert same(load(tmp_path / "0001.npz"), shard)
    assert [p.name for p in tmp_path.iterdir()] == ["0001.npz"]
    rows, _ = features(legacy.weigh(one.lines))
    assert (shard.rows.first[:2] == rows.first).all()


def test_documents_too_short_for_a_passage_give_an_empty_shard(tmp_path: Path, legacy: NoisyChannelRestorer) -> None:
    empty = shard_of(iter([]), legacy)
    save(empty, tmp_path / "0001.npz")
    assert same(load(tmp_path / "0001.npz"), empty)
    assert (len(empty.label), len(empty.lengths), len(empty.rows)) == (0, 0, 0)


def test_parts_of_the_corpus(tmp_path: Path) -> None:
    corpus, held = tmp_path / "corpus", tmp_path / "held"
    corpus.mkdir()
    held.mkdir()
    passage = " ".join(f"chữ{n}" for n in range(40))
    (held / "dev_legacy.jsonl").write_text(json.dumps({"reference": passage}) + "\n", encoding="utf-8")
    (held / "dev_stripped.txt").write_text("", encoding="utf-8")
    for n in range(400):
        (corpus / f"{n:03d}.txt").write_text(passage if n % 7 == 0 else "một hai ba", encoding="utf-8")
    found = {part: [d.id for group in batches(corpus, held, part) for d in group] for part in ("train", "validation")}
    every = [Document(f"{n:03d}", "", "", "") for n in range(400) if n % 7]
    for part, ids in found.items():
        assert ids == [d.id for d in every if fold(d) == 0 and in_validation(d) == (part == "validation")]
    assert 30 < len(found["train"]) < 120 and 0 < len(found["validation"]) < 30
