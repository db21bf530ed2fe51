"""What a file is, by content; plain text within bounds."""

from __future__ import annotations

import os
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dau import scan
from dau.document.errors import CapacityError, DauError, InputError
from dau.scan import ScanSettings
from dau.scan.sniff import classify, decode

SETTINGS = ScanSettings()
TEXT = "QUYẾT ĐỊNH\nVề việc ban hành Quy chế; Độc lập - Tự do - Hạnh phúc\n"

MAGIC = [
    (b"%PDF-1.7\n", "pdf", "application/pdf"),
    (b"\xef\xbb\xbf junk \n%PDF-1.4\n", "pdf", "application/pdf"),
    (b"II*\0\x08\0\0\0", "tiff", "image/tiff"),
    (b"MM\0*\0\0\0\x08", "tiff", "image/tiff"),
    (b"II+\0\x08\0\0\0", "tiff", "image/tiff"),
    (b"\x89PNG\r\n\x1a\n", "image", "image/png"),
    (b"\xff\xd8\xff\xe0", "image", "image/jpeg"),
    (b"RIFF\x10\0\0\0WEBPVP8 ", "image", "image/webp"),
    (b"RIFF\x10\0\0\0WAVEfmt ", "other", "application/octet-stream"),
    (b"PK\x03\x04\x14\0", "other", "application/zip"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1", "other", "application/x-ole-storage"),
    (b"{\\rtf1", "other", "application/rtf"),
    (b"\0\0\0\x18ftypheic", "other", "image/heif"),
    (b"<!DOCTYPE html><html>", "other", "text/html"),
    (b"  <html><body>404", "other", "text/html"),
    (b"<?xml version='1.0'?>", "other", "text/xml"),
    (TEXT.encode(), "text", "text/plain"),
    (TEXT.encode("utf-16"), "text", "text/plain"),
    (TEXT.encode("utf-8-sig"), "text", "text/plain"),
    (b"text with a \0 in it", "other", "application/octet-stream"),
    (bytes(range(128, 256)), "other", "application/octet-stream"),
]


@pytest.mark.parametrize(("head", "kind", "media_type"), MAGIC)
def test_content_tells_the_kind(head: bytes, kind: str, media_type: str) -> None:
    assert classify(head)[:2] == (kind, media_type)


@given(st.binary(max_size=300))
def test_any_bytes_are_of_some_kind(head: bytes) -> None:
    kind, media_type, what = classify(head)
    assert kind in ("pdf", "tiff", "image", "text", "other") and "/" in media_type and what


@given(st.text(alphabet=st.characters(exclude_categories=("Cs", "Cc")), max_size=200))
def test_text_in_utf8_and_marked_utf16_comes_back(text: str) -> None:
    assert decode(text.encode("utf-8")) == text.removeprefix("\ufeff")
    assert decode(text.encode("utf-16")) == text
    assert decode(b"\xef\xbb\xbf" + text.encode("utf-8")) == text


def test_a_character_cut_at_the_end_of_the_sample_is_still_text(tmp_path: Path) -> None:
    for shift in range(4):
        path = tmp_path / f"{shift}.txt"
        path.write_text("x" * shift + "ệ" * 40_000, encoding="utf-8")
        assert scan.is_text(path, SETTINGS)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_read_text_is_nfc_with_line_feeds(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(unicodedata.normalize("NFD", TEXT).replace("\n", "\r\n").encode(encoding))
    assert scan.read_text(path, SETTINGS) == TEXT


def test_read_text_knows_the_old_windows_code_page(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    windows = "".join(_composed_for_windows(c) for c in TEXT)
    path.write_bytes(windows.encode("cp1258"))
    assert scan.read_text(path, SETTINGS) == TEXT


def test_read_text_refuses_what_is_none(tmp_path: Path) -> None:
    legacy = tmp_path / "tcvn3.txt"
    legacy.write_bytes(bytes.fromhex("51 55 59 d5 54 20 a7 de 4e 48 20 b8 b5 b6 b7 b9") * 20)
    pdf = tmp_path / "a.txt"
    pdf.write_bytes(b"%PDF-1.4\n")
    for path in (legacy, pdf):
        with pytest.raises(InputError):
            scan.read_text(path, SETTINGS)


def test_read_text_reads_all_before_it_believes(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"abc\n" * 50_000 + b"\0\0\0")
    assert scan.is_text(path, SETTINGS)
    with pytest.raises(InputError, match="encoding"):
        scan.read_text(path, SETTINGS)


def test_sizes_are_bounded(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("dài " * 1000)
    with pytest.raises(CapacityError, match="max_text_bytes"):
        scan.read_text(path, ScanSettings(max_text_bytes=100))
    with pytest.raises(CapacityError, match="max_bytes"):
        scan.sniff(path, ScanSettings(max_bytes=100))


def test_what_is_no_file_is_refused_without_waiting(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "loop").symlink_to("loop")
    cases = [
        tmp_path,
        tmp_path / "pipe",
        tmp_path / "loop",
        tmp_path / "gone",
        tmp_path / ("x" * 300),
        Path("/dev/zero"),
    ]
    for path in cases:
        with pytest.raises(DauError) as caught:
            scan.sniff(path, SETTINGS)
        assert caught.value.category == "input" and caught.value.advice


def _composed_for_windows(character: str) -> str:
    """Letters with â, ă, ê, ô, ơ, ư composed and the tone as a combining character, as Windows-1258 has them."""
    if character in "àáèéùúâêôÀÁÈÉÙÚÂÊÔóÓ":
        return character
    parts = unicodedata.normalize("NFD", character)
    tones = "".join(c for c in parts if c in "\u0300\u0301\u0303\u0309\u0323")
    return unicodedata.normalize("NFC", "".join(c for c in parts if c not in tones)) + tones
