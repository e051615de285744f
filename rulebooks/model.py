"""What a rulebook states, as frozen values. Amounts are integer cents, days are inclusive."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from rulebooks.conditions import ALWAYS, Condition, Facts, Predicate, Reason, all_met, reasons_for
from rulebooks.schedule import Window
from rulebooks.vocabulary import PARTNER


@dataclass(frozen=True, slots=True)
class Debtor:
    """The account that pays the partners."""

    name: str
    iban: str
    bic: str


@dataclass(frozen=True, slots=True)
class MailSender:
    """In whose name the authority's mails are sent."""

    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Subscriber:
    """Another authority that may be told of the memberships of these schemes, of persons who agreed."""

    id: str
    name: str
    schemes: frozenset[str]


@dataclass(frozen=True, slots=True)
class Authority:
    """The local authority that pays: the tenant.

    `host` is the host name that the gateway answers for it, `region_code` the INSEE code,
    `theme` the colours of its pages by token name.
    """

    id: str
    name: str
    host: str
    region_code: str
    time_zone: str
    debtor: Debtor
    theme: Mapping[str, str]
    mail: MailSender
    subscribers: tuple[Subscriber, ...] = ()


@dataclass(frozen=True, slots=True)
class Fee:
    """What a membership costs. `means`: `card`, `cheque`. `waivable`: staff may grant it free."""

    amount_cents: int
    means: frozenset[str]
    waivable: bool
    source: str


@dataclass(frozen=True, slots=True)
class Charter:
    """What a partner's legal representative signs on line."""

    version: str
    text: str
    source: str


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount and whom it is for."""

    amount_cents: int
    source: str
    test: Predicate = ALWAYS


@dataclass(frozen=True, slots=True)
class Benefit:
    """A right that becomes a wallet.

    `category`: the accreditation category of the partners that take it.
    `channels`: `qr` (a cashier's page or application), `till` (partner's software), `voucher`.
    `once`: `season`, or `schooling` (then `benefits_had` is looked at).
    `voucher_partner_kinds`: the partners' activities that take vouchers; empty where there are none.
    `amounts`: the first whose test holds; where none does, `without_amount` says why.
    """

    id: str
    title: str
    kind: str
    category: str
    spend_window: Window
    channels: frozenset[str]
    once: str
    voucher_partner_kinds: frozenset[str]
    conditions: tuple[Condition, ...]
    amounts: tuple[Amount, ...]
    without_amount: Reason | None
    once_reasons: tuple[Reason, Reason] | None

    def may_spend(self, on: date, channel: str) -> bool:
        """Whether the wallet can be debited that day by that channel."""
        return channel in self.channels and self.spend_window.contains(on)

    def reasons(self, facts: Facts) -> tuple[Reason, ...]:
        """Own conditions, once-in-the-schooling, and that an amount is stated for this person."""
        own = reasons_for(self.conditions, facts) + self._once(facts)
        if self.without_amount is not None and self.amount_cents(facts) is None:
            return (*own, self.without_amount)
        return own

    def amount_cents(self, facts: Facts) -> int | None:
        """Cents for this person, whatever the conditions say; None where no amount is stated."""
        return next((amount.amount_cents for amount in self.amounts if amount.test.holds(facts)), None)

    def _once(self, facts: Facts) -> tuple[Reason, ...]:
        if self.once_reasons is None:
            return ()
        met, unmet = self.once_reasons
        had = self.id in _texts(facts, "benefits_had")
        return (unmet,) if had and self.id not in _texts(facts, "exceptions_granted") else (met,)


def _texts(facts: Facts, name: str) -> list[str]:
    value = facts.values[name]
    return value if isinstance(value, list) else []


@dataclass(frozen=True, slots=True)
class RequiredDocument:
    """A document that comes with a partner's application.

    `max_age_months`: how old it may be, None for any age.
    """

    id: str
    title: str
    source: str
    max_age_months: int | None = None
    applies: Predicate = ALWAYS


@dataclass(frozen=True, slots=True)
class Category:
    """An accreditation category: what a partner must be, and prove, to take its benefits.

    `documents`: by partner kind (`company`, `association`, `public_body`).
    """

    id: str
    title: str
    conditions: tuple[Condition, ...]
    documents: Mapping[str, tuple[RequiredDocument, ...]]

    def review(self, partner_facts: Mapping[str, object]) -> tuple[Reason, ...]:
        """Every condition that concerns this partner, met or not. Raises InvalidFacts."""
        return reasons_for(self.conditions, Facts(PARTNER, partner_facts))

    def accepts(self, partner_facts: Mapping[str, object]) -> bool:
        """Whether all reasons of `review` are met. Staff still decide. Raises InvalidFacts."""
        return all_met(self.review(partner_facts))

    def documents_for(self, partner_facts: Mapping[str, object]) -> tuple[RequiredDocument, ...]:
        """The documents that this partner must send. Raises InvalidFacts."""
        facts = Facts(PARTNER, partner_facts)
        stated = self.documents.get(str(facts.values["partner_kind"]), ())
        return tuple(document for document in stated if document.applies.holds(facts))
