"""`dau export`: what it writes, says and ends with."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from dau.cli.app import exit_code
from dau.document.directive import DatedText, Directive, DocumentType, Metadata, Node, Number
from dau.export import FORMATS
from tests.export.making import archive_of

Captured = pytest.CaptureFixture[str]


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    numbers = {"12/QĐ-X": "2021-09-06", "13/QĐ-X": None}
    return archive_of(tmp_path / "A", [
        Directive(metadata=Metadata(
            type=DocumentType(name="Quyết định", symbol="QĐ"), number=Number(text=number), issued=DatedText(date=day)
        )) for number, day in numbers.items()
    ])  # fmt: skip


def lines(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_lines(archive: Path, tmp_path: Path, capfd: Captured) -> None:
    out = tmp_path / "out.jsonl"
    assert exit_code(["export", str(archive), "--to", "jsonl", "--out", str(out)]) == 0
    assert len(lines(out)) == 2
    said = capfd.readouterr()
    assert said.out == "" and "2 of 2 documents" in said.err


@pytest.mark.parametrize("to", ["parquet", "csv"])
def test_tables(to: str, archive: Path, tmp_path: Path) -> None:
    assert exit_code(["export", str(archive), "--to", to, "--out", str(tmp_path / "out")]) == 0
    two = ["--out", str(tmp_path / "two"), "--table", "tasks", "--table", "nodes"]
    assert exit_code(["export", str(archive), "--to", to, *two]) == 0
    assert {path.name for path in (tmp_path / "two").iterdir()} == {"export.json", f"tasks.{to}", f"nodes.{to}"}


def test_selection(archive: Path, tmp_path: Path, capfd: Captured) -> None:
    out = tmp_path / "out.jsonl"
    arguments = ["export", str(archive), "--to", "jsonl", "--out", str(out), "--type", "qđ", "--since", "2021-01-01"]
    assert exit_code(arguments) == 0
    assert [line["metadata"]["number"]["text"] for line in lines(out)] == ["12/QĐ-X"]  # type: ignore[index]
    assert "1 document was left out for want of a legible date" in capfd.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["--to", "word"], 2, "there is no format 'word'; there are jsonl"),
        (["--to", "csv", "--table", "users"], 2, "no table 'users'; there are agencies"),
        (["--to", "jsonl", "--table", "tasks", "--table", "nodes"], 4, "once a table"),
        (["--to", "csv", "--set", "colour=red"], 2, "no setting of csv. It knows: separator"),
        (["--to", "csv", "--set", "separator"], 2, "no setting of csv"),
        (["--to", "csv", "--set", "separator=pipe"], 4, "comma, semicolon, tab"),
        (["--to", "jsonl", "--since", "soon"], 2, "--since"),
        (["--to", "jsonl", "--status", "great"], 2, "--status"),
        (["--to", "jsonl", "--type", "Công văn"], 4, "nothing was written"),
        (["--to", "jsonl", "--document", "99/QĐ-X"], 4, "nothing was written"),
        (["--to", "csv", "--status", "reviewed"], 4, "nothing was written"),
    ],
)
def test_what_cannot_be_done(
    arguments: list[str], code: int, says: str, archive: Path, tmp_path: Path, capfd: Captured
) -> None:
    assert exit_code(["export", str(archive), "--out", str(tmp_path / "out"), *arguments]) == code
    assert says in capfd.readouterr().err
    assert not (tmp_path / "out").exists()


def test_a_place_that_is_taken(archive: Path, tmp_path: Path, capfd: Captured) -> None:
    out = tmp_path / "out.jsonl"
    out.write_text("mine")
    assert exit_code(["export", str(archive), "--to", "jsonl", "--out", str(out)]) == 4
    assert "--overwrite" in capfd.readouterr().err and out.read_text() == "mine"
    assert exit_code(["export", str(archive), "--to", "jsonl", "--out", str(out), "--overwrite"]) == 0
    assert len(lines(out)) == 2


def test_no_archive(tmp_path: Path, capfd: Captured) -> None:
    assert exit_code(["export", str(tmp_path), "--to", "jsonl", "--out", str(tmp_path / "x")]) == 4
    assert "is not an archive" in capfd.readouterr().err


def test_a_missing_document_is_told_and_counts(archive: Path, tmp_path: Path, capfd: Captured) -> None:
    out = tmp_path / "out.jsonl"
    arguments = ["export", str(archive), "--to", "jsonl", "--out", str(out)]
    assert exit_code([*arguments, "--document", "12/QĐ-X", "--document", "99/QĐ-X"]) == 1
    assert "no document '99/QĐ-X'" in capfd.readouterr().err and len(lines(out)) == 1
    damaged = next((archive / "documents").iterdir())
    (damaged / "document.json").write_text("{")
    assert exit_code([*arguments, "--overwrite"]) == 1
    assert f"{damaged.name} was left out" in capfd.readouterr().err and len(lines(out)) == 1


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_separators(separator: str, archive: Path, tmp_path: Path) -> None:
    name = {",": "comma", ";": "semicolon", "\t": "tab"}[separator]
    out = tmp_path / "out"
    assert exit_code(["export", str(archive), "--to", "csv", "--out", str(out), "--set", f"separator={name}"]) == 0
    head = (out / "inputs.csv").read_bytes().splitlines()[0]
    assert head == b"\xef\xbb\xbf" + separator.join(["document", "position", "path"]).encode()


@pytest.mark.parametrize(("missing", "to"), [("pyarrow", "parquet")])
def test_a_package_that_is_missing(missing: str, to: str, archive: Path, tmp_path: Path) -> None:
    """In a process of its own, in which the package cannot be imported."""
    code = (
        f"import sys; sys.modules[{missing!r}] = None\n"
        "from dau.cli.app import exit_code\n"
        f"sys.exit(exit_code(['export', {str(archive)!r}, '--to', {to!r}, '--out', {str(tmp_path / 'out')!r}]))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 3 and "pip install 'dau[export]'" in done.stderr
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("to", ["jsonl", "parquet", "csv"])
def test_a_disk_that_fills_up_leaves_nothing(to: str, tmp_path: Path) -> None:
    """No file of this process may grow beyond 4 KiB, as on a full disk."""
    text = "".join(map(chr, range(0x4E00, 0x4E00 + 8000)))  # does not compress to nothing
    nodes = (Node(id="n/1", parent="n", kind="paragraph", text=text),)
    archive = archive_of(tmp_path / "A", [Directive(nodes=nodes)])
    code = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))\n"
        "from dau.cli.app import exit_code\n"
        f"sys.exit(exit_code(['export', {str(archive)!r}, '--to', {to!r}, '--out', {str(tmp_path / 'out')!r}]))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 4 and "Traceback" not in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["A"]


def test_the_help_names_every_format(capfd: Captured) -> None:
    assert exit_code(["export", "--help"]) == 0
    said = capfd.readouterr().out
    assert all(f"{name}: " in said for name in FORMATS)
