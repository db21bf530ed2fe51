"""Inputs in an object store: a real S3 protocol on loopback (moto), and fsspec's store in memory."""

from __future__ import annotations

import hashlib
import os
import resource
import socket
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest
from desk import Desk

pytest.importorskip("s3fs", reason="the extra `remote` is not installed")
pytest.importorskip("moto", reason="the extra `dev` is not installed")

import boto3
import fsspec
from conversions import plain

from dau.archive.failures import ArchiveFull, ArchiveUnusable
from dau.archive.manifest import Entry, ManifestLine, read
from dau.archive.originals import take
from dau.archive.outcome import Outcome, Task
from dau.archive.store import Archive
from dau.batch import Limits, Pool, Summary, remote, require_readable
from dau.batch.discover import Discovery, discover
from dau.document.errors import DependencyError, InputError

SECRET = "wJalrXUtnFEMIK7MDENG"


def never(task: Task) -> Outcome:
    raise AssertionError(f"{task.source} was converted again")


@dataclass
class Bucket:
    """An S3 bucket behind a server on loopback; `client` writes into it as somebody else would."""

    client: Any
    endpoint: str
    name: str = "kho-luu-tru"

    def put(self, key: str, data: bytes | str) -> str:
        self.client.put_object(Bucket=self.name, Key=key, Body=data.encode() if isinstance(data, str) else data)
        return f"s3://{self.name}/{key}"

    def delete(self, key: str) -> None:
        self.client.delete_object(Bucket=self.name, Key=key)

    def check_keys(self, after: bytes) -> None:
        """From so many requests on, the server asks for a key that it knows."""
        plain = {"Content-Type": "text/plain"}
        urlopen(Request(f"{self.endpoint}/moto-api/reset-auth", data=after, headers=plain, method="POST")).close()

    @property
    def url(self) -> str:
        return f"s3://{self.name}"


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def bucket(server: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Bucket]:
    urlopen(Request(f"{server}/moto-api/reset", method="POST")).close()
    for name in [name for name in os.environ if name.startswith(("AWS_", "FSSPEC_"))]:
        monkeypatch.delenv(name)
    environment = {
        "AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": SECRET, "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ENDPOINT_URL": server, "AWS_CONFIG_FILE": str(tmp_path / "none"), "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_SHARED_CREDENTIALS_FILE": str(tmp_path / "none"),
    }
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    fresh()
    client = boto3.client("s3", endpoint_url=server)
    client.create_bucket(Bucket=Bucket.name)
    yield Bucket(client, server)
    client.close()
    fresh()


def fresh() -> None:
    """Stores are opened anew, with the settings of now."""
    import s3fs

    remote.Store._for.cache_clear()
    s3fs.S3FileSystem.clear_instance_cache()


@pytest.fixture
def memory() -> Iterator[Any]:
    store = fsspec.filesystem("memory")
    yield store
    store.store.clear()
    store.pseudo_dirs[:] = [""]


def lines(desk: Desk) -> dict[str, ManifestLine]:
    """Last outcome by path, as the manifest writes it."""
    entries = [e for e in read(desk.archive / "manifest.jsonl") if isinstance(e, Entry)]
    return {e.line.source.path: e.line for e in entries if e.line.event == "outcome"}


def go(desk: Desk, *named: str, convert: Any = plain, **options: Any) -> Summary:
    return desk.run(*named, convert=convert, **options)  # type: ignore[arg-type]


def urls(found: Discovery) -> list[str]:
    return [candidate.name for candidate in found.inputs]


# -- what is found -----------------------------------------------------------------------------------------------


def test_a_folder_of_a_bucket_in_the_order_of_names(bucket: Bucket) -> None:
    for key in ("in/b/2.pdf", "in/b/10.PDF", "in/a.tif", "in/Đ.png", "in/.hidden.pdf", "in/x.docx", "other/y.pdf"):
        bucket.put(key, key)
    bucket.put("in/b/", "")  # what consoles make of a new folder
    found = discover([f"{bucket.url}/in/"])
    assert urls(found) == [f"{bucket.url}/in/{name}" for name in ("a.tif", "Đ.png", "b/10.PDF", "b/2.pdf")]
    assert found.ignored == {"files of another kind (.docx)": 1, "hidden files": 1}
    assert urls(discover([f"{bucket.url}/in/b/*.pdf", f"{bucket.url}/in/b/2.pdf"])) == [f"{bucket.url}/in/b/2.pdf"]
    assert len(urls(discover([bucket.url]))) == 5


def test_a_folder_of_many_pages_of_the_list(bucket: Bucket, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(7):
        bucket.put(f"in/{number}.pdf", str(number))
        bucket.put(f"in/{number}/x.pdf", str(number))
    system = remote.Store.of(bucket.url)._system
    real, asked = type(system).call_s3, []

    def paged(method: str, **options: Any) -> Any:
        asked.append(method)
        return real(system, method, **options, MaxKeys=3)

    monkeypatch.setattr(system, "call_s3", paged)
    found = urls(discover([f"{bucket.url}/in"]))
    assert found == [f"{bucket.url}/in/{n}.pdf" for n in range(7)] + [f"{bucket.url}/in/{n}/x.pdf" for n in range(7)]
    assert len(asked) == 5 + 7


def test_memory_is_found_like_a_folder(memory: Any, tmp_path: Path) -> None:
    for name in ("in/2.pdf", "in/b/1.txt", "in/.x.pdf", "in/A/manifest.jsonl", "in/A/documents/x.txt"):
        memory.pipe(f"/{name}", name.encode())
    found = discover(["memory://in"])
    assert urls(found) == ["memory://in/2.pdf", "memory://in/b/1.txt"]
    assert found.ignored == {"hidden files": 1, "archives": 1}


@pytest.mark.parametrize(
    ("url", "told"),
    [
        (f"s3://AKIA:{SECRET}@bucket/x.pdf", "holds a user or password"),
        (f"s3://AKIA:{SECRET[:5]}/{SECRET[5:]}@bucket/x.pdf", "holds a user or password"),
        ("s3://me@bucket/x.pdf", "holds a user or password"),
        ("sftp://host/x.pdf", "sftp:// are not read"),
        ("https://example.org/x.pdf", "https:// are not read"),
        ("simplecache::s3://bucket/x.pdf", None),
        ("s3://a::zip://b", "are not read"),
        ("s3:///x.pdf", "names no bucket"),
        ("file://elsewhere/x.pdf", "a file on another machine"),
    ],
)
def test_urls_that_are_refused_are_told_without_their_secret(desk: Desk, url: str, told: str | None) -> None:
    if told is None:
        assert not remote.is_url(url)  # a path that is not there
        return
    for ask in (lambda: require_readable([url]), lambda: go(desk, url)):
        with pytest.raises(InputError) as refused:
            ask()
        assert told in refused.value.message and refused.value.advice
        assert SECRET not in str(refused.value) and SECRET[5:] not in str(refused.value)
    assert desk.manifest() == b""


@pytest.mark.parametrize("package", ["fsspec", "s3fs"])
def test_what_is_not_installed_is_said_with_the_remedy(monkeypatch: pytest.MonkeyPatch, package: str) -> None:
    remote.Store._for.cache_clear()
    monkeypatch.delitem(sys.modules["fsspec.registry"]._registry, "s3", raising=False)  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(DependencyError) as missing:
        require_readable(["s3://bucket/x"])
    assert "pip install 'dau[remote]'" in missing.value.advice
    remote.Store._for.cache_clear()


def test_a_file_url_is_its_path(desk: Desk) -> None:
    path = desk.put("a b.txt", "text")
    assert go(desk, path.as_uri()).statuses == {"success": 1}
    assert list(lines(desk)) == [str(path)]
    assert desk.run(path, convert=never).skipped == {"success": 1}


# -- what is done and recorded -----------------------------------------------------------------------------------


@pytest.mark.parametrize("originals", ["link", "copy", "none"])
def test_from_the_bucket_into_the_archive(desk: Desk, bucket: Bucket, originals: str) -> None:
    big = os.urandom(9 << 20)  # more than one request
    bucket.put("in/a.txt", "một")
    bucket.put("in/b/lớn.pdf", big)
    bucket.put("in/b/same.txt", "một")
    summary = go(desk, f"{bucket.url}/in", originals=originals)
    assert (summary.statuses, summary.shared, summary.exit_code) == ({"success": 3}, 1, 0)
    found = lines(desk)
    assert set(found) == {f"{bucket.url}/in/{name}" for name in ("a.txt", "b/lớn.pdf", "b/same.txt")}
    large = found[f"{bucket.url}/in/b/lớn.pdf"].source
    assert (large.sha256, large.bytes) == (hashlib.sha256(big).hexdigest(), len(big))
    kept = sorted(path.suffix for path in (desk.archive / "originals").iterdir())
    assert kept == ([] if originals == "none" else [".pdf", ".txt"])
    assert desk.problems() == [] and SECRET.encode() not in desk.manifest()


def test_the_second_time_nothing_is_fetched(desk: Desk, bucket: Bucket, monkeypatch: pytest.MonkeyPatch) -> None:
    bucket.put("in/a.txt", "a")
    named = bucket.put("in/b.txt", "b")
    go(desk, f"{bucket.url}/in")
    manifest = desk.manifest()
    monkeypatch.setattr(remote.Store, "open", lambda *_: pytest.fail("an object was fetched again"))
    assert go(desk, f"{bucket.url}/in", convert=never).skipped == {"success": 2}
    assert go(desk, named, convert=never).skipped == {"success": 1}
    assert desk.manifest() == manifest


def test_other_content_of_the_same_size_is_noticed(desk: Desk, bucket: Bucket) -> None:
    url = bucket.put("in/a.txt", "one")
    go(desk, url)
    bucket.put("in/a.txt", "two")
    assert go(desk, url).statuses == {"success": 1}
    assert lines(desk)[url].source.sha256 == hashlib.sha256(b"two").hexdigest()
    bucket.put("in/a.txt", "one")
    back = go(desk, url, convert=never)
    assert (back.statuses, back.shared) == ({"success": 1}, 1)


def test_where_the_store_has_no_etag_it_is_read_again_and_not_converted(desk: Desk, memory: Any) -> None:
    memory.pipe("/in/a.txt", b"a")
    assert go(desk, "memory://in").statuses == {"success": 1}
    manifest = desk.manifest()
    assert go(desk, "memory://in", convert=never).skipped == {"success": 1}
    assert desk.manifest() == manifest
    assert len(list((desk.archive / "originals").iterdir())) == 1


def test_any_key_is_recorded_and_found_again(desk: Desk, bucket: Bucket) -> None:
    keys = ["a b.txt", "a\\b.txt", "x/Quyết định số 1.txt", "100%.txt", "a+b&c=d.txt", "a#1.txt", "tab\t.txt"]
    for key in keys:
        bucket.put(f"in/{key}", key)
    assert go(desk, f"{bucket.url}/in").statuses == {"success": len(keys)}
    assert {line.source.sha256 for line in lines(desk).values()} == {
        hashlib.sha256(key.encode()).hexdigest() for key in keys
    }
    assert go(desk, f"{bucket.url}/in", convert=never).skipped == {"success": len(keys)}
    assert desk.problems() == []


def test_the_pool_reads_what_was_fetched(desk: Desk, bucket: Bucket) -> None:
    for number in range(3):
        bucket.put(f"in/{number}.txt", f"text {number}")
    assert go(desk, f"{bucket.url}/in", runner=Pool(jobs=1)).statuses == {"success": 3}
    assert desk.problems() == []


# -- what goes wrong ---------------------------------------------------------------------------------------------


def failure(desk: Desk, url: str) -> str:
    line = lines(desk)[url]
    assert (line.status, line.category, line.source.sha256) == ("failed", "input", None)
    return line.message or ""


def test_missing_objects_and_buckets_fail_alone(desk: Desk, bucket: Bucket) -> None:
    good = bucket.put("good.txt", "good")
    gone, nowhere = f"{bucket.url}/gone.pdf", "s3://no-such-bucket/x.pdf"
    assert go(desk, gone, good, nowhere).statuses == {"failed": 2, "success": 1}
    assert "gone.pdf is not there (any more)." in failure(desk, gone)
    assert "is not there" in failure(desk, nowhere)
    manifest = desk.manifest()
    assert go(desk, gone, good, nowhere).skipped == {"failed": 2, "success": 1}
    assert desk.manifest() == manifest


def test_an_object_that_vanishes_between_list_and_copy(desk: Desk, bucket: Bucket) -> None:
    bucket.put("in/a.txt", "a")
    url = bucket.put("in/b.txt", "b")

    def deleting(task: Task) -> Outcome:
        bucket.delete("in/b.txt")
        return plain(task)

    assert go(desk, f"{bucket.url}/in", convert=deleting).statuses == {"success": 1, "failed": 1}
    assert "b.txt is not there (any more)." in failure(desk, url)


@pytest.mark.parametrize("what", ["in/a.txt", "in", "in/*.txt"])
def test_denied(desk: Desk, bucket: Bucket, what: str) -> None:
    """The server asks for a key it knows, and ours is none."""
    bucket.put("in/a.txt", "a")
    url = f"{bucket.url}/{what}"
    bucket.check_keys(b"0")
    try:
        assert go(desk, url).statuses == {"failed": 1}
    finally:
        bucket.check_keys(b"inf")
    assert "the store denies access" in failure(desk, url)
    assert go(desk, url).statuses == {"success": 1}
    assert desk.problems() == []


def test_a_store_out_of_reach_is_asked_a_few_times(
    desk: Desk, bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{port}")
    monkeypatch.setattr(remote, "_PAUSE", 0.0)
    fresh()
    url = f"{bucket.url}/in/a.txt"
    assert go(desk, url).statuses == {"failed": 1}
    assert "cannot be read from its store" in failure(desk, url)


@pytest.mark.parametrize("group", [False, True])
def test_a_disk_that_is_full_is_no_failure_of_the_store(desk: Desk, memory: Any, group: bool) -> None:
    memory.pipe("/in/a.jpg", bytes(2 << 20))
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, hard))
    try:
        with pytest.raises(ArchiveFull):
            go(desk, "memory://in", group=group)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert go(desk, "memory://in", group=group).statuses == {"success": 1}
    assert desk.problems() == []


class Breaking:
    """A file of a store whose line breaks after a thousand bytes."""

    def __init__(self, file: Any) -> None:
        self.file = file

    def close(self) -> None:
        self.file.close()

    def read(self, _: int) -> Any:
        if self.file.tell():
            raise ConnectionResetError("reset by peer")
        return self.file.read(1000)


@pytest.mark.parametrize("faults", [1, 2, 3])
def test_a_line_that_breaks_is_tried_again(
    desk: Desk, memory: Any, monkeypatch: pytest.MonkeyPatch, faults: int
) -> None:
    """Cut off in the middle of an object: what was copied is thrown away."""
    content = os.urandom(1 << 16)
    memory.pipe("/in/a.txt", content)
    real, left = remote.Store.open, [faults]

    def breaking(store: remote.Store, url: str) -> Any:
        file = real(store, url)
        left[0] -= 1
        return Breaking(file) if left[0] >= 0 else file

    monkeypatch.setattr(remote.Store, "open", breaking)
    monkeypatch.setattr(remote, "_PAUSE", 0.0)
    summary = go(desk, "memory://in/a.txt")
    if faults < 3:
        assert summary.statuses == {"success": 1}
        assert lines(desk)["memory://in/a.txt"].source.sha256 == hashlib.sha256(content).hexdigest()
    else:
        assert "ConnectionResetError" in failure(desk, "memory://in/a.txt")
    assert desk.problems() == []


@pytest.mark.parametrize("faults", [2, 3])
def test_a_line_that_breaks_in_the_middle_of_a_folder(
    desk: Desk, memory: Any, monkeypatch: pytest.MonkeyPatch, faults: int
) -> None:
    for name in ("1.jpg", "2.jpg"):
        memory.pipe(f"/in/{name}", os.urandom(5000))
    real, left = remote.Store.open, [faults]

    def breaking(store: remote.Store, url: str) -> Any:
        left[0] -= url.endswith("2.jpg")
        return Breaking(real(store, url)) if left[0] >= 0 and url.endswith("2.jpg") else real(store, url)

    monkeypatch.setattr(remote.Store, "open", breaking)
    monkeypatch.setattr(remote, "_PAUSE", 0.0)
    assert go(desk, "memory://in", group=True).statuses == {"success" if faults < 3 else "failed": 1}
    assert desk.problems() == []


@pytest.mark.parametrize("most", [1, 9])
def test_an_object_written_to_while_it_is_read(
    desk: Desk, bucket: Bucket, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    url = bucket.put("in/a.txt", "0")
    real, times = remote.Store.open, count(1)

    def writing(store: remote.Store, url: str) -> Any:
        file = real(store, url)
        bucket.put("in/a.txt", str(min(next(times), most)))
        return file

    monkeypatch.setattr(remote.Store, "open", writing)
    monkeypatch.setattr(remote, "_PAUSE", 0.0)
    assert go(desk, url).statuses == {"success" if most == 1 else "failed": 1}  # once it rests it is read anew
    sha256 = hashlib.sha256(b"1").hexdigest() if most == 1 else None
    assert lines(desk)[url].source.sha256 == sha256
    assert desk.problems() == []


def test_larger_than_the_limit_is_not_fetched(desk: Desk, bucket: Bucket) -> None:
    url = bucket.put("in/a.txt", "x" * 100)
    assert go(desk, url, limits=Limits(bytes=99)).categories == {"capacity": 1}
    assert "has 100 bytes, more than the limit of 99" in (lines(desk)[url].message or "")


@pytest.mark.parametrize("originals", ["link", "none"])
def test_interrupted_it_goes_on_without_being_named(desk: Desk, bucket: Bucket, originals: str) -> None:
    url = bucket.put("in/a.txt", "a")

    def killed(task: Task) -> Outcome:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        go(desk, url, convert=killed, originals=originals)
    if originals == "link":
        bucket.delete("in/a.txt")  # the original is in the archive
    desk.put("x.txt", "x")
    assert desk.run(originals=originals).statuses == {"success": 2}
    assert lines(desk)[url].status == "success" and desk.problems() == []


# -- folders that are one document, archives ---------------------------------------------------------------------


def test_a_folder_of_a_bucket_may_be_one_document(
    desk: Desk, bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("10.jpg", "9.jpg", "z.pdf"):
        bucket.put(f"in/a/{name}", b"\xff\xd8\xff" + name.encode())
    bucket.put("in/a/document.toml", "")
    bucket.put("in/b/1.jpg", b"\xff\xd8\xffz")
    summary = go(desk, f"{bucket.url}/in", group=True)
    assert (summary.total, summary.statuses) == (3, {"success": 3})
    assert sum(summary.ignored.values()) == 3
    group = lines(desk)[f"{bucket.url}/in/a"].source.group
    assert group is not None and [page.name for page in group.pages] == ["9.jpg", "10.jpg"]
    assert desk.problems() == []
    monkeypatch.setattr("dau.archive.store.make", lambda *_: pytest.fail("it was fetched again"))
    assert go(desk, f"{bucket.url}/in", group=True, convert=never).skipped == {"success": 3}


def test_the_same_pages_here_and_there_are_the_same_content(desk: Desk, memory: Any) -> None:
    for name in ("1.jpg", "2.jpg"):
        memory.pipe(f"/in/{name}", b"\xff\xd8\xff" + name.encode())
        (desk.inputs / name).write_bytes(b"\xff\xd8\xff" + name.encode())
    summary = go(desk, "memory://in", str(desk.inputs), group=True)
    assert (summary.statuses, summary.shared) == ({"success": 2}, 1)


@pytest.mark.parametrize("out", ["s3://bucket/archive", Path("s3://bucket/archive"), "file:///tmp/x", "gs://b"])
def test_an_archive_in_an_object_store_is_refused(out: str | Path) -> None:
    with pytest.raises(ArchiveUnusable, match="an archive needs a file system"):
        Archive.open(out)
    assert not Path("s3:").exists()


def test_names_that_are_no_urls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "s3:").mkdir()
    (tmp_path / "s3:" / "a.txt").write_text("a", encoding="utf-8")
    assert not remote.is_url("s3://a.txt")
    assert urls(discover(["s3://a.txt"])) == [str(tmp_path / "s3:" / "a.txt")]
    assert take(tmp_path / "s3:" / "a.txt", tmp_path, "none").bytes == 1
