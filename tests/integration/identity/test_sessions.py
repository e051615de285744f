"""Sessions as their owner sees and ends them; machines and their secrets."""

from __future__ import annotations

import uuid
from typing import Any

from atouts.identity.v1 import accounts_pb2
from atouts.identity.v1 import credentials_pb2 as pb

from chassis import grants
from chassis.context import AccountKind
from chassis.grpc_client import PeerRefused
from tests.integration.identity.stage import AUTHORITY, Stage
from tests.integration.identity.test_mail_links import refused

LOU = "lou@exemple.fr"


def listed(stage: Stage, token: str) -> list[pb.OpenSession]:
    return list(stage.call("ListSessions", pb.ListSessionsRequest(), token).sessions)


def goes_on(stage: Stage, refresh_token: str) -> bool:
    try:
        stage.call("RefreshSession", accounts_pb2.RefreshSessionRequest(refresh_token=refresh_token))
    except PeerRefused as refusal:
        return refusal.reason != "session_ended"
    return True


def test_sessions_are_listed_with_the_one_that_asks(stage: Stage) -> None:
    """Each has its opening and its last use."""
    stage.open_account(LOU)
    stage.sign_in(LOU)
    here = stage.sign_in(LOU).session
    refresh = accounts_pb2.RefreshSessionRequest(refresh_token=here.refresh_token)
    here = stage.call("RefreshSession", refresh).session

    found = listed(stage, here.access_token)

    assert [session.current for session in found] == [True, False]
    assert found[0].used_at.ToNanoseconds() > found[0].opened_at.ToNanoseconds()
    assert found[1].used_at == found[1].opened_at


def test_one_session_ends_and_the_others_go_on(stage: Stage) -> None:
    stage.open_account(LOU)
    away, here = stage.sign_in(LOU).session, stage.sign_in(LOU).session
    other = next(each.session_id for each in listed(stage, here.access_token) if not each.current)

    stage.call("EndSession", pb.EndSessionRequest(session_id=other), here.access_token)

    assert (goes_on(stage, away.refresh_token), goes_on(stage, here.refresh_token)) == (False, True)


def test_all_other_sessions_end_at_once(stage: Stage) -> None:
    stage.open_account(LOU)
    away = [stage.sign_in(LOU).session for _ in range(3)]
    here = stage.sign_in(LOU).session

    ended = stage.call("EndOtherSessions", pb.EndOtherSessionsRequest(), here.access_token).ended

    assert ended == 3
    assert [goes_on(stage, each.refresh_token) for each in (*away, here)] == [False, False, False, True]


def test_another_person_s_session_is_unknown_and_goes_on(stage: Stage) -> None:
    stage.open_account(LOU)
    stage.open_account("ami@exemple.fr")
    theirs, mine = stage.sign_in("ami@exemple.fr").session, stage.sign_in(LOU).session
    session_id = listed(stage, theirs.access_token)[0].session_id

    for unknown in (session_id, str(uuid.uuid4())):
        end = pb.EndSessionRequest(session_id=unknown)
        assert refused(stage.call, "EndSession", end, mine.access_token) == "session_unknown"

    assert goes_on(stage, theirs.refresh_token)


# Machines


def open_machine(stage: Stage, boss: str, *roles: str) -> pb.OpenServiceAccountResponse:
    request = pb.OpenServiceAccountRequest(name="Comptabilité de la Région", roles=roles or ("audit",))
    answer: pb.OpenServiceAccountResponse = stage.call("OpenServiceAccount", request, boss)
    return answer


def sign_in(stage: Stage, account_id: str, secret: str, **options: str) -> Any:
    request = pb.SignInServiceRequest(account_id=account_id, client_secret=secret)
    return stage.call("SignInService", request, **options)


def test_a_machine_shows_its_secret_and_is_known_as_a_machine(stage: Stage) -> None:
    """Its roles are in the table where staff's are, and every service hears of them."""
    opened = open_machine(stage, stage.staff("administration").token)

    token = sign_in(stage, opened.account_id, opened.client_secret).access_token

    proof = stage.parts.platform.verifier.person(token)
    assert (proof.account.account_id, proof.account.kind) == (opened.account_id, AccountKind.SERVICE)
    assert stage.published("grant_changed")[-1].data["roles"] == ["audit"]
    held = stage.work(
        lambda work: grants.roles_of(work.session, work.tables, AUTHORITY, opened.account_id, grants.AUTHORITY_SCOPE)
    )
    assert held == {"audit"}


def test_a_machine_reads_and_does_not_decide(stage: Stage) -> None:
    boss = stage.staff("administration").token
    assert refused(open_machine, stage, boss, "audit", "payments") == "role_not_for_machines"
    opened = open_machine(stage, boss)
    token = sign_in(stage, opened.account_id, opened.client_secret).access_token
    assert refused(stage.call, "ListServiceAccounts", pb.ListServiceAccountsRequest(), token) == "not_allowed"
    assert refused(stage.call, "ListSessions", pb.ListSessionsRequest(), token) == "not_allowed"


def test_a_wrong_secret_an_unknown_machine_and_another_authority_get_one_answer(stage: Stage) -> None:
    boss = stage.staff("administration").token
    opened, other = open_machine(stage, boss), open_machine(stage, boss)

    tried = [
        refused(sign_in, stage, opened.account_id, other.client_secret),
        refused(sign_in, stage, str(uuid.uuid4()), opened.client_secret),
        refused(sign_in, stage, "personne", opened.client_secret),
        refused(sign_in, stage, opened.account_id, opened.client_secret, authority="calvados"),
    ]

    assert tried == ["client_unknown"] * 4


def test_a_rotated_secret_leaves_a_week_to_change_it_everywhere(stage: Stage) -> None:
    """Two are good at once, never three."""
    boss = stage.staff("administration").token
    opened = open_machine(stage, boss)
    rotate = pb.RotateServiceSecretRequest(account_id=opened.account_id)
    second = stage.call("RotateServiceSecret", rotate, boss).client_secret
    for secret in (opened.client_secret, second):
        assert sign_in(stage, opened.account_id, secret).access_token

    third = stage.call("RotateServiceSecret", rotate, boss).client_secret
    assert refused(sign_in, stage, opened.account_id, opened.client_secret) == "client_unknown"
    stage.execute("UPDATE service_secrets SET ends_at = ends_at - interval '7 days'")
    assert refused(sign_in, stage, opened.account_id, second) == "client_unknown"
    assert sign_in(stage, opened.account_id, third).access_token


def test_a_closed_machine_has_no_role_and_no_way_in(stage: Stage) -> None:
    boss = stage.staff("administration").token
    opened = open_machine(stage, boss)
    request = pb.ListServiceAccountsRequest()
    shown = stage.call("ListServiceAccounts", request, boss).service_accounts
    assert [(each.account_id, list(each.roles)) for each in shown] == [(opened.account_id, ["audit"])]

    close = pb.CloseServiceAccountRequest(account_id=opened.account_id)
    stage.call("CloseServiceAccount", close, boss)

    assert refused(sign_in, stage, opened.account_id, opened.client_secret) == "client_unknown"
    assert stage.published("grant_changed")[-1].data["roles"] == []
    assert list(stage.call("ListServiceAccounts", request, boss).service_accounts) == []
    assert refused(stage.call, "CloseServiceAccount", close, boss) == "account_unknown"
