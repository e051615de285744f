"""Staff on pages: invited by administration, by a mail that leads to a page of their own; their roles."""

from __future__ import annotations

import pytest
from atouts.identity.v1 import accounts_pb2 as pb
from atouts.identity.v1 import credentials_pb2

from chassis.context import AccountKind
from chassis.errors import Answer, Status
from gateway.web.session import COOKIE
from tests.integration.gateway_api.conftest import FakeServices
from tests.integration.gateway_web.conftest import Browser

_LIST = "/agents/equipe"
_TOKEN = "jeton-que-personne-ne-devine"
_URI = "otpauth://totp/Atouts:anne%40exemple.fr?secret=JBSWY3DPEHPK3PXP&issuer=Atouts"
_ANNE = pb.StaffMember(
    account_id="a1", email="anne@exemple.fr", roles=["instruction", "audit"], state=pb.STAFF_STATE_INVITED,
    may_be_invited_again=True,
)  # fmt: skip
_BOB = pb.StaffMember(account_id="b1", email="bob@exemple.fr", roles=["payments"], state=pb.STAFF_STATE_JOINED)


@pytest.fixture
def administrator(browser: Browser, services: FakeServices) -> Browser:
    browser.sign_in(AccountKind.STAFF, roles=("administration",))
    services.answers["ListStaff"] = pb.ListStaffResponse(staff=[_ANNE, _BOB])
    return browser


def test_staff_are_listed_with_roles_and_invitations(administrator: Browser) -> None:
    page = administrator.get(_LIST).text
    for words in ("anne@exemple.fr", "Instruction, Contrôle", "Invitation envoyée, jusqu’au", "Compte ouvert"):
        assert words in page


def test_an_invitation_goes_by_mail_and_is_shown_to_nobody(administrator: Browser, services: FakeServices) -> None:
    """Whoever invites never holds the link: two signatures stay two people's."""
    services.answers["InviteStaff"] = pb.InviteStaffResponse(account_id="c1", invitation_token=_TOKEN)
    done = administrator.post(_LIST, {"email": "carla@exemple.fr", "roles": ["moderation", "support"]})
    assert done.headers["location"] == f"{_LIST}?fait=invite"
    assert _TOKEN not in done.text + str(done.headers) + administrator.get(done.headers["location"]).text
    sent = next(each.request for each in services.calls if each.rpc == "InviteStaff")
    assert (sent.email, list(sent.roles)) == ("carla@exemple.fr", ["moderation", "support"])


def test_an_invitation_names_at_least_one_known_role(administrator: Browser, services: FakeServices) -> None:
    for form in ({"email": "carla@exemple.fr"}, {"email": "carla@exemple.fr", "roles": "chef"}):
        assert administrator.post(_LIST, form).status_code == 422
    assert "InviteStaff" not in [each.rpc for each in services.calls]


def test_roles_are_changed_and_may_be_none(administrator: Browser, services: FakeServices) -> None:
    """What is ticked is what is held from now on."""
    page = administrator.get(f"{_LIST}/b1").text
    assert page.count("checked") == 1
    assert "Inviter à nouveau" not in page
    assert administrator.post(f"{_LIST}/b1", {"roles": ["audit"]}).headers["location"] == f"{_LIST}?fait=roles"
    assert (services.last.request.account_id, list(services.last.request.roles)) == ("b1", ["audit"])
    administrator.post(f"{_LIST}/b1")
    assert list(services.last.request.roles) == []


def test_own_administration_is_kept_with_the_service_s_sentence(administrator: Browser, services: FakeServices) -> None:
    services.answers["SetStaffRoles"] = Answer(
        Status.FAILED_PRECONDITION, "own_administration", "Gardez ce rôle.", "Keep it.", "roles"
    )
    refused = administrator.post(f"{_LIST}/b1", {"roles": ["audit"]})
    assert 'id="roles-erreur">Gardez ce rôle.' in refused.text


def test_who_has_not_signed_in_is_invited_again_in_the_same_roles(
    administrator: Browser, services: FakeServices
) -> None:
    assert "Inviter à nouveau" in administrator.get(f"{_LIST}/a1").text
    done = administrator.post(f"{_LIST}/a1/invitation")
    assert done.headers["location"] == f"{_LIST}?fait=invite"
    sent = services.last.request
    assert (sent.email, list(sent.roles)) == ("anne@exemple.fr", ["instruction", "audit"])
    assert administrator.get(f"{_LIST}/unknown").status_code == 404


def test_an_auditor_reads_the_team_and_changes_nothing(browser: Browser, services: FakeServices) -> None:
    browser.sign_in(AccountKind.STAFF, roles=("audit",))
    services.answers["ListStaff"] = pb.ListStaffResponse(staff=[_ANNE])
    page = browser.get(_LIST).text
    assert "anne@exemple.fr" in page
    assert "Inviter un agent" not in page


def test_an_invitation_is_accepted_with_a_password_and_shows_the_second_factor_once(
    browser: Browser, services: FakeServices
) -> None:
    """Opening the link uses nothing up; whoever was signed in here is not any more."""
    browser.sign_in(AccountKind.STAFF)
    path = f"/compte/invitation/{_TOKEN}"
    assert "Accepter l’invitation" in browser.get(path).text
    assert "AcceptInvitation" not in [each.rpc for each in services.calls]
    services.answers["AcceptInvitation"] = pb.AcceptInvitationResponse(
        account=pb.Account(email="anne@exemple.fr"), second_factor_uri=_URI
    )
    accepted = browser.post(path, {"password": "une phrase assez longue"})
    sent = next(each.request for each in services.calls if each.rpc == "AcceptInvitation")
    assert (sent.invitation_token, sent.password) == (_TOKEN, "une phrase assez longue")
    for words in ("JBSWY3DPEHPK3PXP", "<svg", "anne@exemple.fr", "/compte/connexion"):
        assert words in accepted.text
    assert accepted.headers["cache-control"] == "no-store"
    assert COOKIE not in browser.http.cookies


def test_an_invitation_that_is_over_says_so(browser: Browser, services: FakeServices) -> None:
    """With what to do; a short password never reaches identity."""
    path = f"/compte/invitation/{_TOKEN}"
    assert browser.post(path, {"password": "court"}).status_code == 422
    services.answers["AcceptInvitation"] = Answer(
        Status.FAILED_PRECONDITION, "invitation_unusable", "Demandez-en une nouvelle.", "Ask.", "invitation_token"
    )
    assert "Demandez-en une nouvelle." in browser.post(path, {"password": "une phrase assez longue"}).text


_MACHINES = f"{_LIST}/programmes"
_SECRET = "secret-que-personne-ne-devine"


def test_a_program_s_secret_is_shown_once(administrator: Browser, services: FakeServices) -> None:
    """On the page that answers; opening and changing alike."""
    services.answers["OpenServiceAccount"] = credentials_pb2.OpenServiceAccountResponse(
        account_id="m1", client_secret=_SECRET
    )
    services.answers["RotateServiceSecret"] = credentials_pb2.RotateServiceSecretResponse(client_secret=f"{_SECRET}-2")
    opened = administrator.post(_MACHINES, {"name": "Entrepôt de données", "roles": ["audit"]})
    assert _SECRET in opened.text
    sent = next(each.request for each in services.calls if each.rpc == "OpenServiceAccount")
    assert (sent.name, list(sent.roles)) == ("Entrepôt de données", ["audit"])
    assert _SECRET not in administrator.get(_MACHINES).text
    changed = administrator.post(f"{_MACHINES}/m1/secret").text
    assert f"{_SECRET}-2" in changed
    assert "sert encore sept jours" in changed


def test_a_program_holds_reading_roles_only(administrator: Browser, services: FakeServices) -> None:
    refused = administrator.post(_MACHINES, {"name": "Entrepôt", "roles": ["payments"]})
    assert refused.status_code == 422
    assert "OpenServiceAccount" not in [each.rpc for each in services.calls]


def test_a_program_s_account_is_closed(browser: Browser, administrator: Browser, services: FakeServices) -> None:
    """By administration; audit reads the list."""
    listed = credentials_pb2.ListServiceAccountsResponse()
    listed.service_accounts.add(account_id="m1", name="Entrepôt", roles=["audit"])
    services.answers["ListServiceAccounts"] = listed
    assert administrator.post(f"{_MACHINES}/m1/fermeture").headers["location"] == f"{_MACHINES}?fait=ferme"
    assert services.last.request.account_id == "m1"
    browser.sign_in(AccountKind.STAFF, roles=("audit",))
    page = browser.get(_MACHINES).text
    assert "Entrepôt" in page
    assert "Fermer" not in page
