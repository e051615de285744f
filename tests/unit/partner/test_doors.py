"""The tables of the doors are total."""

from __future__ import annotations

from collections.abc import Iterator

from chassis.errors import Answer
from services.partner.domain.errors import PartnerRefusal
from services.partner.entrypoints.answers import ANSWERS
from services.partner.entrypoints.policy import POLICY
from services.partner.entrypoints.rpc import DESCRIPTOR


def test_every_refusal_has_an_answer_of_its_own_reason() -> None:
    assert set(_all(PartnerRefusal)) == set(ANSWERS)
    reasons = [answer.reason for answer in ANSWERS.values()]
    assert len(reasons) == len(set(reasons))


def test_every_sentence_is_filled_from_its_refusal() -> None:
    for refusal, answer in ANSWERS.items():
        names = set(getattr(refusal, "__dataclass_fields__", ()))
        for sentence in (answer.fr, answer.en, answer.field):
            assert sentence.format(**dict.fromkeys(names, "x")) is not None, refusal
        assert isinstance(answer, Answer)


def test_every_rpc_has_a_line_in_the_policy() -> None:
    assert set(POLICY) == {rpc.name for rpc in DESCRIPTOR.methods}


def _all(root: type[PartnerRefusal]) -> Iterator[type[PartnerRefusal]]:
    for refusal in root.__subclasses__():
        yield refusal
        yield from _all(refusal)
