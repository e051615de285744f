"""Whom the cashier compares with who is there: asked of identity between transactions, and kept by nobody."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from chassis.context import CallContext
from chassis.grpc_server import Platform
from chassis.work import Work
from services.wallet.application.card_orders import Holders
from services.wallet.application.cards import check_in_season, checked_at_the_till
from services.wallet.application.rules import Rules
from services.wallet.application.transactions import in_transaction
from services.wallet.domain.card_errors import HolderNotShown
from services.wallet.domain.card_holder import CardHolder
from services.wallet.domain.errors import UnknownPresentation
from services.wallet.store import cards


@dataclass(frozen=True, slots=True)
class ShowHolder:
    partner_id: UUID
    presentation_id: UUID
    device: str


@dataclass(frozen=True, slots=True)
class HolderChecks:
    """Opens its own transactions."""

    platform: Platform
    rules: Rules
    holders: Holders

    def show(self, context: CallContext, command: ShowHolder) -> CardHolder:
        """What the rulebook has the cashier check, and no more: to this partner, on this device, for some minutes.

        Raises UnknownPresentation, PresentationOfOtherPartner, PresentationExpired, HolderNotShown, what
        `Card.check_usable` does, Operational.
        """
        person_id, identity, photo = in_transaction(self.platform, context, lambda work: self._asked(work, command))
        found = self.holders.look_up([person_id], with_photos=photo).get(person_id, CardHolder(person_id, "", ""))
        named = (found.given_name, found.surname) if identity else ("", "")
        return CardHolder(person_id, *named, has_photo=found.has_photo, photo=found.photo if photo else b"")

    def _asked(self, work: Work, command: ShowHolder) -> tuple[UUID, bool, bool]:
        presentation = cards.find_presentation(work, command.presentation_id)
        card = cards.find(work, presentation.card_id) if presentation else None
        if presentation is None or card is None:
            raise UnknownPresentation
        presentation.check_for(command.partner_id, command.device, work.now)
        check_in_season(work, self.rules, card)
        identity, photo = checked_at_the_till(work, self.rules, card, presentation)
        if not identity and not photo:
            raise HolderNotShown
        work.audit("holder_shown", str(command.presentation_id))
        return card.person_id, identity, photo
