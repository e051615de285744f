"""Bank accounts: sent by a delegate, checked by staff, then used for transfers."""

from __future__ import annotations

from dataclasses import dataclass

from chassis.work import Work
from services.partner.application.ports import Ports
from services.partner.domain.bank import BankAccount, BankAccounts, IbanState, check_holder
from services.partner.domain.documents import Document
from services.partner.domain.errors import NoIbanToVerify
from services.partner.domain.organisation import Partner
from services.partner.domain.texts import public_name, written_reason


@dataclass(frozen=True, slots=True)
class SubmitIban:
    """The account that transfers should go to."""

    partner_id: str
    iban: str
    holder: str


@dataclass(frozen=True, slots=True)
class VerifyIban:
    """The decision of staff on the account that waits; `version` is the one that was seen, 0 where none was."""

    partner_id: str
    accept: bool
    reason: str
    version: int = 0


@dataclass(frozen=True, slots=True)
class WaitingIban:
    """An account that waits for a check, beside its partner and what that sent."""

    account: BankAccount
    partner: Partner
    documents: tuple[Document, ...]


def submit(work: Work, ports: Ports, command: SubmitIban) -> BankAccounts:
    """Keep an account that waits for a check; one in use stays in use until then.

    Raises IbanInvalid, IbanOutsideSepa, TextRefused, MarkupInText, FormulaInText, IbanHolderDiffers.
    """
    iban = ports.registers.payable_iban(command.iban)
    holder = public_name(command.holder, "holder")
    partner = ports.partners.lock(work, command.partner_id)
    check_holder(partner, holder)
    known = _accounts(work, ports, command.partner_id)
    if known.shown and known.shown.state is not IbanState.REFUSED and known.shown.iban == iban:
        return known
    if known.waiting:
        ports.accounts.save(work, known.waiting.replaced())
    version = known.next_version
    ports.accounts.add(work, BankAccount(partner.partner_id, version, iban, holder, IbanState.SUBMITTED, work.now))
    work.audit("submit_iban", partner.partner_id, after={"version": version})
    return _accounts(work, ports, command.partner_id)


def verify(work: Work, ports: Ports, command: VerifyIban) -> BankAccounts:
    """Raises PartnerUnknown, NoIbanToVerify, ReasonNeeded, TextRefused."""
    reason = written_reason(command.reason)
    ports.partners.lock(work, command.partner_id)
    known = _accounts(work, ports, command.partner_id)
    if known.waiting is None or command.version not in (0, known.waiting.version):
        raise NoIbanToVerify
    checked = known.waiting.checked(command.accept, reason, work.context.account_id)
    if command.accept and known.in_use:
        ports.accounts.save(work, known.in_use.replaced())
    ports.accounts.save(work, checked)
    work.audit("verify_iban", command.partner_id, after={"version": checked.version, "state": checked.state})
    if command.accept:
        data = {"partner_id": command.partner_id}
        work.publish("iban_verified", command.partner_id, checked.version, data)
    return _accounts(work, ports, command.partner_id)


def waiting(work: Work, ports: Ports, page_token: str) -> tuple[list[WaitingIban], str]:
    """Those that wait for a check, the oldest first, and the next page's token."""
    accounts, next_page_token = ports.accounts.waiting(work, page_token)
    partner_ids = [account.partner_id for account in accounts]
    partners, documents = ports.partners.many(work, partner_ids), ports.documents.of_partners(work, partner_ids)
    found = [WaitingIban(account, partners[account.partner_id], documents[account.partner_id]) for account in accounts]
    return found, next_page_token


def _accounts(work: Work, ports: Ports, partner_id: str) -> BankAccounts:
    return ports.accounts.of_partners(work, [partner_id])[partner_id]
