"""document.json as one self-contained page to look at. Everything from the document is escaped."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from html import escape

from dau.document.directive import Directive, Evidence, Node, ReviewItem, Task
from dau.document.transcript import Transcript
from dau.structure.annotations import COLOURS, Annotated, Finding, annotated

_STYLE = """
body{font:16px/1.5 'Times New Roman',serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1a1a1a}
h1{font-size:1.3rem} h2{font-size:1.05rem;margin-top:2rem;border-bottom:1px solid #ccc}
table{border-collapse:collapse;width:100%}
td,th{border:1px solid #ddd;padding:.25rem .5rem;text-align:left;vertical-align:top}
.node{margin:.3rem 0} .id{color:#999;font:.75rem monospace;float:right} .high{color:#b00020} .medium{color:#a35a00}
.kind{color:#777;font-size:.8rem} pre{white-space:pre-wrap;background:#f7f7f4;padding:1rem}
.unit{margin:1rem 0;border-left:3px solid #ddd;padding-left:.8rem} .unit details{font-size:.8rem}
.spans span{font-weight:normal!important} summary{color:#777;cursor:pointer}
"""


def document_page(directive: Directive, transcript: Transcript) -> str:
    """A whole HTML page: metadata, doubts, tree, tasks, awards, what was found in each unit, the text it came from."""
    title = " ".join(filter(None, (directive.metadata.type.name, directive.metadata.number.raw)))
    parts = [
        f"<!doctype html><html lang='vi'><meta charset='utf-8'><title>{escape(title)}</title><style>{_STYLE}</style>",
        f"<h1>{escape(title)} — {escape(directive.metadata.subject or '')}</h1>",
        _metadata(directive),
        _section("Cần xem lại", map(_doubt, directive.review)),
        _section("Cấu trúc", _tree(directive.nodes)),
        _section("Nhiệm vụ", map(_task, directive.tasks)),
        _section(
            "Khen thưởng", (f"<p><b>{escape(a.form)}</b> {escape(a.criteria_text or '')}</p>" for a in directive.awards)
        ),
        _section("Những gì đọc được trong từng đoạn", map(_unit, annotated(directive, transcript))),
        _section("Văn bản", [f"<pre>{escape(transcript.text())}</pre>"]),
    ]
    return "\n".join(parts)


def _section(heading: str, rows: Iterable[str]) -> str:
    content = "\n".join(rows)
    return f"<h2>{escape(heading)}</h2>\n{content}" if content else ""


def _metadata(directive: Directive) -> str:
    m = directive.metadata
    rows = {
        "Loại": m.type.name,
        "Số, ký hiệu": m.number.text or m.number.raw,
        "Cơ quan ban hành": m.issuer.name,
        "Địa danh": m.place,
        "Ngày": m.issued.date or m.issued.raw,
        "Người ký": " ".join(filter(None, (m.signer.authority, m.signer.position, m.signer.name))),
    }
    return "<table>" + "".join(f"<tr><th>{escape(k)}<td>{escape(v or '—')}" for k, v in rows.items()) + "</table>"


def _doubt(item: ReviewItem) -> str:
    raw = ", ".join(item.raw) if isinstance(item.raw, tuple) else item.raw or ""
    where = f"<span class=id>{escape(item.node or '')}</span>"
    return f"<p class={item.severity}>{where}{escape(item.code)}: {escape(item.message)} <i>{escape(raw)}</i></p>"


def _tree(nodes: Iterable[Node]) -> Iterable[str]:
    depth: dict[str, int] = {}
    for node in nodes:
        depth[node.id] = depth.get(node.parent, -1) + 1
        heading = f"<b>{escape(node.heading)}</b>" if node.heading else ""
        text = " ".join(filter(None, (escape(node.number or ""), heading, escape(node.text or ""))))
        yield (
            f"<div class=node style='margin-left:{1.2 * min(depth[node.id], 12)}rem'>"
            f"<span class=id>{escape(node.id)}</span><span class=kind>{escape(node.kind)}</span> {text}</div>"
        )


def _task(task: Task) -> str:
    actors = "; ".join(f"{escape(a.name)} ({a.role}{', inferred' if a.inferred else ''})" for a in task.assignees)
    deadline = escape(task.deadline.raw) if task.deadline else ""
    where = f"<span class=id>{escape(task.node)}</span>"
    return f"<p>{where}<b>{escape(task.id)}</b> {escape(task.text)}<br><i>{actors}</i> {deadline}</p>"


# ------------------------------------------------------------------ what was found in each unit


def _unit(unit: Annotated) -> str:
    """A unit with its findings marked (displaCy), under its id, page and box; each finding with its lines and box."""
    caption = f"<div><span class=kind>{escape(unit.node.id)} · {_where(unit.node.evidence)}</span></div>"
    if not unit.findings:
        return f"<div class=unit>{caption}{escape(unit.text)}</div>"
    rows = "".join(
        f"<tr><td>{escape(f.label)}<td>{escape(f.text)}<td>{f.start}–{f.end}<td>{_where(f.evidence)}"
        for f in unit.findings
    )
    listed = f"<details><summary>{len(unit.findings)} ·</summary><table>{rows}</table></details>"
    return f"<div class=unit>{caption}{_marked(unit.text, unit.findings)}{listed}</div>"


def _marked(text: str, findings: Sequence[Finding]) -> str:
    """The text with its findings underlined by displaCy, which escapes it.

    Word by word as printed: displaCy sets a space behind each token, and syllable tokens would tear "30/9/2021" apart.
    """
    # spaCy takes a second to import, which commands that show no page need not wait
    from spacy import displacy

    words = [match.span() for match in re.finditer(r"\S+", text)]
    begins, ends = [a for a, _ in words], [b for _, b in words]
    spans = [
        {"start_token": bisect_right(ends, f.start), "end_token": bisect_left(begins, f.end), "label": f.label}
        for f in findings
    ]
    parsed = {"tokens": [text[a:b] for a, b in words], "spans": spans}
    return str(displacy.render(parsed, style="span", manual=True, jupyter=False, options={"colors": COLOURS}))


def _where(evidence: Iterable[Evidence]) -> str:
    """ "tr. 2 [72, 120, 523, 148] p0002-l0003…p0002-l0005": page, box in points, lines."""
    return "; ".join(escape(_place(entry)) for entry in evidence)


def _place(entry: Evidence) -> str:
    box = f"[{', '.join(f'{x:.0f}' for x in entry.bbox)}]" if entry.bbox else ""
    lines = [str(line) for line in entry.lines or ()]
    ends = "…".join(dict.fromkeys((lines[0], lines[-1]))) if lines else ""
    return " ".join(filter(None, (f"tr. {entry.page}" if entry.page else "", box, ends)))
