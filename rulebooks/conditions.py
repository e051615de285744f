"""Conditions: one comparison each in CEL, joined by `all` / `any`, compiled once at load."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

import cel

from rulebooks.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True)
class Reason:
    """Why, in one French sentence for the person. `source` is the rulebook's article, or `default`."""

    code: str
    sentence: str
    source: str
    met: bool


class Facts:
    """A person's (or partner's) facts, complete and ready for many conditions.

    Builds one CEL context, which is where the time goes. Not thread-safe: one per decision.
    """

    def __init__(self, vocabulary: Vocabulary, given: Mapping[str, object]) -> None:
        self.values = vocabulary.complete(given)
        self.context = cel.Context(variables=self.values)

    def texts(self, name: str) -> list[str]:
        """A fact that is a list of texts."""
        value = self.values[name]
        return value if isinstance(value, list) else []


class Predicate(Protocol):
    """A yes-or-no question on facts."""

    def holds(self, facts: Facts) -> bool: ...


@dataclass(frozen=True, slots=True)
class Comparison:
    """One CEL comparison."""

    expression: str
    _program: cel.Program = field(repr=False, compare=False)

    @classmethod
    def compiled(cls, expression: str) -> Comparison:
        """Raises ValueError where the syntax is wrong."""
        return cls(expression, cel.compile(expression))

    def holds(self, facts: Facts) -> bool:
        return self._program.execute(facts.context) is True


@dataclass(frozen=True, slots=True)
class AllOf:
    tests: tuple[Predicate, ...]

    def holds(self, facts: Facts) -> bool:
        return all(test.holds(facts) for test in self.tests)


@dataclass(frozen=True, slots=True)
class AnyOf:
    tests: tuple[Predicate, ...]

    def holds(self, facts: Facts) -> bool:
        return any(test.holds(facts) for test in self.tests)


ALWAYS: Predicate = AllOf(())


@dataclass(frozen=True, slots=True)
class Condition:
    """A test with its two sentences. It counts only for those whom `applies` concerns."""

    code: str
    test: Predicate
    met: str
    unmet: str
    source: str
    applies: Predicate = ALWAYS

    def reason(self, facts: Facts) -> Reason | None:
        """The answer for these facts, or None where the condition does not concern them."""
        if not self.applies.holds(facts):
            return None
        met = self.test.holds(facts)
        return Reason(self.code, self.met if met else self.unmet, self.source, met)


def reasons_for(conditions: Iterable[Condition], facts: Facts) -> tuple[Reason, ...]:
    """The reasons of the conditions that concern these facts, in the rulebook's order."""
    answers = (condition.reason(facts) for condition in conditions)
    return tuple(reason for reason in answers if reason is not None)


def all_met(reasons: Iterable[Reason]) -> bool:
    return all(reason.met for reason in reasons)
