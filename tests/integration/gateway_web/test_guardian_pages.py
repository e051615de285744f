"""A guardian's pages: the young person sends a link, the guardian reads, answers and takes back."""

from __future__ import annotations

import pytest
from atouts.identity.v1 import guardians_pb2 as pb
from google.protobuf.timestamp_pb2 import Timestamp

from chassis.errors import Answer, Status
from tests.integration.gateway_api.conftest import FakeServices
from tests.integration.gateway_web.conftest import Browser

_AT = Timestamp(seconds=1_756_886_400)  # 3 September 2025, 10:00 in Paris
_SENTENCE = "J'autorise l'ouverture d'un compte."


def _request(state: pb.ConsentState) -> pb.ConsentRequest:
    is_answered = state != pb.CONSENT_STATE_ASKED
    return pb.ConsentRequest(
        request_id="r1", scheme="culture-sport", season="2025-2026", state=state,
        texts=[pb.ConsentText(code="rollon_guardian", sentence=_SENTENCE)], ends_on="2026-06-30", asked_at=_AT,
        link_until=_AT, answered_at=_AT if is_answered else None, guardian_name="<b>Ada" if is_answered else "",
    )  # fmt: skip


def _opened(state: pb.ConsentState) -> pb.OpenGuardianLinkResponse:
    return pb.OpenGuardianLinkResponse(request=_request(state), given_names="Zoé", surname="Fictiveau")


@pytest.fixture
def guardian(browser: Browser, services: FakeServices) -> Browser:
    """Nobody signs in: the link is the proof."""
    services.answers["OpenGuardianLink"] = _opened(pb.CONSENT_STATE_ASKED)
    return browser


def sent(services: FakeServices, rpc: str) -> list[object]:
    return [call.request for call in services.calls if call.rpc == rpc]


def test_a_guardian_reads_for_whom_what_and_until_when(guardian: Browser, services: FakeServices) -> None:
    """Looking at the page answers nothing: a scanner of mails uses no link up."""
    page = guardian.get("/autorisation/jeton").text

    assert "Votre autorisation pour Zoé Fictiveau" in page
    assert "J&#39;autorise l&#39;ouverture d&#39;un compte." in page
    assert "jusqu’au 30 juin 2026" in page
    assert {call.rpc for call in services.calls} == {"OpenGuardianLink"}


@pytest.mark.parametrize(
    ("decision", "consent", "done"), [("autoriser", True, "donnee"), ("refuser", False, "refusee")]
)
def test_an_answer_carries_name_and_quality(
    guardian: Browser, services: FakeServices, decision: str, consent: bool, done: str
) -> None:
    """Then the page says that it is recorded."""
    form = {"decision": decision, "guardian_name": "Ada Fictivel", "quality": "mere"}
    answered = guardian.post("/autorisation/jeton", form)

    assert answered.headers["location"] == f"/autorisation/jeton?fait={done}"
    (request,) = sent(services, "AnswerGuardianLink")
    assert request == pb.AnswerGuardianLinkRequest(
        token="jeton", consent=consent, guardian_name="Ada Fictivel", quality=pb.GUARDIAN_QUALITY_MOTHER
    )


def test_an_answer_without_a_name_is_asked_for_it(guardian: Browser, services: FakeServices) -> None:
    """What was typed comes back; nothing is sent."""
    answer = guardian.post("/autorisation/jeton", {"decision": "autoriser", "quality": "pere"})

    assert answer.status_code == 422
    assert "Ce champ est à remplir." in answer.text
    assert sent(services, "AnswerGuardianLink") == []


def test_after_the_answer_the_same_link_shows_it_and_takes_it_back(guardian: Browser, services: FakeServices) -> None:
    """The name that was given is text, never markup."""
    services.answers["OpenGuardianLink"] = _opened(pb.CONSENT_STATE_GIVEN)
    page = guardian.get("/autorisation/jeton").text
    assert "Autorisation donnée" in page
    assert "&lt;b&gt;Ada" in page
    assert "Répondu le 3 septembre 2025" in page

    done = guardian.post("/autorisation/jeton/retrait")

    assert done.headers["location"] == "/autorisation/jeton?fait=retiree"
    assert sent(services, "WithdrawConsent") == [pb.WithdrawConsentRequest(token="jeton")]


def test_what_is_taken_back_cannot_be_taken_back_again(guardian: Browser, services: FakeServices) -> None:
    """The page shows the state, and no button."""
    services.answers["OpenGuardianLink"] = _opened(pb.CONSENT_STATE_WITHDRAWN)
    page = guardian.get("/autorisation/jeton").text

    assert "Autorisation retirée" in page
    assert "Retirer mon autorisation" not in page


def test_a_link_that_is_over_says_what_to_do(guardian: Browser, services: FakeServices) -> None:
    """The service's own sentence, on a page that is not found."""
    services.answers["OpenGuardianLink"] = Answer(
        Status.NOT_FOUND, "guardian_link_unusable", "Ce lien ne marche plus : demandez-en un nouveau.", "Over.", "token"
    )
    answer = guardian.get("/autorisation/jeton")

    assert (answer.status_code, "demandez-en un nouveau" in answer.text) == (404, True)


def test_a_young_person_sends_a_request_and_follows_it(browser: Browser, services: FakeServices) -> None:
    """Scheme and season go as one choice; the state is said in words."""
    browser.sign_in()
    services.answers["ListMyConsents"] = pb.ListMyConsentsResponse(requests=[_request(pb.CONSENT_STATE_ASKED)])
    assert "En attente de la réponse" in browser.get("/mon-espace/autorisation").text

    form = {"scheme": "culture-sport/2025-2026", "email": "parent@exemple.fr"}
    done = browser.post("/mon-espace/autorisation", form)

    assert done.headers["location"] == "/mon-espace/autorisation?fait=envoyee"
    (request,) = sent(services, "AskGuardian")
    assert request == pb.AskGuardianRequest(scheme="culture-sport", season="2025-2026", email="parent@exemple.fr")


def test_a_refused_address_comes_back_at_its_field(browser: Browser, services: FakeServices) -> None:
    """With the service's sentence."""
    browser.sign_in()
    services.answers["AskGuardian"] = Answer(
        Status.INVALID_ARGUMENT, "guardian_is_self", "C'est ta propre adresse.", "Your own.", "email"
    )
    answer = browser.post("/mon-espace/autorisation", {"scheme": "a/2025-2026", "email": "moi@exemple.fr"})

    assert answer.status_code == 400
    assert "propre adresse" in answer.text
