"""Programs that do what real ones have been seen to do on bad days, to stand before these on PATH.

`install` puts a script under the name of a program; each call of it does the fault, or, where only some calls are to be
faulty, what the real program does.
"""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

FAULTS = {
    "crash": "kill -SEGV $$",
    "abort": "echo 'terminate called after throwing an instance of std::length_error' >&2; kill -ABRT $$",
    "hang": "exec sleep 600",
    "hang with child": "sleep 600 & wait",
    "refuse": "echo 'Error: no such thing' >&2; exit 1",
    "silent": "exit 0",
    "garbage": "head -c 100000 /dev/urandom",
    "endless": "exec cat /dev/zero",
    "eat": f"exec {sys.executable} -c 'import time; x = [bytes(1 << 24) * 1 for _ in range(4000)]; time.sleep(600)'",
    "killed": "kill -KILL $$",
}

_TESSERACT_TALKS = """case $1 in
--list-langs) echo 'List of available languages (1):'; echo vie; exit 0;;
--version) echo 'tesseract 5.3.0'; exit 0;;
esac
"""


_COLUMNS = "level page_num block_num par_num line_num word_num left top width height conf text".replace(" ", "\\t")
TESSERACT_NONSENSE = f"printf '{_COLUMNS}\\n5\\t1\\t1\\t1\\t1\\t1\\tnan\\t-5\\t9999\\t0\\tinf\\tA\\n' > $2.tsv"
"""A table as Tesseract writes it, of values that cannot be."""


def install(folder: Path, program: str, fault: str, *, calls: str = "*") -> None:
    """A faulty `program` in a folder. `calls`: which calls are faulty, as a shell pattern on their number from 1."""
    folder.mkdir(exist_ok=True)
    real = shutil.which(program, path=os.environ["PATH"].removeprefix(f"{folder}:"))
    counter = folder / f".{program}.calls"
    script = (
        f"#!/bin/sh\n{_TESSERACT_TALKS if program == 'tesseract' else ''}"
        f"echo >> {counter}\nn=$(wc -l < {counter})\n"
        f"case $n in {calls}) {FAULTS.get(fault, fault)};; *) exec {real} \"$@\";; esac\n"
    )
    (folder / program).write_text(script, encoding="utf-8")
    (folder / program).chmod(0o755)


def on_path(folder: Path) -> str:
    return f"{folder}:{os.environ['PATH']}"
