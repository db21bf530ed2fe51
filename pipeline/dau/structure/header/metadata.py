"""Metadata of a directive from its blocks: type, number, subject, issuer, place, dates, signer.

What is blank or unreadable stays null; nothing is filled in from outside the document, its file name included.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from dau.document.directive import DatedText, DocumentType, Issuer, Metadata, Node, Number, Signer
from dau.document.orthography import letters, skeleton
from dau.document.transcript import Transcript

from ..computed import plain
from ..facts import agencies
from ..facts.dates import WrittenDate, find_dates
from ..facts.names import by_initials, joint_case, sentence_case, usual_case
from ..facts.numbers import NumberStatus, ReadNumber, read_number
from ..facts.types import OFFICIAL_LETTER, TypeName, all_types, type_of_name
from ..language.syllables import plausible
from ..layout import anchors
from ..layout.blocks import Part
from ..layout.lines import TextLine, join_lines
from ..layout.opening import glued_subject
from ..layout.type_names import name_lines
from ..settings import StructureSettings
from .header import SECRECY, URGENCY, HeaderFacts, read_header
from .persons import NameWitness, name_doubts, signer_witnesses, told_by
from .recipients import RecipientList, read_recipients
from .signature import SignatureBlock, read_signature_lines, renamed

_ATTACHED = re.compile(
    r"k[a-z]m\s+th\w{1,2}\s+(?P<type>[\w ]{4,24}?)\s+s\w{1,2}\s*[:.]?\s*"
    r"(?P<number>[^,;()]{3,40}?)\s*,?\s*(?=ng\w{1,2}[yv]\b)"
)
_PASSED = re.compile(
    r"\b(?:luat|nghi quyet|phap lenh) nay (?:da )?duoc [^.;]{4,160}?(?P<when>thong qua\s*ng\w{1,2}[yv]\b[^.;]{4,40})"
)
_EFFECTIVE = re.compile(
    r"na(?<!\wna)\w\b[^.;]{0,80}?\bc\w?\s+hi\w{1,3}\s+l\w{1,3}c[^.;]{0,30}?\s(?P<when>(?:k\w\s+)?t\w{1,2}\s+ng\w{1,2}[yv]\b\s*"
    r"(?:k\w(?:\s+ban hanh)?\b|[^.;]{4,40}))"
)


@dataclass(frozen=True)
class AttachedNote:
    """ "(Kèm theo Quyết định số … ngày …)" under the title of what is attached: a second place that tells number and
    date of the main document."""

    number: ReadNumber
    date: WrittenDate | None
    lines: tuple[TextLine, ...]


@dataclass(frozen=True)
class Facts:
    """Metadata and how it was come by, for the checks and the confidence."""

    metadata: Metadata
    number_status: NumberStatus | None
    number_suggestion: str | None
    date: WrittenDate | None
    header: HeaderFacts
    recipients: RecipientList
    signature: SignatureBlock
    borrowed: bool
    """Number and date were not in a header but in "(Kèm theo Quyết định số …)"."""
    attached: AttachedNote | None
    issuer_from: str | None
    """"header", "authority", "initials", "signature" or "symbol"."""
    issuer_raw: str | None = None
    """The issuer as read in the header, before its case and diacritics were set."""
    signer_told: NameWitness | None = None
    """The witness from whom a damaged name of the signer was taken."""
    stamped: str | None = None
    """Text of a stamp that was read as the beginning of the subject, and left out of it."""
    lines: dict[str, tuple[TextLine, ...]] = field(default_factory=dict)


def read_metadata(
    parts: Sequence[Part], authority: str | None, transcript: Transcript, settings: StructureSettings | None = None
) -> Facts:
    """Metadata of the main component. `authority` is the text of the authority line above căn cứ, if there is one."""
    main = parts[0]
    header_lines = main.zone("header")
    kind = main.type
    header = read_header(header_lines, kind is None and _is_letter(main), kind.symbol if kind else None)
    kind = kind or _type_without_title(main, header)
    body = _text_of(parts)
    recipients, signature = _closing_blocks(parts)
    signature, told = _second_witness(signature, transcript, settings or StructureSettings())
    where = dict(header.lines)
    attached = next(attached_notes(parts, kind), None)
    number, date, raw_date, borrowed = _number_and_date(parts, header, attached, where)
    issuer, issuer_from = _issuer(
        header, number.number if number else Number(), authority, signature.signer, body, date
    )
    subject, stamped = _subject(main, header, body, where)
    metadata = Metadata(
        type=_document_type(kind),
        number=number.number if number else Number(),
        subject=subject,
        issuer=issuer,
        place=header.place,
        issued=DatedText(raw=raw_date, date=date.iso if date else None),
        signer=signature.signer,
        co_signers=signature.co_signers,
        secrecy=_mark(transcript, "secrecy_stamp", SECRECY) or header.secrecy,
        urgency=_mark(transcript, "urgency_stamp", URGENCY) or header.urgency,
    )
    if signature.signer.name or signature.signer.position:
        where["signer"] = tuple(part_line for part in parts for part_line in part.zone("signature"))[:12]
    return Facts(
        metadata=metadata,
        number_status=number.status if number else None,
        number_suggestion=number.suggestion if number else None,
        date=date,
        header=header,
        recipients=recipients,
        signature=signature,
        borrowed=borrowed,
        attached=attached,
        issuer_from=issuer_from,
        issuer_raw=header.issuer,
        signer_told=told,
        stamped=stamped,
        lines=where,
    )


def _document_type(kind: TypeName | None) -> DocumentType:
    return DocumentType(name=kind.name, symbol=kind.symbol) if kind else DocumentType()


def _is_letter(main: Part) -> bool:
    """No type is printed, but it is addressed or has "V/v", if only behind the number: a công văn."""
    header = main.zone("header")
    if main.zone("addressee") or any(anchors.is_abstract(line) for line in header):
        return True
    return any(anchors.number_label(line.key) and re.search(r"\bv/v\b", line.key) for line in header)


def _type_without_title(main: Part, header: HeaderFacts) -> TypeName | None:
    number = header.number.number if header.number else Number()
    if number.type_symbol:
        return next((t for t in all_types() if t.symbol == number.type_symbol), None)
    if _is_letter(main) and (header.number is not None or header.date is not None or header.motto):
        return type_of_name(OFFICIAL_LETTER)
    return None


def _text_of(parts: Sequence[Part]) -> str:
    return "\n".join(line.text for part in parts for zone, line in part.lines if zone in ("body", "title"))


def _mark(transcript: Transcript, kind: str, known: dict[str, str]) -> str | None:
    """A secrecy or urgency stamp that the reader recognised as such."""
    for page in transcript.pages[:1]:
        for overlay in page.overlays:
            if overlay.kind == kind and overlay.text and (found := known.get(letters(overlay.text))):
                return found
    return None


def _closing_blocks(parts: Sequence[Part]) -> tuple[RecipientList, SignatureBlock]:
    """Recipients and signature of the main component, or of the first that has them."""
    recipients, signature = RecipientList((), (), False), SignatureBlock(Signer(), (), None)
    for part in parts:
        if not recipients.items and (lines := part.zone("recipients")):
            recipients = read_recipients(lines)
        if signature.signer.name is None and signature.signer.position is None:
            beside = recipients.signature if part.zone("recipients") else ()
            signature = read_signature_lines(part.zone("signature"), beside)
    return recipients, signature


def _second_witness(
    signature: SignatureBlock, transcript: Transcript, settings: StructureSettings
) -> tuple[SignatureBlock, NameWitness | None]:
    """A doubtful name put right where the note of the electronic signature names nearly the same person."""
    read = signature.read[0].name if signature.read else None
    if read is None or not name_doubts(read.text, read.words, settings.sure_name_confidence):
        return signature, None
    told = told_by(read.text, signer_witnesses(transcript))
    return (renamed(signature, told.name), told) if told else (signature, None)


# ------------------------------------------------------------- number and date


def _number_and_date(
    parts: Sequence[Part], header: HeaderFacts, attached: AttachedNote | None, where: dict[str, tuple[TextLine, ...]]
) -> tuple[ReadNumber | None, WrittenDate | None, str | None, bool]:
    """Number, date, the date's raw text, and whether they had to be taken from "(Kèm theo …)"."""
    number, date, raw, borrowed = header.number, header.date, header.date_raw, False
    if attached is not None and number is None:
        number, borrowed = attached.number, True
        where["number"] = attached.lines
    if attached is None and header.date_raw is None:
        date, raw = _passed(parts, where)
    if attached is not None and date is None:
        date = attached.date
        raw = date.raw if date else raw
        where["issued"] = attached.lines
    return number, date, raw, borrowed


def _passed(parts: Sequence[Part], where: dict[str, tuple[TextLine, ...]]) -> tuple[WrittenDate | None, str | None]:
    """The date on which a law or resolution was passed, as its last words say ("Luật này được Quốc hội … thông qua
    ngày 30 tháng 11 năm 2024"): such a document prints no other."""
    lines = [line for zone, line in parts[0].lines if zone in ("body", "signature", "recipients")][-60:]
    text = " ".join(line.text for line in lines)
    m = next(_PASSED.finditer(skeleton(text)), None)
    raw = text[m.start("when") : m.end("when")] if m else ""
    found = next(find_dates(raw), None)
    if m is None or found is None:
        return None, None
    at = 0
    held = []
    for line in lines:
        if at < m.start("when") + found.end and at + len(line.text) > m.start("when"):
            held.append(line)
        at += len(line.text) + 1
    where["issued"] = tuple(held)
    return found, raw[: found.end]


def attached_notes(parts: Sequence[Part], kind: TypeName | None) -> Iterator[AttachedNote]:
    """The notes under the titles of attached parts that name the document they came with, in order."""
    for part in parts[1:]:
        lines = [line for line in part.zone("title") if not line.rule]
        text = join_lines([line.text for line in lines])
        m = _ATTACHED.search(skeleton(text))
        if not m or (kind and letters(kind.name)[:4] != letters(m["type"])[:4]):
            continue
        yield AttachedNote(
            number=read_number(text[m.start("number") : m.end("number")], False, kind.symbol if kind else None),
            date=next((d for d in find_dates(text) if d.start >= m.end() - 1), None),
            lines=tuple(line for line in lines if anchors.is_attached_note(line)),
        )


# ---------------------------------------------------------------------- issuer


def _issuer(
    header: HeaderFacts, number: Number, authority: str | None, signer: Signer, body: str, date: WrittenDate | None
) -> tuple[Issuer, str | None]:
    symbol = number.issuer_symbol
    named = agencies.expand(symbol, date.value if date else None) if symbol else None
    known = [named] if named else []
    if header.issuer:
        parent = usual_case(header.parent, (), body) if header.parent else None
        return Issuer(name=joint_case(header.issuer, known, body), symbol=symbol, parent=parent), "header"
    if authority and (office := _office_of(authority)):
        return Issuer(name=usual_case(office, known, body), symbol=symbol), "authority"
    if symbol and (name := by_initials(symbol, body)):
        return Issuer(name=name, symbol=symbol), "initials"
    if signer.authority == "TM." and signer.on_behalf_of and not re.search(r"\b[IVX]+\.|[;:]", signer.on_behalf_of):
        return Issuer(name=usual_case(signer.on_behalf_of, known, body), symbol=symbol), "signature"
    if named and symbol not in ("UBND", "HĐND"):
        return Issuer(name=named, symbol=symbol), "symbol"
    return Issuer(symbol=symbol), None


_HEAD_OF = re.compile(
    r"^\s*(?:bo truong|chu tich|giam doc|tong giam doc|cuc truong|tong cuc truong|vien truong|hieu truong|chu nhiem|"
    r"chanh an|tong thanh tra|tong kiem toan)\s+(?=\S)"
)


def _office_of(authority: str) -> str | None:
    """ "BỘ TRƯỞNG BỘ Y TẾ" → "BỘ Y TẾ"; an agency that enacts in its own name stays as it is."""
    first = authority.split("\n")[0]
    m = _HEAD_OF.match(skeleton(first))
    rest = first[m.end() :] if m else first
    return rest.strip(" ,.") or None


# --------------------------------------------------------------------- subject


def _subject(
    main: Part, header: HeaderFacts, body: str, where: dict[str, tuple[TextLine, ...]]
) -> tuple[str | None, str | None]:
    """The subject (trích yếu), and what a stamp beside it left in its first line."""
    titles = [line for line in main.zone("title") if not line.rule]
    for line in main.zone("header"):
        if glued := glued_subject(line, header.issuer):
            where["subject"] = (line, *titles)
            return sentence_case(join_lines([glued, *(x.text for x in titles)]), body), None
    taken: list[TextLine] = []
    for line in titles[name_lines(titles, main.type) :]:
        if anchors.is_attached_note(line):
            break
        taken.append(line)
    stamped, rest = _stamp(taken[0]) if taken else (None, "")
    text = join_lines([rest if stamped and n == 0 else line.text for n, line in enumerate(taken)]).strip(" *|_")
    title = next((line for line in main.zone("title") if not line.rule), None)
    if not text and title and len(title.text) > 40 and main.type:
        text = " ".join(title.text.split()[len(main.type.name.split()) :])
        taken = [title]
    if not text:
        return header.abstract, None
    where["subject"] = tuple(taken)
    if all(line.caps for line in taken):
        return sentence_case(text, body), stamped
    return text[:1].upper() + text[1:], stamped


_BEGINNING = re.compile(r"(?<=\S)\s+(?=Về việc\b)")


def _stamp(line: TextLine) -> tuple[str | None, str]:
    """(text of a stamp, the subject's own line) of a first line that a stamp at its left runs into.

    "Về việc" with a capital begins a subject; in front of it stands what a stamp says, in capitals or torn.
    """
    m = _BEGINNING.search(line.text)
    if not m:
        return None, line.text
    before, rest = line.text[: m.start()], line.text[m.end() :]
    words = re.findall(r"[^\W_]+", before)
    strange = sum(word.isupper() or not plausible(word) for word in words)
    return (before, rest) if strange >= 0.5 * len(words) else (None, line.text)


# ------------------------------------------------------------------- effective


def effective_date(nodes: Sequence[Node], issued: str | None) -> DatedText | None:
    """From when the document itself is in force, as its closing provisions say."""
    for node in reversed(nodes):
        text = " ".join(filter(None, (node.heading, node.text)))
        m = _EFFECTIVE.search(plain(text))
        if not m:
            continue
        raw = text[m.start("when") : m.end("when")].strip(" .,;")
        if re.search(r"ng\w{1,2}[yv]\s+k\w\b", skeleton(raw)):
            return DatedText(raw=raw, date=issued)
        found = next((d for d in find_dates(raw)), None)
        if found:
            return DatedText(raw=raw[: found.end].strip(), date=found.iso)
    return None
