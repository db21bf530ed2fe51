"""The archive on disk: durable outcomes, one folder a document, written whole or not at all.

`outcome`   Task and Outcome: what a conversion is asked, what it answers
`paths`     any file name as text, and back
`manifest`  the append-only record: a line when an input is received, a line with its outcome
`state`     the manifest folded: what is done, what was interrupted
`folder`    a document's folder, written atomically and checked
`originals` the inputs as they came, hashed on the very bytes that are kept
`store`     `Archive`: the writer's lock, and the above under it
`documents` what a document that counts says, as whoever sums up is told to read it
`verify`, `status`, `prune`   prove it, sum it up, remove what is superseded

Nothing here knows a stage of the pipeline.
"""

from .outcome import Outcome, PageStatus, Status, Task
from .store import Archive

__all__ = ["Archive", "Outcome", "PageStatus", "Status", "Task"]
