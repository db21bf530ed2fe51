"""The five texts the project began with: a garbled decision, the article that quotes it, a directive, two plans.

Run, linked and exported as a user would.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from dau.cli.app import exit_code
from dau.corrected import documents
from dau.document.directive import Directive, ReviewItem
from dau.index.reader import open_index
from dau.index.relations import witnessed

from .making import rows

ROOT = Path(__file__).resolve().parents[3]
FIVE = (
    "raw/000-quyet-dinh.txt", "clean/001-bai-bao.txt", "clean/002-chi-thi.txt", "clean/003-ke-hoach.txt",
    "raw/004-ke-hoach.txt",
)  # fmt: skip
SETTINGS = '[restore]\nmodel = "ngram"\nmargin_scan = 0.95\n[structure]\nunit_model = "none"\n[pdf]\nmake = false\n'
DECISION = "Quyết định 4423 OP-BTTTT [1423/QĐ-BTTTT] [16/09/2021]"
PLAN = "Kế hoạch 44/KH-STTTT (15/10/2021)"
OF_1497 = "Quyết định 1497/QĐ-TTg (10/09/2021)"


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("five")
    (folder / "in").mkdir()
    for name in FIVE:
        shutil.copy(ROOT / "corpus" / name, folder / "in")
    (folder / "settings.toml").write_text(SETTINGS, encoding="utf-8")
    options = ["--settings", str(folder / "settings.toml"), "--runner", "serial", "--quiet"]
    assert exit_code(["run", str(folder / "in"), "--out", str(folder / "A"), *options]) == 0
    assert exit_code(["link", str(folder / "A"), "--quiet"]) == 0
    return folder / "A"


@pytest.fixture
def seen(archive: Path) -> Iterator[dict[str, Directive]]:
    """The documents by file name, with what witnesses say."""
    with closing(open_index(archive)) as index:
        held = list(documents(archive))
        yield {Path(h.inputs[0]).name: witnessed(index, h.id, h.directive) for h in held}


def edges(archive: Path, *kinds: str) -> set[tuple[object, ...]]:
    with closing(open_index(archive)) as index:
        found = rows(index, "SELECT source, kind, target, inferred FROM relations")
    return {row for row in found if row[1] in kinds}


def about(directive: Directive, code: str) -> ReviewItem:
    return next(item for item in directive.review if item.code == code)


def test_the_article_witnesses_number_and_date_of_the_garbled_decision(seen: dict[str, Directive]) -> None:
    decision = seen["000-quyet-dinh.txt"]
    number, date = about(decision, "number_misread"), about(decision, "date_impossible")
    assert (number.raw, number.resolved) == ("4423 OP-BTTTT", "1423/QĐ-BTTTT")
    assert [a.value for a in number.alternatives] == ["1423/QĐ-BTTTT", "4423/QĐ-BTTTT"]
    assert "đã ký ban hành Quyế" in number.witnesses[0].text and " số 1423/QĐ-BTTTT" in number.witnesses[0].text
    assert (date.raw, date.resolved) == ("ngày 45 tháng 9 năm 2021", "2021-09-16")
    said, own = date.witnesses  # the article has day and month, the document itself the year
    assert said.kind == "citation" and said.text.startswith("Ngày 16/9 vừa qua, Bộ trưởng Bộ TT&TT đã ký ban hành")
    assert (own.kind, own.text) == ("own_reading", "ngày 45 tháng 9 năm 2021")
    assert (decision.metadata.number.text, decision.metadata.issued.date) == (None, None)  # what was read stays


def test_the_article_is_linked_to_the_decision_by_what_it_quotes(archive: Path) -> None:
    assert ("001-bai-bao.txt", "quotes", DECISION, 0) in edges(archive, "quotes")
    assert edges(archive, "cites") >= {("001-bai-bao.txt", "cites", DECISION, 0)}
    with closing(open_index(archive)) as index:
        found = rows(
            index,
            "SELECT e.node, e.page, e.words, e.other_node, e.other_page, e.other_words FROM edge_evidence e"
            " JOIN relations r USING (edge) WHERE r.kind = 'quotes' AND r.source = '001-bai-bao.txt' AND r.target = ?",
            DECISION,
        )
        query = "SELECT a_node, a_last_node, b_node, b_last_node, syllables FROM passages"
        spans = rows(index, query + " WHERE a_document LIKE '03fc%' AND b_document LIKE '09dc%'")
    assert len(found) == len(spans) >= 3
    for node, page, words, other_node, other_page, other_words in found:
        assert str(node).startswith("van-ban/") and str(other_node).startswith("ke-hoach/")
        assert page == other_page == 1 and words and other_words
    assert any(row[1] == "ke-hoach/II/7" and row[3] == "van-ban/7" for row in spans)  # seven points, word for word
    assert sum(int(str(row[4])) for row in spans) > 1500  # nearly the whole article


def test_what_is_cited_is_in_the_graph_whether_held_or_not(archive: Path) -> None:
    assert (DECISION, "based_on", OF_1497, 0) in edges(archive, "based_on")
    assert (PLAN, "implements", "Kế hoạch 85/KH-UBND (21/09/2021)", 0) in edges(archive, "implements")
    with closing(open_index(archive)) as index:
        external = dict(rows(index, "SELECT label, external FROM works"))  # type: ignore[arg-type]
    assert external[OF_1497] == external["Kế hoạch 85/KH-UBND (21/09/2021)"] == 1
    assert external[DECISION] == external[PLAN] == 0


def test_the_plan_belongs_to_a_movement_whose_decision_it_never_names(archive: Path) -> None:
    assert (PLAN, "same_movement", OF_1497, 1) in edges(archive, "same_movement")
    stated = edges(archive, "cites", "based_on", "implements")
    assert not {row for row in stated if row[0] == PLAN and row[2] == OF_1497}


def test_nothing_is_resolved_without_a_witness(seen: dict[str, Directive], archive: Path) -> None:
    for name in ("002-chi-thi.txt", "003-ke-hoach.txt", "004-ke-hoach.txt"):
        held = next(h for h in documents(archive) if Path(h.inputs[0]).name == name)
        assert seen[name] == held.directive
    blank = about(seen["003-ke-hoach.txt"], "number_blank")
    assert (blank.raw, blank.resolved, blank.witnesses) == ("/KH-TBTT", None, ())
    assert about(seen["000-quyet-dinh.txt"], "citation_number_misread").resolved is None  # 23 6/QĐ: named nowhere else
    with closing(open_index(archive)) as index:
        assert rows(index, "SELECT number_state FROM works WHERE number = '/KH-TBTT'") == [("unread",)]


def test_linking_changes_no_file_of_a_run(archive: Path) -> None:
    def digests() -> dict[str, str]:
        files = sorted(path for path in (archive / "documents").rglob("*") if path.is_file())
        return {str(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}

    before = digests()
    assert exit_code(["link", str(archive), "--quiet"]) == 0
    assert digests() == before and exit_code(["verify", str(archive)]) == 0


def test_a_second_run_has_nothing_to_do_and_says_what_there_is(
    archive: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    assert exit_code(["link", str(archive), "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert {name: said[name] for name in ("read", "unchanged", "compared", "works", "witnessed", "resolved")} == {
        "read": 0, "unchanged": 5, "compared": 0, "works": 5, "witnessed": 3, "resolved": 3,
    }  # fmt: skip
    assert said["citations"]["resolved"] == 1 and said["edges"]["same_movement"] >= 1


def test_the_graph_in_graphml(archive: Path, tmp_path: Path) -> None:
    networkx = pytest.importorskip("networkx", reason="networkx reads the graph back")
    assert exit_code(["export", str(archive), "--to", "graphml", "--out", str(tmp_path / "all.graphml")]) == 0
    graph = networkx.read_graphml(tmp_path / "all.graphml")
    nodes = {data["label"]: name for name, data in graph.nodes(data=True)}
    between = graph.get_edge_data(nodes[PLAN], nodes[OF_1497])
    assert [(edge["kind"], edge["inferred"], edge["directed"]) for edge in between.values()] == [
        ("same_movement", True, False)
    ]
    node = graph.nodes[nodes[DECISION]]
    assert (node["number"], node["witnessed_number"], node["external"]) == ("4423 OP-BTTTT", "1423/QĐ-BTTTT", False)
    with closing(open_index(archive)) as index:
        assert [(graph.number_of_nodes(), graph.number_of_edges())] == rows(
            index, "SELECT (SELECT count(*) FROM works), (SELECT count(*) FROM edges WHERE source <> target)"
        )


def test_the_graph_of_some_documents(archive: Path, tmp_path: Path) -> None:
    networkx = pytest.importorskip("networkx", reason="networkx reads the graph back")
    options = ["--to", "graphml", "--out", str(tmp_path / "one.graphml"), "--type", "KH"]
    assert exit_code(["export", str(archive), *options]) == 0
    labels = {data["label"] for _, data in networkx.read_graphml(tmp_path / "one.graphml").nodes(data=True)}
    assert {PLAN, OF_1497, DECISION} <= labels and "Chỉ thị 34-CT/TW (07/04/2014)" not in labels


def test_what_is_no_archive_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert exit_code(["link", str(tmp_path)]) == 4
    assert "is not an archive" in capsys.readouterr().err
