"""Cases: facts and the outcome that the author expects, run against the rulebook beside them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from rulebooks.conditions import Reason
from rulebooks.documents import Document, Where, read_document
from rulebooks.errors import RulebookError
from rulebooks.problems import Problem, RulebookProblems
from rulebooks.rulebook import Rulebook
from rulebooks.structure import structural_problems
from rulebooks.vocabulary import age_on

Stated = Mapping[str, Any]
Outcome = dict[str, object]


@dataclass(frozen=True, slots=True)
class CaseRun:
    """How many cases ran, and those that did not turn out as expected."""

    count: int
    failures: tuple[Problem, ...]


def cases_beside(directory: Path, rulebook: Rulebook) -> Path:
    """Where the cases of a rulebook are: `<season>.cases.yaml`, next to it."""
    return directory / rulebook.authority_id / rulebook.scheme / f"{rulebook.season}.cases.yaml"


def run_cases(directory: Path, rulebook: Rulebook) -> CaseRun:
    """Run a rulebook's cases. Raises RulebookProblems where the file cannot be used at all."""
    document = _read(cases_beside(directory, rulebook), directory)
    outcomes = list(_outcomes(document, rulebook))
    failures = tuple(failure for failure in outcomes if failure is not None)
    return CaseRun(len(outcomes), failures)


def _read(path: Path, directory: Path) -> Document:
    name = path.relative_to(directory).as_posix()
    if not path.is_file():
        raise RulebookProblems([Problem(name, 1, "Ce règlement n'a pas de cas.", "Écrivez ce fichier.")])
    document, problems = read_document(path, name)
    if document is not None:
        problems += structural_problems(document, "cases")
    if document is None or problems:
        raise RulebookProblems(problems)
    return document


def _outcomes(document: Document, rulebook: Rulebook) -> Iterator[Problem | None]:
    for section, outcome_of in _SECTIONS.items():
        for index, case in enumerate(document.content.get(section, [])):
            yield _compared(document, (section, index), case, _safely(outcome_of, rulebook, case))
    terms = document.content.get("terms")
    if terms is not None:
        yield _compared(document, ("terms",), {"expect": terms}, _terms(rulebook))


def _safely(outcome_of: Any, rulebook: Rulebook, case: Stated) -> Outcome:
    """An unknown fact or benefit is a wrong case, not a crash of the run."""
    try:
        outcome: Outcome = outcome_of(rulebook, case)
    except RulebookError as error:
        outcome = {"error": str(error)}
    return outcome


def _compared(document: Document, where: Where, case: Stated, outcome: Outcome) -> Problem | None:
    expected = case.get("expect") or {key: case[key] for key in outcome if key in case}
    if "error" in outcome:
        return _failure(document, where, case, f"erreur : {outcome['error']}")
    differences = [
        f"{key} : attendu {_sorted(value)}, obtenu {outcome.get(key)}"
        for key, value in expected.items()
        if _sorted(value) != outcome.get(key)
    ]
    return _failure(document, where, case, " ; ".join(differences)) if differences else None


def _failure(document: Document, where: Where, case: Stated, found: str) -> Problem:
    name = case.get("name", where[0])
    return document.problem(where, f"« {name} » : {found}.", "Corrigez le cas ou le règlement.")


def _sorted(value: object) -> object:
    return sorted(value) if isinstance(value, list) else value


def _person(rulebook: Rulebook, case: Stated) -> Outcome:
    asked_on = date.fromisoformat(case["asked_on"])
    facts = dict(case["facts"])
    if "born_on" in case:
        facts["age"] = age_on(date.fromisoformat(case["born_on"]), asked_on)
    decision = rulebook.decide(facts, asked_on)
    return {
        "eligible": decision.eligible,
        "unmet": _codes(decision.unmet),
        "entitlements": {granted.benefit_id: granted.amount_cents for granted in decision.entitlements},
        "requires": sorted(decision.requires),
    }


def _partner(rulebook: Rulebook, case: Stated) -> Outcome:
    category = rulebook.category(case["category"])
    reasons, documents = category.review(case["facts"]), category.documents_for(case["facts"])
    return {
        "accepted": category.accepts(case["facts"]),
        "unmet": _codes(reason for reason in reasons if not reason.met),
        "documents": sorted(document.id for document in documents),
        "document_ages": {each.id: each.max_age_months for each in documents if each.max_age_months},
    }


def _codes(reasons: Iterator[Reason] | tuple[Reason, ...]) -> list[str]:
    return sorted({reason.code for reason in reasons if not reason.met})


def _payout(rulebook: Rulebook, case: Stated) -> Outcome:
    period = rulebook.payout.period_of(date.fromisoformat(case["debited_on"]))
    due_on = rulebook.payout.due_on(period)
    return {"closes_on": period.closes_on.isoformat(), "due_on": due_on.isoformat()}


def _spending(rulebook: Rulebook, case: Stated) -> Outcome:
    benefit = rulebook.benefit(case["benefit"])
    return {"allowed": benefit.may_spend(date.fromisoformat(case["on_day"]), case["channel"])}


def _settlement(rulebook: Rulebook, case: Stated) -> Outcome:
    asked_on, settled_on = (date.fromisoformat(case[key]) for key in ("asked_on", "settled_on"))
    return {"allowed": rulebook.may_settle(asked_on, settled_on)}


def _terms(rulebook: Rulebook) -> Outcome:
    fee_cents = rulebook.fee.amount_cents if rulebook.fee else None
    return {
        "fee_cents": fee_cents,
        "dispute_days": rulebook.dispute_days,
        "starts_on": rulebook.starts_on.isoformat(),
        "ends_on": rulebook.ends_on.isoformat(),
        "spend_until": rulebook.spend_until.isoformat(),
    }


_SECTIONS = {
    "persons": _person,
    "partners": _partner,
    "payouts": _payout,
    "spending": _spending,
    "settlements": _settlement,
}
