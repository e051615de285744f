"""Staff put a person's identity right on a page, and read what it said before."""

from __future__ import annotations

import pytest
from atouts.identity.v1 import facts_pb2 as pb

from chassis.context import AccountKind
from chassis.errors import Answer, Status
from tests.integration.gateway_api.conftest import FakeServices
from tests.integration.gateway_web.conftest import Browser

_PATH = "/agents/personnes/p1/identite"
_PROFILE = pb.Profile(
    surname="Fictiveau", given_names=["Zoé", "Ève"], birth_date="2006-03-14", residence_commune="14118",
    study_status="etudiant", facts=[pb.Fact(name="sex", text="F")],
)  # fmt: skip
_FORM = {"surname": "Fictivo", "given_names": "Zoé", "birth_date": "15/03/2006", "reason": "Acte de naissance vu."}


@pytest.fixture
def instructor(browser: Browser, services: FakeServices) -> Browser:
    browser.sign_in(AccountKind.STAFF, roles=("instruction",))
    services.answers["GetPersonProfile"] = pb.GetPersonProfileResponse(profile=_PROFILE, version=3)
    return browser


def test_the_form_begins_with_what_is_declared(instructor: Browser) -> None:
    page = instructor.get(_PATH).text
    for value in ("Fictiveau", "Zoé Ève", "14/03/2006"):
        assert f'value="{value}"' in page
    assert f'href="{_PATH}"' in instructor.get("/agents/personnes/p1").text


def test_only_names_and_birth_date_change(instructor: Browser, services: FakeServices) -> None:
    """Place, status and what else was declared go back as they were."""
    assert instructor.post(_PATH, _FORM).headers["location"] == f"{_PATH}?fait=rectifie"
    sent = services.last.request
    wanted = pb.Profile()
    wanted.CopyFrom(_PROFILE)
    wanted.surname, wanted.birth_date = "Fictivo", "2006-03-15"
    wanted.given_names[:] = ["Zoé"]
    assert (sent.person_id, sent.profile, sent.reason) == ("p1", wanted, "Acte de naissance vu.")


def test_a_rectification_without_a_reason_is_asked_for_one(instructor: Browser, services: FakeServices) -> None:
    refused = instructor.post(_PATH, {**_FORM, "reason": ""})
    assert refused.status_code == 422
    assert 'id="reason-erreur"' in refused.text
    assert "CorrectProfile" not in [each.rpc for each in services.calls]


def test_who_declared_nothing_is_said_to_have(instructor: Browser, services: FakeServices) -> None:
    """There is nothing to put right."""
    services.answers["GetPersonProfile"] = Answer(
        Status.FAILED_PRECONDITION, "profile_missing", "Complète ton profil.", "Fill in."
    )
    page = instructor.get(_PATH).text
    assert "pas encore déclaré son identité" in page
    assert "Complète ton profil." not in page
    assert instructor.post(_PATH, _FORM).status_code == 422


def test_an_auditor_reads_what_was_there_before_and_no_more(browser: Browser, services: FakeServices) -> None:
    """Replaced when, by whom and why; the profile of today is not asked for."""
    browser.sign_in(AccountKind.STAFF, roles=("audit",))
    former = pb.ListFormerVersionsResponse()
    former.versions.add(version=2, profile=_PROFILE, replaced_by="agent-1", reason="Acte de naissance vu.")
    former.versions.add(version=1, profile=_PROFILE, replaced_by="p1")
    services.answers["ListFormerVersions"] = former
    page = browser.get(_PATH).text
    for words in ("Fictiveau", "un agent", "la personne", "Acte de naissance vu."):
        assert words in page
    assert "GetPersonProfile" not in [each.rpc for each in services.calls]
    assert 'name="surname"' not in page
