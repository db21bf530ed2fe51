"""Mentions of documents in one text: by symbol, by name and date, by name alone.

    by symbol   Chỉ thị số 34-CT/TW ngày 07/4/2014 của Bộ Chính trị về “…”
    dated law   Luật Thi đua, khen thưởng ngày 26 tháng 11 năm 2003
    named       Nghị quyết Đại hội đại biểu toàn quốc lần thứ XIII của Đảng; các Kế hoạch của Tiểu ban Truyền thông

A document that is only to be drafted ("xây dựng Chỉ thị của Thủ tướng") is not cited. Which mentions are of one
document is `citations`' business.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache

from dau.document.orthography import skeleton

from ..facts.dates import WrittenDate, find_dates
from ..facts.symbols import Symbol, completed, find_symbols, issuer_of
from ..facts.types import all_types
from ..language import read
from ..language.lexicon import assignment
from ..language.patterns import bare
from ..language.sentences import clause_around

_UP = "A-ZÀ-ÝĂĐĨŨƠƯẠ-Ỹ"
_MORE_TYPES = (
    "Kết luận",
    "Công văn",
    "Văn bản",
    "Lời kêu gọi",
    "Quy hoạch",
    "Văn bản hợp nhất",
    "Kế hoạch",
    "Điều lệ",
    "Quy định",
)
_TYPES = "|".join(
    sorted({re.escape(t.name) for t in all_types()} | set(_MORE_TYPES), key=lambda name: (-len(name), name))
)
_ONLY_TYPE = re.compile(rf"(?:(?P<type>(?i:{_TYPES}))\s+)?(?:[Ss]ố\s*:?\s*)?$")
_LAW = re.compile(rf"(?<!\w)(?P<type>Luật|Bộ luật|Pháp lệnh|Hiến pháp)(?=\s+(?:[{_UP}]|sửa đổi))")
_ENDS_LAW = "đã|được|có hiệu|theo|về|tại|của|cho|để|này|hiện hành|là|với|do|trong|từ|quy định"
_LAW_STOP = re.compile(rf"\s+(?=(?:ngày|số|năm|(?:19|20)\d\d|{_ENDS_LAW}|và\s+(?:các|những|{_TYPES}))\b)|[;.:()”“]")
_AMENDING_STOP = re.compile(r"\s+(?=ngày\b|số\s+\d|năm\s+\d)|[;.:()”“]")
_OF_CONGRESS = (
    r"đại biểu|Đảng bộ|toàn quốc|toàn thể|lần thứ\s+\w+|thứ\s+\w+|Ban Chấp hành|Trung ương|Đảng|của Đảng|các cấp|tỉnh"
    rf"|huyện|thành phố|khóa\s+\w+|khoá\s+\w+|nhiệm kỳ\s+[\d\s–-]+\d|[{_UP}]\w+"
)
_CONGRESS = re.compile(
    r"(?:(?P<type>Nghị quyết|Văn kiện|Kết luận)\s+(?:số\s+\S+\s+)?(?:của\s+)?)?"
    rf"(?P<body>(?:Đại hội|Hội nghị)(?:\s+(?:{_OF_CONGRESS}))+)"
)
_RESOLVED = re.compile(r"\s+(?:thống nhất|đã|thông qua|xác định|yêu cầu|nhấn mạnh|khẳng định|chỉ rõ|kết luận)")
_OF_ISSUER = re.compile(rf"(?P<type>{_TYPES})\s+(?=của\s+[{_UP}])")
_PLANS = r"[Hh]ướng dẫn|[Qq]uy định|[Kk]ế hoạch|[Đđ]ề án|[Qq]uy chế|[Qq]uy hoạch|[Cc]hiến lược"
_QUOTED = re.compile(rf"(?P<type>{_PLANS})(?:\s+tạm thời|\s+về)?\s+(?P<quoted>[“\"][^”\"]{{8,250}}[”\"])")
_PLAN = re.compile(r"(?<=thực hiện )(?P<type>Quy hoạch)\s+[^;.,:()]{8,160}")
_CALL = re.compile(r"(?P<type>Lời kêu gọi|Thư kêu gọi|Thông điệp|Di chúc)\s+[^;.:()]{0,160}?(?=\s+ngày\s+\d)")
_LAW_NAME = r"(?P<name>(?:(?!\s+số\s*:?\s*\d)[^;.:()“”]){3,140}?)\s+(?:số\s*:?\s*)?$"
_LAW_BEFORE = re.compile(rf"(?P<type>Bộ luật|Luật|Pháp lệnh|Nghị quyết)\s+{_LAW_NAME}")
_LAST_LAW = re.compile(rf".*(?P<whole>(?P<type>Bộ luật|Luật|Pháp lệnh)\s+(?=[{_UP}]){_LAW_NAME})", re.DOTALL)
_LAW_NEXT = re.compile(
    rf"\s*(?:,|và)\s+(?:và\s+)?(?:Bộ luật|Luật|Pháp lệnh)\s+(?=[{_UP}])[^;.:()“”]{{3,100}}?\s+số\s*:?\s*\d"
)
_LAW_LISTED = re.compile(rf"\s+số\s*:?\s*\d+/\d{{4}}/QH\d+{_LAW_NEXT.pattern}")
"""Behind "Luật sửa đổi, bổ sung … của Luật A": the first of the numbers of the laws that it amends."""
_NEEDED = {
    _LAW: ("Luật", "Bộ luật", "Pháp lệnh", "Hiến pháp"),
    _CONGRESS: ("Đại hội", "Hội nghị"),
    _OF_ISSUER: ("của",),
    _QUOTED: ("“", '"'),
    _PLAN: ("thực hiện Quy hoạch",),
    _CALL: ("kêu gọi", "Thông điệp", "Di chúc"),
}
"""Of what a text must hold at least one for a pattern to be found in it: looking for these is quick."""
_DRAFTED = "[Dd]ự án|[Đđ]ề án|[Dd]ự thảo|[Xx]ây dựng|[Ss]oạn thảo"
_DRAFT = re.compile(
    rf"(?:{_DRAFTED}|[Bb]an hành|[Tt]rình|[Nn]ghiên cứu|[Tt]ham mưu)"
    r"(?:[ ,]+(?:và|ban hành|triển khai|trình|hoàn thiện|xây dựng|sửa đổi)){0,3}\s+$"
)
_DRAFT_LAW = re.compile(rf"(?:{_DRAFTED})\s+$")
_LIST_BEFORE = re.compile(
    rf"(?:{_TYPES}|chủ trương|đường lối|chính sách|văn bản)(?:,|\s+và)\s*(?:các\s+)?$", re.IGNORECASE
)
_ABOUT = r"quy định|phê duyệt|[Bb]an hành|phát động|sửa đổi|giao\b|hướng dẫn|công bố|thành lập|phân công"
_TITLE = re.compile(rf"\s*,?\s*(?P<lead>về\s+việc|về|(?={_ABOUT}))\s*(?P<quote>[“\"])?")
_TITLE_END = re.compile(
    r"[;”\"]|\.(?=\s|$)|,\s+(?=(?:để|nhằm|trong đó|theo đó|đồng thời|làm cho|gắn)\b)"
    rf"|(?:,|\s+và)\s+(?=(?:{_TYPES})\s+(?:số|ngày)\b|số\s+\d)|\s+và\s+hưởng ứng\s+(?={_TYPES})"
)
_QUOTATION = re.compile(r"“[^“”\"]*[”\"]|(?<![^\s(])\"(?=\S)[^“”\"]*\"")
_LONGEST_TITLE = 400
_BEFORE_DATE = re.compile(r"\s*[,(]?\s*")
_DATE_BEGINS = re.compile(r"(?i)ng[àa]y\b|\d")
_BEFORE_ISSUER = re.compile(r"\s*,?\s*của\s+(?:kỳ họp thứ \w+,\s*)?")
_CAPITALS = re.compile(rf"(?:[{_UP}]\w*(?:\s+[a-zà-ỹđ]{{1,7}}(?=\s+[{_UP}]))?\s?){{1,8}}")
_TERM = re.compile(r"(?:\s+kh[óo][aá]\s+[IVXL]+)\b")
_TERM_OR_PERSON = re.compile(rf"(?:\s+kh[óo][aá]\s+[IVXL]+|(?: [{_UP}][a-zà-ỹđ]+){{2,4}})\b")


@dataclass(frozen=True)
class Mention:
    """A document named at `text[start:end]`, with what the text says of it there. `nested` stands inside the title
    of another; `year` is that of "Luật … 2005"; `listed` is a law that amends others, which follow with their
    numbers."""

    start: int
    end: int
    raw: str
    type: str | None = None
    symbol: Symbol | None = None
    issuer: str | None = None
    date: WrittenDate | None = None
    title: str | None = None
    name: str | None = None
    nested: bool = False
    plural: bool = False
    listed: bool = False


def _date_at(text: str, place: int) -> WrittenDate | None:
    """The date that stands right at a place, behind "ngày", a comma or a bracket."""
    lead = _BEFORE_DATE.match(text, place)
    at = lead.end() if lead else place
    window = text[at : at + 40]
    if not _DATE_BEGINS.match(window):
        return None
    found = next(iter(find_dates(window)), None)
    if found is None or found.start > 6:
        return None
    return replace(found, start=at + found.start, end=at + found.start + len(found.raw))


def _issuer_at(text: str, place: int) -> tuple[str, int] | None:
    """The issuer behind "của", and where it ends."""
    lead = _BEFORE_ISSUER.match(text, place)
    if lead is None:
        return None
    begin, clause_end = clause_around(text, lead.end())
    reading = read(text[begin:clause_end])
    mark = reading.at("agency", reading.token(lead.end() - begin))
    if mark is not None:
        end = begin + reading.end(mark.last - 1)
    else:
        run = _CAPITALS.match(text, lead.end())
        if run is None:
            return None
        end = lead.end() + len(run.group().rstrip())
    term = (_TERM_OR_PERSON if mark is not None and mark.kind == "role" else _TERM).match(text, end)
    end = term.end() if term else end
    return text[lead.end() : end].strip(" ,;"), end


def _title_end(rest: str) -> int:
    """Where a title ends: at punctuation or what goes on with the sentence, but not within a quotation of its own."""
    quoted = [m.span() for m in _QUOTATION.finditer(rest)]
    for stop in _TITLE_END.finditer(rest):
        if not any(a <= stop.start() < b for a, b in quoted):
            return _own_clause(rest[: stop.start()])
    if len(rest) < _LONGEST_TITLE:
        return _own_clause(rest)
    return _own_clause(rest[: max(rest.rfind(", "), rest.rfind(" "), 0)])


@cache
def _verb_behind_comma() -> re.Pattern[str]:
    return re.compile(rf", ?{bare(assignment().verbs)}")


def _own_clause(title: str) -> int:
    """Where the sentence leaves the title for its next verb: "… của Bộ Thông tin và Truyền thông, quán triệt đến …"."""
    if "của " not in title or not _verb_behind_comma().search(skeleton(title)):
        return len(title)
    reading = read(title)
    for mark in reading.of("agency"):
        owned = mark.first > 0 and reading.words[mark.first - 1].lower() == "của"
        if owned and reading.words[mark.last : mark.last + 1] == (",",) and reading.at("verb", mark.last + 1):
            return reading.starts[mark.last]
    return len(title)


def _title_at(text: str, place: int) -> str | None:
    """What the document is about: behind "về", "về việc", "quy định" …, to the end of the clause."""
    lead = _TITLE.match(text, place)
    if lead is None:
        return None
    rest = text[lead.end() : lead.end() + _LONGEST_TITLE]
    depth = 0
    for i, char in enumerate(rest):
        depth += (char == "(") - (char == ")")
        if depth < 0:
            rest = rest[:i]
            break
    title = rest[: _title_end(rest)].strip(" ,.;:/")
    whole = title.count("“") == len(re.findall(r"[”\"]", title))
    return (title if whole else title.strip(' ,.;:/“”"')) or None


def _around(text: str, mention: Mention) -> Mention:
    """The mention with date, issuer and title that follow it."""
    end = mention.end
    day = mention.date or _date_at(text, end)
    end = max(end, day.end) if day else end
    if text[end : end + 1] == ")" and "(" in text[mention.end : end]:
        end += 1
    issuer = _issuer_at(text, end)
    end = issuer[1] if issuer else end
    title = _title_at(text, end)
    symbol = completed(mention.symbol, issuer[0] if issuer else None) if mention.symbol else None
    fallback = issuer_of(symbol) if symbol else None
    return replace(
        mention,
        symbol=symbol,
        end=end,
        raw=text[mention.start : end].strip(),
        date=day,
        issuer=issuer[0] if issuer else (mention.issuer or fallback),
        title=mention.title or title,
    )


def _by_symbol(text: str) -> Iterator[Mention]:
    for symbol in find_symbols(text):
        before = text[max(0, symbol.start - 200) : symbol.start]
        found = _ONLY_TYPE.search(before[-60:])
        start, kind, title = symbol.start, None, None
        if found and found.group().strip():
            start -= len(before[-60:]) - found.start()
            kind = found["type"]
        if not kind and symbol.organ.startswith(("QH", "UBTVQH")):
            law, group = _LAW_BEFORE.search(before), 0
            if law and _LAW_NEXT.match(text, symbol.end) and (last := _LAST_LAW.search(before)):
                law, group = last, last.re.groupindex["whole"]  # of several laws, each with its own number
            if law:
                start, kind, title = symbol.start - len(before) + law.start(group), law["type"], law["name"]
        kind = kind[:1].upper() + kind[1:].lower() if kind else symbol.type_name
        if kind == "Văn bản":
            kind = symbol.type_name or "Công văn"
        yield _around(text, Mention(start, symbol.end, "", kind, symbol, title=title))


def _found(pattern: re.Pattern[str], text: str) -> Iterator[re.Match[str]]:
    for needed in _NEEDED[pattern]:
        if needed in text:
            return pattern.finditer(text)
    return iter(())


def _laws(text: str) -> Iterator[Mention]:
    """Laws by name; a comma belongs to the name where a date follows it ("Luật Thi đua, khen thưởng ngày …")."""
    edge = 0
    for m in _found(_LAW, text):
        if _DRAFT_LAW.search(text[max(0, m.start() - 24) : m.start()]):
            continue
        amending = text[m.end() : m.end() + 12].lstrip().lower().startswith("sửa đổi")
        stop = (_AMENDING_STOP if amending else _LAW_STOP).search(text, m.end() + 1)
        end = stop.start() if stop else len(text)
        if end - m.start() > 220:
            continue
        name = text[m.end() : end]
        dated = None if m.start() < edge else _date_at(text, end)
        if not amending and "," in name and not dated and not re.match(r"\s+(?:số|năm)\s+\d", text[end : end + 12]):
            name = re.split(r",(?!\s+(?:chống|khen thưởng|bổ sung|nhập cảnh|vệ sinh)\b)", name)[0]
            end = m.end() + len(name)
        year = re.compile(r"\s+(?:năm\s+)?(?:19|20)\d\d(?!/)").match(text, end)
        title = re.sub(r"\s+", " ", name).strip(" ,")
        if not title:
            continue
        listed = amending and _LAW_LISTED.match(text, end) is not None
        mention = Mention(
            m.start(),
            year.end() if year and not dated else end,
            "",
            m["type"],
            title=title,
            date=dated,
            issuer="Ủy ban Thường vụ Quốc hội" if m["type"] == "Pháp lệnh" else "Quốc hội",
            nested=m.start() < edge,
            listed=listed,
        )
        if dated:
            mention = replace(mention, end=dated.end)
        yield replace(mention, raw=text[mention.start : mention.end].strip())
        if amending:
            edge = mention.end


def _named(text: str) -> Iterator[Mention]:
    """Documents without number and date: of congresses, by issuer, by quoted title."""
    for m in _found(_CONGRESS, text):
        if m["type"] or ("lần thứ" in m["body"] and _RESOLVED.match(text, m.end())):
            raw = m.group().strip()
            yield Mention(
                m.start(), m.start() + len(raw), raw, m["type"] or "Văn kiện", issuer=m["body"].strip(), name=raw
            )
    for m in _found(_OF_ISSUER, text):
        before = text[max(0, m.start() - 48) : m.start()]
        issuer = _issuer_at(text, m.end("type"))
        if (
            issuer is None
            or _DRAFT.search(before)
            or _LIST_BEFORE.search(before)
            or re.match(r"\s*:", text[issuer[1] : issuer[1] + 4])
        ):
            continue
        if re.match(r"\s*(?:,\s*)?(?:số|ngày)\s+\d", text[issuer[1] : issuer[1] + 16]) or issuer[0] in {
            "Đảng",
            "Trung ương",
            "Nhà nước",
        }:
            continue
        plural = before.endswith(("các ", "những "))
        start = m.start() - (4 if before.endswith("các ") else 0)
        yield Mention(
            start,
            issuer[1],
            text[start : issuer[1]],
            m["type"],
            issuer=issuer[0],
            title=_title_at(text, issuer[1]),
            name=f"{m['type']} của {issuer[0]}",
            plural=plural,
        )
    for m in _found(_QUOTED, text):
        if not _DRAFT.search(text[max(0, m.start() - 24) : m.start()]):
            yield Mention(m.start(), m.end(), m.group(), m["type"][:1].upper() + m["type"][1:], name=m["quoted"])
    for m in _found(_PLAN, text):
        raw = m.group().strip()
        yield Mention(m.start(), m.start() + len(raw), raw, m["type"], name=raw)
    for m in _found(_CALL, text):
        yield _around(text, Mention(m.start(), m.end(), "", m["type"], name=m.group().strip()))


def find_mentions(text: str) -> list[Mention]:
    """All mentions of documents in a text, in order of place; one inside another is kept only where it is a law
    named in the title of the law that amends it, or that law."""
    chosen: list[Mention] = []
    for group in (_by_symbol(text), _laws(text), _named(text)):
        for mention in group:
            core = mention.symbol.end if mention.symbol else mention.end
            clash = [o for o in chosen if mention.start < (o.symbol.end if o.symbol else o.end) and core > o.start]
            if not clash or mention.nested or mention.listed:
                chosen.append(mention)
    return sorted(chosen, key=lambda mention: mention.start)
