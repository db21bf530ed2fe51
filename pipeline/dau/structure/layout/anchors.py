"""Lines by which the parts of a directive are recognised, whatever OCR did to their diacritics.

Everything compares bare letters, so that restored, raw and diacritic-less text are read alike.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from rapidfuzz import fuzz

from dau.document.orthography import letters, skeleton

from ..facts.form import authority_prefixes
from .lines import TextLine

MOTTO = "conghoaxahoichunghiavietnam"
MOTTO_2 = "doclaptudohanhphuc"
_MOTTO_START = re.compile(r"\bc[o0]n?g?\s*h[o0q]\w?\s*x[aă]")
_MOTTO_2_START = re.compile(r"[dpb][o0]c\s*l\w{1,2}p\b")

_RECIPIENTS = re.compile(r"^[\s'’.*|-]{0,3}n[o0]i\s{0,2}nh[a-z]{1,3}\b\s*(?P<colon>[:;.])?")
_ADDRESSEE = re.compile(r"^[\s'’.*|]{0,3}k\w{1,2}nh\s*g\w{1,2}i\b\s*[:;.]?")
_LETTER_ABSTRACT = re.compile(r"^[\s'’.*|]{0,3}v(?:\s?[/\\|¿¡1l!.]\s?v|w|\s?/\s?y)\b\s*")
_ABSTRACT = re.compile(r"^[\s'’.*|]{0,3}v\s?/\s?v\b|^[\s'’.*|]{0,3}(?:ve viec|v\w viec)\b")
_NUMBER_LABEL = re.compile(r"(?:^|[\s|_*])s[^\s:;\w]?[o0b6ôốóôồỗộơ]\s*(?:[:;.]\s*|(?=\d+\s*[/|]))")
_LEGAL_BASIS = re.compile(r"^[\s'’.*“\"-]{0,3}can\s*c[a-z]{1,2}\b")
_NO_BASIS = re.compile(
    r"can c\w{1,2} (?:chuc nang|nhiem vu|tinh hinh|ket qua|thanh tich|vao chuc nang|cac noi dung|dac diem)"
)
_PROPOSAL = re.compile(
    r"^[\s'’.*]{0,2}(?:the[o0]\s+d\w\s+nghi|xet\s+d\w\s+nghi|xet\s+t[o0]\s+trinh|theo\s+to\s+trinh)\b"
)
_REASON = re.compile(r"^[\s'’.*]{0,2}(?:tren co so|thuc hien|sau khi|duoc su|xet|theo)\b")
_ENACTING = re.compile(r"^[\s'’.*]{0,2}(?:quyet(?:dinh|nghi)|nghiquyet|chithi|thongtu|nghidinh)$")
_ATTACHED = re.compile(
    r"^[\s'’.*]{0,2}(?:[(\[{]\s*(?:\w+ )?(?:ban hanh\s+)?k[a-z]m\s+th\w{1,2}\b|"
    r"(?:ban hanh\s+)?k[a-z]m\s+th\w{1,2} [\w ]{4,24} s\w{1,2} ?[:.]? ?\d)"
)
_APPENDIX = re.compile(
    r"^[\s'’.*]{0,2}(?:phu\s*luc|bieu\s*mau|mau\s*so|bieu\s*so)\b(?:\s*(?:so\s*)?(?P<n>[ivxl]{1,5}|\d{1,3}[a-z]?))?\s*(?P<rest>.*)$"
)
_PREFIXES = "|".join([*authority_prefixes(), "T/M", "K/T", "T/L"])
_PREFIX = re.compile(rf"^[\s'’.*|\"“]{{0,3}}(?P<prefix>{_PREFIXES})\s*[.,/:]\s*(?=\S)")
_POSITIONS = re.compile(
    r"^(?:(?:quyen\s+)?(?:pho|thu)\s+)?(?:bo truong|thu truong|chu tich|giam doc|tong giam doc|chanh|cuc truong|"
    r"vu truong|vien truong|hieu truong|thu tuong|chu nhiem|truong ban|truong phong|truong doan|truong tieu ban|"
    r"tong thanh tra|tong bi thu|bi thu|tu lenh|thong doc|tong cuc truong|chi cuc truong|doi truong|chu toa|"
    r"thu ky|dai dien|ke toan|tong bien tap|nguoi |to truong|chinh uy|bo truong|uy vien|tong kiem toan|vien pho|"
    r"truong khoa|cong ty|tgd|pho |nhan vien|chuyen vien|dau gia)"
)
_NAME = re.compile(
    r"^[A-ZÀ-ÝĂĐĨŨƠƯẠ-Ỹ][a-zà-ỹăđĩũơưạ-ỹ']{0,6}(?:\s+(?:[A-ZÀ-ÝĂĐĨŨƠƯẠ-Ỹ][a-zà-ỹăđĩũơưạ-ỹ']{0,6}|H'\w+)){1,5}$"
)
_RANKED_NAME = re.compile(
    r"^(?:(?:GS|PGS|TS|ThS|BS|KS|LS|CN)\.?\s*)+|^(?:Đại|Trung|Thiếu|Thượng)\s+(?:tướng|tá|úy)\s+", re.I
)
_CAPS_NAME = re.compile(r"^[A-ZÀ-ÝĂĐĨŨƠƯẠ-Ỹ]{1,7}(?:\s+[A-ZÀ-ÝĂĐĨŨƠƯẠ-Ỹ]{1,7}){1,4}$")
_SIGNED = re.compile(r"^\(?\s*(?:da ky|ky ten|da ki)\b")
_SIGNATURE_NOTE = re.compile(
    r"^(?:nguoi ky|ky boi|ky so boi|co quan|thoi gian ky|email|ngay ky|so dien thoai|signature|signed by)\s*[:：]|"
    r"@\w+\.\w+|\d{2}[./-]\d{2}[./-]\d{4}\s+\d{2}:\d{2}(?::\d{2})?|^(?:digitally signed|signature not verified)"
)
_NOTE_SIGNS = (":", "：", "@")
_SIGNED_BY_MACHINE = ("digitally signed", "signature not verified")
AGENCY_HEADS = re.compile(
    r"^(?:bo|so|cuc|tong cuc|chi cuc|vu|ban(?! hanh| khai| cam ket| ghi nho| thoa thuan| sao| tin| ve)|"
    r"uy ban|ubnd|hdnd|hoi dong|van phong|chinh phu|thu tuong|phu thu tuong|"
    r"quoc hoi|toa an|vien|truong|dai hoc|hoc vien|benh vien|trung tam|cong ty|cty|tap doan|tong cong ty|"
    r"ngan hang|kho bac|bao hiem|dang bo|dang uy|tinh uy|thanh uy|huyen uy|quan uy|lien doan|cong doan|doan|hoi|"
    r"mat tran|tieu ban|phong|thanh tra|kiem toan|cong an|so y te|chu tich|tong bi thu|ban chap hanh|"
    r"ban thuong vu|dai su|thong tan|dai truyen|lien bo)\b"
)


def is_motto(line: TextLine) -> bool:
    """Quốc hiệu, alone or behind the issuer's name on one line; every word of it with a capital, at least."""
    seen = line.letters
    if len(seen) < 20 or not (line.caps or (len(seen) < 32 and line.text.istitle())):
        return False
    return bool(fuzz.partial_ratio(MOTTO, seen, score_cutoff=80))


def is_motto_2(line: TextLine) -> bool:
    """Tiêu ngữ, alone or behind something else."""
    seen = line.letters
    return len(seen) >= 14 and bool(fuzz.partial_ratio(MOTTO_2, seen, score_cutoff=80))


def motto_lines(lines: Sequence[TextLine], n: int) -> int:
    """How many lines quốc hiệu or tiêu ngữ takes from the `n`-th; 0 where it does not begin there. A narrow column
    breaks quốc hiệu over two or three lines."""
    if is_motto(lines[n]) or is_motto_2(lines[n]):
        return 1
    if not lines[n].caps or not MOTTO.startswith(lines[n].letters[:6]):
        return 0
    for count in (2, 3):
        part = lines[n : n + count]
        seen = "".join(line.letters for line in part)
        if len(part) == count and all(line.caps for line in part) and fuzz.ratio(MOTTO, seen) >= 92:
            return count
    return 0


def motto_start(key: str) -> int | None:
    """Where quốc hiệu or tiêu ngữ begins in the bare text of a merged header line."""
    m = _MOTTO_START.search(key) or _MOTTO_2_START.search(key)
    return m.start() if m else None


def number_label(key: str) -> re.Match[str] | None:
    """ "Số:" in the bare text of a header line."""
    return _NUMBER_LABEL.search(key)


def _match(pattern: re.Pattern[str], line: TextLine) -> re.Match[str] | None:
    """Against the line's bare text, else against that before restoring."""
    return pattern.match(line.key) or (pattern.match(line.raw_key) if line.line.changes else None)


def is_recipients(line: TextLine) -> bool:
    m = _match(_RECIPIENTS, line)
    return bool(m) and (bool(m and m["colon"]) or len(line.text) < 14) and line.text.lstrip(" *'’.|-")[:1].isupper()


def recipients_rest(line: TextLine) -> str:
    """What stands behind "Nơi nhận:" on its line."""
    m = _RECIPIENTS.match(line.key)
    return line.text[m.end() :].strip() if m else line.text


def is_addressee(line: TextLine) -> bool:
    return len(line.text) < 200 and bool(_match(_ADDRESSEE, line))


def addressee_begins(text: str) -> bool:
    """ "Kính gửi: …" stands at the beginning of a text."""
    return bool(_ADDRESSEE.match(skeleton(text)))


def is_abstract(line: TextLine) -> bool:
    """ "V/v …" of a công văn, or "Về việc …"."""
    return bool(_ABSTRACT.match(line.key)) or letter_abstract(line.text) is not None


def letter_abstract(text: str) -> str | None:
    """What follows "V/v" at the beginning of a text, its slash misread or not; None where there is no "V/v"."""
    m = _LETTER_ABSTRACT.match(skeleton(text))
    return text[m.end() :].strip() if m else None


def is_legal_basis(line: TextLine) -> bool:
    return bool(_match(_LEGAL_BASIS, line)) and not line.starts_lower


def is_no_legal_basis(text: str) -> bool:
    """ "Căn cứ chức năng, nhiệm vụ …" and the like name no law."""
    return bool(_NO_BASIS.search(text))


def is_proposal(line: TextLine) -> bool:
    return bool(_match(_PROPOSAL, line))


def is_reason(line: TextLine) -> bool:
    """ "Trên cơ sở …", "Thực hiện …" among căn cứ: a ground that names no law."""
    return bool(_REASON.match(line.key))


def is_enacting(line: TextLine) -> bool:
    """ "QUYẾT ĐỊNH:" and its like, in capitals on a line of its own."""
    text = line.text.strip(" .:*_-–'’;")
    if not line.caps or len(text) > 24:
        return False
    seen = letters(text)
    return bool(_ENACTING.match(seen)) or any(
        fuzz.ratio(seen, word) >= 84 for word in ("quyetdinh", "quyetnghi", "nghiquyet")
    )


def is_attached_note(line: TextLine) -> bool:
    """ "(Kèm theo Quyết định số …)"."""
    return bool(_ATTACHED.match(line.key))


def appendix(line: TextLine) -> re.Match[str] | None:
    """ "PHỤ LỤC", "Phụ lục II", "Mẫu số 01": set apart, and not the beginning of a sentence."""
    m = _APPENDIX.match(line.key)
    if not m or len(line.text) > 90:
        return None
    rest = m["rest"].strip(" .:)*-–")
    if line.caps and len(rest) <= 60:
        return m
    return (
        m
        if not rest and line.text.lstrip(" *'’.")[:1].isupper() and not line.text.rstrip().endswith((",", ";"))
        else None
    )


def authority_prefix(text: str) -> tuple[str, str] | None:
    """("KT.", the rest) of a signature line; the prefix in its usual spelling."""
    m = _PREFIX.match(text)
    if not m:
        return None
    return m["prefix"].replace("/", "") + ".", text[m.end() :].strip()


def is_position(text: str) -> bool:
    """A title such as CHỦ TỊCH or PHÓ GIÁM ĐỐC."""
    return bool(_POSITIONS.match(" ".join(skeleton(text).split())))


def person_name(text: str) -> str | None:
    """The name, where the text is nothing but a person's name (titles before it dropped)."""
    text = _RANKED_NAME.sub("", text.strip(" .*_|-–—~=:;,'’`\"()")).strip()
    if len(text) > 40 or any(c.isdigit() for c in text):
        return None
    return text if _NAME.match(text) else None


def is_caps_name(text: str) -> bool:
    return bool(_CAPS_NAME.match(text.strip()))


def is_signature_line(line: TextLine) -> bool:
    """An authority, a title in capitals, a name or "(Đã ký)"."""
    text = line.text.strip(" *|_'’")
    if authority_prefix(text) or _SIGNED.match(line.key.strip(" *|_")):
        return True
    if line.caps and is_position(text) and len(text) < 80:
        return True
    return person_name(text) is not None


def is_signature_note(line: TextLine) -> bool:
    """A line of the electronic signature's note: kept as noise, never as text."""
    key = line.key.strip()
    possible = any(sign in key for sign in _NOTE_SIGNS) or key.startswith(_SIGNED_BY_MACHINE)
    return possible and bool(_SIGNATURE_NOTE.search(key))
