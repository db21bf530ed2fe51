"""Runs of the real command line in this process, and in one that can be killed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from dau.archive.manifest import FILE_NAME, ManifestLine
from dau.archive.paths import path_of
from dau.cli.app import exit_code

GOOD = (
    "ỦY BAN NHÂN DÂN\nTỈNH QUẢNG NGÃI\n\nCỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc\n\n"
    "Số: 12/KH-UBND\nQuảng Ngãi, ngày 05 tháng 02 năm 2021\n\nKẾ HOẠCH\nPhát triển thông tin cơ sở năm 2021\n\n"
    "1. Sở Thông tin và Truyền thông chủ trì, phối hợp với Sở Tài chính báo cáo trước ngày 30/9/2021.\n"
    "2. Sở Tài chính bố trí kinh phí thực hiện.\n"
)

Outcomes = dict[str, ManifestLine]


def outcomes(archive: Path) -> Outcomes:
    """Last outcome by the input's file name."""
    lines = [ManifestLine.model_validate_json(row) for row in (archive / FILE_NAME).read_bytes().splitlines()]
    return {path_of(line.source.path).name: line for line in lines if line.event == "outcome"}


@pytest.fixture
def dau_run(tmp_path: Path) -> Callable[..., tuple[int, Outcomes]]:
    """`dau run` over inputs into tmp_path/archive, in this process; gives exit code and outcomes."""

    def run(*inputs: str | Path, options: Sequence[str] = ("--runner", "serial")) -> tuple[int, Outcomes]:
        archive = tmp_path / "archive"
        code = exit_code(["run", *map(str, inputs), "--out", str(archive), "--quiet", *options])
        return code, outcomes(archive)

    return run


@pytest.fixture
def good(tmp_path: Path) -> Path:
    """A folder with one good input, `good.txt`, to see that others are untouched."""
    folder = tmp_path / "inbox"
    folder.mkdir()
    (folder / "good.txt").write_text(GOOD, encoding="utf-8")
    return folder


def start(*arguments: str | Path, **environment: str) -> subprocess.Popen[bytes]:
    """The command line as a process of its own, leading its own process group so that all of it can be killed."""
    return subprocess.Popen(
        [sys.executable, "-m", "dau.cli", *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
        env={**os.environ, **environment},
    )


def document(archive: Path, line: ManifestLine) -> dict[str, Any]:
    """document.json of an outcome."""
    assert line.document is not None
    loaded: dict[str, Any] = json.loads((archive / "documents" / line.document / "document.json").read_bytes())
    return loaded


def blank_pdf(pages: int) -> bytes:
    """A minimal PDF of blank A4 pages."""
    kids = " ".join(f"{n + 3} 0 R" for n in range(pages))
    objects = ["<</Type/Catalog/Pages 2 0 R>>", f"<</Type/Pages/Count {pages}/Kids[{kids}]>>"]
    objects += ["<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>"] * pages
    return assemble_pdf(objects, "")


def assemble_pdf(objects: list[str], trailer: str) -> bytes:
    """Objects, numbered from 1, as a PDF file; the first is the catalogue."""
    out, offsets = bytearray(b"%PDF-1.4\n"), []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += f"{number} 0 obj\n{body}\nendobj\n".encode()
    start = len(out)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
    out += "".join(f"{offset:010d} 00000 n \n" for offset in offsets).encode()
    out += f"trailer\n<</Size {len(objects) + 1}/Root 1 0 R{trailer}>>\nstartxref\n{start}\n%%EOF\n".encode()
    return bytes(out)
