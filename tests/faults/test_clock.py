"""A clock that jumps (set by hand, by NTP, by a virtual machine that was asleep) loses nothing and hides no change."""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Callable
from datetime import datetime, timedelta, tzinfo
from pathlib import Path

import pytest
from desk import Desk
from test_kill import assert_whole

from dau.archive.manifest import Entry, read
from dau.batch import Pool, scratch

YEAR = 365 * 24 * 3600.0


def forward(_: random.Random, last: float) -> float:
    return last + YEAR


def backward(_: random.Random, last: float) -> float:
    return last - YEAR / 12


def wild(chance: random.Random, _: float) -> float:
    return chance.uniform(-20 * YEAR, 20 * YEAR)


class Clock:
    """The wall clock, off by something else each time it is read."""

    def __init__(self, jump: Callable[[random.Random, float], float]) -> None:
        self._jump, self._chance, self._off, self._real = jump, random.Random(7), 0.0, time.time_ns

    def time_ns(self) -> int:
        self._off = self._jump(self._chance, self._off)
        return max(0, self._real() + int(self._off * 1e9))

    def time(self) -> float:
        return self.time_ns() / 1e9

    def now(self, zone: tzinfo | None = None) -> datetime:
        return datetime.fromtimestamp(0, zone) + timedelta(seconds=min(self.time(), 100 * YEAR))


@pytest.fixture(params=[forward, backward, wild])
def clock(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Clock:
    jumpy = Clock(request.param)
    monkeypatch.setattr(time, "time_ns", jumpy.time_ns)
    monkeypatch.setattr(time, "time", jumpy.time)
    monkeypatch.setattr(sys.modules["dau.batch.run"], "datetime", jumpy)  # the package has a function of that name
    return jumpy


@pytest.mark.parametrize("originals", ["link", "copy", "none"])
def test_every_change_is_seen_and_nothing_done_twice(desk: Desk, clock: Clock, originals: str) -> None:
    for text in ("one", "two", "six"):  # of one size: only the times tell them apart
        path = desk.inputs / "a.txt"
        path.unlink(missing_ok=True)
        desk.put("a.txt", text)
        desk.put("b.txt", "always the same")
        assert desk.run(originals=originals).statuses["failed"] == 0
        assert text.encode() in desk.documents().values()
        assert desk.run(originals=originals).statuses == {}, "the second time there is nothing to do"
        assert desk.problems() == []
    events = [e.line.event for e in read(desk.archive / "manifest.jsonl") if isinstance(e, Entry)]
    assert events.count("received") == events.count("outcome") == 4


@pytest.mark.parametrize("clock", [wild], indirect=True)
def test_neither_the_pool_nor_its_time_limit_minds(desk: Desk, clock: Clock) -> None:
    for number in range(4):
        desk.put(f"{number}.txt", f"{number}")
    assert desk.run(runner=Pool(1, time_limit=30)).statuses == {"success": 4}
    assert_whole(desk, 4)


def test_the_folder_of_a_living_run_is_not_swept(clock: Clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    alive = scratch.Scratch()
    scratch.sweep()
    assert alive.path.exists()
    alive.remove()
