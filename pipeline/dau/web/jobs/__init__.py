"""Uploads: received whole or not at all, converted one batch after another, their state on the disk.

`store`       what was uploaded and what became of it: `uploads/<id>/` in the archive
`queue`       takes up what waits, in a process of its own, under the archive's lock
`conversion`  that process, `order` what it is told
"""

from .queue import JobQueue
from .store import Job, JobStore

__all__ = ["Job", "JobQueue", "JobStore"]
