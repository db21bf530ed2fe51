"""GraphML of what has no relations yet, and of text that XML cannot carry."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from lxml import etree

from dau.archive.store import Archive
from dau.export import Options, export, graphml
from dau.index.build import FILE_NAME, update, writing
from dau.index.relations import link

from ..index.relations.making import DUTIES, directive, paragraphs

NAMESPACE = {"g": "http://graphml.graphdrawing.org/xmlns"}


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """An empty archive with an index."""
    with Archive.open(tmp_path / "A"):
        pass
    update(tmp_path / "A")
    return tmp_path / "A"


def test_documents_that_were_not_linked_are_left_out_and_told(archive: Path, tmp_path: Path) -> None:
    document = directive("a", "Kế hoạch", "1/KH-BNV", "05 tháng 02 năm 2021", "Việc này", paragraphs(DUTIES))
    report = graphml.export([document], tmp_path / "out", Options(archive))  # type: ignore[list-item]
    assert report.documents == 0 and "dau link" in report.left_out[document.id]


def test_text_cannot_leave_its_place(archive: Path, tmp_path: Path) -> None:
    evil = '</data><node id="x"/>]]> & \x07'
    with writing(archive) as index:
        document = directive("a", "Kế hoạch", "1/KH-BNV", "05 tháng 02 năm 2021", "Việc này", paragraphs(DUTIES))
        link(index, [document])
        index.execute("UPDATE works SET label = ?, title = ?", (evil, "Việc này"))
    report = export([document], "graphml", tmp_path / "g.graphml", Options(archive))  # type: ignore[list-item]
    root = etree.parse(tmp_path / "g.graphml").getroot()
    (node,) = root.findall(".//g:node", NAMESPACE)
    assert node.findtext("g:data[@key='node_label']", namespaces=NAMESPACE) == '</data><node id="x"/>]]> & ␇'
    assert report.rows == {"works": 1, "relations": 0} and report.notes == [
        "1 characters that XML does not allow were replaced."
    ]
    with closing(sqlite3.connect(archive / FILE_NAME)) as index:
        assert index.execute("SELECT count(*) FROM works").fetchone() == (1,)
