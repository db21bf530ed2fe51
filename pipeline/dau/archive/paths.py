r"""Any file name as text, and back.

POSIX names are bytes. Manifest lines are JSON in UTF-8, which cannot hold bytes that are not UTF-8. A path is
therefore written as its text with two escapes: `\\` for a backslash, and `\xNN` (two lower-case hex digits) for
each byte that is not part of valid UTF-8. Everything else stands as it is: names in NFD stay in NFD, newlines
and quotes are left to JSON. `path_of(text_of(p)) == p` for every path.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

_ESCAPED = re.compile(r"\\(\\|x[0-9a-f]{2})")
_TO_ESCAPE = re.compile("[\\\\\udc80-\udcff]")


def text_of(path: str | os.PathLike[str]) -> str:
    """The path as text for the manifest."""
    name = os.fsencode(path).decode("utf-8", "surrogateescape")
    return _TO_ESCAPE.sub(_escape, name)


def path_of(text: str) -> Path:
    """The path that `text_of` wrote."""
    return Path(name_of(text))


def name_of(text: str) -> str:
    """The name that `text_of` wrote, as a string: of a URL, which as a path would lose a slash."""
    name = _ESCAPED.sub(_unescape, text)
    return os.fsdecode(name.encode("utf-8", "surrogateescape"))


def _escape(match: re.Match[str]) -> str:
    char = match.group()
    return "\\\\" if char == "\\" else f"\\x{ord(char) - 0xDC00:02x}"


def _unescape(match: re.Match[str]) -> str:
    code = match.group(1)
    return "\\" if code == "\\" else chr(0xDC00 + int(code[1:], 16))
