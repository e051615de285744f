"""From a delivery's ids to the values of its template, asked for at the moment of sending and kept nowhere."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from rulebooks import Catalogue, Rulebook, UnknownRulebook
from services.notification.application.ports import Contacts, Links, Offers, Partners
from services.notification.domain.card_reasons import sentences_of
from services.notification.domain.deliveries import Delivery, Template
from services.notification.domain.mail import Contact, MailLink, Offer

Values = Mapping[str, Any]
_CONFIRMATION = "/compte/confirmation/"


@dataclass(frozen=True, slots=True)
class Known:
    """What the owners answered about one batch of deliveries of one authority."""

    contacts: Mapping[str, Contact]
    partner_names: Mapping[str, str]
    offers: Mapping[str, Offer]
    links: Mapping[str, MailLink]

    def link_of(self, delivery: Delivery) -> MailLink | None:
        """The link that the mail holds, while it is good."""
        return self.links.get(delivery.facts.get("link_id", ""))


@dataclass(frozen=True, slots=True)
class Owners:
    """Who knows what a mail tells."""

    contacts: Contacts
    partners: Partners
    offers: Offers
    links: Links


def ask(owners: Owners, batch: Sequence[Delivery]) -> Known:
    """One call an owner for the whole batch. Raises Operational."""
    partners = sorted({each.facts["partner_id"] for each in batch if each.facts.get("partner_id")})
    offers = sorted({each.facts["offer_id"] for each in batch if each.facts.get("offer_id")})
    links = sorted({each.facts["link_id"] for each in batch if each.facts.get("link_id")})
    found = ((offer_id, owners.offers.find(offer_id)) for offer_id in offers)
    return Known(
        contacts=owners.contacts.look_up(sorted({each.account_id for each in batch})),
        partner_names=owners.partners.names(partners) if partners else {},
        offers={offer_id: offer for offer_id, offer in found if offer is not None},
        links=owners.links.look_up(links) if links else {},
    )


def values_of(delivery: Delivery, known: Known, catalogue: Catalogue) -> Values:
    """The template's values; what is not known is left out, and the template then refuses to be written."""
    # Nobody is named to an address that is not proven to be theirs.
    given_name = "" if delivery.template.is_a_link else known.contacts[delivery.account_id].given_name
    return {"given_name": given_name, **_OF_TEMPLATE[delivery.template](delivery, known, catalogue)}


def recipient_of(delivery: Delivery, known: Known) -> str:
    """The address that the mail goes to; empty when there is none, or its link is over."""
    if delivery.account_id not in known.contacts:
        return ""
    if not delivery.template.is_a_link:
        return known.contacts[delivery.account_id].email
    link = known.link_of(delivery)
    return link.email if link else ""


def _account_opened(delivery: Delivery, known: Known, _catalogue: Catalogue) -> Values:
    """Without its link where that is over: the account's page sends another."""
    link = known.link_of(delivery)
    return {**_facts(delivery, "kind"), "link_path": f"{_CONFIRMATION}{link.token}" if link else ""}


def _linked(path: str) -> Callable[[Delivery, Known, Catalogue], Values]:
    def values(delivery: Delivery, known: Known, _catalogue: Catalogue) -> Values:
        link = known.link_of(delivery)
        return {"link_path": f"{path}{link.token}"} if link else {}

    return values


def _guardian_asked(delivery: Delivery, known: Known, catalogue: Catalogue) -> Values:
    return {**_linked("/autorisation/")(delivery, known, catalogue), **_scheme_title(delivery, catalogue)}


def _guardian_answered(delivery: Delivery, _known: Known, catalogue: Catalogue) -> Values:
    return {**_facts(delivery, "outcome"), **_scheme_title(delivery, catalogue)}


def _credentials_changed(delivery: Delivery, _known: Known, _catalogue: Catalogue) -> Values:
    return _facts(delivery, "change")


def _nothing_more(_delivery: Delivery, _known: Known, _catalogue: Catalogue) -> Values:
    return {}


def _card_refused(delivery: Delivery, _known: Known, _catalogue: Catalogue) -> Values:
    return {"reasons": sentences_of(delivery.facts["reasons"])} if "reasons" in delivery.facts else {}


def _wallet_credited(delivery: Delivery, _known: Known, catalogue: Catalogue) -> Values:
    rulebook = _rulebook(delivery, catalogue)
    if rulebook is None:
        return {}
    benefits = [
        {"amount_cents": credit["amount_cents"], **_benefit_title(rulebook, credit["benefit"], "title")}
        for credit in delivery.facts.get("credits", ())
    ]
    return {"scheme_title": rulebook.title, "spend_until": rulebook.spend_until, "benefits": benefits}


def _payment_made(delivery: Delivery, known: Known, catalogue: Catalogue) -> Values:
    rulebook = _rulebook(delivery, catalogue)
    benefit = _benefit_title(rulebook, delivery.facts.get("benefit", ""), "benefit_title") if rulebook else {}
    day = delivery.facts.get("business_day")
    paid_on = {"paid_on": date.fromisoformat(day)} if day else {}
    return {**_facts(delivery, "amount_cents"), **_partner_name(delivery, known), **benefit, **paid_on}


def _place_won(delivery: Delivery, known: Known, _catalogue: Catalogue) -> Values:
    offer = known.offers.get(delivery.facts.get("offer_id", ""))
    return {"offer_title": offer.title, "prize": offer.prize} if offer else {}


def _payout_sent(delivery: Delivery, known: Known, _catalogue: Catalogue) -> Values:
    return {**_facts(delivery, "amount_cents", "partner_id"), **_partner_name(delivery, known)}


_OF_TEMPLATE: Mapping[Template, Callable[[Delivery, Known, Catalogue], Values]] = {
    Template.ACCOUNT_OPENED: _account_opened,
    Template.CARD_ACCEPTED: _nothing_more,
    Template.CARD_REFUSED: _card_refused,
    Template.WALLET_CREDITED: _wallet_credited,
    Template.PAYMENT_MADE: _payment_made,
    Template.PLACE_WON: _place_won,
    Template.PAYOUT_SENT: _payout_sent,
    Template.CONFIRM_ADDRESS: _linked(_CONFIRMATION),
    Template.RECOVER_ACCOUNT: _linked("/compte/recuperation/"),
    Template.CHANGE_ADDRESS: _linked(_CONFIRMATION),
    Template.ADDRESS_CHANGED: _linked("/compte/retour/"),
    Template.STAFF_INVITED: _linked("/compte/invitation/"),
    Template.CREDENTIALS_CHANGED: _credentials_changed,
    Template.GUARDIAN_ASKED: _guardian_asked,
    Template.GUARDIAN_ANSWERED: _guardian_answered,
}


def _facts(delivery: Delivery, *names: str) -> Values:
    return {name: delivery.facts[name] for name in names if name in delivery.facts}


def _partner_name(delivery: Delivery, known: Known) -> Values:
    name = known.partner_names.get(delivery.facts.get("partner_id", ""))
    return {"partner_name": name} if name else {}


def _rulebook(delivery: Delivery, catalogue: Catalogue) -> Rulebook | None:
    facts = delivery.facts
    try:
        return catalogue.get(delivery.authority_id, facts.get("scheme", ""), facts.get("season", ""))
    except UnknownRulebook:
        return None


def _scheme_title(delivery: Delivery, catalogue: Catalogue) -> Values:
    rulebook = _rulebook(delivery, catalogue)
    return {"scheme_title": rulebook.title} if rulebook else {}


def _benefit_title(rulebook: Rulebook, benefit_id: str, name: str) -> Values:
    titles = {benefit.id: benefit.title for benefit in rulebook.benefits}
    return {name: titles[benefit_id]} if benefit_id in titles else {}
