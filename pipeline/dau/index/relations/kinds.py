"""What a document says it does to another: the kind of a relation, from the words before a mention.

    căn cứ …                                    based_on     (a legal basis of the preamble, or "Căn cứ" in prose)
    thực hiện, triển khai, hưởng ứng …          implements
    sửa đổi, bổ sung; bãi bỏ khoản 3 của …      amends       (a part of it)
    thay thế …                                  replaces
    bãi bỏ …                                    repeals      (as a whole)
    (Ban hành) kèm theo … at the head of a part attached
    anything else                               cites

Only an act that can do so amends or repeals: a Tờ trình that proposes a repeal only cites. A document named within the
title of another ("Nghị định … sửa đổi, bổ sung một số điều của Nghị định …") is cited, whatever that other one does.
"""

from __future__ import annotations

import re
from typing import Literal

from dau.document.directive import NodeKind
from dau.document.orthography import skeleton

Kind = Literal["cites", "based_on", "implements", "amends", "replaces", "repeals", "attached"]

_ACTS = frozenset(["QĐ", "NQ", "NĐ", "TT", "TTLT", "CT", "L", "PL"])
_ACT = r"(?:bo luat|luat|nghi dinh|nghi quyet|quyet dinh|thong tu(?: lien tich)?|chi thi|phap lenh|van ban)"
_OTHERS = "ke hoach|ket luan|cong van|chuong trinh|cong dien|thong bao|de an|to trinh"
_ANY = rf"(?:(?:cac\s+|nhung\s+)?(?:{_ACT}|{_OTHERS})\s*)?"
_SO = r"(?:so\s*:?\s*)?"
_DOER = (
    r"(?:^|[;:.]\s*|\bnay(?: co)?\s+|\bky\s+va\s+|[;,]\s*va\s+"
    rf"|\bban hanh {_ACT}(?: [a-z]+){{0,4}}? )"
)
_CHANGE = re.compile(
    rf"{_DOER}(?P<verb>sua doi,?\s*(?:va\s+)?bo sung|sua doi|bo sung|bai bo|thay the|huy bo)\b"
    rf"(?:\s+toan bo)?(?:\s+cho)?(?P<between>[^;.]{{0,160}}?)\s*{_ANY}{_SO}$"
)
_PASSIVE = re.compile(
    rf"\b(?:duoc|da|bi)\s+(?:sua doi|bo sung|thay the|bai bo)[^;.]*\b(?:boi|tai|theo)\s*{_ANY}{_SO}$"
)
_PART = re.compile(r"\b(?:khoan|diem|dieu|muc|chuong|phu luc|cum tu|mot phan|mot so|noi dung|gach dau dong|bieu|mau)\b")
_OTHER = re.compile(rf"\d/\w|\b{_ACT} (?:so|nay)\b")
_CARRY = re.compile(
    r"(?<!nam )\b(?:thuc hien|trien khai|thi hanh|huong ung|quan triet|cu the hoa)"
    r"(?:\s*,?\s*(?:va|thuc hien|trien khai|thi hanh|quan triet|nghiem(?: tuc)?|tot|day du|dong bo|kip thoi|hieu qua"
    r"|co hieu qua|thang loi|sau rong|cac|nhung|noi dung|nhiem vu|giai phap|chi dao|y kien|tinh than|theo|cua|tai)\b)*"
    rf"\s*{_ANY}{_SO}$"
)
_TITLE = re.compile(r"\bve(?: viec)?(?: to chuc)? $")
"""Before the verb: the title of another document goes on with it."""
_BASIS = re.compile(rf"\bcan cu\s+(?:vao\s+)?{_ANY}{_SO}$")
_ATTACHED = re.compile(rf"^\W*(?:(?:duoc\s+)?ban hanh\s+)?kem theo\s+{_ANY}{_SO}$")
_LISTED = re.compile(rf"(?:,|\bva)\s*{_ANY}{_SO}$")


def kind_of(
    before: str, node: NodeKind, symbol: str | None, *, named: bool = False, carried: Kind | None = None
) -> Kind:
    """The relation that a mention states.

    `before` is the text of its unit up to the mention, the type's name and "số" included or not; `node` the kind of the
    unit; `symbol` that of the citing document's type, None for what is no directive (a press article states nothing
    but that it cites). `named`: the mention stands within the title of another cited document. `carried`: the relation
    of the mention before it in the same sentence, with which a list goes on.
    """
    if named or symbol is None:
        return "cites"
    lead = skeleton(before)[-260:]
    if _ATTACHED.match(lead):
        return "attached"
    if node == "legal_basis" or (_BASIS.search(lead) and node not in ("proposal", "authority")):
        return "based_on"
    if symbol in _ACTS and (changed := _changes(lead)):
        return changed
    if node in ("proposal", "authority"):
        return "cites"
    if (carries := _CARRY.search(lead)) is not None:
        return "cites" if _TITLE.search(lead[: carries.start()]) else "implements"
    return carried if carried and _LISTED.search(lead) else "cites"


def _changes(lead: str) -> Kind | None:
    """Whether the act itself changes what is named next, and how."""
    if _PASSIVE.search(lead):
        return None
    found = None
    for m in _CHANGE.finditer(lead):
        found = m
    if found is None or _OTHER.search(found["between"]):
        return None
    verb, part = found["verb"], bool(_PART.search(found["between"]))
    if verb in ("bai bo", "huy bo"):
        return "amends" if part else "repeals"
    if verb == "thay the":
        return "amends" if part else "replaces"
    return "amends"
