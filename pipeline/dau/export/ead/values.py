"""What a document says of the fields of EAD_doc, and nothing beyond."""

from __future__ import annotations

from dataclasses import dataclass

from dau.document.errors import InputError
from dau.document.orthography import fold

from ..doubts import Record, doubt
from ..held import Held
from ..moments import day
from .fields import OTHER_TYPE, TYPE_CODES, Profile

_POINTERS = {
    "type": "/metadata/type",
    "number": "/metadata/number",
    "notation": "/metadata/number",
    "issued": "/metadata/issued",
    "issuer": "/metadata/issuer",
    "subject": "/metadata/subject",
}
_IMAGE_OR_PDF = ("application/pdf", "image/")


@dataclass(frozen=True)
class Value:
    """A field's value, or why there is none."""

    text: str | None = None
    why: str | None = None
    raw: str | None = None


def values_of(held: Held, profile: Profile, record: Record, *, write_doubtful: bool) -> dict[str, Value]:
    """Fields read from the document. One in doubt has no value unless `write_doubtful`."""
    found = _read(held, profile)
    for name, pointer in _POINTERS.items():
        item = doubt(held.directive, pointer)
        value = found[name]
        if item and not write_doubtful:
            found[name] = Value(None, "in doubt", value.text or value.raw)
        elif item and value.text:
            record.say(held.id, profile.document[name], "written, though in doubt", code=item.code)
    return found


def _read(held: Held, profile: Profile) -> dict[str, Value]:
    meta, source = held.directive.metadata, held.directive.source
    number, text = meta.number, meta.number.text or ""
    split = bool(number.serial and text.startswith(number.serial))
    issued = day(meta.issued.date)
    pages = source.pages if source and source.media_type.startswith(_IMAGE_OR_PDF) else None
    return {
        "type": _said(_type(meta.type.name, profile), "not read"),
        "number": _said(number.serial if split else None, "not read", number.raw),
        "notation": _said(text[len(number.serial or "") :].lstrip("/-") if split else None, "not read", number.raw),
        "issued": _said(
            "/".join(reversed(issued.isoformat().split("-"))) if issued else None, "not read", meta.issued.raw
        ),
        "issuer": _said(meta.issuer.name, "not read"),
        "subject": _said(meta.subject, "not read"),
        "language": Value(_language(meta.language, profile)),
        "pages": Value(str(pages) if pages else None),
        "confidence_level": _digitised(held),
    }


def _said(text: str | None, why: str, raw: str | None = None) -> Value:
    return Value(text) if text else Value(None, why, raw)


def _type(name: str | None, profile: Profile) -> str | None:
    """Code of the type; types the list does not have, such as Nghị định, are its "Khác"."""
    if name is None or not profile.codes:
        return name
    return TYPE_CODES.get(fold(name), OTHER_TYPE)


def _language(code: str, profile: Profile) -> str | None:
    if code != "vi":
        return None
    return "01" if profile.codes else "Tiếng Việt"


def _digitised(held: Held) -> Value:
    """02, số hóa, where every page with text was read from an image; a text layer may be of either origin."""
    try:
        sources = {page.text_source for page in held.transcript.pages} - {"blank", "failed"}
    except InputError:
        return Value(None, "transcript.json cannot be read")
    return Value("02" if sources == {"ocr"} else None)
