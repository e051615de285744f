"""Guardians: asked by a link that is good for one answer, recorded, revocable; their consent is a fact that ends."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from atouts.identity.v1 import credentials_pb2, facts_pb2
from atouts.identity.v1 import guardians_pb2 as pb

from chassis.grpc_client import PeerRefused
from services.identity.store.tables import consent_requests
from tests.integration.identity.stage import SEASON, Caller, Stage

SCHEME, CODE = "culture-sport", "rollon_guardian"
PARENT = "parent@exemple.fr"
NAME = "Ada Fictivel"


@pytest.fixture
def lou(stage: Stage) -> Caller:
    """Sixteen years old: the RolloN asks for a guardian's consent."""
    caller = stage.young()
    stage.declare(caller)
    return caller


def ask(stage: Stage, caller: Caller, **changes: Any) -> pb.ConsentRequest:
    request = pb.AskGuardianRequest(**{"scheme": SCHEME, "season": SEASON, "email": PARENT, **changes})
    asked: pb.ConsentRequest = stage.call("AskGuardian", request, caller.token).request
    return asked


def links(stage: Stage, *request_ids: str) -> list[credentials_pb2.MailLink]:
    """What notification is told while it writes."""
    request = credentials_pb2.LookUpMailLinksRequest(link_ids=request_ids)
    return list(stage.call("LookUpMailLinks", request, service="notification").links)


def token_of(stage: Stage, request_id: str) -> str:
    (link,) = links(stage, request_id)
    return str(link.token)


def answer(stage: Stage, token: str, consent: bool = True, **changes: Any) -> pb.ConsentRequest:
    values = {"guardian_name": NAME, "quality": pb.GUARDIAN_QUALITY_MOTHER, **changes}
    request = pb.AnswerGuardianLinkRequest(token=token, consent=consent, **values)
    answered: pb.ConsentRequest = stage.call("AnswerGuardianLink", request).request
    return answered


def consents(stage: Stage, caller: Caller) -> list[str]:
    """What eligibility reads."""
    named = (fact for fact in stage.facts_of(caller).facts if fact.name == "guardian_consents")
    return [code for fact in named for code in fact.texts.values]


def given(stage: Stage, caller: Caller) -> tuple[str, str]:
    """The id and the token of a consent that was given."""
    asked = ask(stage, caller)
    token = token_of(stage, asked.request_id)
    answer(stage, token)
    return asked.request_id, token


def test_a_mail_s_link_reaches_the_guardian_alone(stage: Stage, lou: Caller) -> None:
    """The event names the request; address and token are told to notification while it writes, to nobody else."""
    asked = ask(stage, lou)

    (told,) = stage.published("guardian_asked")
    assert (told.subject, told.version) == (asked.request_id, 1)
    assert told.data == {
        "request_id": asked.request_id,
        "person_id": lou.account_id,
        "scheme": SCHEME,
        "season": SEASON,
    }
    (link,) = links(stage, asked.request_id)
    assert (link.email, link.purpose) == (PARENT, credentials_pb2.LINK_PURPOSE_CONSENT)
    written = str([tuple(row) for row in stage.rows(sa.select(consent_requests))])
    assert link.token not in written
    assert PARENT not in written


def test_a_guardian_reads_what_is_asked_of_whom_as_often_as_they_want(stage: Stage, lou: Caller) -> None:
    """The rulebook's sentence, its version, the last day; reading uses nothing up."""
    token = token_of(stage, ask(stage, lou).request_id)

    for _ in range(2):
        opened = stage.call("OpenGuardianLink", pb.OpenGuardianLinkRequest(token=token))

    assert (opened.given_names, opened.surname) == ("Zoé", "Dupecimen")
    assert [text.code for text in opened.request.texts] == [CODE]
    assert opened.request.texts[0].sentence.startswith("J'autorise l'ouverture d'un compte RolloN")
    in_force = stage.parts.catalogue.get("normandie", SCHEME, SEASON)
    assert (opened.request.rulebook_hash, opened.request.ends_on) == (in_force.hash, "2026-06-30")


def test_a_consent_is_a_fact_with_its_source_and_end(stage: Stage, lou: Caller) -> None:
    """Eligibility is told at once; the history says guardian, until when; the young person is told by an event."""
    request_id, _ = given(stage, lou)

    assert consents(stage, lou) == [CODE]
    assert [row.version for row in stage.published("facts_changed")] == [1, 2]
    (told,) = stage.published("guardian_answered")
    assert (told.data["outcome"], told.data["person_id"], told.version) == ("given", lou.account_id, 2)
    records = stage.call("ListMyFacts", facts_pb2.ListMyFactsRequest(), lou.token).records
    assert (records[0].source, records[0].expires_on) == (facts_pb2.FACT_SOURCE_GUARDIAN, "2026-06-30")
    assert links(stage, request_id) == []


def test_who_answered_is_kept_sealed_shown_to_staff_and_not_to_the_young_person(stage: Stage, lou: Caller) -> None:
    """Name, quality and instant are evidence; the address is forgotten with the answer."""
    given(stage, lou)
    agent = stage.staff("instruction")

    (seen,) = stage.call("ListConsents", pb.ListConsentsRequest(person_id=lou.account_id), agent.token).requests
    (own,) = stage.call("ListMyConsents", pb.ListMyConsentsRequest(), lou.token).requests

    assert (seen.guardian_name, seen.quality) == (NAME, pb.GUARDIAN_QUALITY_MOTHER)
    assert seen.answered_at.ToDatetime(UTC) == stage.clock.now()
    assert (own.state, own.guardian_name) == (pb.CONSENT_STATE_GIVEN, "")
    (row,) = stage.rows(sa.select(consent_requests))
    assert (row.email_sealed, row.token_sealed) == (None, None)
    assert NAME not in str(tuple(row))


def test_a_refusal_is_recorded_and_changes_no_fact(stage: Stage, lou: Caller) -> None:
    """The person is told; eligibility has nothing new to decide on; another request may follow."""
    answer(stage, token_of(stage, ask(stage, lou).request_id), consent=False)

    assert consents(stage, lou) == []
    assert [row.data["outcome"] for row in stage.published("guardian_answered")] == ["refused"]
    assert len(stage.published("facts_changed")) == 1
    assert ask(stage, lou).state == pb.CONSENT_STATE_ASKED


def test_of_two_answers_at_once_one_counts(stage: Stage, lou: Caller) -> None:
    """Rivals wait for the person's row: the second finds the link answered."""
    token = token_of(stage, ask(stage, lou).request_id)

    def try_to(consent: bool) -> str:
        try:
            answer(stage, token, consent)
        except PeerRefused as refused:
            return refused.reason
        return "answered"

    with ThreadPoolExecutor(2) as pool:
        outcomes = sorted(pool.map(try_to, [True, False]))

    assert outcomes == ["answered", "consent_answered"]
    assert len(stage.published("guardian_answered")) == 1


def test_a_guardian_takes_a_consent_back_with_the_same_link(stage: Stage, lou: Caller) -> None:
    """The fact goes at once, with an event; the link then takes nothing back again."""
    _, token = given(stage, lou)
    withdrawn = stage.call("WithdrawConsent", pb.WithdrawConsentRequest(token=token)).request

    assert withdrawn.state == pb.CONSENT_STATE_WITHDRAWN
    assert consents(stage, lou) == []
    assert [row.data["outcome"] for row in stage.published("guardian_answered")] == ["given", "withdrawn"]
    assert [row.version for row in stage.published("facts_changed")] == [1, 2, 3]
    with pytest.raises(PeerRefused, match="consent_not_given"):
        stage.call("WithdrawConsent", pb.WithdrawConsentRequest(token=token))
    with pytest.raises(PeerRefused, match="consent_answered"):
        answer(stage, token)


def test_staff_revoke_with_a_reason_that_is_kept(stage: Stage, lou: Caller) -> None:
    """Who and why stand in the trail and in the history of the fact; others may not."""
    request_id, _ = given(stage, lou)
    agent = stage.staff("instruction")
    request = pb.RevokeConsentRequest(request_id=request_id, reason="Appel de l'autre parent")
    with pytest.raises(PeerRefused, match="not_allowed"):
        stage.call("RevokeConsent", request, lou.token)

    assert stage.call("RevokeConsent", request, agent.token).request.state == pb.CONSENT_STATE_WITHDRAWN

    assert consents(stage, lou) == []
    history = facts_pb2.ListFactHistoryRequest(person_id=lou.account_id)
    latest = stage.call("ListFactHistory", history, agent.token).records[0]
    assert (latest.source, latest.said_by) == (facts_pb2.FACT_SOURCE_STAFF, agent.account_id)
    assert latest.reason == "Appel de l'autre parent"
    unknown = pb.RevokeConsentRequest(request_id="00000000-0000-4000-8000-000000000000", reason="Erreur")
    with pytest.raises(PeerRefused, match="consent_unknown"):
        stage.call("RevokeConsent", unknown, agent.token)


def test_a_consent_ends_on_its_last_day_and_eligibility_hears_of_it(stage: Stage, lou: Caller) -> None:
    """It counts on the season's last day in Paris; at midnight a job ends it."""
    given(stage, lou)
    stage.clock.instant = datetime(2026, 6, 30, 21, 59, tzinfo=UTC)
    stage.play_jobs()
    assert consents(stage, lou) == [CODE]

    stage.clock.instant = datetime(2026, 6, 30, 22, tzinfo=UTC)
    stage.play_jobs()

    assert consents(stage, lou) == []
    (own,) = stage.call("ListMyConsents", pb.ListMyConsentsRequest(), lou.token).requests
    assert own.state == pb.CONSENT_STATE_ENDED
    assert [row.version for row in stage.published("facts_changed")] == [1, 2, 3]


def test_a_link_that_nobody_answered_lapses_and_the_address_goes(stage: Stage, lou: Caller) -> None:
    """Fourteen days after it was sent, to the moment; no mail is written with it any more."""
    asked = ask(stage, lou)
    token = token_of(stage, asked.request_id)
    stage.clock.instant += timedelta(days=14)
    assert links(stage, asked.request_id) == []
    with pytest.raises(PeerRefused, match="guardian_link_unusable"):
        answer(stage, token)

    stage.play_jobs()

    (row,) = stage.rows(sa.select(consent_requests))
    assert (row.state, row.email_sealed, row.token_sealed) == ("lapsed", None, None)
    with pytest.raises(PeerRefused, match="guardian_link_unusable"):
        stage.call("OpenGuardianLink", pb.OpenGuardianLinkRequest(token=token))


def test_another_request_takes_the_place_of_the_one_before(stage: Stage, lou: Caller) -> None:
    """A wrong address is put right: its link is good no more."""
    first = token_of(stage, ask(stage, lou, email="faux@exemple.fr").request_id)
    ask(stage, lou)

    with pytest.raises(PeerRefused, match="guardian_link_unusable"):
        answer(stage, first)
    states = [each.state for each in stage.call("ListMyConsents", pb.ListMyConsentsRequest(), lou.token).requests]
    assert sorted(states) == [pb.CONSENT_STATE_ASKED, pb.CONSENT_STATE_LAPSED]


def test_no_more_than_five_requests_a_day(stage: Stage, lou: Caller) -> None:
    """The sixth is refused; a day later there is room again."""
    for _ in range(5):
        ask(stage, lou)
    with pytest.raises(PeerRefused, match="guardian_asked_too_often"):
        ask(stage, lou)

    stage.clock.instant += timedelta(hours=24, seconds=1)
    assert ask(stage, lou).state == pb.CONSENT_STATE_ASKED


@pytest.mark.parametrize(
    ("changes", "reason", "field"),
    [
        ({"email": "lou@exemple.fr"}, "guardian_is_self", "email"),
        ({"email": "Lou@Exemple.fr"}, "guardian_is_self", "email"),
        ({"email": "parent"}, "email_invalid", "email"),
        ({"scheme": "licornes"}, "scheme_unknown", "scheme"),
        ({"scheme": "livres-equipement"}, "consent_not_needed", "scheme"),
    ],
)
def test_a_request_that_makes_no_sense_is_refused(
    stage: Stage, lou: Caller, changes: dict[str, str], reason: str, field: str
) -> None:
    """One's own address, no address, no scheme, a scheme that asks no guardian."""
    with pytest.raises(PeerRefused) as refused:
        ask(stage, lou, **changes)

    assert (refused.value.reason, refused.value.field) == (reason, field)


@pytest.mark.parametrize(("birth_date", "is_asked"), [("2007-09-16", True), ("2007-09-15", False)])
def test_a_rulebook_s_bracket_of_ages_says_who_is_asked(stage: Stage, birth_date: str, is_asked: bool) -> None:
    """Under 18 to the eve of the birthday; from that day on nobody is asked."""
    caller = stage.young()
    stage.declare(caller, birth_date=birth_date)

    if is_asked:
        assert ask(stage, caller).ends_on == "2025-09-15"
    else:
        with pytest.raises(PeerRefused, match="consent_not_needed"):
            ask(stage, caller)


def test_nobody_is_asked_for_a_season_that_is_over(stage: Stage, lou: Caller) -> None:
    """A consent that would end before it is given is none."""
    stage.clock.instant = datetime(2026, 7, 1, 8, tzinfo=UTC)
    with pytest.raises(PeerRefused, match="consent_not_needed"):
        ask(stage, lou)


def test_who_has_a_consent_needs_no_other(stage: Stage, lou: Caller) -> None:
    """Given by link or recorded by staff from paper."""
    given(stage, lou)
    with pytest.raises(PeerRefused, match="consent_not_needed"):
        ask(stage, lou)


@pytest.mark.parametrize(
    ("changes", "reason", "field"),
    [
        ({"guardian_name": ""}, "name_unfit", "guardian_name"),
        ({"quality": pb.GUARDIAN_QUALITY_UNSPECIFIED}, "malformed", "quality"),
    ],
)
def test_an_answer_says_who_gives_it(
    stage: Stage, lou: Caller, changes: dict[str, Any], reason: str, field: str
) -> None:
    """Without name and quality the link stays good."""
    token = token_of(stage, ask(stage, lou).request_id)
    with pytest.raises(PeerRefused) as refused:
        answer(stage, token, **changes)

    assert (refused.value.reason, refused.value.field) == (reason, field)
    assert answer(stage, token).state == pb.CONSENT_STATE_GIVEN


@pytest.mark.parametrize("token", ["", "x", "é" * 40])
def test_a_guessed_link_is_no_link(stage: Stage, token: str) -> None:
    """It shows, answers and takes back nothing."""
    for rpc, request in (
        ("OpenGuardianLink", pb.OpenGuardianLinkRequest(token=token)),
        ("WithdrawConsent", pb.WithdrawConsentRequest(token=token)),
    ):
        with pytest.raises(PeerRefused, match="guardian_link_unusable"):
            stage.call(rpc, request)
