"""What the server tells the process that converts, and how that ends."""

from __future__ import annotations

from pathlib import Path

from dau import settings as run_settings
from dau.document.transcript import Frozen


class Order(Frozen):
    """`settings`: the settings of the conversion; `files`: what to convert."""

    archive: Path
    files: tuple[Path, ...]
    settings: run_settings.Settings
    jobs: int = 1
    time_limit: float = 1800.0


BUSY, REFUSED = 75, 1
"""Exit codes: the archive is held by another process (EX_TEMPFAIL); the run cannot go on, which a line says."""
