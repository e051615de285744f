"""Links in mails: an address confirmed, an account recovered, an address changed and put back."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pyotp
import pytest
import sqlalchemy as sa
from atouts.identity.v1 import accounts_pb2
from atouts.identity.v1 import credentials_pb2 as pb

from chassis.clock import machine_now
from chassis.grpc_client import PeerRefused
from services.identity.domain.accounts import SecondFactor
from tests.integration.identity.stage import PASSWORD, Stage

LOU, ELSEWHERE = "lou@exemple.fr", "lou.nouvelle@exemple.fr"
THIEF = "voleur@exemple.fr"
NEW_PASSWORD = "une autre phrase assez longue"


def latest(stage: Stage, purpose: str) -> pb.MailLink:
    """The link of the latest mail of that purpose, as notification writes it."""
    issued = [row.data for row in stage.published("mail_link_issued") if row.data["purpose"] == purpose]
    return looked_up(stage, issued[-1]["link_id"])[0]


def looked_up(stage: Stage, *link_ids: str) -> list[pb.MailLink]:
    request = pb.LookUpMailLinksRequest(link_ids=link_ids)
    return list(stage.call("LookUpMailLinks", request, service="notification").links)


def follow(stage: Stage, link: str, **options: str) -> int:
    """`options` say who follows, and where."""
    purpose: int = stage.call("FollowMailLink", pb.FollowMailLinkRequest(token=link), **options).purpose
    return purpose


def recover(stage: Stage, token: str, code: str = "") -> None:
    stage.call("RecoverAccount", pb.RecoverAccountRequest(token=token, password=NEW_PASSWORD, second_factor_code=code))


def ask_recovery(stage: Stage, email: str = LOU) -> Any:
    return stage.call("AskRecovery", pb.AskRecoveryRequest(email=email))


def ask_change(stage: Stage, token: str, email: str = ELSEWHERE, password: str = PASSWORD) -> None:
    stage.call("AskEmailChange", pb.AskEmailChangeRequest(email=email, password=password), token)


def refused(act: Any, *arguments: Any, **options: Any) -> str:
    with pytest.raises(PeerRefused) as refusal:
        act(*arguments, **options)
    return refusal.value.reason


def confirmed(stage: Stage, email: str = LOU) -> str:
    """The access token of an account whose address is confirmed."""
    stage.open_account(email)
    link_id = stage.published("account_opened")[-1].data["link_id"]
    follow(stage, looked_up(stage, link_id)[0].token)
    return str(stage.sign_in(email).session.access_token)


def account(stage: Stage, token: str) -> accounts_pb2.Account:
    answer: accounts_pb2.Account = stage.call("GetAccount", accounts_pb2.GetAccountRequest(), token).account
    return answer


def moved(stage: Stage, token: str, email: str) -> None:
    """The account's address is now `email`."""
    ask_change(stage, token, email)
    follow(stage, latest(stage, "change").token)


def with_second_factor(stage: Stage, account_id: str) -> pyotp.TOTP:
    secret = pyotp.random_base32()

    def enrol(work: Any) -> None:
        accounts = stage.parts.signing_in.accounts
        held = accounts.find(work, account_id)
        assert held is not None
        accounts.keep_credentials(work, replace(held, second_factor=SecondFactor(secret)))

    stage.work(enrol)
    return pyotp.TOTP(secret)


def test_the_link_of_the_first_mail_confirms_the_address(stage: Stage) -> None:
    stage.open_account(LOU)
    assert not stage.sign_in(LOU).account.email_confirmed
    link = looked_up(stage, stage.published("account_opened")[0].data["link_id"])[0]

    assert (link.email, follow(stage, link.token)) == (LOU, pb.LINK_PURPOSE_CONFIRM)

    assert stage.sign_in(LOU).account.email_confirmed


def test_a_link_is_good_once_whoever_races(stage: Stage) -> None:
    stage.open_account(LOU)
    token = looked_up(stage, stage.published("account_opened")[0].data["link_id"])[0].token

    def attempt(_: int) -> str:
        try:
            follow(stage, token)
        except PeerRefused as refusal:
            return refusal.reason
        return "followed"

    with ThreadPoolExecutor(4) as rivals:
        outcomes = sorted(rivals.map(attempt, range(4)))

    assert outcomes == ["followed", "link_unusable", "link_unusable", "link_unusable"]


def test_another_confirmation_voids_the_link_before_it(stage: Stage) -> None:
    stage.open_account(LOU)
    first = looked_up(stage, stage.published("account_opened")[0].data["link_id"])[0]
    token = stage.sign_in(LOU).session.access_token

    stage.call("AskConfirmation", pb.AskConfirmationRequest(), token)

    assert refused(follow, stage, first.token) == "link_unusable"
    follow(stage, latest(stage, "confirm").token)
    assert refused(stage.call, "AskConfirmation", pb.AskConfirmationRequest(), token) == "email_confirmed"


def test_an_unconfirmed_account_takes_no_second_factor_and_keeps_its_address(stage: Stage) -> None:
    """Both would survive the owner of the address taking the account back."""
    stage.open_account(LOU)
    token = stage.sign_in(LOU).session.access_token

    assert refused(ask_change, stage, token) == "email_unconfirmed"
    begin = pb.BeginSecondFactorRequest(password=PASSWORD)
    assert refused(stage.call, "BeginSecondFactor", begin, token) == "email_unconfirmed"


def test_neither_address_nor_token_is_in_an_event_or_readable_in_a_row(stage: Stage) -> None:
    token = confirmed(stage)
    ask_change(stage, token)
    ask_recovery(stage)
    links = [latest(stage, "change"), latest(stage, "recover")]

    outbox = json.dumps([dict(row.data) for row in stage.published("mail_link_issued")])
    rows = repr([tuple(row) for row in stage.rows(sa.text("SELECT mail_links::text FROM mail_links"))])

    for secret in (LOU, ELSEWHERE, *(link.token for link in links)):
        assert secret not in outbox
        assert secret not in rows
        assert secret.encode().hex() not in rows


def test_recovery_answers_the_same_whether_the_address_is_known_or_not(stage: Stage) -> None:
    stage.open_account(LOU)

    known, unknown = ask_recovery(stage), ask_recovery(stage, "personne@exemple.fr")

    assert known == unknown
    assert [row.data["purpose"] for row in stage.published("mail_link_issued")] == ["recover"]
    assert latest(stage, "recover").email == LOU


def test_recovery_is_mailed_three_times_an_hour_at_most(stage: Stage) -> None:
    stage.open_account(LOU)
    for _ in range(5):
        ask_recovery(stage)

    assert len(stage.published("mail_link_issued")) == 3


def test_a_recovered_account_has_its_new_password_and_no_session_of_before(stage: Stage) -> None:
    """The link proves the address too, lifts the lock, and its owner is told."""
    stage.open_account(LOU)
    before = stage.sign_in(LOU).session
    for _ in range(10):
        refused(stage.sign_in, LOU, "une phrase au hasard")
    ask_recovery(stage)

    recover(stage, latest(stage, "recover").token)

    refresh = accounts_pb2.RefreshSessionRequest(refresh_token=before.refresh_token)
    assert refused(stage.call, "RefreshSession", refresh) == "session_ended"
    assert stage.sign_in(LOU, NEW_PASSWORD).account.email_confirmed
    assert refused(stage.sign_in, LOU) == "credentials_wrong"
    assert [row.data["change"] for row in stage.published("credentials_changed")] == ["password_recovered"]


def test_a_link_of_recovery_is_good_once_and_for_an_hour(stage: Stage) -> None:
    stage.open_account(LOU)
    ask_recovery(stage)
    used = latest(stage, "recover").token
    recover(stage, used)
    ask_recovery(stage)
    late = latest(stage, "recover")
    stage.execute("UPDATE mail_links SET expires_at = expires_at - interval '1 hour'")

    assert refused(recover, stage, used) == "link_unusable"
    assert refused(recover, stage, late.token) == "link_unusable"
    assert looked_up(stage, late.link_id) == []


def test_recovery_still_asks_the_second_factor_and_counts_wrong_codes(stage: Stage) -> None:
    """A wrong code uses no link up; ten of them lock."""
    opened = stage.open_account(LOU)
    factor = with_second_factor(stage, opened.account_id)
    ask_recovery(stage)
    token = latest(stage, "recover").token

    assert refused(recover, stage, token) == "second_factor_required"
    wrong = f"{(int(factor.at(machine_now())) + 1) % 10**6:06}"
    assert refused(recover, stage, token, wrong) == "second_factor_wrong"
    recover(stage, token, factor.now())

    ask_recovery(stage)
    token = latest(stage, "recover").token
    reasons = [refused(recover, stage, token, "abcde-fghjk") for _ in range(11)]
    assert reasons == ["second_factor_wrong"] * 10 + ["account_locked"]


def test_a_link_made_for_one_thing_does_no_other(stage: Stage) -> None:
    stage.open_account(LOU)
    ask_recovery(stage)
    confirm = looked_up(stage, stage.published("account_opened")[0].data["link_id"])[0]

    assert refused(follow, stage, latest(stage, "recover").token) == "link_unusable"
    assert refused(recover, stage, confirm.token) == "link_unusable"
    assert refused(follow, stage, confirm.token, authority="calvados") == "link_unusable"


def test_an_address_changes_once_the_new_one_answers_and_the_old_one_is_told(stage: Stage) -> None:
    token = confirmed(stage)
    ask_change(stage, token)
    change = latest(stage, "change")
    assert (change.email, account(stage, token).email) == (ELSEWHERE, LOU)

    follow(stage, change.token)

    assert account(stage, token).email == ELSEWHERE
    assert stage.sign_in(ELSEWHERE).account.email_confirmed
    assert refused(stage.sign_in, LOU) == "credentials_wrong"
    assert latest(stage, "undo").email == LOU


def test_a_change_asks_the_password_and_counts_wrong_ones(stage: Stage) -> None:
    token = confirmed(stage)

    reasons = [refused(ask_change, stage, token, password="au hasard") for _ in range(11)]

    assert reasons == ["password_wrong"] * 10 + ["account_locked"]


def test_who_asks_for_an_address_is_not_told_whether_it_is_taken(stage: Stage) -> None:
    """No mail leaves; were the address taken later, the link would say so to its owner."""
    stage.open_account(THIEF)
    token = confirmed(stage)

    ask_change(stage, token, THIEF)
    assert stage.published("mail_link_issued") == []

    ask_change(stage, token)
    stage.open_account(ELSEWHERE)
    assert refused(follow, stage, latest(stage, "change").token) == "email_taken"


def test_the_old_address_takes_the_account_back_within_a_week(stage: Stage) -> None:
    """All sessions end, and its owner chooses a new password: the thief knew the old one."""
    thief = confirmed(stage)
    moved(stage, thief, THIEF)
    session = stage.sign_in(THIEF).session

    follow(stage, latest(stage, "undo").token)

    refresh = accounts_pb2.RefreshSessionRequest(refresh_token=session.refresh_token)
    assert refused(stage.call, "RefreshSession", refresh) == "session_ended"
    back = latest(stage, "recover")
    assert back.email == LOU
    recover(stage, back.token)
    assert stage.sign_in(LOU, NEW_PASSWORD).account.email == LOU


def test_a_second_change_leaves_the_first_way_back(stage: Stage) -> None:
    """Whoever moved the account twice cannot close the first owner's door; that one closes theirs."""
    thief = confirmed(stage)
    moved(stage, thief, ELSEWHERE)
    first = latest(stage, "undo")
    moved(stage, thief, THIEF)
    second = latest(stage, "undo")

    assert (first.email, second.email) == (LOU, ELSEWHERE)
    follow(stage, first.token)

    assert refused(follow, stage, second.token) == "link_unusable"
    assert latest(stage, "recover").email == LOU


def test_an_address_on_its_way_back_is_nobody_else_s(stage: Stage) -> None:
    token = confirmed(stage)
    other = confirmed(stage, "ami@exemple.fr")
    moved(stage, token, ELSEWHERE)

    assert refused(stage.open_account, LOU) == "email_taken"
    ask_change(stage, other, LOU)
    assert refused(follow, stage, latest(stage, "change").token) == "email_taken"
    stage.execute("UPDATE mail_links SET expires_at = expires_at - interval '7 days'")
    assert stage.open_account(LOU).email == LOU


def test_a_change_ends_the_other_sessions_when_it_is_followed_signed_in(stage: Stage) -> None:
    token = confirmed(stage)
    other = stage.sign_in(LOU).session
    ask_change(stage, token)

    follow(stage, latest(stage, "change").token, token=token)

    refresh = accounts_pb2.RefreshSessionRequest(refresh_token=other.refresh_token)
    assert refused(stage.call, "RefreshSession", refresh) == "session_ended"
    sessions = stage.call("ListSessions", pb.ListSessionsRequest(), token).sessions
    assert [session.current for session in sessions] == [True]


def test_links_that_are_long_over_go_with_the_addresses_that_they_sealed(stage: Stage) -> None:
    """Whosever they are: at the next link that anybody asks for."""
    moved(stage, confirmed(stage), ELSEWHERE)
    stage.execute("UPDATE mail_links SET expires_at = expires_at - interval '9 days'")

    stage.open_account("ami@exemple.fr")

    assert len(stage.rows(sa.text("SELECT link_id FROM mail_links"))) == 1
