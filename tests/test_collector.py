"""The garbage collector is settled where a process begins to work, and parsing leaves it alone."""

import gc
from collections.abc import Iterator

import pytest

from dau.archive.outcome import Outcome, Task
from dau.batch.serial import Serial
from dau.collector import settle
from dau.document.transcript import Transcript
from dau.structure import parse


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    thresholds, running = gc.get_threshold(), gc.isenabled()
    yield
    gc.unfreeze()
    gc.set_threshold(*thresholds)
    (gc.enable if running else gc.disable)()


def test_what_is_loaded_is_left_out_and_the_collector_goes_on() -> None:
    settle()
    assert gc.isenabled()
    assert gc.get_freeze_count() > 1000
    assert gc.get_threshold()[0] > 700


@pytest.mark.parametrize("running", [True, False])
def test_parsing_leaves_the_collector_alone(running: bool) -> None:
    (gc.enable if running else gc.disable)()
    before = gc.get_threshold(), gc.get_freeze_count()
    parse(Transcript())
    assert gc.isenabled() is running
    assert (gc.get_threshold(), gc.get_freeze_count()) == before


def test_a_run_in_this_process_settles_it() -> None:
    def convert(task: Task) -> Outcome:
        raise AssertionError

    assert list(Serial().run([], convert, lambda *_: None)) == []
    assert gc.get_freeze_count() > 1000
