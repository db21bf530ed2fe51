"""Uploads: what is refused leaves nothing, what is taken survives a restart, and its document comes out."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from dau.archive.store import Archive
from dau.settings import Settings
from dau.web.catalogue import Catalogue
from dau.web.jobs import JobQueue, JobStore
from dau.web.jobs.store import safe_name
from dau.web.settings import WebSettings
from tests.batch.waiting import wait_for

from .asking import raw
from .conftest import Site
from .making import BEARER, TOKEN, put, read, serving

TEXT = "ỦY BAN NHÂN DÂN\nSố: 12/QĐ-UBND\nHà Nội, ngày 3 tháng 5 năm 2024\nQUYẾT ĐỊNH\nVề việc khen thưởng\n".encode()


def leftovers(archive: Path) -> list[str]:
    """What lies in the folder of uploads."""
    return sorted(path.name for path in (archive / "uploads").iterdir())


def zip_bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bomb", b"\0" * (50 << 20))
    return out.getvalue()


REFUSED = {
    "zip bomb": (zip_bomb(), 415), "gzip": (b"\x1f\x8b" + b"\0" * 99, 415), "word": (b"PK\x03\x04word/document", 415),
    "html": (b"<!doctype html><script>alert(1)</script>", 415), "xml": (b"<?xml version='1.0'?><a/>", 415),
    "svg": (b"<?xml version='1.0'?><svg onload='alert(1)'/>", 415), "elf": (b"\x7fELF" + bytes(range(256)), 415),
    "gif": (b"GIF89a" + b"\0" * 99, 415), "nothing": (b"", 400), "rar": (b"Rar!\x1a\x07\0", 415),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
@pytest.mark.parametrize("declared", ["application/pdf", "application/octet-stream", "text/plain"])
def test_what_is_no_scan_is_refused_by_what_it_holds(desk: Site, name: str, declared: str) -> None:
    """Neither name nor declared type is believed; archives are not unpacked at all."""
    content, status = REFUSED[name]
    before = leftovers(desk.archive)
    answer = desk.client.post(
        f"{desk.api}/uploads?filename=scan.pdf", content=content, headers={**BEARER, "Content-Type": declared}
    )
    assert answer.status_code == status
    assert leftovers(desk.archive) == before


def test_the_same_as_a_form(desk: Site) -> None:
    before = leftovers(desk.archive)
    for files in ({"file": ("a.pdf", zip_bomb(), "application/pdf")}, {"other": ("a.pdf", b"%PDF-1.4")}):
        answer = desk.client.post(f"{desk.api}/uploads", files=files, headers=BEARER)
        assert answer.status_code in (415, 422)
    assert leftovers(desk.archive) == before


@pytest.mark.parametrize("form", [False, True])
def test_a_gigabyte_is_cut_early(desk: Site, form: bool) -> None:
    """It is counted as it comes, for no length is announced; the limit is 4 MiB here, and nothing is left behind."""
    sent = 0
    before = leftovers(desk.archive)
    begin = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n' if form else b""

    def gigabyte() -> Iterator[bytes]:
        nonlocal sent
        yield begin + b"%PDF-1.7\n"
        for _ in range(1 << 14):
            sent += 1 << 16
            yield b"\0" * (1 << 16)

    headers = {**BEARER, "Content-Type": "multipart/form-data; boundary=x" if form else "application/pdf"}
    answer = desk.client.post(f"{desk.api}/uploads?filename=a.pdf", content=gigabyte(), headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
    assert sent < 64 << 20
    assert leftovers(desk.archive) == before


def test_a_gigabyte_that_is_announced_is_refused_unread(desk: Site) -> None:
    headers = (("Host", "localhost"), ("Content-Length", str(1 << 30)), *BEARER.items())
    assert raw(desk.address, "/api/v1/uploads?filename=a.pdf", headers, "POST")[0] == 413


def test_an_upload_that_breaks_off_leaves_nothing(desk: Site) -> None:
    before = leftovers(desk.archive)

    def broken() -> Iterator[bytes]:
        yield b"%PDF-1.7\n" + b"x" * 100_000
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        httpx.post(f"{desk.api}/uploads", content=broken(), headers=BEARER)
    wait_for(lambda: leftovers(desk.archive) == before)


@given(st.text(max_size=400) | st.sampled_from(["../../etc/passwd", "..", ".", "", "job.json", "a/b\\c.pdf", "\0.pdf"]))
def test_a_name_that_somebody_sends_is_a_name_and_no_path(name: str) -> None:
    safe = safe_name(name)
    assert safe and safe not in (".", "..") and not {"/", "\\", "\0", "\n"} & set(safe)
    assert not safe.startswith((".", "job.json"))
    assert len(os.fsencode(safe)) <= 230


def test_an_archive_that_another_process_writes_is_told_at_once(desk: Site) -> None:
    """409 with advice, before anything is sent; the archive's lock is not touched by asking."""
    held = "import sys; from dau.archive.store import Archive; a = Archive.open(sys.argv[1]); print(1, flush=True); "
    with subprocess.Popen(
        [sys.executable, "-c", held + "sys.stdin.read()", str(desk.archive)], stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as other:  # fmt: skip
        assert other.stdout is not None and other.stdin is not None
        other.stdout.readline()
        answer = desk.client.post(f"{desk.api}/uploads?filename=a.txt", content=TEXT, headers=BEARER)
        assert (answer.status_code, answer.json()["code"]) == (409, "archive_busy")
        assert "retry-after" in answer.headers
        other.stdin.close()
        other.wait(30)


@pytest.mark.slow
def test_a_file_becomes_a_document(tmp_path: Path) -> None:
    """The whole way, by the real run: sent, queued, followed, found; sent again, it is the same document."""
    root = tmp_path / "archive"
    with Archive.open(root) as archive:
        put(archive, "1.pdf", read(1401))
    settings = WebSettings(write=True, token=SecretStr(TOKEN), explorer=False, conversion=Settings(page_images=False))
    with serving(root, settings) as address, httpx.Client(headers=BEARER, timeout=120) as client:
        sent = [
            client.post(f"{address}/api/v1/uploads", params={"filename": "../quyết định.txt"}, content=TEXT).json(),
            client.post(f"{address}/api/v1/uploads", files={"file": ("khác.txt", TEXT + b"x\n")}).json(),
        ]
        assert [job["filename"] for job in sent] == ["quyết định.txt", "khác.txt"]
        for job in sent:
            with client.stream("GET", f"{address}/api/v1/uploads/{job['id']}/events") as stream:
                assert stream.headers["content-type"].startswith("text/event-stream")
                rows = [row for row in stream.iter_lines() if row]
            assert rows[-2] == "event: end"
            last = json.loads(rows[-1].removeprefix("data: "))
            assert (last["state"], last["status"]) == ("done", "success")
            document = client.get(f"{address}/api/v1/documents/{last['document']}/document.json").json()
            assert document["metadata"]["number"]["text"] == "12/QĐ-UBND"
        wait_for(lambda: client.get(f"{address}/api/v1/statistics").json()["indexed"]["documents"] == 3)
        assert [each["id"] for each in client.get(f"{address}/api/v1/uploads").json()["items"]] == [
            sent[1]["id"], sent[0]["id"]
        ]  # fmt: skip
    assert all([path.name for path in (root / "uploads" / job["id"]).iterdir()] == ["job.json"] for job in sent)


def test_what_waits_survives_the_end_of_the_server(tmp_path: Path) -> None:
    """Job states are on the disk: a server that is killed finds its jobs again, and sweeps what had broken off."""
    root = tmp_path / "archive"
    Archive.open(root).close()
    first = JobStore(root)
    first.open()
    with first.receiving("a.txt", 1000) as incoming:
        incoming.write(TEXT)
        job = first.add(incoming, "Lan")
    first.update(job.id, state="running", attempts=1)
    (root / "uploads" / ".tmp-broken").mkdir()
    (root / "uploads" / "strange").mkdir()
    again = JobStore(root)
    again.open()
    assert [each.id for each in again.waiting()] == [job.id]
    assert again.path(job).read_bytes() == TEXT
    assert not (root / "uploads" / ".tmp-broken").exists()


def test_what_was_done_while_nobody_looked_is_found_in_the_manifest(tmp_path: Path) -> None:
    """A conversion that outlived its server: nothing is converted twice, the job ends with what the manifest says."""
    root = tmp_path / "archive"
    Archive.open(root).close()
    store = JobStore(root)
    queue = JobQueue(root, store, Catalogue(root), Settings(), jobs=1)
    store.open()
    jobs = []
    for n in range(2):
        with store.receiving(f"{n}.txt", 1000) as incoming:
            incoming.write(TEXT + str(n).encode())
            jobs.append(store.add(incoming, ""))
    with Archive.open(root) as archive:
        put_as(archive, store.path(jobs[0]), jobs[0].sha256)
    for _ in range(3):
        for job in jobs:
            store.update(job.id, state="running", attempts=store.get(job.id).attempts + 1)  # type: ignore[union-attr]
        queue._settle([job.id for job in jobs], "/somewhere/secret is full")
    done, lost = (store.get(job.id) for job in jobs)
    assert done is not None and (done.state, done.document is not None) == ("done", True)
    assert lost is not None and (lost.state, lost.category) == ("failed", "internal")


def put_as(archive: Archive, path: Path, sha256: str) -> None:
    """An outcome for a file, as a run records it."""
    from dau.archive.manifest import ManifestLine, SourceFile
    from dau.archive.paths import text_of

    given = SourceFile(path=text_of(path), sha256=sha256, bytes=1)
    archive.append(
        ManifestLine(event="received", source=given),
        ManifestLine(
            event="outcome", source=given, status="success", document=f"{sha256[:16]}-{'ab' * 4}", pages={1: "success"}
        ),
    )


@pytest.mark.parametrize("job", ["0" * 32, "x", "..%2f..", "0" * 31, "０" * 32])
def test_uploads_that_are_none(desk: Site, job: str) -> None:
    for path in (f"/uploads/{job}", f"/uploads/{job}/events"):
        assert desk.get(path).status_code == 404


def test_a_server_that_only_reads_has_no_uploads(site: Site) -> None:
    assert site.get("/uploads").status_code == 403
    assert not (site.archive / "uploads").exists()


@pytest.mark.parametrize(("right", "status"), [(True, 415), (False, 403)])
def test_a_form_of_a_session_carries_its_csrf_token(desk: Site, right: bool, status: int) -> None:
    """415: it got through to the file, which is none that is taken."""
    with httpx.Client(base_url=desk.api) as client:
        assert client.post("/session", json={"token": TOKEN, "name": "Lan"}).status_code == 204
        csrf = client.get("/session").json()["csrf"] if right else "wrong"
        files = {"file": ("a.pdf", zip_bomb())}
        headers = {"Origin": desk.address}
        answer = client.post("/uploads", files=files, data={"csrf_token": csrf}, headers=headers)
        assert answer.status_code == status
        assert client.post("/uploads", files=files, headers=headers).status_code == 403
