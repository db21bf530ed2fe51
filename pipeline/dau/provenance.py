"""events.jsonl: what was done to a document, with which tool and version, when (after PREMIS 3 events).

docs/archive.md lists the events and how they map to PREMIS.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from dau import __version__

Value = str | int | float | None


@dataclass
class Journal:
    """Events of one conversion, in the order they happened; `tools` names engines and models, with version or digest,
    by the stage that uses them."""

    tools: Mapping[str, Mapping[str, str]]
    began: str = field(default_factory=lambda: _now())
    _clock: float = field(default_factory=time.monotonic)
    _events: list[dict[str, Value]] = field(default_factory=list)

    @property
    def versions(self) -> Mapping[str, str]:
        """All engines and models."""
        return {name: version for used in self.tools.values() for name, version in used.items()}

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

    def lines(
        self, source: str, sha256: str, settings: str, values: Mapping[str, Any] | None = None
    ) -> bytes:
        """All events as JSON lines, headed by one that names source, software, settings and tools.

        Of the settings the digest, and `values`, all of them by stage: from a digest nobody can tell what was set.
        Those of the parser stand by themselves too: it is run again where a reviewer corrects words.
        """
        values = dict(values or {})
        head = {
            "event": "conversion",
            "agent": f"dau {__version__}",
            "at": self.began,
            "seconds": round(time.monotonic() - self._clock, 3),
            "source": source,
            "sha256": sha256,
            "settings": settings,
            "structure": values.get("structure", {}),
            "values": values,
            "tools": {agent: dict(used) for agent, used in self.tools.items()},
        }
        return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in (head, *self._events)).encode()


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
