"""The review desk: pages for people, rendered here, readable without scripts.

`language`   Vietnamese and English words of the interface
`rendering`  a template filled in, with what every page shows
`inbox`      documents by how much is doubtful in them
`sheet`      one page of a document as the desk shows it: lines, words, boxes
`doubts`     flags with where they stand and what may be done about them
`document`   the document page
`edits`      what is sent from it, as review events
`login`      the token, shown once
"""

from __future__ import annotations

from fastapi import APIRouter

from .document import router as document
from .edits import router as edits
from .inbox import router as inbox
from .login import router as login

router = APIRouter(include_in_schema=False)
for part in (inbox, document, edits, login):
    router.include_router(part)

__all__ = ["router"]
