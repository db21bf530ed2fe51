"""The catalogue follows the manifest: read on from anywhere, it is what it would be if read anew."""

from __future__ import annotations

import hashlib
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from dau.archive.manifest import ManifestLine, SourceFile
from dau.archive.store import Archive
from dau.web.catalogue import Catalogue


def lines(history: list[tuple[int, int, bool]]) -> bytes:
    """A manifest: for each (input, settings, failed) what was received and what came of it."""
    rows = b""
    for number, chosen, failed in history:
        sha256 = hashlib.sha256(bytes([number])).hexdigest()
        source = SourceFile(path=f"/in/{number}.pdf", sha256=sha256, bytes=1)
        folder = None if failed else f"{sha256[:16]}-{chosen:08x}"
        outcome = ManifestLine(
            event="outcome", source=source, status="failed" if failed else "success", document=folder,
            settings=f"{chosen:08x}",
        )  # fmt: skip
        rows += ManifestLine(event="received", source=source).encoded() + outcome.encoded()
    return rows


HISTORIES = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 2), st.booleans()), max_size=8)


@settings(max_examples=60, deadline=None)
@given(HISTORIES, st.lists(st.integers(0, 10_000), max_size=4), st.booleans())
def test_read_on_from_anywhere_it_is_the_same(
    tmp_path_factory, history: list[tuple[int, int, bool]], cuts: list[int], look_aside: bool  # type: ignore[no-untyped-def]
) -> None:
    """Cut anywhere, in the middle of a line too; other questions in between change nothing."""
    root = tmp_path_factory.mktemp("catalogue") / "archive"
    Archive.open(root).close()
    whole, manifest = lines(history), root / "manifest.jsonl"
    followed = Catalogue(root)
    for cut in sorted(min(cut, len(whole)) for cut in cuts):
        manifest.write_bytes(whole[:cut]) if cut >= manifest.stat().st_size else None
        assert followed.entries() == Catalogue(root).entries()
        if look_aside:
            followed.outcomes()
    with manifest.open("r+b") as file:
        file.seek(0)
        file.write(whole)
    if look_aside:
        followed.pending()
    assert followed.entries() == Catalogue(root).entries()
    assert followed.outcomes() == Catalogue(root).outcomes()


def test_a_manifest_that_was_put_in_place_of_another_is_read_anew(tmp_path: Path) -> None:
    root = tmp_path / "archive"
    Archive.open(root).close()
    manifest = root / "manifest.jsonl"
    manifest.write_bytes(lines([(1, 1, False), (2, 1, False)]))
    followed = Catalogue(root)
    assert len(followed.entries()) == 2
    other = tmp_path / "other.jsonl"
    other.write_bytes(lines([(3, 1, False)]))
    other.rename(manifest)
    assert len(followed.entries()) == 1


def test_a_damaged_line_costs_itself_only(tmp_path: Path) -> None:
    root = tmp_path / "archive"
    Archive.open(root).close()
    (root / "manifest.jsonl").write_bytes(lines([(1, 1, False)]) + b"{broken\n" + lines([(2, 1, False)]))
    assert len(Catalogue(root).entries()) == 2
