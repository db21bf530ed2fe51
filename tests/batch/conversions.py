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

import psutil

from dau.archive.folder import write_document
from dau.archive.outcome import Answer, Divided, Outcome, PortionRead, Task
from dau.document.errors import DependencyError, InputError


def plain(task: Task) -> Outcome:
    """A small document of one page."""
    text = task.path.read_bytes()
    files = write_document(task.archive, task.folder, {"text.txt": text, "pages/0001.webp": text[::-1]})
    return Outcome("success", document=task.folder, pages={1: "success"}, files=files, engines={"plain": "1"})


def obedient(task: Task, progress) -> Outcome:  # type: ignore[no-untyped-def]
    """Does what the first word of the input says, then converts it."""
    obey(task, task.path.read_text(encoding="utf-8"))
    progress(1, 1)
    return plain(task)


def dividing(task: Task, progress) -> Answer:  # type: ignore[no-untyped-def]
    """Each line of the input is a page and does what its first word says; portions of four can be read apart."""
    lines = task.path.read_text(encoding="utf-8").split("\n")
    if task.common and not task.portions and len(lines) > 4:
        return Divided(tuple(str(start) for start in range(0, len(lines), 4)), len(lines))
    if task.common and task.portions and not task.portion:
        read = "".join((task.common / portion).read_text(encoding="utf-8") for portion in task.portions)
        return made(task, read, len(lines))
    start = int(task.portion or 0)
    some = lines[start : start + 4] if task.portion else lines
    for number, line in enumerate(some):
        progress(number, len(some))
        obey(task, line)
    read = "".join(f"{line}\n" for line in some)
    if not (task.common and task.portion):
        return made(task, read, len(lines))
    task.common.mkdir(exist_ok=True)
    (task.common / task.portion).write_text(read, encoding="utf-8")
    readers = Path(f"{task.archive}-readers")
    readers.mkdir(exist_ok=True)
    (readers / str(os.getpid())).touch()
    return PortionRead(len(some))


def made(task: Task, text: str, pages: int) -> Outcome:
    files = write_document(task.archive, task.folder, {"text.txt": text.encode()})
    return Outcome("success", document=task.folder, pages=dict.fromkeys(range(1, pages + 1), "success"), files=files)


def obey(task: Task, text: str) -> None:
    """Do what the first word of a text says."""
    words = text.split()
    command = words[0] if words else ""
    if command == "crash":
        os.kill(os.getpid(), signal.SIGSEGV)
    elif command == "exit":
        os.write(2, b"the engine gave up\n")
        os._exit(3)
    elif command == "killed":
        os.kill(os.getpid(), signal.SIGKILL)
    elif command == "kill-above" or (command == "kill-above-once" and first_time(task)):
        for process in psutil.Process(os.getppid()).parents()[:1]:  # the actor, above the server that forks
            process.kill()
        time.sleep(3600)
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


def counted(task: Task, progress) -> Outcome:  # type: ignore[no-untyped-def]
    """Does as `obedient`, and leaves a mark of each attempt: `<archive>-attempts/<start of hash>.<process>`."""
    marks = Path(f"{task.archive}-attempts")
    marks.mkdir(exist_ok=True)
    (marks / f"{task.sha256[:16]}.{os.getpid()}").touch()
    return obedient(task, progress)
