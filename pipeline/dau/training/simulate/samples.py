"""The sample scans of corpus/raw: which sheet, how it is scanned. The same bytes every time."""

from __future__ import annotations

from pathlib import Path

from dau.document.transcript import Frozen

from .scans import Scan, ScanSettings, make_scan, write_scan
from .sheet import read_sheet


class Sample(Frozen):
    """`name` of the PDF, the sheet it is set from, and how it is scanned."""

    name: str
    sheet: str
    settings: ScanSettings


SAMPLES = (
    Sample(name="000-quyet-dinh-scan", sheet="000-quyet-dinh-reconstruction.sheet",
           settings=ScanSettings(seed=1423, severity="light", dpi=300, colour="bilevel")),
    Sample(name="002-chi-thi", sheet="002-chi-thi.sheet",
           settings=ScanSettings(seed=103, severity="medium", dpi=150, colour="colour", jpeg=22)),
    Sample(name="003-ke-hoach", sheet="003-ke-hoach.sheet",
           settings=ScanSettings(seed=2021, severity="severe", dpi=200, colour="bilevel")),
)  # fmt: skip


def make_sample(sample: Sample, sheets: Path) -> Scan:
    """Scan the sample's sheet from the folder `sheets`."""
    return make_scan(read_sheet((sheets / sample.sheet).read_text(encoding="utf-8")), sample.settings)


def write_samples(sheets: Path, out: Path) -> list[Path]:
    """Write every sample's PDF to `out` and its truth to `out`/truth; returns the PDFs.

    No .txt is written: a folder of inputs should hold inputs only, and the truth has the text in it.
    """
    return [write_scan(make_sample(s, sheets), out, s.name, out / "truth", text=False) for s in SAMPLES]
