"""What the original is, and what of it the copy keeps: images untouched, stamps seen, signatures not pretended."""

from __future__ import annotations

import io
import subprocess
import zlib
from collections.abc import Callable
from pathlib import Path

import img2pdf
import numpy as np
import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, Pdf
from pikepdf.pdfa import validate_written
from PIL import Image

from dau.document.transcript import TranscriptPage
from tests.scan_files import A4, Sheet, image_pdf, jpeg, pdf, strokes

from .conftest import LINES, Make, page, paper, printed, words_in

Change = Callable[[Pdf], None]


def changed(data: bytes, change: Change, **options: object) -> bytes:
    with pikepdf.open(io.BytesIO(data)) as file:
        change(file)
        out = io.BytesIO()
        file.save(out, **options)
    return out.getvalue()


def scan(pages: int = 1) -> bytes:
    return pdf([Sheet(jpeg=jpeg(400, 566, colour=True, seed=seed)) for seed in range(pages)])


def stamped(file: Pdf, *, signed: bool = True, look: bool = True, flags: int = 4) -> None:
    """A signature field whose look is a red box of 100 × 50 points, as iText and others make it."""
    seal = file.make_stream(b"1 0 0 rg 0 0 100 50 re f", Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, 100, 50])
    box = [300, 100, 400, 150]
    widget = Dictionary(Type=Name.Annot, Subtype=Name.Widget, FT=Name.Sig, T="Signature1", F=flags, Rect=box)
    field = file.make_indirect(widget)
    if look:
        field.AP = Dictionary(N=seal)
    if signed:
        field.V = Dictionary(Type=Name.Sig, Filter=Name("/Adobe.PPKLite"), ByteRange=[0, 1, 2, 3], Contents=b"\0" * 64)
    file.pages[0].Annots = Array([field])
    file.Root.AcroForm = Dictionary(Fields=[field], SigFlags=3)
    file.Root.Perms = Dictionary(DocMDP=field)


def image_on(sheet: pikepdf.Page) -> pikepdf.Stream:
    """The one image of a page."""
    (image,) = sheet.get_images().values()
    assert isinstance(image, pikepdf.Stream)
    return image


def valid(path: Path) -> bool:
    return bool(validate_written(path, "2b").verdict == "pass") and qpdf_finds_nothing(path)


def qpdf_finds_nothing(path: Path) -> bool:
    with Pdf.open(path) as file:
        return file.check_pdf_syntax() == []


def shown(path: Path, number: int = 1) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    """A page as poppler draws it, at 36 dots an inch, RGB."""
    options = ["-r", "36", "-f", str(number), "-l", str(number)]
    drawn = subprocess.run(["pdftoppm", *options, path], capture_output=True, check=True).stdout
    with Image.open(io.BytesIO(drawn)) as image:
        return np.asarray(image.convert("RGB"))


def test_a_signed_file_gets_a_copy_without_signature_that_looks_the_same(make: Make, tmp_path: Path) -> None:
    data = changed(scan(), stamped)
    made = make(data)
    assert made.facts == ("signed",) and made.flattened == 1 and made.drawn == ()
    assert (tmp_path / "original.pdf").read_bytes() == data
    assert np.array_equal(shown(made.path), shown(tmp_path / "original.pdf"))
    assert (shown(made.path) == [255, 0, 0]).all(axis=2).sum() > 1000, "the seal"
    with Pdf.open(made.path) as file:
        assert Name.AcroForm not in file.Root and Name.Perms not in file.Root
    assert b"/ByteRange" not in made.path.read_bytes() and valid(made.path)


@pytest.mark.parametrize(
    ("options", "drawn"),
    [
        ({"signed": False}, ()),  # a field nobody signed yet
        ({"look": False}, (1,)),  # how it looks is up to the viewer: drawn as poppler shows it
        ({"flags": 2}, ()),  # hidden
    ],
)
def test_fields_of_other_kinds(make: Make, options: dict[str, object], drawn: tuple[int, ...]) -> None:
    made = make(changed(scan(), lambda file: stamped(file, **options)))  # type: ignore[arg-type]
    assert made.drawn == drawn and ("signed" in made.facts) == options.get("signed", True)
    assert valid(made.path)


def test_pdfa_stays_as_it_came_and_the_copy_is_told_from_it(make: Make) -> None:
    first = make(scan()).path.read_bytes()
    made = make(first, name="again.pdf")
    assert made.facts == ("pdfa",) and valid(made.path)
    assert len(words_in(made.path)) == len(words_in(made.path.parent.parent / "again.pdf")), "our words, once"


@pytest.mark.parametrize("owner", ["", "secret"])
def test_what_opens_without_a_password_is_copied_and_said_to_be_restricted(make: Make, owner: str) -> None:
    locked = pikepdf.Encryption(user="", owner=owner or "x", R=6)
    made = make(changed(scan(), lambda file: None, encryption=locked))
    assert made.facts == ("restricted",) and valid(made.path)


def test_scripts_links_files_and_layers_do_not_come_along(make: Make) -> None:
    def extras(file: Pdf) -> None:
        file.Root.OpenAction = Dictionary(S=Name.JavaScript, JS="app.alert(1)")
        file.attachments["a.txt"] = b"x"
        link = Dictionary(
            Type=Name.Annot, Subtype=Name.Link, Rect=[0, 0, 9, 9], A=Dictionary(S=Name.URI, URI="http://x")
        )
        file.pages[0].Annots = Array([link])
        file.pages[0].PieceInfo = Dictionary()

    made = make(changed(scan(), extras))
    assert made.facts == ("attachments",) and made.drawn == () and valid(made.path)
    data = made.path.read_bytes()
    assert b"JavaScript" not in data and b"/URI" not in data and b"EmbeddedFile" not in data


def test_fonts_with_remarks_inside_are_kept(make: Make) -> None:
    """As PDF/A from office programs has them: its text must not become an image for that."""

    def remarked(file: Pdf) -> None:
        for each in file.objects:
            if isinstance(each, Dictionary) and Name.FontFile2 in each:
                each.FontFile2.Metadata = file.make_stream(b"<x/>", Type=Name.Metadata, Subtype=Name.XML)

    made = make(changed(printed(LINES), remarked), [page(source="text_layer")])
    assert made.drawn == () and valid(made.path)


def test_a_layer_that_is_switched_off_stays_unseen(make: Make) -> None:
    def layered(file: Pdf) -> None:
        layer = file.make_indirect(Dictionary(Type=Name.OCG, Name="draft"))
        file.Root.OCProperties = Dictionary(OCGs=[layer], D=Dictionary(OFF=[layer]))

    assert make(changed(scan(), layered)).drawn == (1,)


def test_fonts_that_are_not_embedded_mean_drawing_that_page_and_no_other(make: Make) -> None:
    def header(file: Pdf) -> None:
        file.pages[1].Resources.Font = Dictionary(H=Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Arial))
        file.pages[1].contents_add(b"BT /H 8 Tf 20 820 Td (Cong bao) Tj ET")

    made = make(changed(scan(3), header), [page(number=n) for n in (1, 2, 3)])
    assert made.drawn == (2,) and made.strayed == () and valid(made.path)
    assert all(len(words_in(made.path, n)) == len(words_in(made.path, 1)) for n in (2, 3))
    first_alone = make(changed(scan(3), header), [page()], count=3)
    assert first_alone.drawn == (2,), "a page nobody asked to read is shown as well"


def test_images_of_a_pdf_are_copied_byte_for_byte(make: Make) -> None:
    made = make(scan(2), [page(), page(number=2)])
    with Pdf.open(made.path) as file:
        streams = [bytes(image_on(each).read_raw_bytes()) for each in file.pages]
    assert streams == [jpeg(400, 566, colour=True, seed=seed) for seed in range(2)]


@pytest.mark.parametrize("filter_name", ["FlateDecode", "CCITTFaxDecode"])
def test_images_in_other_encodings_are_too(make: Make, filter_name: str) -> None:
    grey = strokes(64, 90)
    data, bits, parameters = io.BytesIO(), 8, ""
    if filter_name == "FlateDecode":
        data.write(zlib.compress(grey.tobytes(), 1))
    else:
        black = io.BytesIO()
        grey.convert("1").save(black, "TIFF", compression="group4")
        with Pdf.open(io.BytesIO(img2pdf.convert(black.getvalue()))) as file:
            data.write(image_on(file.pages[0]).read_raw_bytes())
        bits, parameters = 1, "/K -1 /Columns 64 /Rows 90 /BlackIs1 true"
    made = make(image_pdf(data.getvalue(), filter_name, (64, 90), bits, parameters))
    with Pdf.open(made.path) as file:
        image = image_on(file.pages[0])
        assert image.read_raw_bytes() == data.getvalue()
    assert made.drawn == () and valid(made.path)


def test_jpeg_2000_is_drawn(make: Make) -> None:
    """pikepdf does not check these and so does not vouch for them."""
    made = make(image_pdf(saved(strokes(64, 90), "JPEG2000"), "JPXDecode", (64, 90)))
    assert made.drawn == (1,) and valid(made.path)


def saved(image: Image.Image, kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


IMAGES = {
    "a.jpg": saved(strokes(400, 566, "RGB"), "JPEG", dpi=(150, 150)),
    "grey.png": saved(strokes(400, 566), "PNG"),
    "black.tif": saved(strokes(400, 566).convert("1"), "TIFF", compression="group4"),
    "lzw.tif": saved(strokes(400, 566, "RGB"), "TIFF", compression="tiff_lzw"),
    "a.webp": saved(strokes(400, 566, "RGB"), "WEBP", lossless=True),
}


@pytest.mark.parametrize("name", IMAGES)
def test_images_become_pdf_without_loss(make: Make, name: str) -> None:
    made = make(IMAGES[name], name=name, frames=(0,))
    assert made.drawn == () and valid(made.path)
    with Pdf.open(made.path) as file, Image.open(io.BytesIO(IMAGES[name])) as original:
        image = image_on(file.pages[0])
        stored = pikepdf.PdfImage(image)
        assert np.array_equal(np.asarray(stored.as_pil_image().convert("RGB")), np.asarray(original.convert("RGB")))
        if name.endswith(".jpg"):
            assert image.read_raw_bytes() == IMAGES[name]
    assert len(words_in(made.path)) == len(words_in(make(scan()).path))


@pytest.mark.parametrize("orientation", [3, 6, 8])
def test_a_photograph_is_turned_as_its_camera_says(make: Make, orientation: int) -> None:
    """Orientation of EXIF: the page as displayed is upright, the image is stored as it came."""
    stored = Image.new("L", (400, 566) if orientation == 3 else (566, 400), 255)
    exif = Image.Exif()
    exif[274] = orientation
    data = saved(stored, "JPEG", exif=exif)
    made = make(data, name="photo.jpg", frames=(0,))
    with Pdf.open(made.path) as file:
        image = image_on(file.pages[0])
        assert image.read_raw_bytes() == data
    assert made.drawn == ()
    words = dict(words_in(made.path))
    assert words["nhận:"][0] == pytest.approx(70 + 6 * 4, abs=3) and shown(made.path).shape[:2] == (421, 298)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("alpha.png", saved(Image.new("RGBA", (400, 566), (200, 10, 10, 128)), "PNG")),
        ("cmyk.jpg", saved(Image.new("CMYK", (400, 566), (10, 200, 10, 0)), "JPEG")),
        ("deep.tif", saved(Image.fromarray(np.full((566, 400), 40_000, dtype=np.uint16)), "TIFF")),
    ],
)
def test_images_that_pdfa_cannot_hold_as_they_are_are_drawn(make: Make, name: str, data: bytes) -> None:
    made = make(data, name=name, frames=(0,))
    assert valid(made.path)
    assert made.drawn in ((1,), ()), "img2pdf may learn to hold more of them"
    assert words_in(made.path)


def test_pages_of_a_tiff_without_its_thumbnails(make: Make) -> None:
    frames = [strokes(200, 283, seed=seed) for seed in range(3)]
    data = saved(frames[0], "TIFF", save_all=True, append_images=frames[1:])
    made = make(data, [page(), page((), number=2)], name="three.tif", frames=(0, 2))
    with Pdf.open(made.path) as file:
        images = [pikepdf.PdfImage(image_on(each)).as_pil_image() for each in file.pages]
    assert [image.tobytes() for image in images] == [frames[0].tobytes(), frames[2].tobytes()]


def test_a_drawn_page_differs_little_from_what_was_drawn(make: Make) -> None:
    """JPEG of quality 90: 35 dB at least; a page in black and white not at all, nor one with a coloured header."""
    coloured = np.asarray(strokes(1240, 1754, "RGB"))[:, :, ::-1].copy()
    coloured[:, :, 0] //= 2
    black = np.where(paper(1) < 128, 0, 255).astype(np.uint8)
    header = np.stack([black] * 3, axis=2)
    header[:90, :, 0] = np.arange(header.shape[1]) % 256
    for image, least in ((coloured, 35.0), (black, float("inf")), (header, float("inf"))):
        made = make(printed([(9, 9, "abc " * 50)]), [page(source="text_layer")], draw=lambda _, image=image: image)
        with Pdf.open(made.path) as file:
            stored = image_on(file.pages[0])
            got = np.asarray(pikepdf.PdfImage(stored).as_pil_image().convert("RGB")).astype(float)
        wanted = (image[:, :, ::-1] if image.ndim == 3 else np.stack([image] * 3, axis=2)).astype(float)
        error = np.square(got - wanted).mean()
        assert made.drawn == (1,) and (error == 0 or 10 * np.log10(255**2 / error) >= least)


def test_a_failed_page_that_cannot_be_copied_is_drawn_too(make: Make) -> None:
    def odd(file: Pdf) -> None:
        file.pages[0].contents_add(b"/DeviceCMYK cs 1 0 0 0 scn 0 0 50 50 re f")

    made = make(changed(scan(), odd), [TranscriptPage(number=1, text_source="failed")])
    assert made.drawn == (1,) and valid(made.path)
    with Pdf.open(made.path) as file:
        assert [round(float(v)) for v in file.pages[0].mediabox] == [0, 0, *A4]
