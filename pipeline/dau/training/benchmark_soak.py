"""Benchmark of endurance: thousands of small documents into one archive, which must get neither slower nor larger.

The documents are short texts, and some tiny page images where wanted, made on the spot from their number. They cost
little to convert, so that what is measured is the run itself: manifest, state, syncs, folders, changes of workers.

The processors of a shared machine change their own speed by a fifth within minutes. A fixed piece of work beside the
run, timed by the processor seconds it takes, shows that speed; the pace of the run is judged against it.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import threading
import time
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from statistics import fmean, median
from tempfile import TemporaryDirectory
from typing import TypeVar

import psutil
from PIL import Image, ImageDraw, ImageFont

from dau.document.errors import DauError

from .measure import verdict_of

LEAST_PACE = 0.95
"""Documents a second in the last tenth of a run, of those in the first."""
MOST_MEMORY = 1.10
"""Peak memory in the last tenth of a run, of that in the second, when all is loaded."""
MOST_RESUME = 5.0
"""Seconds for a run that finds everything done."""
_ROUNDS = 9
"""Times that some more documents go into the full archive and into an empty one, by turns."""
_SAMPLE_SECONDS = 1.0
Number = TypeVar("Number", int, float)
_PARTS = 10

LIGHT = """[ocr]
engines = ["tesseract"]
[restore]
model = "ngram"
[structure]
unit_model = "none"
[pdf]
make = {pdf}
"""
"""Settings under which little is loaded and a document takes some hundredths of a second."""


@dataclass(frozen=True)
class Sample:
    """A look at a run: Unix time; resident bytes of all its processes and of the first alone; processor seconds of
    all, those that have ended included; `load`: processes of the whole machine that want a processor; `yardstick`:
    processor seconds of a piece of work that is always the same."""

    at: float
    memory: int
    leader: int
    cpu: float
    load: float = 0.0
    yardstick: float = 1.0


@dataclass(frozen=True)
class Measured:
    """A command of the command line: its exit code, stdout and wall seconds, and the samples taken meanwhile."""

    code: int
    output: str
    seconds: float
    samples: Sequence[Sample]


def benchmark_soak(documents: int, images: int = 0, pdf: bool = False, jobs: int = 2) -> str:
    """Markdown: pace and memory over a run of `documents` inputs (`images` of them pages to be read), a second run over
    the complete archive, and the proof of it."""
    with TemporaryDirectory(prefix="dau-soak-") as folder:
        root = Path(folder)
        make_inputs(root / "in", documents, images)
        (root / "settings.toml").write_text(LIGHT.format(pdf=str(pdf).lower()), encoding="utf-8")
        options = ["--settings", str(root / "settings.toml"), "--jobs", str(jobs), "--quiet", "--json"]
        command = ["run", str(root / "in"), "--out", str(root / "A"), *options]
        first, again = _dau(command), _dau(command)
        proof = _dau(["verify", str(root / "A")])
        ends = _ends(root / "A")
        full, empty = _by_turns(root, max(20, documents // 50), documents, options)
    what = f"{documents - images} texts, {images} page images{' with searchable.pdf' if pdf else ''}, --jobs {jobs}"
    return _table(what, documents, first, again, proof, ends) + "\n" + _turns_row(full, empty)


def _by_turns(root: Path, count: int, after: int, options: Sequence[str]) -> tuple[list[float], list[float]]:
    """Documents a second of the full archive and of an empty one, each taking the same `count` new documents of a
    round, in turns: both see the same machine, so that only the size of the archive sets them apart."""
    full: list[float] = []
    empty: list[float] = []
    for turn in range(_ROUNDS):
        inputs = root / f"more-{turn}"
        make_inputs(inputs, count, 0, after + turn * count)
        sides = [(root / "A", full), (root / f"empty-{turn}", empty)]
        for archive, paces in sides if turn % 2 else reversed(sides):  # who comes first must not count either
            done = _dau(["run", str(inputs), "--out", str(archive), *options])
            ends = _ends(archive)[-count:]
            if done.code != 0 or len(ends) != count:
                raise DauError(f"dau run into {archive.name} ended with exit code {done.code}.")
            paces.append((count - 1) / (ends[-1] - ends[0]))
    return full, empty


def _turns_row(full: Sequence[float], empty: Sequence[float]) -> str:
    ratios = sorted(one / other for one, other in zip(full, empty, strict=True))
    name = f"documents a second into this archive and into an empty one, by turns, medians of {len(ratios)}"
    paces = f"{median(full):.1f}, {median(empty):.1f}"
    verdict = _verdict(median(ratios), "≥", LEAST_PACE, "×")
    return f"| {name} | {paces}: {verdict}, from {ratios[0]:.2f} to {ratios[-1]:.2f} |"


def make_inputs(folder: Path, documents: int, images: int, after: int = 0) -> None:
    """Inputs numbered from `after`, all different, the same for the same numbers, added to what the folder has of them;
    the images stand evenly among the texts."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(after + sum(1 for _ in folder.iterdir()), after + documents):
        if (number + 1) * images // documents > number * images // documents:
            page_image(number).save(folder / f"{number:06d}.png", dpi=(200, 200))
        else:
            (folder / f"{number:06d}.txt").write_text(_text(number), encoding="utf-8")


_WHO = ("Sở Tài chính", "Sở Y tế", "Sở Giáo dục và Đào tạo", "Ủy ban nhân dân huyện", "Công an tỉnh", "Sở Nội vụ")
_WHAT = ("bố trí kinh phí thực hiện", "chủ trì, phối hợp với các sở, ngành", "báo cáo kết quả trước ngày 30/9/2021",
         "tuyên truyền sâu rộng trong nhân dân", "kiểm tra, đôn đốc việc thực hiện")  # fmt: skip


def _text(number: int) -> str:
    chance = random.Random(number)
    tasks = [f"{n}. {chance.choice(_WHO)} {chance.choice(_WHAT)}." for n in range(1, chance.randint(3, 8))]
    return (
        "ỦY BAN NHÂN DÂN\nTỈNH QUẢNG NGÃI\n\nCỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc\n\n"
        f"Số: {number + 1}/KH-UBND\nQuảng Ngãi, ngày 05 tháng 02 năm 2021\n\nKẾ HOẠCH\nTriển khai nhiệm vụ năm 2021\n\n"
        + "\n".join(tasks)
        + "\n"
    )


def page_image(number: int) -> Image.Image:
    """A slip of paper with two lines, at 200 dpi."""
    page = Image.new("L", (700, 260), 255)
    draw, font = ImageDraw.Draw(page), ImageFont.load_default(34)
    draw.text((50, 60), f"CONG VAN SO {number + 1}", fill=0, font=font)
    draw.text((50, 140), f"Trang {number * 7919 % 100003} cua ho so", fill=0, font=font)
    return page


class _Watch:
    """Samples a process and all it started until it has ended."""

    def __init__(self, pid: int) -> None:
        self.samples: list[Sample] = []
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, args=(psutil.Process(pid),), daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._ended.set()
        self._thread.join()

    def _watch(self, leader: psutil.Process) -> None:
        while not self._ended.wait(_SAMPLE_SECONDS):
            try:
                self.samples.append(_look(leader))
            except psutil.Error:
                continue


def _look(leader: psutil.Process) -> Sample:
    memory, cpu = 0, 0.0
    for process in (leader, *leader.children(recursive=True)):
        try:
            memory += process.memory_info().rss
            cpu += sum(process.cpu_times()[:4])  # with those of its children that have ended
        except psutil.Error:
            continue
    return Sample(time.time(), memory, leader.memory_info().rss, cpu, os.getloadavg()[0], _yardstick())


def _yardstick() -> float:
    """Processor seconds of some work of the kind that a run does (tables, JSON, compression), some 30 ms."""
    began = time.thread_time()
    for _ in range(40):
        text = json.dumps({str(number): number * number for number in range(800)})
        zlib.compress(text.encode())
        json.loads(text)
    return time.thread_time() - began


def _dau(arguments: list[str]) -> Measured:
    began = time.perf_counter()
    process = subprocess.Popen([sys.executable, "-m", "dau.cli", *arguments], stdout=subprocess.PIPE, text=True)
    watch = _Watch(process.pid)
    output, _ = process.communicate()
    seconds = time.perf_counter() - began
    watch.stop()
    return Measured(process.returncode, output, seconds, watch.samples)


def _ends(archive: Path) -> list[float]:
    """When each outcome of an archive was there (Unix time), in order."""
    ends = []
    for row in (archive / "manifest.jsonl").read_text(encoding="utf-8").splitlines():
        line = json.loads(row)
        if line["event"] == "outcome":
            ends.append(datetime.fromisoformat(line["started"]).timestamp() + line["seconds"])
    return sorted(ends)


def _table(what: str, documents: int, first: Measured, again: Measured, proof: Measured, ends: Sequence[float]) -> str:
    if first.code != 0 or len(ends) != documents:
        raise DauError(f"dau run ended with exit code {first.code} and {len(ends)} of {documents} outcomes.")
    skipped = json.loads(again.output)["skipped"].get("success", 0)
    tenth = max(1, documents // _PARTS)
    spans = (ends[0], ends[tenth]), (ends[-1 - tenth], ends[-1])
    pace = [tenth / (end - start) for start, end in spans]
    effort = [_cpu(first.samples, *span) / tenth for span in spans]
    yardstick = [fmean(_within(first.samples, span, lambda sample: sample.yardstick)) for span in spans]
    early, late = (ends[tenth], ends[2 * tenth]), spans[1]
    tree = [_peak(first.samples, span, lambda sample: sample.memory) for span in (early, late)]
    leader = [_peak(first.samples, span, lambda sample: sample.leader) for span in (early, late)]
    rows = [
        ("inputs", what),
        ("wall time", f"{first.seconds:.0f} s on {os.cpu_count()} cores"),
        ("documents a second, first and last tenth", f"{pace[0]:.1f}, {pace[1]:.1f}: "
         + _verdict(pace[1] / pace[0], "≥", LEAST_PACE, "×")),
        ("the same work beside the run, first and last tenth",
         f"{1000 * yardstick[0]:.1f} ms, {1000 * yardstick[1]:.1f} ms: the machine itself went at "
         f"{yardstick[0] / yardstick[1]:.2f} ×"),
        ("documents in the time of that work, first and last tenth",
         f"{pace[0] * yardstick[0]:.2f}, {pace[1] * yardstick[1]:.2f}: "
         + _verdict(pace[1] * yardstick[1] / (pace[0] * yardstick[0]), "≥", LEAST_PACE, "×")),
        ("processor time a document, by that of the same work, first and last tenth",
         f"{effort[0] / yardstick[0]:.2f}, {effort[1] / yardstick[1]:.2f}: pace "
         + _verdict(effort[0] / yardstick[0] / (effort[1] / yardstick[1]), "≥", LEAST_PACE, "×")),
        ("load of the whole machine, first and last tenth", ", ".join(
            f"{_peak(first.samples, span, lambda sample: sample.load):.1f}" for span in spans)),
        ("peak memory of all processes, second and last tenth", f"{tree[0] >> 20} MiB, {tree[1] >> 20} MiB: "
         + _verdict(tree[1] / max(1, tree[0]), "≤", MOST_MEMORY, "×")),
        ("of these the process that leads the run", f"{leader[0] >> 20} MiB, {leader[1] >> 20} MiB"),
        ("a second run", f"{skipped} skipped, exit code {again.code}: "
         + _verdict(again.seconds, "≤", MOST_RESUME, "s")),
        ("dau verify", f"{proof.seconds:.1f} s, exit code {proof.code}: {verdict_of(proof.output)}"),
    ]  # fmt: skip
    return "\n".join(["| endurance | |", "|---|---|", *(f"| {name} | {value} |" for name, value in rows)])


def _peak(samples: Sequence[Sample], span: tuple[float, float], what: Callable[[Sample], Number]) -> Number:
    return max(_within(samples, span, what))


def _within(
    samples: Sequence[Sample], span: tuple[float, float], what: Callable[[Sample], Number]
) -> Sequence[Number]:
    """Values between two moments; a span shorter than the steps of sampling has that of its nearest sample."""
    inside = [what(sample) for sample in samples if span[0] <= sample.at <= span[1]]
    return inside or [what(min(samples, key=lambda sample: abs(sample.at - span[1])))]


def _cpu(samples: Sequence[Sample], start: float, end: float) -> float:
    """Processor seconds between two moments, to the step of sampling."""
    inside = [sample for sample in samples if start <= sample.at <= end]
    if len(inside) < 2:
        return float("nan")
    return (inside[-1].cpu - inside[0].cpu) / (inside[-1].at - inside[0].at) * (end - start)


def _verdict(value: float, relation: str, target: float, unit: str) -> str:
    met = value >= target if relation == "≥" else value <= target
    return f"{value:.2f} {unit} (target {relation} {target:g} {unit}: {'met' if met else '**missed**'})"
