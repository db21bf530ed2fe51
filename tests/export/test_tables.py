"""JSON Lines, Parquet and CSV hold what the documents and their rows hold, whatever their texts are."""

from __future__ import annotations

import json
import tempfile
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dau.corrected import documents
from dau.document.directive import Citation, DatedText, Deadline, Directive, Metadata, Node, Task
from dau.export import Options, Report, arrow, export
from dau.export.csv import cell_of, text_of
from dau.export.held import Held
from dau.export.jsonl import Line
from dau.export.parquet import CONTENT
from dau.export.tables import Flat, chosen
from dau.index.rows import Day
from dau.index.tables import TABLES, Column

from .making import HOSTILE, TEXTS, archive_of, directives

ROOT = Path(__file__).resolve().parents[2]
ANY = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


def held_in(folder: Path, found: list[Directive]) -> list[Held]:
    return list(documents(archive_of(folder / "A", found)))


def rows(held: list[Held]) -> dict[str, list[dict[str, Any]]]:
    """Each table's rows, as the row model gives them."""
    found: dict[str, list[dict[str, Any]]] = {name: [] for name in TABLES}
    for _, of_document in Flat(held, chosen(())):
        for name, row in of_document:
            found[name].append(asdict(row))  # type: ignore[call-overload]
    return found


def written(folder: Path, held: list[Held], to: str, **options: Any) -> tuple[Path, Report]:
    out = folder / f"out.{to}"
    return out, export(held, to, out, Options(folder / "A", **options))


@ANY
@given(st.lists(directives(), min_size=1, max_size=2))
def test_json_lines_lose_nothing(found: list[Directive]) -> None:
    with tempfile.TemporaryDirectory() as name:
        held = held_in(Path(name), found)
        out, report = written(Path(name), held, "jsonl")
        lines = out.read_bytes().decode().splitlines()  # by every character that Unicode calls a line end
        assert len(lines) == report.documents == len(held)
        for text, each in zip(lines, held, strict=True):
            line = Line.model_validate_json(text)
            assert line.archive.document == each.id and line.archive.inputs == each.inputs
            assert Directive.model_validate(line.model_dump(exclude={"archive"})) == each.directive
            assert line.model_dump(exclude={"archive"}) == each.directive.model_dump()


@ANY
@given(st.lists(directives(), min_size=1, max_size=2))
def test_every_table_reads_back_from_every_format(found: list[Directive]) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        held = held_in(folder, found)
        expected = rows(held)
        parquet, _ = written(folder, held, "parquet")
        sheets, _ = written(folder, held, "csv")
        for table, wanted in expected.items():
            assert from_parquet(parquet / f"{table}.parquet") == wanted
            assert from_csv(sheets / f"{table}.csv", TABLES[table].columns) == wanted
        assert pq.read_table(parquet / "documents.parquet")[CONTENT].to_pylist() == [
            pa.scalar(arrow.value(each.directive, []), arrow.model_type(Directive)).as_py() for each in held
        ]


def from_parquet(path: Path) -> list[dict[str, Any]]:
    table = pq.read_table(path)
    if CONTENT in table.column_names:
        table = table.drop_columns([CONTENT])
    return [{k: v.isoformat() if isinstance(v, date) else v for k, v in row.items()} for row in table.to_pylist()]


def from_csv(path: Path, columns: tuple[Column, ...]) -> list[dict[str, Any]]:
    """As docs/export.md says it is read."""
    read = {
        str: text_of, Day: str, int: int, float: float, bool: {"true": True, "false": False}.__getitem__,
    }  # fmt: skip
    found = duckdb.execute(
        "SELECT * FROM read_csv(?, header = true, all_varchar = true, delim = ',', quote = '\"', escape = '\"', "
        "nullstr = '', allow_quoted_nulls = false, auto_detect = false, max_line_size = 10000000, columns = ?)",
        [str(path), {column.name: "VARCHAR" for column in columns}],
    ).fetchall()
    return [
        {
            column.name: None if cell is None else read[column.type](cell)  # type: ignore[index]
            for column, cell in zip(columns, row, strict=True)
        }
        for row in found
    ]


@given(TEXTS | st.text())
def test_a_cell_reads_back_and_is_no_formula(text: str) -> None:
    cell = cell_of(text)
    assert text_of(cell) == text
    assert not cell.lstrip().startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠"))
    assert not set(cell) & {chr(code) for code in (*range(9), *range(11, 32), 0x7F, 0x202E)}
    cell.encode()


@pytest.mark.parametrize("to", ["jsonl", "parquet", "csv"])
def test_hostile_texts_survive_and_two_exports_are_the_same_bytes(to: str, tmp_path: Path) -> None:
    nodes = tuple(Node(id=f"n/{n}", parent="n", kind="paragraph", text=text) for n, text in enumerate(HOSTILE))
    held = held_in(tmp_path, [Directive(nodes=nodes), Directive(metadata=Metadata(subject="=1\x00"))])
    out, _ = written(tmp_path, held, to)
    if to == "jsonl":
        first = json.loads(out.read_text(encoding="utf-8").split("\n")[held[1].directive.nodes == nodes])
        assert [node["text"] for node in first["nodes"]] == list(HOSTILE)
    elif to == "parquet":
        assert [row["text"] for row in from_parquet(out / "nodes.parquet")] == list(HOSTILE)
    else:
        found = from_csv(out / "nodes.csv", TABLES["nodes"].columns)
        assert [row["text"] for row in found] == list(HOSTILE)
    again = tmp_path / "again"
    again.mkdir()
    second = again / out.name
    export(held, to, second, Options(tmp_path / "A"))
    assert bytes_of(out) == bytes_of(second)


def bytes_of(path: Path) -> dict[str, bytes]:
    return {each.name: each.read_bytes() for each in ([path] if path.is_file() else sorted(path.iterdir()))}


@pytest.mark.parametrize("table", sorted(TABLES))
def test_rows_as_json_lines(table: str, tmp_path: Path) -> None:
    task = Task(id="T001", node="n/1", text="Báo cáo", deadline=Deadline(raw="30/9", kind="by", date="2021-09-30"))
    held = held_in(tmp_path, [Directive(tasks=(task,)), Directive()])
    out, report = written(tmp_path, held, "jsonl", tables=(table,))
    expected = rows(held)[table]
    assert [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()] == expected
    assert report.rows == {table: len(expected)} and report.documents == 2


def test_parquet_is_typed_and_says_what_it_is(tmp_path: Path) -> None:
    task = Task(id="T001", node="n/1", text="Báo cáo", deadline=Deadline(raw="30/9", kind="by", date="2021-09-30"))
    out, _ = written(tmp_path, held_in(tmp_path, [Directive(tasks=(task,))]), "parquet")
    deadlines = pq.read_table(out / "deadlines.parquet")
    assert deadlines.schema.field("due").type == pa.date32() and deadlines["due"][0].as_py() == date(2021, 9, 30)
    assert deadlines.schema.metadata[b"dau.schema_version"] == b"1.0"
    assert json.loads(deadlines.schema.metadata[b"dau.key"]) == ["document", "task"]
    content = pq.read_schema(out / "documents.parquet").field(CONTENT).type
    nested = content.field("tasks").type.value_type.field("deadline").type
    assert nested.field("date").type == pa.date32()
    assignee = content.field("tasks").type.value_type.field("assignees").type.value_type
    assert assignee.field("inferred").type == pa.bool_()
    assert duckdb.sql(f"SELECT content.tasks[1].deadline.date FROM '{out}/documents.parquet'").fetchall() == [
        (date(2021, 9, 30),)
    ]


def test_rows_are_written_in_groups_and_nothing_depends_on_their_size(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    nodes = tuple(Node(id=f"n/{n}", parent="n", kind="paragraph", text=f"câu {n}") for n in range(7))
    held = held_in(tmp_path, [Directive(nodes=nodes), Directive(nodes=nodes[:2]), Directive()])
    whole, _ = written(tmp_path, held, "parquet")
    small = tmp_path / "small"
    small.mkdir()
    for name, value in {"PACK_ROWS": 2, "GROUP_ROWS": 4, "WAITING_BYTES": 1}.items():
        monkeypatch.setattr(f"dau.export.parquet.{name}", value)
    parts, _ = written(small, held, "parquet")
    assert pq.ParquetFile(whole / "nodes.parquet").num_row_groups == 1
    assert pq.ParquetFile(parts / "nodes.parquet").num_row_groups >= 2
    for name in TABLES:
        assert pq.read_table(parts / f"{name}.parquet").equals(pq.read_table(whole / f"{name}.parquet"))


@pytest.mark.parametrize("text", ["2021-02-30", "30/9/2021", "2021-W05-1", "", "２０２１-01-01"])
def test_what_is_no_day_is_null_in_parquet_and_told(text: str, tmp_path: Path) -> None:
    metadata = Metadata(issued=DatedText(raw="ngày 45", date=text))
    found = Directive(metadata=metadata, citations=(Citation(id="C1", date=text),))
    out, report = written(tmp_path, held_in(tmp_path, [found]), "parquet")
    assert pq.read_table(out / "documents.parquet")["issued"].to_pylist() == [None]
    assert report.notes == ["2 dates that are no calendar days are null in Parquet; jsonl has them as read."]
    lines, _ = written(tmp_path, list(documents(tmp_path / "A")), "jsonl")
    assert json.loads(lines.read_text(encoding="utf-8"))["metadata"]["issued"]["date"] == text


def test_every_day_of_document_json_is_known() -> None:
    """A new field that holds a day belongs into `arrow.DAYS`."""
    found = {(model, name) for model in models_below(Directive) for name in model.model_fields}
    assert {each for each in found if each[1] in ("date", "start", "end")} == arrow.DAYS


def models_below(model: Any) -> set[Any]:
    seen, todo = set(), [model]
    while todo:
        each = todo.pop()
        if hasattr(each, "model_fields"):
            if each not in seen:
                seen.add(each)
                todo += [field.annotation for field in each.model_fields.values()]
        else:
            todo += getattr(each, "__args__", ())
    return seen
