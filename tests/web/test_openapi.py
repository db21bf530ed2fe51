"""The description of the API is what the API does: stable ids, and no request at all that ends in a server error."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.config import SchemathesisConfig

from dau.web.app import create_app
from dau.web.server import HEADER_BYTES
from dau.web.settings import WebSettings

from .conftest import Site
from .making import BEARER

OPERATIONS = {
    "create_review", "create_session", "create_upload", "delete_session", "export_documents", "export_table",
    "follow_upload", "get_crop", "get_document", "get_document_json", "get_facets", "get_file", "get_health",
    "get_page", "get_session", "get_statistics", "get_text", "get_transcript", "get_upload", "list_agencies",
    "list_citations", "list_documents", "list_flags", "list_nodes", "list_relations", "list_reviews", "list_tasks",
    "list_uploads", "query", "query_with_parameters", "search",
}  # fmt: skip
"""Names that clients are made from: one that goes or changes breaks them."""
EXAMPLES = 12
LEFT_OUT = {"create_session", "follow_upload", "create_upload"}
"""Waits after each wrong token; ends when its upload does; would have each text read. They have tables of their own."""
NEVER_RIGHT = {
    "create_review", "delete_session", "export_table", "get_crop", "get_page", "get_upload", "list_relations", "query",
    "query_with_parameters",
}  # fmt: skip
"""What chance hardly finds: an event that makes sense, an upload, page or table that is there, SQL."""
NEVER_WRONG = {"get_health", "get_session", "get_statistics", "delete_session", "export_documents", "list_relations"}
"""Operations without anything to get wrong, or that answer the same whatever is asked."""


@pytest.fixture(scope="module")
def description(made: tuple[Path, tuple[str, ...]]) -> dict[str, Any]:
    return create_app(made[0], WebSettings()).openapi()


def operations(description: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {each["operationId"]: each for path in description["paths"].values() for each in path.values()}


def test_operation_ids_stay(description: dict[str, Any]) -> None:
    assert set(operations(description)) == OPERATIONS


def test_every_operation_says_what_it_does(description: dict[str, Any]) -> None:
    for name, each in operations(description).items():
        assert each.get("description"), name
        assert each["tags"], name


def test_it_is_served(site: Site, description: dict[str, Any]) -> None:
    assert site.get("/openapi.json").json() == json.loads(json.dumps(description))


@pytest.mark.slow
def test_no_request_ends_in_a_server_error(desk: Site) -> None:
    """Schemathesis makes requests that fit the description, and such that do not. Derandomised and bounded."""
    described = desk.get("/openapi.json").json()
    for path in described["paths"].values():  # an id that is there, or every request would end at the same 404
        for parameter in (each for operation in path.values() for each in operation.get("parameters", [])):
            if parameter["name"] == "document_id":
                parameter["schema"] = {"type": "string", "enum": [desk.documents[0]]}
    schema = schemathesis.openapi.from_dict(described, config=SchemathesisConfig())
    found = {
        operation.definition.raw["operationId"]: answers(operation, desk.address)
        for operation in (result.ok() for result in schema.get_all_operations())
        if operation.definition.raw["operationId"] not in LEFT_OUT
    }
    assert [told for each in found.values() for told in each.values() if told] == []
    assert {name for name, statuses in found.items() if 200 not in statuses} <= NEVER_RIGHT
    assert all(statuses.keys() & {400, 404, 412, 422} for name, statuses in found.items() if name not in NEVER_WRONG)


def answers(operation: Any, address: str) -> dict[int, str]:
    """What the server answers to requests made up for an operation: statuses, with the request for a server error."""
    found: dict[int, str] = {}
    right = operation.as_strategy()
    wrong = operation.as_strategy(generation_mode=schemathesis.GenerationMode.NEGATIVE)

    @settings(
        max_examples=EXAMPLES, derandomize=True, database=None, deadline=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(case=st.one_of(right, wrong))
    def probe(case: schemathesis.Case) -> None:
        sent = requests.Request(**case.as_transport_kwargs(base_url=address)).prepare()
        if len(sent.url or "") > HEADER_BYTES - 4096:
            return  # an address that long ends the connection while it is still being sent, whatever it asks
        answer = case.call(base_url=address, headers=BEARER, timeout=60)
        error = answer.status_code >= 500 and answer.json()["code"] not in ("timeout", "no_relations", "not_linked")
        found[answer.status_code] = f"{case.method} {answer.request.url}: {answer.content[:200]!r}" if error else ""

    probe()
    return found
