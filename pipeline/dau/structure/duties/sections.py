"""Which parts of a document lay duties on somebody: judged by its type, its headings and where a unit stands."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from dau.document.directive import Component, Node
from dau.document.orthography import skeleton

from ..computed import once, plain
from ..language.lexicon import assignment

_QUIET_KINDS = frozenset(
    {
        "authority",
        "legal_basis",
        "proposal",
        "enacting_formula",
        "table",
        "table_row",
        "part",
        "chapter",
        "section",
        "subsection",
    }
)
_FREE_TYPES = frozenset({"chỉ thị", "công điện", "kế hoạch", "chương trình", "phương án", "hướng dẫn", "đề án"})
_SILENT_TYPES = frozenset(
    {
        "tờ trình",
        "báo cáo",
        "biên bản",
        "giấy mời",
        "giấy giới thiệu",
        "hợp đồng",
        "phiếu gửi",
        "phiếu chuyển",
        "phiếu báo",
    }
)
_RULE_TYPES = frozenset(
    {"quy định", "quy chế", "quy trình", "danh mục", "luật", "bộ luật", "nghị định", "thông tư", "điều lệ", "nội quy"}
)
_DUTIES = re.compile(r"trach nhiem|to chuc thuc hien|nhiem vu cua")
_LEADING_WORDS = re.compile(r"^(?:mot so |nhung |cac |ve |noi dung )+(?=\w)")
_RECENT = 1024
"""Headings whose reading is kept: the units under a heading all ask about it."""
_AIMS = frozenset({"muc tieu", "muc tieu cu the", "muc tieu tong quat"})


@dataclass(frozen=True)
class Tree:
    """The nodes by id, with what a unit needs to know of its surroundings."""

    nodes: Sequence[Node]
    components: Sequence[Component]

    @once
    def by_id(self) -> Mapping[str, Node]:
        """Nodes by id."""
        return {node.id: node for node in self.nodes}

    @once
    def children(self) -> Mapping[str, tuple[Node, ...]]:
        """Nodes by the id of their parent, in order."""
        found: dict[str, list[Node]] = {}
        for node in self.nodes:
            found.setdefault(node.parent, []).append(node)
        return {parent: tuple(group) for parent, group in found.items()}

    @once
    def _above(self) -> dict[str, dict[str, Node]]:
        """By the id of a parent: it and all above it, by id; siblings have it in common."""
        return {}

    def ancestors(self, node: Node) -> Sequence[Node]:
        """Parent first; a loop in damaged input ends the walk."""
        above = self._above.get(node.parent)
        if above is None:
            above = self._above[node.parent] = self._walk(node.parent)
        found = tuple(above.values())
        return found if node.id not in above else found[: list(above).index(node.id)]

    def _walk(self, ident: str) -> dict[str, Node]:
        found: dict[str, Node] = {}
        while ident in self.by_id and ident not in found:
            found[ident] = self.by_id[ident]
            ident = found[ident].parent
        return found

    def component(self, node: Node) -> Component | None:
        """The component whose tree a node belongs to."""
        above = self.ancestors(node)
        root = above[-1].parent if above else node.parent
        return self._components.get(root)

    @once
    def _components(self) -> Mapping[str, Component]:
        return {c.id: c for c in reversed(self.components)}

    @once
    def _lead_ins(self) -> Mapping[str, Sequence[tuple[int, Node]]]:
        """By parent: paragraphs that end with a colon, with their place among all nodes."""
        found: dict[str, list[tuple[int, Node]]] = {}
        for place, node in enumerate(self.nodes):
            if node.kind == "paragraph" and (node.text or "").rstrip().endswith(":"):
                found.setdefault(node.parent, []).append((place, node))
        return found

    @once
    def _places(self) -> Mapping[str, int]:
        return {node.id: place for place, node in enumerate(self.nodes)}

    def lead_ins(self, node: Node) -> Iterator[Node]:
        """Paragraphs that end with a colon among the siblings before a node, nearest first."""
        group = self._lead_ins.get(node.parent, ())
        end = bisect_left(group, self._places[node.id], key=lambda entry: entry[0])
        return (group[i][1] for i in range(end - 1, -1, -1))


@cache
def _plain_phrases(phrases: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(skeleton(phrase) for phrase in phrases)


def _starts_with(heading: str, phrases: tuple[str, ...]) -> int:
    """The length of the longest phrase a heading starts with; 0 for none."""
    held = [p for p in _plain_phrases(phrases) if heading.startswith(p) and not heading[len(p) : len(p) + 1].isalnum()]
    return max(map(len, held), default=0)


@lru_cache(maxsize=_RECENT)
def background(heading: str) -> bool:
    """A heading over what lays no duty: aims, principles, criteria, the content of a movement, how things stand."""
    plain = " ".join(skeleton(heading).split()).strip(" .:")
    bare = _LEADING_WORDS.sub("", plain)
    words = assignment()
    quiet = max(_starts_with(plain, words.background_headings), _starts_with(bare, words.background_headings))
    return plain in _AIMS or quiet > _starts_with(plain, words.operative_headings)


def says_what_it_heads(heading: str) -> bool:
    """Whether the lists know a heading, as one over duties or over what lays none."""
    plain = " ".join(skeleton(heading).split()).strip(" .:")
    bare = _LEADING_WORDS.sub("", plain)
    words = assignment()
    known = (*words.background_headings, *words.operative_headings)
    return plain in _AIMS or any(_starts_with(said, known) for said in (plain, bare))


def executes(text: str) -> bool:
    """The closing articles: who executes, when it takes effect, what it replaces."""
    key = plain(text)
    return any(phrase in key for phrase in _plain_phrases(assignment().execution))


_OF_TASKS = re.compile(r"nhiem vu|giai phap|phan cong|cong viec|tien do|lo trinh")


@lru_cache(maxsize=_RECENT)
def _of_tasks(text: str) -> bool:
    return bool(_OF_TASKS.search(skeleton(text)))


def lists_tasks(component: Component | None, headings: Sequence[str]) -> bool:
    """An appendix of duties, not of forms or procedures: its title or a heading says so."""
    return any(map(_of_tasks, [(component.title if component else None) or "", *headings]))


def type_of(component: Component | None, fallback: str | None) -> str:
    """The type of the document a unit stands in, in lower case."""
    return ((component.type if component else None) or fallback or "").casefold()


def free(kind: str) -> bool:
    """In a document of this type a unit is a duty even where it names nobody."""
    return kind in _FREE_TYPES


@lru_cache(maxsize=_RECENT)
def _of_duties(heading: str) -> bool:
    return bool(_DUTIES.search(skeleton(heading)))


def rules(kind: str, headings: Sequence[str]) -> bool:
    """A part of a regulation that lays down rules for all; only its articles on who is responsible lay duties."""
    return kind in _RULE_TYPES and not any(map(_of_duties, headings))


def silent(kind: str) -> bool:
    """A document of this type asks and tells, and lays no duties."""
    return kind in _SILENT_TYPES


def in_preamble(node: Node, appendix: bool = False) -> bool:
    """Before the operative part, or above it: căn cứ, headings of sections; in an appendix a section may be an item."""
    return "/preamble" in node.id or (node.kind in _QUIET_KINDS and not (appendix and node.kind == "section"))


def is_field(column: str) -> bool:
    """Whether the head of a table's column says that the column names fields."""
    return skeleton(column).strip(" .:").startswith("linh vuc")


def field_of(heading: str) -> str:
    """ "Lĩnh vực Bưu chính" → "Bưu chính"."""
    return re.sub(r"^\s*(?:[Vv]ề |[Tt]rong )?(?:[Ll]ĩnh vực|LĨNH VỰC)\s*:?\s*", "", heading).strip(" .:;")
