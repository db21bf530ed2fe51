"""Number, issuer's symbol, year and authority: what makes two documents the same."""

from __future__ import annotations

import pytest

from dau.index.relations import identity as who
from dau.index.relations.identity import Identity


@pytest.mark.parametrize(
    ("number", "key", "organ", "serial"),
    [
        ("1423/QĐ-BTTTT", "1423/QD-BTTTT", "BTTTT", "1423"),
        ("1497/QD-TTg", "1497/QD-TTG", "TTG", "1497"),
        ("01/TTr-UBND", "1/TTR-UBND", "UBND", "1"),
        ("17/2017/NĐ-CP", "17/2017/ND-CP", "CP", "17"),
        ("30/2021/QH15", "30/2021/QH15", "QH15", "30"),
        ("07-KL/TW", "7-KL/TW", "TW", "7"),
        ("574/UBND-KTTH", "574/UBND-KTTH", "UBND", "574"),
        ("13/2014/TTLT-BLĐTBXH-BTC", "13/2014/TTLT-BLDTBXH-BTC", "BLDTBXH-BTC", "13"),
        ("/KH-TBTT", None, None, None),
        (None, None, None, None),
    ],
)
def test_parts_of_a_number(number: str | None, key: str | None, organ: str | None, serial: str | None) -> None:
    assert (who.number_key(number), who.organ_of(number), who.serial_of(number)) == (key, organ, serial)


@pytest.mark.parametrize(
    ("organ", "issuer", "home", "authority"),
    [
        ("UBND", "Ủy ban nhân dân tỉnh", "Trà Vinh", "tra-vinh"),
        ("UBND", "Chủ tịch Ủy ban nhân dân tỉnh Quảng Ngãi", "Trà Vinh", "quang-ngai"),
        ("UBND", None, "Trà Vinh", "tra-vinh"),
        ("UBND", "Ủy ban nhân dân huyện Nghĩa Hành", "Quảng Ngãi", "huyen-nghia-hanh"),
        ("UBND", "Ủy ban nhân dân huyện", "Quảng Ngãi", "?"),
        ("STC", "Sở Tài chính", "Quảng Ngãi", "quang-ngai"),
        ("TTG", "Thủ tướng Chính phủ", "Trà Vinh", ""),
        ("BTTTT", "Bộ Thông tin và Truyền thông", "Hà Nội", ""),
        (None, "Quốc hội", "Hà Nội", ""),
    ],
)
def test_authority(organ: str | None, issuer: str | None, home: str | None, authority: str) -> None:
    assert who.authority_of(organ, issuer, home) == authority


@pytest.mark.parametrize(
    ("one", "other", "contradicts"),
    [
        (Identity(year=2021, authority="tra-vinh"), Identity(year=2021, authority="quang-ngai"), True),
        (Identity(year=2021, authority="tra-vinh"), Identity(year=2024, authority="tra-vinh"), True),
        (Identity(year=2021, authority="tra-vinh"), Identity(year=2021), False),
        (Identity(year=2025, authority="tra-vinh"), Identity(year=2025, authority="vinh-long"), False),  # merged
        (Identity(authority="?"), Identity(authority="?"), True),
    ],
)
def test_contradictions(one: Identity, other: Identity, contradicts: bool) -> None:
    assert who.contradicts(one, other) is contradicts
