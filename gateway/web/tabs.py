"""The tabs of staff's pages: each role's own work. The services decide what a call may do; a test holds both together.

Roles come with the session, as old as its access token at most (docs/decisions/0157).
"""

from __future__ import annotations

from dataclasses import dataclass

from gateway.web.session import Session

INSTRUCTION, MODERATION, PAYMENTS = "instruction", "moderation", "payments"
SUPPORT, ADMINISTRATION, AUDIT = "support", "administration", "audit"
EVERY_ROLE = frozenset({INSTRUCTION, MODERATION, PAYMENTS, SUPPORT, ADMINISTRATION, AUDIT})
_READING = EVERY_ROLE - {MODERATION}
OF_MONEY = frozenset({PAYMENTS, ADMINISTRATION, AUDIT})
"""Those who read payouts."""


@dataclass(frozen=True, slots=True)
class Tab:
    """A tab, the RPC (`service.Name`) that its page is drawn from, and the roles that may call it."""

    path: str
    words: str
    reads: str
    roles: frozenset[str]


TABS = (
    Tab("/agents/pieces", "Pièces d’identité", "identity.ListCardChecks", frozenset({INSTRUCTION})),
    Tab("/agents/cartes", "Cartes", "wallet.ListCardOrders", frozenset({SUPPORT, ADMINISTRATION})),
    Tab("/agents/partenaires", "Partenaires", "partner.ListApplications", _READING),
    Tab("/agents/bons-plans", "Bons plans", "bonplan.ListOffersToModerate", frozenset({MODERATION})),
    Tab("/agents/saisons", "Saisons", "wallet.ListSeasons", EVERY_ROLE),
    Tab("/agents/budgets", "Budgets", "wallet.ListEnvelopes", EVERY_ROLE),
    Tab("/agents/remboursements", "Remboursements", "payout.ListRuns", OF_MONEY),
    Tab("/agents/reversements", "Reversements", "payout.ListClawbacks", OF_MONEY),
    Tab("/agents/retenues", "Retenues", "payout.ListHolds", OF_MONEY),
    Tab("/agents/ibans", "IBAN", "partner.ListWaitingIbans", frozenset({PAYMENTS})),
    Tab("/agents/justificatifs", "Justificatifs", "partner.ListPayoutProofs", _READING),
    Tab("/agents/adhesions", "Adhésions", "wallet.SearchMemberships", _READING),
    Tab("/agents/corrections", "Corrections", "wallet.SearchCorrections", OF_MONEY | {SUPPORT}),
    Tab(
        "/agents/suspensions",
        "Suspensions",
        "wallet.SearchSuspensions",
        frozenset({INSTRUCTION, ADMINISTRATION, AUDIT}),
    ),
    Tab(
        "/agents/etablissements",
        "Établissements",
        "identity.ListSchoolQueues",
        frozenset({INSTRUCTION, SUPPORT, ADMINISTRATION}),
    ),
    Tab("/agents/suppressions", "Suppressions", "identity.ListErasures", frozenset({SUPPORT, ADMINISTRATION, AUDIT})),
    Tab("/agents/equipe", "Équipe", "identity.ListStaff", frozenset({ADMINISTRATION, AUDIT})),
)


def tabs_of(session: Session | None) -> list[Tab]:
    """Those of the visitor's roles, in the order of the bar."""
    return [tab for tab in TABS if session and tab.roles.intersection(session.roles)]
