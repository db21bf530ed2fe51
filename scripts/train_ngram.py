#!/usr/bin/env python3
"""Train the n-gram restorer from clean text: render and read pages, learn the two channels, count words.

    scripts/train_ngram.py --corpus train.jsonl.xz --held-out ../shared/restore --out models/ngram --work build/ngram

Needs Tesseract with `eng` and `vie`, and a Times-metric font with Vietnamese letters (fonts-liberation2). About an
hour on one core; what is in --work from an earlier run is not made again.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

PAGES = {"a": ("7", "720", ["eng", "eng", "vie"]), "b": ("11", "620", ["eng", "vie"])}
"""Seed, number and languages of the rendered sets the shipped channels were learned from."""
CHANNELS = {"legacy": ("eng", ["a"]), "scan": ("vie", ["a", "b"])}


def module(name: str, *arguments: str | Path) -> None:
    subprocess.run([sys.executable, "-m", f"dau.training.{name}", *map(str, arguments)], check=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--held-out", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True)
    given = parser.parse_args()
    given.work.mkdir(parents=True, exist_ok=True)
    for name, (seed, count, languages) in PAGES.items():
        pages = given.work / f"pages_{name}.jsonl"
        if not pages.exists():
            part = pages.with_suffix(".part")
            module("render_pairs", "--corpus", given.corpus, "--out", part, "--pages", count, "--seed", seed,
                   "--engines", *languages)
            part.rename(pages)
    module("train_ngram", "--corpus", given.corpus, "--held-out", given.held_out, "--out", given.out)
    for name, (language, sets) in CHANNELS.items():
        table = given.held_out / "confusions_rendered_tess_eng.json"
        extra = ["--table", table] if name == "legacy" and table.exists() else []
        module("channel", "--pages", *(given.work / f"pages_{s}.jsonl" for s in sets), "--language", language,
               "--out", given.out / f"{name}.json.gz", *extra)


if __name__ == "__main__":
    main()
