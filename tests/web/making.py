"""An archive as a run leaves it, made without reading scans, and a real server over it."""

from __future__ import annotations

import hashlib
import io
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import httpx
import uvicorn
from PIL import Image

from dau.archive.folder import folder_name
from dau.archive.manifest import ManifestLine, SourceFile
from dau.archive.paths import text_of
from dau.archive.store import Archive
from dau.document.directive import Directive, Source
from dau.document.transcript import Transcript
from dau.structure import parse
from dau.web.app import create_app
from dau.web.server import config
from dau.web.settings import WebSettings
from tests.batch.waiting import wait_for
from tests.structure.reading import boxed_page

SETTINGS = "ab" * 32
TOKEN = "a token of the tests, long enough"
BEARER = {"Authorization": f"Bearer {TOKEN}"}

TEXT = """BỘ THÔNG TIN VÀ TRUYỀN THÔNG
Số: {number}/QĐ-BTTTT
Hà Nội, ngày 14 tháng 9 năm 2021
QUYẾT ĐỊNH
Về việc phát động phong trào thi đua
BỘ TRƯỞNG BỘ THÔNG TIN VÀ TRUYỀN THÔNG
Căn cứ Luật Thi đua, khen thưởng ngày 26 tháng 11 năm 2003;
QUYẾT ĐỊNH:
Điều 1. Tổ chức thực hiện
1. Vụ Bưu chính chủ trì, phối hợp với Văn phòng Bộ xây dựng kế hoạch trước ngày 30/9/2021.
2. Cục Tin học hoá báo cáo kết quả thực hiện về Vụ Thi đua - Khen thưởng trước ngày 15/12/2021.
{more}
Điều 2. Quyết định này có hiệu lực kể từ ngày ký.
KT. BỘ TRƯỞNG
THỨ TRƯỞNG
Phạm Anh Tuấn
"""
HOSTILE = "3. <script>alert('x')</script> \"><img src=x onerror=alert(1)> '; DROP TABLE documents; -- {{ 7*7 }} ${7*7}"
HOSTILE_NAME = "<script>alert(1)</script>'; DROP TABLE documents; --\"\r\nSet-Cookie: x=1.pdf"


@cache
def read(number: int, more: str = "3. Vụ Tài chính bố trí kinh phí thực hiện.") -> tuple[Directive, Transcript]:
    """What a reader and the parser make of a directive."""
    rows = TEXT.format(number=number, more=more).splitlines()
    page = boxed_page(1, [(70.0, 60.0 + 20 * n, row) for n, row in enumerate(rows)], 0.9)
    transcript = Transcript(pages=(page,))
    return parse(transcript), transcript


@cache
def picture() -> bytes:
    out = io.BytesIO()
    Image.new("L", (595, 842), 255).save(out, "WEBP", lossless=True)
    return out.getvalue()


def put(archive: Archive, name: str, content: tuple[Directive, Transcript], settings: str = SETTINGS) -> str:
    """Record an input of this name with what was read of it; returns the document's id."""
    directive, transcript = content
    sha256 = hashlib.sha256(name.encode()).hexdigest()
    path = archive.root.parent / "inputs" / name
    source = Source(filename=name, sha256=sha256, media_type="application/pdf", bytes=1, pages=1)
    directive = directive.model_copy(update={"id": f"sha256:{sha256}", "source": source})
    files: dict[str, bytes | Path] = {
        "document.json": directive.model_dump_json().encode(),
        "transcript.json": transcript.model_dump_json().encode(),
        "text.txt": transcript.text().encode(),
        "raw.txt": transcript.text(raw=True).encode(),
        "events.jsonl": b'{"event":"converted","agent":"dau"}\n',
        "pages/0001.webp": picture(),
    }
    folder = folder_name(sha256, settings)
    given = SourceFile(path=text_of(path), sha256=sha256, bytes=1)
    archive.append(ManifestLine(event="received", source=given, settings=settings, started="2026-01-01T00:00:00Z"))
    checksums = archive.write_document(folder, files)
    archive.append(
        ManifestLine(
            event="outcome", source=given, status="success", document=folder, pages={1: "success"}, files=checksums,
            settings=settings, started="2026-01-01T00:00:00Z", seconds=1.0,
        )
    )
    return folder


@contextmanager
def serving(archive: Path, settings: WebSettings | None = None) -> Iterator[str]:
    """A real server on loopback; yields its address."""
    settings = settings or WebSettings()
    chosen = config(create_app(archive, settings), settings.model_copy(update={"host": "127.0.0.1", "port": 0}))
    chosen.log_level = "critical"
    server = uvicorn.Server(chosen)
    socket = chosen.bind_socket()
    thread = threading.Thread(target=server.run, kwargs={"sockets": [socket]}, daemon=True)
    thread.start()
    address = f"http://127.0.0.1:{socket.getsockname()[1]}"
    try:
        wait_for(lambda: server.started)
        yield address
    finally:
        server.should_exit = True
        thread.join(60)
        socket.close()


def indexed(address: str, documents: int, headers: dict[str, str] | None = None) -> None:
    """Wait until the index holds so many documents."""

    def there() -> bool:
        found = httpx.get(f"{address}/api/v1/statistics", headers=headers).json()
        return bool(found["indexed"]) and found["indexed"]["documents"] == documents

    wait_for(there)
