"""Proposing a run, and approving it by a second person: the transfer file is made, and movements are paid."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from chassis.files import Files
from chassis.work import Work
from rulebooks import Catalogue, Rulebook
from services.payout import metrics
from services.payout.adapters import pain001
from services.payout.application.holding import hold_for_missing_iban, missing_iban_sentence, reasons_to_hold
from services.payout.application.rulebook_in_force import in_force
from services.payout.domain.bank_account import BankAccount
from services.payout.domain.banking_days import execution_day
from services.payout.domain.run import Line, Run, hold_back, payable_cents
from services.payout.domain.sepa import FileTotals, Transfer, TransferOrder
from services.payout.store.accruals import Accruals
from services.payout.store.bank_accounts import BankAccounts
from services.payout.store.runs import Remittances, Runs


class FileDiffers(Exception):
    """A transfer file does not pay what the remittances say: a bug of ours, never kept."""


@dataclass(frozen=True, slots=True)
class ProposeRun:
    """Order of a first person."""

    run_id: str


@dataclass(frozen=True, slots=True)
class ApproveRun:
    """Order of a second person, who saw `payable_cents`."""

    run_id: str
    payable_cents: int


@dataclass(frozen=True, slots=True)
class Issuing:
    """What turns remittances into a transfer file."""

    catalogue: Catalogue
    accounts: BankAccounts
    files: Files


def propose_run(work: Work, order: ProposeRun) -> Run:
    """Raises UnknownRun, RunNotPrepared."""
    run = Runs(work).lock(order.run_id)
    proposed = run.propose(work.context.account_id)
    Runs(work).save(proposed)
    work.audit("propose_run", run.run_id, before={"state": run.state}, after={"state": proposed.state})
    metrics.count_run(work, proposed, ())
    return proposed


def approve_run(work: Work, means: Issuing, order: ApproveRun) -> Run:
    """Issue the run. Who cannot be paid any more is held back for a later run.

    Raises UnknownRun, RunNotProposed, SecondPersonNeeded, RunChanged, NothingToPay.
    """
    run = Runs(work).lock(order.run_id)
    run.require_approver(work.context.account_id)
    lines = _lines_now(work, run)
    run.require_payable(lines, order.payable_cents)
    rulebook = in_force(work, means.catalogue, run.scheme, run.season, run.period.end)
    _hold(work, lines, missing_iban_sentence(rulebook))
    paid = tuple(line for line in lines if line.held_for is None)
    file_id = means.files.put(work, _transfer_file(work, means, rulebook, run, paid), pain001.MEDIA_TYPE)
    issued = run.issue(work.context.account_id, work.now, file_id)
    Runs(work).save(issued)
    _tell(work, issued, paid)
    metrics.count_run(work, issued, paid)
    return issued


def _lines_now(work: Work, run: Run) -> tuple[Line, ...]:
    lines = Remittances(work).of_run(run.run_id)
    return hold_back(lines, reasons_to_hold(work, [line.partner_id for line in lines]))


def _hold(work: Work, lines: Iterable[Line], sentence: str) -> None:
    held = [line for line in lines if line.held_for is not None]
    hold_for_missing_iban(work, [line.partner_id for line in held], sentence)
    Remittances(work).hold(held)
    Accruals(work).release([line.remittance_id for line in held])


def _transfer_file(work: Work, means: Issuing, rulebook: Rulebook, run: Run, paid: tuple[Line, ...]) -> bytes:
    accounts = means.accounts.of(work, [line.partner_id for line in paid])
    content = pain001.write(_order(work, means.catalogue, rulebook, run, paid, accounts))
    _require_same(pain001.read_totals(content), paid)
    return content


def _order(
    work: Work,
    catalogue: Catalogue,
    rulebook: Rulebook,
    run: Run,
    paid: Iterable[Line],
    accounts: Mapping[str, BankAccount],
) -> TransferOrder:
    debtor = catalogue.authority(work.authority_id).debtor
    return TransferOrder(
        message_id=run.run_id.replace("-", ""),
        created_at=work.now,
        execution_on=execution_day(run.due_on, work.today),
        debtor=debtor.name,
        iban=debtor.iban,
        bic=debtor.bic,
        transfers=tuple(_transfer(line, accounts[line.partner_id], rulebook, run) for line in paid),
    )


def _transfer(line: Line, account: BankAccount, rulebook: Rulebook, run: Run) -> Transfer:
    period = f"du {run.period.start:%d/%m/%Y} au {run.period.end:%d/%m/%Y}"
    text = f"{line.reference} {period} {rulebook.title}"
    return Transfer(line.reference, line.amount_cents, account.holder, account.iban, text)


def _require_same(totals: FileTotals, paid: Iterable[Line]) -> None:
    """Recomputed from the file's own bytes, before it is kept. Raises FileDiffers."""
    if not totals.is_consistent or totals.transfers != {line.reference: line.amount_cents for line in paid}:
        raise FileDiffers(f"the file pays {totals.sum_cents} cents, the remittances {payable_cents(paid)}")


def _tell(work: Work, run: Run, paid: Iterable[Line]) -> None:
    for line in paid:
        fact = {
            "remittance_id": line.remittance_id,
            "run_id": run.run_id,
            "partner_id": line.partner_id,
            "amount_cents": line.amount_cents,
        }
        work.publish("remittance_issued", line.remittance_id, 1, fact)
    work.audit("approve_run", run.run_id, after={"state": run.state, "payable_cents": payable_cents(paid)})
