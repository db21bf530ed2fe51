"""The process that converts uploads: a run as `dau run` makes it, told what to do on stdin, telling progress on stdout.

A process of its own, so that engines and models leave the server's memory when it ends, and nothing that happens in
them happens to the server. Its stdin stays open for as long as the server lives: when it closes, the run is interrupted
as by Ctrl-C, and the next one goes on where it stopped.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from dau import batch, convert
from dau import settings as run_settings
from dau.archive.failures import ArchiveBusy
from dau.archive.store import Archive
from dau.document.errors import DauError

from .. import children
from .order import BUSY, REFUSED, Order


def main() -> int:
    order = Order.model_validate_json(sys.stdin.readline())
    return children.ending_with_server(lambda: _convert(order))


def _convert(order: Order) -> int:
    digest = run_settings.digest(order.settings, convert.versions(order.settings))
    try:
        with Archive.open(order.archive, create=False) as archive:
            batch.run(
                order.files, archive, convert.convert, batch.Pool(jobs=order.jobs, time_limit=order.time_limit),
                settings=order.settings.model_dump_json(), digest=digest, on_event=_tell,
                options=batch.RunSettings(originals="link", follow_links=False),
            )
    except ArchiveBusy:
        return BUSY
    except DauError as error:
        _line({"event": "refused", "category": error.category, "message": str(error)})
        return REFUSED
    return 0


def _tell(event: batch.Event) -> None:
    if isinstance(event, batch.Started):
        _line({"event": "started", "source": event.source})
    elif isinstance(event, batch.PageDone):
        _line({"event": "pages", "source": event.source, "done": event.done, "pages": event.pages})
    elif isinstance(event, batch.Finished | batch.Skipped):
        _line({"event": "over", "source": event.source})


def _line(value: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(value) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
