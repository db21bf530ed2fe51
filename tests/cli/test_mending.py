"""Whatever `dau verify` finds can be mended as it says, and is proven then."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

import pytest

from dau.archive.manifest import FILE_NAME
from dau.archive.remedies import REMEDIES
from dau.archive.verify import Code
from dau.cli.app import exit_code

from .conftest import GOOD


@dataclass
class Work:
    """An archive of two texts that lie in `inbox`, and `copy`, a copy of it from before the damage."""

    inbox: Path
    archive: Path
    copy: Path
    capture: pytest.CaptureFixture[bytes]

    def run(self, *arguments: Path | str) -> int:
        named = [str(each) for each in arguments or (self.inbox,)]
        return exit_code(["run", *named, "--out", str(self.archive), "--runner", "serial", "--quiet"])

    def verify(self) -> dict[str, Any]:
        self.capture.readouterr()
        code = exit_code(["verify", str(self.archive), "--json"])
        found: dict[str, Any] = json.loads(self.capture.readouterr().out)
        assert found["proven"] == (code == 0)
        return found

    def one(self, pattern: str) -> Path:
        return sorted(self.archive.glob(pattern))[0]

    def rewrite(self, change: Callable[[list[bytes]], list[bytes]]) -> None:
        path = self.archive / FILE_NAME
        path.write_bytes(b"".join(change(path.read_bytes().splitlines(keepends=True))))


@pytest.fixture
def work(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> Work:
    done = Work(tmp_path / "inbox", tmp_path / "A", tmp_path / "copy", capfdbinary)
    done.inbox.mkdir()
    for name in ("một", "hai"):
        (done.inbox / f"{name}.txt").write_text(f"{GOOD}{name}\n", encoding="utf-8")
    assert done.run() == 0
    shutil.copytree(done.archive, done.copy)
    return done


def named_lines(work: Work) -> set[int]:
    """Numbers of the lines of the manifest that `verify` names."""
    places = [each["path"].partition(f"{FILE_NAME}:") for each in work.verify()["discrepancies"]]
    return {int(number) for before, _, number in places if not before and number}


def without_the_lines(work: Work) -> None:
    named = named_lines(work)
    assert named
    work.rewrite(lambda rows: [row for number, row in enumerate(rows, 1) if number not in named])
    assert work.run() == 0


def from_the_copy(work: Work) -> None:
    shutil.copy(work.copy / FILE_NAME, work.archive / FILE_NAME)


def moved_out(work: Work) -> None:
    """What is named in documents/ and originals/, and is no file of a run, out of the archive."""
    for each in work.verify()["discrepancies"]:
        path = work.archive / each["path"]
        path.rename(work.archive.parent / f"out-{path.name}")


def made_anew(work: Work) -> None:
    inside = [each for each in work.verify()["discrepancies"] if each["path"].startswith("documents/")]
    for each in inside:
        folder = work.archive / "documents" / Path(each["path"]).parts[1]
        if folder.is_dir():
            folder.rename(work.archive.parent / folder.name)
    assert work.run() == 0


def made_anew_from_the_original(work: Work) -> None:
    """Likewise where the input is gone."""
    name = Path(work.verify()["discrepancies"][0]["path"]).parts[1]
    shutil.rmtree(work.archive / "documents" / name)
    shutil.rmtree(work.inbox)
    assert work.run(*work.archive.glob(f"originals/{name[:16]}.*")) == 0


def put_back(work: Work) -> None:
    for each in work.verify()["discrepancies"]:
        shutil.copy(work.copy / each["path"], work.archive / each["path"])


def run_again(work: Work) -> None:
    assert work.run() == 0


def tried_again(work: Work) -> None:
    assert work.run(work.inbox, "--retry-failed") == 0


Step = Callable[[Work], object]
CASES: list[tuple[str, Step, Step, set[Code]]] = [
    ("receipt spoilt", lambda w: w.rewrite(lambda r: [b"{}\n", *r[1:]]), without_the_lines,
     {"manifest_line_damaged", "manifest_order"}),
    ("outcome spoilt", lambda w: w.rewrite(lambda r: [*r[:-1], b"\0\0\n"]), without_the_lines,
     {"manifest_line_damaged", "outcome_missing", "leftover"}),
    ("receipt lost", lambda w: w.rewrite(lambda r: r[1:]), without_the_lines, {"manifest_order"}),
    ("outcome twice", lambda w: w.rewrite(lambda r: [*r, r[-1]]), without_the_lines, {"manifest_order"}),
    ("receipt twice", lambda w: w.rewrite(lambda r: [r[0], *r]), without_the_lines, {"manifest_order"}),
    ("lines spoilt, a copy there", lambda w: w.rewrite(lambda r: [b"{}\n"] * 2), from_the_copy,
     {"manifest_line_damaged", "folder_unknown", "original_unknown"}),
    ("outcome lost", lambda w: w.rewrite(lambda r: r[:-1]), run_again,
     {"outcome_missing", "leftover"}),
    ("outcome without status", lambda w: w.rewrite(
        lambda r: [r[0], b'{"event":"outcome"' + r[0].removeprefix(b'{"event":"received"'), *r[2:]]
    ), tried_again, {"outcome_incomplete", "folder_unknown"}),
    ("outcome without files", lambda w: w.rewrite(
        lambda r: [r[0], re.sub(rb'"files":{[^}]*}', b'"files":{}', r[1]), *r[2:]]
    ), made_anew, {"outcome_incomplete", "file_unknown"}),
    ("text changed", lambda w: w.one("documents/*/text.txt").write_bytes(b"x"), made_anew, {"file_changed"}),
    ("text changed, input gone", lambda w: w.one("documents/*/text.txt").write_bytes(b"x"),
     made_anew_from_the_original, {"file_changed"}),
    ("text gone", lambda w: w.one("documents/*/text.txt").unlink(), made_anew, {"file_missing"}),
    ("no JSON", lambda w: w.one("documents/*/transcript.json").write_bytes(b"{"), made_anew,
     {"file_changed", "schema"}),
    ("folder gone", lambda w: shutil.rmtree(w.one("documents/*")), made_anew, {"folder_missing"}),
    ("stray file", lambda w: (w.one("documents/*") / "Thumbs.db").touch(), moved_out, {"file_unknown"}),
    ("stray folder", lambda w: (w.archive / "documents/x").mkdir(), moved_out, {"folder_unknown"}),
    ("stray original", lambda w: (w.archive / "originals/x.pdf").touch(), moved_out, {"original_unknown"}),
    ("leftover", lambda w: (w.archive / "documents/.tmp-x").mkdir(), run_again, {"leftover"}),
    ("original changed", lambda w: w.one("originals/*").write_bytes(b"x"), put_back, {"original_changed"}),
    ("original gone", lambda w: w.one("originals/*").unlink(), put_back, {"original_missing"}),
]


@pytest.mark.parametrize(("damage", "mend", "codes"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_what_is_found_is_mended_as_it_says(work: Work, damage: Step, mend: Step, codes: set[Code]) -> None:
    damage(work)
    found = work.verify()
    assert {each["code"] for each in found["discrepancies"]} == codes == found["advice"].keys()
    mend(work)
    assert work.verify()["discrepancies"] == []


def test_there_is_advice_for_every_kind() -> None:
    assert set(get_args(Code)) == REMEDIES.keys()


def test_the_input_behind_a_damage_is_named(work: Work) -> None:
    work.one("originals/*").write_bytes(b"x")
    work.one("documents/*/text.txt").write_bytes(b"x")
    for each in work.verify()["discrepancies"]:
        assert str(work.inbox) in each["message"]


def test_the_manifest_only_grows_and_shows_it(work: Work) -> None:
    """What docs/archive.md says: the first bytes of the manifest stay what they were noted to be."""
    before = work.verify()["manifest"]
    (work.inbox / "ba.txt").write_text(f"{GOOD}ba\n", encoding="utf-8")
    assert work.run() == 0
    after = work.verify()["manifest"]
    data = (work.archive / FILE_NAME).read_bytes()
    assert (before["lines"], after["lines"]) == (4, 6) and after["bytes"] == len(data)
    assert hashlib.sha256(data[: before["bytes"]]).hexdigest() == before["sha256"] != after["sha256"]
    work.capture.readouterr()
    assert exit_code(["verify", str(work.archive)]) == 0
    assert after["sha256"] in work.capture.readouterr().out.decode()
