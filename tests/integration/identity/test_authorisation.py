"""Who may call what: every RPC with every kind of caller, against the table written here by hand."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from types import SimpleNamespace

import pytest

from chassis import grants
from chassis.context import Account, AccountKind, CallContext
from chassis.errors import NotAllowed, NotSignedIn
from chassis.work import Work
from services.identity.domain.accounts import STAFF_ROLES
from services.identity.entrypoints.policy import POLICY
from tests.integration.identity.stage import AUTHORITY, Stage

PARTNER_ID = str(uuid.uuid4())
REQUEST = SimpleNamespace(partner_id=PARTNER_ID)
DELEGATE_ROLES = ("school", "principal", "manager", "cashier")
SERVICES = ("gateway", "wallet", "partner", "payout", "bonplan", "notification")

LINKS = {"OpenGuardianLink", "AnswerGuardianLink", "WithdrawConsent"}
PUBLIC = (
    {"OpenAccount", "SignIn", "RefreshSession", "SignOut", "AcceptInvitation", "GetJwks"}
    | LINKS
    | {
        "AskRecovery",
        "RecoverAccount",
        "FollowMailLink",
        "SignInService",
    }
)
OWN_CREDENTIALS = {
    "AskConfirmation",
    "AskEmailChange",
    "ChangePassword",
    "BeginSecondFactor",
    "ConfirmSecondFactor",
    "RemoveSecondFactor",
    "RenewRecoveryCodes",
    "ListSessions",
    "EndSession",
    "EndOtherSessions",
}
SIGNED_IN = PUBLIC | OWN_CREDENTIALS | {"GetAccount", "RequestErasure"}
MACHINES = {"OpenServiceAccount", "RotateServiceSecret", "CloseServiceAccount", "ListServiceAccounts"}
YOUNG = SIGNED_IN | {
    "DeclareProfile",
    "GetProfile",
    "ListMyFacts",
    "AskGuardian",
    "ListMyConsents",
    "SetPostalAddress",
    "GetPostalAddress",
    "SetPhoto",
    "GetPhoto",
    "RemovePhoto",
    "SubmitCard",
    "GetCardCheck",
    "RequestEnrolment",
    "ListEnrolments",
}
SCHOOL = SIGNED_IN | {
    "ListSchoolEnrolments",
    "DecideEnrolment",
    "ValidateListedEnrolments",
    "ImportClassList",
    "GetClassListImport",
    "ListClassListImports",
    "GetClassListReport",
    "GetSchoolQueue",
}
QUEUES = {"ListSchoolQueues"}
FINDS = {"FindPerson"}
ERASES = {"AskErasure", "DropErasure", "ListErasures"}
REFERENTS = {"ListDelegateAccounts", "FindDelegateAccount"}
RECORDS = {"RecordFacts", "GetRecordedFacts", "ListFactHistory", "ListConsents", "RevokeConsent"}
REVIEWS = {
    "ListCardChecks",
    "GetCardImage",
    "DecideCardCheck",
    "GetCardCheckReview",
    "ConfirmCardDecision",
    "DeclineCardDecision",
}
ALLOWED = {
    "nobody": PUBLIC,
    "young": YOUNG,
    "partner": SIGNED_IN,
    "delegate school": SCHOOL,
    "delegate principal": SCHOOL | REFERENTS,
    "delegate manager": SCHOOL | REFERENTS,
    "delegate cashier": SIGNED_IN,
    "delegate of another": SIGNED_IN,
    "staff without code": SIGNED_IN,
    "staff without role": SIGNED_IN,
    **{f"staff {role}": SIGNED_IN for role in STAFF_ROLES},
    "staff administration": SIGNED_IN
    | {"InviteStaff", "SetStaffRoles", "ListStaff", "ConfirmErasure"}
    | FINDS
    | RECORDS
    | MACHINES
    | QUEUES
    | ERASES,
    "staff audit": SIGNED_IN | FINDS | {"ListStaff", "ListServiceAccounts", "ListErasures", "ListFormerVersions"},
    "guardian": SIGNED_IN,
    "machine": PUBLIC,
    "staff instruction": SIGNED_IN
    | FINDS
    | REVIEWS
    | RECORDS
    | QUEUES
    | {"GetPersonProfile", "CorrectProfile", "ListFormerVersions"},
    "staff payments": SIGNED_IN | FINDS,
    "staff support": SIGNED_IN | FINDS | QUEUES | ERASES,
    "staff of another authority": SIGNED_IN,
    "young through wallet": YOUNG | {"LookUpFacts", "LookUpCardHolders"},
    "gateway": PUBLIC,
    "wallet": PUBLIC | {"LookUpFacts", "LookUpCardHolders", "ListPersons", "ListGrants"},
    "partner service": PUBLIC | {"ListGrants"},
    "payout": PUBLIC | {"ListGrants"},
    "bonplan": PUBLIC | {"LookUpFacts", "LookUpContacts", "ListPersons", "ListGrants"},
    "notification": PUBLIC | {"LookUpContacts", "LookUpMailLinks", "ListGrants"},
    "delegate through bonplan": SIGNED_IN | {"LookUpFacts", "LookUpContacts"},
}


def callers(stage: Stage) -> Iterator[tuple[str, CallContext]]:
    yield "nobody", context(None)
    yield "young", context(AccountKind.YOUNG)
    yield "young through wallet", context(AccountKind.YOUNG, service="wallet")
    yield "guardian", context(AccountKind.GUARDIAN)
    yield "machine", granted(stage, AccountKind.SERVICE, grants.AUTHORITY_SCOPE, "audit")
    yield "partner", context(AccountKind.PARTNER)
    yield "delegate through bonplan", context(AccountKind.PARTNER, service="bonplan")
    for role in DELEGATE_ROLES:
        yield f"delegate {role}", granted(stage, AccountKind.PARTNER, grants.partner_scope(PARTNER_ID), role)
    scope = grants.partner_scope(str(uuid.uuid4()))
    yield "delegate of another", granted(stage, AccountKind.PARTNER, scope, "principal")
    yield from staff(stage)
    for service in SERVICES:
        yield "partner service" if service == "partner" else service, CallContext(AUTHORITY, service)


def staff(stage: Stage) -> Iterator[tuple[str, CallContext]]:
    for role in STAFF_ROLES:
        yield f"staff {role}", granted(stage, AccountKind.STAFF, grants.AUTHORITY_SCOPE, role)
    yield "staff without role", context(AccountKind.STAFF)
    boss = granted(stage, AccountKind.STAFF, grants.AUTHORITY_SCOPE, "administration")
    assert boss.account is not None
    without_code = Account(boss.account.account_id, AccountKind.STAFF, second_factor=False)
    yield "staff without code", CallContext(AUTHORITY, "gateway", without_code)
    yield "staff of another authority", CallContext("elsewhere", "gateway", boss.account)


def context(kind: AccountKind | None, service: str = "gateway") -> CallContext:
    account = kind and Account(str(uuid.uuid4()), kind, second_factor=kind is AccountKind.STAFF)
    return CallContext(AUTHORITY, service, account or None)


def granted(stage: Stage, kind: AccountKind, scope: str, role: str) -> CallContext:
    made = context(kind)
    stage.work(lambda work: grants.keep(work.session, work.tables, AUTHORITY, made.account_id, scope, [role], 1))
    return made


def may_call(stage: Stage, rpc: str, caller: CallContext) -> bool:
    platform, rule = stage.parts.platform, POLICY[rpc]
    with platform.database.transaction() as session:
        work: Work = platform.work(session, caller)
        try:
            rule.check_caller(caller)
            rule.check_grants(work, REQUEST)
        except (NotAllowed, NotSignedIn):
            return False
    return True


def test_each_caller_may_call_what_the_table_says_and_nothing_else(stage: Stage) -> None:
    found = {name: {rpc for rpc in POLICY if may_call(stage, rpc, caller)} for name, caller in callers(stage)}

    assert found == ALLOWED


@pytest.mark.parametrize("rpc", sorted(SCHOOL - SIGNED_IN))
def test_a_school_rpc_without_an_establishment_is_for_nobody(stage: Stage, rpc: str) -> None:
    caller = granted(stage, AccountKind.PARTNER, grants.partner_scope(PARTNER_ID), "principal")
    with stage.parts.platform.database.transaction() as session, pytest.raises(NotAllowed):
        POLICY[rpc].check_grants(stage.parts.platform.work(session, caller), SimpleNamespace(partner_id=""))
