"""A small archive made by `dau run` from texts, and its index."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from dau.cli.app import exit_code
from dau.corrected import Held, documents
from dau.index.build import update
from dau.index.reader import open_index

ROOT = Path(__file__).resolve().parents[2]
SETTINGS = '[restore]\nmodel = "ngram"\nmargin_scan = 0.95\n[structure]\nunit_model = "none"\n[pdf]\nmake = false\n'


def letter(number: str, day: str, subject: str, *items: str, issuer: str = "ỦY BAN NHÂN DÂN\nTỈNH QUẢNG NGÃI") -> str:
    """A plan with numbered items."""
    listed = "\n".join(f"{n}. {item}" for n, item in enumerate(items, 1))
    return (
        f"{issuer}\n\nCỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc\n\nSố: {number}\n"
        f"Quảng Ngãi, {day}\n\nKẾ HOẠCH\n{subject}\n\n{listed}\n"
    )


TEXTS = {
    "an-ninh": letter(
        "12/KH-UBND", "ngày 05 tháng 02 năm 2021", "Bảo đảm an ninh năm 2021",
        "Công an tỉnh chủ trì, phối hợp với Sở Tài chính báo cáo trước ngày 30/9/2021.",
        "Sở Tài chính bố trí kinh phí cho công tác an toàn.",
    ),
    "an-phi": letter(
        "13/KH-UBND", "ngày 06 tháng 3 năm 2022", "Thu án phí năm 2022",
        "Sở Tư pháp hướng dẫn việc thu án phí tại thành phố Hòa Bình.", "Bà Nguyễn Thị Thuý theo dõi việc này.",
    ),
    "an-so": letter(
        "04/KH-UBND", "ngày 07 tháng 4 năm 2022", "Tìm ẩn số trong số liệu thống kê",
        "Sở Y tế rà soát ẩn số, báo cáo Ủy ban nhân dân tỉnh trước ngày 15/5/2022.",
        "ĐƯỜNG VÀNH ĐAI và ƯU ĐÃI ĐẦU TƯ được nêu tại Kế hoạch số 12/KH-UBND ngày 05/02/2021.",
    ),
    "code": letter(
        "15/KH-UBND", "ngày 08 tháng 4 năm 2022", "Văn bản có mã",
        "Nội dung \"'); DROP TABLE documents; -- NEAR(a b) OR title : x* AND {body} ^ +",
        "=HYPERLINK(\"http://x.invalid\") <script>alert('dau')</script> \\x00 %s ? :ten $ten",
    ),
}  # fmt: skip
"""Texts by the name of their file."""


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive with the texts above and those of the corpus; tests only read it."""
    folder = tmp_path_factory.mktemp("index")
    inputs = folder / "in"
    inputs.mkdir()
    for name, text in TEXTS.items():
        (inputs / f"{name}.txt").write_text(text, encoding="utf-8")
    for path in (*sorted((ROOT / "corpus" / "clean").glob("00*.txt")), ROOT / "corpus" / "raw" / "000-quyet-dinh.txt"):
        shutil.copy(path, inputs / path.name)
    (folder / "settings.toml").write_text(SETTINGS, encoding="utf-8")
    options = ["--settings", str(folder / "settings.toml"), "--runner", "serial", "--quiet"]
    assert exit_code(["run", str(inputs), "--out", str(folder / "A"), *options]) == 0
    update(folder / "A")
    return folder / "A"


@pytest.fixture
def index(made: Path) -> Iterator[sqlite3.Connection]:
    """Its index, read-only."""
    with closing(open_index(made)) as connection:
        yield connection


@pytest.fixture
def archive(made: Path, tmp_path: Path) -> Path:
    """A copy of the archive, without an index, that may be changed."""
    shutil.copytree(made, tmp_path / "A", ignore=shutil.ignore_patterns("index.sqlite*", ".index.lock"))
    return tmp_path / "A"


def name_of(held: Held) -> str:
    """Name of the file a document came from, without its ending."""
    return Path(held.inputs[0]).stem


@pytest.fixture(scope="session")
def names(made: Path) -> dict[str, str]:
    """Name of the file by document."""
    return {held.id: name_of(held) for held in documents(made)}
