"""`verify`: every rule again on live data, the transfer files and statements included, read as they are kept."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from chassis.files import FileGone, Files
from chassis.work import Work
from rulebooks import Catalogue
from services.payout.adapters import pain001
from services.payout.application.statements import statement_of_line
from services.payout.domain.run import Line, Run, payable_cents
from services.payout.domain.sepa import FileTotals
from services.payout.store.checks import Finding, figures, run_checks
from services.payout.store.listings import issued_runs
from services.payout.store.runs import Remittances

_FILE_CHECK = "a transfer file pays its run's remittances"
_STATEMENT_CHECK = "the statements add up to the transfer file"


@dataclass(frozen=True, slots=True)
class Verification:
    """`figures`: debits, cancellations; cents clawed back, accrued, only recorded, paid, owed, in transfer files, in
    statements."""

    findings: tuple[Finding, ...]
    figures: dict[str, int]

    @property
    def held(self) -> bool:
        return all(finding.held for finding in self.findings)


@dataclass(frozen=True, slots=True)
class _Totals:
    """What an issued run's own papers say, in cents."""

    sepa_cents: int
    statement_cents: int
    differences: tuple[Finding, ...]


def verify(work: Work, catalogue: Catalogue, files: Files) -> Verification:
    """Check one authority; a run at a time, so that memory stays flat."""
    found = list(run_checks(work))
    papers = [_papers(work, catalogue, files, run) for run in issued_runs(work)]
    for name in (_FILE_CHECK, _STATEMENT_CHECK):
        differences = [each for paper in papers for each in paper.differences if each.check == name]
        found.append(differences[0] if differences else Finding(name, True))
    counted = figures(work)
    counted["owed_cents"] = counted["accrued_cents"] - counted["paid_cents"]
    counted["sepa_cents"] = sum(paper.sepa_cents for paper in papers)
    counted["statement_cents"] = sum(paper.statement_cents for paper in papers)
    found.append(_paid_is_in_files(counted))
    return Verification(tuple(found), counted)


def _papers(work: Work, catalogue: Catalogue, files: Files, run: Run) -> _Totals:
    paid = [line for line in Remittances(work).of_run(run.run_id) if line.held_for is None]
    totals, file_problem = _file_totals(work, files, run, paid)
    statements = {line.reference: statement_of_line(work, catalogue, run, line).total_cents for line in paid}
    differences = [Finding(_FILE_CHECK, False, file_problem)] if file_problem else []
    differences += _statement_differences(run, statements, paid)
    return _Totals(totals.sum_cents, sum(statements.values()), tuple(differences))


def _file_totals(work: Work, files: Files, run: Run, paid: list[Line]) -> tuple[FileTotals, str]:
    try:
        content = files.open(work, run.sepa_file_id or "").content
        pain001.validate(content)
        totals = pain001.read_totals(content)
    except (FileGone, pain001.NotAPain001) as error:
        return FileTotals(0, 0, {}), f"run {run.run_id}: {type(error).__name__} {error}"
    same = totals.is_consistent and totals.transfers == {line.reference: line.amount_cents for line in paid}
    stated = f"the file states {totals.stated_cents}, remittances are {payable_cents(paid)} cents"
    return totals, "" if same else f"run {run.run_id}: {stated}"


def _statement_differences(run: Run, statements: dict[str, int], paid: list[Line]) -> Iterator[Finding]:
    for line in paid:
        if statements[line.reference] != line.amount_cents:
            told = f"run {run.run_id}, {line.reference}: {statements[line.reference]} is not {line.amount_cents}"
            yield Finding(_STATEMENT_CHECK, False, told)


def _paid_is_in_files(counted: dict[str, int]) -> Finding:
    totals = [counted[name] for name in ("paid_cents", "sepa_cents", "statement_cents")]
    told = "movements {} cents, transfer files {}, statements {}".format(*totals)
    return Finding("movements, transfer files and statements pay the same", len(set(totals)) == 1, told)
