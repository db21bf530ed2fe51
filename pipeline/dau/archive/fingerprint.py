"""What the manifest is, in three figures to be noted outside of the archive.

`verify` holds the archive against its manifest. Whoever can write both can make them agree: take an input out of
both, say, or alter a document and its checksum. The manifest only ever grows, so that its first bytes must always be
what they were when they were noted: `head -c BYTES manifest.jsonl | sha256sum`.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

_BLOCK = 1 << 20


@dataclass(frozen=True)
class Fingerprint:
    """`lines` that end, `bytes` and `sha256` (hex) of the whole file."""

    lines: int
    bytes: int
    sha256: str


def fingerprint(manifest: Path) -> Fingerprint:
    """Read a manifest from end to end."""
    digest, lines, size = hashlib.sha256(), 0, 0
    with manifest.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
            lines += block.count(b"\n")
            size += len(block)
    return Fingerprint(lines, size, digest.hexdigest())


def line_number(manifest: Path, offset: int) -> int:
    """The number, from 1, of the line that starts at byte `offset`."""
    number = 1
    with manifest.open("rb") as file:
        while offset > 0 and (block := file.read(min(_BLOCK, offset))):
            number += block.count(b"\n")
            offset -= len(block)
    return number
