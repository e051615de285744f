"""Conditions: one comparison each in CEL, joined by `all` / `any`, compiled once at load."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Protocol

from rulebooks.cel_engine import cel
from rulebooks.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True)
class Reason:
    """Why, in one French sentence for the person. `source` is the rulebook's article, or `default`."""

    code: str
    sentence: str
    source: str
    met: bool


class Facts:
    """A person's (or partner's) facts, complete and ready for many tests, asked one by one.

    Builds one CEL context, which is where the time goes. Not thread-safe: one per use.
    """

    def __init__(self, vocabulary: Vocabulary, given: Mapping[str, object]) -> None:
        self.values = vocabulary.complete(given)
        self.context = cel.Context(variables=self.values)

    def holds(self, expression: str) -> bool:
        """Whether a CEL test holds of them. Raises ValueError where its syntax is wrong."""
        return _program(expression).execute(self.context) is True


class Questions:
    """Questions in CEL that will be asked together, each once; `place` is where the answer will stand."""

    def __init__(self) -> None:
        self._places: dict[str, int] = {}

    def place(self, question: str) -> int:
        return self._places.setdefault(question, len(self._places))

    def sheet(self) -> Sheet:
        """Raises ValueError where the syntax of a question is wrong."""
        program = cel.compile(f"[{', '.join(self._places)}]")
        return Sheet(tuple(program.variables()), program)


@dataclass(frozen=True, slots=True)
class Sheet:
    """All questions of a rulebook in one CEL program. `names`: the facts that they ask for.

    Handing facts to CEL is where the time goes: they are handed over once, and only those that are named.
    """

    names: tuple[str, ...]
    _program: cel.Program = field(repr=False, compare=False)

    def answers(self, known: Mapping[str, object]) -> Sequence[int]:
        """What complete facts answer, in the order of the places; true and false count as 1 and 0."""
        answers: Sequence[int] = self._program.execute({name: known[name] for name in self.names})
        return answers


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
    reasons: tuple[Reason, Reason, None] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        unmet = Reason(self.code, self.unmet, self.source, met=False)
        met = Reason(self.code, self.met, self.source, met=True)
        object.__setattr__(self, "reasons", (unmet, met, None))

    @property
    def tests(self) -> tuple[Predicate, Predicate]:
        return self.applies, self.test

    @property
    def question(self) -> str:
        """Which of its `reasons` answers, in CEL: 0 (or false) not met, 1 (or true) met, 2 it does not concern them."""
        if self.applies == ALWAYS:
            return self.test.expression
        return f"({self.applies.expression}) ? (({self.test.expression}) ? 1 : 0) : 2"

    def reason(self, facts: Facts) -> Reason | None:
        """The answer for these facts, or None where the condition does not concern them."""
        if not self.applies.holds(facts):
            return None
        return self.reasons[self.test.holds(facts)]


def reasons_for(conditions: Iterable[Condition], facts: Facts) -> tuple[Reason, ...]:
    """The reasons of the conditions that concern these facts, in the rulebook's order."""
    return tuple([reason for each in conditions if (reason := each.reason(facts)) is not None])


def all_met(reasons: Iterable[Reason]) -> bool:
    return all(reason.met for reason in reasons)
