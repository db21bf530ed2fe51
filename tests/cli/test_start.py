"""What commands load before they do anything: a second of waiting, and memory in every process."""

from __future__ import annotations

import subprocess
import sys

import pytest


@pytest.mark.parametrize("module", ["spacy", "torch", "transformers", "matplotlib", "pandas"])
def test_the_command_line_starts_without(module: str) -> None:
    """spaCy comes with the first parse, and brings torch along where that is installed; nothing else needs them."""
    code = f"import sys, dau.cli.app, dau.convert; sys.exit({module!r} in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
