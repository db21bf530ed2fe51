"""docs/notebooks/questions.ipynb: the named questions, asked of exported tables with DuckDB.

Written by the test, read by people; its SQL is that of `dau query`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient

from dau.index.questions import Question, questions

from .samples import SAMPLES

COMMITTED = Path(__file__).resolve().parents[2] / "docs" / "notebooks" / "questions.ipynb"

_HEAD = f"""# Ten questions to an archive

Exported tables, asked with [DuckDB](https://duckdb.org). To run this over your own archive:

    pip install duckdb jupyterlab
    dau export ARCHIVE --to parquet --out tables
    jupyter lab questions.ipynb

The questions are those of `dau query ARCHIVE --question list`, word for word, and have the same answers. The tables
are described in [export.md](../export.md), column by column in [rows.schema.json](../schema/rows.schema.json). What is
shown here are {len(SAMPLES)} sample documents of this repository, with the machine's mistakes."""

_OPEN = """from pathlib import Path

import duckdb

db = duckdb.connect()
db.execute("SET default_null_order = 'sqlite'")  # rows in the order in which `dau query` gives them
for file in sorted(Path("tables").glob("*.parquet")):
    db.execute(f"CREATE VIEW {file.stem} AS FROM read_parquet('{file}')")


def ask(sql, **values):
    db.sql(sql, params=values).show(max_width=160, max_rows=14)"""

_NESTED = (
    "## Below the tables\n\n`documents` has one column more, `content`: the whole of document.json, typed. Who signed "
    "for whom, and for each doubt of high severity what else may have been meant:",
    '''ask("""
SELECT number, content.metadata.signer.stack, content.metadata.signer.name
FROM documents
ORDER BY id
""")''',
    '''ask("""
SELECT number, doubt.code, doubt.raw, list_transform(doubt.alternatives, lambda other: other.value) AS alternatives
FROM (SELECT id, number, unnest(content.review) AS doubt FROM documents)
WHERE doubt.severity = 'high'
ORDER BY id, doubt.expected_loss DESC, doubt.code
""")''',
)


def made() -> nbformat.NotebookNode:
    """The notebook, not yet executed."""
    cells = [_text(_HEAD), _code(_OPEN)]
    for question in questions().values():
        cells += [_text(_about(question)), _code(_asked(question))]
    cells += [_text(_NESTED[0]), *map(_code, _NESTED[1:])]
    for number, cell in enumerate(cells):
        cell["id"] = f"cell-{number:02d}"
    return nbformat.v4.new_notebook(cells=cells, metadata={
        "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"},
        "language_info": {"name": "python"},
    })  # fmt: skip


def executed(folder: Path) -> str:
    """The notebook with its outputs, run in a folder that holds `tables`; without times and versions."""
    notebook = made()
    place = {"metadata": {"path": str(folder)}}
    NotebookClient(notebook, timeout=120, kernel_name="python3", resources=place, coalesce_streams=True).execute()
    notebook["metadata"]["language_info"] = {"name": "python"}
    for cell in notebook.cells:
        cell["metadata"].pop("execution", None)
    return nbformat.writes(notebook) + "\n"


def _about(question: Question) -> str:
    lines = [f"## {question.title}", f"`dau query ARCHIVE --question {question.name}`"]
    lines += [f"`${each.name}`: {each.description}." for each in question.parameters]
    return "\n\n".join([*lines, *filter(None, [question.note])])


def _asked(question: Question) -> str:
    values = "".join(f", {each.name}={each.example!r}" for each in question.parameters)
    return f'ask("""\n{question.sql}\n"""{values})'


def _text(source: str) -> Any:
    return nbformat.v4.new_markdown_cell(source)


def _code(source: str) -> Any:
    return nbformat.v4.new_code_cell(source)
