"""The review desk: pages for people, rendered here, readable without scripts.

`language`   Vietnamese and English words of the interface
`rendering`  a template filled in, with what every page shows
`inbox`      documents by how much is doubtful in them
`sheet`      one page of a document as the desk shows it: lines, words, boxes
`flags`      what flags say, in both languages
`doubts`     flags with where they stand and what may be done about them
`document`   the document page
`edits`      what is sent from it, as review events
`login`      the token, shown once
`search`     full text with facets
`tasks`      duties by deadline
`questions`  the named questions with their answers
`statistics` counts and plots
`relations`  what refers to what (`graph`: how it is drawn)
`structure`  the tree of a document with what was found in it
`upload`     a file sent from the browser
`failures`   errors as pages
"""

from __future__ import annotations

from fastapi import APIRouter

from .document import router as document
from .edits import router as edits
from .inbox import router as inbox
from .login import router as login
from .questions import router as questions
from .relations import router as relations
from .search import router as search
from .statistics import router as statistics
from .structure import router as structure
from .tasks import router as tasks
from .upload import router as upload

router = APIRouter(include_in_schema=False)
for part in (
    inbox, document, edits, login, search, tasks, questions, statistics, relations, structure, upload,
):  # fmt: skip
    router.include_router(part)

__all__ = ["router"]
