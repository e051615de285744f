"""The door is complete: every refusal has its answer, every RPC its line in the policy."""

from __future__ import annotations

import inspect
from datetime import date
from string import Formatter

import pytest

from chassis.errors import Answer
from rulebooks.vocabulary import PERSON
from services.identity.domain import refusals
from services.identity.domain.enrolments import Enrolment, Establishment
from services.identity.domain.facts import facts_of, facts_of_schooling
from services.identity.domain.profiles import Person, Profile
from services.identity.domain.schooling import Schooling
from services.identity.entrypoints.answers import ANSWERS
from services.identity.entrypoints.policy import POLICY
from services.identity.entrypoints.rpc import DESCRIPTOR

REFUSALS = {
    found
    for _, found in inspect.getmembers(refusals, inspect.isclass)
    if issubclass(found, refusals.IdentityRefusal) and found is not refusals.IdentityRefusal
}


def test_every_refusal_has_an_answer_and_no_answer_is_for_nothing() -> None:
    assert set(ANSWERS) == REFUSALS


def test_every_rpc_has_its_line_in_the_policy() -> None:
    assert set(POLICY) == {rpc.name for rpc in DESCRIPTOR.methods}


@pytest.mark.parametrize("answer", ANSWERS.values(), ids=lambda answer: answer.reason)
def test_an_answer_tells_in_french_what_happened_or_what_to_do(answer: Answer) -> None:
    assert answer.fr.endswith((".", "}"))
    assert answer.en.endswith((".", "}"))


def test_sentences_speak_only_of_what_their_refusal_holds() -> None:
    for refusal, answer in ANSWERS.items():
        held = set(getattr(refusal, "__dataclass_fields__", ()))
        for sentence in (answer.reason, answer.fr, answer.en, answer.field):
            named = {name for _, name, _, _ in Formatter().parse(sentence) if name}
            assert named <= held, f"{refusal.__name__}: {sentence}"


SCHOOLING = Schooling("seconde", "general", "stav", {"trade_family": True})


def test_the_facts_that_are_told_are_those_of_the_rulebooks() -> None:
    profile = Profile("Élan", ("Zoé",), date(2009, 3, 14), "76540", "lyceen", "14118", {"sex": "F", "disability": True})
    asked = Enrolment("e", "p", "livres", "2025-2026", "s", "0760001A", SCHOOLING)
    told = {
        **facts_of(Person("p", profile, identity_checked=True, version=1, recorded={"guardian_consents": ["trip"]})),
        **facts_of_schooling(asked, Establishment("s", "0760001A", "mfr", "28")),
    }

    assert PERSON.complete(told) == {**PERSON.complete({}), **told}
