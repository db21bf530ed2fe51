"""Relations follow the archive while the server runs, where it was ever linked; elsewhere nobody begins a process."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from contextlib import closing
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from dau.archive.store import Archive
from dau.corrected import documents
from dau.document.errors import DauError
from dau.index.build import update, writing
from dau.index.reader import open_index
from dau.index.relations.relate import relate
from dau.index.relations.standing import standing
from dau.web import follow, linking
from dau.web.app import create_app
from dau.web.linking import Linker
from dau.web.settings import WebSettings
from tests.batch.waiting import wait_for

from .making import put, read


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """An archive of two documents, indexed."""
    with Archive.open(tmp_path / "archive") as archive:
        put(archive, "1.pdf", read(1401))
        put(archive, "2.pdf", read(1402))
    update(tmp_path / "archive")
    return tmp_path / "archive"


def current(root: Path) -> bool:
    with closing(open_index(root)) as index:
        return standing(index).current


def test_a_server_links_what_comes(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(follow, "_LOOK_SECONDS", 0.1)
    relate(root)
    with Archive.open(root) as archive:
        new = put(archive, "3.pdf", read(1403))
    update(root)
    app = create_app(root, WebSettings(explorer=False))
    address = f"/api/v1/documents/{new}/relations"
    told = TestClient(app, base_url="http://localhost").get(address)  # nothing runs beside the answers yet
    assert (told.status_code, told.json()["code"]) == (503, "not_linked") and told.headers["Retry-After"]
    with TestClient(app, base_url="http://localhost") as client:
        wait_for(lambda: client.get(address).status_code == 200)
        found = client.get(address).json()
        assert found["works"] and found["linked"] and (found["behind"], found["stale"]) == (0, False)
        page = client.get("/relations", headers={"Accept": "text/html"}).text
        assert "Nối các văn bản lần cuối" in page and "class=\"note\"" not in page
    assert current(root)


def test_pages_say_how_far_relations_are_behind(root: Path) -> None:
    relate(root)
    first = next(documents(root)).id
    with Archive.open(root) as archive:
        new = put(archive, "3.pdf", read(1403))
    update(root)
    client = TestClient(create_app(root, WebSettings(refresh=False, explorer=False)), base_url="http://localhost")
    for address in ("/relations", f"/relations?document={first}"):
        assert "có 1 văn bản mới, thay đổi hoặc bị gỡ" in client.get(address, headers={"Accept": "text/html"}).text
    unknown = client.get(f"/relations?document={new}", headers={"Accept": "text/html"})
    assert unknown.status_code == 503 and "chưa được nối" in unknown.text


def test_nothing_is_begun_where_nobody_linked_or_nothing_is_new(root: Path) -> None:
    linker = Linker(root)
    assert not linker.behind()
    relate(root)
    assert not linker.behind()
    with Archive.open(root) as archive:
        put(archive, "3.pdf", read(1403))
    update(root)
    assert linker.behind()
    assert linker() is False and not linker.behind()


def test_what_is_in_the_way_is_told(root: Path) -> None:
    with writing(root), pytest.raises(DauError, match="being updated by another process"):
        Linker(root)()


def test_it_goes_on_until_all_are_linked(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And rests between failures, each of which costs a process."""
    said: list[bool | DauError] = [True, True, DauError("no room"), False]
    called: list[float] = []

    class Told(Linker):
        def behind(self) -> bool:
            return True

        def __call__(self) -> bool:
            called.append(time.monotonic())
            answer = said[len(called) - 1]
            if isinstance(answer, DauError):
                raise answer
            return answer

    monkeypatch.setattr(follow, "_LOOK_SECONDS", 0.02)
    monkeypatch.setattr(follow, "_PATIENCE", 0.5)
    follower = follow.Follower(root, lambda: None, Told(root))
    follower.start()
    try:
        wait_for(lambda: len(called) == 4)
        time.sleep(0.2)
    finally:
        follower.stop()
    assert len(called) == 4 and called[3] - called[2] >= 0.5


def test_the_process_ends_with_the_server(root: Path) -> None:
    """Its stdin closes when the server is gone, however it went."""
    code = (
        "import sys, time\nfrom pathlib import Path\nfrom dau.web import linking\n"
        "import dau.index.relations.relate as r\n"
        f"r.relate = lambda *a, **k: time.sleep(60)\nsys.exit(linking.main(Path({str(root)!r})))"
    )
    child = subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
    assert child.stdin is not None
    child.stdin.close()
    assert child.wait(30) == 130


def test_stopping_ends_the_process(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    linker = Linker(root)
    begun = threading.Event()
    popen = subprocess.Popen

    def slow(arguments: list[str], **options: object) -> object:
        child = popen([sys.executable, "-c", "import sys; sys.stdin.read(); sys.exit(130)"], **options)  # type: ignore
        begun.set()
        return child

    monkeypatch.setattr(linking.subprocess, "Popen", slow)
    answers: list[bool] = []
    thread = threading.Thread(target=lambda: answers.append(linker()))
    thread.start()
    assert begun.wait(30)
    linker.stop()
    thread.join(30)
    assert answers == [False] and not thread.is_alive()
    assert linker() is False, "none is begun any more"
