"""The contract of an engine, held by each of them; and what is said when one is missing or fails."""

from __future__ import annotations

import stat
from pathlib import Path

import numpy as np
import pytest

from dau.document.errors import DauError, DependencyError, StageTimeout
from dau.document.page import Page
from dau.ocr.engine import Engine
from dau.ocr.tesseract import Tesseract
from dau.training.scores import cer

from .conftest import LINES


def test_lines_are_read_from_top_to_bottom(engine: Engine, page: Page) -> None:
    lines = engine.read(page)
    assert len(lines) == len(LINES)
    assert cer("\n".join(line.text for line in lines), "\n".join(LINES)) <= 0.05
    assert [line.box[1] for line in lines] == sorted(line.box[1] for line in lines)


def test_words_lie_in_their_line_from_left_to_right(engine: Engine, page: Page) -> None:
    for n, line in enumerate(engine.read(page)):
        top = 300 + 70 * n
        assert line.box == pytest.approx((200, top + 5, line.box[2], top + 50), abs=22)
        lefts = [token.box[0] for token in line.tokens]
        assert lefts == sorted(lefts)
        assert all(line.box[0] - 15 <= t.box[0] < t.box[2] <= line.box[2] + 15 for t in line.tokens)
        assert all(0 <= t.confidence <= 1 for t in line.tokens)
        assert not any(" " in t.text or not t.text for t in line.tokens)


def test_known_lines_are_read_in_the_order_asked_for(engine: Engine, page: Page) -> None:
    boxes = [(195.0, 300.0 + 70 * n, 1640.0, 350.0 + 70 * n) for n in (2, 0, 1)]
    lines = engine.read_lines(page.readable, boxes)
    assert [line.box for line in lines] == boxes
    for line, expected in zip(lines, (LINES[2], LINES[0], LINES[1]), strict=True):
        assert cer(line.text, expected) <= 0.06


def test_word_boxes_agree_between_page_and_line(engine: Engine, page: Page) -> None:
    """`Luật` is the third word of the first line wherever its box comes from."""
    whole = engine.read(page)[0]
    alone = engine.read_lines(page.readable, [whole.box])[0]
    assert alone.tokens[2].box[0] == pytest.approx(whole.tokens[2].box[0], abs=12)


def test_nothing_is_read_where_nothing_is(engine: Engine) -> None:
    white = np.full((600, 800), 255, np.uint8)
    bare = Page(number=1, image=white, width=288, height=216, dpi=200)
    assert [t for line in engine.read(bare) for t in line.tokens] == []
    assert engine.read_lines(white, []) == []
    assert engine.read_lines(white, [(10.0, 10.0, 300.0, 50.0)])[0].tokens == ()


def test_boxes_beyond_the_page_do_no_harm(engine: Engine, page: Page) -> None:
    height, width = page.readable.shape
    boxes = [(-50.0, -20.0, 300.0, 40.0), (width - 5.0, height - 5.0, width + 90.0, height + 40.0)]
    assert len(engine.read_lines(page.readable, boxes)) == 2


def test_versions_name_program_and_model(engine: Engine) -> None:
    assert engine.version[0].isdigit() and "(" in engine.version


def test_a_missing_language_is_said_with_what_to_install() -> None:
    with pytest.raises(DependencyError) as caught:
        Tesseract("tlh")
    assert "tlh" in caught.value.message
    assert "apt-get install tesseract-ocr-tlh" in caught.value.advice


def test_a_missing_program_is_said_with_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(DependencyError) as caught:
        Tesseract()
    assert "apt-get install tesseract-ocr tesseract-ocr-vie" in caught.value.advice


def fake(folder: Path, script: str) -> None:
    """A program `tesseract` that answers for languages and version, and runs `script` for a page."""
    program = folder / "tesseract"
    program.write_text(
        "#!/bin/sh\ncase $1 in\n--list-langs) echo 'List of available languages (1):'; echo vie;;\n"
        f"--version) echo 'tesseract 5.3.0';;\n*) {script};;\nesac\n"
    )
    program.chmod(program.stat().st_mode | stat.S_IXUSR)


@pytest.mark.parametrize(
    ("script", "error", "seconds"),
    [
        ("kill -SEGV $$", DauError, 20.0),
        ("echo 'Error in pixReadStream' >&2; exit 1", DauError, 20.0),
        ("exit 0", DauError, 20.0),  # ends well and writes nothing
        ("exec sleep 30", StageTimeout, 0.5),
    ],
    ids=["crash", "error", "no output", "hangs"],
)
def test_a_failing_tesseract_costs_the_page_only(
    script: str, error: type[DauError], seconds: float, page: Page, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    fake(tmp_path, script)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    engine = Tesseract(seconds=seconds)
    with pytest.raises(error):
        engine.read_lines(page.readable, [(195.0, 300.0, 1640.0, 350.0)])
    with pytest.raises(error):
        engine.read(page)
