"""Running an external program on input nobody vouches for: bounded in time, memory and output.

Poppler, Tesseract and our own decoder are native code that meets broken and hostile files. Each runs in a session of
its own, so that whatever it starts ends with it, and under limits that the kernel enforces (Linux; elsewhere the wall
clock and the size of the output are still bounded).
"""

from __future__ import annotations

import os
import selectors
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial

from pydantic import Field

from dau.document.errors import CapacityError, DauError, DependencyError, InputError, StageTimeout
from dau.document.transcript import Frozen

_CHUNK = 1 << 18
_STDERR_KEPT = 1 << 16
_OUT_OF_MEMORY = (b"out of memory", b"bad_alloc", b"memoryerror", b"cannot allocate memory", b"length_error")
_PACKAGES = {
    "pdfinfo": "poppler-utils",
    "pdftoppm": "poppler-utils",
    "pdftotext": "poppler-utils",
    "pdfimages": "poppler-utils",
    "pdffonts": "poppler-utils",
    "tesseract": "tesseract-ocr tesseract-ocr-vie",
}


class Limits(Frozen):
    """What one run of a program may use: `seconds` of wall clock, `cpu_seconds` of processor time (twice the wall
    clock where not given), `memory` bytes of address space a process, `output` bytes on stdout."""

    seconds: float = Field(default=60.0, gt=0)
    cpu_seconds: float | None = Field(default=None, gt=0)
    memory: int = Field(default=2 << 30, gt=0)
    output: int = Field(default=64 << 20, gt=0)


@dataclass(frozen=True)
class Finished:
    """A program that ended by itself. `stderr` is cut after 64 KiB."""

    returncode: int
    stdout: bytes
    stderr: str


def run(
    argv: Sequence[str],
    limits: Limits,
    *,
    stdin: bytes = b"",
    environment: Mapping[str, str] | None = None,
) -> Finished:
    """Run `argv` to its end and return exit status, stdout and stderr; a non-zero status is the caller's to judge.

    `stdin` is what the program gets to read; `environment` is added to ours. Raises StageTimeout (wall clock or
    processor time), CapacityError (memory or output), DependencyError (no such program) and InputError (the program
    crashed). Nothing of the program's process group is left running, whatever happens here.
    """
    program = shutil.which(argv[0])
    name = os.path.basename(argv[0])  # noqa: PTH119 - a program's name, not a path of ours
    if program is None:
        raise missing(name)
    process = subprocess.Popen(
        [program, *argv[1:]],
        stdin=subprocess.PIPE if stdin else subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "LC_ALL": "C.UTF-8", **(environment or {})},
        start_new_session=True,
    )
    try:
        _limit(process.pid, limits)
        stdout, stderr = _communicate(process, name, stdin, limits)
    finally:
        _end(process)
    return _judged(name, Finished(process.returncode, stdout, stderr.decode("utf-8", "replace")), limits)


def missing(program: str) -> DependencyError:
    """The error that says where a program comes from."""
    package = _PACKAGES.get(program)
    return DependencyError(
        f"The program {program} is not installed.",
        f"Install it: apt-get install {package}" if package else "Install it and make sure that PATH names it.",
    )


def _limit(pid: int, limits: Limits) -> None:
    """Set the kernel's limits from outside: a `preexec_fn` is not safe where the parent has threads."""
    if sys.platform != "linux":
        return
    import resource

    cpu = int(limits.cpu_seconds or 2 * limits.seconds) + 1
    with suppress(ProcessLookupError):  # it may have ended already
        resource.prlimit(pid, resource.RLIMIT_AS, (limits.memory, limits.memory))
        resource.prlimit(pid, resource.RLIMIT_CPU, (cpu, cpu + 1))
        resource.prlimit(pid, resource.RLIMIT_CORE, (0, 0))


def _communicate(process: subprocess.Popen[bytes], name: str, stdin: bytes, limits: Limits) -> tuple[bytes, bytes]:
    """Feed stdin, collect stdout and stderr until both are closed and the program has ended."""
    assert process.stdout is not None and process.stderr is not None
    deadline = time.monotonic() + limits.seconds
    out, err = bytearray(), bytearray()
    with selectors.DefaultSelector() as selector:
        collect_out = partial(_collect, process.stdout.fileno(), out, limits.output, True)
        collect_err = partial(_collect, process.stderr.fileno(), err, _STDERR_KEPT, False)
        selector.register(process.stdout, selectors.EVENT_READ, collect_out)
        selector.register(process.stderr, selectors.EVENT_READ, collect_err)
        if process.stdin is not None:
            os.set_blocking(process.stdin.fileno(), False)
            selector.register(process.stdin, selectors.EVENT_WRITE, _feeder(process.stdin.fileno(), stdin))
        while selector.get_map():
            left = deadline - time.monotonic()
            ready = selector.select(left) if left > 0 else []
            if not ready:
                raise _timed_out(name, limits)
            for key, _ in ready:
                if not key.data():
                    selector.unregister(key.fileobj)
                    if key.fileobj is process.stdin:
                        process.stdin.close()  # the end of its input
            if len(out) > limits.output:
                raise CapacityError(
                    f"{name} wrote more than {limits.output >> 20} MiB.",
                    "The file is larger than the limits allow; raise the limits or split the file.",
                )
    try:
        process.wait(max(0.0, deadline - time.monotonic()))
    except subprocess.TimeoutExpired:
        raise _timed_out(name, limits) from None
    return bytes(out), bytes(err)


def _collect(descriptor: int, into: bytearray, most: int, all_of_it: bool) -> bool:
    """Read what is there; false at the end. Of stderr only the beginning is kept, but all is read."""
    data = os.read(descriptor, _CHUNK)
    if all_of_it or len(into) < most:
        into += data
    return bool(data)


def _feeder(descriptor: int, data: bytes) -> Callable[[], bool]:
    rest = memoryview(data)

    def feed() -> bool:
        nonlocal rest
        try:
            rest = rest[os.write(descriptor, rest[:_CHUNK]) :]
        except BrokenPipeError:  # it has read all it wants to
            return False
        return bool(rest)

    return feed


def _end(process: subprocess.Popen[bytes]) -> None:
    """Kill what is left of the process group and reap its leader."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    for pipe in (process.stdin, process.stdout, process.stderr):
        if pipe is not None:
            with suppress(OSError):
                pipe.close()


def _timed_out(name: str, limits: Limits) -> DauError:
    return StageTimeout(
        f"{name} was still running after {limits.seconds:g} s and was stopped.",
        "Raise the time limit in the settings, or look whether the page is broken or drawn in millions of strokes.",
    )


def _judged(name: str, finished: Finished, limits: Limits) -> Finished:
    """The result, or the error that a death by signal or for want of memory amounts to."""
    code = finished.returncode
    if code == -signal.SIGXCPU:
        raise _timed_out(name, limits)
    lower = finished.stderr.lower().encode()
    if code == -signal.SIGKILL or (code != 0 and any(words in lower for words in _OUT_OF_MEMORY)):
        raise CapacityError(
            f"{name} ran out of memory (limit {limits.memory >> 20} MiB).",
            "Raise the memory limit in the settings, or split the file.",
        )
    if code < 0:
        raise InputError(
            f"{name} crashed on this file (signal {-code}).",
            "The file is probably damaged: open it in a viewer, save it anew, or scan it again.",
        )
    return finished
