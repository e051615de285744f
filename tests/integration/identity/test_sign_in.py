"""Signing in: lock-out, refresh rotation, reuse."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from atouts.identity.v1 import accounts_pb2 as pb

from chassis.grpc_client import PeerRefused
from tests.integration.identity.stage import Stage

LOU = "lou@exemple.fr"
WRONG = "incorrect horse battery"


def refused_sign_in(stage: Stage, email: str = LOU, password: str = WRONG) -> PeerRefused:
    with pytest.raises(PeerRefused) as refused:
        stage.sign_in(email, password)
    return refused.value


def refresh(stage: Stage, token: str) -> pb.Session:
    session: pb.Session = stage.call("RefreshSession", pb.RefreshSessionRequest(refresh_token=token)).session
    return session


def refused_refresh(stage: Stage, token: str) -> str:
    with pytest.raises(PeerRefused) as refused:
        refresh(stage, token)
    return refused.value.reason


def test_a_signed_in_person_is_known_by_their_token(stage: Stage) -> None:
    opened = stage.open_account(LOU)

    signed_in = stage.sign_in("Lou@exemple.FR")

    token = signed_in.session.access_token
    assert stage.call("GetAccount", pb.GetAccountRequest(), token).account.account_id == opened.account_id


def test_an_unknown_address_and_a_wrong_password_get_the_same_answer(stage: Stage) -> None:
    stage.open_account(LOU)

    wrong, unknown = refused_sign_in(stage), refused_sign_in(stage, "personne@exemple.fr")

    assert (wrong.reason, wrong.sentence_fr) == (unknown.reason, unknown.sentence_fr)
    assert wrong.reason == "credentials_wrong"


@pytest.mark.parametrize("has_account", [True, False])
def test_ten_failures_in_a_row_lock_an_address_whether_it_has_an_account_or_not(
    stage: Stage, has_account: bool
) -> None:
    if has_account:
        stage.open_account(LOU)
    for _ in range(10):
        assert refused_sign_in(stage).reason == "credentials_wrong"

    locked = refused_sign_in(stage, password="correct horse battery")

    assert locked.reason == "account_locked"
    assert "15 min" in locked.sentence_fr


def test_a_lock_ends_after_its_quarter_of_an_hour(stage: Stage) -> None:
    stage.open_account(LOU)
    for _ in range(10):
        refused_sign_in(stage)
    stage.execute("UPDATE sign_in_failures SET locked_until = locked_until - interval '15 minutes'")

    assert stage.sign_in(LOU).account.email == LOU


def test_a_success_forgets_the_failures_before_it(stage: Stage) -> None:
    stage.open_account(LOU)
    for _ in range(9):
        refused_sign_in(stage)
    stage.sign_in(LOU)

    assert refused_sign_in(stage).reason == "credentials_wrong"
    assert stage.sign_in(LOU).account.email == LOU


def test_rivals_that_guess_at_once_are_all_counted(stage: Stage) -> None:
    stage.open_account(LOU)

    with ThreadPoolExecutor(5) as rivals:
        reasons = list(rivals.map(lambda _: refused_sign_in(stage).reason, range(15)))

    assert reasons.count("credentials_wrong") == 10
    assert reasons.count("account_locked") == 5


def test_a_refresh_token_is_good_once_and_gives_the_next(stage: Stage) -> None:
    stage.open_account(LOU)
    first = stage.sign_in(LOU).session

    second = refresh(stage, first.refresh_token)

    assert second.refresh_token != first.refresh_token
    assert refresh(stage, second.refresh_token).access_token


def test_a_refresh_token_that_comes_twice_ends_its_whole_session(stage: Stage) -> None:
    stage.open_account(LOU)
    first = stage.sign_in(LOU).session
    second = refresh(stage, first.refresh_token)

    assert refused_refresh(stage, first.refresh_token) == "refresh_token_reused"
    assert refused_refresh(stage, second.refresh_token) == "session_ended"


def test_two_refreshes_at_once_never_both_succeed(stage: Stage) -> None:
    stage.open_account(LOU)
    token = stage.sign_in(LOU).session.refresh_token

    def attempt(_: int) -> str:
        try:
            refresh(stage, token)
        except PeerRefused as refused:
            return refused.reason
        return "refreshed"

    with ThreadPoolExecutor(2) as rivals:
        assert sorted(rivals.map(attempt, range(2))) == ["refresh_token_reused", "refreshed"]


def test_signing_out_ends_the_session_and_may_be_said_twice(stage: Stage) -> None:
    stage.open_account(LOU)
    token = stage.sign_in(LOU).session.refresh_token
    for _ in range(2):
        stage.call("SignOut", pb.SignOutRequest(refresh_token=token))

    assert refused_refresh(stage, token) == "session_ended"


def test_a_session_of_one_authority_is_unknown_to_another(stage: Stage) -> None:
    stage.open_account(LOU)
    token = stage.sign_in(LOU).session.refresh_token

    with pytest.raises(PeerRefused) as refused:
        stage.call("RefreshSession", pb.RefreshSessionRequest(refresh_token=token), authority="elsewhere")

    assert refused.value.reason == "session_ended"
