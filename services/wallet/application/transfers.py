"""A balance is moved whole to the holder's account at another operator: a debit by the operator's own site.

What the operator may not know is looked at before its debit group: a benefit that loads later may have fallen due."""

from __future__ import annotations

from chassis.clock import paris_day
from chassis.work import Work
from rulebooks import Transfer, UnknownBenefit
from services.wallet.application.memberships import credit_what_loads_later
from services.wallet.application.outcomes import Receipt
from services.wallet.application.rules import Rules
from services.wallet.application.secret_codes import may_decide, proven
from services.wallet.domain.debit import DebitWallet
from services.wallet.domain.errors import WalletRefusal


def prepare(work: Work, rules: Rules, order: DebitWallet) -> None:
    """Credit what is due by now, where the order is a delegate's, its key new and its card proven; the code is not
    burnt. Raises TransferNotYet."""
    if not may_decide(work, order):
        return
    try:
        card, presentation = proven(work, rules, order)
        benefit = rules.in_force(work, order.scheme, order.season).benefit(order.benefit)
    except (WalletRefusal, UnknownBenefit):
        return  # the group says why
    if order.channel(presentation) in benefit.channels:
        credit_what_loads_later(work, rules, card.person_id, order.scheme, order.season, order.benefit)


def stated(work: Work, rules: Rules, receipt: Receipt) -> Transfer | None:
    """The operator and its unit, by the version in force when the balance was moved."""
    on = paris_day(receipt.occurred_at)
    return rules.in_force(work, receipt.scheme, receipt.season, on).benefit(receipt.benefit).transfer
