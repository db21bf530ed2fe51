"""SQL of the user's own: it reads, and does nothing else, whatever it says."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from dau.cli.app import exit_code
from dau.index.build import FILE_NAME, update
from dau.index.query import QueryRefused, QueryTimeout, ask
from dau.index.questions import questions
from dau.index.tables import TABLES

REFUSED = [
    "DELETE FROM tasks",
    "UPDATE documents SET number = 'x'",
    "INSERT INTO tasks SELECT * FROM tasks",
    "INSERT INTO search (search) VALUES ('delete-all')",
    "DROP TABLE tasks",
    "CREATE TABLE x (a)",
    "CREATE TEMP TABLE x (a)",
    "CREATE TEMP VIEW x AS SELECT 1",
    "CREATE TEMP TRIGGER x AFTER INSERT ON tasks BEGIN SELECT 1; END",
    "ALTER TABLE tasks ADD COLUMN x",
    "ATTACH '/tmp/x.sqlite' AS x",
    "ATTACH ':memory:' AS x",
    "DETACH main",
    "VACUUM",
    "VACUUM INTO '/tmp/x.sqlite'",
    "REINDEX",
    "ANALYZE",
    "BEGIN",
    "COMMIT",
    "SAVEPOINT x",
    "PRAGMA journal_mode = DELETE",
    "PRAGMA query_only = OFF",
    "PRAGMA writable_schema = ON",
    "PRAGMA user_version = 7",
    "PRAGMA wal_checkpoint(TRUNCATE)",
    "SELECT load_extension('/tmp/x.so')",
    "SELECT fts3_tokenizer('simple')",
    "SELECT writefile('/tmp/x', 'x')",
    "SELECT readfile('/etc/passwd')",
    "SELECT 1; DROP TABLE tasks",
    "SELECT zeroblob(1000000000)",
    "SELECT replace(hex(zeroblob(4000000)), '0', 'xxxxxxxxxx')",
    "WITH x AS (SELECT 1) DELETE FROM tasks",
    "EXPLAIN DELETE FROM tasks",
    "",
    "-- nothing",
    "SELECT $missing",
    "SELECT '\0'",
    "nonsense",
]


@pytest.mark.parametrize("sql", REFUSED)
def test_what_does_more_than_read_is_refused(index: sqlite3.Connection, made: Path, sql: str) -> None:
    before = hashlib.sha256((made / FILE_NAME).read_bytes()).hexdigest()
    with pytest.raises(QueryRefused):
        ask(index, sql)
    assert hashlib.sha256((made / FILE_NAME).read_bytes()).hexdigest() == before
    assert not list(Path("/tmp").glob("x.sqlite*"))
    assert ask(index, "SELECT count(*) FROM tasks").rows[0][0] > 0  # type: ignore[operator]


ENDLESS = [
    "WITH RECURSIVE a(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM a) SELECT count(*) FROM a",
    "SELECT count(*) FROM nodes a, nodes b, nodes c, nodes d, nodes e",
    "SELECT * FROM nodes a, nodes b, nodes c, nodes d ORDER BY a.text || b.text || c.text || d.text LIMIT 1",
]


@pytest.mark.parametrize("sql", ENDLESS)
def test_what_does_not_end_is_ended(index: sqlite3.Connection, sql: str) -> None:
    begun = time.monotonic()
    with pytest.raises(QueryTimeout, match="more than"):
        ask(index, sql, seconds=0.2)
    assert time.monotonic() - begun < 30
    assert ask(index, "SELECT 1").rows == ((1,),)


TOO_MUCH = [
    "SELECT json_group_array(hex(randomblob(1000))) FROM nodes a, nodes b, nodes c, nodes d",
    "WITH RECURSIVE a(x, n) AS (SELECT zeroblob(900000), 1 UNION SELECT zeroblob(900000 - n), n + 1 FROM a)"
    " SELECT count(*) FROM a",
    "SELECT hex(zeroblob(600000))",
]


@pytest.mark.parametrize("sql", TOO_MUCH)
def test_memory_is_bounded(made: Path, sql: str) -> None:
    """In a process of its own: what it holds at most is a figure of the process."""
    program = (
        "import resource, sys\n"
        "from pathlib import Path\n"
        "from dau.index.query import QueryRefused, ask\n"
        "from dau.index.reader import open_index\n"
        "try:\n"
        "    ask(open_index(Path(sys.argv[1])), sys.argv[2], seconds=60)\n"
        "except QueryRefused as error:\n"
        "    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, error)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(made), sql], capture_output=True, text=True, check=True, timeout=120
    )
    kibibytes, said = done.stdout.split(" ", 1)
    assert int(kibibytes) < 1500 * 1024
    assert "MiB of memory" in said or "too big" in said


def test_one_call_of_a_function_ends_too(index: sqlite3.Connection) -> None:
    """SQLite looks at no clock within a function, and this one takes the square of its values."""
    with pytest.raises(QueryRefused, match="too big"):
        ask(index, "SELECT instr(hex(zeroblob(4900000)), substr(hex(zeroblob(2400000)), 2) || '1')")


WORDS = st.sampled_from(
    ["SELECT", "*", "FROM", "documents", "tasks", "WHERE", "text", "=", "'x'", "(", ")", ",", ";", "--", "/*", "UNION",
     "LIMIT", "1", "-1", "ORDER BY", "DELETE", "PRAGMA", "table_info(tasks)", "search", "MATCH",
     "'\"'", "\"", "$a", "?",
     "WITH RECURSIVE", "x AS", "CREATE", "count(*)", "NULL", "||", "VALUES", "\ud800", "\0"]
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@example("SELECT * FROM search WHERE search MATCH '\"'")
@example("SELECT randomblob(-1)")
@given(st.one_of(st.lists(WORDS, max_size=12).map(" ".join), st.text(max_size=30)))
def test_any_text_is_answered_or_refused(made: Path, sql: str) -> None:
    from dau.index.reader import open_index

    connection = open_index(made)
    try:
        ask(connection, sql, seconds=1.0, most_rows=50)
    except (QueryRefused, QueryTimeout):
        pass
    finally:
        connection.close()


def test_rows_are_limited_and_it_is_told(index: sqlite3.Connection) -> None:
    answer = ask(index, "SELECT * FROM nodes", most_rows=3)
    assert len(answer.rows) == 3 and answer.truncated
    assert not ask(index, "SELECT 1 UNION ALL SELECT 2", most_rows=2).truncated


def test_columns_of_one_name_are_told_apart(index: sqlite3.Connection) -> None:
    assert list(ask(index, "SELECT 1 AS a, 2 AS a, 3 AS a_2").records()) == [{"a": 1, "a_2": 2, "a_2_2": 3}]


@pytest.mark.parametrize(
    ("sql", "advice"),
    [
        ("SELECT * FROM task", "Did you mean tasks?"),
        ("SELECT * FROM zzzzzz", "There are agencies"),
        ("SELECT subjct FROM documents", "Did you mean subject (of documents)?"),
        ("SELECT $x", "--set NAME=VALUE"),
        ("SELECT 1; SELECT 2", "Write one SELECT"),
        ("DELETE FROM tasks", "Only reading is allowed"),
    ],
)
def test_a_mistake_is_explained(index: sqlite3.Connection, sql: str, advice: str) -> None:
    with pytest.raises(QueryRefused) as refused:
        ask(index, sql)
    assert advice in str(refused.value)


def test_text_can_be_compared_without_diacritics(index: sqlite3.Connection) -> None:
    found = ask(index, "SELECT DISTINCT province FROM documents WHERE bare(province) = $name", {"name": "Quang Ngai"})
    assert found.rows == (("Quảng Ngãi",),)


@pytest.mark.parametrize("name", sorted(questions()))
def test_every_question_has_an_answer(index: sqlite3.Connection, name: str) -> None:
    question = questions()[name]
    answer = ask(index, question.sql, {each.name: each.example for each in question.parameters})
    assert question.title and answer.columns and not answer.truncated


QUESTIONS = [
    ("overdue-by-agency", {"day": "2021-09-30"}, [("Công an tỉnh Quảng Ngãi", 1, "2021-09-29", "2021-09-29")]),
    ("overdue-by-agency", {"day": "2021-09-29"}, []),
    ("deadlines-between", {"first": "2022-05-01", "last": "2022-05-31"}, [("2022-05-14", "04/KH-UBND")]),
    ("documents-citing", {"number": "12/KH-UBND"}, [("04/KH-UBND", "Kế hoạch")]),
    ("documents-citing", {"number": "12/KH-UBND "}, []),
    ("duties-of-agency", {"agency": "Công an tỉnh Quảng Ngãi"}, [("12/KH-UBND", "2021-02-05")]),
    ("coordinators", {"agency": "Công an tỉnh"}, [("Sở Tài chính tỉnh Quảng Ngãi", "local", 1)]),
]


@pytest.mark.parametrize(("name", "values", "expected"), QUESTIONS)
def test_a_question_finds_what_the_texts_say(
    index: sqlite3.Connection, names: dict[str, str], name: str, values: dict[str, str], expected: list[tuple[object]]
) -> None:
    """Of the texts made for it: the others name none of these days and agencies, or are left out by their number."""
    rows = ask(index, questions()[name].sql, values).rows
    width = len(expected[0]) if expected else 0
    own = [row[:width] for row in rows if not width or row[:width] in expected]
    assert own == expected if expected else rows == ()


def test_the_command_writes_every_format(made: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    sql = "SELECT number, subject, to_review FROM documents WHERE number LIKE '1_/KH-UBND' ORDER BY number"
    answers = []
    for form in ("json", "jsonl", "csv", "table"):
        assert exit_code(["query", str(made), sql, "--format", form]) == 0
        answers.append(capsysbinary.readouterr().out.decode())
    records = json.loads(answers[0])
    assert [record["number"] for record in records] == ["12/KH-UBND", "13/KH-UBND", "15/KH-UBND"]
    assert [json.loads(row) for row in answers[1].splitlines()] == records
    assert [row["subject"] for row in csv.DictReader(io.StringIO(answers[2]))] == [r["subject"] for r in records]
    assert all(record["subject"] in answers[3] for record in records)


def test_a_cell_of_the_csv_is_no_formula(made: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    assert exit_code(["query", str(made), "SELECT '=HYPERLINK(\"x\")' AS a", "--format", "csv"]) == 0
    assert list(csv.reader(io.StringIO(capsysbinary.readouterr().out.decode()))) == [["a"], ["'=HYPERLINK(\"x\")"]]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["SELECT 1"], 0),
        (["--question", "flags"], 0),
        (["--question", "list"], 0),
        (["--question", "documents-citing", "--set", "number=1/X"], 0),
        (["--question", "nothing"], 2),
        (["--question", "flags", "--set", "x=1"], 2),
        ([], 2),
        (["SELECT 1", "--question", "flags"], 2),
        (["DROP TABLE tasks"], 2),
        (["WITH RECURSIVE a(x) AS (SELECT 1 UNION ALL SELECT x FROM a) SELECT count(*) FROM a", "--seconds", "0.1"], 4),
    ],
)
def test_exit_codes(made: Path, arguments: list[str], code: int) -> None:
    assert exit_code(["query", str(made), *arguments]) == code


def test_without_an_index_the_commands_say_what_to_do(archive: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert exit_code(["query", str(archive), "SELECT 1"]) == 4
    assert exit_code(["search", str(archive), "x"]) == 4
    assert "Run `dau index`" in capsys.readouterr().err.replace("\n", " ")


def test_index_and_search_from_the_command_line(archive: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    assert exit_code(["index", str(archive), "--json"]) == 0
    assert json.loads(capsysbinary.readouterr().out)["failed"] == {}
    assert exit_code(["search", str(archive), "thu", "an", "phi", "--json", "--year", "2022"]) == 0
    found = json.loads(capsysbinary.readouterr().out)
    assert [hit["number"] for hit in found["hits"]] == ["13/KH-UBND"]
    assert exit_code(["search", str(archive), "--", "thu", "-án"]) == 0
    assert "13/KH-UBND" not in capsysbinary.readouterr().out.decode()
    assert exit_code(["search", str(archive), "13/KH-UBND"]) == 0
    assert "13/KH-UBND" in capsysbinary.readouterr().out.decode()


def test_on_a_disk_that_cannot_be_written_it_can_be_asked(archive: Path) -> None:
    from dau.index.reader import open_index

    update(archive)
    names = [path for path in archive.iterdir() if path.name.startswith(FILE_NAME)]
    for path in names:
        path.chmod(0o444)
    archive.chmod(0o555)
    try:
        connection = open_index(archive)
        assert len(ask(connection, "SELECT id FROM documents").rows) > 0
        connection.close()
    finally:
        archive.chmod(0o755)


def test_the_tables_of_the_row_model_are_there(index: sqlite3.Connection) -> None:
    for name, table in TABLES.items():
        assert ask(index, f"SELECT * FROM {name} LIMIT 0").columns == tuple(column.name for column in table.columns)
