"""The membership fee: by card at a payment provider, or by cheque cashed by staff.

A membership counts only once the money is there (règlement 2025-2026, §3.1). The fee, its means and the time to settle
it are those of the version that the request was made under.
"""

from __future__ import annotations

import uuid
from dataclasses import replace
from uuid import UUID

from chassis.work import Work
from rulebooks import Rulebook
from services.wallet.application.activation import activate
from services.wallet.application.idempotency import Done, RequestKey, once
from services.wallet.application.rules import Rules
from services.wallet.domain.errors import (
    FeeNotDue,
    ProviderEventRefused,
    SettlementClosed,
    UnknownMembership,
)
from services.wallet.domain.membership import Membership
from services.wallet.domain.payment import (
    Checkout,
    Payment,
    PaymentResult,
    PaymentState,
    ProviderEvent,
)
from services.wallet.store import fees, memberships

CHEQUE = "cheque"


def start_card_payment(work: Work, rules: Rules, provider: str, person_id: UUID, membership_id: UUID) -> Payment:
    """A payment to be made at the provider.

    Raises UnknownMembership, FeeNotDue, MeansNotAccepted, SettlementClosed.
    """
    membership = _own(work, person_id, membership_id)
    rulebook = rules.by_hash(membership.rulebook_hash)
    memberships.save(work, membership.paying("card", rulebook, work.today))
    payment = Payment(
        uuid.uuid4(),
        membership_id,
        "card",
        provider,
        membership.fee_cents,
        PaymentState.STARTED,
        started_at=work.now,
    )
    fees.add(work, payment)
    return payment


def keep_checkout(work: Work, payment: Payment, checkout: Checkout) -> None:
    """The provider's id of a payment; its word may have come already."""
    current = fees.lock(work, payment.payment_id)
    assert current is not None
    fees.save(work, replace(current, checkout_id=checkout.checkout_id))


def announce_cheque(work: Work, rules: Rules, person_id: UUID, membership_id: UUID) -> Membership:
    """Raises UnknownMembership, FeeNotDue, MeansNotAccepted, SettlementClosed."""
    membership = _own(work, person_id, membership_id)
    rulebook = rules.by_hash(membership.rulebook_hash)
    announced = membership.paying(CHEQUE, rulebook, work.today)
    memberships.save(work, announced)
    return announced


def cash_cheque(work: Work, rules: Rules, key: RequestKey, membership_id: UUID, reference: str) -> None:
    """Staff cashed the cheque with this number.

    Raises UnknownMembership, FeeNotDue, SettlementClosed, KeyReused.
    """
    once(work, key, lambda: _cash_cheque(work, rules, membership_id, reference))


def _cash_cheque(work: Work, rules: Rules, membership_id: UUID, reference: str) -> Done:
    membership = memberships.lock(work, membership_id)
    if membership is None:
        raise UnknownMembership
    _cash(work, rules, membership)
    payment = Payment(
        uuid.uuid4(),
        membership_id,
        CHEQUE,
        CHEQUE,
        membership.fee_cents,
        PaymentState.CASHED,
        started_at=work.now,
        reference=reference,
        settled_at=work.now,
    )
    fees.add(work, payment)
    work.audit(
        "cheque_cashed",
        str(membership_id),
        before={"fee_state": membership.fee_state.value},
        after={"fee_state": "cashed", "payment_id": str(payment.payment_id)},
    )
    return Done({"membership_id": str(membership_id)})


def grant_free(work: Work, rules: Rules, key: RequestKey, membership_id: UUID, reason: str) -> None:
    """Staff let the fee go and the membership becomes active (règlement 2025-2026, §3.1).

    Raises UnknownMembership, FeeNotDue, FeeNotWaivable, SettlementClosed, KeyReused.
    """
    once(work, key, lambda: _grant_free(work, rules, membership_id, reason))


def _grant_free(work: Work, rules: Rules, membership_id: UUID, reason: str) -> Done:
    membership = memberships.lock(work, membership_id)
    if membership is None:
        raise UnknownMembership
    rulebook = rules.by_hash(membership.rulebook_hash)
    _activate_settled(work, rules, rulebook, membership.waived(rulebook))
    work.audit(
        "free_membership_granted",
        str(membership_id),
        before={"fee_state": membership.fee_state.value},
        after={"fee_state": "waived", "reason": reason},
    )
    return Done({"membership_id": str(membership_id)})


def record_provider_event(work: Work, rules: Rules, event: ProviderEvent) -> UUID | None:
    """Take the provider's word once; the same word again changes nothing. The membership that money came for, now.

    Raises ProviderEventRefused.
    """
    payment = fees.lock(work, event.payment_id)
    if payment is None or payment.amount_cents != event.amount_cents:
        raise ProviderEventRefused
    if payment.checkout_id not in (None, event.checkout_id):
        raise ProviderEventRefused
    if payment.state.is_settled:
        return None
    if event.result is PaymentResult.FAILED:
        fees.save(work, payment.settled(PaymentState.FAILED, event.event_id, work.now))
        return None
    state = _take_money(work, rules, payment.membership_id)
    fees.save(work, payment.settled(state, event.event_id, work.now))
    return payment.membership_id


def _take_money(work: Work, rules: Rules, membership_id: UUID) -> PaymentState:
    """Money that comes for nothing (paid twice, refused meanwhile, too late) is kept apart to be given back."""
    membership = memberships.lock(work, membership_id)
    assert membership is not None
    try:
        _cash(work, rules, membership)
    except (FeeNotDue, SettlementClosed):
        work.audit("surplus_payment", str(membership_id), after={"state": membership.state.value})
        return PaymentState.SURPLUS
    return PaymentState.CASHED


def _cash(work: Work, rules: Rules, membership: Membership) -> None:
    rulebook = rules.by_hash(membership.rulebook_hash)
    _activate_settled(work, rules, rulebook, membership.cashed())


def _activate_settled(work: Work, rules: Rules, rulebook: Rulebook, settled: Membership) -> None:
    settled.check_settles(rulebook, work.today)
    activate(work, rules, settled)


def _own(work: Work, person_id: UUID, membership_id: UUID) -> Membership:
    membership = memberships.lock(work, membership_id)
    if membership is None or membership.person_id != person_id:
        raise UnknownMembership
    return membership
