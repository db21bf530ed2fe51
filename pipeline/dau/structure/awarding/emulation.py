"""Emulation (phong trào thi đua): the movement and its parent, who takes part, what it is about, how units are judged.

A document speaks of a movement of its own where it launches one ("phát động phong trào thi đua … với chủ đề “…”") or
plans to carry one out ("Kế hoạch triển khai Phong trào thi đua “…”"). Criteria to judge units by (tiêu chí thi đua)
are kept apart from the standards of awards (tiêu chuẩn khen thưởng).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from dau.document.directive import Emulation, Metadata, Movement, Node, NodeText
from dau.document.orthography import skeleton

from ..citing.citations import text_of
from ..duties.assignees import key
from ..duties.sections import Tree
from ..language import read

_NAME = r"[“\"](?P<name>[^”\"“]{6,400})[”\"]"
_LAUNCH = re.compile(
    rf"phat dong\s+(?:dot\s+)?phong trao thi dua[^“\".;]{{0,60}}?(?:voi )?(?:chu de|khau hieu)?\s*:?\s*{_NAME}"
)
_OWN = re.compile(
    rf"(?:trien khai|thuc hien|huong ung|to chuc)[^“\".;]{{0,60}}phong trao thi dua[^“\".;]{{0,40}}{_NAME}"
)
_MOVEMENT = re.compile(rf"phong trao thi dua[^“\".;:]{{0,40}}{_NAME}")
_LAUNCHED_BY = re.compile(
    r"[“\"](?P<name>[^”\"“]{6,200}?)[”\"]?[\s\d,]{0,6}\bdo\s+(?P<who>[^,.;“\"]{4,80}?)\s+phat dong"
)
_SUBJECTS = re.compile(
    r"^(?:\W|\d)*doi tuong(?: tham gia)?(?: thi dua| ap dung)?\b(?!.*(?:tieu chi|hinh thuc|noi dung))"
)
_CONTENTS = re.compile(
    r"^noi dung(?: cua)?(?: cac)?(?: phong trao)?(?: thi dua)?\b(?!.*(?:khen thuong|ke hoach))|^noi dung phong trao"
)
_CRITERIA = re.compile(r"^(?:\W|\d)*tieu chi(?: danh gia| binh xet)?(?: phong trao)? thi dua\b(?!.*khen thuong)")
_SPEAKS = re.compile(r"phong trao thi dua")


def _quoted(text: str, match: re.Match[str]) -> str:
    return " ".join(text[match.start("name") : match.end("name")].split()).strip(" ,.")


def _launcher(text: str, at: int) -> str | None:
    """The agency right before "phát động"."""
    reading = read(text[max(0, at - 200) : at])
    marks = [m for m in reading.of("agency") if m.last == len(reading.words)]
    return reading.span(marks[-1]) if marks else None


def _movement(nodes: Sequence[Node], metadata: Metadata) -> Movement | None:
    """The document's own movement: launched, named in the subject, or carried out by the plan."""
    subject = metadata.subject or ""
    named = _MOVEMENT.search(skeleton(subject))
    name = _quoted(subject, named) if named else None
    launched_by = parent = None
    for node in nodes:
        text = text_of(node)
        plain = skeleton(text)
        if "thi dua" not in plain:
            continue
        launch = _LAUNCH.search(plain)
        if launch and name is None:
            name, launched_by = _quoted(text, launch), _launcher(text, launch.start())
        for by in _LAUNCHED_BY.finditer(plain):
            other = _quoted(text, by)
            if name is not None and key(other) == key(name):
                launched_by = launched_by or text[by.start("who") : by.end("who")].strip()
            elif parent is None and _titled_movement(plain, by.start()):
                parent = other
        own = _OWN.search(plain)
        if own and name is None and not node.id.endswith("preamble/p1"):
            name = _quoted(text, own)
    if name is None or not (named or launched_by or _has_sections(nodes)):
        return None
    parent = _in_full(parent, nodes) if parent and key(parent) != key(name) else None
    return Movement(name=name, launched_by=launched_by, parent=parent)


def _in_full(name: str, nodes: Sequence[Node]) -> str:
    """The name as another quotation of it has it: one whose closing mark was misread is cut too early."""
    for node in nodes:
        text = text_of(node)
        for other in _MOVEMENT.finditer(skeleton(text)):
            quoted = _quoted(text, other)
            if len(quoted) > len(name) and key(quoted).startswith(key(name)):
                return quoted
    return name


def _titled_movement(plain: str, at: int) -> bool:
    return bool(re.search(r"phong trao thi dua[^.;:]{0,40}$", plain[max(0, at - 80) : at]))


def _has_sections(nodes: Sequence[Node]) -> bool:
    headings = [skeleton(node.heading or "") for node in nodes]
    return any(_CRITERIA.match(h) or (_CONTENTS.match(h) and "thi dua" in h) for h in headings)


def _leaves(node: Node, tree: Tree) -> list[Node]:
    children = tree.children.get(node.id, ())
    return [leaf for child in children for leaf in _leaves(child, tree)] or [node]


def _said(node: Node) -> NodeText:
    text = node.text or node.heading or ""
    if node.heading and text.startswith(node.heading):
        text = text[len(node.heading) :].lstrip(" :") or text
    return NodeText(node=node.id, text=text)


def _section(nodes: Sequence[Node], tree: Tree, heading: re.Pattern[str]) -> tuple[NodeText, ...]:
    """The units under the first heading of a sort; the unit itself where it says all on one line."""
    for node in nodes:
        title = node.heading or ((node.text or "").partition(":")[0] if ":" in (node.text or "") else "")
        if title and len(title) < 160 and heading.match(skeleton(title).strip(" .:")):
            leaves = [leaf for leaf in _leaves(node, tree) if leaf.text and not leaf.text.rstrip().endswith(":")]
            if leaves and not (leaves == [node] and not node.text):
                return tuple(_said(leaf) for leaf in leaves)
    return ()


def _addressed(nodes: Sequence[Node]) -> tuple[NodeText, ...]:
    """Who takes part, by the sentence that calls on a class of actors to carry the movements out."""
    for node in nodes:
        text = node.text or ""
        if "/preamble" in node.id or not _SPEAKS.search(skeleton(text)) or not text.rstrip().endswith(":"):
            continue
        mark = read(text).at("agency", 0)
        if mark is not None and mark.kind == "class":
            return (NodeText(node=node.id, text=read(text).span(mark)),)
    return ()


def find_emulation(nodes: Sequence[Node], metadata: Metadata) -> Emulation | None:
    """The document's emulation movement, or None where it neither launches nor carries one out."""
    movement = _movement(nodes, metadata)
    if movement is None:
        return None
    tree = Tree(nodes, ())
    return Emulation(
        movement=movement,
        subjects=_section(nodes, tree, _SUBJECTS) or _addressed(nodes),
        contents=_section(nodes, tree, _CONTENTS),
        criteria=_section(nodes, tree, _CRITERIA),
    )
