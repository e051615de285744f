"""Young people send a card and follow its check."""

from __future__ import annotations

from atouts.identity.v1 import cards_pb2 as pb

from chassis.clock import machine_now
from chassis.grpc_server import Call, direct
from chassis.work import Work
from services.identity.application import card_checks as use
from services.identity.bootstrap import Parts
from services.identity.domain.card_checks import CardCheck, CheckState
from services.identity.domain.refusals import PictureRefused
from services.identity.entrypoints.card_messages import check_message
from services.identity.entrypoints.parsing import an_id
from services.identity.entrypoints.transactions import in_transaction


class CardDoor:
    """What a young person does with their own card."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._cards = parts.cards

    @direct
    def submit_card(self, call: Call, request: pb.SubmitCardRequest) -> pb.SubmitCardResponse:
        sides = self._sides(request)  # slow: outside the transaction

        def act(work: Work) -> pb.CardCheck:
            return self._message(work, use.submit_card(work, self._cards, sides))

        return pb.SubmitCardResponse(check=in_transaction(self._parts.platform, call.context, act))

    def get_card_check(self, work: Work, request: pb.GetCardCheckRequest) -> pb.GetCardCheckResponse:
        check_id = an_id(request.check_id, "check_id") if request.check_id else ""
        check = use.own_check(work, self._cards.checks, check_id)
        may_submit = use.may_submit(work, self._cards)
        return pb.GetCardCheckResponse(check=self._message(work, check), may_submit=may_submit)

    def _sides(self, request: pb.SubmitCardRequest) -> tuple[bytes, ...]:
        """Raises PictureRefused, at the field of the picture that is useless."""
        if not request.back:
            return self._parts.pictures.sides([request.image])
        try:
            return self._parts.pictures.sides([request.image, request.back])
        except PictureRefused as refused:
            self._parts.pictures.sides([request.image])  # raises where it is the first that is refused
            raise PictureRefused(refused.code, refused.sentence, "back") from None

    def _message(self, work: Work, check: CardCheck) -> pb.CardCheck:
        is_pending = check.state is CheckState.PENDING
        place = self._cards.checks.place(work, check.check_id, machine_now()) if is_pending else None
        decisions = self._cards.checks.decisions(work, [check.check_id])
        return check_message(check, decisions.get(check.check_id, ()), place)
