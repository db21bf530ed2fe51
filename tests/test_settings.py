"""Settings: page ranges, the digest, and complaints about a bad settings file."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from dau.document.errors import InputError
from dau.settings import Settings, digest, load


@pytest.mark.parametrize(
    ("pages", "count", "wanted"),
    [
        (None, 3, [1, 2, 3]),
        ("2", 3, [2]),
        ("1-2", 3, [1, 2]),
        ("2-", 4, [2, 3, 4]),
        ("3, 1-2", 9, [1, 2, 3]),
        ("1,1,1-1", 9, [1]),
        ("8-20", 9, [8, 9]),
        ("20-30", 9, []),
    ],
)
def test_pages_wanted(pages: str | None, count: int, wanted: list[int]) -> None:
    assert Settings(pages=pages).wanted(count) == wanted


@pytest.mark.parametrize("pages", ["0", "a", "3-1", "1--2", "1;2", "-3", "1,,2"])
def test_bad_page_ranges_are_refused(pages: str) -> None:
    with pytest.raises(ValidationError):
        Settings(pages=pages)


@given(st.integers(1, 50), st.sets(st.integers(1, 60)))
def test_wanted_is_the_intersection(count: int, chosen: set[int]) -> None:
    settings = Settings(pages=",".join(map(str, chosen)) or None)
    everything = set(range(1, count + 1))
    assert settings.wanted(count) == sorted(everything & chosen if chosen else everything)


def test_digest_tells_settings_and_versions_apart_but_not_key_order() -> None:
    base = digest(Settings(), {"tesseract": "5.3.0", "ngram": "ab"})
    assert base == digest(Settings(), {"ngram": "ab", "tesseract": "5.3.0"})
    assert base != digest(Settings(), {"tesseract": "5.3.1", "ngram": "ab"})
    assert base != digest(Settings(pages="1"), {"tesseract": "5.3.0", "ngram": "ab"})


def test_settings_file_and_overrides(tmp_path: Path) -> None:
    file = tmp_path / "dau.toml"
    file.write_text('pages = "1-2"\n[scan]\ndpi = 200\n')
    assert load(file).scan.dpi == 200
    assert load(file, pages="3").pages == "3"
    assert load(file, pages=None).pages == "1-2"


@pytest.mark.parametrize(
    ("content", "named"),
    [
        ("[scan]\ndpy = 200\n", "scan.dpy"),
        ("[scan]\ndpi = 'x'\n", "scan.dpi"),
        ("[scan\n", "TOML"),
        ("pages = '0'", "pages"),
    ],
)
def test_a_bad_settings_file_names_the_key(tmp_path: Path, content: str, named: str) -> None:
    file = tmp_path / "dau.toml"
    file.write_text(content)
    with pytest.raises(InputError, match=named):
        load(file)


def test_a_missing_settings_file_is_an_input_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        load(tmp_path / "none.toml")


def test_the_documented_settings_are_the_defaults() -> None:
    """docs/settings.md shows every setting with its default, and nothing else."""
    page = (Path(__file__).resolve().parents[1] / "docs" / "settings.md").read_text(encoding="utf-8")
    documented = tomllib.loads(page.split("```toml\n")[1].split("```")[0])
    documented.pop("pages")  # shown by an example; absent by default
    assert documented == Settings().model_dump(mode="json", exclude={"pages"})
