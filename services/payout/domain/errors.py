"""What payout refuses by rule: each refusal is a class named as a fact, holding what its sentence tells."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from services.payout.domain.amounts import euros


class PayoutRefused(Exception):
    """The root of this service's refusals. A refusal changes nothing."""


@dataclass(eq=False)
class UnknownRun(PayoutRefused):
    """No run of this authority has that id."""

    run_id: str


@dataclass(eq=False)
class RunNotPrepared(PayoutRefused):
    """Only a run whose remittances are computed, and that nobody has proposed yet, can be proposed."""

    state: str


@dataclass(eq=False)
class RunNotProposed(PayoutRefused):
    """A run is approved once, after it was proposed."""

    state: str


@dataclass(eq=False)
class SecondPersonNeeded(PayoutRefused):
    """Who proposed a run may not approve it."""

    run_id: str


@dataclass(eq=False)
class RunChanged(PayoutRefused):
    """The run pays another amount than the approver saw: a hold was placed or lifted meanwhile."""

    payable_cents: int
    payable: str = field(init=False)

    def __post_init__(self) -> None:
        self.payable = euros(self.payable_cents)


@dataclass(eq=False)
class NothingToPay(PayoutRefused):
    """Every remittance of the run is held: there is nothing to put into a transfer file."""

    run_id: str


@dataclass(eq=False)
class RunNotIssued(PayoutRefused):
    """Transfer files and statements exist once a run is issued."""

    run_id: str


@dataclass(eq=False)
class NotInRun(PayoutRefused):
    """The run paid nothing to that partner."""

    run_id: str
    partner_id: str


@dataclass(eq=False)
class StatementTooLong(PayoutRefused):
    """A printed statement of so many movements would be read by nobody, and take the memory of others."""

    movements: int
    most: int


@dataclass(eq=False)
class AlreadyHeld(PayoutRefused):
    """Staff hold that partner already."""

    partner_id: str


@dataclass(eq=False)
class UnknownHold(PayoutRefused):
    """No hold of this authority has that id."""

    hold_id: str


@dataclass(eq=False)
class HoldAlreadyLifted(PayoutRefused):
    """A hold is lifted once."""

    hold_id: str
    lifted_on: date
    day: str = field(init=False)

    def __post_init__(self) -> None:
        self.day = f"{self.lifted_on:%d/%m/%Y}"


@dataclass(eq=False)
class HoldLiftsItself(PayoutRefused):
    """A hold for a missing IBAN or proof ends when it is verified, and not otherwise."""

    hold_id: str


@dataclass(eq=False)
class UnknownMovement(PayoutRefused):
    """Payout was told of no debit of that id."""

    debit_id: str


@dataclass(eq=False)
class ClawbackOfUnpaidBenefit(PayoutRefused):
    """The debit is only recorded: nobody was paid for it."""

    debit_id: str


@dataclass(eq=False)
class ClawbackOfCancelledDebit(PayoutRefused):
    """The debit was undone: it is set against what is owed already."""

    debit_id: str


@dataclass(eq=False)
class ClawbackAboveDebit(PayoutRefused):
    """More than is left of the debit, other clawbacks of it deducted."""

    left_cents: int
    left: str = field(init=False)

    def __post_init__(self) -> None:
        self.left = euros(self.left_cents)


@dataclass(eq=False)
class UnknownClawback(PayoutRefused):
    """No clawback of this authority has that id."""

    clawback_id: str


@dataclass(eq=False)
class ClawbackDecided(PayoutRefused):
    """A clawback is approved or dropped once."""

    clawback_id: str


@dataclass(eq=False)
class OwnClawback(PayoutRefused):
    """Who proposed a clawback may not approve it."""

    clawback_id: str


@dataclass(eq=False)
class IdempotencyKeyReused(PayoutRefused):
    """The key came with another request before."""

    key: str
