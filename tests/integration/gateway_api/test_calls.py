"""What a service is told of the caller, and what the client is told by headers."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import httpx
import pytest
from atouts.identity.v1 import cards_pb2
from atouts.partner.v1 import organisations_pb2
from atouts.payout.v1 import messages_pb2
from google.protobuf.timestamp_pb2 import Timestamp

from chassis.keys import KeyFolder
from chassis.tokens import TokenVerifier
from tests.integration.gateway_api.conftest import FakeServices


def test_a_call_carries_both_proofs_the_authority_and_the_trace(
    client: httpx.Client, services: FakeServices, bearer: dict[str, str], key_folder: KeyFolder
) -> None:
    """The gateway's own token for that service, the person's unchanged, the tenant, the address, the trace."""
    trace_id = "0af7651916cd43dd8448eb211c80319c"
    client.get("/v1/wallets", headers={**bearer, "traceparent": f"00-{trace_id}-b7ad6b7169203331-01"})
    sent = services.last.metadata
    assert TokenVerifier("wallet", key_folder).calling_service(sent["atouts-service"]) == "gateway"
    assert sent["authorization"] == bearer["Authorization"]
    assert (sent["atouts-authority"], sent["atouts-address"]) == ("normandie", "127.0.0.1")
    assert re.fullmatch(rf"00-{trace_id}-[0-9a-f]{{16}}-00", sent["traceparent"])


def test_the_host_names_the_authority_whatever_its_port_and_case(client: httpx.Client, services: FakeServices) -> None:
    """normandie.localhost, with a port or capitals."""
    for host in ("normandie.localhost:8080", "Normandie.LOCALHOST", "normandie.localhost."):
        assert client.get("/v1/seasons", headers={"Host": host}).status_code == 200
        assert services.last.metadata["atouts-authority"] == "normandie"


def test_a_forged_token_is_refused_here(client: httpx.Client, bearer: dict[str, str]) -> None:
    """One changed character, or another scheme."""
    token = bearer["Authorization"]
    for forged in (f"{token[:-2]}{'A' if token[-2] != 'A' else 'B'}{token[-1]}", "Basic dTpw", "Bearer x"):
        response = client.get("/v1/account", headers={"Authorization": forged})
        assert (response.status_code, response.json()["code"]) == (401, "not_signed_in")
        assert response.headers["www-authenticate"] == "Bearer"


def test_a_page_for_all_ignores_an_old_token(client: httpx.Client) -> None:
    """The directory opens with an ended session in the client's pocket."""
    assert client.get("/v1/directory", headers={"Authorization": "Bearer old"}).status_code == 200


def test_enums_are_words_and_instants_iso_8601(
    client: httpx.Client, services: FakeServices, bearer: dict[str, str]
) -> None:
    """Both ways: a word in the query is the enum in the call; what has not come is null."""
    at = Timestamp()
    at.FromDatetime(datetime(2025, 9, 3, 8, 30, tzinfo=UTC))
    check = cards_pb2.CardCheck(state=cards_pb2.CARD_CHECK_STATE_PERSON, submitted_at=at)
    services.answers["ListCardChecks"] = cards_pb2.ListCardChecksResponse(
        reviews=[cards_pb2.CardCheckReview(check=check)]
    )
    response = client.get("/v1/staff/card-checks", params={"state": "person"}, headers=bearer)
    assert services.last.request.state == cards_pb2.CARD_CHECK_STATE_PERSON
    shown = response.json()["reviews"][0]["check"]
    assert (shown["state"], shown["submitted_at"], shown["decided_at"]) == ("person", "2025-09-03T08:30:00Z", None)


def test_a_declaration_keeps_its_type(client: httpx.Client, services: FakeServices, bearer: dict[str, str]) -> None:
    """true stays a flag, 80 a number, and both come back so."""
    declared = {"activity": "film_projection", "projection_main_activity": True, "seats": 80}
    address = {"street": "3 rue des Bobines", "postal_code": "14000", "commune": "14118", "city": "Caen"}
    body = {
        "siret": "1", "legal_name": "SARL", "public_name": "Ciné", "kind": "company", "address": address,
        "declarations": declared, "roles": ["service"],
    }  # fmt: skip
    assert client.post("/v1/partners", json=body, headers=bearer).status_code == 201
    sent = services.last.request
    assert [one.WhichOneof("value") for one in sent.declarations] == ["text", "flag", "number"]
    services.answers["GetPartner"] = organisations_pb2.GetPartnerResponse(
        partner=organisations_pb2.Partner(declarations=sent.declarations)
    )
    shown = client.get("/v1/partners/p1", headers=bearer).json()["partner"]
    assert shown["declarations"] == declared


def test_a_file_is_for_keeping_not_for_showing(
    client: httpx.Client, services: FakeServices, bearer: dict[str, str]
) -> None:
    """An attachment with its name, sandboxed, never sniffed, never cached."""
    services.answers["GetStatement"] = messages_pb2.GetStatementResponse(
        filename="relevé 1.csv", content=b"date;montant\n", media_type="text/csv; charset=utf-8"
    )
    response = client.get("/v1/partners/p1/payouts/r1/statement", headers=bearer)
    assert response.content == b"date;montant\n"
    assert response.headers["content-type"] == "text/csv; charset=utf-8"
    assert response.headers["content-disposition"] == "attachment; filename*=UTF-8''relev%C3%A9%201.csv"
    assert response.headers["content-security-policy"].startswith("sandbox")
    assert response.headers["cache-control"] == "no-store"
    assert response.headers["x-content-type-options"] == "nosniff"


def test_a_statement_is_asked_for_as_pdf_by_a_word_in_the_query(
    client: httpx.Client, services: FakeServices, bearer: dict[str, str]
) -> None:
    """Both for the partner's own and for staff; another word is refused with the field."""
    services.answers["GetStatement"] = messages_pb2.GetStatementResponse(
        filename="releve.pdf", content=b"%PDF-1.7", media_type="application/pdf"
    )
    for path in ("/v1/partners/p1/payouts/r1/statement", "/v1/staff/payouts/r1/statements/p1"):
        response = client.get(path, params={"format": "pdf"}, headers=bearer)
        assert response.headers["content-type"] == "application/pdf"
        assert response.headers["content-disposition"].startswith("attachment; filename*=UTF-8''releve.pdf")
        assert services.last.request.format == messages_pb2.STATEMENT_FORMAT_PDF
        refused = client.get(path, params={"format": "docx"}, headers=bearer)
        assert (refused.status_code, refused.json()["field"]) == (400, "format")


def test_a_webhook_is_passed_on_as_received(client: httpx.Client, services: FakeServices) -> None:
    """The signature covers the bytes: not one may change."""
    body = b'{ "type" : "payment.succeeded" }\n'
    headers = {"webhook-id": "msg_1", "webhook-timestamp": "17", "webhook-signature": "v1,x", "X-Other": "no"}
    assert client.post("/v1/webhooks/payments/sandbox", content=body, headers=headers).status_code == 204
    sent = services.last.request
    assert (sent.provider, sent.body) == ("sandbox", body)
    assert dict(sent.headers) == {name: value for name, value in headers.items() if name != "X-Other"}


def test_a_path_wins_over_a_body_of_the_same_name(
    client: httpx.Client, services: FakeServices, bearer: dict[str, str]
) -> None:
    """A delegate of one partner cannot name another in the body."""
    body = {"account_id": "a1", "roles": ["cashier"], "partner_id": "p2"}
    response = client.post("/v1/partners/p1/delegates", json=body, headers=bearer)
    assert (response.status_code, response.json()["field"]) == (400, "partner_id")


@pytest.mark.parametrize(("query", "lifted"), [("", False), ("?lifted=true", True), ("?lifted=false", False)])
def test_lifted_holds_are_listed_on_request(
    client: httpx.Client, services: FakeServices, bearer: dict[str, str], query: str, lifted: bool
) -> None:
    """A boolean in a query is the word true or false."""
    client.get(f"/v1/staff/holds{query}", headers=bearer)
    assert services.last.request.lifted is lifted
