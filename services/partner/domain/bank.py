"""Bank accounts of a partner: the one that is used, and the one that waits for a check."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from services.partner.domain.errors import IbanHolderDiffers, ReasonNeeded
from services.partner.domain.organisation import Partner
from services.partner.domain.texts import is_same_name


class IbanState(StrEnum):
    """`missing` is never stored; `replaced` is history."""

    MISSING = "missing"
    SUBMITTED = "submitted"
    VERIFIED = "verified"
    REFUSED = "refused"
    REPLACED = "replaced"


@dataclass(frozen=True, slots=True)
class BankAccount:
    """One IBAN that a partner sent. `version` counts a partner's accounts; `reason` is why staff refused it."""

    partner_id: str
    version: int
    iban: str
    holder: str
    state: IbanState
    submitted_at: datetime
    reason: str = ""
    decided_by: str = ""

    @property
    def tail(self) -> str:
        """What may be shown of the number."""
        return self.iban[-4:]

    def checked(self, accept: bool, reason: str, by: str) -> BankAccount:
        """The decision of staff on an account that waits. Raises ReasonNeeded."""
        if not accept and not reason:
            raise ReasonNeeded
        state = IbanState.VERIFIED if accept else IbanState.REFUSED
        return replace(self, state=state, reason=reason, decided_by=by)

    def replaced(self) -> BankAccount:
        return replace(self, state=IbanState.REPLACED)


@dataclass(frozen=True, slots=True)
class BankAccounts:
    """A partner's accounts, newest first. At most one waits and at most one is in use."""

    accounts: tuple[BankAccount, ...]

    @property
    def waiting(self) -> BankAccount | None:
        return self._first(IbanState.SUBMITTED)

    @property
    def in_use(self) -> BankAccount | None:
        """The one that transfers go to: the old one until a new one is verified."""
        return self._first(IbanState.VERIFIED)

    @property
    def shown(self) -> BankAccount | None:
        """The one whose state a partner sees: what waits, else what is used, else what was refused last."""
        return self.waiting or self.in_use or self._first(IbanState.REFUSED)

    @property
    def state(self) -> IbanState:
        return self.shown.state if self.shown else IbanState.MISSING

    @property
    def next_version(self) -> int:
        return self.accounts[0].version + 1 if self.accounts else 1

    def _first(self, state: IbanState) -> BankAccount | None:
        return next((account for account in self.accounts if account.state is state), None)


def check_holder(partner: Partner, holder: str) -> None:
    """The account is in the partner's own name (§4.2.1: "RIB au nom de l'entreprise"). Raises IbanHolderDiffers."""
    if not any(is_same_name(holder, name) for name in (partner.legal_name, partner.public_name)):
        raise IbanHolderDiffers(partner.legal_name)
