"""Top-ups of one group of debits: what may be added for an order, read only where one needs it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date
from uuid import UUID

import sqlalchemy as sa

from chassis.crypto import Cipher
from rulebooks import PERSON, Facts, Rulebook
from services.wallet.domain.accreditation import NOTHING_TOLD, Told
from services.wallet.domain.debit import DebitWallet
from services.wallet.domain.envelope import Envelope
from services.wallet.domain.facts import PersonFacts
from services.wallet.domain.top_up import ToppedUp, TopUpOffer
from services.wallet.domain.wallet import Wallet
from services.wallet.store import debit_rows, top_up_rows
from services.wallet.store.top_up_rows import Asked


class TopUps:
    """What may be added, on the state that the orders before left."""

    def __init__(self, known: top_up_rows.Known) -> None:
        self._known = known
        self.made: list[tuple[str, UUID, ToppedUp]] = []

    @classmethod
    def load(
        cls,
        connection: sa.Connection,
        cipher: Cipher,
        known: debit_rows.Known,
        orders: Iterable[DebitWallet],
        rulebook_of: Callable[[DebitWallet], Rulebook | None],
    ) -> TopUps:
        wanted = _in_need(known, orders, rulebook_of)
        return cls(top_up_rows.load(connection, cipher, wanted))

    def offer(self, order: DebitWallet, rulebook: Rulebook, wallet: Wallet, on: date) -> TopUpOffer | None:
        """None where the rulebook adds nothing, or nobody needed it when the group was read."""
        person = self._known.persons.get((order.authority_id, wallet.person_id))
        envelope = self._known.envelopes.get((order.authority_id, wallet.envelope_id))
        if person is None or envelope is None:
            return None
        added_cents = self._known.added_cents.get((order.authority_id, wallet.wallet_id), 0)
        partner = (order.authority_id, order.partner_id, wallet.scheme, wallet.category)
        told = self._known.told.get(partner, NOTHING_TOLD)
        kept_cents = self._known.kept_cents.get((order.authority_id, wallet.envelope_id), 0)
        offer = stated_offer(rulebook, wallet, person, told, on, added_cents, envelope)
        return replace(offer, kept_cents=kept_cents) if offer else None

    def keep(self, order: DebitWallet, debit_id: UUID, topped_up: ToppedUp) -> None:
        """From here on, also inside this group, it is added."""
        offer, wallet = topped_up.offer, topped_up.wallet
        self._known.envelopes[order.authority_id, wallet.envelope_id] = offer.envelope
        self._known.added_cents[order.authority_id, wallet.wallet_id] = offer.added_cents
        self.made.append((order.authority_id, debit_id, topped_up))


def stated_offer(
    rulebook: Rulebook,
    wallet: Wallet,
    person: PersonFacts,
    told: Told,
    on: date,
    added_cents: int,
    envelope: Envelope,
) -> TopUpOffer | None:
    """What the rulebook adds for this person at this partner, on the facts of that day."""
    benefit = rulebook.benefit(wallet.benefit)
    if not benefit.top_ups:
        return None
    facts = Facts(PERSON, person.flat(rulebook, on, ()))
    stated = benefit.top_up(facts, told.facts())
    return TopUpOffer(stated.code, stated.amount_cents, added_cents, envelope) if stated else None


def _in_need(
    known: debit_rows.Known, orders: Iterable[DebitWallet], rulebook_of: Callable[[DebitWallet], Rulebook | None]
) -> list[Asked]:
    """Wallets of which this group's new orders want more than they hold, where the rulebook may add something."""
    adds = _Adding(rulebook_of)
    asked: Counter[UUID] = Counter()
    held: dict[UUID, tuple[Wallet, list[DebitWallet]]] = {}
    for order in orders:
        is_new = adds.something(order) and debit_rows.key_of(order) not in known.answers
        wallet = known.wallet_of(order) if is_new else None
        if wallet:
            asked[wallet.wallet_id] += order.amount_cents
            held.setdefault(wallet.wallet_id, (wallet, []))[1].append(order)
    short = [held[wallet_id] for wallet_id, cents in asked.items() if cents > held[wallet_id][0].balance_cents]
    return [Asked(order.authority_id, order.partner_id, wallet) for wallet, wanting in short for order in wanting]


class _Adding:
    """Which benefits a rulebook may add something to; each is looked for once a group."""

    def __init__(self, rulebook_of: Callable[[DebitWallet], Rulebook | None]) -> None:
        self._rulebook_of = rulebook_of
        self._known: dict[tuple[str, str, str, str], bool] = {}

    def something(self, order: DebitWallet) -> bool:
        benefit = (order.authority_id, order.scheme, order.season, order.benefit)
        if benefit not in self._known:
            rulebook = self._rulebook_of(order)
            self._known[benefit] = rulebook is not None and any(
                each.id == order.benefit and each.top_ups for each in rulebook.benefits
            )
        return self._known[benefit]
