"""What people corrected, on top of what the machine made: the documents of an archive as they count.

Corrections are kept for ever in `reviews/` and applied whenever a document is read here, whichever run made it; the
files of the run never change. Search, exports and the review desk read documents from here, and from nowhere else.
"""

from .apply import Corrected, apply
from .boundaries import line_target
from .flags import fingerprint
from .held import Held, NoSuchDocument, documents, held
from .ledger import Fate, Unapplied
from .words import word_target

__all__ = [
    "Corrected", "Fate", "Held", "NoSuchDocument", "Unapplied", "apply", "documents", "fingerprint", "held",
    "line_target", "word_target",
]  # fmt: skip
