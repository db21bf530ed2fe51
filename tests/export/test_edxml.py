"""edXML: the fields of the header, and that what is unknown or in doubt is left out and said."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from dau.document.directive import Alternative, DatedText, Directive, Number, Recipient, ReviewItem, Signer
from dau.export import Options, Report, edxml
from dau.export.choices import SettingRefused
from dau.export.edxml.message import EDXML
from dau.export.markup import read
from dau.export.supplied import TableRefused

from .samples import GOLDEN, SAMPLES, held, parsed, small

NS = {"e": EDXML}
AGENCIES = """name,organ_id,in_charge,email
"Ủy ban nhân dân  tỉnh Trà Vinh",H58,Chính phủ,vanban@travinh.gov.vn
Bộ Y tế,G18,,
"""
ORDER = (
    "From", "To", "Code", "PromulgationInfo", "DocumentType", "Subject", "Content", "SignerInfo", "DueDate", "ToPlaces",
    "OtherInfo", "ResponseFor", "SteeringType", "DocumentId",
)  # fmt: skip


def exported(directive: Directive, tmp_path: Path, **wishes: str) -> tuple[Any, list[dict[str, str]], Report]:
    out = tmp_path / "out"
    out.mkdir(exist_ok=True)
    report = edxml.export([held(directive, tmp_path / "5e5e-1")], out, Options(tmp_path, settings=wishes))
    lines = (out / "report.jsonl").read_text(encoding="utf-8").split("\n")[:-1]
    return read(out / "5e5e-1.edxml"), [json.loads(line) for line in lines], report


def table(tmp_path: Path, text: str = AGENCIES) -> str:
    path = tmp_path / "table.csv"
    path.write_text(text, encoding="utf-8")
    return str(path)


def value(root: Any, path: str) -> str | None:
    found = root.findtext(".//e:MessageHeader/" + "/".join(f"e:{step}" for step in path.split("/")), namespaces=NS)
    return None if found is None else str(found)


def with_doubt(directive: Directive, pointer: str, **more: Any) -> Directive:
    item = ReviewItem(code="number_misread", severity="medium", field=pointer, message="?", **more)
    return directive.model_copy(update={"review": (item,)})


def test_golden(tmp_path: Path, golden: Callable[[Path, str], None]) -> None:
    exported(small(), tmp_path, agencies=table(tmp_path), sent="2026/01/05 09:00:00", doubts="write")
    golden(GOLDEN / "small.edxml", (tmp_path / "out" / "5e5e-1.edxml").read_text(encoding="utf-8"))


def test_fields(tmp_path: Path) -> None:
    root, _, _ = exported(small(), tmp_path, agencies=table(tmp_path), doubts="write")
    assert (value(root, "From/OrganId"), value(root, "From/OrganizationInCharge")) == ("H58", "Chính phủ")
    assert (value(root, "To/OrganId"), value(root, "To/OrganName")) == ("G18", "Bộ Y tế")
    assert (value(root, "Code/CodeNumber"), value(root, "Code/CodeNotation")) == ("1207", "QĐ-UBND")
    assert value(root, "PromulgationInfo/PromulgationDate") == "2021/06/16"
    assert value(root, "SignerInfo/Competence") == "KT. CHỦ TỊCH"
    assert (value(root, "OtherInfo/PromulgationAmount"), value(root, "OtherInfo/PageAmount")) == ("12", "2")
    assert value(root, "DocumentId") == "H58,2021/06/16,1207/QĐ-UBND"
    places = [place.text for place in root.iterfind(".//e:ToPlaces/e:Place", NS)]
    assert places == ["Như Điều 3", "Bộ Y tế (để b/c)", "Lưu: VT, KGVX. (12)"]


@pytest.mark.parametrize("name", ["000", *SAMPLES])
def test_elements_of_every_sample_stand_in_the_order_of_the_regulation(name: str, tmp_path: Path) -> None:
    root, lines, _ = exported(parsed(name), tmp_path)
    names = [etree.QName(e).localname for e in root.find(".//e:MessageHeader", NS) if isinstance(e.tag, str)]
    assert names == sorted(names, key=ORDER.index)
    assert all(line["why"] and line["element"] for line in lines)


def test_no_code_is_invented(tmp_path: Path) -> None:
    root, lines, report = exported(small(), tmp_path)
    assert root.find(".//e:OrganId", NS) is None and value(root, "DocumentId") is None
    assert value(root, "DocumentType/Type") is None
    assert {"element": "OrganId", "why": "not in the table of agencies", "name": "Ủy ban nhân dân tỉnh Trà Vinh",
            "document": "5e5e-1"} in lines  # fmt: skip
    assert any("report.jsonl" in note for note in report.notes)


@pytest.mark.parametrize(
    ("pointer", "gone", "kept"),
    [
        ("/metadata/number", ["Code/CodeNumber", "Code/CodeNotation", "DocumentId"], ["Subject"]),
        ("/metadata/number/text", ["Code/CodeNumber"], ["Subject"]),
        ("/metadata/issued", ["PromulgationInfo/PromulgationDate", "DocumentId"], ["Code/CodeNumber"]),
        ("/metadata/signer", ["SignerInfo/FullName", "SignerInfo/Position"], ["Code/CodeNumber"]),
        ("/metadata/issuer", ["From/OrganName", "From/OrganId", "DocumentId"], ["Code/CodeNumber"]),
        ("/metadata/subject", ["Subject"], ["Code/CodeNumber"]),
    ],
)
def test_what_is_in_doubt_is_left_out(pointer: str, gone: list[str], kept: list[str], tmp_path: Path) -> None:
    doubtful = with_doubt(small(), pointer, alternatives=(Alternative(value="1201"),))
    root, lines, _ = exported(doubtful, tmp_path, agencies=table(tmp_path))
    assert all(value(root, path) is None for path in gone)
    assert all(value(root, path) for path in kept)
    assert [line["why"] for line in lines].count("in doubt") == 1
    settled = with_doubt(small(), pointer, resolved="as read")
    root, _, _ = exported(settled, tmp_path, agencies=table(tmp_path))
    assert all(value(root, path) for path in (*gone, *kept))
    root, _, _ = exported(doubtful, tmp_path, agencies=table(tmp_path), doubts="write")
    assert all(value(root, path) for path in (*gone, *kept))


@pytest.mark.parametrize(
    ("text", "serial", "expected"),
    [
        ("28/2021/NĐ-CP", "28", ("28", "2021/NĐ-CP")),
        ("07-KL/TW", "07", ("07", "KL/TW")),
        ("574/UBND-KTTH", "574", ("574", "UBND-KTTH")),
        ("QĐ-UBND", None, (None, None)),
    ],
)
def test_number_and_notation(text: str, serial: str | None, expected: tuple[str | None, ...], tmp_path: Path) -> None:
    number = Number(raw=text, text=text, serial=serial)
    meta = small().metadata.model_copy(update={"number": number})
    root, _, _ = exported(small().model_copy(update={"metadata": meta}), tmp_path)
    assert (value(root, "Code/CodeNumber"), value(root, "Code/CodeNotation")) == expected


@pytest.mark.parametrize(
    ("urgency", "priority"), [(None, None), ("HỎA TỐC", "3"), ("Thượng khẩn", "2"), ("khẩn", "1"), ("rất vội", None)]
)
def test_urgency_is_what_is_stamped(urgency: str | None, priority: str | None, tmp_path: Path) -> None:
    meta = small().metadata.model_copy(update={"urgency": urgency})
    root, _, _ = exported(small().model_copy(update={"metadata": meta}), tmp_path)
    assert value(root, "OtherInfo/Priority") == priority


@pytest.mark.parametrize(("form", "day"), [("DD/MM/YYYY", "16/06/2021"), ("YYYY-MM-DD", "2021-06-16")])
def test_form_of_dates(form: str, day: str, tmp_path: Path) -> None:
    root, _, _ = exported(small(), tmp_path, dates=form)
    assert value(root, "PromulgationInfo/PromulgationDate") == day


def test_types_of_documents_by_the_users_table(tmp_path: Path) -> None:
    path = tmp_path / "types.csv"
    path.write_text("name;type;type_detail\nquyết  định;2;0\n", encoding="utf-8-sig")
    root, _, _ = exported(small(), tmp_path, types=str(path))
    assert (value(root, "DocumentType/Type"), value(root, "DocumentType/TypeDetail")) == ("2", "0")


def test_the_trace_has_only_what_the_user_says(tmp_path: Path) -> None:
    root, _, _ = exported(small(), tmp_path, agencies=table(tmp_path))
    assert root.find(".//e:TraceHeaderList", NS) is None
    root, _, _ = exported(small(), tmp_path, agencies=table(tmp_path), sent="2026/01/05 09:00:00")
    assert root.findtext(".//e:TraceHeader/e:Timestamp", namespaces=NS) == "2026/01/05 09:00:00"


def test_searchable_pdf_enclosed(tmp_path: Path) -> None:
    _, lines, _ = exported(small(), tmp_path, attach="pdf")
    assert [line["element"] for line in lines].count("Attachment") == 1
    (tmp_path / "5e5e-1" / "searchable.pdf").write_bytes(b"%PDF-1.7 \x00\xff")
    root, _, _ = exported(small(), tmp_path, attach="pdf")
    coded = root.findtext(".//e:Attachment/e:ContentTransferEncoded", namespaces=NS)
    assert base64.b64decode(coded) == b"%PDF-1.7 \x00\xff"
    reference = root.find(".//e:Reference", NS)
    assert reference.get("{http://www.w3.org/1999/xlink}href") == reference.findtext("e:ContentId", namespaces=NS)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("name\nBộ Y tế\n", "missing: 'organ_id'"),
        ("name,organ_id,mã\nBộ Y tế,G18,1\n", "unknown: 'mã'"),
        ("name,organ_id\nBộ Y tế,G 18\n", "no agency code"),
        (f"name,organ_id\nBộ Y tế,{'G' * 36}\n", "no agency code"),
        ("name,organ_id\nBộ Y tế,G18\nBỘ Y TẾ,G19\n", "two codes"),
        ("name,organ_id\nBộ Y tế,G18,thừa\n", "more cells"),
        ("", "missing"),
    ],
)
def test_tables_that_are_refused(text: str, says: str, tmp_path: Path) -> None:
    with pytest.raises(TableRefused, match=says):
        exported(small(), tmp_path, agencies=table(tmp_path, text))


def test_tables_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(TableRefused, match="cannot be read"):
        exported(small(), tmp_path, agencies=str(tmp_path / "none.csv"))
    (tmp_path / "u16.csv").write_bytes(AGENCIES.encode("utf-16"))
    with pytest.raises(TableRefused, match="not UTF-8"):
        exported(small(), tmp_path, agencies=str(tmp_path / "u16.csv"))
    with pytest.raises(SettingRefused):
        exported(small(), tmp_path, dates="yesterday")


def test_long_values_are_whole_and_said(tmp_path: Path) -> None:
    long = "Về việc " + "dài " * 200
    root, lines, _ = exported(
        small().model_copy(update={"metadata": small().metadata.model_copy(update={"subject": long})}), tmp_path
    )
    assert value(root, "Subject") == long
    assert any(line["element"] == "Subject" and "500" in line["why"] for line in lines)


hostile = st.lists(
    st.sampled_from(["]]>", "&<b>", "-->", "--", "\x00", "\u202e", "\ud800", "\n"]) | st.text(max_size=8), max_size=4
).map("".join)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=hostile, pointer=hostile)
def test_hostile_text_stays_text(text: str, pointer: str, tmp_path: Path) -> None:
    meta = small().metadata.model_copy(
        update={
            "subject": text,
            "place": text,
            "number": Number(raw=text, text=f"1/{text}", serial="1"),
            "issued": DatedText(raw=text),
            "signer": Signer(name=text, position=text, authority=text),
        }
    )
    directive = small().model_copy(
        update={"metadata": meta, "recipients": (Recipient(raw=text, organisations=(text,)),)}
    )
    root, lines, _ = exported(with_doubt(directive, pointer, raw=text), tmp_path, agencies=table(tmp_path))
    assert len(root.findall(".//e:MessageHeader", NS)) == 1
    assert {line["document"] for line in lines} == {"5e5e-1"}
