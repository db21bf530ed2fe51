"""What to do about each kind of discrepancy `verify` finds. docs/archive.md, “Mending”, says the same at more length;
tests/cli/test_mending.py does as they say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from .verify import Code

_ANEW = (
    "Move the folder out of documents/ and run again over its input (where that is gone, over its file in originals/): "
    "it is made anew."
)
_PUT_BACK = (
    "Put the file back under this name, from the input or from a copy: its SHA-256 must be the one named. No run can "
    "bring it back."
)
_STRANGE = (
    "Move it out of the archive, if it does not belong there. Many at once: manifest.jsonl is older than the rest; put "
    "the newest copy back."
)
_MANIFEST = (
    "Put manifest.jsonl back from a copy. Where there is none: delete the lines that are named, all in one go, and run "
    "again over the inputs they spoke of (docs/archive.md, Mending)."
)
_REVIEWS = "Put the log back from a copy; nothing else holds what it said."

REMEDIES: Mapping[Code, str] = {
    "manifest_line_damaged": _MANIFEST,
    "manifest_order": _MANIFEST,
    "outcome_missing": "Run again over the same inputs.",
    "outcome_incomplete": "Run again over its input with --retry-failed; where it says success, move its folder out of "
    "documents/ first.",
    "folder_missing": "Put it back from a copy, or run again over its input (where that is gone, over its file in "
    "originals/): it is made anew.",
    "folder_unknown": _STRANGE,
    "file_missing": _ANEW,
    "file_unknown": "Move it out of the archive: nothing but the files of a run belongs there.",
    "file_changed": _ANEW,
    "schema": _ANEW,
    "pages_incomplete": _ANEW,
    "source_differs": _ANEW,
    "original_changed": _PUT_BACK,
    "original_missing": _PUT_BACK,
    "original_unknown": _STRANGE,
    "leftover": "Run again: the next run removes it.",
    "review_line_damaged": _REVIEWS,
    "review_order": _REVIEWS,
    "review_unknown": "Move it to the archive of its source; reviews/ is named by the SHA-256 of sources.",
}


def remedies(codes: Iterable[Code]) -> dict[Code, str]:
    """What to do, by the codes that were found, in the order of their first finding."""
    return {code: REMEDIES[code] for code in dict.fromkeys(codes)}
