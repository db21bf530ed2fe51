"""Any POSIX file name survives as text in JSON, and back."""

from __future__ import annotations

import json
import os
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dau.archive.paths import path_of, text_of

TABLE = [
    (b"/scans/Quy\xe1\xba\xbft \xc4\x91\xe1\xbb\x8bnh.pdf", "/scans/Quyết định.pdf"),
    (b"/a b/it's \"so\".pdf", "/a b/it's \"so\".pdf"),
    (b"/two\nlines.pdf", "/two\nlines.pdf"),
    (b"/latin-\xe9\xff.pdf", "/latin-\\xe9\\xff.pdf"),
    (b"/back\\slash", "/back\\\\slash"),
    (b"/looks\\xff", "/looks\\\\xff"),
    (b"/surrogate \xed\xa0\x80", "/surrogate \\xed\\xa0\\x80"),
]


@pytest.mark.parametrize(("name", "text"), TABLE)
def test_table(name: bytes, text: str) -> None:
    assert text_of(os.fsdecode(name)) == text
    assert os.fsencode(path_of(text)) == name


def test_nfd_is_kept() -> None:
    name = unicodedata.normalize("NFD", "/Chỉ thị số 5.pdf")
    assert text_of(name) == name != unicodedata.normalize("NFC", name)


@given(st.binary(min_size=1, max_size=60).filter(lambda name: b"\0" not in name))
def test_every_name_round_trips_through_utf8_json(name: bytes) -> None:
    path = Path(os.fsdecode(b"/" + name))
    text = text_of(path)
    assert json.loads(json.dumps(text, ensure_ascii=False).encode("utf-8")) == text
    assert os.fsencode(path_of(text)) == os.fsencode(path)
