"""The parser as a whole: total, lossless, the samples, the scores on the annotated documents."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dau.document.directive import Directive
from dau.document.transcript import Transcript, TranscriptPage, lines_of_text
from dau.structure import parse, reproduce
from dau.structure.checks import unknown_nodes
from dau.training.structure_documents import score_module

from .reading import ROOT, boxed_page, line_ids, parse_text, sample, text_transcript

GOLDEN = ROOT / "tests" / "golden" / "structure"
SAMPLES = ("000", "001", "002", "003", "004")

REAL_LINES = sorted(
    {line for name in SAMPLES for line in sample(name).splitlines() if len(line) < 200}
    | {"I. MỤC TIÊU", "Điều 2.", "1.1. Một", "đ) Năm", "STT", "TT", "01", "2", "| a | b |", "PHỤ LỤC I", "Nơi nhận:"}
)
QUICK = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def assert_sound(transcript: Transcript, directive: Directive) -> None:
    assert reproduce(directive) == line_ids(transcript)
    ids = [node.id for node in directive.nodes]
    assert len(set(ids)) == len(ids)
    known = {*ids, *(c.id for c in directive.components)}
    assert all(node.parent in known and node.parent != node.id for node in directive.nodes)
    assert len({c.id for c in directive.components}) == len(directive.components)
    assert unknown_nodes(directive) == []
    losses = [r.expected_loss for r in directive.review]
    assert losses == sorted(losses, key=lambda loss: -(loss or 0.0)) and None not in losses
    assert Directive.model_validate_json(directive.model_dump_json()) == directive


def words(text: str) -> list[str]:
    return [w for w in text.replace("|", " ").split() if any(c.isalnum() for c in w)]


@QUICK
@given(st.text(max_size=400))
def test_any_text_makes_a_tree(text: str) -> None:
    transcript = text_transcript(text)
    assert_sound(transcript, parse(transcript))


@QUICK
@given(st.lists(st.sampled_from(REAL_LINES), max_size=40))
def test_any_mixture_of_real_lines_makes_a_tree(lines: list[str]) -> None:
    transcript = text_transcript("\n".join(lines))
    assert_sound(transcript, parse(transcript))


@QUICK
@given(
    st.lists(
        st.lists(st.tuples(st.integers(0, 560), st.integers(0, 830), st.sampled_from(REAL_LINES)), max_size=12),
        max_size=3,
    )
)
def test_any_page_of_boxes_makes_a_tree(pages: list[list[tuple[int, int, str]]]) -> None:
    transcript = Transcript(
        pages=tuple(boxed_page(n, [(x, y, text) for x, y, text in rows]) for n, rows in enumerate(pages, 1))
    )
    assert_sound(transcript, parse(transcript))


def test_nothing_at_all() -> None:
    for transcript in (Transcript(), text_transcript(""), text_transcript("\n\n\n")):
        assert_sound(transcript, parse(transcript))


@pytest.mark.parametrize("name", SAMPLES)
def test_samples_lose_no_word(name: str) -> None:
    """Every word of the input is in a node or block, but for the markers and the heads of tables."""
    transcript = text_transcript(sample(name))
    d = parse(transcript)
    assert_sound(transcript, d)
    held = " ".join(
        " ".join(filter(None, (n.number, n.heading, n.text))) for n in d.nodes
    ) + " ".join(b.text for b in d.blocks)  # fmt: skip
    said, kept = words(sample(name)), set(words(held))
    lost = [w for w in said if w not in kept and w.strip("*.:;,()-“”\"'") not in held]
    assert len(lost) <= 0.005 * len(said), lost[:40]


@pytest.mark.parametrize("name", SAMPLES)
def test_the_same_input_gives_the_same_bytes(name: str) -> None:
    transcript = text_transcript(sample(name))
    assert parse(transcript).model_dump_json() == parse(transcript).model_dump_json()


def test_pages_and_form_feeds_are_read_alike() -> None:
    """A text in pages, and the same in one piece, have the same tree."""
    body = sample("002").splitlines()
    cut = 150
    pages = tuple(
        TranscriptPage(number=n, text_source="text", lines=lines_of_text("\n".join(part) + "\n", n))
        for n, part in enumerate((body[:cut], body[cut:]), 1)
    )
    assert [n.id for n in parse(Transcript(pages=pages)).nodes] == [n.id for n in parse_text(sample("002")).nodes]


# ------------------------------------------------------------------ the samples


def test_decision_1423_from_its_garbled_text() -> None:
    d = parse_text(sample("000"))
    m = d.metadata
    assert (m.type.name, m.number.raw, m.number.text, m.number.serial) == ("Quyết định", "4423 OP-BTTTT", None, None)
    assert (m.issued.raw, m.issued.date) == ("ngay 45 thing 9 ndm 2021", None)
    high = {(r.code, r.field) for r in d.review if r.severity == "high"}
    assert {("number_misread", "/metadata/number"), ("date_impossible", "/metadata/issued")} <= high
    assert [n.id for n in d.nodes if n.kind == "article"] == [f"quyet-dinh/dieu-{n}" for n in (1, 2, 3)]
    assert [n.id for n in d.nodes if n.parent == "ke-hoach" and n.kind == "section"] == [
        f"ke-hoach/{n}" for n in ("I", "II", "III", "IV", "V")
    ]
    assert [n.number for n in d.nodes if n.kind == "table_row"] == ["01", "02", "03", "04", "05", "07", "08"]
    ids = {n.id for n in d.nodes}
    assert {"ke-hoach/I/1.2", "ke-hoach/V/p1", "ke-hoach/V/10/-4", "phu-luc/02/II/12", "phu-luc/08/II"} <= ids
    codes = {r.code for r in d.review}
    assert {"table_row_gap", "list_marker_gap", "false_list_marker", "recipients_unclosed", "header_missing"} <= codes
    assert len(d.recipients) == 14


def test_plan_of_a_department_from_its_garbled_text() -> None:
    d = parse_text(sample("004"))
    assert [n.number for n in d.nodes if n.kind == "section"] == ["I.", "II.", "III.", "IV.", "V.", "VI."]
    assert (d.metadata.number.raw, d.metadata.number.text) == ("44 |KH-STTTT", "44/KH-STTTT")
    assert "number_misread" in {r.code for r in d.review}
    assert d.metadata.issued.date == "2021-10-15"


def test_a_press_article_is_no_directive() -> None:
    d = parse_text(sample("001"))
    assert d.metadata.type.name is None
    assert {"van-ban/1", "van-ban/1~2", "van-ban/10"} <= {n.id for n in d.nodes}


# ----------------------------------------------------------------------- golden


@pytest.mark.parametrize("name", ["002", "003"])
def test_golden(name: str, regenerate: bool) -> None:
    path = GOLDEN / f"{name}.json"
    made = parse_text(sample(name)).model_dump_json(indent=1) + "\n"
    if regenerate:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(made, encoding="utf-8")
    assert json.loads(made) == json.loads(path.read_text(encoding="utf-8"))


def test_ci_never_regenerates(regenerate: bool) -> None:
    assert not (regenerate and os.environ.get("CI")), "golden files are reviewed by people, not rewritten by CI"


# ----------------------------------------------------------------------- scores

FLOORS = {
    "clean": {"mean": 0.93, "metadata": 0.98, "node_ids": 0.98, "node_text": 0.98, "recipients": 0.98},
    "scans": {"mean": 0.90, "metadata": 0.98, "node_ids": 0.96, "node_text": 0.95, "recipients": 0.96},
}
"""Measured 22.11.2026: clean 0.995 (1.0 each), exact text of the six scans 0.973 (1.0 each). Both were used to
develop the parser, so that the floors guard against loss and promise nothing about other documents."""


def _pairs(shared: Path, which: str) -> list[tuple[str, Any]]:
    folder = shared / "structure"
    if which == "clean":
        return [
            (sample(path.name[:3]), json.loads(path.read_text(encoding="utf-8")))
            for path in sorted(folder.glob("00*.json"))
        ]
    return [
        (path.read_text(encoding="utf-8"), json.loads(path.with_suffix(".json").read_text(encoding="utf-8")))
        for path in sorted((folder / "scans").glob("*.txt"))
    ]


@pytest.mark.parametrize("which", ["clean", "scans"])
def test_scores(shared: Path, which: str) -> None:
    pairs = _pairs(shared, which)
    assert len(pairs) >= 2
    made = [json.loads(parse_text(text).model_dump_json()) for text, _ in pairs]
    scores = score_module(shared).structure(made, [reference for _, reference in pairs])
    below = {part: scores[part] for part, floor in FLOORS[which].items() if scores[part] < floor}
    assert not below


@pytest.mark.parametrize("name", SAMPLES)
def test_every_flag_says_where(name: str) -> None:
    """A reviewer can go there: a node with its page, a page, or a field; only the way a text came has no place."""
    d = parse_text(sample(name))
    assert d.review
    nowhere = [r.code for r in d.review if r.node is None and r.page is None and r.field is None]
    assert set(nowhere) <= {"hard_wrapped_text"}
    ids = {node.id for node in d.nodes}
    assert not [r.code for r in d.review if r.node in ids and r.page is None]
    assert {r.node for r in d.review if r.node} <= ids | {c.id for c in d.components}
