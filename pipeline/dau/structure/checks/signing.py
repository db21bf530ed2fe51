"""Who signed and who issued: names under a seal, titles put right or lost, a stamp over the subject."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from dau.document.directive import ReviewItem, Signer
from dau.document.orthography import letters

from ..facts import titles
from ..facts.names import put_right
from ..header.metadata import Facts
from ..header.persons import NameDoubt, NameWitness, name_doubts, other_readings
from ..header.signature import ReadSigner
from ..layout.columns import Piece
from ..layout.lines import TextLine
from ..settings import StructureSettings
from .flags import flag

_WHY: dict[NameDoubt, str] = {
    "unsure": "độ tin cậy thấp",
    "engines": "các bộ đọc không thống nhất",
    "restored": "chữ đã được khôi phục",
    "syllable": "có tiếng không phải tiếng Việt",
    "surname": "không bắt đầu bằng họ đã biết",
    "several": "có thể là tên của hai người",
}
_OFF_CENTRE = 0.7
"""Of the line's height: how far to the right of the name a title stands whose beginning is lost. Both are centred."""


def check_signing(facts: Facts, settings: StructureSettings) -> Iterable[ReviewItem]:
    """Flags on signer, issuer, place and subject as they were read under seals and stamps."""
    for n, read in enumerate(facts.signature.read):
        field = "/metadata/signer" if n == 0 else "/metadata/co_signers"
        yield from _name(read, field, facts.signer_told if n == 0 else None, settings)
        yield from _title(read, field)
    raw, name = facts.issuer_raw, facts.metadata.issuer.name
    if raw and put_right(raw) != raw:
        message = "Tên cơ quan đọc sai dấu: viết theo tên đã biết có cùng các chữ cái"
        item = flag("issuer_misread", "low", message, "/metadata/issuer", facts.lines.get("issuer", ()), raw)
        yield item.model_copy(update={"resolved": name})
    if facts.stamped:
        message = "Dấu (công văn đến …) in đè đầu trích yếu: phần chữ của dấu đã bỏ"
        yield flag(
            "stamp_over_text", "low", message, "/metadata/subject", facts.lines.get("subject", ()), facts.stamped
        )
    if facts.header.motto and not facts.metadata.place:
        yield flag("place_missing", "low", "Không tìm thấy địa danh ban hành", "/metadata/place")


# ------------------------------------------------------------------------ name


def _name(read: ReadSigner, field: str, told: NameWitness | None, settings: StructureSettings) -> Iterable[ReviewItem]:
    if read.lost is not None:
        message = "Chỗ họ tên người ký đọc được không thể là họ tên: để trống"
        others = other_readings(read.lost.words)
        yield flag("signer_low_confidence", "medium", message, field, _lines(read.lost), _raw(read.lost), None, others)
    if read.name is None:
        return
    doubts = name_doubts(read.name.text, read.name.words, settings.sure_name_confidence)
    if not doubts:
        return
    message = "Họ tên người ký có thể đọc sai: " + ", ".join(_WHY[doubt] for doubt in doubts)
    others = other_readings(read.name.words)
    item = flag("signer_low_confidence", "medium", message, field, _lines(read.name), _raw(read.name), None, others)
    if told is not None:
        item = item.model_copy(update={"severity": "low", "resolved": told.name, "witnesses": (told.witness,)})
    yield item


def _lines(piece: Piece | None) -> Sequence[TextLine]:
    return (piece.line,) if piece is not None and piece.line is not None else ()


def _raw(piece: Piece) -> str:
    return " ".join(w.raw for w in piece.words) or piece.text


# ----------------------------------------------------------------------- title


def _title(read: ReadSigner, field: str) -> Iterable[ReviewItem]:
    """Titles put right from the closed list (low); titles lost, or cut off where the seal begins (medium)."""
    for change in read.mended:
        message = "Quyền hạn, chức vụ người ký đọc sai: hiểu theo chức danh gần nhất"
        item = flag("signer_low_confidence", "low", message, field, _lines(read.title or read.name), change.raw)
        yield item.model_copy(update={"resolved": change.text})
    signer = read.signer
    missing = signer.position is None and (signer.authority is not None or bool(read.unread))
    if missing or _may_be_another(read):
        lost = read.unread[0] if read.unread else None
        message = "Chức vụ người ký không đọc được: để trống" if missing else (
            "Có dòng chức danh không đọc được: người ký có thể là cấp phó ký thay"
        )  # fmt: skip
        where = lost or read.title or read.name
        raw = " | ".join(_raw(piece) for piece in read.unread) or None
        others = other_readings(lost.words) if lost else ()
        yield flag("signer_low_confidence", "medium", message, field, _lines(where), raw, None, others)
    elif read.title is not None and (odd := _odd(read)):
        raw, others = _raw(read.title), other_readings(read.title.words)
        yield flag("signer_low_confidence", "medium", odd, field, _lines(read.title), raw, None, others)


def _odd(read: ReadSigner) -> str | None:
    """What is strange about a title that was read well."""
    if _cut_off(read):
        return "Chức vụ lệch phải so với họ tên: phần đầu có thể bị dấu che"
    alone = read.signer.authority is None and (read.signer.position or "").startswith(("PHÓ ", "THỨ TRƯỞNG"))
    return "Cấp phó ký mà không có quyền hạn (KT.) ở trên: có thể bị mất khi đọc" if alone else None


def _may_be_another(read: ReadSigner) -> bool:
    """Whether the title of a head stands beside a line that could not be read, and is perhaps not the signer's."""
    return bool(read.unread) and _heads(read.signer)


def _heads(signer: Signer) -> bool:
    return signer.authority is None and bool(titles.deputies(signer.position or ""))


def _cut_off(read: ReadSigner) -> bool:
    title, name = read.title, read.name
    if title is None or name is None or title.bbox is None or name.bbox is None or not _heads(read.signer):
        return False
    if letters(title.text) == letters(name.text):
        return False
    middle = [(box[0] + box[2]) / 2 for box in (title.bbox, name.bbox)]
    return middle[0] - middle[1] > _OFF_CENTRE * (title.bbox[3] - title.bbox[1])
