"""RPCs: contracts that lint, a policy for each, and an answer to each refusal."""

from __future__ import annotations

import re
import subprocess
import sysconfig
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from google.protobuf.descriptor import FieldDescriptor

from chassis.config import SERVICES
from chassis.errors import BUG, CHASSIS_ANSWERS, UNAVAILABLE
from contracts.stubs import PROTOS
from tests.contracts.services import descriptors, entrypoint, refusals

_MONEY = re.compile(r"_cents$")
# A code, or the attribute in which the refusal brings one (a rulebook's condition, a picture's flaw).
_STABLE_REASON = re.compile(r"[a-z][a-z0-9_]*|\{[a-z_]+\}")


def test_the_protos_lint() -> None:
    buf = Path(sysconfig.get_path("scripts")) / "buf"
    linted = subprocess.run([buf, "lint"], cwd=PROTOS, capture_output=True, text=True, check=False)
    assert linted.returncode == 0, linted.stdout + linted.stderr


@pytest.mark.parametrize("service", SERVICES)
def test_every_rpc_has_a_request_and_a_response_of_its_own(service: str) -> None:
    used = Counter[str]()
    for rpc in descriptors()[service].methods:
        assert (rpc.input_type.name, rpc.output_type.name) == (f"{rpc.name}Request", f"{rpc.name}Response")
        used.update([rpc.input_type.full_name, rpc.output_type.full_name])
    assert used
    assert set(used.values()) == {1}


@pytest.mark.parametrize("service", SERVICES)
def test_money_is_whole_cents_in_64_bits(service: str) -> None:
    fields = [field for message in _messages(descriptors()[service]) for field in message.fields]
    money = [field for field in fields if _MONEY.search(field.name)]
    assert all(field.type == FieldDescriptor.TYPE_INT64 for field in money)
    floating = (FieldDescriptor.TYPE_DOUBLE, FieldDescriptor.TYPE_FLOAT)
    assert not [field.full_name for field in fields if field.type in floating]


@pytest.mark.parametrize("service", SERVICES)
def test_the_policy_has_a_line_for_each_rpc_and_no_other(service: str) -> None:
    policy = entrypoint(service, "policy").POLICY
    assert set(policy) == {rpc.name for rpc in descriptors()[service].methods}


@pytest.mark.parametrize("service", SERVICES)
def test_every_refusal_of_the_domain_has_an_answer(service: str) -> None:
    answers = entrypoint(service, "answers").ANSWERS
    roots = {refusal for refusal in refusals(service) if refusal.__base__ is Exception}
    assert len(roots) == 1, f"{service} has one root refusal"
    silent = [refusal for refusal in refusals(service) if not any(ancestor in answers for ancestor in refusal.__mro__)]
    assert set(silent) <= roots


@pytest.mark.parametrize("service", SERVICES)
def test_answers_have_a_stable_reason_and_a_sentence_in_each_language(service: str) -> None:
    for refusal, answer in entrypoint(service, "answers").ANSWERS.items():
        assert _STABLE_REASON.fullmatch(answer.reason), refusal
        assert answer.fr, refusal
        assert answer.en, refusal
        assert answer.fr != answer.en, refusal


def test_no_service_speaks_in_the_platform_s_own_reasons() -> None:
    """`not_signed_in`, `unavailable`, `internal` and the like mean the same whoever answers."""
    own = {answer.reason for answer in (*CHASSIS_ANSWERS.values(), UNAVAILABLE, BUG)}
    for service in SERVICES:
        reasons = {answer.reason for answer in entrypoint(service, "answers").ANSWERS.values()}
        assert not reasons & own, service


def _messages(descriptor: Any) -> list[Any]:
    """Every message that a service's RPCs reach."""
    found: dict[str, Any] = {}
    waiting = [message for rpc in descriptor.methods for message in (rpc.input_type, rpc.output_type)]
    while waiting:
        message = waiting.pop()
        if message.full_name not in found:
            found[message.full_name] = message
            waiting += [field.message_type for field in message.fields if field.message_type]
    return list(found.values())
