"""Which agency a name means: abbreviations written out, and the names that many agencies share kept apart.

"Sở Y tế" is one agency in each province, "Vụ Pháp chế" one in each ministry. A name is therefore read with what the
document says of itself: the day, the issuer and its province. Two names become one agency only where name and scope
agree: a province for what provinces have, and for any other name that is nobody's alone the issuer in whose documents
it stands, which need not be whose it is. Where a document does not say so much, its agencies are its own. Nothing is
modernised: Bộ Thông tin và Truyền thông is not what it was merged into.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache

from dau.document.orthography import fold, nfc, slug
from dau.structure.facts.agencies import full_name
from dau.structure.facts.names import joint_case
from dau.structure.facts.provinces import all_provinces, province_in
from dau.structure.language.lexicon import data

from .rows import Agency
from .spelling import old_tone

_SLUG = 60
_LONGEST = 400
"""Characters of a name that are looked at; what is longer is no name, and only its beginning is written out."""
_HYPHEN = re.compile(r"(?<=[^\W\dA-ZĐ])\s*[-–]\s*(?=[A-ZĐÀ-Ỹ])|\s+[-–]\s*|\s*[-–]\s+")
_CLASS = re.compile(
    r"(?:các|mọi|mỗi|từng|những|toàn|tất cả)\b|.*\s(?:các|từng|những)\s|.*\b(?:liên quan|cấp (?:xã|huyện|tỉnh))\b",
    re.IGNORECASE,
)
_UNIQUE = re.compile(
    r".*\b(?:Chính phủ|Quốc hội|tối cao|Việt Nam|Chủ tịch nước|Trung ương Đảng)$|Tổng cục (?:Thuế|Thống kê|Hải quan)$"
    r"|Kiểm toán nhà nước$|Ban Tuyên giáo Trung ương$"
)
_PART_OF = re.compile(r"(?:Chi|Phòng|Tổ|Đội|Trạm|Hạt|Trường|Hội|Đoàn|Trung tâm|Công ty)\b|.*Đoàn đại biểu\b")
_OFFICE = re.compile(r"(?:Bộ trưởng|(?:Các )?[Tt]hứ trưởng) (?=Bộ )")
_LOCAL = re.compile(r"(?:Giám đốc |Thanh tra )?Sở\b|.*\b(?:tỉnh|[Hh]uyện|[Tt]hị xã|[Qq]uận)\b|Tỉnh ủy|Thành ủy")
_CITY = re.compile(r".*\b(?:thành phố|Thành phố) [A-ZĐÀ-Ỹ]")
_SMALL = re.compile(r".*\b(?:xã|phường|thị trấn) [A-ZĐÀ-Ỹ]")


@dataclass(frozen=True)
class Context:
    """What a document says that decides whom its names mean. `owner` is the name of its issuer in `agencies` (or, for
    the issuer itself, of the agency above it), `issuer` the same as printed, `place` the place of issue."""

    document: str
    day: date | None = None
    province: str | None = None
    issuer: str | None = None
    owner: str | None = None
    place: str | None = None


def province_of(*names: str | None) -> str | None:
    """The province that the first of several names to name one names."""
    return next((found for name in names if name and (found := province_in(nfc(name)))), None)


@lru_cache(maxsize=20_000)
def agency_of(name: str, context: Context) -> Agency | None:
    """The agency that a name in a document means; None for a name without a letter.

    >>> agency_of("UBND tỉnh", Context("d", issuer="Ủy ban nhân dân tỉnh Khánh Hoà", province="Khánh Hòa")).name
    'Ủy ban nhân dân tỉnh Khánh Hòa'
    """
    written = written_out(name, context)
    if not any(char.isalpha() for char in written):
        return None
    if _CLASS.match(written):
        owner = context.owner or context.province or context.document
        return _agency(written, "class", owner, context.province)
    if _national(written):
        return _agency(written, "national", None, None)
    province = province_of(written) or (context.province if _is_local(written) else None)
    if province is not None and not _SMALL.match(written):
        return _local(written, province)
    owner = context.owner or context.place or context.document
    if _is_local(written):  # of a province that the document does not name
        return _agency(written, "local", context.document, None)
    return _agency(written, "named", owner, context.province)


def written_out(name: str, context: Context) -> str:
    """A name with its abbreviations written out, in one spelling: spaces, hyphens, tone placement, first letter, and
    the case of a known name."""
    text = " ".join(nfc(name[:_LONGEST]).split()).strip(" ,.;:-–+•")
    if len(text) > 6 and text.isupper() and " " in text:
        text = joint_case(text)
    text = full_name(text, context.issuer, context.day)
    text = _HYPHEN.sub(" - ", old_tone(text)).strip()
    text = text[:1].upper() + text[1:]
    return _known_names().get(fold(text), text)


@cache
def _known_names() -> dict[str, str]:
    groups = ("bodies", "ministries", "departments", "units")
    known = {fold(entry["name"]): entry["name"] for group in groups for entry in data("agencies")[group]}
    return known | {fold("Thủ tướng"): "Thủ tướng Chính phủ"}  # nobody else is called so


@cache
def _ministries() -> frozenset[str]:
    return frozenset(entry["name"] for entry in data("agencies")["ministries"])


def _national(name: str) -> bool:
    office = _OFFICE.match(name)
    if (name[office.end() :] if office else name) in _ministries():
        return True
    return bool(_UNIQUE.match(name)) and not _PART_OF.match(name) and province_in(name) is None


def _is_local(name: str) -> bool:
    return bool(_LOCAL.match(name) or _CITY.match(name))


@cache
def _kinds() -> dict[str, str]:
    """Province → tỉnh or thành phố, as it was last."""
    return {province.name: province.kind for province in all_provinces()}


def _local(name: str, province: str) -> Agency:
    """An agency of a province, whether its name says which or leaves it to the document."""
    kind = _kinds().get(province, "tỉnh")
    proper = re.sub(r"^Thành phố ", "", province)
    place = re.compile(rf"\s+(?:của )?{kind}(?:\s+{re.escape(proper)})?$", re.IGNORECASE)
    head = place.sub("", name)
    base = head if head.startswith(("Sở", "Tỉnh ủy", "Thành ủy")) or head == name else f"{head} {kind}"
    tail = f"{kind} {proper}"
    if head.endswith("ủy"):
        whole = f"{head} {proper}"
    elif head != name or head.startswith(("Sở", "Giám đốc Sở", "Thanh tra Sở")):
        whole = f"{head} {tail}"
    else:
        whole = name if proper in name else f"{name}, {tail}"
    return _agency(base, "local", province, province, whole)


def _agency(base: str, kind: str, scope: str | None, province: str | None, name: str | None = None) -> Agency:
    whole = name or base
    key = hashlib.sha256("\n".join((whole, kind, scope or "", province or "")).encode()).hexdigest()[:8]
    return Agency(f"{slug(whole)[:_SLUG].strip('-')}-{key}".lstrip("-"), whole, base, kind, scope, province)
