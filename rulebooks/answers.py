"""A decision with all that follows from it, as plain values: what the `Simulate` door and the command line tell.

on = date(2025, 9, 1)
told = answer(rulebook, rulebook.decide(facts, on), on, facts)
plain(told)  # JSON-ready: days as texts, tuples as lists
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from rulebooks.benefits import Benefit, Goods, TopUp
from rulebooks.conditions import Facts, Reason
from rulebooks.french import CHANNELS, counted, written_day
from rulebooks.rulebook import Decision, Denial, Entitlement, Rulebook
from rulebooks.schedule import Cancellation, Period, Window
from rulebooks.spending_words import how_spent
from rulebooks.vocabulary import PERSON

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class ChannelAnswer:
    """A way to use a benefit. `code_needed`: refused until the holder has chosen a secret code."""

    id: str
    label: str
    code_asked: bool
    code_needed: bool


@dataclass(frozen=True, slots=True)
class TopUpAnswer:
    """Cents that a till may add for this person, at the partners that the rulebook names."""

    code: str
    amount_cents: int
    sentence: str
    source: str


@dataclass(frozen=True, slots=True)
class BenefitAnswer:
    """A benefit that is granted. `unit_cents`, `holder_cents`: of one ticket or voucher, 0 where there are none.

    `closes_on`: the last day of what is loaded on the day of the question; None for an application.
    `waits`: codes of the consents without which it is not credited. `is_open`: that day.
    """

    id: str
    title: str
    kind: str
    amount_cents: int
    uses: int | None
    unit_cents: int
    holder_cents: int
    instalment: str | None
    waits: tuple[str, ...]
    windows: tuple[Window, ...]
    is_open: bool
    closes_on: date | None
    channels: tuple[ChannelAnswer, ...]
    spending: str
    goods: Goods | None
    top_ups: tuple[TopUpAnswer, ...]
    paid_out: bool


@dataclass(frozen=True, slots=True)
class DenialAnswer:
    id: str
    title: str
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class PayoutAnswer:
    """How a debit of that day is paid back: its period, the first day after it, the last day of the transfer."""

    rhythm: str
    period: Period
    closes_on: date
    due_on: date


@dataclass(frozen=True, slots=True)
class CancellationAnswer:
    """`last_day`: on which a debit of that day may still be undone; None where none may."""

    window: str
    last_day: date | None
    holder_present: bool
    sentence: str


@dataclass(frozen=True, slots=True)
class RulebookAnswer:
    """Which text answered. `edition`: the season, and the day from which a later version counts."""

    document: str
    edition: str
    hash: str
    counts_from: date | None


@dataclass(frozen=True, slots=True)
class Answer:
    """What one rulebook says to one person on one day. `fee_cents`: 0 where there is none."""

    authority_id: str
    scheme: str
    season: str
    title: str
    on: date
    eligible: bool
    reasons: tuple[Reason, ...]
    requires: tuple[str, ...]
    fee_cents: int
    benefits: tuple[BenefitAnswer, ...]
    denials: tuple[DenialAnswer, ...]
    payout: PayoutAnswer
    cancellation: CancellationAnswer
    rulebook: RulebookAnswer


def answer(
    rulebook: Rulebook,
    decision: Decision,
    on: date,
    facts: Mapping[str, object] | None = None,
    versions: Sequence[Rulebook] = (),
) -> Answer:
    """What `decision`, taken by `rulebook` on the day `on`, means in full.

    `facts`: those decided on; without them, every top-up is told, whomever it concerns. `versions`: of the season,
    in order; with them a change of the payout's rhythm cuts the period of that day. Raises InvalidFacts.
    """
    known = Facts(PERSON, facts) if facts is not None else None
    return Answer(
        authority_id=rulebook.authority_id,
        scheme=rulebook.scheme,
        season=rulebook.season,
        title=rulebook.title,
        on=on,
        eligible=decision.eligible,
        reasons=decision.reasons,
        requires=decision.requires,
        fee_cents=rulebook.fee.amount_cents if rulebook.fee else 0,
        benefits=tuple(_benefit(rulebook, entitled, on, known) for entitled in decision.entitlements),
        denials=tuple(_denial(rulebook, denial) for denial in decision.denials),
        payout=_payout(rulebook, on, versions),
        cancellation=_cancellation(rulebook.cancellation, on),
        rulebook=RulebookAnswer(rulebook.document, rulebook.edition, rulebook.hash, rulebook.counts_from),
    )


def plain(told: Answer) -> dict[str, Any]:
    """The same as JSON can write it: days as `2025-09-01`."""
    written: dict[str, Any] = _plain(asdict(told))
    return written


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return value.isoformat() if isinstance(value, date) else value


def _benefit(rulebook: Rulebook, entitled: Entitlement, on: date, known: Facts | None) -> BenefitAnswer:
    benefit = rulebook.benefit(entitled.benefit_id)
    has_an_end = benefit.windows or benefit.loading.valid_months is not None
    return BenefitAnswer(
        id=benefit.id,
        title=benefit.title,
        kind=benefit.kind,
        amount_cents=entitled.amount_cents,
        uses=entitled.uses,
        unit_cents=benefit.unit.cents if benefit.unit else 0,
        holder_cents=benefit.unit.holder_cents if benefit.unit else 0,
        instalment=entitled.instalment,
        waits=entitled.waits,
        windows=benefit.windows,
        is_open=any(window.contains(on) for window in benefit.windows),
        closes_on=benefit.closes_on(on) if has_an_end else None,
        channels=channels_of(rulebook, benefit),
        spending=how_spent(benefit, entitled.amount_cents, entitled.uses),
        goods=benefit.goods,
        top_ups=tuple(_top_up(each) for each in benefit.top_ups if known is None or each.applies.holds(known)),
        paid_out=benefit.paid_out,
    )


def channels_of(rulebook: Rulebook, benefit: Benefit) -> tuple[ChannelAnswer, ...]:
    """In the order of the language's list."""
    return tuple(
        ChannelAnswer(channel, label, rulebook.asks_code(channel), rulebook.needs_code(channel))
        for channel, label in CHANNELS.items()
        if channel in benefit.channels
    )


def _top_up(stated: TopUp) -> TopUpAnswer:
    return TopUpAnswer(stated.code, stated.amount_cents, stated.sentence, stated.source)


def _denial(rulebook: Rulebook, denial: Denial) -> DenialAnswer:
    return DenialAnswer(denial.benefit_id, rulebook.benefit(denial.benefit_id).title, denial.reasons)


def _payout(rulebook: Rulebook, on: date, versions: Sequence[Rulebook]) -> PayoutAnswer:
    period = rulebook.payout.period_of(on).within(*_bounds(on, versions))
    return PayoutAnswer(rulebook.payout.rhythm, period, period.closes_on, rulebook.payout.due_on(period))


def _bounds(on: date, versions: Sequence[Rulebook]) -> tuple[date | None, date | None]:
    """The days between which the rhythm of that day holds; None: no bound."""
    changes = [
        later.counts_from
        for earlier, later in pairwise(versions)
        if later.counts_from and later.payout.rhythm != earlier.payout.rhythm
    ]
    first = max((day for day in changes if day <= on), default=None)
    following = min((day for day in changes if day > on), default=None)
    return first, following - _DAY if following else None


def _cancellation(stated: Cancellation, on: date) -> CancellationAnswer:
    if stated.window == "none":
        return CancellationAnswer(stated.window, None, False, "Un paiement ne peut pas être annulé par le partenaire.")
    last_day = on + stated.days * _DAY
    until = (
        f"dans les {counted(stated.days, 'jour')}, jusqu'au {written_day(last_day)}" if stated.days else "le jour même"
    )
    presence = ", en votre présence" if stated.holder_present else ""
    return CancellationAnswer(
        stated.window, last_day, stated.holder_present, f"Le partenaire peut annuler un paiement {until}{presence}."
    )
