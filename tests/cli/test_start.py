"""What commands load before they do anything: a second of waiting, and memory in every process."""

from __future__ import annotations

import subprocess
import sys

import pytest


@pytest.mark.parametrize("module", ["spacy", "torch", "transformers", "matplotlib", "pandas"])
def test_the_command_line_starts_without(module: str) -> None:
    """spaCy comes with the first parse; nothing else needs any of them."""
    code = f"import sys, dau.cli.app, dau.convert; sys.exit({module!r} in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_worker_that_parses_loads_no_torch_and_may_still_load_it() -> None:
    code = (
        "import sys\n"
        "from dau.structure.language import read\n"
        "read('Sở Y tế chủ trì báo cáo.')\n"
        "assert 'spacy' in sys.modules and 'torch' not in sys.modules\n"
        "import torch\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
