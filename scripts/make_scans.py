#!/usr/bin/env python3
"""Scan simulator: clean text → PDF scans with exact ground truth. See docs/simulator.md.

    scripts/make_scans.py --samples                              the sample scans of corpus/raw
    scripts/make_scans.py SHEET… --severity severe --out DIR      directives set from sheets
    scripts/make_scans.py --corpus FILE --count 100 --out DIR     pages of any text (--lines 20: images of 20 lines)
"""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "pipeline"))

from dau.document.errors import DauError  # noqa: E402
from dau.training.simulate import command  # noqa: E402

if __name__ == "__main__":
    try:
        for path in command.run(sys.argv[1:], ROOT / "corpus"):
            print(path)
    except DauError as error:
        sys.exit(f"make_scans: {error}")
