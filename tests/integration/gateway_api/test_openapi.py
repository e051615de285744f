"""The OpenAPI document and its page say what the router does."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from typing import Any

import httpx
import pytest
from jsonschema import Draft202012Validator

from gateway import docs_page, openapi
from gateway.operations import Operation
from gateway.routes import operations

_ALL = operations()


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    return openapi.document(_ALL, "http://localhost")


def _operations(document: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    return [(m.upper(), path, one) for path, methods in document["paths"].items() for m, one in methods.items()]


def _described(document: dict[str, Any], operation: Operation) -> dict[str, Any]:
    found: dict[str, Any] = document["paths"][operation.path][operation.method.lower()]
    return found


def test_every_operation_is_documented(document: dict[str, Any]) -> None:
    """The document lists exactly what is served."""
    assert {(method, path) for method, path, _ in _operations(document)} == {(o.method, o.path) for o in _ALL}


@pytest.mark.parametrize("operation", _ALL, ids=[one.operation_id for one in _ALL])
def test_an_operation_says_what_it_takes(document: dict[str, Any], operation: Operation) -> None:
    """Parameters, body, key, security, success and problems."""
    described = _described(document, operation)
    parameters = {(one["in"], one["name"]) for one in described["parameters"]}
    assert {("path", name) for name in re.findall(r"{(\w+)}", operation.path)} <= parameters
    assert (("header", "Idempotency-Key") in parameters) == operation.keyed
    assert ("requestBody" in described) == (operation.takes is not None)
    proofs = [*(["bearer"] if operation.signed_in else []), *(["subscriber"] if operation.for_subscriber else [])]
    assert [name for proof in described["security"] for name in proof] == proofs
    assert str(operation.answers.status) in described["responses"]
    assert {"503", "500"} <= set(described["responses"])
    assert described["summary"]
    assert described["tags"][0] in {tag["name"] for tag in document["tags"]}


def test_every_reference_resolves(document: dict[str, Any]) -> None:
    """No $ref points nowhere."""
    references = set(re.findall(r'"\$ref": "#/([^"]+)"', json.dumps(document)))
    assert references
    for reference in references:
        target: Any = document
        for part in reference.split("/"):
            target = target[part]


def test_every_schema_is_json_schema(document: dict[str, Any]) -> None:
    """OpenAPI 3.1 schemas are JSON Schema 2020-12."""
    assert document["openapi"].startswith("3.1.")
    for schema in document["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)


def test_requests_refuse_unknown_members_and_answers_may_grow(document: dict[str, Any]) -> None:
    """A misspelt field is refused; a later version may answer more."""
    schemas = document["components"]["schemas"]
    assert schemas["Debit"]["additionalProperties"] is False
    assert "additionalProperties" not in schemas["DebitAnswer"]


def test_both_are_served_without_an_authority(client: httpx.Client) -> None:
    """An integrator reads them at any host name."""
    assert client.get("/openapi.json", headers={"Host": "127.0.0.1"}).json()["openapi"] == "3.1.0"
    page = client.get("/docs", headers={"Host": "127.0.0.1"})
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert "default-src 'none'" in page.headers["content-security-policy"]


class _Tags(HTMLParser):
    """Tags and addresses of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.addresses: set[str] = set()
        self.ids: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        for name, value in attrs:
            if name in ("href", "src"):
                self.addresses.add(value or "")
            if name == "id":
                self.ids.append(value or "")


def test_the_page_needs_no_script_and_nothing_from_elsewhere(document: dict[str, Any]) -> None:
    """Each operation has its article; links stay within."""
    page = _Tags()
    page.feed(docs_page.render(document).content.decode())
    assert "script" not in page.tags
    assert sorted(page.ids) == sorted(one.operation_id for one in _ALL)
    assert all(address.startswith(("#", "/openapi.json")) for address in page.addresses)
