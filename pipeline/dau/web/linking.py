"""Relations kept up to date beside the server: in a process of its own, at low priority, some documents at a time.

A process, because relating thousands of documents would hold up every answer of the server's own; some at a time,
because the index waits meanwhile, and what is done is there to be seen. The process ends with the server, as by Ctrl-C:
the relations are those of before then.
"""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
import threading
from contextlib import closing, suppress
from pathlib import Path

from dau.document.errors import DauError

from . import children

AT_A_TIME = 500
"""New or changed documents of one process."""
_LOWER = 10
"""By how much its priority is lower than that of the server (nice)."""
_log = logging.getLogger("dau.web")


class Linker:
    """Brings the relations of an archive up to date, if it was ever linked (`build.keeps_relations`)."""

    def __init__(self, archive: Path) -> None:
        self._archive = archive
        self._lock = threading.Lock()
        self._stopped = False
        self._child: subprocess.Popen[str] | None = None

    def behind(self) -> bool:
        """Whether there is something to do. Raises DauError where the index cannot be read."""
        from dau.index.build import keeps_relations
        from dau.index.reader import open_index
        from dau.index.relations.standing import standing

        if not keeps_relations(self._archive):
            return False
        with closing(open_index(self._archive)) as index:
            return not standing(index).current

    def __call__(self) -> bool:
        """Relate some documents; whether others are left. Waits for the process. Raises DauError with what it said."""
        with self._lock:
            if self._stopped:
                return False
            self._child = child = children.begin(__name__, str(self._archive))
        assert child.stdin is not None and child.stdout is not None
        try:
            said = child.stdout.read()
            child.wait()
        finally:
            with suppress(OSError):
                child.stdin.close()
            child.stdout.close()
            self._child = None
        if self._stopped:
            return False
        if child.returncode or not said:
            raise DauError(said or f"The process that relates the documents ended with {child.returncode}.")
        done = json.loads(said)
        for name, reason in done["failed"].items():
            _log.warning("%s is not in the relations: %s", name, reason)
        return bool(done["left"])

    def stop(self) -> None:
        """End the process that runs, if one does, and begin none any more."""
        with self._lock:
            self._stopped = True
            child = self._child
        if child is not None:
            children.end(child)

    def start(self) -> None:
        """Allow processes again, after `stop`."""
        self._stopped = False


def main(archive: Path) -> int:
    """The process: relate some documents, and say on stdout what was done or why it could not be."""
    os.nice(_LOWER)
    return children.ending_with_server(lambda: _relate(archive))


def _relate(archive: Path) -> int:
    from dau.index.relations.relate import relate

    try:
        done, _ = relate(archive, most=AT_A_TIME)
    except DauError as error:
        sys.stdout.write(str(error))
        return 1
    sys.stdout.write(json.dumps({"left": done.left, "failed": dict(done.failed)}))
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
