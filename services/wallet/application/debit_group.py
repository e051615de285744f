"""Decides and writes one group of debits in one transaction: keys first, then the domain's decision on each."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

import sqlalchemy as sa

from chassis.clock import PlatformClock, paris_day
from chassis.crypto import Cipher
from chassis.errors import Operational
from chassis.ids import time_ordered_id
from chassis.work import outbox_row
from rulebooks import Benefit, Catalogue, Rulebook, UnknownBenefit, UnknownRulebook
from services.wallet.application.facts_told import debit_recorded, threshold_reached, wallet_credited
from services.wallet.application.outcomes import (
    Receipt,
    receipt_from_json,
    receipt_to_json,
    refusal_from_json,
    refusal_to_json,
)
from services.wallet.application.top_ups import TopUps
from services.wallet.domain.card import Card
from services.wallet.domain.debit import (
    TILL_ROLES,
    Debited,
    DebitWallet,
    Refused,
    Situation,
    decide_debit,
)
from services.wallet.domain.errors import KeyReused, NotADelegate, TypedCodeWrong, WalletRefusal
from services.wallet.domain.membership import MembershipState
from services.wallet.domain.top_up import ToppedUp
from services.wallet.domain.versions import in_force
from services.wallet.domain.wrong_codes import NONE
from services.wallet.metrics import DEBITS
from services.wallet.store import debit_rows, top_up_rows
from services.wallet.store.debit_rows import Known, Seasons, Written
from services.wallet.store.idempotency import FirstAnswer
from services.wallet.store.wrong_codes import counted

_CLOCK_READS = 3


@dataclass(frozen=True, slots=True)
class DebitAnswer:
    """The receipt or the refusal; `replayed`: this is the first answer again."""

    result: Receipt | WalletRefusal | Operational
    replayed: bool = False


class DebitGroup:
    """Runs groups; one object serves all writers."""

    def __init__(self, service: str, clock: PlatformClock, catalogue: Catalogue, cipher: Cipher) -> None:
        self._service = service
        self._clock = clock
        self._catalogue = catalogue
        self._cipher = cipher

    def run(self, connection: sa.Connection, orders: Sequence[DebitWallet]) -> list[DebitAnswer]:
        """Answer the orders in their order; the caller commits. Raises what the database raises."""
        now, day, seasons = self._hold_day(connection, orders)
        known = debit_rows.load(connection, orders, seasons)
        decisions = _Decisions(self._service, now, day, known, self._rulebook)
        decisions.top_ups = TopUps.load(connection, self._cipher, known, orders, decisions.rulebook_known)
        answers = [decisions.answer(order) for order in orders]
        debit_rows.write(connection, decisions.written)
        top_up_rows.write(connection, decisions.top_ups.made)
        for (outcome, category), answered in decisions.answered.items():
            DEBITS.labels(outcome, category).inc(answered)
        return answers

    def _hold_day(self, connection: sa.Connection, orders: Sequence[DebitWallet]) -> tuple[datetime, date, Seasons]:
        """The instant of this group, on a day that stays open until the commit, and the seasons known on it.

        A day found counted means that midnight passed since the clock was read: it is read again.
        """
        for _ in range(_CLOCK_READS):
            now = self._clock.now()
            day = paris_day(now)
            seasons = debit_rows.hold_day(connection, day, orders)
            if seasons is not None:
                return now, day, seasons
        raise Operational(f"{day} is counted, and the clock still says {now.isoformat()}")

    def _rulebook(self, rulebook_hash: str) -> Rulebook:
        """Raises Operational for a rulebook that is not here yet: wait, do not guess."""
        try:
            return self._catalogue.by_hash(rulebook_hash)
        except UnknownRulebook as error:
            raise Operational(f"rulebook {rulebook_hash} is not here") from error


class _Decisions:
    """One group's decisions, each on the state that those before it left."""

    def __init__(
        self,
        service: str,
        now: datetime,
        day: date,
        known: Known,
        rulebook: Callable[[str], Rulebook],
    ) -> None:
        self._service = service
        self._now = now
        self._day = day
        self._known = known
        self._rulebook = rulebook
        self._rulebooks: dict[debit_rows.Key, Rulebook | None] = {}
        self.written = Written()
        self.answered: Counter[tuple[str, str]] = Counter()  # by outcome and category
        self.top_ups = TopUps(top_up_rows.Known())

    def answer(self, order: DebitWallet) -> DebitAnswer:
        """A delegate's right is asked before the key: a key tells nothing to a stranger, and is not spent."""
        roles = self._known.roles.get((order.authority_id, order.account_id, order.caller), frozenset())
        if not roles & TILL_ROLES:
            return DebitAnswer(NotADelegate())
        first = self._known.answers.get(debit_rows.key_of(order))
        return self._again(order, first) if first else self._decide(order)

    def _again(self, order: DebitWallet, first: FirstAnswer) -> DebitAnswer:
        if first.request_hash != order.request_hash:
            return DebitAnswer(KeyReused())
        self.answered["replayed", ""] += 1
        if "refused" in first.outcome:
            return DebitAnswer(refusal_from_json(first.outcome), replayed=True)
        return DebitAnswer(receipt_from_json(first.outcome), replayed=True)

    def _decide(self, order: DebitWallet) -> DebitAnswer:
        try:
            situation = self._situation(order)
        except Operational as error:
            return DebitAnswer(error)
        decision = decide_debit(order, situation, time_ordered_id())
        category = situation.benefit.category if situation.benefit else ""
        if isinstance(decision, Refused):
            self.answered[type(decision.refusal).__name__, category] += 1
            return self._refuse(order, decision.refusal)
        self.answered["debited", category] += 1
        return DebitAnswer(self._apply(order, decision))

    def _refuse(self, order: DebitWallet, refusal: WalletRefusal) -> DebitAnswer:
        """A wrong code is counted at once: the next of this group counts it too."""
        if isinstance(refusal, TypedCodeWrong) and (typing := debit_rows.typing_of(order)):
            self._known.wrong_codes = counted(self._known.wrong_codes, typing)
            self.written.wrong_codes.append(typing)
        if refusal.kept:
            self._freeze(order, refusal_to_json(refusal), None)
        return DebitAnswer(refusal)

    def _situation(self, order: DebitWallet) -> Situation:
        known = self._known
        rulebook = self._rulebook_of(order)
        presentation = known.presentation_of(order)
        channel = order.channel(presentation)
        card = known.card_of(order)
        person = (order.authority_id, card.person_id, order.scheme, order.season) if card else None
        state = known.members.get(person) if person else None
        wallet = known.wallets.get((*person, order.benefit)) if person else None
        code_needed = rulebook is not None and rulebook.needs_code(channel)
        return Situation(
            now=self._now,
            day=self._day,
            season_open=rulebook is not None,
            rulebook_hash=rulebook.hash if rulebook else "",
            benefit=_benefit(rulebook, order.benefit) if rulebook else None,
            presentation=presentation,
            card=card,
            member=state is MembershipState.ACTIVE,
            was_member=state is MembershipState.ENDED,
            bars=known.bars.get(person, ()) if person and known.bars else (),
            wallet=wallet,
            accredited=known.accredited.get((order.authority_id, order.partner_id, order.scheme), frozenset()),
            wrong_codes=known.wrong_codes.get(typing, NONE) if (typing := debit_rows.typing_of(order)) else NONE,
            code_asked=rulebook is not None and rulebook.asks_code(channel),
            code_needed=code_needed,
            code_chosen=code_needed and card is not None and (order.authority_id, card.person_id) in known.secret_codes,
            card_last_day=self._last_day(order.authority_id, card) if card else None,
            card_forms=rulebook.card.forms if rulebook else None,
            top_up=self.top_ups.offer(order, rulebook, wallet, self._day) if rulebook and wallet else None,
            reference_used=bool(order.reference)
            and (order.authority_id, order.partner_id, order.reference) in known.references,
        )

    def rulebook_known(self, order: DebitWallet) -> Rulebook | None:
        """The version of the day; None where the season is not open or the rulebook has not come yet."""
        try:
            return self._rulebook_of(order)
        except Operational:
            return None

    def _rulebook_of(self, order: DebitWallet) -> Rulebook | None:
        return self._rulebook_of_season((order.authority_id, order.scheme, order.season))

    def _rulebook_of_season(self, season: debit_rows.Key) -> Rulebook | None:
        """The version in force on the day of this group; None where the season was not opened."""
        if season not in self._rulebooks:
            versions = self._known.seasons.get(season)
            self._rulebooks[season] = self._rulebook(in_force(versions, self._day).rulebook_hash) if versions else None
        return self._rulebooks[season]

    def _last_day(self, authority_id: str, card: Card) -> date | None:
        """Of the season that a card on paper or plastic lasts, by the version in force."""
        rulebook = self._rulebook_of_season((authority_id, card.scheme, card.season))
        return rulebook.card_last_day if rulebook else None

    def _apply(self, order: DebitWallet, decision: Debited) -> Receipt:
        wallet, card, transfer = decision.wallet, decision.card, decision.transfer
        authority_id = order.authority_id
        key = (authority_id, wallet.person_id, wallet.scheme, wallet.season, wallet.benefit)
        if card != self._known.cards[authority_id, card.card_id]:
            self._known.cards[authority_id, card.card_id] = card
            self.written.cards[card.card_id] = authority_id, card
        self._known.wallets[key] = wallet
        self.written.wallets[wallet.wallet_id] = authority_id, wallet
        if decision.topped_up:
            self._apply_top_up(order, transfer.transfer_id, decision.topped_up)
        if order.reference:
            self._known.references.add((authority_id, order.partner_id, order.reference))
            self.written.references.append((authority_id, transfer.transfer_id, order.partner_id, order.reference))
        self.written.transfers.append((authority_id, transfer))
        receipt = Receipt(
            transfer.transfer_id,
            transfer.amount_cents,
            wallet.balance_cents,
            self._now,
            order.scheme,
            order.season,
            order.benefit,
        )
        self._freeze(order, receipt_to_json(receipt), transfer.transfer_id)
        self._publish(order, decision)
        return receipt

    def _freeze(self, order: DebitWallet, outcome: dict[str, object], transfer_id: uuid.UUID | None) -> None:
        """From here on, also inside this group, the key has its answer."""
        first = FirstAnswer(order.request_hash, outcome)
        key = debit_rows.key_of(order)
        self._known.answers[key] = first
        self.written.answers.append((key, first, transfer_id))

    def _apply_top_up(self, order: DebitWallet, debit_id: uuid.UUID, topped_up: ToppedUp) -> None:
        """The credit is written before the debit that it is for, and told as every credit is."""
        wallet, transfer = topped_up.wallet, topped_up.transfer
        self.written.transfers.append((order.authority_id, transfer))
        data = wallet_credited(wallet, transfer.amount_cents)
        self._tell(order, "wallet_credited", wallet.wallet_id, wallet.version, data)
        envelope, offer = topped_up.offer.envelope, topped_up.offer
        rulebook = self._rulebook_of(order)
        told, data = threshold_reached(envelope, rulebook.budget.thresholds_percent if rulebook else ())
        if told.announced_percent != envelope.announced_percent:
            self._tell(order, "budget_threshold_reached", envelope.envelope_id, envelope.version, data)
        self.top_ups.keep(order, debit_id, replace(topped_up, offer=replace(offer, envelope=told)))

    def _publish(self, order: DebitWallet, decision: Debited) -> None:
        transfer = decision.transfer
        data = debit_recorded(decision.wallet, transfer)
        self._tell(order, "debit_recorded", transfer.transfer_id, 1, data)

    def _tell(self, order: DebitWallet, fact: str, subject: uuid.UUID, version: int, data: dict[str, object]) -> None:
        row = outbox_row(self._service, order.authority_id, fact, str(subject), version, data, order.traceparent)
        self.written.events.append(row)


def _benefit(rulebook: Rulebook, benefit: str) -> Benefit | None:
    try:
        return rulebook.benefit(benefit)
    except UnknownBenefit:
        return None
