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

    Builds one CEL context, which is where the time goes: of all facts, or of those that `sheet` names, whose tests are
    then answered at once. Not thread-safe: one per decision.
    """

    def __init__(self, vocabulary: Vocabulary, given: Mapping[str, object], sheet: Sheet | None = None) -> None:
        self.values = vocabulary.complete(given)
        if sheet is None:
            self.context = cel.Context(variables=self.values)
            self.answers: Mapping[str, bool] = {}
        else:
            self.context = cel.Context(variables={name: self.values[name] for name in sheet.names})
            self.answers = sheet.answered(self.context)

    def texts(self, name: str) -> list[str]:
        """A fact that is a list of texts."""
        value = self.values[name]
        return value if isinstance(value, list) else []

    def holds(self, expression: str) -> bool:
        """Whether a CEL test holds of them. Raises ValueError where its syntax is wrong."""
        known = self.answers.get(expression)
        return _program(expression).execute(self.context) is True if known is None else known


@dataclass(frozen=True, slots=True)
class Sheet:
    """Tests that are asked together: one CEL program answers them all. `names`: the facts that they ask for."""

    names: frozenset[str]
    expressions: tuple[str, ...]
    _program: cel.Program = field(repr=False, compare=False)

    @classmethod
    def of(cls, tests: Iterable[Predicate]) -> Sheet:
        asked = tuple(tests)
        expressions = tuple(dict.fromkeys(test.expression for test in asked))
        return cls(names_of(asked), expressions, cel.compile(f"[{', '.join(expressions)}]"))

    def answered(self, context: cel.Context) -> Mapping[str, bool]:
        return dict(zip(self.expressions, self._program.execute(context), strict=True))


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


class Predicate(Protocol):
    """A yes-or-no question on facts. `names`: those that it asks for. `expression`: the whole of it in CEL."""

    @property
    def names(self) -> frozenset[str]: ...

    @property
    def expression(self) -> str: ...

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

    @classmethod
    def compiled(cls, expression: str) -> Comparison:
        """Raises ValueError where the syntax is wrong."""
        return cls(expression, frozenset(_program(expression).variables()))

    def holds(self, facts: Facts) -> bool:
        return facts.holds(self.expression)

    def explained(self, facts: Facts) -> Explained:
        named = tuple((name, facts.values[name]) for name in sorted(self.names))
        return Explained(self.holds(facts), expression=self.expression, facts=named)


@dataclass(frozen=True, slots=True)
class AllOf:
    tests: tuple[Predicate, ...]
    expression: str = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "expression", _joined(self.tests, " && ") or "true")

    @property
    def names(self) -> frozenset[str]:
        return names_of(self.tests)

    def holds(self, facts: Facts) -> bool:
        return not self.tests or facts.holds(self.expression)

    def explained(self, facts: Facts) -> Explained:
        parts = tuple(test.explained(facts) for test in self.tests)
        return Explained(all(part.met for part in parts), "all", parts)


@dataclass(frozen=True, slots=True)
class AnyOf:
    tests: tuple[Predicate, ...]
    expression: str = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "expression", _joined(self.tests, " || ") or "false")

    @property
    def names(self) -> frozenset[str]:
        return names_of(self.tests)

    def holds(self, facts: Facts) -> bool:
        return facts.holds(self.expression)

    def explained(self, facts: Facts) -> Explained:
        parts = tuple(test.explained(facts) for test in self.tests)
        return Explained(any(part.met for part in parts), "any", parts)


def _joined(tests: Iterable[Predicate], operator: str) -> str:
    return operator.join(f"({test.expression})" for test in tests)


ALWAYS: Predicate = AllOf(())


def names_of(tests: Iterable[Predicate]) -> frozenset[str]:
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
    _reasons: tuple[Reason, Reason] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        unmet = Reason(self.code, self.unmet, self.source, met=False)
        object.__setattr__(self, "_reasons", (unmet, Reason(self.code, self.met, self.source, met=True)))

    @property
    def tests(self) -> tuple[Predicate, Predicate]:
        return self.applies, self.test

    def reason(self, facts: Facts) -> Reason | None:
        """The answer for these facts, or None where the condition does not concern them."""
        if not self.applies.holds(facts):
            return None
        return self._reasons[self.test.holds(facts)]


def reasons_for(conditions: Iterable[Condition], facts: Facts) -> tuple[Reason, ...]:
    """The reasons of the conditions that concern these facts, in the rulebook's order."""
    return tuple([reason for each in conditions if (reason := each.reason(facts)) is not None])


def all_met(reasons: Iterable[Reason]) -> bool:
    return all(reason.met for reason in reasons)
