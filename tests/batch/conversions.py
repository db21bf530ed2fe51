"""Conversions for the tests: each does to a worker what real engines have been seen to do.

The text of the input says what is to happen; its document holds the text. Marks of attempts are left beside the
archive, for behaviour that differs the second time.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from dau.archive.folder import write_document
from dau.archive.outcome import Outcome, Task
from dau.document.errors import DependencyError, InputError


def plain(task: Task) -> Outcome:
    """A small document of one page."""
    text = task.path.read_bytes()
    files = write_document(task.archive, task.folder, {"text.txt": text, "pages/0001.webp": text[::-1]})
    return Outcome("success", document=task.folder, pages={1: "success"}, files=files, engines={"plain": "1"})


def obedient(task: Task, progress) -> Outcome:  # type: ignore[no-untyped-def]
    """Does what the first word of the input says, then converts it."""
    words = task.path.read_text(encoding="utf-8").split()
    command = words[0] if words else ""
    if command == "crash":
        os.kill(os.getpid(), signal.SIGSEGV)
    elif command == "exit":
        os.write(2, b"the engine gave up\n")
        os._exit(3)
    elif command == "killed":
        os.kill(os.getpid(), signal.SIGKILL)
    elif command == "crash-once" and first_time(task):
        os.kill(os.getpid(), signal.SIGABRT)
    elif command == "sys-exit":
        sys.exit(2)
    elif command == "hang":
        time.sleep(3600)
    elif command == "hang-outside":
        subprocess.run(["sleep", words[1]], check=True)
    elif command == "eat":
        eaten = [bytearray(os.urandom(1 << 20)) * 16 for _ in range(int(words[1]) // 16)]
        time.sleep(30)
        del eaten
    elif command == "raise":
        raise ZeroDivisionError("division by zero")
    elif command == "refuse":
        raise InputError("The file is empty.", "Scan it again.")
    elif command == "slow":
        time.sleep(float(words[1]))
    progress(1, 1)
    return plain(task)


def first_time(task: Task) -> bool:
    mark = Path(f"{task.archive}-attempts") / task.sha256[:16]
    mark.parent.mkdir(exist_ok=True)
    if mark.exists():
        return False
    mark.touch()
    return True


def cannot_warm_up() -> None:
    raise DependencyError("Tesseract is missing.", "Install tesseract-ocr.")


def crashes_warming_up() -> None:
    os._exit(9)
