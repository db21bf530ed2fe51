"""The committed JSON Schemas equal the models, and the annotated examples validate."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from dau.cli.app import exit_code
from dau.cli.schema import SchemaName, schema_text

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("name", list(SchemaName))
def test_the_committed_schema_is_what_dau_schema_prints(
    name: SchemaName, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    """On a deliberate change: dau schema --out docs/schema"""
    committed = (ROOT / "docs" / "schema" / f"{name}.schema.json").read_bytes()
    assert exit_code(["schema", name.value]) == 0
    assert capfdbinary.readouterr().out == committed


@pytest.mark.parametrize("name", list(SchemaName))
def test_the_schemas_are_valid_draft_2020_12(name: SchemaName) -> None:
    jsonschema.Draft202012Validator.check_schema(json.loads(schema_text(name)))


def test_annotated_examples_validate(shared: Path) -> None:
    validator = jsonschema.Draft202012Validator(json.loads(schema_text(SchemaName.document)))
    examples = sorted(shared.glob("structure/**/*.json"))
    assert len(examples) >= 2
    for example in examples:
        validator.validate(json.loads(example.read_text(encoding="utf-8")))
