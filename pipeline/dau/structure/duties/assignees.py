"""Who must act: the grammar of assignment within one sentence.

    [Giao | Yêu cầu | Đề nghị] LEAD [chủ trì] [, phối hợp với COORDINATE …] ACTION [, báo cáo REPORT_TO]

The subject leads; "phối hợp với" names who coordinates, in its own clause; "chỉ đạo X làm" makes X perform; who
receives reports is `report_to`. An agency that is only mentioned ("theo đề nghị của", "gửi tới người dân") is none of
these. A bracket behind a class that lists two agencies or more names the real assignees, and so does a colon: "các
Bộ: Công an, Tài chính" are Bộ Công an and Bộ Tài chính (`enumerated`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from dau.document.directive import Assignee, AssigneeRole, Modality
from dau.document.orthography import fold

from ..facts.agencies import listing
from ..language import Mark, Reading
from .enumerated import enumerated

_CLAUSE_ENDS = frozenset({";", "."})
_TO = frozenset({"về", "đến", "tới", "gửi"})
_PURPOSE = ("tổng", "hợp", ",", "và", "kịp", "thời", "xem", "xét", "nghiên", "cứu", "tiếp", "thu", "theo", "dõi")
_PURPOSE_WORDS = frozenset({*_PURPOSE, "chỉ", "đạo", "giải", "quyết", "tham", "mưu"})
_REPORTED = frozenset(
    ("kết", "quả", "tình", "hình", "thực", "hiện", "triển", "khai", "công", "tác", "việc", "này", "về")
)
_WITH = "với"
_THROUGH = frozenset({"qua", "thông"})
LINKS = frozenset(
    {"đồng", "thời", ",", "ngoài", "ra", "-", "–", "+", "“", "ngay", "trước", "mắt", "riêng", ":", "đặc", "biệt"}
)
"""Words that link a sentence to the one before it."""
_ORDERS = frozenset({"yêu cầu", "đôn đốc", "giao", "phân công"})
_MODALITIES: dict[str, Modality] = {
    "assigns": "assigns",
    "requires": "requires",
    "requests": "requests",
    "appeals": "appeals",
}
_AND = frozenset({",", "và"})
_AND_MORE = frozenset({",", "và", ";"})


@dataclass(frozen=True)
class Actor:
    """An agency as named, and whether it is a class of actors."""

    name: str
    collective: bool = False


@dataclass(frozen=True)
class Subject:
    """Who a sentence (or heading, or lead-in) puts to work, by which verb, and the token behind."""

    actors: tuple[Actor, ...]
    modality: Modality | None
    end: int


def key(name: str) -> str:
    """Under which two spellings of a name are one."""
    return " ".join(fold(name).replace(",", " ").replace(";", " ").split())


def _actor(reading: Reading, mark: Mark) -> Actor:
    plural = reading.words[mark.first].lower() in {"các", "những"}
    return Actor(reading.span(mark).strip(" ,;:.-–"), mark.kind == "class" or (mark.kind == "role" and plural))


def _actors(reading: Reading, starts: Iterable[int]) -> tuple[Actor, ...]:
    marks = [mark for s in starts if (mark := reading.at("agency", s)) is not None]
    return tuple(_actor(reading, mark) for mark in marks)


def _bracket(reading: Reading, at: int) -> tuple[list[Mark], int] | None:
    """The agencies inside a bracket that opens at a token, and the token behind it."""
    if at >= len(reading.words) or reading.words[at] != "(":
        return None
    close = next((i for i in range(at, min(at + 120, len(reading.words))) if reading.words[i] == ")"), None)
    if close is None:
        return None
    return [mark for mark in reading.of("agency") if at < mark.first and mark.last <= close], close + 1


def _listed(reading: Reading, marks: list[Mark], close: int) -> tuple[Actor, ...]:
    """What a bracket lists, if it is a list of agencies; a name no grammar knows may end it ("…, Bédo VietNamNet)")."""
    found = [_actor(reading, mark) for mark in marks]
    last = marks[-1].last if marks else close
    if marks and last + 1 < close and reading.words[last] == "," and reading.words[last + 1][0].isupper():
        found.append(Actor(reading.slice(last + 1, close)))
    return tuple(found)


def _list(reading: Reading, first: int, separators: frozenset[str] | None = None) -> tuple[tuple[Actor, ...], int]:
    """The agencies named one after another from a token on, "các Sở: …" one by one, and the token behind the last."""
    starts, end = listing(reading, first, separators) if separators else listing(reading, first)
    actors = _actors(reading, starts)
    if not actors or not (told := enumerated(reading, actors[-1].name, end)):
        return actors, end
    members, end = told
    actors = (*actors[:-1], *(Actor(name) for name in members))
    step = end + 1
    if step < len(reading.words) and reading.words[end].lower() in _AND_MORE and reading.at("agency", step):
        more, further = _list(reading, step, separators)
        return (*actors, *more), further
    return actors, end


def _predicate(reading: Reading, at: int) -> bool:
    return any(reading.at(label, at) is not None for label in ("predicate", "direct", "coordinate"))


def _group(reading: Reading, first: int, last: int) -> tuple[tuple[Actor, ...], int]:
    """The agencies named one after another from a token on, a bracket that lists the real ones taken into account."""
    actors, end = _list(reading, first)
    inside = _bracket(reading, end) if actors else None
    if inside is None:
        return actors, end
    marks, end = inside
    if len(actors) == 1 and actors[0].collective and len(listed := _listed(reading, marks, end - 1)) >= 2:
        return listed, end
    if end + 1 < last and reading.words[end].lower() in _AND_MORE and reading.at("agency", end + 1):
        more, end = _group(reading, end + 1, last)
        return (*actors, *more), end
    return actors, end


def _enumerated(reading: Reading, actors: tuple[Actor, ...], at: int, last: int) -> tuple[Actor, ...]:
    """ "Các đơn vị chủ trì lĩnh vực … (Vụ A, Cục B) căn cứ …": the bracket may stand behind what defines the class."""
    if len(actors) != 1 or not actors[0].collective:
        return actors
    for i in range(at, min(last, at + 16)):
        if reading.words[i] in {",", ";", ".", ":"}:
            break
        if reading.words[i] == "(":
            inside = _bracket(reading, i)
            marks = [mark for mark in (inside[0] if inside else []) if mark.kind == "named"]
            return tuple(_actor(reading, mark) for mark in marks) if len(marks) >= 2 else actors
    return actors


def _orders(reading: Reading, mark: Mark, first: int, last: int) -> bool:
    """Whether a verb of ordering gives the order: at the head of the sentence, or behind who gives it or a comma;
    "vận động", "giao" only at the head."""
    head = opening(reading, first, last)
    if mark.first == head:
        return True
    if mark.kind in {"assigns", "appeals"}:
        return mark.kind == "assigns" and reading.words[mark.first][0].isupper()
    if any(a.last == mark.first for a in reading.of("agency")):
        return True
    imperative = reading.at("predicate", head) and not reading.at("adjunct", head)
    carries_out = reading.words[head].lower() in {"thực", "triển", "tiếp"}
    return (not imperative or carries_out) and reading.words[mark.first - 1] in {",", ")", ";"}


def _opener(reading: Reading, first: int, last: int) -> Subject | None:
    """ "yêu cầu X …", "Giao X …" anywhere in the sentence, X an agency."""
    for mark in reading.of("opener"):
        if not first <= mark.first < last or not _orders(reading, mark, first, last):
            continue
        at = mark.last + (mark.last < last and reading.words[mark.last] in {":", "cho"})
        actors, end = _group(reading, at, last)
        if actors and (end >= last or _predicate(reading, end) or reading.words[end] in {":", ",", "(", ";"}):
            return Subject(actors, _MODALITIES[mark.kind], end)
    return None


def opening(reading: Reading, first: int, last: int) -> int:
    """Past the words that link a sentence to the one before it."""
    while first < last and reading.words[first].lower() in LINKS:
        first += 1
    return first


def _modal(reading: Reading, end: int) -> Modality | None:
    following = " ".join(w.lower() for w in reading.words[end : end + 2])
    return "requires" if following in {"có trách", "chịu trách"} or following.startswith(("phải", "cần")) else None


def _at(reading: Reading, at: int, last: int) -> Subject | None:
    """A subject that begins right at a token: agencies, then a predicate."""
    actors, end = _group(reading, at, last)
    if not actors or end >= last:
        return None
    if _predicate(reading, end) or (reading.words[end] == ":" and end == last - 1):
        return Subject(_enumerated(reading, actors, end, last), _modal(reading, end), end)
    if reading.words[end] == "," and (_predicate(reading, end + 1) or reading.at("adjunct", end + 1)):
        return Subject(actors, _modal(reading, end), end)
    return None


def subject(reading: Reading, first: int, last: int) -> Subject | None:
    """Who acts in a sentence (tokens `first` up to `last`), or None where it names nobody.

    "Chủ tịch UBND tỉnh yêu cầu các sở …" gives the sở: who orders is not who acts.
    """
    opened = _opener(reading, first, last)
    at = opening(reading, first, last)
    own = _at(reading, at, last)
    orders = own is not None and reading.at("opener", own.end) is not None
    if own is not None and not orders:
        return own
    if opened is not None or orders or reading.at("adjunct", at) is None:
        return opened
    helping = _named_with(reading)
    for mark in reading.of("agency"):
        if at < mark.first < last and mark.first not in helping and reading.words[mark.first - 1] in {",", ")"}:
            found = _at(reading, mark.first, last)
            if found is not None and reading.at("opener", found.end) is None:
                return found
    if [word.lower() for word in reading.words[at : at + 2]] == ["đối", _WITH]:
        return _said_of(_at(reading, at + 2, last))
    return None


def _said_of(found: Subject | None) -> Subject | None:
    """ "Đối với các trường chủ động liên hệ …": of whom it is said acts; a bare noun ("Đối với cơ quan quản lý …") is
    but the beginning of who."""
    bare = found is not None and any(actor.collective and actor.name.count(" ") < 2 for actor in found.actors)
    return None if bare else found


def _named_with(reading: Reading) -> set[int]:
    """Where agencies begin that are named behind "phối hợp với", in one list: none of them is who acts."""
    marks = reading.of("coordinate")
    return {start for mark in marks for start in listing(reading, mark.last, _AND)[0]}


def heading_actors(reading: Reading) -> Subject | None:
    """The agencies that a heading consists of: "Đài Phát thanh và Truyền hình tỉnh, Báo Quảng Ngãi"; "Giao Vụ X:"."""
    last = len(reading.words)
    while last and reading.words[last - 1] in {":", ".", ";", ","}:
        last -= 1
    at = 0
    opener = reading.at("opener", 0)
    modality = _MODALITIES[opener.kind] if opener else None
    lead = [w.lower() for w in reading.words[:3]]
    if opener:
        at = opener.last
    elif lead == ["trách", "nhiệm", "của"]:
        at = 3
    elif lead[:2] == ["đối", "với"]:
        at = 2
    actors, end = _group(reading, at, last)
    if actors and end < last and reading.words[end] == ":" and _places(reading, end + 1, last):
        actors, end = (Actor(reading.slice(at, last), actors[0].collective),), last
    if actors and end < last and _one_body(reading, at, end, last):
        actors, end = (Actor(reading.slice(at, last)),), last
    return Subject(actors, modality, end) if actors and end >= last else None


_BODIES = ("ban chỉ đạo ", "ban chỉ huy ", "hội đồng ", "tổ công tác ", "tiểu ban ", "ban quản lý ")


def _one_body(reading: Reading, first: int, end: int, last: int) -> bool:
    """ "Ban Chỉ đạo xoá nhà tạm, nhà dột nát huyện Bình Sơn": a heading that is the name of one body, with a comma in
    it; nothing behind the comma is an agency or a verb of duty."""
    if reading.words[end] != "," or not reading.slice(first, last).lower().startswith(_BODIES):
        return False
    rest = range(end + 1, last)
    return not any(reading.at(label, i) for i in rest for label in ("agency", "predicate", "coordinate", "direct"))


def _places(reading: Reading, first: int, last: int) -> bool:
    """ "Chủ tịch UBND các tỉnh: Khánh Hòa, Đắk Lắk": proper names only."""
    return first < last and all(
        word in {",", "và", "-"} or word[0].isupper() or reading.words[i - 1][0].isupper()
        for i, word in enumerate(reading.words[first:last], first)
    )


def _inside_agency(reading: Reading, mark: Mark) -> bool:
    return any(a.first <= mark.first and mark.last <= a.last for a in reading.of("agency"))


def coordinating(reading: Reading, first: int, last: int, subject_end: int) -> list[Actor]:
    """Who is named behind "phối hợp với" where it is the subject that coordinates, not an agency it helps."""
    found: list[Actor] = []
    for mark in reading.of("coordinate"):
        another = any(a.last == mark.first for a in reading.of("agency")) and mark.first > subject_end
        if not first <= mark.first < last or another:
            continue
        leading = mark.first <= opening(reading, first, last) + 3
        found += _beside(reading, mark.last, last, _AND_MORE if leading else _AND)
    return found


def _beside(reading: Reading, first: int, last: int, separators: frozenset[str]) -> list[Actor]:
    """A list of agencies from a token on, going on behind a bracket that explains one of them ("Sở A (Cơ quan Thường
    trực …), Sở B")."""
    actors, end = _list(reading, first, separators)
    inside = _bracket(reading, end) if actors else None
    found = list(actors)
    if inside is not None and inside[1] + 1 < last and reading.words[inside[1]].lower() in separators:
        found += _beside(reading, inside[1] + 1, last, separators)
    return found


def directed(reading: Reading, first: int, last: int) -> list[Actor]:
    """Who is named behind "chỉ đạo" and then does something: "chỉ đạo các phòng, ban tăng cường …"."""
    found: list[Actor] = []
    for mark in reading.of("direct"):
        if not first <= mark.first < last or _inside_agency(reading, mark) or reading.span(mark).lower() in _ORDERS:
            continue
        actors, end = _list(reading, mark.last, _AND)
        if actors and end < last and (_predicate(reading, end) or reading.words[end] == ","):
            found += actors
    return found


def _for_purpose(reading: Reading, at: int) -> bool:
    """ "… để tổng hợp, báo cáo Bộ trưởng": the receiver's own reporting, not the assignee's."""
    i = at - 1
    while i >= 0 and reading.words[i].lower() in _PURPOSE_WORDS:
        i -= 1
    return i >= 0 and reading.words[i].lower() in {"để", "nhằm"}


def _through(reading: Reading, at: int) -> tuple[Actor, ...]:
    """ "(qua Cục Thuế tỉnh)" behind a receiver."""
    if at + 1 < len(reading.words) and reading.words[at] == "(" and reading.words[at + 1].lower() in _THROUGH:
        inside = _bracket(reading, at)
        return tuple(_actor(reading, mark) for mark in inside[0]) if inside else ()
    return ()


def _received(reading: Reading, mark: Mark, last: int) -> tuple[tuple[Actor, ...], int]:
    """Directly behind the verb, other verbs of reporting between them overlooked."""
    at = mark.last
    while at < last:
        other = reading.at("report", at)
        if other is None and reading.words[at].lower() not in {"và", ",", "về", "cho", "với"}:
            break
        at = other.last if other else at + 1
    return _list(reading, at, _AND)


def _sent_to(reading: Reading, at: int, last: int) -> tuple[tuple[Actor, ...], int]:
    """ "gửi báo cáo … về X", "phản ánh … về X", "báo cáo kết quả với X" within the clause; X a named agency."""
    reported = True
    for i in range(at, last):
        word = reading.words[i].lower()
        if word in _CLAUSE_ENDS:
            break
        mark = reading.at("agency", i + 1) if word in _TO or (word == _WITH and reported) else None
        if mark is not None and mark.kind != "class":
            return _list(reading, i + 1, _AND)
        reported = reported and word in _REPORTED
    return (), at


def receiving(reading: Reading, first: int, last: int) -> list[Actor]:
    """Who receives reports or registrations: behind "báo cáo", "báo cáo và đề xuất", "gửi … về"."""
    found: dict[str, Actor] = {}
    for mark in reading.of("report"):
        if not first <= mark.first < last or _inside_agency(reading, mark) or _for_purpose(reading, mark.first):
            continue
        verb = reading.span(mark).lower()
        receivers, end = (
            _received(reading, mark, last) if verb.endswith("báo cáo") or verb == "gửi" else ((), mark.last)
        )
        if not receivers and verb not in {"tổng hợp", "trình", "đề xuất", "thông tin"}:
            receivers, end = _sent_to(reading, mark.last, last)
        for actor in (*receivers, *_through(reading, end)):
            found.setdefault(key(actor.name), actor)
    return list(found.values())


def assignees(actors: Iterable[Actor], more: Iterable[tuple[AssigneeRole, Iterable[Actor]]]) -> tuple[Assignee, ...]:
    """The task's assignees, each once, who receives reports apart: who leads (a class performs), then the others."""
    found: dict[str, Assignee] = {}
    for actor in actors:
        role: AssigneeRole = "perform" if actor.collective else "lead"
        found.setdefault(key(actor.name), Assignee(name=actor.name, role=role))
    for role, others in more:
        for actor in others:
            own = "→" if role == "report_to" else ""  # who acts may also be who receives
            found.setdefault(own + key(actor.name), Assignee(name=actor.name, role=role))
    return tuple(found.values())
