"""Every operation of the API, one noun a file, in the order of the documentation."""

from __future__ import annotations

from gateway.operations import Operation, of_module
from gateway.routes import (
    access_uses,
    accounts,
    accreditations,
    bonplans,
    card_batches,
    cards,
    corrections,
    credentials,
    debits,
    delegate_accounts,
    deliveries,
    enrolments,
    facts,
    guardians,
    held_cards,
    holds,
    memberships,
    partners,
    payouts,
    profiles,
    seasons,
    service_accounts,
    simulations,
    subscribers,
    suspensions,
    transfers,
    vouchers,
    wallets,
    webhooks,
)

_NOUNS = (
    accounts,
    credentials,
    service_accounts,
    profiles,
    cards,
    enrolments,
    facts,
    guardians,
    partners,
    delegate_accounts,
    accreditations,
    seasons,
    simulations,
    memberships,
    suspensions,
    corrections,
    webhooks,
    wallets,
    held_cards,
    vouchers,
    debits,
    access_uses,
    transfers,
    card_batches,
    payouts,
    holds,
    bonplans,
    subscribers,
    deliveries,
)


def operations() -> list[Operation]:
    return [operation for noun in _NOUNS for operation in of_module(noun)]
