"""Reviews over HTTP: nobody overwrites unseen what another wrote."""

from __future__ import annotations

import threading
from typing import Any

import httpx
import pytest

from tests.batch.waiting import wait_for

from .conftest import Site
from .making import BEARER

PLACE = {"kind": "field", "field": "/metadata/place"}


def say(desk: Site, ident: str, tag: str | None, **said: Any) -> httpx.Response:
    body = {"action": "correct_field", "target": PLACE, "after": "Hà Nội", **said}
    headers = {**BEARER, **({"If-Match": tag} if tag is not None else {})}
    return desk.client.post(f"{desk.api}/documents/{ident}/reviews", json=body, headers=headers)


def test_a_correction_is_in_the_document_at_once_and_in_the_index_soon(desk: Site) -> None:
    ident = desk.documents[0]
    before = desk.get(f"/documents/{ident}/document.json")
    seen = desk.get(f"/documents/{ident}/reviews")
    assert (seen.headers["etag"], seen.json()["events"]) == ('"none"', [])
    answer = say(desk, ident, seen.headers["etag"], after="Đà Nẵng", by="Lan")
    assert answer.status_code == 201
    after = desk.get(f"/documents/{ident}/document.json", headers={"If-None-Match": before.headers["etag"]})
    assert after.status_code == 200  # another version than the one that is shown
    assert after.json()["metadata"]["place"] == "Đà Nẵng"
    assert desk.get(f"/documents/{ident}/files/document.json").content == before.content
    listed = desk.get(f"/documents/{ident}/reviews", params={"fates": True}).json()
    assert (listed["last"], listed["events"][0]["by"]) == (answer.json()["id"], "Lan")
    assert set(listed["fates"]) == {answer.json()["id"]}
    wait_for(lambda: desk.get("/query", params={"sql": f"SELECT place FROM documents WHERE id = '{ident}'"}).json()[
        "rows"] == [["Đà Nẵng"]])  # fmt: skip


@pytest.mark.parametrize(
    ("tag", "status"),
    [(None, 428), ('"stale-one"', 412), ("garbage", 412), ('W/"none"', 201), ('"none"', 412), ("*", 201)],
)
def test_if_match(desk: Site, tag: str | None, status: int) -> None:
    """In this order, on one document: the first that fits takes `none` away from those after it."""
    assert say(desk, desk.documents[1], tag).status_code == status


def test_of_many_who_write_at_once_one_wins(desk: Site) -> None:
    ident = desk.documents[2]
    answers: list[int] = []
    threads = [
        threading.Thread(target=lambda n=n: answers.append(say(desk, ident, '"none"', after=f"Số {n}").status_code))
        for n in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [201, *[412] * 7]
    assert len(desk.get(f"/documents/{ident}/reviews").json()["events"]) == 1


def test_sent_again_it_is_written_once(desk: Site) -> None:
    """The answer was lost, the caller sends the same again."""
    ident = desk.documents[3]
    first = say(desk, ident, '"none"', id="made-up-by-caller")
    again = say(desk, ident, '"none"', id="made-up-by-caller")
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert say(desk, ident, "*", id="made-up-by-caller", after="Huế").status_code == 409


@pytest.mark.parametrize(
    "said",
    [
        {"action": "correct_word"}, {"target": {"kind": "field", "field": "/tasks/0"}}, {"after": "a\u202eb"},
        {"action": "undo", "target": {"kind": "event"}}, {"target": {"kind": "nothing"}}, {"action": "delete"},
        {"after": {"text": "x"}}, {"id": "../../x"}, {"by": ""}, {"after": "x" * 30_000},
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused(desk: Site, said: dict[str, Any]) -> None:
    answer = say(desk, desk.documents[4], '"none"', **said)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"


def test_an_undo_of_what_is_not_there_is_refused(desk: Site) -> None:
    undo = {"action": "undo", "target": {"kind": "event", "event": "no-such-event"}, "after": None}
    assert say(desk, desk.documents[4], '"none"', **undo).status_code == 409


def send(desk: Site, ident: str, **form: str) -> str:
    """What a reviewer sends from the desk's page; returns how it ended."""
    seen = desk.get(f"/documents/{ident}/reviews").json()["last"] or ""
    url = f"{desk.address}/documents/{ident}/review"
    answer = desk.client.post(url, data={"seen": seen, **form}, headers=BEARER)
    assert answer.status_code == 303
    return str(httpx.URL(answer.headers["location"]).params["said"])


def test_a_duty_at_the_desk_is_accepted_as_it_was_seen_and_changed_where_it_was_changed(desk: Site) -> None:
    """Accepted with all that it says, so that another day in a later run was not accepted; an inferred actor stays so
    when only the deadline is corrected."""
    ident = desk.documents[4]
    before = desk.get(f"/documents/{ident}/document.json").json()["tasks"][0]
    actors = "\n".join(f"{each['role']}: {each['name']}" for each in before["assignees"])
    raw = before["deadline"]["raw"]
    form = {"task": before["id"], "assignees": actors, "deadline_raw": raw}
    assert send(desk, ident, do="accept", task=before["id"]) == "saved"
    assert send(desk, ident, do="correct", due=before["deadline"]["date"], **form) == "saved"
    for event in desk.get(f"/documents/{ident}/reviews").json()["events"]:
        assert event["action"] == "accept" and event["before"]["deadline"] == {**before["deadline"], "evidence": []}
        assert event["before"]["text"] == before["text"] and event["before"]["assignees"] == before["assignees"]
    assert send(desk, ident, do="correct", due="2024-02-30", **form) == "refused"
    assert send(desk, ident, do="correct", due="2024-02-29", **form) == "saved"
    listed = desk.get(f"/documents/{ident}/reviews", params={"fates": True}).json()
    assert list(listed["events"][-1]["after"]) == ["deadline"]
    assert sorted(listed["fates"].values()) == ["applied", "superseded", "superseded"]
    after = desk.get(f"/documents/{ident}/document.json").json()["tasks"][0]
    assert (after["deadline"]["date"], after["assignees"]) == ("2024-02-29", before["assignees"])


def test_why_a_review_was_not_applied(desk: Site) -> None:
    """In both languages, as a code with what it names; in the document too. Asked for, it is never `not modified`."""
    ident = desk.documents[5]
    target = {"kind": "word", "page": 7, "raw": "Thyc"}
    event = say(desk, ident, "*", action="correct_word", target=target, after="Thực", by="Lan").json()
    known = {"If-None-Match": f'"{event["id"]}"'}
    assert desk.get(f"/documents/{ident}/reviews", headers=known).status_code == 304
    found = desk.get(f"/documents/{ident}/reviews", params={"fates": True}, headers=known).json()
    assert found["fates"][event["id"]] == "unapplied"
    assert found["reasons"] == {event["id"]: {
        "code": "no_page", "values": {"page": "7"}, "vi": "kết quả này không có trang 7",
        "en": "this result has no page 7",
    }}  # fmt: skip
    assert desk.get(f"/documents/{ident}/reviews").json()["reasons"] is None
    document = desk.get(f"/documents/{ident}/document.json").json()
    (item,) = [item for item in document["review"] if item["code"] == "review_unapplied"]
    assert item["unapplied"] == {
        "event": event["id"], "by": event["by"], "at": event["at"], "action": "correct_word", "after": "Thực",
        "reason": "no_page", "values": {"page": "7"},
    }  # fmt: skip
