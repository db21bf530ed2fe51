"""Files of documents as answers: with an entity tag, from memory only where they are small."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path
from urllib.parse import quote

from fastapi import Request
from starlette.responses import FileResponse, Response

from .problems import not_found

_UNSAFE = re.compile(r'[\x00-\x1f\x7f"\\/:*?<>|%;]')
_BIDI = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
REVALIDATE = "no-cache"
"""May be kept, but asks each time whether it is still so."""
IMMUTABLE = "private, max-age=31536000, immutable"


def unchanged(request: Request, etag: str) -> bool:
    """Whether the caller has this version already (If-None-Match, compared weakly as RFC 9110 asks)."""
    shown = request.headers.get("if-none-match", "")
    tags = {each.strip().removeprefix("W/") for each in shown.split(",")}
    return "*" in tags or etag.removeprefix("W/") in tags


def not_modified(etag: str, cache: str) -> Response:
    return Response(status_code=304, headers={"ETag": etag, "Cache-Control": cache})


def file_answer(
    request: Request, path: Path, media_type: str, *, etag: str, cache: str = REVALIDATE, download: str | None = None
) -> Response:
    """A file, or 304. `download`: the name to save it under."""
    if unchanged(request, etag):
        return not_modified(etag, cache)
    if not path.is_file():
        raise not_found("file of this document")
    headers = {"ETag": etag, "Cache-Control": cache}
    if download is not None:
        headers["Content-Disposition"] = disposition(download)
    return FileResponse(path, media_type=media_type, headers=headers)


def disposition(name: str) -> str:
    """`Content-Disposition` for a file name out of a document (RFC 6266): an ASCII name for old clients, the whole
    name in UTF-8 percent-encoded; nothing in it can end the header, a path or the order of letters."""
    clean = _BIDI.sub("", _UNSAFE.sub("_", unicodedata.normalize("NFC", name))).strip(". ")[:150] or "document"
    clean = clean.encode("utf-8", "replace").decode()
    plain = unicodedata.normalize("NFD", clean.replace("đ", "d").replace("Đ", "D"))
    ascii_name = "".join(char if " " <= char <= "~" else "_" for char in plain if not unicodedata.combining(char))
    return f"attachment; filename=\"{ascii_name}\"; filename*=UTF-8''{quote(clean, safe='')}"
