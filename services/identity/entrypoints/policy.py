"""Who may call what: one line an RPC, nothing by default."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from chassis.context import CallContext
from chassis.errors import NotAllowed
from chassis.policy import ANY_ACCOUNT, ANYONE, YOUNG, Rule, delegate, services, staff
from chassis.work import Work


@dataclass(frozen=True, slots=True)
class OnBehalf:
    """One of these services, whoever acts through it: it asks in its own name for what its decision needs."""

    names: frozenset[str]

    def check_caller(self, context: CallContext) -> None:
        if context.service not in self.names:
            raise NotAllowed(f"{context.service} may not call this")

    def check_grants(self, work: Work, request: Any) -> None:
        """A service has no roles."""


_SCHOOL = delegate("school", "principal", "manager")

POLICY: Mapping[str, Rule] = {
    "OpenAccount": ANYONE,
    "SignIn": ANYONE,
    "RefreshSession": ANYONE,
    "SignOut": ANYONE,
    "GetAccount": ANY_ACCOUNT,
    "InviteStaff": staff("administration"),
    "AcceptInvitation": ANYONE,
    "SetStaffRoles": staff("administration"),
    "ListStaff": staff("administration", "audit"),
    # Whoever may find a membership in the wallet may find whose it is.
    "FindPerson": staff("support", "payments", "instruction", "administration", "audit"),
    "GetJwks": ANYONE,
    # Mails are written to addresses asked for at that moment; organisers read their registrants' names.
    "LookUpContacts": OnBehalf(frozenset({"notification", "bonplan"})),
    # A link's token reaches nobody but the mail's reader.
    "LookUpMailLinks": services("notification"),
    "AskConfirmation": ANY_ACCOUNT,
    "AskRecovery": ANYONE,
    "RecoverAccount": ANYONE,
    "AskEmailChange": ANY_ACCOUNT,
    "FollowMailLink": ANYONE,
    "ChangePassword": ANY_ACCOUNT,
    "BeginSecondFactor": ANY_ACCOUNT,
    "ConfirmSecondFactor": ANY_ACCOUNT,
    "RemoveSecondFactor": ANY_ACCOUNT,
    "RenewRecoveryCodes": ANY_ACCOUNT,
    "ListSessions": ANY_ACCOUNT,
    "EndSession": ANY_ACCOUNT,
    "EndOtherSessions": ANY_ACCOUNT,
    "OpenServiceAccount": staff("administration"),
    "RotateServiceSecret": staff("administration"),
    "CloseServiceAccount": staff("administration"),
    "ListServiceAccounts": staff("administration", "audit"),
    "SignInService": ANYONE,
    "DeclareProfile": YOUNG,
    "GetProfile": YOUNG,
    "RecordFacts": staff("instruction", "administration"),
    "GetRecordedFacts": staff("instruction", "administration"),
    "ListMyFacts": YOUNG,
    "ListFactHistory": staff("instruction", "administration"),
    # A young person's request to the wallet needs their facts at once.
    "LookUpFacts": OnBehalf(frozenset({"wallet", "bonplan"})),
    "ListPersons": services("wallet", "bonplan"),
    "ListGrants": services("wallet", "partner", "payout", "bonplan", "notification"),
    "SetPostalAddress": YOUNG,
    "GetPostalAddress": YOUNG,
    "SetPhoto": YOUNG,
    "GetPhoto": YOUNG,
    "RemovePhoto": YOUNG,
    # Cards are printed, and shown at the till, with what is asked for at that moment.
    "LookUpCardHolders": OnBehalf(frozenset({"wallet"})),
    "SubmitCard": YOUNG,
    "GetCardCheck": YOUNG,
    "ListCardChecks": staff("instruction"),
    "GetCardImage": staff("instruction"),
    "DecideCardCheck": staff("instruction"),
    "GetCardCheckReview": staff("instruction"),
    "ConfirmCardDecision": staff("instruction"),
    "DeclineCardDecision": staff("instruction"),
    "AskGuardian": YOUNG,
    "ListMyConsents": YOUNG,
    # Who holds a link proves it by its token.
    "OpenGuardianLink": ANYONE,
    "AnswerGuardianLink": ANYONE,
    "WithdrawConsent": ANYONE,
    "ListConsents": staff("instruction", "administration"),
    "RevokeConsent": staff("instruction", "administration"),
    "RequestEnrolment": YOUNG,
    "ListEnrolments": YOUNG,
    "ListSchoolEnrolments": _SCHOOL,
    "DecideEnrolment": _SCHOOL,
    "ValidateListedEnrolments": _SCHOOL,
    "ImportClassList": _SCHOOL,
    "GetClassListImport": _SCHOOL,
    "ListClassListImports": _SCHOOL,
    "GetClassListReport": _SCHOOL,
    # Référents are named by their address; partner owns what they may do.
    "ListDelegateAccounts": delegate("principal", "manager"),
    "FindDelegateAccount": delegate("principal", "manager"),
    "GetSchoolQueue": _SCHOOL,
    "ListSchoolQueues": staff("instruction", "support", "administration"),
    "GetPersonProfile": staff("instruction"),
    "CorrectProfile": staff("instruction"),
    "ListFormerVersions": staff("instruction", "audit"),
    # Whoever has an account of their own; staff's accounts are refused by the use case.
    "RequestErasure": ANY_ACCOUNT,
    "AskErasure": staff("support", "administration"),
    # Never by who asked: the domain and the database see to that.
    "ConfirmErasure": staff("administration"),
    "DropErasure": staff("support", "administration"),
    "ListErasures": staff("support", "administration", "audit"),
}
