"""What a person settles is in the message and in the description afterwards, without a setting."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from dau.archive.reviews import Action, FieldTarget, append_review, new_event
from dau.corrected import documents
from dau.document.directive import Directive, ReviewItem
from dau.export import Options, export
from dau.export.markup import read

from .making import archive_of
from .samples import small

SHA256 = hashlib.sha256(b"/in/0.pdf").hexdigest()
"""That `archive_of` gives its first document."""


def doubtful() -> Directive:
    item = ReviewItem(
        code="handwritten_number_low_confidence", severity="medium", field="/metadata/number", page=1, message="?"
    )
    return small().model_copy(update={"review": (item,)})


def number(archive: Path, to: str, out: Path) -> str | None:
    export(documents(archive), to, out, Options(archive))
    path = next(path for path in out.rglob("*") if path.suffix in (".edxml", ".xml"))
    names = {"edxml": ".//{*}CodeNumber", "ead": ".//codeNumber", "akn": ".//{*}docNumber"}
    found = read(path).findtext(names[to])
    return None if found is None else str(found)


@pytest.mark.parametrize("to", ["edxml", "ead"])
@pytest.mark.parametrize(
    ("action", "after", "expected"),
    [("correct_field", "1201/QĐ-UBND", "1201"), ("accept", None, "1207")],
)
def test_a_settled_number_is_written(to: str, action: Action, after: str | None, expected: str, tmp_path: Path) -> None:
    archive = archive_of(tmp_path / "A", [doubtful()])
    assert number(archive, to, tmp_path / "before") is None
    target = FieldTarget(field="/metadata/number", raw="1207/QĐ-UBND")
    append_review(archive, SHA256, new_event("An", action, target, before="1207/QĐ-UBND", after=after))
    assert number(archive, to, tmp_path / "after") == expected
    said = (tmp_path / "after" / "report.jsonl").read_text(encoding="utf-8").split("\n")[:-1]
    assert not [line for line in map(json.loads, said) if line["why"] == "in doubt"]


def test_akoma_ntoso_has_the_corrected_number_and_who_said_it(tmp_path: Path) -> None:
    archive = archive_of(tmp_path / "A", [doubtful()])
    target = FieldTarget(field="/metadata/number", raw="1207/QĐ-UBND")
    append_review(archive, SHA256, new_event("An", "correct_field", target, after="1201/QĐ-UBND"))
    assert number(archive, "akn", tmp_path / "after") == "1201/QĐ-UBND"
    text = next((tmp_path / "after").glob("*.xml")).read_text(encoding="utf-8")
    assert "/2021-06-16/1201-qd-ubnd" in text and "<dau:reviewed>" in text
