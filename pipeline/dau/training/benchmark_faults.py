"""Benchmark of faults: a run killed with SIGKILL at random moments, again and again, and what it cost.

Each round adds inputs to the folder, starts `dau run` over it and kills it: its leading process alone, or all of its
processes at once, or one worker, whose run must go on by itself. After each kill the archive is examined: what the
manifest names must be there, whole; nothing may be under its final name in part. One last run must end with exactly
one outcome for each input, the same bytes as a run that nobody disturbed, and a proof by `dau verify`.
"""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil

from dau.archive.manifest import Entry, read
from dau.archive.verify import verify
from dau.document.errors import DauError

from .benchmark_soak import LIGHT, make_inputs

_ROUND = 40  # inputs added before each kill
_UNHARMED = frozenset({"outcome_missing", "leftover"})
"""What `verify` may say after a kill: work under way, and the temporary names it had."""
_WAYS = ("leader", "leader", "all", "worker")
_PROMISED = ("document.json", "transcript.json", "text.txt", "raw.txt")


@dataclass
class Toll:
    """What the kills cost: inputs without an outcome at the end, with several, and things found in part."""

    kills: Counter[str] = field(default_factory=Counter)
    moments: list[float] = field(default_factory=list)
    half_written: list[str] = field(default_factory=list)
    survivors: int = 0
    inputs: int = 0
    lost: int = 0
    doubled: int = 0
    different: int = 0
    proof: list[str] = field(default_factory=list)


def benchmark_faults(kills: int, jobs: int = 2, seed: int = 1423) -> str:
    """Markdown: `kills` runs killed at random moments, and the sum of the damage."""
    with TemporaryDirectory(prefix="dau-faults-") as folder:
        root = Path(folder)
        (root / "settings.toml").write_text(LIGHT.format(pdf="false"), encoding="utf-8")
        toll = Toll()
        chance = random.Random(seed)
        for number in range(kills):
            toll.inputs = (number + 1) * _ROUND
            make_inputs(root / "in", toll.inputs, 0)
            _killed_run(_command(root, "A", jobs), root / "A", _WAYS[number % len(_WAYS)], chance, toll)
        _finish(root, jobs, toll)
    return _table(toll)


def _command(root: Path, archive: str, jobs: int) -> list[str]:
    options = ["--settings", str(root / "settings.toml"), "--jobs", str(jobs), "--quiet"]
    return [sys.executable, "-m", "dau.cli", "run", str(root / "in"), "--out", str(root / archive), *options]


def _killed_run(command: Sequence[str], archive: Path, way: str, chance: random.Random, toll: Toll) -> None:
    """Start a run, kill what `way` says at a random moment, and look at what is left."""
    manifest = archive / "manifest.jsonl"
    before = manifest.stat().st_size if manifest.exists() else 0
    began = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
    if chance.random() < 0.9:  # else while it loads
        _wait_until(lambda: process.poll() is not None or (manifest.exists() and manifest.stat().st_size > before))
    time.sleep(chance.uniform(0.0, 0.6))
    if process.poll() is not None:
        return  # done before it could be killed: not counted
    family = _family(process.pid)
    workers = [member for member in family[1:] if "spawn_main" in " ".join(_words(member))]
    victims = {"leader": family[:1], "all": family, "worker": workers[:1] or family[:1]}[way]
    toll.kills["worker" if victims == workers[:1] and workers else "all" if way == "all" else "leader"] += 1
    toll.moments.append(time.monotonic() - began)
    for victim in victims:
        with suppress(psutil.Error):
            victim.send_signal(signal.SIGKILL)
    if process.wait() != 0 and victims == workers[:1]:
        raise DauError(f"A run whose worker was killed ended with exit code {process.returncode}.")
    _, alive = psutil.wait_procs(family, timeout=30)
    toll.survivors += len(alive)
    if manifest.exists():
        toll.half_written += [f"{found.code} {found.path}" for found in verify(archive) if found.code not in _UNHARMED]


def _finish(root: Path, jobs: int, toll: Toll) -> None:
    """The last run, undisturbed, and one beside it that never was; then the count."""
    for archive in ("A", "B"):
        code = subprocess.run(_command(root, archive, jobs), capture_output=True, check=False).returncode
        if code != 0:
            raise DauError(f"The last run ended with exit code {code}.")
    toll.proof = [f"{found.code} {found.path}" for found in verify(root / "A")]
    entries = [entry.line for entry in read(root / "A" / "manifest.jsonl") if isinstance(entry, Entry)]
    outcomes = Counter(line.source.path for line in entries if line.event == "outcome")
    wanted = {str(path) for path in (root / "in").iterdir()}
    toll.lost = len(wanted - outcomes.keys())
    toll.doubled = sum(1 for count in outcomes.values() if count > 1)
    one, other = (_promised(root / archive) for archive in ("A", "B"))
    toll.different = sum(1 for name in one.keys() | other.keys() if one.get(name) != other.get(name))


def _promised(archive: Path) -> dict[str, bytes]:
    found = (path for path in (archive / "documents").rglob("*") if path.name in _PROMISED)
    return {path.relative_to(archive).as_posix(): path.read_bytes() for path in found}


def _family(pid: int) -> list[psutil.Process]:
    try:
        leader = psutil.Process(pid)
        return [leader, *leader.children(recursive=True)]
    except psutil.Error:
        return []


def _words(process: psutil.Process) -> list[str]:
    try:
        words: list[str] = process.cmdline()
        return words
    except psutil.Error:
        return []


def _wait_until(condition: Callable[[], bool], seconds: float = 60.0) -> None:
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:
        time.sleep(0.005)


def _table(toll: Toll) -> str:
    kills = ", ".join(f"{count} × {_WAY_NAMES[way]}" for way, count in sorted(toll.kills.items()))
    rows = [
        ("kills (SIGKILL)", f"{sum(toll.kills.values())}: {kills}"),
        ("moments", f"{min(toll.moments):.1f} to {max(toll.moments):.1f} s after the start"),
        ("inputs", f"{toll.inputs} texts, {_ROUND} more before each kill"),
        ("lost (no outcome at the end)", _verdict(toll.lost)),
        ("doubled (several outcomes)", _verdict(toll.doubled)),
        ("half-written (found by `verify` after a kill)", _verdict(len(toll.half_written), toll.half_written)),
        ("files that differ from those of a run nobody disturbed", _verdict(toll.different)),
        ("processes that outlived their run", _verdict(toll.survivors)),
        ("discrepancies at the end (`dau verify`)", _verdict(len(toll.proof), toll.proof)),
    ]
    return "\n".join(["| killed and resumed | |", "|---|---|", *(f"| {name} | {value} |" for name, value in rows)])


_WAY_NAMES = {"leader": "the leading process", "all": "all processes at once", "worker": "one worker"}


def _verdict(count: int, examples: Sequence[str] = ()) -> str:
    more = f": {', '.join(examples[:3])}" if examples else ""
    return f"{count} (target 0: {'met' if count == 0 else '**missed**'}){more}"
