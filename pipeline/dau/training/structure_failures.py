"""Why the parser did not find a field, or not all articles, of a text nobody annotated: the reasons that a check on
the text itself can tell apart, so that what is not printed is not counted as not found."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence

from dau.document.directive import Directive
from dau.document.orthography import nfc, skeleton

FORM = "form to fill in"
BLANK_NUMBER = "number left blank"
NO_NUMBER = "no number printed"
BLANK_DATE = "date left blank"
NO_DATE = "no date printed"
NOT_A_DATE = "date not in the calendar"
NO_TYPE = "no type printed"
NO_ISSUER = "no issuer printed"
NO_HEADER = "no header of its own"
RUN_TOGETHER = "words run together"
MISSING = "articles missing in the source"
ANEW = "articles begin anew"
QUOTED = "quoted articles"
CODIFIED = "codified articles"
BROKEN = "marker over two lines"
PARSER = "printed and not found"

REASONS = {
    FORM: "a template in an appendix or on its own: what it leaves open is for others to fill in",
    BLANK_NUMBER: "“Số: /QĐ-UBND”: drafts, and copies from before the number was given",
    NO_NUMBER: "nothing that reads as a number stands around the national motto",
    BLANK_DATE: "“ngày   tháng   năm 2025”",
    NO_DATE: "no “ngày … tháng … năm …” stands around the national motto, nor “thông qua ngày …” at the end",
    NOT_A_DATE: "a day, month or year that no calendar has, such as a year with a footnote's number behind it",
    NO_TYPE: "no line around the national motto begins with the name of a type",
    NO_ISSUER: "no capitals of an agency above the motto, and no authority under the title",
    NO_HEADER: "the motto stands in a form or an example; the text around it is a provision, an answer or an article",
    RUN_TOGETHER: "the crawler dropped spaces or line ends: “NHÂN DÂNTHÀNH PHỐ”, “HÀ NỘISố: 36”",
    MISSING: "no line begins with the article that is missing",
    ANEW: "a form or another act within the component numbers its articles from 1 again",
    QUOTED: "articles of the act that is being amended, or their numbers, stand in the way",
    CODIFIED: "provisions of the codification (pháp điển), “Điều 45.9.TT.3.10”, are numbered by source",
    BROKEN: "“Điều” at the end of a line and its number on the next",
    PARSER: "the text has it and the parser does not: its fault, as far as a check can tell",
}
"""Every reason, and a line that explains it."""

EXCUSED = frozenset(REASONS) - {PARSER, RUN_TOGETHER, ANEW, QUOTED, BROKEN}
"""Reasons that lie in what is printed: nothing may be found there, and nothing is to be invented."""

_MOTTO = re.compile(r"doc lap\s*[-–—]?\s*tu do\s*[-–—]?\s*hanh phuc")
_STOP = re.compile(r"^\W*(?:can cu|dieu 1\b|kinh gui|chuong i\b)")
_NUMBER = re.compile(r"^\W*(?:(?:\w+ ){1,3}so\s*:|so\s*[:.]?)\s*\d[\w.]*\s*[/-]\s*\d*[/-]?\s*\w{2}", re.M)
_NO_SERIAL = re.compile(r"\bso\s*[:.]?[\s.…_]*(?:/|\.{3}|…|$)", re.M)
_DATE = re.compile(r"\bngay\s*(\S*?)\s*thang\s*(\S*?)\s*nam\s*([\d.…_]*)")
_AGENCY = re.compile(r"^\W*(?:bo|so|uy ban|hoi dong|chinh phu|quoc hoi|thu tuong|van phong|cuc|tong cuc|ngan hang)\b")
_TYPE = re.compile(
    r"^\W*(?:quyet dinh|nghi quyet|chi thi|nghi dinh|thong tu|luat|bo luat|phap lenh|ke hoach|thong bao|bao cao|"
    r"to trinh|cong dien|huong dan|quy che|quy dinh|chuong trinh|bien ban|van ban hop nhat|lenh|v/v)\b"
)
_BLANKS = re.compile(r"\.{4,}|…{2,}|(?:\.\s){4,}")
_FORM = re.compile(r"^\W*(?:mau so|mau\b|phu luc|bieu mau|ban khai|don de nghi|ten doanh nghiep|to khai)", re.M)
_CODIFIED = re.compile(r"^Điều \d+\.\d+\.\w+\.", re.M)
_GLUED = re.compile(r"[A-ZĐÀ-Ỹ]{2}Số\s*:|[a-zà-ỹ]Hà Nội|(?:DÂN|HỘI|PHỦ|BỘ)(?:THÀNH|TỈNH|CHỦ)\b")


def head_of(text: str) -> str:
    """Bare text of the header around the national motto, to the first line of the body."""
    lines = [" ".join(line.split()) for line in skeleton(nfc(text[:6000])).splitlines() if line.strip()]
    at = next((n for n in range(len(lines)) if _MOTTO.search(" ".join(lines[n : n + 2]))), None)
    if at is None:
        return ""
    head = lines[max(0, at - 8) : at + 1]
    for line in lines[at + 1 : at + 12]:
        if _STOP.match(line):
            break
        head.append(line)
    return "\n".join(head)


def field_reason(name: str, text: str) -> str:
    """Why a field (type, number, date or issuer) was not found."""
    head = head_of(text)
    if _FORM.search(head) or len(_BLANKS.findall(text[:1500])) >= 4:
        return FORM
    if _MOTTO.search(" ".join(skeleton(nfc(text[:6000])).split())) is None or _before_motto(text) > 1200:
        return NO_HEADER
    if _GLUED.search(text[:1500]):
        return RUN_TOGETHER
    return {"number": _number, "date": _date, "type": _type, "issuer": _issuer}[name](head)


def _before_motto(text: str) -> int:
    m = _MOTTO.search(skeleton(nfc(text[:6000])))
    return m.start() if m else 6000


def _number(head: str) -> str:
    if _NUMBER.search(head):
        return PARSER
    return BLANK_NUMBER if _NO_SERIAL.search(head) else NO_NUMBER


def _date(head: str) -> str:
    found = [m.groups() for m in _DATE.finditer(" ".join(head.split()))]
    if not found:
        return NO_DATE
    day, month, year = found[0]
    if not re.search(r"\d", day) or not re.search(r"\d", month):
        return BLANK_DATE
    in_calendar = int(re.sub(r"\D", "", day)) <= 31 and int(re.sub(r"\D", "", month)) <= 12 and len(year) == 4
    return PARSER if in_calendar else NOT_A_DATE


def _type(head: str) -> str:
    return PARSER if any(_TYPE.match(line) for line in head.splitlines()) else NO_TYPE


def _issuer(head: str) -> str:
    return PARSER if any(_AGENCY.match(line) for line in head.splitlines()) else NO_ISSUER


# ---------------------------------------------------------------------- articles


def article_reason(numbers: Sequence[int], text: str) -> str:
    """Why the articles of a component do not follow each other; the first break decides."""
    if _CODIFIED.search(text):
        return CODIFIED
    before, after = next(breaks(numbers))
    if after == 1:
        return ANEW
    if after <= before:
        return QUOTED
    wanted = before + 1
    if re.search(rf"^\W*Điều\s*\n\s*{wanted}\b", text, re.M):
        return BROKEN
    begins = re.search(rf"^\W*[Đđ]iều {wanted}\b", text, re.M)
    if begins is None or re.search(rf"^\W*Điều {wanted}\s*[-–]\s*\d", text, re.M):
        return RUN_TOGETHER if re.search(rf"\S[\"”.]Điều {wanted}\.", text) else MISSING
    return QUOTED if "sửa đổi, bổ sung" in text[:3000].lower() else PARSER


def breaks(numbers: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Neighbours that do not follow each other."""
    return ((a, b) for a, b in itertools.pairwise(numbers) if b != a + 1)


def reasons(text: str, lacking: Sequence[str], articles: Sequence[Sequence[int]]) -> list[str]:
    """The reason of every field that is lacking and of every component whose articles are broken, once each."""
    found = [field_reason(name, text) for name in lacking]
    found += [article_reason(numbers, text) for numbers in articles if next(breaks(numbers), None)]
    return list(dict.fromkeys(found))


def article_numbers(directive: Directive) -> list[list[int]]:
    """Numbers of the articles in order, by component; Điều 9a behind Điều 9 is no break."""
    by_component: dict[str, list[int]] = {}
    for node in directive.nodes:
        m = re.match(r"\D*(\d+)([a-zđ]?)", node.number or "") if node.kind == "article" else None
        if m:
            numbers = by_component.setdefault(node.id.split("/")[0], [])
            if not (m[2] and numbers and numbers[-1] == int(m[1])):
                numbers.append(int(m[1]))
    return list(by_component.values())
