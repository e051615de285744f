"""Who may call what. Each RPC has one line; nothing is allowed by default."""

from __future__ import annotations

from chassis.policy import ANYONE, PARTNER_ACCOUNT, Rule, delegate, either, services, staff

_READING_STAFF = staff("instruction", "payments", "administration", "support", "audit")
_RUNNING = delegate("principal", "manager")

POLICY: dict[str, Rule] = {
    "RegisterPartner": PARTNER_ACCOUNT,
    "GetPartner": either(delegate("principal", "manager", "cashier", "school"), _READING_STAFF),
    "ListMyPartners": PARTNER_ACCOUNT,
    "ChangeDeclarations": _RUNNING,
    "UploadDocument": _RUNNING,
    # Documents hold the identity of the legal representative: not for cashiers and schools.
    "GetDocument": either(_RUNNING, _READING_STAFF),
    "SubmitIban": _RUNNING,
    # Whole numbers: for those who verify them.
    "ListWaitingIbans": staff("payments"),
    "VerifyIban": staff("payments"),
    "AddDelegate": _RUNNING,
    "RemoveDelegate": _RUNNING,
    "RecordStaffFact": staff("instruction"),
    "SubmitPayoutProof": _RUNNING,
    "ListPayoutProofs": either(_READING_STAFF, services("payout")),
    "DecidePayoutProof": staff("instruction"),
    "ApplyForAccreditation": _RUNNING,
    "SignCharter": delegate("principal"),
    "SubmitApplication": _RUNNING,
    "ListApplications": _READING_STAFF,
    "DecideAccreditation": staff("instruction"),
    "WithdrawAccreditation": staff("instruction"),
    "ListPartnerTerms": ANYONE,
    "SearchDirectory": ANYONE,
    "LookUpPartners": ANYONE,
    "LookUpBankAccounts": services("payout"),
    "ListAccreditations": services("wallet", "bonplan"),
    "ListEstablishments": services("identity"),
    "ListGrants": services("identity", "wallet", "payout", "bonplan"),
    "ListPartnerContacts": services("notification"),
}
