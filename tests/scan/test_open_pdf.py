"""PDF → pages, with real poppler."""

from __future__ import annotations

import io
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from tests.scan_files import A4, Sheet, Text, image_pdf, jpeg, nested_forms, pdf, strokes

from dau import scan
from dau.document.errors import CapacityError, EncryptedError, InputError, StageTimeout
from dau.scan import ScanSettings
from dau.scan.pdf import PageImage, resolution

SETTINGS = ScanSettings()
COARSE = ScanSettings(dpi=100, min_dpi=72)
"""Where resolution is not the matter: faster."""
BODY = [
    Text(90, 120 + 20 * i, "Căn cứ Luật Tổ chức chính quyền địa phương ngày 19 tháng 6 năm 2015") for i in range(20)
]


def made(tmp_path: Path, data: bytes, name: str = "a.pdf") -> Path:
    path = tmp_path / name
    path.write_bytes(data)
    return path


def ink(image: np.ndarray) -> tuple[float, float]:
    """Centre of the dark pixels, as shares of width and height."""
    grey = image if image.ndim == 2 else image.min(axis=2)
    rows, columns = np.nonzero(grey < 128)
    return float(columns.mean() / grey.shape[1]), float(rows.mean() / grey.shape[0])


def test_a_scan_is_drawn_at_its_own_resolution_pixel_for_pixel(tmp_path: Path) -> None:
    path = made(tmp_path, pdf([Sheet(jpeg=jpeg(1654, 2340), size=(1654 * 72 / 200, 2340 * 72 / 200))]))
    with scan.open(path, SETTINGS) as source:
        assert (source.kind, source.media_type, source.page_count) == ("pdf", "application/pdf", 1)
        page = source.page(1)
    assert page.image.shape == (2340, 1654)
    assert (page.width, page.height, page.dpi) == (595.44, 842.4, 200)
    assert page.text_layer is None and page.clean is None and page.rotation == 0


def test_colour_is_kept_and_grey_is_one_channel(tmp_path: Path) -> None:
    path = made(tmp_path, pdf([Sheet(jpeg=jpeg(colour=True)), Sheet(jpeg=jpeg())]))
    with scan.open(path, COARSE) as source:
        colour, grey = source.page(1).image, source.page(2).image
    assert colour.ndim == 3 and grey.ndim == 2
    blue, green, red = (float(colour[:, :, i][colour.min(axis=2) < 100].mean()) for i in range(3))
    assert red > 100 > max(blue, green), "BGR: the ink was red"


def test_pixels_map_to_points_of_the_page_as_displayed(tmp_path: Path) -> None:
    """The mark of `strokes` stands at 1/20 … 1/10 of the page."""
    path = made(tmp_path, pdf([Sheet(jpeg=jpeg())]))
    with scan.open(path, COARSE) as source:
        page = source.page(1)
    height, width = page.image.shape[:2]
    box = page.box_in_points(width / 20, height / 20, width / 10, height / 10)
    assert box == pytest.approx((A4[0] / 20, A4[1] / 20, A4[0] / 10, A4[1] / 10), abs=0.1)
    assert page.box_in_points(0, 0, width, height) == (0, 0, *A4)


@pytest.mark.parametrize(("rotate", "corner"), [(0, (0, 0)), (90, (1, 0)), (180, (1, 1)), (270, (0, 1))])
def test_rotate_turns_page_and_size(tmp_path: Path, rotate: int, corner: tuple[int, int]) -> None:
    box = (0.0, 742.0, 100.0, 842.0)  # the top left corner
    path = made(tmp_path, pdf([Sheet(jpeg=jpeg(100, 100), image_box=box, rotate=rotate)]))
    with scan.open(path, COARSE) as source:
        page = source.page(1)
    assert (page.width, page.height) == (A4 if rotate % 180 == 0 else A4[::-1])
    assert (page.image.shape[1] > page.image.shape[0]) == (rotate % 180 == 90)
    x, y = ink(page.image)
    assert (round(x), round(y)) == corner


def test_what_the_crop_box_hides_is_not_on_the_page(tmp_path: Path) -> None:
    sheet = Sheet(BODY, crop=(50, 92, 550, 792))
    with scan.open(made(tmp_path, pdf([sheet])), COARSE) as source:
        page = source.page(1)
    assert (page.width, page.height) == (500, 700)
    assert page.text_layer is not None
    first = page.text_layer[0]
    assert first.bbox is not None and first.bbox[0] == pytest.approx(40, abs=1)
    assert first.bbox[1] < 70 < first.bbox[3] + 5


RESOLUTIONS = [
    ("no image", A4, [], 300),
    ("a scan", A4, [(1654, 2339, 200)], 200),
    ("coarse scan", A4, [(595, 842, 72)], 150),
    ("fine scan", A4, [(4960, 7016, 600)], 400),
    ("a logo", A4, [(400, 400, 600)], 300),
    ("a scan and a logo", A4, [(1654, 2339, 200), (400, 400, 600)], 200),
    ("layers", A4, [(620, 877, 75), (2480, 3508, 300)], 300),
    ("strips", A4, [(1654, 780, 200)] * 3, 200),
    ("pixels taken for points", (2480.0, 3508.0), [(2480, 3508, 72)], 72),
    ("a large plan", (2384.0, 3370.0), [], 253),
]


@pytest.mark.parametrize(("case", "size", "images", "dpi"), RESOLUTIONS, ids=[r[0] for r in RESOLUTIONS])
def test_resolution(case: str, size: tuple[float, float], images: list[tuple[int, int, int]], dpi: float) -> None:
    listed = tuple(PageImage(w, h, (d, d), mask=False) for w, h, d in images)
    assert resolution(size, listed, SETTINGS) == pytest.approx(dpi, rel=0.01)


def test_a_page_too_large_at_any_resolution(tmp_path: Path) -> None:
    path = made(tmp_path, pdf([Sheet(size=(14400, 14400)), Sheet(BODY)]))
    with scan.open(path, COARSE) as source:
        with pytest.raises(CapacityError, match=r"508 × 508 cm.*max_pixels"):
            source.page(1)
        assert source.page(2).text_layer


def test_page_limit_says_how_to_raise_it(tmp_path: Path) -> None:
    path = made(tmp_path, pdf([Sheet(BODY)], copies=5000))
    with pytest.raises(CapacityError, match=r"5000 pages.*2000.*scan\.max_pages"):
        scan.open(path, COARSE)
    with scan.open(path, ScanSettings(max_pages=5000, dpi=100)) as source:
        assert source.page_count == 5000
        assert source.page(5000).text_layer


def test_a_user_password_is_asked_for(tmp_path: Path) -> None:
    with pytest.raises(EncryptedError, match="password"):
        scan.open(made(tmp_path, pdf([Sheet(BODY)], user="secret")), COARSE)


def test_an_owner_password_forbids_nothing_here(tmp_path: Path) -> None:
    with scan.open(made(tmp_path, pdf([Sheet(BODY)], owner="owner")), COARSE) as source:
        assert source.page(1).text_layer
        assert any("owner" in note for note in source.notes)


def test_a_torn_scan_fails_its_page_only(tmp_path: Path) -> None:
    whole = jpeg(colour=True)
    torn = whole[: len(whole) // 2]
    path = made(tmp_path, pdf([Sheet(jpeg=whole), Sheet(jpeg=torn), Sheet(BODY)]))
    with scan.open(path, COARSE) as source:
        assert source.page(1).image.ndim == 3
        with pytest.raises(InputError, match="Page 2 is damaged"):
            source.page(2)
        assert source.page(3).text_layer
    with scan.open(path, ScanSettings(accept_damaged=True, min_dpi=72)) as source:
        half = source.page(2).image
        assert half.min() < 100, "what can be seen of it"
        assert any("page 2: damaged" in note for note in source.notes)


def codecs() -> dict[str, tuple[bytes, str, int, str]]:
    """Filter → data of one page image, filter name, bits, parameters."""
    image = strokes(827, 1169)
    out = {name: io.BytesIO() for name in ("jpeg", "progressive", "jpx", "fax")}
    image.save(out["jpeg"], "JPEG")
    image.save(out["progressive"], "JPEG", progressive=True)
    image.save(out["jpx"], "JPEG2000")
    image.convert("1").save(out["fax"], "TIFF", compression="group4", tiffinfo={278: 1169})
    with Image.open(out["fax"]) as fax:
        start, length = fax.tag_v2[273][0], fax.tag_v2[279][0]
    return {
        "jpeg": (out["jpeg"].getvalue(), "DCTDecode", 8, ""),
        "progressive": (out["progressive"].getvalue(), "DCTDecode", 8, ""),
        "jpx": (out["jpx"].getvalue(), "JPXDecode", 8, ""),
        "fax": (out["fax"].getvalue()[start : start + length], "CCITTFaxDecode", 1, "/K -1 /Columns 827 /Rows 1169"),
        "deflate": (zlib.compress(image.tobytes()), "FlateDecode", 8, ""),
    }


@pytest.mark.parametrize("codec", ["jpeg", "progressive", "jpx", "fax", "deflate"])
@pytest.mark.parametrize("fault", ["none", "cut", "zeros", "garbled"])
def test_an_image_that_is_not_whole_is_never_taken_for_whole(tmp_path: Path, codec: str, fault: str) -> None:
    data, filter_name, bits, parameters = codecs()[codec]
    half = len(data) // 2
    broken = {
        "none": data,
        "cut": data[:half],
        "zeros": data[:half] + bytes(len(data) - half),
        "garbled": data[:half] + bytes(b ^ 0x55 for b in data[half : half + 50]) + data[half + 50 :],
    }[fault]
    path = made(tmp_path, image_pdf(broken, filter_name, (827, 1169), bits, parameters))
    with scan.open(path, COARSE) as source:
        if fault == "none" or (fault == "garbled" and codec in ("jpeg", "jpx")):  # no checksum
            assert source.page(1).image.min() < 100
        else:
            with pytest.raises(InputError, match="Page 1 is damaged"):
                source.page(1)


def test_a_jpeg_without_its_end_mark_is_whole_if_its_last_row_is(tmp_path: Path) -> None:
    data = jpeg()
    assert data.endswith(b"\xff\xd9")
    with scan.open(made(tmp_path, image_pdf(data[:-2], "DCTDecode", (827, 1169))), COARSE) as source:
        assert source.page(1).image.min() < 100


@pytest.mark.parametrize("share", [0.02, 0.3, 0.6, 0.9, 0.99])
def test_a_truncated_file_gives_no_page_that_is_not_whole(tmp_path: Path, share: float) -> None:
    data = pdf([Sheet(jpeg=jpeg()), Sheet(jpeg=jpeg(seed=2))])
    path = made(tmp_path, data[: int(len(data) * share)])
    with pytest.raises(InputError) as caught, scan.open(path, COARSE) as source:
        for number in range(1, source.page_count + 1):
            source.page(number)
    assert "cut off" in caught.value.message or "damaged" in caught.value.message


def test_endless_drawing_is_stopped(tmp_path: Path) -> None:
    """Strokes enough for minutes, in a file of a few KiB."""
    forms = [b"q 1 0 0 1 0.01 0 cm /Fx%d Do Q " % (level + 1) * 10 for level in range(8)]
    forms.append(b"10 10 m 500 800 l 20 700 l 400 30 l S")
    path = made(tmp_path, nested_forms(forms))
    with scan.open(path, ScanSettings(page_seconds=2.0)) as source, pytest.raises(StageTimeout, match="2 s"):
        source.page(1)


def test_a_page_number_out_of_range_is_a_mistake_of_the_caller(tmp_path: Path) -> None:
    with scan.open(made(tmp_path, pdf([Sheet(BODY)])), COARSE) as source:
        for number in (0, 2):
            with pytest.raises(ValueError, match="of 1"):
                source.page(number)
    with pytest.raises(ValueError, match="closed"):
        source.page(1)


def test_pages_come_alike_every_time(tmp_path: Path) -> None:
    path = made(tmp_path, pdf([Sheet(BODY), Sheet(jpeg=jpeg(colour=True))]))
    with scan.open(path, COARSE) as one, scan.open(path, COARSE) as other:
        for number in (2, 1):
            a, b = one.page(number), other.page(number)
            assert np.array_equal(a.image, b.image) and a.text_layer == b.text_layer
