"""Running many inputs: found, brought into the archive, converted, recorded, one outcome each.

`discover` what the named files, folders, patterns and URLs hold; `intake` brings it into the archive
`groups`   folders that are one document; `remote`, `remote_walk`: object stores
`serial`, `pool`, `ray_runner`  runners over one plain function `convert(task) -> Outcome`
`run`      the whole run over an archive, resumable at any moment
`watch`    the same as files arrive in a folder (`inbox`), moved away when done with (`outbox`)
`events`   what a run tells while it goes on, for whoever draws it
"""

from .events import Discovered, Event, Finished, PageDone, Skipped, Started, Summary, Warned
from .fitness import require_same_results
from .groups import Limits
from .pool import Pool
from .ray_runner import RayRunner
from .remote import require as require_readable
from .run import RunSettings, run
from .runner import Convert, Report, Runner
from .serial import Serial
from .watch import WatchSettings, watch

__all__ = [
    "Convert", "Discovered", "Event", "Finished", "Limits", "PageDone", "Pool", "RayRunner", "Report", "RunSettings",
    "Runner", "Serial", "Skipped", "Started", "Summary", "Warned", "WatchSettings", "require_readable",
    "require_same_results", "run", "watch",
]
