"""Staff: invitations, second factor, roles."""

from __future__ import annotations

import time
from urllib.parse import parse_qs, urlparse

import pyotp
import pytest
from atouts.identity.v1 import accounts_pb2 as pb
from atouts.identity.v1 import credentials_pb2

from chassis.grpc_client import PeerRefused
from tests.integration.identity.stage import PASSWORD, Caller, Stage

ANNE = "anne@normandie.fr"


def invite(stage: Stage, boss: Caller, email: str = ANNE, roles: tuple[str, ...] = ("instruction",)) -> str:
    request = pb.InviteStaffRequest(email=email, roles=roles)
    return str(stage.call("InviteStaff", request, boss.token).invitation_token)


def accept(stage: Stage, token: str) -> pyotp.TOTP:
    request = pb.AcceptInvitationRequest(invitation_token=token, password=PASSWORD)
    uri = stage.call("AcceptInvitation", request).second_factor_uri
    return pyotp.TOTP(parse_qs(urlparse(uri).query)["secret"][0])


def reason_of(stage: Stage, rpc: str, request: object, token: str = "") -> str:
    with pytest.raises(PeerRefused) as refused:
        stage.call(rpc, request, token)
    return refused.value.reason


def sign_in_reason(stage: Stage, code: str) -> str:
    with pytest.raises(PeerRefused) as refused:
        stage.sign_in(ANNE, code=code)
    return refused.value.reason


def test_an_invited_member_of_staff_signs_in_with_password_and_code(stage: Stage) -> None:
    totp = accept(stage, invite(stage, stage.staff("administration")))

    signed_in = stage.sign_in(ANNE, code=totp.now())

    assert signed_in.account.roles == ["instruction"]
    assert signed_in.account.second_factor
    assert sign_in_reason(stage, "") == "second_factor_required"


def test_a_code_is_good_once_and_the_next_one_is_good_again(stage: Stage) -> None:
    totp = accept(stage, invite(stage, stage.staff("administration")))
    now = int(time.time())
    stage.sign_in(ANNE, code=totp.at(now))

    assert sign_in_reason(stage, totp.at(now)) == "second_factor_wrong"
    assert stage.sign_in(ANNE, code=totp.at(now + 30)).session.access_token


def test_a_code_of_long_ago_is_wrong_and_counts_as_a_failure(stage: Stage) -> None:
    totp = accept(stage, invite(stage, stage.staff("administration")))
    old = totp.at(int(time.time()) - 120)
    for _ in range(10):
        assert sign_in_reason(stage, old) == "second_factor_wrong"

    assert sign_in_reason(stage, totp.now()) == "account_locked"


def test_an_account_of_staff_is_told_opened_when_its_first_invitation_is_accepted(stage: Stage) -> None:
    boss = stage.staff("administration")
    token = invite(stage, boss)
    assert stage.published("account_opened") == []

    accept(stage, token)
    accept(stage, invite(stage, boss))  # the second factor was lost before anybody signed in

    (fact,) = stage.published("account_opened")
    assert (fact.version, fact.data["account_id"], fact.data["kind"]) == (1, fact.subject, "staff")


def test_an_invitation_travels_by_mail_to_its_address(stage: Stage) -> None:
    """The mail's link holds the token that is accepted, until it is; an invitation that another voids has no link."""
    boss = stage.staff("administration")
    invite(stage, boss)
    token = invite(stage, boss)
    issued = [row.data["link_id"] for row in stage.published("mail_link_issued") if row.data["purpose"] == "invite"]
    request = credentials_pb2.LookUpMailLinksRequest(link_ids=issued)
    (link,) = stage.call("LookUpMailLinks", request, service="notification").links
    assert (link.email, link.token, link.purpose) == (ANNE, token, credentials_pb2.LINK_PURPOSE_INVITE)
    follow = credentials_pb2.FollowMailLinkRequest(token=token)
    assert reason_of(stage, "FollowMailLink", follow) == "link_unusable"

    accept(stage, token)

    assert not stage.call("LookUpMailLinks", request, service="notification").links


def test_staff_are_listed_with_where_they_stand(stage: Stage) -> None:
    """Invited until when, over, joined; whoever has signed in is not invited again."""
    boss = stage.staff("administration")

    def listed() -> pb.StaffMember:
        (member,) = stage.call("ListStaff", pb.ListStaffRequest(), boss.token).staff
        assert isinstance(member, pb.StaffMember)
        return member

    invite(stage, boss, roles=("instruction", "audit"))
    waiting = listed()
    assert (waiting.email, list(waiting.roles), waiting.state) == (
        ANNE,
        ["audit", "instruction"],
        pb.STAFF_STATE_INVITED,
    )
    assert waiting.HasField("invited_until")
    stage.execute("UPDATE invitations SET expires_at = expires_at - interval '7 days'")
    assert listed().state == pb.STAFF_STATE_LAPSED
    totp = accept(stage, invite(stage, boss))
    assert (listed().state, listed().may_be_invited_again) == (pb.STAFF_STATE_JOINED, True)
    stage.sign_in(ANNE, code=totp.now())
    assert (listed().state, listed().may_be_invited_again) == (pb.STAFF_STATE_JOINED, False)


def test_staff_find_a_young_person_by_their_address_and_leave_a_trace(stage: Stage) -> None:
    """Nobody else's account is found; moderation finds nobody."""
    lou = stage.young("lou@exemple.fr")
    support = stage.staff("support")
    found = stage.call("FindPerson", pb.FindPersonRequest(email=" Lou@Exemple.fr "), support.token)
    assert found.person_id == lou.account_id
    (row,) = stage.rows(stage.parts.platform.tables.audit.select())
    assert (row.account_id, row.act, row.subject) == (support.account_id, "person_found", lou.account_id)
    stage.open_account("caisse@exemple.fr", pb.ACCOUNT_KIND_PARTNER)
    for email in ("caisse@exemple.fr", "personne@exemple.fr", "sans arobase"):
        assert reason_of(stage, "FindPerson", pb.FindPersonRequest(email=email), support.token) == "account_unknown"
    request = pb.FindPersonRequest(email="lou@exemple.fr")
    assert reason_of(stage, "FindPerson", request, stage.staff("moderation").token) == "not_allowed"


def test_an_invitation_is_good_once(stage: Stage) -> None:
    token = invite(stage, stage.staff("administration"))
    accept(stage, token)

    request = pb.AcceptInvitationRequest(invitation_token=token, password=PASSWORD)

    assert reason_of(stage, "AcceptInvitation", request) == "invitation_unusable"
    assert len(stage.published("account_opened")) == 1


def test_an_invitation_ends_after_seven_days_and_another_voids_it(stage: Stage) -> None:
    boss = stage.staff("administration")
    first = invite(stage, boss)
    second = invite(stage, boss)
    stage.execute("UPDATE invitations SET expires_at = expires_at - interval '7 days'")
    third = invite(stage, boss)

    for token in (first, second):
        request = pb.AcceptInvitationRequest(invitation_token=token, password=PASSWORD)
        assert reason_of(stage, "AcceptInvitation", request) == "invitation_unusable"
    assert accept(stage, third)


def test_who_has_signed_in_is_not_invited_again(stage: Stage) -> None:
    boss = stage.staff("administration")
    totp = accept(stage, invite(stage, boss))
    stage.sign_in(ANNE, code=totp.now())

    request = pb.InviteStaffRequest(email=ANNE, roles=["instruction"])

    assert reason_of(stage, "InviteStaff", request, boss.token) == "email_taken"


def test_roles_are_told_to_other_services_with_rising_versions(stage: Stage) -> None:
    boss = stage.staff("administration")
    invite(stage, boss)
    account_id = stage.published("grant_changed")[0].subject

    for roles in (["payments", "audit"], ["payments", "audit"], []):
        request = pb.SetStaffRolesRequest(account_id=account_id, roles=roles)
        stage.call("SetStaffRoles", request, boss.token)

    told = [(row.version, row.data["roles"]) for row in stage.published("grant_changed")]
    assert told == [(1, ["instruction"]), (2, ["audit", "payments"]), (3, [])]


def test_losing_every_role_ends_the_sessions(stage: Stage) -> None:
    boss = stage.staff("administration")
    totp = accept(stage, invite(stage, boss))
    signed_in = stage.sign_in(ANNE, code=totp.now())
    request = pb.SetStaffRolesRequest(account_id=signed_in.account.account_id)
    stage.call("SetStaffRoles", request, boss.token)

    refresh = pb.RefreshSessionRequest(refresh_token=signed_in.session.refresh_token)

    assert reason_of(stage, "RefreshSession", refresh) == "session_ended"


def test_an_administrator_does_not_take_administration_from_themselves(stage: Stage) -> None:
    boss = stage.staff("administration")
    totp = accept(stage, invite(stage, boss, roles=("administration",)))
    anne = stage.sign_in(ANNE, code=totp.now())
    request = pb.SetStaffRolesRequest(account_id=anne.account.account_id, roles=["audit"])

    assert reason_of(stage, "SetStaffRoles", request, anne.session.access_token) == "own_administration"


def test_only_administration_invites(stage: Stage) -> None:
    request = pb.InviteStaffRequest(email=ANNE, roles=["instruction"])

    assert reason_of(stage, "InviteStaff", request, stage.staff("payments").token) == "not_allowed"
    assert reason_of(stage, "InviteStaff", request, stage.young().token) == "not_allowed"
    assert reason_of(stage, "InviteStaff", request) == "not_signed_in"


def test_an_unknown_role_is_named(stage: Stage) -> None:
    request = pb.InviteStaffRequest(email=ANNE, roles=["instruction", "chef"])

    with pytest.raises(PeerRefused, match="role_unknown") as refused:
        stage.call("InviteStaff", request, stage.staff("administration").token)

    assert "« chef »" in refused.value.sentence_fr


def test_every_act_of_administration_is_on_record(stage: Stage) -> None:
    boss = stage.staff("administration")
    invite(stage, boss)

    (row,) = stage.rows(stage.parts.platform.tables.audit.select())

    assert (row.account_id, row.act, row.after) == (boss.account_id, "staff_invited", {"roles": ["instruction"]})


def test_wallet_partner_and_payout_list_the_grants(stage: Stage) -> None:
    boss = stage.staff("administration")
    invite(stage, boss)

    listed = stage.call("ListGrants", pb.ListGrantsRequest(), service="payout").grants

    assert {(grant.scope, tuple(grant.roles)) for grant in listed} == {
        ("authority", ("administration",)),
        ("authority", ("instruction",)),
    }
