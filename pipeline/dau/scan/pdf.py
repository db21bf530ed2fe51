"""Pages of a PDF, through poppler: how many, how large, which images they hold, and what they look like."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from dau.document.errors import CapacityError, DauError, EncryptedError, InputError
from dau.document.page import Image, Page
from dau.subprocesses import Limits, run

from .decode import pdf_information
from .raster import page_of, too_many_pages
from .settings import ScanSettings
from .streams import ImageStreams

CUT_OFF = "the file has no end mark (%%EOF): it may be cut off"
SYNTHETIC = "the file declares itself synthetic (Keywords): made for trial, no witness for anything"
_TAIL = 4096
_A3_SHORT = 11.7 * 72 * 1.1  # points; what is larger has its size from a scanner that wrote pixels for points
_LOWEST_DPI = 72.0
_HARMLESS = re.compile(
    r"^(Syntax Warning(?!.*does not end)|Config |Internal Error.*: xref num|.*extraneous bytes before marker|\s*$)"
)
_DAMAGE = re.compile(
    r"JPEG|DCT|JBIG2|JPX|OpenJPEG|flate|zlib|LZW|RunLength|endstream|[Ee]nd of file|EOF|XObject"
    r"|image (parameters|width)|invalid width/height|[Cc]orrupt|[Uu]nterminated|[Pp]age|Segment|segment|[Ss]tream"
)
_FAX_ROW = "CCITTFax row is wrong length"
_MOST_FAX_ROWS = 20
_LARGE = 0.02  # of the page: a strip of a scan, not a seal


@dataclass(frozen=True)
class PageImage:
    """An image a page draws: pixels, and pixels an inch as drawn. `mask`: the soft mask of another image;
    `object_number` of its stream, None where it stands in the page's content."""

    width: int
    height: int
    dpi: tuple[float, float]
    mask: bool
    object_number: int | None = None

    @property
    def area(self) -> float:
        """Square points drawn on."""
        return self.width / self.dpi[0] * self.height / self.dpi[1] * 72 * 72


@dataclass(frozen=True)
class PdfFile:
    """`sizes`: width and height in points of each page as displayed; None where poppler cannot tell. `streams`: where
    its images can be looked at; None in an encrypted file."""

    path: Path
    sizes: tuple[tuple[float, float] | None, ...]
    notes: tuple[str, ...]
    streams: ImageStreams | None = None


def read_pdf(path: Path, settings: ScanSettings) -> PdfFile:
    """Look into a PDF without drawing anything.

    Raises EncryptedError (a password is needed to open it), CapacityError (more than `max_pages`), InputError.
    """
    try:
        fields = pdf_information(path, 1, settings.max_pages, settings)
    except InputError as error:
        raise _unopened(error.message, path) from None
    count = int(fields["Pages"])
    if count > settings.max_pages:
        raise too_many_pages(str(count), settings)
    if count < 1:
        raise InputError("The PDF has no pages.", "It is damaged or was made wrongly; make it again.")
    sizes = tuple(_size(fields, number) for number in range(1, count + 1))
    encrypted = str(fields.get("Encrypted", "no")) != "no"
    return PdfFile(path, sizes, _facts(fields, path), None if encrypted else ImageStreams(path, settings))


def page_images(path: Path, number: int, settings: ScanSettings) -> tuple[PageImage, ...]:
    """The images that one page draws, from `pdfimages -list`."""
    listed = poppler("pdfimages", ["-list", "-f", str(number), "-l", str(number)], path, settings)
    found = []
    for row in listed.splitlines()[2:]:
        cells = row.split()
        # page num type width height color comp bpc enc interp object ID x-ppi y-ppi size ratio
        if len(cells) < 14 or not (cells[3].isdigit() and cells[4].isdigit()):
            continue
        try:
            dpi = float(cells[-4]), float(cells[-3])
        except ValueError:
            continue
        if min(dpi) > 0 and int(cells[3]) and int(cells[4]):
            number_of = int(cells[-6]) if cells[-6].isdigit() and cells[-5].isdigit() else None
            found.append(PageImage(int(cells[3]), int(cells[4]), dpi, cells[2] == "smask", number_of))
    return tuple(found)


def resolution(size: tuple[float, float], images: tuple[PageImage, ...], settings: ScanSettings) -> float:
    """Dots an inch to draw a page at: those of its scan image, within bounds, where it has one; else the default.

    A page larger than `max_pixels` is drawn coarser, down to 100 dpi or the resolution asked for; beyond that
    CapacityError.
    """
    width, height = size
    own = _scan_dpi(size, images)
    if own is None:
        dpi = settings.dpi
    elif own < settings.min_dpi and min(size) > _A3_SHORT:
        dpi = max(own, _LOWEST_DPI)
    else:
        dpi = min(max(own, settings.min_dpi), settings.max_dpi)
    square_inches = (width / 72) * (height / 72)
    fitting = math.sqrt(settings.max_pixels / square_inches) * 0.999  # both sides are rounded up
    if fitting < min(dpi, 100.0):
        raise CapacityError(
            f"The page measures {width / 72 * 2.54:.0f} × {height / 72 * 2.54:.0f} cm: at {min(dpi, 100.0):.0f} dpi "
            f"that is more than the limit of {settings.max_pixels} pixels.",
            "Raise scan.max_pixels in the settings if the page really is so large.",
        )
    return min(dpi, fitting)


def draw_page(
    file: PdfFile, number: int, images: tuple[PageImage, ...], settings: ScanSettings, notes: list[str]
) -> Page:
    """The crop box of a page as displayed, grey or BGR, at the `resolution` its `images` suggest.

    Raises InputError for a page whose content is damaged (unless `accept_damaged`), CapacityError, and what
    `subprocesses.run` raises.
    """
    size = file.sizes[number - 1]
    if size is None:
        raise _damaged(number, "it has no size")
    dpi = resolution(size, images, settings)
    limits = Limits(seconds=settings.page_seconds, memory=settings.memory, output=3 * settings.max_pixels + (1 << 20))
    page = ["-f", str(number), "-l", str(number)]
    finished = run(["pdftoppm", "-cropbox", "-r", f"{dpi:.6f}", *page, str(file.path)], limits)
    image = _pixels(finished.stdout)
    complaints = [line for line in finished.stderr.splitlines() if not _HARMLESS.match(line)]
    if image is None:
        raise _damaged(number, complaints[0] if complaints else f"pdftoppm ended with status {finished.returncode}")
    damage = _damage(complaints, image) or _torn(file, size, images)
    if damage is not None and not settings.accept_damaged:
        raise _damaged(number, damage)
    if damage is not None or complaints:
        notes.append(f"page {number}: damaged: {damage}" if damage else f"page {number}: {complaints[0]}")
    return page_of(_grey(image), number, *size)


def poppler(program: str, options: list[str], path: Path, settings: ScanSettings) -> str:
    """stdout of one of poppler's programs; what it could not make out of a damaged page is just missing."""
    limits = Limits(seconds=settings.page_seconds, memory=settings.memory)
    after = ["-"] if program == "pdftotext" else []
    return run([program, *options, str(path), *after], limits).stdout.decode("utf-8", "replace")


def _scan_dpi(size: tuple[float, float], images: tuple[PageImage, ...]) -> float | None:
    """Resolution of the finest images that together cover 40 % of the page: strips of one scan have one resolution,
    the layers of a mixed-raster scan several."""
    areas: dict[int, float] = {}
    for image in images:
        dpi = round(max(image.dpi))
        areas[dpi] = areas.get(dpi, 0.0) + image.area
    covering = [dpi for dpi, area in areas.items() if area >= 0.4 * size[0] * size[1]]
    if not covering:
        return None
    own = float(max(covering))
    # pdfimages rounds to whole dots an inch; where one image fills the page its pixels say it exactly, and the page
    # comes out pixel for pixel.
    exact = [i.width * 72 / side for i in images if round(max(i.dpi)) == own for side in size]
    return next((dpi for dpi in exact if abs(dpi - own) <= 1.0), own)


def _pixels(ppm: bytes) -> Image | None:
    """The image of a binary PPM, None where there is none or not all of it."""
    header = re.match(rb"P6\s+(\d+)\s+(\d+)\s+255\s", ppm[:64])
    if header is None:
        return None
    width, height = int(header[1]), int(header[2])
    if width * height == 0 or len(ppm) - header.end() < 3 * width * height:
        return None
    rgb = np.frombuffer(ppm, dtype=np.uint8, count=3 * width * height, offset=header.end())
    return np.ascontiguousarray(rgb.reshape(height, width, 3)[:, :, ::-1])


def _grey(image: Image) -> Image:
    """One channel where the three are equal."""
    blue, green, red = image[:, :, 0], image[:, :, 1], image[:, :, 2]
    if np.array_equal(blue, green) and np.array_equal(green, red):
        return np.ascontiguousarray(green)
    return image


def _damage(complaints: list[str], image: Image) -> str | None:
    """The complaint that means that something of the page is missing; None where it is only untidy.

    Poppler draws what it can and says on stderr what it could not: silence here would make a torn page a whole one.
    A few fax rows of the wrong length are noise of the line, as on paper.
    """
    fax = [line for line in complaints if _FAX_ROW in line]
    if len(fax) > _MOST_FAX_ROWS:
        return fax[0]
    rest = [line for line in complaints if _FAX_ROW not in line]
    found = next((line for line in rest if _DAMAGE.search(line)), None)
    if found is None and complaints and int(image.min()) == int(image.max()):
        return complaints[0]
    return found


def _torn(file: PdfFile, size: tuple[float, float], images: tuple[PageImage, ...]) -> str | None:
    """The fault of an image that makes up a good part of the page and that poppler drew without complaint."""
    large = [i.object_number for i in images if i.area >= _LARGE * size[0] * size[1] and not i.mask]
    numbers = [number for number in dict.fromkeys(large) if number is not None]
    return file.streams.fault(numbers) if file.streams and numbers else None


def _damaged(number: int, why: str) -> InputError:
    return InputError(
        f"Page {number} is damaged: {why.strip()[:300]}.",
        "Copy the file again from where it came, or scan the page again; scan.accept_damaged takes what can be seen.",
    )


def _size(fields: dict[str, str | int], number: int) -> tuple[float, float] | None:
    """Of the crop box, turned by /Rotate."""
    stated = re.match(r"([\d.e+]+) x ([\d.e+]+) pts", str(fields.get(f"Page {number:4d} size", "")))
    if stated is None:
        return None
    width, height = float(stated[1]), float(stated[2])
    if not (0 < width < 1e6 and 0 < height < 1e6):
        return None
    turned = int(fields.get(f"Page {number:4d} rot", 0)) % 180 == 90
    return (height, width) if turned else (width, height)


def _facts(fields: dict[str, str | int], path: Path) -> tuple[str, ...]:
    facts = [f"{key}: {fields[key]}" for key in ("Producer", "Creator", "PDF version") if fields.get(key)]
    if str(fields.get("Encrypted", "no")) != "no":
        facts.append(f"opened without a password; the owner's restrictions: {fields['Encrypted']}")
    if not _complete(path):
        facts.append(CUT_OFF)
    if "synthetic" in str(fields.get("Keywords", "")).split():
        facts.append(SYNTHETIC)
    return tuple(facts)


def _complete(path: Path) -> bool:
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - _TAIL))
        return b"%%EOF" in file.read(_TAIL)


def _unopened(complaint: str, path: Path) -> DauError:
    """What poppler's reason for not opening the file means."""
    if re.search(r"[Ii]ncorrect password|security handler|[Ee]ncrypt", complaint):
        return EncryptedError(
            "The PDF is encrypted and asks for a password.",
            "Ask its owner for the password, save it without one (for example qpdf --decrypt) and run again.",
        )
    if re.search(r"[Oo]ut of memory|bad_alloc|MemoryError|[Cc]annot allocate memory|length_error", complaint):
        return CapacityError("poppler ran out of memory opening the PDF.", "Raise scan.memory in the settings.")
    lines = [line for line in complaint.splitlines() if re.match(r"(Syntax|Internal|Command Line|I/O) ", line)]
    reason = (lines or complaint.strip().splitlines() or ["poppler says nothing"])[-1].strip().rstrip(".")
    cut = "" if _complete(path) else " It has no end mark (%%EOF): it is cut off."
    return InputError(
        f"The PDF cannot be opened: {reason[:300]}.{cut}",
        "Copy the file again from where it came; if it opens in a viewer, print it to a new PDF.",
    )
