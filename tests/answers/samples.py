"""An archive of the repository's own samples, as the structure parser reads them today."""

from __future__ import annotations

import gzip
import hashlib
from pathlib import Path

from dau.archive.folder import folder_name, write_document
from dau.archive.manifest import ManifestLine, SourceFile
from dau.archive.store import Archive
from dau.document.directive import Source
from dau.document.transcript import Transcript
from dau.structure import parse
from tests.structure.reading import ROOT, sample, text_transcript

SAMPLES = {
    "000": "000-quyet-dinh-scan.pdf", "001": "001-bai-bao.txt", "002": "002-chi-thi.txt", "003": "003-ke-hoach.txt",
    "004": "004-ke-hoach.txt",
}  # fmt: skip
SETTINGS = "00" * 32


def sample_archive(root: Path) -> Path:
    """`000` is the decision as it was read from its scan, the others are texts."""
    with Archive.open(root) as archive:
        for number, name in SAMPLES.items():
            _put(archive, name, _transcript(number))
    return root


def _transcript(number: str) -> Transcript:
    if number != "000":
        return text_transcript(sample(number))
    packed = ROOT / "tests" / "golden" / "structure" / "000.transcript.json.gz"
    return Transcript.model_validate_json(gzip.decompress(packed.read_bytes()))


def _put(archive: Archive, name: str, transcript: Transcript) -> None:
    sha256 = hashlib.sha256(name.encode()).hexdigest()
    kind = "application/pdf" if name.endswith(".pdf") else "text/plain"
    source = Source(filename=name, sha256=sha256, media_type=kind, bytes=1, pages=len(transcript.pages))
    directive = parse(transcript, filename=name).model_copy(update={"id": f"sha256:{sha256}", "source": source})
    folder = folder_name(sha256, SETTINGS)
    given = SourceFile(path=f"/corpus/{name}", sha256=sha256, bytes=1)
    archive.append(ManifestLine(event="received", source=given, settings=SETTINGS))
    files = write_document(archive.root, folder, {
        "document.json": directive.model_dump_json().encode(), "transcript.json": transcript.model_dump_json().encode(),
    })  # fmt: skip
    pages = {page.number: "success" for page in transcript.pages}
    archive.append(ManifestLine.model_validate({
        "event": "outcome", "source": given, "status": "success", "document": folder, "files": files, "pages": pages,
        "settings": SETTINGS,
    }))  # fmt: skip
