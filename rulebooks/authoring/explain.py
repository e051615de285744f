"""Why a rulebook decides as it does: each condition, each comparison in it with the fact's value, met or not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from rulebooks.authoring.conditions import JOINED, comparison_in_words
from rulebooks.authoring.words import article, told
from rulebooks.benefits import Benefit
from rulebooks.conditions import ALWAYS, Condition, Explained, Facts, Predicate
from rulebooks.french import euros
from rulebooks.rulebook import Rulebook
from rulebooks.vocabulary import PERSON

CONDITION, AMOUNT, CONSENT, STEP = "condition", "amount", "consent", "step"


@dataclass(frozen=True, slots=True)
class Trace:
    """One rule and how it came out. `met`: None where it does not concern the person.

    `benefit_id`: empty for a rule of the whole scheme. `of`: `condition`, `amount`, `consent`, or `step` (the request's
    period, once only). `applies`: how the `if` came out, None where there is none. `test`: None for a step.
    """

    of: str
    benefit_id: str
    code: str
    met: bool | None
    sentence: str
    source: str
    test: Explained | None = None
    applies: Explained | None = None


def explain(rulebook: Rulebook, facts: Mapping[str, object], on: date) -> tuple[Trace, ...]:
    """Every rule that `rulebook.decide(facts, on)` asks, in its order. Raises InvalidFacts."""
    known = Facts(PERSON, facts)
    is_open, is_closed = rulebook.join_reasons
    window = is_open if rulebook.join_window.contains(on) else is_closed
    traces = [Trace(STEP, "", window.code, window.met, window.sentence, window.source)]
    traces += [_condition(condition, "", known) for condition in rulebook.eligibility]
    traces += [trace for benefit in rulebook.benefits for trace in _benefit(benefit, known)]
    return (*traces, *_consents(rulebook, known))


def plain(traces: tuple[Trace, ...]) -> list[dict[str, Any]]:
    """JSON-ready."""
    return [asdict(trace) for trace in traces]


def _condition(condition: Condition, benefit_id: str, known: Facts) -> Trace:
    applies = None if condition.applies == ALWAYS else condition.applies.explained(known)
    test = condition.test.explained(known)
    met = test.met if applies is None or applies.met else None
    sentence = "" if met is None else condition.met if met else condition.unmet
    return Trace(CONDITION, benefit_id, condition.code, met, sentence, condition.source, test, applies)


def _benefit(benefit: Benefit, known: Facts) -> Iterator[Trace]:
    yield from (_condition(condition, benefit.id, known) for condition in benefit.conditions)
    chosen = benefit.amount(known)
    for amount in benefit.amounts:
        test = _asked(amount.test, known)
        met = test is None or test.met
        taken = "retenu" if amount is chosen else "un montant plus haut dans le règlement est retenu" if met else ""
        name = f"{euros(amount.amount_cents)}{f' ({amount.instalment})' if amount.instalment else ''}"
        yield Trace(AMOUNT, benefit.id, name, met, taken, amount.source, test)
    decided = {condition.code for condition in benefit.conditions}
    for reason in benefit.reasons(known, chosen):
        if reason.code not in decided:
            yield Trace(STEP, benefit.id, reason.code, reason.met, reason.sentence, reason.source)


def _asked(test: Predicate, known: Facts) -> Explained | None:
    return None if test == ALWAYS else test.explained(known)


def _consents(rulebook: Rulebook, known: Facts) -> Iterator[Trace]:
    for consent in rulebook.consents:
        test = consent.test.explained(known)
        met = not consent.is_missing(known) if test.met else None
        for benefit_id in sorted(consent.benefits) or [""]:
            yield Trace(CONSENT, benefit_id, consent.code, met, consent.sentence, consent.source, None, test)


_MARKS = {True: "✓", False: "✗", None: "–"}
_INDENT = "   "


def lines(rulebook: Rulebook, traces: tuple[Trace, ...]) -> Iterator[str]:
    """The same as a French reader follows it: ✓ met, ✗ not met, – does not concern this person."""
    heading = None
    for trace in sorted(traces, key=lambda trace: _place(rulebook, trace)):
        title = rulebook.benefit(trace.benefit_id).title if trace.benefit_id else "Le dispositif"
        if title != heading:
            heading = title
            yield title
        yield from _told(trace)


def _place(rulebook: Rulebook, trace: Trace) -> int:
    ids = ["", *(benefit.id for benefit in rulebook.benefits)]
    return ids.index(trace.benefit_id)


def _told(trace: Trace) -> Iterator[str]:
    sentence = f" : {trace.sentence}" if trace.sentence else ""
    concerned = "" if trace.met is not None else " : ne concerne pas cette personne"
    yield f"{_INDENT}{_MARKS[trace.met]} {trace.code}{sentence or concerned} [{article(trace.source)}]"
    if trace.applies is not None:
        yield f"{_INDENT * 2}concerne les personnes de qui :"
        yield from _tree(trace.applies, 3)
    if trace.test is not None:
        yield from _tree(trace.test, 2)


def _tree(explained: Explained, depth: int) -> Iterator[str]:
    mark = f"{_INDENT * depth}{_MARKS[explained.met]}"
    if explained.joined_by:
        yield f"{mark} {JOINED[explained.joined_by]} :"
        for part in explained.parts:
            yield from _tree(part, depth + 1)
        return
    values = ", ".join(told(PERSON.get(name), value) for name, value in explained.facts)
    found = f" [ici : {values}]" if explained.facts else ""
    yield f"{mark} {comparison_in_words(explained.expression, PERSON)}{found}"
