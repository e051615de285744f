"""The holder's card: its secret code."""

from __future__ import annotations

from uuid import UUID

from atouts.wallet.v1 import cards_pb2 as pb

from chassis.grpc_server import Call, direct
from chassis.work import Work
from rulebooks import Rulebook
from services.wallet.application import secret_codes
from services.wallet.bootstrap import Parts


class CardDoor:
    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def read_card(self, work: Work, _request: pb.ReadCardRequest) -> pb.ReadCardResponse:
        found = secret_codes.read(work, self._parts.rules, UUID(work.context.account_id))
        return pb.ReadCardResponse(
            secret_code_chosen=found.chosen,
            secret_code_locked=found.locked,
            secret_code_uses=[use for rulebook in found.asked_by for use in _uses(rulebook)],
        )

    @direct
    def set_secret_code(self, call: Call, request: pb.SetSecretCodeRequest) -> pb.SetSecretCodeResponse:
        """Hashes between two transactions."""
        self._parts.secret_codes.choose(call.context, UUID(call.context.account_id), request.secret_code)
        return pb.SetSecretCodeResponse()


def _uses(rulebook: Rulebook) -> list[pb.SecretCodeUse]:
    rule = rulebook.secret_code
    if rule is None:
        return []
    return [
        pb.SecretCodeUse(
            scheme=rulebook.scheme,
            season=rulebook.season,
            title=rulebook.title,
            digits=rule.digits,
            asked_by=sorted(rule.asked_by),
            needed_by=sorted(rule.needed_by),
        )
    ]
