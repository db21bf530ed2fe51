"""A connection to a Ray cluster, or a cluster on this machine for the time of a run.

Quiet: no dashboard, nothing of Ray's on stdout or stderr, no report to anybody (`RAY_USAGE_STATS_ENABLED=0`). What is
started here is ended here, its logs with it; a cluster that was there before is left as it was.
"""

from __future__ import annotations

import logging
import os
import secrets
import signal
import socket
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Any

from ..document.errors import CapacityError, DauError, DependencyError
from .pool import cores, one_thread
from .scratch import Scratch

_STORE = 80 << 20  # bytes of Ray's object store, which holds next to nothing: a little above its own least
_ANSWER = 10.0  # seconds for a cluster to answer at all
_LONGEST_TEMPORARY = 40  # characters: Ray puts sockets below it, whose paths may have 107


class Session:
    """Ray, connected for as long as this is open. `processors`: how many the cluster has."""

    def __init__(self, address: str | None, jobs: int) -> None:
        self.ray = load()
        self._scratch: Scratch | None = None
        self._ours = not self.ray.is_initialized()
        if not self._ours:
            pass
        elif address is None:
            self._start(jobs or cores())
        else:
            self._connect(address)
        self.processors = int(self.ray.cluster_resources().get("CPU", 0))
        if self.processors == 0 and not jobs:
            self.close()
            raise CapacityError("The Ray cluster has no processors.", "Start it on at least one machine.")

    def __enter__(self) -> Session:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        if self._ours:
            self.ray.shutdown()
        if self._scratch is not None:
            self._scratch.remove()

    def _start(self, processors: int) -> None:
        self._scratch = Scratch(short_temporary())
        try:
            path = os.pathsep.join(filter(None, sys.path))  # what can be imported here can be imported there
            with one_thread(self._scratch.path), _surroundings({"RAY_AUTH_TOKEN": _token(), "PYTHONPATH": path}):
                self._init(
                    address="local", num_cpus=processors, include_dashboard=False, object_store_memory=_STORE,
                    _temp_dir=str(self._scratch.path),
                )
        except Exception as error:
            self._scratch.remove()
            raise DauError(f"Ray cannot start here: {error}", "Use --runner pool on a single machine.") from error

    def _connect(self, address: str) -> None:
        if address.startswith("ray://"):
            raise DauError("Ray's client protocol is not supported.", "Run on a machine of the cluster (host:port).")
        try:
            _require_listener(address)
            with _surroundings({}):
                self._init(address=address)
        except Exception as error:
            self.ray.shutdown()
            raise DauError(
                f"There is no Ray cluster to connect to at {address}: {error}",
                "Run `dau` on a machine of the cluster (`ray start --address=…`) with the same Ray and Python.",
            ) from error

    def _init(self, **options: Any) -> None:
        logging.getLogger("ray").setLevel(logging.ERROR)  # before it says anything
        vars(self.ray._private.worker)["_worker_logs_enabled"] = False  # deaths of actors, printed on stdout
        self.ray.init(log_to_driver=False, logging_level=logging.ERROR, **options)


def load() -> Any:
    """The module, loaded only here: it is large, and most runs do without."""
    try:
        with _surroundings({}):
            import ray
    except ImportError as error:
        raise DependencyError("Ray is not installed.", "pip install 'dau[ray]'") from error
    return ray


def _require_listener(address: str) -> None:
    """Raises OSError where nobody listens at `host:port`; Ray itself would go on trying for many minutes."""
    host, _, port = address.rpartition(":")
    if host and port.isdigit():
        socket.create_connection((host, int(port)), timeout=_ANSWER).close()


def short_temporary() -> Path:
    """Where temporary files go, unless that is too long a path for sockets."""
    usual = Path(tempfile.gettempdir())
    return usual if len(str(usual)) <= _LONGEST_TEMPORARY else Path("/tmp")


@cache
def _token() -> str:
    """What the processes of a cluster started here know each other by; Ray would keep one in the home folder."""
    return os.environ.get("RAY_AUTH_TOKEN") or secrets.token_hex(32)


@contextmanager
def _surroundings(more: dict[str, str]) -> Iterator[None]:
    """Ray is told by the environment what it may do, and changes both that and the handler of SIGTERM."""
    before = dict(os.environ)
    main = threading.current_thread() is threading.main_thread()
    handler = signal.getsignal(signal.SIGTERM)
    os.environ.update({"RAY_USAGE_STATS_ENABLED": "0", **more})
    try:
        yield
    finally:
        for name in os.environ.keys() - before.keys():
            del os.environ[name]
        os.environ.update(before)
        if main and handler is not None:
            signal.signal(signal.SIGTERM, handler)
