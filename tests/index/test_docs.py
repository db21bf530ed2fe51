"""docs/search.md and docs/questions.md say what the tables, views and questions are. After a deliberate change:
DAU_WRITE_DOCS=1 pytest tests/index/test_docs.py"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from dau.index import describe
from dau.training.measure import put_section

DOCS = Path(__file__).resolve().parents[2] / "docs"


@pytest.mark.parametrize(
    ("page", "section", "content"),
    [
        ("search.md", "views", describe.views),
        ("search.md", "tables", describe.tables),
        ("questions.md", "questions", describe.all_questions),
    ],
)
def test_the_page_is_up_to_date(page: str, section: str, content: Callable[[], str]) -> None:
    if os.environ.get("DAU_WRITE_DOCS"):
        put_section(DOCS / page, section, content())
        pytest.fail("written; look at it, and run again without DAU_WRITE_DOCS")
    text = (DOCS / page).read_text(encoding="utf-8")
    printed = text.split(f"<!-- {section}: begin -->\n", 1)[1].split(f"\n<!-- {section}: end -->", 1)[0]
    assert printed == content()
