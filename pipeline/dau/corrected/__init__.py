"""What people corrected, on top of what the machine made: the documents of an archive as they count.

Corrections are kept for ever in `reviews/` and applied whenever a document is read here, whichever run made it; the
files of the run never change. Search, exports and the review desk read documents from here, and from nowhere else.
"""

from .apply import Corrected, ReviewedAlready, apply
from .boundaries import line_target
from .flags import fingerprint
from .held import Held, NoSuchDocument, as_reviewed, documents, held
from .ledger import Fate, Unapplied
from .reasons import Reason
from .unplaced import Notice, unplaced
from .words import word_target

__all__ = [
    "Corrected", "Fate", "Held", "NoSuchDocument", "Notice", "Reason", "ReviewedAlready", "Unapplied", "apply",
    "as_reviewed", "documents", "fingerprint", "held", "line_target", "unplaced", "word_target",
]  # fmt: skip
