"""A document read in portions is the document that one worker reads."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dau import portions
from dau.archive.verify import verify
from dau.cli.app import exit_code
from tests.scan_files import Sheet, Text, jpeg, pdf

SETTINGS = '[ocr]\nengines = ["tesseract"]\n[restore]\nmodel = "ngram"\n[structure]\nunit_model = "none"\n'
PROMISED = ("document.json", "transcript.json", "text.txt", "raw.txt", "searchable.pdf", "pages/")


@pytest.mark.parametrize(("pages", "count"), [(1, 1), (8, 1), (9, 2), (16, 2), (17, 3), (300, 38), (301, 38)])
def test_portions_are_of_a_size_and_leave_nothing_out(pages: int, count: int) -> None:
    wanted = list(range(3, 3 + 2 * pages, 2))
    answer = portions.divided(wanted)
    if answer is None:
        assert count == 1
        return
    numbers = [[int(page) for page in portion.split(",")] for portion in answer.portions]
    assert [page for portion in numbers for page in portion] == wanted and answer.pages == pages
    sizes = [len(portion) for portion in numbers]
    assert len(sizes) == count and max(sizes) <= portions.PAGES and max(sizes) - min(sizes) <= 1


def large_scan() -> bytes:
    """Ten pages: text of the file's own, two scanned ones, one whose image breaks off."""
    sheets = [
        Sheet([Text(90, 160 + 20 * n, f"Căn cứ Luật Tổ chức chính quyền địa phương, trang {page}") for n in range(6)])
        for page in range(1, 8)
    ]
    scanned = [Sheet(jpeg=jpeg(400, 566, seed=n)) for n in range(2)]
    torn = Sheet(jpeg=jpeg(400, 566, seed=3)[:-900])
    return pdf([*sheets[:5], scanned[0], torn, *sheets[5:], scanned[1]])


@pytest.mark.slow
def test_the_same_bytes_and_the_same_outcome(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "large.pdf").write_bytes(large_scan())
    (tmp_path / "settings.toml").write_text(SETTINGS, encoding="utf-8")
    results = []
    for name, options in (("serial", ["--runner", "serial"]), ("pool", ["--jobs", "2"])):
        archive = tmp_path / name
        shared = ["--out", str(archive), "--settings", str(tmp_path / "settings.toml"), "--quiet", *options]
        assert exit_code(["run", str(tmp_path / "in"), *shared]) == 1
        assert list(verify(archive)) == []
        results.append((promised(archive), last_outcome(archive), events(archive)))
    (one, outcome, steps), (other, divided, shared_steps) = results
    assert one == other and any("/pages/0010.webp" in name for name in one)
    assert outcome == divided
    assert outcome["status"] == "partial" and outcome["pages"]["7"] == "failed"
    assert [step for step in shared_steps if step != "opened"] == [step for step in steps if step != "opened"]
    assert (steps.count("opened"), shared_steps.count("opened")) == (1, 2)


def promised(archive: Path) -> dict[str, bytes]:
    found = {path.relative_to(archive).as_posix(): path for path in archive.glob("documents/**/*") if path.is_file()}
    return {name: path.read_bytes() for name, path in found.items() if name.split("/", 2)[2].startswith(PROMISED)}


def last_outcome(archive: Path) -> dict[str, object]:
    line = dict(json.loads((archive / "manifest.jsonl").read_bytes().splitlines()[-1]))
    return {key: line[key] for key in ("status", "category", "message", "document", "pages", "settings", "engines")}


def events(archive: Path) -> list[str]:
    (path,) = archive.glob("documents/*/events.jsonl")
    return [json.loads(row)["event"] for row in path.read_bytes().splitlines()]
