"""events.jsonl: what was done to a document, with which tool and version, when (after PREMIS 3 events)."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

from dau import __version__

Value = str | int | float | None


@dataclass
class Journal:
    """Events of one conversion, in the order they happened; `versions` names engines and models."""

    versions: Mapping[str, str]
    _events: list[dict[str, Value]] = field(default_factory=list)

    def note(self, event: str, agent: str, **details: Value) -> None:
        """Record something that took no time worth telling."""
        self._events.append({"event": event, "agent": agent, "at": _now(), **details})

    @contextmanager
    def event(self, event: str, agent: str, **details: Value) -> Iterator[None]:
        """Record something with the seconds it took; an exception is recorded as its outcome and goes on."""
        at, began, outcome = _now(), time.monotonic(), "success"
        try:
            yield
        except Exception as error:
            outcome = f"{type(error).__name__}: {error}"
            raise
        finally:
            seconds = round(time.monotonic() - began, 3)
            self._events.append(
                {"event": event, "agent": agent, "at": at, "seconds": seconds, "outcome": outcome, **details}
            )

    @property
    def events(self) -> Sequence[Mapping[str, Value]]:
        """What was recorded so far."""
        return tuple(self._events)

    def take_over(self, events: Iterable[Mapping[str, Value]]) -> None:
        """Record what happened in another process."""
        self._events += [dict(event) for event in events]

    def lines(self, source: str, sha256: str) -> bytes:
        """All events as JSON lines, headed by one that names source, software and engines."""
        head = {
            "event": "conversion",
            "agent": f"dau {__version__}",
            "source": source,
            "sha256": sha256,
            "engines": dict(self.versions),
        }
        return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in (head, *self._events)).encode()


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
