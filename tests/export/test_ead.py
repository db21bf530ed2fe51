"""EAD_doc: the fields that a document says, the fields that the archivist says, and none besides."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dau.document.directive import Directive, ReviewItem
from dau.export import Options, Report, ead
from dau.export.choices import SettingRefused
from dau.export.ead.fields import PROFILES, SUPPLIED, TYPE_CODES
from dau.export.markup import read
from dau.export.supplied import TableRefused

from .making import Given
from .samples import GOLDEN, SAMPLES, held, parsed, small

CODE = "H58.2021.07.YT"
DOCUMENTS = f"document,file_code,ordinal,mode,keyword\n1207-qd-ubnd.pdf,{CODE},3,01,tiêm chủng\n"
DOSSIERS = (
    f"file_code;title;maintenance;start_date;end_date;fonds_code\n{CODE};Tập văn bản năm 2021;01;2021;12/2021;P58\n"
)
SIP = [
    "docId", "docCode", "maintenance", "typeName", "codeNumber", "codeNotation", "issuedDate", "organName", "subject",
    "language", "numberOfPage", "inforSign", "keyword", "mode", "confidenceLevel", "autograph", "format",
    "riskRecovery", "riskRecoveryStatus", "process", "description",
]  # fmt: skip
"""The 21 fields of a text document in a submission package."""


def exported(
    documents: list[Given], tmp_path: Path, tables: tuple[str, str] | tuple[()] = (DOCUMENTS, DOSSIERS), **wishes: str
) -> tuple[Path, list[dict[str, str]], Report]:
    out = tmp_path / "out"
    out.mkdir()
    for name, text in zip(("documents", "dossiers"), tables, strict=False):
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
        wishes[name] = str(tmp_path / f"{name}.csv")
    report = ead.export(documents, out, Options(tmp_path, settings=wishes))
    lines = (out / "report.jsonl").read_text(encoding="utf-8").split("\n")[:-1]
    return out, [json.loads(line) for line in lines], report


def fields(path: Path) -> dict[str, str]:
    return {element.tag: element.text for element in read(path) if isinstance(element.tag, str)}


def scan(tmp_path: Path, directive: Directive | None = None, **more: Any) -> Given:
    return held(directive or small(), tmp_path / "5e5e-1", sources="ocr ocr", **more)


def test_golden(tmp_path: Path, golden: Callable[[Path, str], None]) -> None:
    out, _, _ = exported([scan(tmp_path)], tmp_path)
    made = (out / "dossiers" / CODE / f"EAD_doc_{CODE}.0000003.xml").read_text(encoding="utf-8")
    golden(GOLDEN / "small.ead_doc.xml", made)
    golden(GOLDEN / "small.ead.xml", (out / "dossiers" / CODE / "EAD.xml").read_text(encoding="utf-8"))
    golden(GOLDEN / "small.ead.csv", (out / "documents.csv").read_bytes().decode("utf-8"))


def test_fields_of_a_document(tmp_path: Path) -> None:
    out, _, report = exported([scan(tmp_path)], tmp_path)
    assert fields(out / "dossiers" / CODE / f"EAD_doc_{CODE}.0000003.xml") == {
        "docCode": f"{CODE}.0000003",
        "maintenance": "01",  # of the dossier
        "typeName": "02",
        "codeNumber": "1207",
        "codeNotation": "QĐ-UBND",
        "issuedDate": "16/06/2021",
        "organName": "Ủy ban nhân dân tỉnh Trà Vinh",
        "subject": "Về việc phân công nhiệm vụ phòng, chống dịch Covid-19",
        "language": "01",
        "numberOfPage": "2",
        "keyword": "tiêm chủng",
        "mode": "01",
        "confidenceLevel": "02",
    }
    assert fields(out / "dossiers" / CODE / "EAD.xml") == {
        "fileCode": CODE,
        "title": "Tập văn bản năm 2021",
        "maintenance": "01",
        "startDate": "2021",
        "endDate": "12/2021",
    }
    assert report.rows == {"documents": 1, "dossiers": 1} and not report.left_out


@pytest.mark.parametrize("name", PROFILES)
def test_elements_stand_in_order_or_are_commented_upon(name: str, tmp_path: Path) -> None:
    out, _, _ = exported([scan(tmp_path)], tmp_path, profile=name)
    root = read(out / "dossiers" / CODE / f"EAD_doc_{CODE}.0000003.xml")
    said = [e.tag if isinstance(e.tag, str) else e.text.partition(":")[0].strip() for e in root]
    assert said == list(PROFILES[name].document.values())
    if name == "sip":
        assert said == SIP


def test_nothing_of_a_dossier_is_invented(tmp_path: Path) -> None:
    out, _, report = exported([scan(tmp_path)], tmp_path, ())
    found = fields(out / "without-dossier" / "EAD_doc_5e5e-1.xml")
    unknown = {PROFILES["sip"].document[name] for name in ("doc_code", *SUPPLIED) if name in PROFILES["sip"].document}
    assert not (unknown - {"language", "confidenceLevel"}) & set(found)
    assert report.rows == {"documents": 1, "dossiers": 0}
    assert not (out / "dossiers.csv").exists()


def test_a_document_without_a_row_is_left_out_and_named(tmp_path: Path) -> None:
    other = held(parsed("002"), tmp_path / "4ebe-1", inputs=("in/002.pdf",))
    out, _, report = exported([scan(tmp_path), other], tmp_path)
    assert list(report.left_out) == ["4ebe-1"] and report.documents == 1
    assert len(list(out.rglob("EAD_doc_*"))) == 1


def test_rows_without_a_document_are_named(tmp_path: Path) -> None:
    _, _, report = exported([scan(tmp_path)], tmp_path, (DOCUMENTS + f"x.pdf,{CODE},4,,\n", DOSSIERS))
    assert any("x.pdf" in note for note in report.notes)


@pytest.mark.parametrize("name", ["5e5e-1", "5e" * 32, "in/1207-qd-ubnd.pdf", "1207-QĐ-UBND.pdf"])
def test_ways_to_name_a_document(name: str, tmp_path: Path) -> None:
    document = scan(tmp_path, inputs=("in/1207-qd-ubnd.pdf", "in/1207-QĐ-UBND.pdf"))
    _, _, report = exported([document], tmp_path, (DOCUMENTS.replace("1207-qd-ubnd.pdf", name), DOSSIERS))
    assert report.documents == 1


def test_two_rows_for_one_document_are_refused(tmp_path: Path) -> None:
    with pytest.raises(TableRefused, match="two places"):
        exported([scan(tmp_path)], tmp_path, (DOCUMENTS + f"5e5e-1,{CODE},4,,\n", DOSSIERS))


@pytest.mark.parametrize("name", ["000", *SAMPLES])
def test_what_is_not_read_or_in_doubt_has_no_element(name: str, tmp_path: Path) -> None:
    directive = parsed(name)
    out, lines, _ = exported([held(directive, tmp_path / "d")], tmp_path, ())
    found = fields(out / "without-dossier" / "EAD_doc_d.xml")
    told = {line["element"] for line in lines}
    for element, value in (
        ("codeNumber", directive.metadata.number.text),
        ("issuedDate", directive.metadata.issued.date),
    ):
        assert (element in found) != (element in told)
        assert value or element not in found
    assert "confidenceLevel" not in found  # text input: nobody knows where it is from


def test_doubt_and_how_it_ends(tmp_path: Path) -> None:
    item = ReviewItem(
        code="handwritten_number_low_confidence", severity="medium", field="/metadata/number", message="?"
    )
    doubtful = small().model_copy(update={"review": (item,)})
    out, lines, _ = exported([scan(tmp_path, doubtful)], tmp_path)
    path = out / "dossiers" / CODE / f"EAD_doc_{CODE}.0000003.xml"
    assert not {"codeNumber", "codeNotation"} & set(fields(path))
    assert {(line["element"], line["why"], line["raw"]) for line in lines} == {
        ("codeNumber", "in doubt", "1207"), ("codeNotation", "in doubt", "QĐ-UBND"),
    }  # fmt: skip
    settled = small().model_copy(update={"review": (item.model_copy(update={"resolved": "1207/QĐ-UBND"}),)})
    (tmp_path / "b").mkdir()
    out, _, _ = exported([scan(tmp_path, settled)], tmp_path / "b")
    assert fields(out / "dossiers" / CODE / f"EAD_doc_{CODE}.0000003.xml")["codeNumber"] == "1207"
    (tmp_path / "c").mkdir()
    out, lines, _ = exported([scan(tmp_path, doubtful)], tmp_path / "c", doubts="write")
    assert fields(out / "dossiers" / CODE / f"EAD_doc_{CODE}.0000003.xml")["codeNumber"] == "1207"
    assert {line["why"] for line in lines} == {"written, though in doubt"}


@pytest.mark.parametrize(
    ("sources", "level"),
    [
        ("ocr ocr", "02"),
        ("ocr blank", "02"),
        ("ocr text_layer", None),
        ("text_layer", None),
        ("text", None),
        ("", None),
    ],
)
def test_digitised_is_what_was_read_from_images(sources: str, level: str | None, tmp_path: Path) -> None:
    out, _, _ = exported([held(small(), tmp_path / "d", sources=sources)], tmp_path, ())
    assert fields(out / "without-dossier" / "EAD_doc_d.xml").get("confidenceLevel") == level


@pytest.mark.parametrize(
    ("kind", "code"),
    [("Quyết định", "02"), ("CÔNG VĂN", "22"), ("Nghị định", "32"), ("Giấy uỷ quyền", "16"), (None, None)],
)
def test_codes_of_types(kind: str | None, code: str | None, tmp_path: Path) -> None:
    meta = small().metadata.model_copy(update={"type": small().metadata.type.model_copy(update={"name": kind})})
    out, _, _ = exported([held(small().model_copy(update={"metadata": meta}), tmp_path / "d")], tmp_path, ())
    assert fields(out / "without-dossier" / "EAD_doc_d.xml").get("typeName") == code


def test_the_list_of_types_is_that_of_the_regulation() -> None:
    assert list(TYPE_CODES.values()) == [f"{n:02}" for n in range(1, 32)]
    assert (TYPE_CODES["tờ trình"], TYPE_CODES["công văn"], TYPE_CODES["biên bản"]) == ("15", "22", "20")


def test_the_predecessors_names(tmp_path: Path) -> None:
    out, _, _ = exported([scan(tmp_path)], tmp_path, profile="tt02")
    found = fields(out / "dossiers" / CODE / f"EAD_doc_{CODE}.0000003.xml")
    assert (found["TypeName"], found["Language"], found["OrganId"]) == ("Quyết định", "Tiếng Việt", "P58")
    assert (found["FileCode"], found["DocOrdinal"]) == (CODE, "3")


def test_preservation_package(tmp_path: Path) -> None:
    out, _, _ = exported([scan(tmp_path)], tmp_path, profile="aip")
    found = fields(out / "dossiers" / CODE / f"EAD_doc_{CODE}.0000003.xml")
    assert (found["arcFileCode"], found["docOrdinal"]) == (CODE, "3")
    assert fields(out / "dossiers" / CODE / "EAD.xml")["arcFileCode"] == CODE


def test_table_of_documents(tmp_path: Path) -> None:
    meta = small().metadata.model_copy(update={"subject": '=HYPERLINK("http://x")'})
    out, _, _ = exported([scan(tmp_path, small().model_copy(update={"metadata": meta}))], tmp_path)
    with (out / "documents.csv").open(encoding="utf-8-sig", newline="") as file:
        (row,) = csv.DictReader(file)
    assert row["document"] == "5e5e-1" and row["file"] == f"dossiers/{CODE}/EAD_doc_{CODE}.0000003.xml"
    assert (row["codeNumber"], row["issuedDate"], row["docId"]) == ("1207", "16/06/2021", "")
    assert row["subject"].startswith("'=")  # no formula in a spreadsheet
    assert fields(out / row["file"])["subject"].startswith("=")


@pytest.mark.parametrize(
    ("documents", "dossiers", "says"),
    [
        ("document,ordinal\na,1\n", DOSSIERS, "missing: 'file_code'"),
        (f"document,file_code,ordinal\na,{CODE},0\n", DOSSIERS, "no ordinal"),
        (f"document,file_code,ordinal\na,{CODE},x\n", DOSSIERS, "no ordinal"),
        (f"document,file_code,ordinal\na,{CODE},1\nb,{CODE},01\n", DOSSIERS, "two documents number"),
        (f"document,file_code,ordinal\na,{CODE},1\nA,{CODE},2\n", DOSSIERS, "stands twice"),
        (f"document,file_code,ordinal\n,{CODE},1\n", DOSSIERS, "empty"),
        ("document,file_code,ordinal\na,../../etc,1\n", DOSSIERS, "no code of a dossier"),
        ("document,file_code,ordinal\na,a/b,1\n", DOSSIERS, "no code of a dossier"),
        ("document,file_code,ordinal\na,H..1,1\n", DOSSIERS, "no code of a dossier"),
        (f"document,file_code,ordinal,mode\na,{CODE},1,Mật\n", DOSSIERS, "mode 'Mật' is no value"),
        (DOCUMENTS, f"file_code,maintenance\n{CODE},99\n", "maintenance '99'"),
        (DOCUMENTS, f"file_code,start_date\n{CODE},2021-01-01\n", "no date"),
        (DOCUMENTS, f"file_code,total_doc\n{CODE},nhiều\n", "no number"),
        (DOCUMENTS, f"file_code,title\n{CODE},a\n{CODE},b\n", "stands twice"),
    ],
)
def test_tables_that_are_refused(documents: str, dossiers: str, says: str, tmp_path: Path) -> None:
    with pytest.raises(TableRefused, match=says):
        exported([scan(tmp_path)], tmp_path, (documents, dossiers))


def test_a_profile_that_is_none(tmp_path: Path) -> None:
    with pytest.raises(SettingRefused):
        exported([scan(tmp_path)], tmp_path, profile="dip")


hostile = st.lists(
    st.sampled_from(["]]>", "&<b>", "-->", "--", "\x00", "\u202e", "\ud800", "\r\n", '"', "=1+1", ","])
    | st.text(max_size=8),
    max_size=4,
).map("".join)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=hostile)
def test_hostile_text_stays_text(text: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    tmp_path = tmp_path_factory.mktemp("hostile")
    meta = small().metadata
    changed = meta.model_copy(
        update={
            "subject": text,
            "number": meta.number.model_copy(update={"text": f"1/{text}", "serial": "1", "raw": text}),
            "issuer": meta.issuer.model_copy(update={"name": text}),
            "issued": meta.issued.model_copy(update={"raw": text, "date": None}),
        }
    )
    document = scan(tmp_path, small().model_copy(update={"metadata": changed, "review": ()}), inputs=(f"in/{text}",))
    out, _, _ = exported([document], tmp_path, ())
    root = read(out / "without-dossier" / "EAD_doc_5e5e-1.xml")
    assert len(root) == len(SIP)
    with (out / "documents.csv").open(encoding="utf-8-sig", newline="") as file:
        assert len(list(csv.DictReader(file))) == 1
