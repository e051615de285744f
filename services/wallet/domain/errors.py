"""What the wallet refuses by rule, each named as a fact and holding what its sentence needs.

The doors' table (`entrypoints/answers.py`) gives each class its stable reason and its sentences.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import ClassVar

from services.wallet.domain.cents import euros


@dataclass(eq=False)
class WalletRefusal(Exception):
    """Root of every refusal of this service.

    `commits`: what the transaction wrote stays, because the refusal itself must be kept (a frozen key, a counted
    wrong code). `kept`: it is the answer to its key for good; otherwise the same key may be tried again.
    """

    kept: ClassVar[bool] = True
    commits: bool = field(default=False, init=False, repr=False)

    def __str__(self) -> str:
        return repr(self)


# --- Seasons and budget


@dataclass(eq=False)
class UnknownSeason(WalletRefusal):
    """The authority has no rulebook for this scheme and season."""

    scheme: str
    season: str


@dataclass(eq=False)
class SeasonNotOpen(WalletRefusal):
    """Staff have not opened this season."""

    scheme: str
    season: str


@dataclass(eq=False)
class UnknownVersion(WalletRefusal):
    """No known rulebook of this season has this hash."""


@dataclass(eq=False)
class VersionTooLate(WalletRefusal):
    """A version is adopted before its first day: acts of that day were judged by another."""

    counts_from: date


@dataclass(eq=False)
class UnknownBenefit(WalletRefusal):
    """The scheme has no such benefit this season."""

    benefit: str


# --- Memberships and fees


@dataclass(eq=False)
class NotEligible(WalletRefusal):
    """The rulebook refuses this person: its first unmet condition, in its own words."""

    code: str
    sentence: str
    source: str


@dataclass(eq=False)
class AlreadyMember(WalletRefusal):
    """The person has, or had, a membership of this season."""


@dataclass(eq=False)
class JoinClosed(WalletRefusal):
    """The day is outside the rulebook's joining window."""

    sentence: str


@dataclass(eq=False)
class CharterNotAccepted(WalletRefusal):
    """The beneficiaries' charter is accepted before a request is made, in this version."""

    version: str


@dataclass(eq=False)
class BudgetSpent(WalletRefusal):
    """The scheme is closed to new requests: the budget cannot bear what this person would get."""


@dataclass(eq=False)
class ProfileMissing(WalletRefusal):
    """Identity knows no facts of this person yet."""


@dataclass(eq=False)
class UnknownMembership(WalletRefusal):
    """No such membership, or somebody else's."""


@dataclass(eq=False)
class FeeNotDue(WalletRefusal):
    """Nothing is to be paid for this membership now."""


@dataclass(eq=False)
class FeeNotWaivable(WalletRefusal):
    """The rulebook lets nobody join free."""


@dataclass(eq=False)
class MeansNotAccepted(WalletRefusal):
    """The rulebook does not take this means of payment."""


@dataclass(eq=False)
class SettlementClosed(WalletRefusal):
    """Too late to complete a request of this season."""

    until: date


@dataclass(eq=False)
class ProviderEventRefused(WalletRefusal):
    """A payment provider's message that is not signed by it, is stale, or contradicts the payment."""


# --- Keys


@dataclass(eq=False)
class KeyReused(WalletRefusal):
    """The idempotency key was used for another request."""


# --- At the till


@dataclass(eq=False)
class NotADelegate(WalletRefusal):
    """The account may not take payments for this partner."""


@dataclass(eq=False)
class CodeUnreadable(WalletRefusal):
    """Not a code of ours; a forged code gets the same answer."""


@dataclass(eq=False)
class CodeExpired(WalletRefusal):
    """The code's 30-second step is over."""


@dataclass(eq=False)
class CodeOfLater(WalletRefusal):
    """The code's 30-second step is yet to come: the clock that showed it is ahead."""


@dataclass(eq=False)
class CodeAlreadyUsed(WalletRefusal):
    """A code of this step, or of a later one, was accepted before."""


@dataclass(eq=False)
class TypedCodeWrong(WalletRefusal):
    """A code that was typed, and is none of ours or mistyped."""


@dataclass(eq=False)
class TooManyWrongCodes(WalletRefusal):
    """The partner typed too many wrong codes in the last minutes."""

    kept: ClassVar[bool] = False


@dataclass(eq=False)
class CardOpposed(WalletRefusal):
    """The card was reported lost or stolen."""


@dataclass(eq=False)
class UnknownPresentation(WalletRefusal):
    """No such presentation."""


@dataclass(eq=False)
class PresentationExpired(WalletRefusal):
    """A presentation is good for five minutes."""


@dataclass(eq=False)
class PresentationOfOtherPartner(WalletRefusal):
    """The card was presented to another partner, or on another device."""


@dataclass(eq=False)
class MembershipNotActive(WalletRefusal):
    """The holder's membership is missing, waits for something, or has ended."""


@dataclass(eq=False)
class NotEntitled(WalletRefusal):
    """The holder is a member, and has no wallet for this benefit."""


@dataclass(eq=False)
class SpendingNotStarted(WalletRefusal):
    """The benefit's spending window opens later."""

    opens_on: date


@dataclass(eq=False)
class SeasonOver(WalletRefusal):
    """The benefit's spending window is closed."""

    closed_on: date


@dataclass(eq=False)
class ChannelNotAccepted(WalletRefusal):
    """The rulebook does not let this benefit be spent this way."""


@dataclass(eq=False)
class PartnerNotAccredited(WalletRefusal):
    """The partner takes nothing of this scheme."""


@dataclass(eq=False)
class WrongCategory(WalletRefusal):
    """The partner is accredited in this scheme, and not for this benefit's category."""


@dataclass(eq=False)
class BalanceTooLow(WalletRefusal):
    """The wallet holds less than the amount."""

    balance_cents: int
    balance: str = field(init=False)

    def __post_init__(self) -> None:
        self.balance = euros(self.balance_cents)


@dataclass(eq=False)
class NoUseLeft(WalletRefusal):
    """Every debit, ticket or voucher of this benefit was used."""


@dataclass(eq=False)
class NotEnoughUses(WalletRefusal):
    """Fewer tickets or vouchers are left than the amount needs; `most_cents` is what they pay."""

    most_cents: int
    most: str = field(init=False)

    def __post_init__(self) -> None:
        self.most = euros(self.most_cents)


@dataclass(eq=False)
class WholeAmountOnly(WalletRefusal):
    """The benefit is spent in one go: the whole balance or nothing."""

    amount_cents: int
    amount: str = field(init=False)

    def __post_init__(self) -> None:
        self.amount = euros(self.amount_cents)


@dataclass(eq=False)
class WholeTicketsOnly(WalletRefusal):
    """The amount is not that of whole tickets."""

    unit_cents: int
    unit: str = field(init=False)

    def __post_init__(self) -> None:
        self.unit = euros(self.unit_cents)


@dataclass(eq=False)
class NotSpentInMoney(WalletRefusal):
    """The benefit is no wallet: it is shown or applied for, not debited."""


# --- The holder's secret code


@dataclass(eq=False)
class SecretCodeNotAsked(WalletRefusal):
    """No open scheme asks for a secret code."""


@dataclass(eq=False)
class SecretCodeMalformed(WalletRefusal):
    """Not as many digits as the rulebooks in force ask for."""

    digits: int


@dataclass(eq=False)
class SecretCodeGuessable(WalletRefusal):
    """One of those that are tried first: the same digit again and again, or digits in order."""


@dataclass(eq=False)
class SecretCodeNotChosen(WalletRefusal):
    """The holder must choose a secret code first."""

    kept: ClassVar[bool] = False


@dataclass(eq=False)
class SecretCodeMissing(WalletRefusal):
    """The rulebook asks for the holder's secret code, and none was sent."""


@dataclass(eq=False)
class SecretCodeNotChecked(WalletRefusal):
    """What the card or the rules say changed while the code was looked at: the same request is asked again."""

    kept: ClassVar[bool] = False


@dataclass(eq=False)
class SecretCodeWrong(WalletRefusal):
    """The secret code is not the holder's; so many more may be tried before it locks."""

    attempts_left: int


@dataclass(eq=False)
class SecretCodeLocked(WalletRefusal):
    """Too many wrong secret codes in a row: the holder chooses another."""

    kept: ClassVar[bool] = False


# --- Vouchers


@dataclass(eq=False)
class NoVoucherForBenefit(WalletRefusal):
    """The rulebook gives no vouchers on this benefit."""


@dataclass(eq=False)
class NoWalletForVoucher(WalletRefusal):
    """The person has no such benefit, or their membership is not active."""


@dataclass(eq=False)
class PartnerNotForBenefit(WalletRefusal):
    """The partner is not accredited for the benefit's category."""


@dataclass(eq=False)
class PartnerTakesNoVoucher(WalletRefusal):
    """The partner is accredited, and its activity is none of those that take vouchers."""


@dataclass(eq=False)
class VoucherAboveBalance(WalletRefusal):
    """The wallet holds less than the voucher that is asked for."""

    balance_cents: int
    balance: str = field(init=False)

    def __post_init__(self) -> None:
        self.balance = euros(self.balance_cents)


@dataclass(eq=False)
class UnknownVoucher(WalletRefusal):
    """No such voucher, or somebody else's."""


@dataclass(eq=False)
class UnknownVoucherCode(WalletRefusal):
    """No voucher has this code."""


@dataclass(eq=False)
class VoucherOfAnotherPartner(WalletRefusal):
    """The voucher was made for another partner."""


@dataclass(eq=False)
class VoucherAlreadyRedeemed(WalletRefusal):
    """A voucher is redeemed once."""


@dataclass(eq=False)
class VoucherReleased(WalletRefusal):
    """The voucher's money went back to its wallet."""


@dataclass(eq=False)
class VoucherExpired(WalletRefusal):
    """The benefit's spending window is closed."""

    expired_on: date


@dataclass(eq=False)
class AboveVoucher(WalletRefusal):
    """The partner asks for more than the voucher's amount."""

    amount_cents: int
    amount: str = field(init=False)

    def __post_init__(self) -> None:
        self.amount = euros(self.amount_cents)


# --- After the debit


@dataclass(eq=False)
class UnknownDebit(WalletRefusal):
    """No such debit at this partner."""


@dataclass(eq=False)
class AlreadyCancelled(WalletRefusal):
    """A debit is cancelled once."""


@dataclass(eq=False)
class CancellationTooLate(WalletRefusal):
    """A debit is cancelled on its own day only, which is over."""


@dataclass(eq=False)
class NeverCancelled(WalletRefusal):
    """The rulebook in force lets partners cancel nothing."""


@dataclass(eq=False)
class CancellationWindowOver(WalletRefusal):
    """The rulebook's days after the debit are over."""

    until: date


@dataclass(eq=False)
class DebitCounted(WalletRefusal):
    """The debit's day was counted for the partner's payout."""

    day: date


@dataclass(eq=False)
class HolderNotPresent(WalletRefusal):
    """The rulebook wants the holder identified again, and the card was not presented."""


@dataclass(eq=False)
class PresentationOfOtherHolder(WalletRefusal):
    """The card that was presented is not that of the debit's holder."""


@dataclass(eq=False)
class UnknownWallet(WalletRefusal):
    """No such wallet, or somebody else's."""


@dataclass(eq=False)
class DayNotOver(WalletRefusal):
    """Only a day that is over can be counted."""

    day: date


@dataclass(eq=False)
class EchoOnlyForBenches(WalletRefusal):
    """The echo answers in modes demo and test only."""
