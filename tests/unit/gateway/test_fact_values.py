"""Facts by name as one JSON object: their types, their limits, their labels."""

from __future__ import annotations

from typing import Any

import pytest
from atouts.identity.v1 import facts_pb2 as pb
from marshmallow import ValidationError

from gateway.schemas.facts import FactValues
from rulebooks import PERSON

FACTS = FactValues("person", "staff")


def test_each_type_goes_both_ways() -> None:
    """Words, flags, numbers and lists of codes come back as they were sent."""
    said = {"sex": "F", "disability": True, "age": 17, "validated_proofs": ["a", "b"]}
    assert FACTS.serialize("facts", {"facts": FACTS.deserialize(said)}) == said


def test_a_flag_is_not_a_number() -> None:
    """`true` is a flag, though a boolean counts as 1 elsewhere."""
    assert FACTS.deserialize({"disability": True}) == [pb.Fact(name="disability", flag=True)]


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ([], "not_an_object"),
        ("sex=F", "not_an_object"),
        ({"sex": None}, "null"),
        ({"sex": 1.5}, "not_a_text"),
        ({"sex": {"is": "F"}}, "not_a_text"),
        ({"x" * 65: True}, "too_long:64"),
        ({"sex": "x" * 65}, "too_long:64"),
        ({"proofs": [1]}, "not_a_text"),
        ({"proofs": ["x"] * 51}, "too_many:50"),
        ({f"fact{number}": True for number in range(61)}, "too_many:60"),
    ],
)
def test_what_is_no_fact_is_refused_with_its_code(said: Any, code: str) -> None:
    """Another shape, another type, or too much of it."""
    with pytest.raises(ValidationError) as refused:
        FACTS.deserialize(said)
    assert refused.value.messages == [code]


def test_the_documentation_bears_the_vocabularys_labels() -> None:
    """Of these tellers' facts and no others."""
    documented = FACTS.metadata["properties"]
    assert documented["disability"]["description"] == PERSON["disability"].label
    assert documented["sex"]["enum"] == ["F", "M"]
    assert "identity_checked" not in documented
