"""The last step: properties, dates and identity of the file, and PDF/A, which is checked on the bytes written.

Only the process that makes a PDF imports this (see `worker`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from pikepdf import Array, Dictionary, Name, Pdf, String
from pikepdf.pdfa import prepare, save

_LAYER = re.compile(r"/OCR-[\w-]+")
_DATES = ("xmp:CreateDate", "xmp:ModifyDate", "xmp:MetadataDate")
_LISTS = frozenset({"dc:creator", "dc:date", "dc:type", "dc:language"})  # values of these are lists in XMP
PRODUCER = "dau (OCRmyPDF, pikepdf)"


def finish(pdf: Pdf, output: Path, flavour: str, identity: str, information: Mapping[str, str]) -> None:
    """Write `pdf` as PDF/A of a flavour (`2b` …), the same bytes whenever it is done.

    Raises pikepdf.pdfa.PdfaError where it cannot be one; nothing is written then.
    """
    for page in pdf.pages:
        page.remove_unreferenced_resources()  # fonts of the invisible text that OCRmyPDF took out
    _name_layers(pdf)
    _state(pdf, information)
    prepare(pdf, flavour)
    _without_dates(pdf)
    name = String(bytes.fromhex(identity[:32]))
    pdf.trailer[Name.ID] = Array([name, name])
    save(pdf, output, flavour, repair=False, deterministic_id=True)


def _name_layers(pdf: Pdf) -> None:
    """Give the text layers names that are the same every time; OCRmyPDF draws them by lot."""
    for page in pdf.pages:
        forms = page.resources.get(Name.XObject, Dictionary())
        drawn = sorted(name for name in forms.keys() if _LAYER.fullmatch(name))  # noqa: SIM118 - not a dict
        for count, name in enumerate(drawn, 1):
            fixed = f"/Words{count}"
            forms[fixed] = forms[name]
            del forms[name]
            content = page.Contents.read_bytes().replace(f"{name} Do".encode(), f"{fixed} Do".encode())
            page.obj[Name.Contents] = pdf.make_stream(content)


def _state(pdf: Pdf, information: Mapping[str, str]) -> None:
    """Properties in XMP and, where it has them, in the older dictionary; `prepare` makes the two agree."""
    if Name.Info in pdf.trailer:
        del pdf.trailer[Name.Info]
    pdf.Root.Lang = String(information.get("dc:language", "vi"))
    with pdf.open_metadata(set_pikepdf_as_editor=False, update_docinfo=True) as xmp:
        for name, value in information.items():
            xmp[name] = [value] if name in _LISTS else value
        xmp["xmp:CreatorTool"] = PRODUCER
        xmp["pdf:Producer"] = PRODUCER


def _without_dates(pdf: Pdf) -> None:
    """When this file was made is in events.jsonl; here it would make every run's bytes differ."""
    for key in ("/CreationDate", "/ModDate"):
        if key in pdf.docinfo:
            del pdf.docinfo[key]
    with pdf.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as xmp:
        for name in _DATES:
            if name in xmp:
                del xmp[name]
