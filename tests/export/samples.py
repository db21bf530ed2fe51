"""Documents for the tests of exports: a small one made for them, and what the structure parser makes of the samples."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

from dau.document.directive import Directive
from dau.document.transcript import Transcript
from tests.structure.reading import parse_text, sample

from .making import Given

ROOT = Path(__file__).resolve().parents[2]
GOLDEN = ROOT / "tests" / "golden" / "export"
SAMPLES = ("001", "002", "003", "004")
READ_AT = "2026-01-05T08:30:00.000+00:00"


def small() -> Directive:
    """A decision of two pages with an appendix, a table, five tasks and three doubts; agency real, content made up."""
    return Directive.model_validate_json((GOLDEN / "small.json").read_bytes())


@cache
def parsed(name: str) -> Directive:
    """`000`: the golden document of the garbled decision; others: the sample text as the parser reads it today."""
    if name == "000":
        path = ROOT / "tests" / "golden" / "structure" / "000.json"
        return Directive.model_validate_json(path.read_bytes())
    return parse_text(sample(name))


def held(
    directive: Directive, folder: Path, *, inputs: tuple[str, ...] = ("in/1207-qd-ubnd.pdf",), sources: str = ""
) -> Given:
    """A document as an archive holds it, as far as exports look: its folder has the record of what was done;
    `sources` names where the text of its pages is from, blank between."""
    folder.mkdir(parents=True, exist_ok=True)
    event = {"event": "parsed", "agent": "dau.structure", "at": READ_AT}
    (folder / "events.jsonl").write_text(json.dumps(event) + "\n", encoding="utf-8")
    pages = [{"number": number, "text_source": name} for number, name in enumerate(sources.split(), 1)]
    transcript = Transcript.model_validate({"pages": pages})
    return Given(folder, directive.source.sha256 if directive.source else "0" * 64, inputs, directive, transcript)
