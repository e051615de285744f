"""A person who is erased spends no more, owes and is owed nothing that is still under way, and is then forgotten."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from chassis.personal_data import Standing
from chassis.work import Work
from services.wallet.application.rules import Rules
from services.wallet.application.voucher_releases import release_of_wallets
from services.wallet.store import card_orders, days, erasure, held_cards, memberships, wallets


def close(work: Work, person_id: UUID, _movement_ids: Sequence[UUID]) -> Standing:
    """Cards are void at this commit, open vouchers are given back; then what is open. Again finds less to do."""
    _void_cards(work, person_id)
    held = wallets.lock_of_memberships(work, [each.membership_id for each in memberships.of_person(work, person_id)])
    release_of_wallets(work, held)
    return Standing(
        erasure.open_money(work, person_id),
        erasure.movements_at_partners(work, person_id),
        erasure.once_keys(work, person_id),
    )


def clear(work: Work, rules: Rules, person_id: UUID) -> dict[str, int]:
    """Rows by table that hold nothing of the person any more; cards that came meanwhile are void too."""
    _void_cards(work, person_id)
    return erasure.clear(work, rules.cipher, person_id)


def _void_cards(work: Work, person_id: UUID) -> None:
    """As an opposition: debits decided before have ended when it commits, those after see it."""
    held_cards.hold_of_person(work, person_id)
    days.wait_for_debits(work)
    found = [card.card_id for card in held_cards.lock_of_person(work, person_id)]
    held_cards.replace(work, found)
    for card_id in found:
        card_orders.cancel(work, card_id)
