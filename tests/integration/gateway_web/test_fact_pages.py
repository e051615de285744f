"""What is known of a person, as they and staff read it, and staff putting it right."""

from __future__ import annotations

import pytest
from atouts.identity.v1 import facts_pb2, guardians_pb2
from google.protobuf.timestamp_pb2 import Timestamp

from chassis.context import AccountKind
from chassis.errors import Answer, Status
from tests.integration.gateway_api.conftest import FakeServices
from tests.integration.gateway_web.conftest import PERSON, Browser

_AT = Timestamp(seconds=1_756_886_400)  # 3 September 2025, 10:00 in Paris
_PAGE = f"/agents/personnes/{PERSON}"
_RECORDS = [
    facts_pb2.FactRecord(
        record_id="f2", fact=facts_pb2.Fact(name="disability", flag=True), source=facts_pb2.FACT_SOURCE_STAFF,
        said_at=_AT, expires_on="2026-08-31", reason="<b>Reçu", proof="Carte mobilité",
    ),
    facts_pb2.FactRecord(
        record_id="f1", fact=facts_pb2.Fact(name="study_commune", text="14118"), said_at=_AT,
        source=facts_pb2.FACT_SOURCE_PERSON,
    ),
]  # fmt: skip
_GIVEN = guardians_pb2.ConsentRequest(
    request_id="r1", scheme="culture-sport", season="2025-2026", state=guardians_pb2.CONSENT_STATE_GIVEN,
    guardian_name="Ada Fictivel", answered_at=_AT,
)  # fmt: skip


@pytest.fixture
def staff(browser: Browser, services: FakeServices) -> Browser:
    browser.sign_in(AccountKind.STAFF)
    services.answers |= {
        "ListFactHistory": facts_pb2.ListFactHistoryResponse(records=_RECORDS),
        "ListConsents": guardians_pb2.ListConsentsResponse(requests=[_GIVEN]),
    }
    return browser


def sent(services: FakeServices, rpc: str) -> list[object]:
    return [call.request for call in services.calls if call.rpc == rpc]


def test_staff_read_who_said_what_until_when_and_why(staff: Browser) -> None:
    """In the vocabulary's words; what was typed is never markup."""
    page = staff.get(_PAGE).text
    for shown in ("Situation de handicap", "la collectivité", "31 août 2026", "&lt;b&gt;Reçu", "Commune des études"):
        assert shown in page


@pytest.mark.parametrize(
    ("name", "value", "fact"),
    [
        ("disability", "Oui", facts_pb2.Fact(name="disability", flag=True)),
        ("disability", "non", facts_pb2.Fact(name="disability", flag=False)),
        ("residence_commune", "69123", facts_pb2.Fact(name="residence_commune", text="69123")),
        ("residence_commune", "", facts_pb2.Fact(name="residence_commune", text="")),
        (
            "validated_proofs",
            "mission_80h sauveteur",
            facts_pb2.Fact(name="validated_proofs", texts=facts_pb2.Texts(values=["mission_80h", "sauveteur"])),
        ),
    ],
)
def test_a_correction_goes_in_the_fact_s_own_type(
    staff: Browser, services: FakeServices, name: str, value: str, fact: facts_pb2.Fact
) -> None:
    """Yes or no, a code, several codes; left blank it takes the fact away."""
    form = {"name": name, "value": value, "reason": "Courrier reçu", "expires_on": "31/08/2026"}
    assert staff.post(_PAGE, form).headers["location"] == f"{_PAGE}?fait=enregistre"
    assert sent(services, "RecordFacts") == [
        facts_pb2.RecordFactsRequest(person_id=PERSON, facts=[fact], reason="Courrier reçu", expires_on="2026-08-31")
    ]


@pytest.mark.parametrize(
    "form",
    [
        {"name": "disability", "value": "peut-être", "reason": "Courrier reçu"},
        {"name": "age", "value": "17", "reason": "Courrier reçu"},
        {"name": "disability", "value": "oui"},
    ],
)
def test_what_makes_no_sense_is_not_sent(staff: Browser, services: FakeServices, form: dict[str, str]) -> None:
    """Neither yes nor no, a fact that nobody records, no reason."""
    assert staff.post(_PAGE, form).status_code == 422
    assert sent(services, "RecordFacts") == []


def test_a_refused_value_is_said_at_its_field(staff: Browser, services: FakeServices) -> None:
    """The service's sentence stands beside what was typed."""
    services.answers["RecordFacts"] = Answer(
        Status.INVALID_ARGUMENT, "fact_unfit", "Cette valeur n'est pas possible.", "Unfit.", "facts.residence_commune"
    )
    answer = staff.post(_PAGE, {"name": "residence_commune", "value": "99999", "reason": "Courrier reçu"})
    assert answer.status_code == 400
    assert 'id="value-erreur"' in answer.text


def test_staff_revoke_a_consent_with_a_reason(staff: Browser, services: FakeServices) -> None:
    """Who gave it is shown; the reason goes with the act."""
    assert "Ada Fictivel" in staff.get(_PAGE).text
    done = staff.post(f"{_PAGE}/revocation", {"request_id": "r1", "reason": "Appel de l’autre parent"})
    assert done.headers["location"] == f"{_PAGE}?fait=revoquee"
    assert sent(services, "RevokeConsent") == [
        guardians_pb2.RevokeConsentRequest(request_id="r1", reason="Appel de l’autre parent")
    ]


def test_a_person_reads_what_is_kept_of_them(browser: Browser, services: FakeServices) -> None:
    """In words, with who said it; their own word is « toi »."""
    browser.sign_in()
    services.answers["ListMyFacts"] = facts_pb2.ListMyFactsResponse(records=_RECORDS)
    page = browser.get("/mon-espace/informations").text
    assert "<td>toi</td>" in page
    assert "<td>la collectivité</td>" in page
