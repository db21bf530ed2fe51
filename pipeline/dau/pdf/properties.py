"""What a PDF says of its document: title, number, date, issuer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from dau.document.directive import Metadata


def properties(metadata: Metadata, filename: str, keywords: Iterable[str] = ()) -> Mapping[str, str]:
    """Title, number, date, issuer and subject of a document as its PDF states them (names of XMP properties).

    Only what is settled: a number or date that was read but could not be normalised is a doubt, and a property of a
    file is no place to show one.
    """
    kind, number, subject = metadata.type.name, metadata.number.text, metadata.subject
    title = " ".join(part for part in (kind, number, subject) if part) or filename
    date = metadata.issued.date
    found = {
        "dc:title": title,
        "dc:type": kind,
        "dc:identifier": number,
        "dc:description": subject,
        "dc:creator": metadata.issuer.name,
        "dc:date": None if date is None else str(date),
        "dc:language": metadata.language,
        "pdf:Keywords": " ".join(keywords),
    }
    return {name: value for name, value in found.items() if value}
