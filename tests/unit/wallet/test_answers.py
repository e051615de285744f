"""The doors' table and the frozen outcomes are total over the service's refusals."""

from __future__ import annotations

import re
from dataclasses import fields
from datetime import UTC, date, datetime
from uuid import uuid4

import pytest

from chassis.grpc_answers import to_status
from services.wallet.application.outcomes import (
    Receipt,
    all_refusals,
    receipt_from_json,
    receipt_to_json,
    refusal_from_json,
    refusal_to_json,
)
from services.wallet.domain.errors import WalletRefusal
from services.wallet.entrypoints.answers import ANSWERS
from services.wallet.entrypoints.parse import AmountInvalid

REFUSALS = sorted(all_refusals(), key=lambda cls: cls.__name__)
_SAMPLES = {"int": 1250, "str": "texte", "date": date(2026, 6, 30)}


def _sample(cls: type[WalletRefusal]) -> WalletRefusal:
    return cls(**{item.name: _SAMPLES[str(item.type)] for item in fields(cls) if item.init})


def test_every_refusal_has_its_answer_and_every_answer_its_refusal() -> None:
    """The table is total, and holds nothing that cannot happen."""
    assert set(ANSWERS) == {*REFUSALS, AmountInvalid}


@pytest.mark.parametrize("cls", REFUSALS)
def test_sentences_fill_in_and_end(cls: type[WalletRefusal]) -> None:
    """No attribute is missing in a sentence; French is not English; a person reads a whole sentence."""
    refusal, answer = _sample(cls), ANSWERS[cls]
    status = to_status(refusal, answer)
    assert "{" not in str(status.details)
    if "{sentence}" not in answer.fr:
        assert answer.fr.endswith(".")
        assert answer.fr != answer.en


# What a cashier or a fifteen-year-old would have to look up.
_JARGON = re.compile(
    r"idempot|token|jeton|\brpc\b|grpc|uuid|json|\bnull\b|wallet|batch|hash|timestamp|invalide|requête|serveur|payload",
    re.IGNORECASE,
)
# The person is told first what to do.
_ORDERS = ("Acceptez", "Complétez", "Choisissez")
# In the rulebook's words, which its own tests read, or with the field's own sentence.
_SAID_BY_OTHERS = {"{sentence}", "{sentence_fr}"}


@pytest.mark.parametrize("cls", sorted(ANSWERS, key=lambda cls: cls.__name__))
def test_a_refusal_is_one_sentence_that_says_why_and_what_to_do(cls: type[Exception]) -> None:
    """No jargon, no second sentence; a reason, then after a colon what follows from it, or an order at once."""
    sentence = ANSWERS[cls].fr
    if sentence in _SAID_BY_OTHERS:
        return
    assert re.fullmatch(r"[A-ZÀÉ«{][^!?]*[^.]\.", sentence)
    assert ". " not in sentence
    assert not _JARGON.search(sentence)
    before, colon, after = sentence.partition(" : ")
    assert sentence.startswith(_ORDERS) or (colon and before and len(after.split()) > 1)


def test_reasons_are_told_apart() -> None:
    """A client branches on the reason: no two refusals share one."""
    reasons = [answer.reason for answer in ANSWERS.values()]
    assert len(reasons) == len(set(reasons))


@pytest.mark.parametrize("cls", REFUSALS)
def test_a_frozen_refusal_comes_back_the_same(cls: type[WalletRefusal]) -> None:
    """What a key was refused for is told again with the same values."""
    refusal = _sample(cls)
    again = refusal_from_json(refusal_to_json(refusal))
    assert type(again) is cls
    assert vars(again) == vars(refusal)


def test_a_frozen_receipt_comes_back_the_same() -> None:
    """To the microsecond and the cent."""
    at = datetime(2025, 10, 4, 14, 3, 0, 123456, tzinfo=UTC)
    receipt = Receipt(uuid4(), 650, 1350, at, "culture-sport", "2025-2026", "cinema")
    assert receipt_from_json(receipt_to_json(receipt)) == receipt
