"""Many who read while a run writes: everybody is answered, and nobody sees half of anything."""

from __future__ import annotations

import http.client
import json
import threading
from pathlib import Path
from urllib.parse import urlsplit

from dau.archive.store import Archive

from .making import indexed, put, read, serving

READERS, ROUNDS, ADDED = 200, 2, 12


class Reader(threading.Thread):
    """Asks for one thing of each kind, over one connection."""

    def __init__(self, address: str, ident: str, failures: list[str], counts: list[int]) -> None:
        super().__init__()
        self.where, self.document, self.failures, self.counts = urlsplit(address), ident, failures, counts

    def run(self) -> None:
        connection = http.client.HTTPConnection(self.where.hostname or "", self.where.port, timeout=120)
        try:
            for _ in range(ROUNDS):
                first = self.ask(connection, "/documents?limit=5&count=1&order=-issued")
                later = self.ask(connection, "/documents?limit=1&count=1")
                if later["total"] < first["total"]:
                    self.failures.append("a document vanished")
                self.counts.append(later["total"])
                document = self.ask(connection, f"/documents/{self.document}/document.json")
                found = self.ask(connection, f"/tasks?document={self.document}&limit=500")
                if len(document["tasks"]) != len(found["items"]):
                    self.failures.append("a document is there in part")
                self.ask(connection, "/search?q=thi+dua&limit=2")
        except Exception as error:
            self.failures.append(f"{type(error).__name__}: {error}")
        finally:
            connection.close()

    def ask(self, connection: http.client.HTTPConnection, path: str) -> dict:  # type: ignore[type-arg]
        connection.request("GET", f"/api/v1{path}")
        answer = connection.getresponse()
        body = answer.read()
        if answer.status != 200:
            raise AssertionError(f"{path}: {answer.status} {body[:200]!r}")
        return json.loads(body)  # type: ignore[no-any-return]


def test_two_hundred_readers_during_a_run(tmp_path: Path) -> None:
    root = tmp_path / "archive"
    with Archive.open(root) as archive:
        old = [put(archive, f"{n}.pdf", read(1401)) for n in range(4)]
        with serving(root) as address:
            indexed(address, len(old))
            failures: list[str] = []
            counts: list[int] = []
            readers = [Reader(address, old[n % len(old)], failures, counts) for n in range(READERS)]
            for reader in readers:
                reader.start()
            for n in range(ADDED):  # the run goes on meanwhile, and the index follows it
                put(archive, f"new {n}.pdf", read(1401))
                readers[n * READERS // ADDED].join(0.2)
            for reader in readers:
                reader.join()
            indexed(address, len(old) + ADDED)
    assert failures == []
    assert len(counts) == READERS * ROUNDS
    assert min(counts) >= len(old)
