"""docs/api.md: the client that is printed there runs, and each test that is named there exists."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from .conftest import Site

ROOT = Path(__file__).resolve().parents[2]
GUIDE = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")


def test_the_client_of_the_guide_runs(site: Site) -> None:
    (code,) = re.findall(r"```python\n(.*?)```", GUIDE, re.DOTALL)
    assert len(code.strip().splitlines()) <= 10
    code = code.replace("http://127.0.0.1:8484", site.address)
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120)
    assert ended.returncode == 0, ended.stderr
    assert len(ended.stdout.splitlines()) == 2 * len(site.documents)


def test_the_tests_that_the_guide_names_are_there() -> None:
    named = re.findall(r"`(test_\w+)\.py::(\w+)(?:::(\w+))?`", GUIDE)
    assert len(named) > 15
    for file, *names in named:
        text = (Path(__file__).parent / f"{file}.py").read_text(encoding="utf-8")
        assert all(re.search(rf"(def|class) {name}\b", text) for name in names if name), (file, names)
