"""Who may call what. One line an RPC; nothing is allowed by default."""

from __future__ import annotations

from chassis.policy import ANYONE, YOUNG, Rule, delegate, either, services, staff
from services.wallet.domain.debit import TILL_ROLES

_ANY_STAFF = staff("administration", "audit", "instruction", "moderation", "payments", "support")
_AT_THE_TILL = delegate(*TILL_ROLES)
# The debit group reads the grants itself, with its own rows.
_IN_THE_GROUP = delegate(*TILL_ROLES, in_handler=True)

POLICY: dict[str, Rule] = {
    "OpenSeason": staff("administration"),
    "AdoptVersion": staff("administration"),
    "ListSeasons": ANYONE,
    "VoteBudget": staff("administration"),
    "ListEnvelopes": _ANY_STAFF,
    "ListWaitingMembers": _ANY_STAFF,
    "RequestMembership": YOUNG,
    "ListMemberships": YOUNG,
    # Whoever may open a membership may find it: as ListMembershipWallets.
    "SearchMemberships": staff("support", "payments", "instruction", "administration", "audit"),
    "StartCardPayment": YOUNG,
    "AnnounceCheque": YOUNG,
    "CashCheque": staff("payments"),
    "GrantFreeMembership": staff("payments", "administration"),
    "RecordProviderEvent": services("gateway"),
    "Simulate": ANYONE,
    "ListMembershipWallets": staff("support", "payments", "instruction", "administration", "audit"),
    "ProposeCorrection": staff("support", "payments"),
    # Never by who proposed it: the domain and the database see to that.
    "ConfirmCorrection": staff("payments", "administration"),
    "DropCorrection": staff("support", "payments", "administration"),
    "SearchCorrections": staff("support", "payments", "administration", "audit"),
    # A person's rights are decided by those who decide on persons' files.
    "SuspendBenefits": staff("instruction", "administration"),
    "LiftSuspension": staff("instruction", "administration"),
    "RecordSuspensionLetters": staff("instruction", "administration"),
    "SearchSuspensions": staff("instruction", "administration", "audit"),
    "ListSuspensions": YOUNG,
    "ListWallets": YOUNG,
    "ListMovements": YOUNG,
    "ListAccesses": YOUNG,
    "ListUses": YOUNG,
    "ListSpendable": YOUNG,
    "ShowCode": YOUNG,
    "ReadCard": YOUNG,
    "SetSecretCode": YOUNG,
    "PrintCard": YOUNG,
    "ReplaceAppCard": YOUNG,
    "PairCard": YOUNG,
    "OpposeCards": YOUNG,
    "OrderCard": YOUNG,
    "CreateVoucher": YOUNG,
    "ListVouchers": YOUNG,
    "ReleaseVoucher": YOUNG,
    "PrintVoucher": YOUNG,
    "ListPersonCards": staff("administration", "support"),
    "OpposePersonCards": staff("administration", "support"),
    "ListCardOrders": staff("administration", "support"),
    "ExportCardOrders": staff("administration"),
    "MakeCards": staff("administration"),
    "ListCardBatches": staff("administration", "support"),
    "GetCardBatchFile": staff("administration"),
    "MarkCardBatchSent": staff("administration"),
    "PresentCard": _AT_THE_TILL,
    "ShowHolder": _AT_THE_TILL,
    "Debit": _IN_THE_GROUP,
    "CancelDebit": _AT_THE_TILL,
    "RecordUse": _AT_THE_TILL,
    "CancelUse": _AT_THE_TILL,
    "ListPartnerUses": either(_AT_THE_TILL, _ANY_STAFF),
    "Transfer": _IN_THE_GROUP,
    "ReadVoucher": _AT_THE_TILL,
    "RedeemVoucher": _AT_THE_TILL,
    "ListPartnerDebits": either(_AT_THE_TILL, _ANY_STAFF),
    # As proven as a debit, so that the bench's two sides differ in the debit alone.
    "EchoDebit": _IN_THE_GROUP,
    "StopAccreditation": services("partner"),
    "RecordClawback": services("payout"),
    "CountDay": services("payout"),
    "ListDayMovements": services("payout"),
    "ListMembershipStates": services("bonplan", "notification"),
}
