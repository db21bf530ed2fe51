"""Words of the interface: both languages, the same blanks, nothing that a template asks for is missing."""

from __future__ import annotations

import re
from string import Formatter
from typing import get_args

from dau.archive.review_events import Action
from dau.corrected.ledger import Fate
from dau.document.directive import AssigneeRole, BlockKind, NodeKind, Severity
from dau.document.errors import Category
from dau.document.orthography import slug
from dau.document.transcript import Boundary
from dau.structure.annotations import COLOURS
from dau.web.desk.language import words
from dau.web.desk.rendering import NAVIGATION, UPLOAD
from dau.web.pages import TEMPLATES

_ASKED = re.compile(r"""\bt\(\s*["']([^"'~]+)["']\s*[,)]""")

_REFUSED = re.compile(r"""<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc="/static/)|\|\s*safe|https?:""")


def test_both_languages_say_the_same() -> None:
    for key, texts in words().items():
        assert set(texts) == {"vi", "en"} and all(texts.values()), key
        blanks = [{name for _, name, *_ in Formatter().parse(text) if name} for text in texts.values()]
        assert blanks[0] == blanks[1], key


def test_templates_ask_for_words_that_are_there() -> None:
    asked = {key for file in TEMPLATES.glob("*.html") for key in _ASKED.findall(file.read_text(encoding="utf-8"))}
    assert len(asked) > 80
    assert asked <= set(words())
    assert {key for key, _ in (*NAVIGATION, UPLOAD)} <= set(words())
    assert {f"label.{slug(label)}" for label in COLOURS} <= set(words())


def test_closed_lists_have_their_words() -> None:
    """Values that templates look up by `t.known`, which shows the value itself where there are no words for it."""
    lists = {
        "category": Category, "fate": Fate, "boundary": Boundary, "part": BlockKind, "kind": NodeKind,
        "severity": Severity, "action": Action, "role": AssigneeRole,
    }  # fmt: skip
    asked = {f"{prefix}.{value}" for prefix, values in lists.items() for value in get_args(values)}
    assert asked - {"fate.applied"} | {"part.body"} <= set(words())


def test_templates_have_neither_scripts_nor_styles_of_their_own() -> None:
    """The policy would refuse them; so would a reader of the source."""
    for file in TEMPLATES.glob("*.html"):
        text = file.read_text(encoding="utf-8")
        assert not _REFUSED.search(text), file.name
