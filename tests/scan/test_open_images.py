"""TIFF, PNG, JPEG and WebP → pages."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from tests.scan_files import png_header, strokes

from dau import scan
from dau.document.errors import CapacityError, InputError
from dau.scan import ScanSettings

SETTINGS = ScanSettings()
A4_WIDTH = 595.28


def saved(path: Path, image: Image.Image, **options: object) -> Path:
    image.save(path, **options)  # type: ignore[arg-type]
    return path


@pytest.mark.parametrize(
    ("name", "media_type"),
    [("a.png", "image/png"), ("a.jpg", "image/jpeg"), ("a.webp", "image/webp"), ("a.tif", "image/tiff")],
)
@pytest.mark.parametrize("mode", ["L", "RGB"])
def test_each_format_grey_and_colour(tmp_path: Path, name: str, media_type: str, mode: str) -> None:
    path = saved(tmp_path / name, strokes(400, 600, mode), **({"lossless": True} if name == "a.webp" else {}))
    with scan.open(path, SETTINGS) as source:
        assert (source.kind, source.media_type) == ("tiff" if name == "a.tif" else "image", media_type)
        assert source.page_count == 1
        page = source.page(1)
    assert page.image.shape == ((600, 400) if mode == "L" else (600, 400, 3))
    assert page.image[45, 30].max() <= 175 and page.image[590, 390].min() > 240
    if mode == "RGB":
        assert page.image[45, 30, 2] > page.image[45, 30, 0] + 80, "BGR: the mark is red"


def test_resolution_of_the_file_gives_points(tmp_path: Path) -> None:
    path = saved(tmp_path / "a.png", strokes(827, 1169), dpi=(100, 100))
    with scan.open(path, SETTINGS) as source:
        page = source.page(1)
    assert page.width == pytest.approx(827 / 100 * 72, rel=1e-3)
    assert page.height == pytest.approx(1169 / 100 * 72, rel=1e-3)
    assert page.dpi == pytest.approx(100, rel=1e-3)


@pytest.mark.parametrize("options", [{}, {"dpi": (72, 72)}, {"dpi": (96, 96)}, {"dpi": (0, 0)}, {"dpi": (1, 1)}])
def test_without_a_credible_resolution_a_page_is_as_wide_as_a4(tmp_path: Path, options: dict[str, object]) -> None:
    path = saved(tmp_path / "a.jpg", strokes(800, 1200), **options)
    with scan.open(path, SETTINGS) as source:
        page = source.page(1)
        assert any("A4 wide" in note for note in source.notes)
    assert (page.width, page.height) == (A4_WIDTH, pytest.approx(A4_WIDTH * 1.5, abs=0.02))
    assert page.box_in_points(0, 0, 800, 1200) == (0, 0, page.width, page.height)


@pytest.mark.parametrize("name", ["a.tif", "a.jpg", "a.png", "a.webp"])
@pytest.mark.parametrize(("orientation", "corner"), [(1, "tl"), (3, "br"), (6, "tr"), (8, "bl"), (2, "tr")])
def test_exif_orientation_is_undone(tmp_path: Path, name: str, orientation: int, corner: str) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    lossless = {"lossless": True} if name == "a.webp" else {}
    path = saved(tmp_path / name, strokes(300, 500), exif=exif, dpi=(200, 100), **lossless)
    with scan.open(path, SETTINGS) as source:
        page = source.page(1)
    turned = orientation in (6, 8)
    assert page.image.shape == ((300, 500) if turned else (500, 300))
    grey = page.image
    height, width = grey.shape
    patches = {
        "tl": grey[: height // 10, : width // 10],
        "tr": grey[: height // 10, -width // 10 :],
        "bl": grey[-height // 10 :, : width // 10],
        "br": grey[-height // 10 :, -width // 10 :],
    }
    assert min(patches, key=lambda k: float(patches[k].mean())) == corner
    if name in ("a.tif", "a.jpg"):
        size = (500 / 100 * 72, 300 / 200 * 72) if turned else (300 / 200 * 72, 500 / 100 * 72)
        assert (page.width, page.height) == pytest.approx(size, rel=1e-3)


def test_a_tiff_has_pages_of_several_kinds(tmp_path: Path) -> None:
    pages = [strokes(300, 400), strokes(320, 410, "RGB", 2), strokes(340, 420, seed=3).convert("1")]
    path = tmp_path / "a.tiff"
    pages[0].save(path, save_all=True, append_images=pages[1:], dpi=(150, 150), compression="tiff_lzw")
    with scan.open(path, SETTINGS) as source:
        assert source.page_count == 3
        shapes = [source.page(n).image.shape for n in (3, 1, 2)]
        assert [page.number for page in source] == [1, 2, 3]
    assert shapes == [(420, 340), (400, 300), (410, 320, 3)]


def test_fax_compressed_tiff(tmp_path: Path) -> None:
    path = saved(tmp_path / "a.tif", strokes(1728, 2200).convert("1"), compression="group4", dpi=(204, 196))
    with scan.open(path, SETTINGS) as source:
        page = source.page(1)
    assert page.image.shape == (2200, 1728) and set(np.unique(page.image)) == {0, 255}
    assert page.width == pytest.approx(1728 / 204 * 72, rel=1e-3)
    assert page.height == pytest.approx(2200 / 196 * 72, rel=1e-3)


def test_thumbnails_in_a_tiff_are_no_pages(tmp_path: Path) -> None:
    path = tmp_path / "a.tif"
    small = strokes(60, 80)
    small.encoderinfo = {"tiffinfo": {254: 1}}
    strokes(300, 400).save(path, save_all=True, append_images=[small, strokes(310, 410)])
    with scan.open(path, SETTINGS) as source:
        assert [page.image.shape for page in source] == [(400, 300), (410, 310)]


def test_fine_images_are_reduced_to_the_highest_resolution(tmp_path: Path) -> None:
    path = saved(tmp_path / "a.png", strokes(800, 1200), dpi=(800, 800))
    with scan.open(path, SETTINGS) as source:
        page = source.page(1)
    assert page.image.shape == (600, 400)
    assert page.dpi == pytest.approx(400, rel=0.01) and page.width == pytest.approx(72, rel=0.01)


MODES = ["1", "P", "LA", "RGBA", "CMYK", "I;16", "I", "F", "YCbCr"]


@pytest.mark.parametrize("mode", MODES)
def test_any_mode_becomes_dark_strokes_on_white(tmp_path: Path, mode: str) -> None:
    image = strokes(200, 300)
    if mode in ("I;16", "I"):
        image = Image.fromarray(np.asarray(image, dtype=np.uint16) * 257)
        image = image if mode == "I;16" else image.convert("I")
    else:
        image = image.convert(mode)
    path = saved(tmp_path / "a.tif", image)
    with scan.open(path, SETTINGS) as source:
        grey = source.page(1).image
    grey = grey if grey.ndim == 2 else grey.max(axis=2)
    assert grey[22, 15] < 60 and grey[295, 195] > 240


def test_what_is_transparent_is_paper(tmp_path: Path) -> None:
    image = strokes(200, 300).convert("RGBA")
    array = np.asarray(image).copy()
    array[:, :, 3] = np.where(array[:, :, 0] < 128, 255, 0)
    array[:, :, :3][array[:, :, 3] == 0] = 0  # black where it cannot be seen
    path = saved(tmp_path / "a.png", Image.fromarray(array))
    with scan.open(path, SETTINGS) as source:
        image_seen = source.page(1).image
    assert image_seen.max() == 255 and image_seen.min() < 60 and float(image_seen.mean()) > 200


def test_pixels_are_counted_before_anything_is_decoded(tmp_path: Path) -> None:
    path = tmp_path / "bomb.png"
    path.write_bytes(png_header(100_000, 100_000))
    with scan.open(path, SETTINGS) as source, pytest.raises(CapacityError, match=r"100000 × 100000.*max_pixels"):
        source.page(1)


@pytest.mark.parametrize("name", ["a.tif", "a.jpg", "a.png", "a.webp"])
def test_a_truncated_image_is_refused_or_taken_as_told(tmp_path: Path, name: str) -> None:
    whole = saved(tmp_path / name, strokes(600, 800, "RGB")).read_bytes()
    path = tmp_path / f"cut-{name}"
    path.write_bytes(whole[: len(whole) * 6 // 10])
    with pytest.raises(InputError, match="decoded"), scan.open(path, SETTINGS) as source:
        source.page(1)
    if name in ("a.jpg", "a.png"):
        with scan.open(path, ScanSettings(accept_damaged=True)) as source:
            assert source.page(1).image[60, 45].min() < 100


def test_one_broken_page_of_a_tiff_costs_no_other(tmp_path: Path) -> None:
    path = tmp_path / "a.tif"
    pages = [strokes(300, 400, seed=n) for n in range(3)]
    pages[0].save(path, save_all=True, append_images=pages[1:], compression="tiff_lzw")
    with Image.open(path) as image:
        image.seek(1)
        start, length = image.tag_v2[273][0], sum(image.tag_v2[279])
    data = bytearray(path.read_bytes())
    data[start : start + length] = b"\xff" * length
    path.write_bytes(data)
    with scan.open(path, SETTINGS) as source:
        assert source.page_count == 3
        assert source.page(1).image.shape == source.page(3).image.shape == (400, 300)
        with pytest.raises(InputError):
            source.page(2)


def test_too_many_pages_in_a_tiff(tmp_path: Path) -> None:
    path = tmp_path / "a.tif"
    tiny = Image.new("L", (8, 8), 255)
    tiny.save(path, save_all=True, append_images=[tiny] * 11)
    with pytest.raises(CapacityError, match=r"more than 10 pages.*scan\.max_pages"):
        scan.open(path, ScanSettings(max_pages=10))
    with scan.open(path, ScanSettings(max_pages=12)) as source:
        assert source.page_count == 12


def test_a_tiff_whose_pages_run_in_a_circle_ends(tmp_path: Path) -> None:
    path = tmp_path / "a.tif"
    tiny = Image.new("L", (8, 8), 255)
    tiny.save(path, save_all=True, append_images=[tiny])
    data = bytearray(path.read_bytes())
    first = int.from_bytes(data[4:8], "little")
    count = int.from_bytes(data[first : first + 2], "little")
    at = first + 2 + 12 * count
    second = int.from_bytes(data[at : at + 4], "little")
    count = int.from_bytes(data[second : second + 2], "little")
    data[second + 2 + 12 * count : second + 6 + 12 * count] = first.to_bytes(4, "little")
    path.write_bytes(data)
    try:
        with scan.open(path, SETTINGS) as source:
            assert source.page_count <= 2
    except (CapacityError, InputError):
        pass


def test_an_animation_is_its_first_picture(tmp_path: Path) -> None:
    frames = [strokes(100, 120, "RGB", n) for n in range(3)]
    out = io.BytesIO()
    frames[0].save(out, "WEBP", save_all=True, append_images=frames[1:])
    path = tmp_path / "a.webp"
    path.write_bytes(out.getvalue())
    with scan.open(path, SETTINGS) as source:
        assert source.page_count == 1
        assert source.page(1).image.shape[:2] == (120, 100)
