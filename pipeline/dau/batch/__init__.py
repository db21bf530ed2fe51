"""Running many inputs: found, brought into the archive, converted, recorded, one outcome each.

`discover` what the named files, folders and patterns hold
`serial`, `pool`  runners over one plain function `convert(task) -> Outcome`
`run`      the whole run over an archive, resumable at any moment
`watch`    the same as files arrive in a folder (`inbox`), moved away when done with (`outbox`)
`events`   what a run tells while it goes on, for whoever draws it
"""

from .events import Discovered, Event, Finished, PageDone, Skipped, Started, Summary, Warned
from .pool import Pool
from .run import RunSettings, run
from .runner import Convert, Report, Runner
from .serial import Serial
from .watch import WatchSettings, watch

__all__ = [
    "Convert", "Discovered", "Event", "Finished", "PageDone", "Pool", "Report", "RunSettings", "Runner", "Serial",
    "Skipped", "Started", "Summary", "Warned", "WatchSettings", "run", "watch",
]
