"""What people are asked of themselves: the facts that the authority's open rulebooks name, and no others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from atouts.identity.v1 import facts_pb2
from atouts.wallet.v1 import seasons_pb2

from gateway.contracts import rpc
from gateway.problems import Problem
from gateway.schemas.facts import plain
from gateway.schemas.fields import Text
from gateway.web import words
from gateway.web.forms import FormSchema
from gateway.web.visit import Visit
from rulebooks import PERSON, Rulebook
from rulebooks.errors import UnknownRulebook
from rulebooks.vocabulary import Fact

_OWN_QUESTION = frozenset({"study_status"})
SAYABLE = tuple(
    name for name, fact in PERSON.items() if fact.told_by in ("person", "school") and name not in _OWN_QUESTION
)
# Every answer that a form may hold, whatever the authority asks.
FactAnswers = FormSchema.from_dict({name: Text(64) for name in SAYABLE}, name="FactAnswers")


@dataclass(frozen=True, slots=True)
class Question:
    """`choices`: pairs of value and words; empty where a word is typed."""

    name: str
    label: str
    choices: words.Choices


async def open_rulebooks(visit: Visit) -> list[Rulebook]:
    """The versions in force of the seasons that staff opened; none while the wallet is away."""
    try:
        seasons = (await visit.ask(rpc("wallet", "ListSeasons"), seasons_pb2.ListSeasonsRequest())).seasons
    except Problem as problem:
        if problem.status != 503:
            raise
        return []
    found = (rulebook_of(visit, season) for season in seasons if season.open)
    return [rulebook for rulebook in found if rulebook is not None]


def rulebook_of(visit: Visit, season: Any) -> Rulebook | None:
    """The version in force of a listed season; None where it is newer than this process."""
    try:
        return visit.setting.catalogue.by_hash(season.rulebook_hash)
    except UnknownRulebook:
        return None


def of_profile(rulebooks: Iterable[Rulebook]) -> list[Question]:
    """What a person says for good: their schooling only where no school is asked for it."""
    named = {
        name
        for rulebook in rulebooks
        for name in rulebook.facts_named
        if not (rulebook.school_validation and PERSON[name].told_by == "school")
    }
    return _questions(named)


def of_schooling(rulebook: Rulebook) -> list[Question]:
    """What a pupil says beside class and track, for their school to confirm."""
    asked = {"study_establishment_kind", "study_level", "study_track"}
    return _questions({name for name in rulebook.facts_named if PERSON[name].told_by == "school"} - asked)


def of_simulation(rulebooks: Iterable[Rulebook]) -> list[Question]:
    """What a person may say to see what they could have."""
    return _questions({name for rulebook in rulebooks for name in rulebook.facts_named})


def answered(fields: Mapping[str, Any]) -> list[facts_pb2.Fact]:
    """The facts that a form says, in the contract's types."""
    return [_message(PERSON[name], fields[name]) for name in SAYABLE if fields.get(name)]


def as_typed(facts: Iterable[facts_pb2.Fact]) -> dict[str, str]:
    """Facts as their form writes them."""
    said = {fact.name: plain(fact) for fact in facts}
    return {name: "true" if value is True else str(value) for name, value in said.items() if value is not False}


def _questions(names: Iterable[str]) -> list[Question]:
    asked = set(names)
    return [Question(name, _label(PERSON[name]), _choices(PERSON[name])) for name in SAYABLE if name in asked]


def _label(fact: Fact) -> str:
    return fact.label[:1].upper() + fact.label[1:]


def _choices(fact: Fact) -> words.Choices:
    if fact.type is bool:
        return [("true", "Oui")]
    known = dict(words.FACT_CHOICES.get(fact.name, []))
    return [*known.items(), *((value, value) for value in sorted(fact.values - known.keys()))]


def _message(fact: Fact, answer: str) -> facts_pb2.Fact:
    if fact.type is bool:
        return facts_pb2.Fact(name=fact.name, flag=answer == "true")
    return facts_pb2.Fact(name=fact.name, text=answer)
