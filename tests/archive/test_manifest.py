"""The manifest: appended to durably, read whatever a kill left of it."""

from __future__ import annotations

import resource
import signal
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dau.archive.failures import ArchiveFull
from dau.archive.manifest import Damaged, Entry, Manifest, ManifestLine, SourceFile, read
from dau.archive.outcome import PageStatus, Status
from dau.archive.state import load
from dau.document.errors import Category

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
HASH = st.binary(min_size=32, max_size=32).map(bytes.hex)
LINES = st.builds(
    ManifestLine,
    event=st.sampled_from(["received", "outcome"]),
    source=st.builds(
        SourceFile, path=TEXT, sha256=st.none() | HASH, bytes=st.none() | st.integers(0, 1 << 50),
        modified=st.none() | st.integers(0, 1 << 62), changed=st.none() | st.integers(0, 1 << 62),
    ),
    status=st.none() | st.sampled_from(get_args(Status)),
    category=st.none() | st.sampled_from(get_args(Category)),
    message=st.none() | TEXT,
    document=st.none() | TEXT,
    pages=st.dictionaries(st.integers(1, 9999), st.sampled_from(get_args(PageStatus)), max_size=4),
    files=st.dictionaries(TEXT, HASH, max_size=4),
    settings=TEXT,
    engines=st.dictionaries(TEXT, TEXT, max_size=3),
    started=TEXT,
    seconds=st.none() | st.floats(0, 1e6),
)


def received(name: str = "a.pdf", sha256: str | None = "ab" * 32) -> ManifestLine:
    return ManifestLine(event="received", source=SourceFile(path=name, sha256=sha256, bytes=1), settings="cd" * 32)


def lines_of(path: Path) -> list[ManifestLine]:
    entries = list(read(path))
    assert all(isinstance(entry, Entry) for entry in entries)
    return [entry.line for entry in entries if isinstance(entry, Entry)]


@settings(max_examples=60, deadline=None)
@given(st.lists(LINES, max_size=6))
def test_round_trip(tmp_path_factory: pytest.TempPathFactory, lines: list[ManifestLine]) -> None:
    path = tmp_path_factory.mktemp("manifest") / "manifest.jsonl"
    manifest = Manifest(path)
    offsets = [manifest.append(line) for line in lines]
    manifest.close()
    assert lines_of(path) == lines
    assert [entry.offset for entry in read(path) if isinstance(entry, Entry)] == offsets
    assert path.read_bytes().count(b"\n") == len(lines)


@settings(max_examples=40, deadline=None)
@given(lines=st.lists(LINES, min_size=1, max_size=4), data=st.data())
def test_cut_anywhere_loses_only_the_broken_line(
    tmp_path_factory: pytest.TempPathFactory, lines: list[ManifestLine], data: st.DataObject
) -> None:
    """A power cut may leave any prefix: whole lines stay, the broken one goes, and is told."""
    encoded = b"".join(line.encoded() for line in lines)
    cut = data.draw(st.integers(0, len(encoded)))
    path = tmp_path_factory.mktemp("cut") / "manifest.jsonl"
    path.write_bytes(encoded[:cut])
    whole = encoded[:cut].count(b"\n")
    torn = [entry for entry in read(path) if isinstance(entry, Damaged)]
    assert [damage.torn for damage in torn] == ([True] if cut and not encoded[:cut].endswith(b"\n") else [])

    manifest = Manifest(path)
    assert bool(manifest.repairs) == bool(torn)
    manifest.append(received("after"))
    manifest.close()
    assert lines_of(path) == [*lines[:whole], received("after")]


def test_nul_bytes_after_a_power_cut_are_a_torn_line(tmp_path: Path) -> None:
    """ext4 may leave a file at its new length with the last block unwritten."""
    path = tmp_path / "manifest.jsonl"
    path.write_bytes(received().encoded() + b"\0" * 200_000)
    manifest = Manifest(path)
    manifest.close()
    assert "200000 bytes" in manifest.repairs[0]
    assert lines_of(path) == [received()]


def test_a_damaged_line_in_the_middle_stays_and_is_told(tmp_path: Path) -> None:
    path = tmp_path / "manifest.jsonl"
    data = received("a").encoded() + b'{"event": "recei\n' + received("b").encoded()
    path.write_bytes(data)
    manifest = Manifest(path)
    manifest.close()
    assert manifest.repairs == ()
    assert path.read_bytes() == data
    state = load(path)
    assert [damage.number for damage in state.damaged] == [2]
    assert {key[0] for key in state.pending} == {"a", "b"}


def test_unknown_keys_are_damage_not_silence(tmp_path: Path) -> None:
    path = tmp_path / "manifest.jsonl"
    path.write_bytes(received().encoded().replace(b'"settings"', b'"setings"'))
    (damage,) = read(path)
    assert isinstance(damage, Damaged)
    assert "setings" in damage.reason


def test_no_room_leaves_the_manifest_as_it_was(tmp_path: Path) -> None:
    """RLIMIT_FSIZE stands in for a full disk: the kernel takes part of the line, then refuses."""
    path = tmp_path / "manifest.jsonl"
    manifest = Manifest(path)
    manifest.append(received("first"))
    before = path.read_bytes()
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(before) + 40, hard))
    try:
        with pytest.raises(ArchiveFull) as caught:
            manifest.append(received("second"))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, handler)
    assert caught.value.category == "capacity" and "run the same command again" in caught.value.advice
    assert path.read_bytes() == before
    manifest.append(received("third"))
    manifest.close()
    assert [line.source.path for line in lines_of(path)] == ["first", "third"]


def test_the_last_outcome_counts(tmp_path: Path) -> None:
    path = tmp_path / "manifest.jsonl"
    source = received().source
    manifest = Manifest(path)
    manifest.append(received())
    manifest.append(ManifestLine(event="outcome", source=source, status="failed", category="timeout", message="m"))
    manifest.append(received())
    last = ManifestLine(event="outcome", source=source, status="success", document="d", files={"f": "0"}, settings="s")
    manifest.append(last)
    manifest.close()
    state = load(path)
    (done,) = state.outcomes.values()
    assert (done.status, done.document) == ("success", "d")
    assert manifest.line_at(done.offset) == last
    assert not state.pending and not state.unmatched
    assert state.contents[source.sha256 or "", "s"] == done


def test_lines_out_of_order_are_told(tmp_path: Path) -> None:
    path = tmp_path / "manifest.jsonl"
    manifest = Manifest(path)
    manifest.append(received("a"), received("a"))
    manifest.append(ManifestLine(event="outcome", source=received("b").source, status="failed"))
    manifest.close()
    assert [(key[0], wrong) for _, key, wrong in load(path).unmatched] == [
        ("a", "received twice without an outcome between"),
        ("b", "an outcome for an input that was not received"),
    ]
