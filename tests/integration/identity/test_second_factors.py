"""A second factor of one's own: enrolled, used, replaced by recovery codes, taken off; and one's password changed."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pyotp
import pytest
import sqlalchemy as sa
from atouts.identity.v1 import accounts_pb2
from atouts.identity.v1 import credentials_pb2 as pb

from tests.integration.identity.stage import PASSWORD, Stage
from tests.integration.identity.test_mail_links import LOU, NEW_PASSWORD, confirmed, refused


class Enrolled:
    """An account with a second factor; `next_code` is one whose step was not used."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.token = confirmed(stage)
        begun = stage.call("BeginSecondFactor", pb.BeginSecondFactorRequest(password=PASSWORD), self.token)
        self.factor = factor_of(begun.second_factor_uri)
        confirm = pb.ConfirmSecondFactorRequest(second_factor_code=self.factor.now())
        self.spare = list(stage.call("ConfirmSecondFactor", confirm, self.token).recovery_codes)

    def next_code(self) -> str:
        """Steps used before are forgotten: no test waits half a minute."""
        self.stage.execute("UPDATE accounts SET second_factor_step = 0")
        return self.factor.now()

    def remove(self, code: str, password: str = PASSWORD) -> Any:
        request = pb.RemoveSecondFactorRequest(password=password, second_factor_code=code)
        return self.stage.call("RemoveSecondFactor", request, self.token)


@pytest.fixture
def enrolled(stage: Stage) -> Enrolled:
    return Enrolled(stage)


def test_an_enrolled_factor_is_asked_at_the_next_sign_in(stage: Stage, enrolled: Enrolled) -> None:
    assert refused(stage.sign_in, LOU) == "second_factor_required"
    assert stage.sign_in(LOU, code=enrolled.next_code()).account.second_factor
    assert [row.data["change"] for row in stage.published("credentials_changed")] == ["second_factor_added"]


def test_a_factor_that_no_code_confirmed_is_not_asked(stage: Stage) -> None:
    token = confirmed(stage)
    stage.call("BeginSecondFactor", pb.BeginSecondFactorRequest(password=PASSWORD), token)

    assert refused(confirm, stage, token, "abcdef") == "code_wrong"
    assert not stage.sign_in(LOU).account.second_factor


def test_a_code_confirms_nothing_that_was_not_offered(stage: Stage) -> None:
    assert refused(confirm, stage, confirmed(stage), "123456") == "second_factor_not_offered"


def test_enrolling_asks_the_password(stage: Stage) -> None:
    token = confirmed(stage)
    begin = pb.BeginSecondFactorRequest(password="au hasard")
    assert refused(stage.call, "BeginSecondFactor", begin, token) == "password_wrong"


def test_a_recovery_code_stands_in_once(stage: Stage, enrolled: Enrolled) -> None:
    """However it is typed; a factor's own code goes on."""
    typed = enrolled.spare[0].upper().replace("-", " ")
    assert len(set(enrolled.spare)) == 10

    assert stage.sign_in(LOU, code=typed).account.email == LOU
    assert refused(stage.sign_in, LOU, code=enrolled.spare[0]) == "second_factor_wrong"
    assert stage.sign_in(LOU, code=enrolled.next_code()).account.email == LOU


def test_renewed_recovery_codes_void_those_before(stage: Stage, enrolled: Enrolled) -> None:
    request = pb.RenewRecoveryCodesRequest(password=PASSWORD, second_factor_code=enrolled.next_code())
    fresh = stage.call("RenewRecoveryCodes", request, enrolled.token).recovery_codes

    assert refused(stage.sign_in, LOU, code=enrolled.spare[0]) == "second_factor_wrong"
    assert stage.sign_in(LOU, code=fresh[0]).account.email == LOU


def test_recovery_codes_are_kept_as_keyed_hashes(stage: Stage, enrolled: Enrolled) -> None:
    rows = stage.rows(sa.text("SELECT recovery_codes::text FROM recovery_codes"))
    assert len(rows) == 10
    assert not any(code.encode().hex() in str(row) or code in str(row) for row in rows for code in enrolled.spare)


def test_a_factor_goes_with_password_and_code_and_other_sessions_end(stage: Stage, enrolled: Enrolled) -> None:
    other = stage.sign_in(LOU, code=enrolled.next_code()).session

    assert refused(enrolled.remove, "") == "code_wrong"
    assert refused(enrolled.remove, enrolled.next_code(), "au hasard") == "password_wrong"
    enrolled.remove(enrolled.next_code())

    assert not stage.sign_in(LOU).account.second_factor
    refresh = accounts_pb2.RefreshSessionRequest(refresh_token=other.refresh_token)
    assert refused(stage.call, "RefreshSession", refresh) == "session_ended"
    assert refused(enrolled.remove, "123456") == "second_factor_missing"


def test_staff_replace_their_factor_and_do_not_take_it_off(stage: Stage) -> None:
    """The factor of before is asked no more once a code of the new one came."""
    boss = stage.staff("administration")
    invite = accounts_pb2.InviteStaffRequest(email="agent@exemple.fr", roles=["support"])
    token = stage.call("InviteStaff", invite, boss.token).invitation_token
    accept = accounts_pb2.AcceptInvitationRequest(invitation_token=token, password=PASSWORD)
    first = factor_of(stage.call("AcceptInvitation", accept).second_factor_uri)
    signed_in = stage.sign_in("agent@exemple.fr", code=first.now()).session.access_token
    stage.execute("UPDATE accounts SET second_factor_step = 0")
    remove = pb.RemoveSecondFactorRequest(password=PASSWORD, second_factor_code=first.now())
    assert refused(stage.call, "RemoveSecondFactor", remove, signed_in) == "second_factor_compulsory"

    begun = stage.call("BeginSecondFactor", pb.BeginSecondFactorRequest(password=PASSWORD), signed_in)
    second = factor_of(begun.second_factor_uri)
    confirm(stage, signed_in, second.now())

    stage.execute("UPDATE accounts SET second_factor_step = 0")
    assert refused(stage.sign_in, "agent@exemple.fr", code=first.now()) == "second_factor_wrong"
    assert stage.sign_in("agent@exemple.fr", code=second.now()).account.second_factor


def test_a_changed_password_ends_the_other_sessions_and_keeps_this_one(stage: Stage) -> None:
    first = confirmed(stage)
    signed_in = stage.sign_in(LOU).session
    change = pb.ChangePasswordRequest(password=PASSWORD, new_password=NEW_PASSWORD)
    stage.call("ChangePassword", change, signed_in.access_token)

    sessions = stage.call("ListSessions", pb.ListSessionsRequest(), first).sessions
    assert len(sessions) == 1
    refresh = accounts_pb2.RefreshSessionRequest(refresh_token=signed_in.refresh_token)
    assert stage.call("RefreshSession", refresh).session.access_token
    assert stage.sign_in(LOU, NEW_PASSWORD).account.email == LOU


@pytest.mark.parametrize(("password", "new", "reason"), [
    ("au hasard", NEW_PASSWORD, "password_wrong"),
    (PASSWORD, "court", "password_length"),
    (PASSWORD, LOU, "password_guessable"),
])  # fmt: skip
def test_a_password_changes_for_a_fit_one_and_with_the_old_one(
    stage: Stage, password: str, new: str, reason: str
) -> None:
    token = confirmed(stage)
    change = pb.ChangePasswordRequest(password=password, new_password=new)
    assert refused(stage.call, "ChangePassword", change, token) == reason
    assert stage.sign_in(LOU).account.email == LOU


def factor_of(uri: str) -> pyotp.TOTP:
    return pyotp.TOTP(parse_qs(urlsplit(uri).query)["secret"][0])


def confirm(stage: Stage, token: str, code: str) -> Any:
    return stage.call("ConfirmSecondFactor", pb.ConfirmSecondFactorRequest(second_factor_code=code), token)
