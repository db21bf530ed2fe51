"""What README.md and docs/ tell readers to type and to look at is there: commands, options, files, pages, tests."""

from __future__ import annotations

import argparse
import re
import runpy
import tomllib
from functools import cache
from pathlib import Path, PurePosixPath
from typing import Any

import pytest
from typer.main import get_command

from dau.cli.app import app

ROOT = Path(__file__).resolve().parents[1]
PAGES = sorted(
    file
    for pattern in ("*.md", "docs/*.md", "corpus/**/*.md", "models/*/*.md")
    for file in ROOT.glob(pattern)
    if file.name != "results.md"  # written by scripts
)
_CODE = re.compile(r"```[a-z]*\n(.*?)```|(?<!`)`([^`]+)`(?!`)|^ {4}(\S[^\n]*)$", re.MULTILINE | re.DOTALL)
_COMMAND = re.compile(r"(?<![\w./-])(?<!from )(?:\.venv/bin/)?dau ([a-z]+)(?![\w.])([^|·#;&]*)")
_OPTION = re.compile(r"(?<![\w-])--[a-z][a-z-]*")
_SCRIPT = re.compile(r"(scripts/\w+(?:\.py)?|python -m dau[\w.]+)([^|·#;&]*)")
_FOREIGN = {"--delete", "--psm", "--version"}
"""Options that a page names by themselves and that are of no command: of `aws s3 sync`, of Tesseract, of `dau`."""
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_FILE = re.compile(r"(?<![\w…/.*{<-])((?:[\w-]+/)*[\w-]+\.(?:py|sh))(?![\w*])")
_TEST = re.compile(r"(?<!\w)(test_\w+|Test[A-Z]\w+)(?![\w…])")


def named(page: Path) -> str:
    return str(page.relative_to(ROOT))


def code(page: Path) -> list[str]:
    """The lines of code of a page: blocks, indented lines, and what stands between backticks."""
    found = (next(filter(None, groups)) for groups in _CODE.findall(page.read_text(encoding="utf-8")))
    return [line for text in found for line in _one_line(text).splitlines()]


def _one_line(text: str) -> str:
    """A command that goes on behind a backslash on one line; a span that is broken in a paragraph too."""
    return text.replace("\\\n", " ")


@cache
def options_of_dau() -> dict[str, set[str]]:
    commands: dict[str, Any] = get_command(app).commands  # type: ignore[attr-defined]
    return {
        name: {
            "--help",
            *(option for parameter in command.params for option in (*parameter.opts, *parameter.secondary_opts)),
        }
        for name, command in commands.items()
    }


@cache
def options_of_benchmark() -> dict[str, set[str]]:
    parser: argparse.ArgumentParser = runpy.run_path(str(ROOT / "scripts" / "benchmark"))["command_line"]()
    (commands,) = (a for a in parser._actions if isinstance(a, argparse._SubParsersAction))
    general = set(parser._option_string_actions)
    return {name: general | set(command._option_string_actions) for name, command in commands.choices.items()}


@cache
def files() -> frozenset[str]:
    """Every file and folder of the repository by each of its endings: `ocr/digits.py`, `digits.py`."""
    folders = ("pipeline", "tests", "scripts", "docs", "corpus", "models", ".github")
    paths = [PurePosixPath(p.relative_to(ROOT)) for folder in folders for p in (ROOT / folder).rglob("*")]
    return frozenset("/".join(path.parts[n:]) for path in paths for n in range(len(path.parts)))


@cache
def names_of_tests() -> frozenset[str]:
    texts = [file.read_text(encoding="utf-8") for file in (ROOT / "tests").rglob("*.py")]
    modules = {file.stem for file in (ROOT / "tests").rglob("test_*.py")}
    return frozenset(
        modules.union(*(re.findall(r"^\s*(?:async )?(?:def|class) (\w+)", text, re.MULTILINE) for text in texts))
    )


def anchors(page: Path) -> set[str]:
    """The headings of a page as the forge names them."""
    headings = re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_commands_and_their_options_exist(page: Path) -> None:
    wrong = []
    for line in code(page):
        for command, rest in _COMMAND.findall(line):
            known = options_of_dau().get(command)
            wrong += [(line, command)] if known is None else []
            wrong += [(line, option) for option in _OPTION.findall(rest) if known is not None and option not in known]
    assert not wrong


def knows(script: str, rest: str, option: str) -> bool:
    """Whether a script or module takes an option; `rest` is what stands behind its name."""
    if script == "scripts/run":  # hands them on
        return option in options_of_dau()["run"]
    if script == "scripts/benchmark" and (part := re.match(r"\s+([a-z]+)", rest)):
        return option in options_of_benchmark().get(part[1], ())
    return f'"{option}"' in (source(script) or Path()).read_text(encoding="utf-8")


def source(script: str) -> Path | None:
    """The file that reads a script's or module's command line."""
    if script == "scripts/make_scans.py":
        return ROOT / "pipeline/dau/training/simulate/command.py"
    module = ROOT / "pipeline" / (script.removeprefix("python -m ").replace(".", "/") + ".py")
    return next((file for file in (ROOT / script, module) if file.is_file()), None)


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_scripts_and_their_options_exist(page: Path) -> None:
    for line in code(page):
        for script, rest in _SCRIPT.findall(line):
            assert source(script), (script, line)
            assert not [option for option in _OPTION.findall(rest) if not knows(script, rest, option)], line
            if script == "scripts/benchmark" and (part := re.match(r"\s+([a-z]+)\b", rest)):
                assert part[1] in options_of_benchmark(), line


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_options_by_themselves_are_of_some_command(page: Path) -> None:
    alone = [line for line in code(page) if line.startswith("--")]
    modules = "".join(file.read_text(encoding="utf-8") for file in (ROOT / "pipeline/dau/training").rglob("*.py"))
    known = set().union(_FOREIGN, *options_of_dau().values(), *options_of_benchmark().values())
    named = {option for line in alone for option in _OPTION.findall(line)} - known
    assert not [option for option in named if f'"{option}"' not in modules]


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_links_lead_somewhere(page: Path) -> None:
    wrong: list[str] = []
    for link in _LINK.findall(page.read_text(encoding="utf-8")):
        if "://" in link or link.startswith("mailto:"):
            continue
        path, _, anchor = link.partition("#")
        target = page.parent / path if path else page
        if not target.exists() or (anchor and target.suffix == ".md" and anchor not in anchors(target)):
            wrong.append(link)
    assert not wrong


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_files_and_tests_that_are_named_exist(page: Path) -> None:
    lines = code(page)
    assert not [(line, file) for line in lines for file in _FILE.findall(line) if file not in files()]
    assert not [(line, test) for line in lines for test in _TEST.findall(line) if test not in names_of_tests()]


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_extras_that_are_to_be_installed_exist(page: Path) -> None:
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    assert set(re.findall(r"dau\[(\w+)\]", page.read_text(encoding="utf-8"))) <= set(extras)


def test_the_table_of_commands_is_complete() -> None:
    """README.md says what each command does."""
    table = (ROOT / "README.md").read_text(encoding="utf-8").partition("## Commands")[2].partition("\n## ")[0]
    assert set(re.findall(r"`dau ([a-z]+)", table)) == set(options_of_dau())


def test_every_page_can_be_reached() -> None:
    """From README.md, page by page."""
    seen: set[Path] = set()
    ahead = [ROOT / "README.md"]
    while ahead:
        page = ahead.pop()
        seen.add(page)
        for link in _LINK.findall(page.read_text(encoding="utf-8")):
            target = (page.parent / link.partition("#")[0]).resolve()
            if target.suffix == ".md" and target.is_file() and target not in seen:
                ahead.append(target)
    assert {page for page in PAGES if page.parent.name == "docs"} <= seen
