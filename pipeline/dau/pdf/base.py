"""The pages of the original in a new PDF that holds nothing else: what searchable.pdf is built on.

Copied is what draws a page: its content, what that refers to, its box. Not copied is what an archive's copy may not
have or cannot keep true: signatures over bytes that are no longer these, forms, scripts, attached files, links. Stamps
and seals that are annotations become part of their page first. Images are copied as they are, byte for byte.

Only the process that makes a PDF imports this (see `worker`).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from io import BytesIO
from pathlib import Path

import img2pdf
import pikepdf
from pikepdf import Array, Dictionary, Name, Page, Pdf, Stream

from .job import Fact, ImageFile, Job, PageWords

_FONT_FILES = (Name.FontFile, Name.FontFile2, Name.FontFile3)
_KEPT = frozenset({"/Type", "/Parent", "/Contents", "/Resources", "/MediaBox", "/Rotate", "/UserUnit"})
_UNSEEN = 2 | 32  # flags Hidden and NoView of an annotation (ISO 32000-1, table 165)
_NOTHING_TO_SEE = frozenset({Name.Link, Name.Popup})
_QUARTER_TURNED = 0.02


class Base:
    """`pdf` with the copied pages; `redraw`: numbers of those that cannot be copied faithfully."""

    def __init__(self) -> None:
        self.pdf = Pdf.new()
        self.redraw: set[int] = set()
        self.facts: list[Fact] = []
        self.flattened = 0


def base_of(job: Job) -> Base:
    """Copy the original's pages, put drawn ones in the place of those that were drawn anew, and turn pages upright."""
    base = Base()
    if job.images:
        _embed(job, base)
    else:
        with Pdf.open(job.source) as source:
            base.facts = facts_of(source)
            _copy(source, base)
    read = {page.number: page for page in job.pages}
    for number, page in enumerate(base.pdf.pages, 1):
        words = read.get(number)
        if number in job.drawn:
            _replace(base.pdf, page, Path(job.drawn[number]), words)
            base.redraw.discard(number)
        if words is not None and words.rotation:
            page.rotate(words.rotation, relative=True)
    return base


def displayed_size(page: Page) -> tuple[float, float]:
    """Width and height of a page as a viewer shows it, in its own units."""
    x0, y0, x1, y1 = (float(value) for value in page.mediabox)
    across, down = abs(x1 - x0), abs(y1 - y0)
    return (down, across) if int(page.obj.get(Name.Rotate, 0)) % 180 else (across, down)


def facts_of(source: Pdf) -> list[Fact]:
    """See Fact."""
    found: list[Fact] = []
    if any(field.get(Name.FT) == Name.Sig and Name.V in field for field in _fields(source)):
        found.append("signed")
    with suppress(Exception):  # metadata that is no XML says nothing
        if source.open_metadata(update_docinfo=False, strict=False).pdfa_status:
            found.append("pdfa")
    if source.is_encrypted:
        found.append("restricted")
    if len(source.attachments):
        found.append("attachments")
    return found


def _fields(source: Pdf) -> Iterator[Dictionary]:
    """All fields of the form; a field may be anywhere in its tree."""
    form = source.Root.get(Name.AcroForm)
    waiting = list(form.get(Name.Fields, [])) if isinstance(form, Dictionary) else []
    seen: set[tuple[int, int]] = set()
    while waiting:
        field = waiting.pop()
        if not isinstance(field, Dictionary) or (field.is_indirect and field.objgen in seen):
            continue
        seen.add(field.objgen)
        yield field
        waiting.extend(field.get(Name.Kids, []))


def _copy(source: Pdf, base: Base) -> None:
    """All pages of a PDF. Those with an annotation that has no look of its own, or with layers that can be switched
    off, are marked for drawing: how they look is up to the viewer."""
    hidden = _has_hidden_layers(source)
    for number, page in enumerate(source.pages, 1):
        base.flattened += sum(1 for each in _annotations(page) if _visible(each) and Name.AP in each)
        if hidden or any(_visible(each) and Name.AP not in each for each in _annotations(page)):
            base.redraw.add(number)
    source.flatten_annotations("screen")
    _tidy(source)
    for page in source.pages:
        box = Array(page.cropbox)
        page.obj[Name.Resources] = page.resources
        base.pdf.pages.append(page)
        copy = base.pdf.pages[-1]
        copy.obj[Name.MediaBox] = box
        for key in list(copy.obj.keys()):
            if key not in _KEPT:
                del copy.obj[key]
        copy.remove_unreferenced_resources()


def _tidy(source: Pdf) -> None:
    """Take remarks out of font programs: pikepdf's validator does not know them, and no reader looks at them."""
    for each in source.objects:
        if not isinstance(each, Dictionary):
            continue
        for key in _FONT_FILES:
            program = each.get(key)
            if isinstance(program, Stream) and Name.Metadata in program:
                del program[Name.Metadata]


def _annotations(page: Page) -> list[Dictionary]:
    listed = page.obj.get(Name.Annots, Array())
    return [each for each in listed if isinstance(each, Dictionary)] if isinstance(listed, Array) else []


def _subtype(annotation: Dictionary) -> object:
    return annotation.get(Name.Subtype)


def _visible(annotation: Dictionary) -> bool:
    """Whether something of it is seen on the page. A field without a size is not: an invisible signature."""
    if int(annotation.get(Name.F, 0)) & _UNSEEN or _subtype(annotation) in _NOTHING_TO_SEE:
        return False
    x0, y0, x1, y1 = (float(value) for value in annotation.get(Name.Rect, Array([0, 0, 0, 0])))
    return abs(x1 - x0) > 0 and abs(y1 - y0) > 0


def _has_hidden_layers(source: Pdf) -> bool:
    layers = source.Root.get(Name.OCProperties)
    shown = layers.get(Name.D) if isinstance(layers, Dictionary) else None
    if not isinstance(shown, Dictionary):
        return False
    return len(shown.get(Name.OFF, Array())) > 0 or shown.get(Name.BaseState, Name.ON) != Name.ON


def _embed(job: Job, base: Base) -> None:
    """Pages of image files, through img2pdf: encoded data as they are where PDF can hold them, else without loss."""
    for image in job.images:
        _embed_file(image, {page.number: page for page in job.pages}, base)


def _embed_file(image: ImageFile, words: dict[int, PageWords], base: Base) -> None:
    before = len(base.pdf.pages)
    numbers = {frame: number for number, frame in enumerate(image.frames, before + 1)}
    sizes = {frame: words[number] for frame, number in numbers.items() if number in words}
    try:
        data = _converted(Path(image.path), [sizes.get(frame) for frame in range(max(image.frames) + 1)])
        with Pdf.open(BytesIO(data)) as embedded:
            if len(embedded.pages) <= max(image.frames):
                raise ValueError("not all pages were embedded")
            for frame in image.frames:
                base.pdf.pages.append(embedded.pages[frame])
    except Exception:
        # img2pdf refuses what PDF cannot hold as it is (an alpha channel, 16 bits, mirrored pages), by exceptions of
        # many kinds; such a file is drawn.
        while len(base.pdf.pages) > before:
            del base.pdf.pages[-1]
        for _ in image.frames:
            base.pdf.add_blank_page()
        base.redraw |= set(numbers.values())


def _converted(path: Path, pages: list[PageWords | None]) -> bytes:
    """The PDF img2pdf makes, each page as large as it was read; a page that was not keeps what its file states."""
    waiting = iter(pages)

    def layout(across: int, down: int, dpi: tuple[float, float]) -> tuple[float, float, float, float]:
        page = next(waiting, None)
        if page is None or not page.width or not page.height:
            size: tuple[float, float, float, float] = img2pdf.default_layout_fun(across, down, dpi)
            return size
        width, height = page.width, page.height
        # Sizes are of the page as displayed, pixels of the image as stored: EXIF may turn it.
        if abs(across / down - height / width) + _QUARTER_TURNED < abs(across / down - width / height):
            width, height = height, width
        return width, height, width, height

    data: bytes = img2pdf.convert(str(path), layout_fun=layout, engine=img2pdf.Engine.pikepdf, nodate=True)
    return data


def _replace(pdf: Pdf, page: Page, image: Path, words: PageWords | None) -> None:
    """Put an image in the place of a page's content; it shows the page as displayed."""
    read = words is not None and words.width and words.height
    size = (words.width, words.height) if words is not None and read else displayed_size(page)
    data = img2pdf.convert(
        str(image), layout_fun=img2pdf.get_layout_fun(size), engine=img2pdf.Engine.pikepdf, nodate=True
    )
    with Pdf.open(BytesIO(data)) as drawn:
        pdf.pages.append(drawn.pages[0])
        page.emplace(pdf.pages[-1], retain=(Name.Parent,))
        del pdf.pages[-1]
    if Name.Rotate in page.obj:
        del page.obj[Name.Rotate]


def unfit_pages(pdf: Pdf, flavour: str) -> list[int]:
    """Numbers of the pages that alone would keep a file from being PDF/A."""
    return [number for number, page in enumerate(pdf.pages, 1) if not _fit(page, flavour)]


def _fit(page: Page, flavour: str) -> bool:
    from pikepdf.pdfa import PdfaError, save

    with Pdf.new() as alone:
        alone.pages.append(page)
        try:
            save(alone, BytesIO(), flavour)
        except (PdfaError, pikepdf.PdfError):
            return False
    return True
