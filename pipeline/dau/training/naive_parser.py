"""A reference to compare the structure parser with: regular expressions line by line, and nothing else.

What a capable script does in an afternoon: markers by their look, without sequence, layout or sentences; number, date,
citations, deadlines and recipients by pattern.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from dau.document.directive import (
    Assignee,
    Citation,
    Component,
    DatedText,
    Deadline,
    Directive,
    DocumentType,
    Issuer,
    Metadata,
    Node,
    NodeKind,
    Number,
    Recipient,
    Signer,
    Task,
)
from dau.document.orthography import slug
from dau.document.transcript import Transcript

_TYPES = ("QUYẾT ĐỊNH", "CHỈ THỊ", "KẾ HOẠCH", "NGHỊ QUYẾT", "THÔNG BÁO", "TỜ TRÌNH", "BÁO CÁO")
_NUMBER = re.compile(r"Số\s*:?\s*(?P<serial>\d+)\s*/\s*(?P<rest>[\w/&-]+)")
_DATE = re.compile(r"ngày\s+(\d{1,2})\s+tháng\s+(\d{1,2})\s+năm\s+(\d{4})")
_SHORT_DATE = re.compile(r"trước ngày\s+(\d{1,2})/(\d{1,2})/(\d{4})")
_SYMBOL = re.compile(r"\b\d+(?:/\d{4})?[/-][A-ZĐ][\wĐ]*(?:[-/][\wĐ]+)+")
_MARKERS: tuple[tuple[NodeKind, re.Pattern[str]], ...] = (
    ("article", re.compile(r"Điều (\d+)\.?\s*")),
    ("section", re.compile(r"([IVX]+)\.\s+")),
    ("item", re.compile(r"(\d+)\.\s+")),
    ("item", re.compile(r"(\d+\.\d+)\.?\s+")),
    ("point", re.compile(r"([a-zđ])\)\s+")),
    ("bullet", re.compile(r"([-+])\s+")),
)
_ACTS = re.compile(r"^(?P<who>[A-ZĐ][^,:;.]{3,80}?)\s+(?:chủ trì|có trách nhiệm|tổ chức|phối hợp|thực hiện)\b")


def parse(transcript: Transcript) -> Directive:
    """A directive by patterns alone."""
    lines = [line.restored.strip() for page in transcript.pages for line in page.lines]
    name = next((line.title() for line in lines if line in _TYPES), "Văn bản")
    nodes = _nodes(lines, slug(name))
    text = "\n".join(lines)
    return Directive(
        metadata=_metadata(lines, text, name),
        components=(Component(id=slug(name), role="main", type=name),),
        nodes=tuple(nodes),
        citations=tuple(
            Citation(id=f"C{n:02d}", number=symbol, raw=symbol)
            for n, symbol in enumerate(dict.fromkeys(_SYMBOL.findall(text)))
        ),
        tasks=tuple(_tasks(nodes)),
        recipients=tuple(_recipients(lines)),
    )


def _metadata(lines: Sequence[str], text: str, name: str) -> Metadata:
    number, date = _NUMBER.search(text), _DATE.search(text)
    title = next((n for n, line in enumerate(lines) if line in _TYPES), None)
    symbol = f"{number['serial']}/{number['rest']}" if number else None
    return Metadata(
        type=DocumentType(name=name),
        number=Number(
            raw=symbol, text=symbol, serial=number["serial"] if number else None,
            issuer_symbol=number["rest"].rsplit("-", 1)[-1] if number else None,
        ),
        subject=lines[title + 1] if title is not None and title + 1 < len(lines) else None,
        issuer=Issuer(name=next((line for line in lines if line.isupper()), None)),
        place=next((line.split(",")[0] for line in lines if _DATE.search(line)), None),
        issued=DatedText(raw=date[0], date=_iso(*date.groups())) if date else DatedText(),
        signer=Signer(name=next((line for line in reversed(lines) if line.istitle()), None)),
    )


def _iso(day: str, month: str, year: str) -> str:
    return f"{year}-{int(month):02d}-{int(day):02d}"


def _nodes(lines: Sequence[str], component: str) -> list[Node]:
    """A node a marker, deeper by the order of `_MARKERS`; a line without one goes on with the node before it."""
    stack: list[tuple[int, str]] = []
    found: dict[str, Node] = {}
    for line in filter(None, lines):
        hit = next(((n, m) for n, (_, p) in enumerate(_MARKERS) if (m := p.match(line))), None)
        if hit is None:
            if found:
                last = next(reversed(found))
                found[last] = found[last].model_copy(update={"text": f"{found[last].text} {line}".strip()})
            continue
        level, match = hit
        stack = [(n, ident) for n, ident in stack if n < level]
        parent = stack[-1][1] if stack else component
        siblings = sum(node.parent == parent and node.kind == "bullet" for node in found.values()) + 1
        kind = _MARKERS[level][0]
        own = f"-{siblings}" if kind == "bullet" else f"dieu-{match[1]}" if kind == "article" else match[1]
        ident = f"{parent}/{own}"
        found[ident] = Node(
            id=ident, parent=parent, kind=kind, number=match[0].strip(), text=line[match.end() :],
        )
        stack.append((level, ident))
    return list(found.values())


def _tasks(nodes: Sequence[Node]) -> list[Task]:
    """Every unit without units below it is a duty of whoever its first words name."""
    parents = {node.parent for node in nodes}
    out: list[Task] = []
    for node in nodes:
        text = node.text or ""
        if not text or node.id in parents or node.kind == "section":
            continue
        who, when = _ACTS.match(text), _SHORT_DATE.search(text)
        out.append(
            Task(
                id=f"T{len(out) + 1:03d}", node=node.id, text=text,
                assignees=(Assignee(name=who["who"], role="lead"),) if who else (),
                deadline=Deadline(raw=when[0], kind="before", date=_iso(*when.groups())) if when else None,
            )
        )
    return out


def _recipients(lines: Sequence[str]) -> list[Recipient]:
    start = next((n for n, line in enumerate(lines) if line.startswith("Nơi nhận")), len(lines))
    return [Recipient(raw=line.strip("- ;.")) for line in lines[start + 1 :] if line.startswith("-")]
