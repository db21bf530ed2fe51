"""The runners side by side: over one plain function, they must not differ in what they make or say.

All that starts Ray is in this one file: pytest gives a file to one process, so that no two clusters meet.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from conversions import cannot_warm_up, crashes_warming_up, obedient
from desk import Desk
from PIL import Image, ImageDraw, ImageFont
from waiting import processes, wait_for

from dau import convert
from dau.archive.manifest import Entry, read
from dau.archive.outcome import Task
from dau.archive.store import Archive
from dau.archive.verify import verify
from dau.batch import PageDone, Pool, RayRunner, Runner, Serial, require_same_results, run
from dau.document.errors import DauError, DependencyError
from dau.settings import Settings, digest
from dau.training.simulate.fonts import font_path

TEXT = (
    "ỦY BAN NHÂN DÂN\nTỈNH QUẢNG NGÃI\n\nSố: 12/KH-UBND\nQuảng Ngãi, ngày 05 tháng 02 năm 2021\n\nKẾ HOẠCH\n"
    "Phát triển thông tin cơ sở năm 2021\n\n1. Sở Thông tin và Truyền thông chủ trì thực hiện trước ngày 30/9/2021.\n"
)
SAME_BYTES = ("document.json", "transcript.json", "text.txt", "raw.txt", "searchable.pdf", "pages/")
NAMES = ("serial", "pool", "ray")

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def ray_here() -> Iterator[Any]:
    """A cluster of two processors on this machine, for all tests here that do not start one themselves."""
    pytest.importorskip("ray", reason="Ray is not installed: pip install 'dau[ray]'")
    from dau.batch.ray_session import Session

    with Session(None, 2) as session:
        yield session.ray


def runner(name: str, request: pytest.FixtureRequest, time_limit: float | None = None) -> Runner:
    if name == "serial":
        return Serial(time_limit)
    if name == "pool":
        return Pool(2, time_limit)
    request.getfixturevalue("ray_here")
    return RayRunner(2, time_limit=time_limit)


# -- what they make --------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def inputs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Texts, tiny scans, a file twice, a folder that is one document, and what cannot be read."""
    folder = tmp_path_factory.mktemp("runners") / "in"
    folder.mkdir()
    (folder / "text.txt").write_text(TEXT, encoding="utf-8")
    (folder / "garbled.txt").write_text("Quyet dinh so 12 cua Uy ban nhan dan tinh\n", encoding="utf-8")
    pages = [scan("Số: 12/KH-UBND\nngày 05 tháng 02 năm 2021"), scan("Sở Tài chính bố trí kinh phí")]
    pages[0].save(folder / "scan.png", dpi=(150, 150))
    pages[0].save(folder / "two.tif", save_all=True, append_images=pages[1:], dpi=(150, 150))
    (folder / "again.png").write_bytes((folder / "scan.png").read_bytes())
    (folder / "several").mkdir()
    (folder / "several" / "document.toml").write_text('pages = ["b.png", "a.jpg"]\n', encoding="utf-8")
    pages[0].save(folder / "several" / "b.png", dpi=(150, 150))
    pages[1].save(folder / "several" / "a.jpg", dpi=(150, 150))
    (folder / "empty.pdf").touch()
    (folder / "broken.pdf").write_bytes(b"%PDF-1.4\nnothing of the kind")
    os.utime(folder / "scan.png", (1e9, 1e9))
    return folder


def scan(text: str) -> Image.Image:
    """A page of a few lines, 150 dots an inch."""
    image = Image.new("L", (700, 260), 255)
    ImageDraw.Draw(image).multiline_text((40, 60), text, fill=0, font=ImageFont.truetype(font_path("regular"), 34))
    return image


@pytest.fixture(scope="module")
def archives(inputs: Path, request: pytest.FixtureRequest) -> Callable[[str], Path]:
    """The archive a runner makes of the inputs, made when it is first asked for."""
    settings = Settings()
    found = digest(settings, convert.versions(settings))

    def made(name: str) -> Path:
        path = inputs.parent / name
        if not path.exists():
            with Archive.open(path) as archive:
                run([inputs], archive, convert.convert, runner(name, request), settings=settings.model_dump_json(),
                    digest=found)
        return path

    return made


@pytest.mark.parametrize("name", NAMES[1:])
class TestTheSameDocuments:
    """Each runner against the serial one, over the real conversion."""

    def test_the_same_bytes(self, name: str, archives: Callable[[str], Path]) -> None:
        wanted, made = documents(archives("serial")), documents(archives(name))
        assert made == wanted
        kinds = {kind for kind in SAME_BYTES for path in made if f"/{kind}" in path}
        assert kinds == set(SAME_BYTES), "the inputs leave a kind of file untested"

    def test_the_same_outcomes(self, name: str, archives: Callable[[str], Path]) -> None:
        wanted, made = outcomes(archives("serial")), outcomes(archives(name))
        assert made == wanted
        assert Counter(line["status"] for line in made.values()) == {"success": 6, "failed": 2}

    def test_proven(self, name: str, archives: Callable[[str], Path]) -> None:
        assert list(verify(archives(name))) == []


def documents(archive: Path) -> dict[str, bytes]:
    """Every file that is promised to be the same."""
    root = archive / "documents"
    files = (path for path in root.rglob("*") if path.is_file() and path.name != "events.jsonl")
    return {f"/{path.relative_to(root).as_posix()}": path.read_bytes() for path in files}


def outcomes(archive: Path) -> dict[str, dict[str, Any]]:
    """The outcome of each input without times and without the one file that holds times; each has exactly one."""
    found: dict[str, dict[str, Any]] = {}
    for entry in read(archive / "manifest.jsonl"):
        assert isinstance(entry, Entry)
        if entry.line.event == "outcome":
            line = entry.line.model_dump(exclude={"started": True, "seconds": True, "source": {"modified", "changed"}})
            line["files"].pop("events.jsonl", None)
            assert found.setdefault(entry.line.source.path, line) is line, "two outcomes"
    return found


# -- what they say of failures ---------------------------------------------------------------------------------

FAILURES = [
    ("raise", "raise", "internal"),
    ("refuse", "refuse", "input"),
    ("slow", "slow 600", "timeout"),
    ("crash", "crash", "internal"),
    ("exit", "exit", "internal"),
    ("killed", "killed", "capacity"),
    ("sys-exit", "sys-exit", "internal"),
    ("hang", "hang-outside 86397", "timeout"),
]
ALONE = {"crash", "exit", "killed", "once"}
SERIAL = 3
"""So many of them the serial runner outlives."""


LIMIT = 5.0
"""Seconds a document may take; more than a worker needs to start on a busy machine."""


@pytest.fixture(scope="module")
def failures(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Callable[[str], Desk]:
    """What a runner made of documents that end as real engines have been seen to; run when it is first asked for."""
    made: dict[str, Desk] = {}

    def ran(name: str) -> Desk:
        if name not in made:
            desk = made[name] = Desk(tmp_path_factory.mktemp(name))
            for case, text, _ in FAILURES[: SERIAL if name == "serial" else None]:
                desk.put(f"{case}.txt", text)
            for number in range(4):
                desk.put(f"fine-{number}.txt", f"fine {number}")
            if name != "serial":
                desk.put("once.txt", "crash-once")
            desk.run(convert=obedient, runner=runner(name, request, LIMIT))
        return made[name]

    return ran


def said(desk: Desk) -> dict[str, tuple[str, str | None, str | None]]:
    outcomes = {name.removesuffix(".txt"): finished.outcome for name, finished in desk.finished().items()}
    return {name: (outcome.status, outcome.category, outcome.message) for name, outcome in outcomes.items()}


@pytest.mark.parametrize("name", NAMES)
class TestTheSameFailures:
    def test_each_costs_its_own_document(self, name: str, failures: Callable[[str], Desk]) -> None:
        desk = failures(name)
        made = said(desk)
        cases = {case: ("failed", category) for case, _, category in FAILURES if case in made}
        assert len(cases) == SERIAL if name == "serial" else len(FAILURES)
        assert {case: made[case][:2] for case in cases} == cases
        assert {made[other][0] for other in made.keys() - cases.keys()} == {"success"}
        assert desk.problems() == [] and not processes("sleep", "86397")
        assert sum(isinstance(event, PageDone) for event in desk.events) == len(made) - len(cases), "pages are told"

    def test_in_the_same_words(self, name: str, failures: Callable[[str], Desk]) -> None:
        """As the pool; of a time limit and an exception, the serial runner too."""
        pool, made = said(failures("pool")), said(failures(name))
        assert made == {case: pool[case] for case in made}

    def test_few_are_in_flight(self, name: str, failures: Callable[[str], Desk]) -> None:
        """Received lines, and so what a kill leaves to be done again, stay within twice the number of jobs; those
        that wait to be tried alone come on top."""
        desk = failures(name)
        open_inputs = most = alone = 0
        for row in desk.manifest().splitlines():
            line = json.loads(row)
            open_inputs += 1 if line["event"] == "received" else -1
            alone += line["event"] == "received" and Path(line["source"]["path"]).stem in ALONE
            most = max(most, open_inputs - alone)
        assert 1 <= most <= (1 if name == "serial" else 4)


# -- what only a cluster can do --------------------------------------------------------------------------------


def test_workers_that_are_unfit_end_the_run(desk: Desk, ray_here: Any) -> None:
    desk.put("a.txt", "fine")
    with pytest.raises(DependencyError, match=r"On .*: Tesseract is missing\. Install"):
        desk.run(runner=RayRunner(1, warm=cannot_warm_up))
    with pytest.raises(DauError, match="Workers cannot start"):
        desk.run(runner=RayRunner(1, warm=crashes_warming_up))
    assert desk.run(runner=Serial()).statuses == {"success": 1}
    assert desk.problems() == []


def test_a_machine_with_other_engines_is_refused() -> None:
    settings = Settings()
    versions = convert.versions(settings)
    require_same_results(settings.model_dump_json(), digest(settings, versions))
    with pytest.raises(DependencyError, match=r"not those of the machine that began the run; here: .*tesseract"):
        require_same_results(settings.model_dump_json(), digest(settings, {**versions, "tesseract": "0"}))


def test_a_machine_that_does_not_see_the_archive_ends_the_run(tmp_path: Path, ray_here: Any) -> None:
    task = Task(tmp_path / "a.txt", "a.txt", "0" * 64, 1, tmp_path / "not-mounted", "0" * 16 + "-" + "0" * 8)
    with pytest.raises(DauError, match=r"On .*: the archive .*not-mounted is not there\. All machines must see it"):
        list(RayRunner(1).run(iter([task]), obedient, lambda task, done, pages: None))


ADDRESSES = ["127.0.0.1:1", "nowhere.invalid:6379", "ray://127.0.0.1:10001", "nonsense"]


@pytest.mark.parametrize("address", ADDRESSES)
def test_no_cluster_at_that_address(tmp_path: Path, address: str) -> None:
    """Told within seconds, by a message with advice; in a process of its own, which knows no other cluster."""
    pytest.importorskip("ray", reason="Ray is not installed: pip install 'dau[ray]'")
    code = (
        "import sys\nfrom dau.batch import RayRunner\nfrom dau.document.errors import DauError\n"
        "try: list(RayRunner(1, sys.argv[1]).run(iter(()), print, print))\n"
        "except DauError as error: sys.stdout.write(str(error))"
    )
    command = [sys.executable, "-c", code, address]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    assert "a machine of the cluster" in done.stdout


def test_an_actor_that_dies_costs_its_own_document(desk: Desk, ray_here: Any) -> None:
    """The actor itself, not its worker: lost once is made good among the others, lost always is a failure."""
    desk.put("always.txt", "kill-above")
    desk.put("once.txt", "kill-above-once")
    for number in range(4):
        desk.put(f"fine-{number}.txt", f"fine {number}")
    summary = desk.run(convert=obedient, runner=RayRunner(2))
    assert summary.statuses == {"success": 5, "failed": 1} and summary.categories == {"internal": 1}
    assert "was lost 3 times" in (desk.finished()["always.txt"].outcome.message or "")
    assert desk.problems() == []


PROGRAM = """
import sys
from pathlib import Path
from conversions import obedient
from desk import Desk
from dau.batch import RayRunner

class Again(Desk):
    def __init__(self, root):
        self.root, self.inputs, self.archive = root, root / "in", root / "A"

if __name__ == "__main__":
    Again(Path(sys.argv[1])).run(convert=obedient, runner=RayRunner(2))
"""


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_ended_from_outside_nothing_of_it_lives_on(desk: Desk, how: signal.Signals, tmp_path: Path) -> None:
    """Ctrl-C as a terminal sends it, to the whole foreground group; and kill -9 of the run alone. (Ray's agents, which
    have nothing of ours, take up to a minute to notice the latter.)"""
    pytest.importorskip("ray", reason="Ray is not installed: pip install 'dau[ray]'")
    seconds = str(86300 + how)
    desk.put("a.txt", f"hang-outside {seconds}")
    desk.put("b.txt", "kill-above-once")  # of which Ray tells
    program = tmp_path / "program.py"
    program.write_text(PROGRAM, encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    process = subprocess.Popen(
        [sys.executable, program, desk.root], env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        start_new_session=True,
    )
    try:
        wait_for(lambda: bool(processes("sleep", seconds)) and b'"status":"success"' in desk.manifest(), 60)
        family = [p for p in psutil.Process(process.pid).children(recursive=True) if not p.name().endswith("Agent")]
        if how is signal.SIGINT:
            os.killpg(process.pid, how)
        else:
            process.kill()
        output, errors = process.communicate(timeout=60)
    finally:
        process.kill()
    assert output == b""
    assert how is signal.SIGKILL or b"KeyboardInterrupt" in errors
    _, alive = psutil.wait_procs(family, timeout=40)
    assert alive == [] and not processes("sleep", seconds)
    desk.put("a.txt", "fine now")
    assert desk.run(convert=obedient, runner=Pool(1, time_limit=2)).total == 2
    assert desk.problems() == []


def test_without_ray_the_package_is_named(tmp_path: Path) -> None:
    """In a process of its own, where importing it fails; exit code 3, and nothing recorded."""
    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")
    code = (
        "import sys; sys.modules['ray'] = None\n"
        "from dau.cli.app import exit_code\n"
        "sys.exit(exit_code(['run', sys.argv[1], '--out', sys.argv[2], '--runner', 'ray', '--quiet']))"
    )
    command = [sys.executable, "-c", code, str(tmp_path / "a.txt"), str(tmp_path / "A")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 3 and "pip install 'dau[ray]'" in done.stderr and done.stdout == ""


def test_the_command_line_prints_nothing_of_rays(tmp_path: Path) -> None:
    """One text by a cluster of its own; only the summary on stdout, nothing on stderr, nothing left behind."""
    pytest.importorskip("ray", reason="Ray is not installed: pip install 'dau[ray]'")
    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")
    (tmp_path / "home").mkdir()
    (tmp_path / "tmp").mkdir()
    environment = {**os.environ, "HOME": str(tmp_path / "home"), "TMPDIR": str(tmp_path / "tmp")}
    arguments = ["run", tmp_path / "a.txt", "--out", tmp_path / "A", "--runner", "ray", "--jobs", "1"]
    command = [sys.executable, "-m", "dau.cli", *map(str, arguments), "--quiet", "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["statuses"] == {"success": 1}
    assert [path.name for folder in ("home", "tmp") for path in (tmp_path / folder).iterdir()] == []


def test_a_machine_that_dies_loses_no_document(tmp_path: Path) -> None:
    """Two machines of one processor each, one of them killed in mid-run; then one joins, and is used."""
    pytest.importorskip("ray", reason="Ray is not installed: pip install 'dau[ray]'")
    inputs = 16
    desk = Desk(tmp_path)
    for number in range(inputs):
        desk.put(f"{number:02}.txt", f"slow 0.6 {number}")
    program = Path(__file__).with_name("cluster.py")
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(
        [sys.executable, program, tmp_path], capture_output=True, text=True, check=False, env=environment, timeout=120
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout.splitlines()[-1])
    assert told["statuses"] == {"success": inputs}
    assert told["lost"] >= 1 and told["attempts"] == inputs + told["lost"], "what was under way on it was done again"
    assert told["workers"] == 3, "one on each machine"
    assert desk.problems() == []
    lines = [entry.line for entry in read(desk.archive / "manifest.jsonl") if isinstance(entry, Entry)]
    assert len(lines) == 2 * inputs and len({(line.source.path, line.event) for line in lines}) == 2 * inputs
