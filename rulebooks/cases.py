"""Cases: facts and the outcome that the author expects, run against the rulebook beside them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from rulebooks.benefits import Benefit
from rulebooks.conditions import Facts, Reason
from rulebooks.documents import Document, Where, read_document
from rulebooks.errors import RulebookError, SpendingRefused
from rulebooks.kinds import Left
from rulebooks.problems import Problem, RulebookProblems
from rulebooks.rulebook import Rulebook
from rulebooks.structure import structural_problems
from rulebooks.vocabulary import PERSON, age_on

Stated = Mapping[str, Any]
Outcome = dict[str, object]


@dataclass(frozen=True, slots=True)
class CaseRun:
    """How many cases ran, and those that did not turn out as expected."""

    count: int
    failures: tuple[Problem, ...]


def run_cases(cases: Document, rulebook: Rulebook, stated: Document) -> CaseRun:
    """Run cases against a rulebook; `stated` is the file that it was built from."""
    outcomes = [failure_at(cases, where, rulebook, stated) for where in case_places(cases)]
    return CaseRun(len(outcomes), tuple(failure for failure in outcomes if failure is not None))


def read_cases(directory: Path, rulebook: Rulebook) -> Document:
    """The cases beside a rulebook, `<its file>.cases.yaml`. Raises RulebookProblems where they cannot be used."""
    path = directory / rulebook.authority_id / rulebook.scheme / f"{rulebook.edition}.cases.yaml"
    name = path.relative_to(directory).as_posix()
    if not path.is_file():
        raise RulebookProblems([Problem(name, 1, "Ce règlement n'a pas de cas.", "Écrivez ce fichier.")])
    document, problems = read_document(path, name)
    if document is not None:
        problems += structural_problems(document, "cases")
    if document is None or problems:
        raise RulebookProblems(problems)
    return document


def case_places(cases: Document) -> tuple[Where, ...]:
    """Where each case stands; all `terms` together are one."""
    listed = (where for section in _SECTIONS for where in cases.places_in(section))
    return (*listed, *((("terms",),) if cases.at("terms") is not None else ()))


def failure_at(cases: Document, where: Where, rulebook: Rulebook, stated: Document) -> Problem | None:
    """How one case fails, None where it turns out as expected; `stated` is the file behind the rulebook."""
    section, case = str(where[0]), cases.at(*where)
    if section == "terms":
        return _compared(cases, where, {"expect": case}, _terms(stated, case))
    return _compared(cases, where, case, _safely(_SECTIONS[section], rulebook, case))


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
    granted = decision.entitlements
    return {
        "eligible": decision.eligible,
        "unmet": _codes(decision.unmet),
        "entitlements": {each.benefit_id: each.amount_cents for each in granted},
        "units": {each.benefit_id: each.uses for each in granted if each.uses is not None},
        "instalments": {each.benefit_id: each.instalment for each in granted if each.instalment},
        "waits": {each.benefit_id: sorted(each.waits) for each in granted if each.waits},
        "denied": {denial.benefit_id: _codes(denial.reasons) for denial in decision.denials},
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
    """With an amount, also whether a fresh wallet of the benefit's highest amount can be debited of it."""
    benefit = rulebook.benefit(case["benefit"])
    outcome: Outcome = {"allowed": benefit.may_spend(date.fromisoformat(case["on_day"]), case["channel"])}
    if "amount_cents" in case:
        outcome |= _use(benefit, case["amount_cents"])
    return outcome


def _use(benefit: Benefit, amount_cents: int) -> Outcome:
    highest = max(benefit.amounts, key=lambda amount: amount.amount_cents, default=None)
    left = Left(highest.amount_cents if highest else 0, benefit.uses_granted(highest))
    if amount_cents > left.cents:
        return {"allowed": False}
    try:
        return {"uses": benefit.uses_of(amount_cents, left)}
    except SpendingRefused:
        return {"allowed": False}


def _settlement(rulebook: Rulebook, case: Stated) -> Outcome:
    return {"allowed": rulebook.may_settle(*_days(case, "asked_on", "settled_on"))}


def _top_up(rulebook: Rulebook, case: Stated) -> Outcome:
    found = rulebook.benefit(case["benefit"]).top_up(Facts(PERSON, case["facts"]), case["partner"])
    return {"cents": found.amount_cents if found else 0}


def _cancellation(rulebook: Rulebook, case: Stated) -> Outcome:
    return {"allowed": rulebook.cancellation.allows(*_days(case, "debited_on", "cancelled_on"))}


def _secret_code(rulebook: Rulebook, case: Stated) -> Outcome:
    return {"asked": rulebook.asks_code(case["channel"]), "needed": rulebook.needs_code(case["channel"])}


def _loading(rulebook: Rulebook, case: Stated) -> Outcome:
    (loaded_on,) = _days(case, "loaded_on")
    return {"closes_on": rulebook.benefit(case["benefit"]).closes_on(loaded_on).isoformat()}


def _hold(rulebook: Rulebook, case: Stated) -> Outcome:
    return {"codes": sorted(hold.code for hold in rulebook.holds_on(case["category"]))}


def _no_show(rulebook: Rulebook, case: Stated) -> Outcome:
    step = rulebook.bons_plans.step_after(case["count"]) if rulebook.bons_plans else None
    return {"step": step.step if step else None}


def _theme(rulebook: Rulebook, case: Stated) -> Outcome:
    themes = rulebook.bons_plans.themes_open_to(case["facts"]) if rulebook.bons_plans else ()
    return {"open": sorted(theme.id for theme in themes)}


def _dispute(rulebook: Rulebook, case: Stated) -> Outcome:
    return {"allowed": rulebook.dispute.accepts(*_days(case, "transferred_on", "sent_on"))}


def _appeal(rulebook: Rulebook, case: Stated) -> Outcome:
    return {"allowed": rulebook.dispute.hears_appeal(*_days(case, "decided_on", "sent_on"))}


def _days(case: Stated, *names: str) -> tuple[date, ...]:
    return tuple(date.fromisoformat(case[name]) for name in names)


def _terms(document: Document, terms: Stated) -> Outcome:
    """Values as the file states them, by their dotted path (`retention.membership_years`)."""
    return {path: _stated_at(document.content, path) for path in terms}


def _stated_at(content: Any, path: str) -> object:
    """What stands at a path, None where nothing does."""
    for part in path.split("."):
        if isinstance(content, list):
            content = content[int(part)] if part.isdigit() and int(part) < len(content) else None
        else:
            content = content.get(part) if isinstance(content, dict) else None
    return sorted(content) if isinstance(content, list) else content


_SECTIONS = {
    "persons": _person,
    "partners": _partner,
    "payouts": _payout,
    "spending": _spending,
    "settlements": _settlement,
    "top_ups": _top_up,
    "cancellations": _cancellation,
    "secret_codes": _secret_code,
    "loadings": _loading,
    "holds": _hold,
    "no_shows": _no_show,
    "themes": _theme,
    "disputes": _dispute,
    "appeals": _appeal,
}
