"""Several image files as one: the same pages give the same bytes, and nothing but such bytes is taken for pages."""

from __future__ import annotations

import hashlib
import tarfile
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.scan_files import jpeg, strokes

from dau import scan
from dau.document.errors import CapacityError, DauError, InputError
from dau.scan import ScanSettings, bundle, sniff
from dau.scan.bundle import BundleWriter

SETTINGS = ScanSettings()


def packed(*pages: bytes) -> bytes:
    out = BytesIO()
    writer = BundleWriter(out)
    assert [writer.add(BytesIO(page), len(page)) for page in pages] == [
        hashlib.sha256(page).hexdigest() for page in pages
    ]
    writer.close()
    return out.getvalue()


def saved(image_format: str, **options: object) -> bytes:
    out = BytesIO()
    strokes(200, 283).save(out, image_format, **options)
    return out.getvalue()


@pytest.fixture
def box(tmp_path: Path) -> Path:
    return tmp_path / "x.tar"


@given(st.lists(st.binary(max_size=1500), min_size=1, max_size=5))
def test_what_goes_in_comes_out(tmp_path_factory: pytest.TempPathFactory, pages: list[bytes]) -> None:
    path = tmp_path_factory.mktemp("bundle") / "x.tar"
    path.write_bytes(packed(*pages))
    assert packed(*pages) == path.read_bytes()
    parts = bundle.parts(path, 10)
    assert [bundle.extract(path, part, path.with_name(part.name)).read_bytes() for part in parts] == pages
    assert bundle.checksums(path) == [hashlib.sha256(page).hexdigest() for page in pages]
    with tarfile.open(path) as common:
        assert len(common.getnames()) == len(pages) + 2


def test_the_bytes_are_fixed() -> None:
    """What is recorded of a folder today must be what another version or machine makes of it."""
    data = packed(b"\xff\xd8\xffone", b"\x89PNG\r\n\x1a\ntwo", b"")
    assert hashlib.sha256(data).hexdigest() == "7de19a85bd407ec9842ead4b9af912a9a6e2752230c52af92f002823d01ed401"


@pytest.mark.parametrize("size", [0, 3, 5])
def test_a_source_of_another_size_is_noticed(size: int) -> None:
    with pytest.raises(EOFError):
        BundleWriter(BytesIO()).add(BytesIO(b"four"), size)


def test_pages_of_all_kinds(box: Path) -> None:
    three = saved("TIFF", save_all=True, append_images=[strokes(200, 283, seed=2), strokes(200, 283, seed=3)])
    box.write_bytes(packed(jpeg(), saved("PNG"), three, saved("WEBP")))
    found = sniff(box, SETTINGS)
    assert (found.kind, found.media_type) == ("bundle", "application/x-tar")
    with scan.open(box, SETTINGS) as source:
        pages = list(source)
        assert (source.page_count, [page.number for page in pages]) == (6, [1, 2, 3, 4, 5, 6])
        files = source.image_files(box.parent)
    assert [(path.name, frames) for path, frames in files] == [
        ("0001.jpg", (0,)), ("0002.png", (0,)), ("0003.tif", (0, 1, 2)), ("0004.webp", (0,)),
    ]
    assert files[2][0].read_bytes() == three


def test_a_broken_page_costs_itself_only(box: Path) -> None:
    box.write_bytes(packed(b"%PDF-1.4 nothing", saved("PNG"), b"II*\0" + b"\xff" * 99, saved("PNG")[:90], b""))
    with scan.open(box, SETTINGS) as source:
        assert source.page(2).number == 2
        for number in (1, 3, 4, 5):
            with pytest.raises(InputError):
                source.page(number)


@pytest.mark.parametrize(
    ("pages", "most"), [([b"a", b"b", b"c"], 2), ([saved("TIFF", save_all=True, append_images=[strokes(9, 9)] * 2)], 2)]
)
def test_bounded(box: Path, pages: list[bytes], most: int) -> None:
    box.write_bytes(packed(*pages))
    with pytest.raises(CapacityError):
        scan.open(box, ScanSettings(max_pages=most))


@pytest.mark.parametrize(
    "names", [["../x.jpg"], ["/etc/passwd"], ["document/data/0002.jpg"], ["document/data/x.jpg"], []]
)
def test_other_archives_are_refused(box: Path, names: list[str]) -> None:
    with tarfile.open(box, "w", format=tarfile.USTAR_FORMAT) as archive:
        for name in ["document/bagit.txt", *names]:
            data = bundle._DECLARATION if name.endswith("bagit.txt") else b"x"
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, BytesIO(data))
    with pytest.raises(InputError):
        scan.open(box, SETTINGS)


@given(st.data())
def test_damage_anywhere_is_an_input_error_or_harmless(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    path = tmp_path_factory.mktemp("bundle") / "x.tar"
    whole = bytearray(packed(b"\xff\xd8\xffone", b"two" * 300))
    for _ in range(data.draw(st.integers(1, 4))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    path.write_bytes(whole[: data.draw(st.integers(0, len(whole)))])
    try:
        parts = bundle.parts(path, 10)
    except DauError:
        return
    assert all(part.offset + part.bytes <= path.stat().st_size for part in parts)
