"""`decide`: one decision of the biggest rulebook, beside the same conditions as plain Python lambdas.

The lambdas are generated from the rulebook: each comparison translated, joined as the file joins them, and asked of the
same facts. They validate nothing, choose no sentence and make no decision: they are what an engine cannot beat.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import date

from bench.figures import Figure, median
from rulebooks import Catalogue, Rulebook
from rulebooks.authoring.samples import sample
from rulebooks.benefits import Benefit
from rulebooks.conditions import AllOf, AnyOf, Comparison, Condition, Predicate
from rulebooks.vocabulary import PERSON

BENCH = "decide"
PEER = "lambdas"
_ROUNDS = 3
_DECISIONS, _DECISIONS_LONG = 2_000, 20_000
_CANDIDATES = 500
_SEED = 20_250_901

_TOKEN = re.compile(r"\"[^\"]*\"|'[^']*'|!=|!|\.?\w+|\s+|[^\w\s\"'!]+")
_WORDS = {"true": "True", "false": "False", "in": "in", "size": "len", "!": " not "}
_METHODS = {".startsWith": ".startswith", ".endsWith": ".endswith"}

Lambda = Callable[[Mapping[str, object]], object]


def run(long: bool) -> Iterator[Figure]:
    """CPU microseconds a decision, decisions a second against the peer; medians of three rounds, one thread."""
    rulebook = biggest(Catalogue.load())
    on = rulebook.join_window.opens_on
    facts = who_gets_most(rulebook, on)
    complete, lambdas = PERSON.complete(facts), tuple(lambdas_of(rulebook))
    times = _DECISIONS_LONG if long else _DECISIONS
    ours: list[float] = []
    theirs: list[float] = []
    for _ in range(_ROUNDS):
        ours.append(_seconds_each(lambda: rulebook.decide(facts, on), times))
        theirs.append(_seconds_each(lambda: [test(complete) for test in lambdas], times))
    yield Figure(BENCH, "benefits decided", len(rulebook.benefits), "benefits")
    yield Figure(BENCH, "one decision", median(ours) * 1e6, "µs")
    yield Figure(BENCH, "decisions", 1 / median(ours), "a second", PEER, 1 / median(theirs))


def _seconds_each(act: Callable[[], object], times: int) -> float:
    began = time.process_time()
    for _ in range(times):
        act()
    return (time.process_time() - began) / times


def biggest(catalogue: Catalogue) -> Rulebook:
    """The rulebook of most benefits; of those, of most conditions."""
    return max(catalogue.rulebooks(), key=lambda each: (len(each.benefits), len(tuple(lambdas_of(each)))))


def who_gets_most(rulebook: Rulebook, on: date) -> Mapping[str, object]:
    """The facts, among drawn persons, of one who gets the most benefits."""
    people = [line.facts for line in sample(rulebook, _CANDIDATES, _SEED)]
    return max(people, key=lambda facts: len(rulebook.decide(facts, on).entitlements))


def lambdas_of(rulebook: Rulebook) -> Iterator[Lambda]:
    """Every test that a decision asks, as Python: of the scheme, of each benefit and its amounts, of consents."""
    yield from (_compiled(_of_condition(condition)) for condition in rulebook.eligibility)
    for benefit in rulebook.benefits:
        yield from (_compiled(_of_condition(condition)) for condition in benefit.conditions)
        if benefit.amounts:
            yield _compiled(_of_amounts(benefit))
    yield from (_compiled(source_of(consent.test)) for consent in rulebook.consents)


def _compiled(source: str) -> Lambda:
    made: Lambda = eval(f"lambda f: {source}", {})  # noqa: S307 - generated from rulebooks that were checked
    return made


def _of_condition(condition: Condition) -> str:
    return f"(not {source_of(condition.applies)} or {source_of(condition.test)})"


def _of_amounts(benefit: Benefit) -> str:
    """The index of the first amount whose test holds."""
    tests = (f"{at} if {source_of(amount.test)} else " for at, amount in enumerate(benefit.amounts))
    return f"({''.join(tests)}None)"


def source_of(test: Predicate) -> str:
    """A test as a Python expression on the facts `f`."""
    if isinstance(test, Comparison):
        return f"({translated(test.expression)})"
    if isinstance(test, AllOf | AnyOf):
        word, empty = (" and ", "True") if isinstance(test, AllOf) else (" or ", "False")
        return f"({word.join(source_of(part) for part in test.tests) or empty})"
    raise TypeError(f"no translation of {type(test).__name__}")


def translated(expression: str) -> str:
    """A CEL comparison as Python."""
    return "".join(_translated(token) for token in _TOKEN.findall(expression))


def _translated(token: str) -> str:
    if token in _WORDS:
        return _WORDS[token]
    if token.startswith("."):
        return _METHODS[token]
    return f'f["{token}"]' if token.isidentifier() else token
