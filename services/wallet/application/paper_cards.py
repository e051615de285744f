"""Cards that their holders print: laid out between transactions, kept nowhere."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol
from uuid import UUID

from chassis.context import CallContext
from chassis.grpc_server import Platform
from chassis.work import Work
from rulebooks import Rulebook
from services.wallet.application import static_codes
from services.wallet.application.own_cards import make_instead, offering
from services.wallet.application.rules import Rules
from services.wallet.application.static_codes import PrintedCodes
from services.wallet.application.transactions import in_transaction
from services.wallet.domain.card import CardForm, CardState
from services.wallet.store import held_cards
from services.wallet.store.held_cards import NewCard


class CardPrinter(Protocol):
    """Raises Overloaded, Operational."""

    def card(self, authority: str, title: str, qr: str, typed: str, last_day: date | None, at: datetime) -> bytes: ...


@dataclass(frozen=True, slots=True)
class PrintedPaper:
    """The only copy of a card's codes."""

    card_id: UUID
    content: bytes


class PaperCards:
    """Opens its own transactions: the paper is laid out between them, and a card is made once its paper is there."""

    def __init__(self, platform: Platform, rules: Rules, printer: CardPrinter) -> None:
        self._platform = platform
        self._rules = rules
        self._printer = printer

    def print_card(self, context: CallContext, person_id: UUID) -> PrintedPaper:
        """A new card on paper; the one before is void at once. Raises CardFormNotOffered, Overloaded, Operational."""
        rulebook = in_transaction(
            self._platform, context, lambda work: offering(work, self._rules, person_id, CardForm.PAPER)
        )
        codes, card_id = static_codes.draw(), uuid.uuid4()
        authority = self._rules.catalogue.authority(context.authority_id).name
        content = self._printer.card(
            authority, rulebook.title, codes.qr, codes.typed, rulebook.card_last_day, self._platform.clock.now()
        )
        in_transaction(self._platform, context, lambda work: self._make(work, rulebook, card_id, person_id, codes))
        return PrintedPaper(card_id, content)

    def _make(self, work: Work, rulebook: Rulebook, card_id: UUID, person_id: UUID, codes: PrintedCodes) -> None:
        held_cards.hold_of_person(work, person_id)
        hashes = static_codes.hashes_of(self._rules.cipher, work.authority_id, codes)
        card = NewCard(
            card_id,
            CardForm.PAPER,
            CardState.ACTIVE,
            person_id,
            rulebook.scheme,
            rulebook.season,
            hashes.qr,
            hashes.typed,
        )
        make_instead(work, card)
        work.audit("card_printed", str(card_id))
