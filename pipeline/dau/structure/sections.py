"""Which parts of a document lay duties on somebody: judged by its type, its headings and where a unit stands."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property

from dau.document.directive import Component, Node
from dau.document.orthography import skeleton

from .language.lexicon import assignment

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
_AIMS = frozenset({"muc tieu", "muc tieu cu the", "muc tieu tong quat"})


@dataclass(frozen=True)
class Tree:
    """The nodes by id, with what a unit needs to know of its surroundings."""

    nodes: Sequence[Node]
    components: Sequence[Component]

    @cached_property
    def by_id(self) -> Mapping[str, Node]:
        """Nodes by id."""
        return {node.id: node for node in self.nodes}

    @cached_property
    def children(self) -> Mapping[str, tuple[Node, ...]]:
        """Nodes by the id of their parent, in order."""
        found: dict[str, list[Node]] = {}
        for node in self.nodes:
            found.setdefault(node.parent, []).append(node)
        return {parent: tuple(group) for parent, group in found.items()}

    def ancestors(self, node: Node) -> list[Node]:
        """Parent first; a loop in damaged input ends the walk."""
        found: list[Node] = []
        seen = {node.id}
        parent = self.by_id.get(node.parent)
        while parent is not None and parent.id not in seen:
            seen.add(parent.id)
            found.append(parent)
            parent = self.by_id.get(parent.parent)
        return found

    def component(self, node: Node) -> Component | None:
        """The component whose tree a node belongs to."""
        above = self.ancestors(node)
        root = above[-1].parent if above else node.parent
        return next((c for c in self.components if c.id == root), None)

    def earlier(self, node: Node) -> list[Node]:
        """Siblings before a node, nearest first."""
        group = self.children.get(node.parent, ())
        place = next((i for i, other in enumerate(group) if other is node), 0)
        return list(reversed(group[:place]))


@cache
def _plain_phrases(phrases: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(skeleton(phrase) for phrase in phrases)


def _starts_with(heading: str, phrases: tuple[str, ...]) -> int:
    """The length of the longest phrase a heading starts with; 0 for none."""
    held = [p for p in _plain_phrases(phrases) if heading.startswith(p) and not heading[len(p) : len(p) + 1].isalnum()]
    return max(map(len, held), default=0)


def background(heading: str) -> bool:
    """A heading over what lays no duty: aims, principles, criteria, the content of a movement, how things stand."""
    plain = " ".join(skeleton(heading).split()).strip(" .:")
    bare = _LEADING_WORDS.sub("", plain)
    words = assignment()
    quiet = max(_starts_with(plain, words.background_headings), _starts_with(bare, words.background_headings))
    return plain in _AIMS or quiet > _starts_with(plain, words.operative_headings)


def executes(text: str) -> bool:
    """The closing articles: who executes, when it takes effect, what it replaces."""
    plain = skeleton(text)
    return any(phrase in plain for phrase in _plain_phrases(assignment().execution))


_OF_TASKS = re.compile(r"nhiem vu|giai phap|phan cong|cong viec|tien do|lo trinh")


def lists_tasks(component: Component | None, headings: Sequence[str]) -> bool:
    """An appendix of duties, not of forms or procedures: its title or a heading says so."""
    said = [(component.title if component else None) or "", *headings]
    return any(_OF_TASKS.search(skeleton(text)) for text in said)


def type_of(component: Component | None, fallback: str | None) -> str:
    """The type of the document a unit stands in, in lower case."""
    return ((component.type if component else None) or fallback or "").casefold()


def free(kind: str) -> bool:
    """In a document of this type a unit is a duty even where it names nobody."""
    return kind in _FREE_TYPES


def rules(kind: str, headings: Sequence[str]) -> bool:
    """A part of a regulation that lays down rules for all; only its articles on who is responsible lay duties."""
    return kind in _RULE_TYPES and not any(_DUTIES.search(skeleton(heading)) for heading in headings)


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
