"""An engine that crashes, hangs, eats memory or talks nonsense costs its own document, whatever it does."""

from __future__ import annotations

from pathlib import Path

import engines
import pytest
from desk import Desk

from dau import settings
from dau.archive.store import Archive
from dau.batch import Finished, Pool, RunSettings, run
from dau.training.benchmark_soak import page_image

SETTINGS = '[ocr]\nengines = ["tesseract"]\n[restore]\nmodel = "ngram"\n[structure]\nunit_model = "none"\n'
LIMIT = 20.0  # seconds; the page of a sound engine takes one, on a machine with other work many more

WANTED = {
    "crash": ("failed", "internal", "crashed with SIGSEGV, twice"),
    "hang": ("failed", "timeout", f"took longer than {LIMIT:g} s"),
    "eat": ("failed", "capacity", "needs more memory than there is"),
    "leave": ("failed", "internal", "SystemExit"),
    "deep": ("failed", "internal", "RecursionError"),
    "raise": ("failed", "internal", "ZeroDivisionError"),
    "memory": ("failed", "capacity", "fewer jobs"),
    "interrupt": ("failed", "internal", "KeyboardInterrupt"),
    "none": ("failed", "internal", "TypeError"),
    "nowhere": ("failed", "internal", "nonsense"),
    "surrogates": ("failed", "internal", "nonsense"),
    "controls": ("failed", "internal", "nonsense"),
    "unsure": ("failed", "internal", "nonsense"),
    "backwards": ("success", None, ""),
    "too sure": ("success", None, ""),
    "empty words": ("success", None, ""),
    "fine": ("success", None, ""),
}


@pytest.mark.slow
def test_an_engine_costs_its_own_document_only(desk: Desk) -> None:
    assert WANTED.keys() == {*engines.ACTS, "fine"}, "every fault has its case"
    for number, name in enumerate(WANTED):
        page_image(number).save(desk.inputs / f"{name}.png", dpi=(200, 200))
    (desk.root / "settings.toml").write_text(SETTINGS, encoding="utf-8")
    finished: dict[str, Finished] = {}

    def note(event: object) -> None:
        if isinstance(event, Finished):
            finished[Path(event.source).stem] = event

    with Archive.open(desk.archive) as archive:
        run(
            [desk.inputs], archive, engines.convert, Pool(2, time_limit=LIMIT, memory_limit=1200 << 20),
            settings=settings.load(desk.root / "settings.toml").model_dump_json(), digest="ab" * 32,
            options=RunSettings(free_space=0), on_event=note,
        )  # fmt: skip
    assert finished.keys() == WANTED.keys()
    for name, (status, category, words) in WANTED.items():
        outcome = finished[name].outcome
        assert (outcome.status, outcome.category) == (status, category), (name, outcome.message)
        assert words in (outcome.message or ""), name
    assert desk.problems() == []
