"""A system downstream: knows the committed JSON Schemas alone, and reads JSON Lines with models generated from them."""

from __future__ import annotations

import importlib.util
import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import jsonschema
import pytest
from datamodel_code_generator import DataModelType, InputFileType, PythonVersion, generate

from dau.corrected import documents
from dau.export import Options, export
from dau.index.tables import TABLES

from .making import archive_of
from .samples import parsed, small

SCHEMAS = Path(__file__).resolve().parents[2] / "docs" / "schema"
Lines = list[dict[str, Any]]


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return archive_of(tmp_path_factory.mktemp("archive") / "A", [small(), parsed("000"), parsed("003")])


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], ModuleType]]:
    """Python modules with pydantic models, generated from a committed schema."""
    folder, monkeypatch = tmp_path_factory.mktemp("models"), pytest.MonkeyPatch()

    def generated(name: str) -> ModuleType:
        path = folder / f"{name}_models.py"
        generate(
            SCHEMAS / f"{name}.schema.json", input_file_type=InputFileType.JsonSchema, output=path,
            output_model_type=DataModelType.PydanticV2BaseModel, target_python_version=PythonVersion.PY_311,
            class_name="Root", disable_timestamp=True, formatters=[],
        )  # fmt: skip
        spec = importlib.util.spec_from_file_location(path.stem, path)
        assert spec is not None and spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        monkeypatch.setitem(sys.modules, path.stem, module)  # pydantic looks names up there
        spec.loader.exec_module(module)
        return module

    yield generated
    monkeypatch.undo()


@pytest.fixture(scope="module")
def line_model(models: Callable[[str], ModuleType]) -> Any:
    return models("line").Root


def exported(archive: Path, out: Path, *tables: str) -> Lines:
    export(documents(archive), "jsonl", out, Options(archive, tables))
    return [json.loads(line) for line in out.read_text(encoding="utf-8").split("\n")[:-1]]


def test_lines_are_read_whole_and_written_back_the_same(archive: Path, tmp_path: Path, line_model: Any) -> None:
    lines = exported(archive, tmp_path / "x.jsonl")
    assert len(lines) == 3
    for line in lines:
        read = line_model.model_validate(line)
        assert [task.text for task in read.tasks] == [task["text"] for task in line["tasks"]]
        assert json.loads(read.model_dump_json(exclude_unset=True)) == line


def test_lines_fit_the_schema(archive: Path, tmp_path: Path) -> None:
    validator = jsonschema.Draft202012Validator(schema("line"))
    for line in exported(archive, tmp_path / "x.jsonl"):
        validator.validate(line)
    broken = {**line, "tasks": [{"id": 1}]}
    assert not validator.is_valid(broken) and not validator.is_valid({"archive": {"document": "x"}})


def test_what_a_later_version_adds_breaks_no_reader(archive: Path, tmp_path: Path, line_model: Any) -> None:
    """Unknown keys at every level, unknown values of open lists, a later minor version."""
    validator = jsonschema.Draft202012Validator(schema("line"))
    for line in exported(archive, tmp_path / "x.jsonl"):
        later = grown(line, skip=("evidence", "confidence", "reviewed"))
        later["schema_version"] = "1.7"
        for item in later["review"]:
            item["code"] = "something_new"
        for task in later["tasks"]:
            task["kind"] = "a_new_kind"
        validator.validate(later)
        read = line_model.model_validate(later)
        assert [task.text for task in read.tasks] == [task["text"] for task in line["tasks"]]
        assert {task.kind for task in read.tasks} == {"a_new_kind"}
    assert not validator.is_valid({**line, "schema_version": "2.0"})


def grown(value: Any, skip: tuple[str, ...] = ()) -> Any:
    """JSON with a key more in every object; what lies below the keys of `skip` are maps, whose keys are data."""
    if isinstance(value, list):
        return [grown(each, skip) for each in value]
    if not isinstance(value, dict):
        return value
    kept = {key: each if key in skip and isinstance(each, dict) else grown(each, skip) for key, each in value.items()}
    return {**kept, "news": {"a": [1]}}


def test_rows_are_read_by_the_schema_of_tables(
    archive: Path, tmp_path: Path, models: Callable[[str], ModuleType]
) -> None:
    whole = {name: exported(archive, tmp_path / f"{name}.jsonl", name) for name in TABLES}
    validator = jsonschema.Draft202012Validator(schema("rows"), format_checker=jsonschema.FormatChecker())
    validator.validate(whole)
    assert not validator.is_valid({"tasks": [{"document": "x"}]})
    read = models("rows").Root.model_validate(grown(whole))
    assert json.loads(read.model_dump_json()) == whole
    assert sum(map(len, whole.values())) > 200


def schema(name: str) -> Any:
    return json.loads((SCHEMAS / f"{name}.schema.json").read_bytes())


def test_the_references_of_the_schema_hold(archive: Path, tmp_path: Path) -> None:
    """`x-key` is unique and `x-references` name rows that are there."""
    whole = {name: exported(archive, tmp_path / f"{name}.jsonl", name) for name in TABLES}
    for name, definition in schema("rows")["$defs"].items():
        keys = [tuple(row[column] for column in definition["x-key"]) for row in whole[name]]
        assert len(set(keys)) == len(keys), name
        for reference in definition["x-references"]:
            there = {tuple(row[column] for column in reference["key"]) for row in whole[reference["table"]]}
            named = {tuple(row[column] for column in reference["columns"]) for row in whole[name]}
            assert {key for key in named if None not in key} <= there, (name, reference)
