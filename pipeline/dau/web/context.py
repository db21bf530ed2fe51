"""What all requests share: one object, made by `create_app`, found by `depends.context`."""

from __future__ import annotations

import asyncio
import threading
from dataclasses import dataclass, field
from pathlib import Path

from fastapi.templating import Jinja2Templates

from dau.corrected import Held

from .catalogue import Catalogue, Entry
from .follow import Follower
from .index import AT_A_TIME, Index
from .jobs import JobQueue
from .sessions import Sessions
from .settings import WebSettings

_KEPT = 16
_STREAMS = 50


@dataclass
class Context:
    """`archive` is the archive's folder, absolute."""

    archive: Path
    settings: WebSettings
    catalogue: Catalogue
    index: Index
    sessions: Sessions
    templates: Jinja2Templates
    queue: JobQueue | None = None
    """Conversions of uploads; None where the server only reads."""
    follower: Follower | None = None
    """Keeps the index after the archive; None where it is left as it is."""
    readers: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_A_TIME))
    streams: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(_STREAMS))
    """Exports and followed uploads: answers that take long."""
    _held: dict[str, Held] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def held(self, entry: Entry) -> Held:
        """A document with its reviews applied. A few are kept, for what people look at is looked at again."""
        fresh = Held(self.archive, entry.id, entry.sha256, entry.inputs, entry.offset)
        with self._lock:
            found = self._held.pop(fresh.stamp, fresh)
            self._held[fresh.stamp] = found
            while len(self._held) > _KEPT:
                del self._held[next(iter(self._held))]
        return found

    def changed(self) -> None:
        """Something was written: the index follows soon."""
        if self.follower is not None:
            self.follower.wake()
