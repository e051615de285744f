"""Conditions: one comparison each in CEL, joined by `all` / `any`, compiled once at load."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
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

    Builds one CEL context, which is where the time goes: of the facts in `named` alone, where that is given (then
    only conditions on those may be asked). Not thread-safe: one per decision.
    """

    def __init__(
        self, vocabulary: Vocabulary, given: Mapping[str, object], named: frozenset[str] | None = None
    ) -> None:
        self.values = vocabulary.complete(given)
        seen = self.values if named is None else {name: self.values[name] for name in named}
        self.context = cel.Context(variables=seen)

    def texts(self, name: str) -> list[str]:
        """A fact that is a list of texts."""
        value = self.values[name]
        return value if isinstance(value, list) else []


@dataclass(frozen=True, slots=True)
class Explained:
    """How a test came out, and each test inside it.

    `joined_by`: `all` or `any`; empty for one comparison, which alone has an `expression` and the facts that it names.
    """

    met: bool
    joined_by: str = ""
    parts: tuple[Explained, ...] = ()
    expression: str = ""
    facts: tuple[tuple[str, object], ...] = ()


class Asks(Protocol):
    """What asks for facts, by their `names`."""

    @property
    def names(self) -> frozenset[str]: ...


class Predicate(Asks, Protocol):
    """A yes-or-no question on facts."""

    def holds(self, facts: Facts) -> bool: ...

    def explained(self, facts: Facts) -> Explained:
        """The same answer as `holds`, with every comparison asked, also those that could not change it."""
        ...


@cache
def _program(expression: str) -> cel.Program:
    return cel.compile(expression)


@dataclass(frozen=True, slots=True)
class Comparison:
    """One CEL comparison."""

    expression: str
    names: frozenset[str]
    _program: cel.Program = field(repr=False, compare=False)

    @classmethod
    def compiled(cls, expression: str) -> Comparison:
        """Raises ValueError where the syntax is wrong."""
        program = _program(expression)
        return cls(expression, frozenset(program.variables()), program)

    def holds(self, facts: Facts) -> bool:
        return self._program.execute(facts.context) is True

    def explained(self, facts: Facts) -> Explained:
        named = tuple((name, facts.values[name]) for name in sorted(self.names))
        return Explained(self.holds(facts), expression=self.expression, facts=named)


@dataclass(frozen=True, slots=True)
class AllOf:
    tests: tuple[Predicate, ...]

    @property
    def names(self) -> frozenset[str]:
        return names_of(self.tests)

    def holds(self, facts: Facts) -> bool:
        return all(test.holds(facts) for test in self.tests)

    def explained(self, facts: Facts) -> Explained:
        parts = tuple(test.explained(facts) for test in self.tests)
        return Explained(all(part.met for part in parts), "all", parts)


@dataclass(frozen=True, slots=True)
class AnyOf:
    tests: tuple[Predicate, ...]

    @property
    def names(self) -> frozenset[str]:
        return names_of(self.tests)

    def holds(self, facts: Facts) -> bool:
        return any(test.holds(facts) for test in self.tests)

    def explained(self, facts: Facts) -> Explained:
        parts = tuple(test.explained(facts) for test in self.tests)
        return Explained(any(part.met for part in parts), "any", parts)


ALWAYS: Predicate = AllOf(())


def names_of(tests: Iterable[Asks]) -> frozenset[str]:
    """The facts that any of these asks for."""
    return frozenset().union(*(test.names for test in tests))


@dataclass(frozen=True, slots=True)
class Condition:
    """A test with its two sentences. It counts only for those whom `applies` concerns."""

    code: str
    test: Predicate
    met: str
    unmet: str
    source: str
    applies: Predicate = ALWAYS

    @property
    def names(self) -> frozenset[str]:
        return self.applies.names | self.test.names

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
