"""ID-card checks."""

from __future__ import annotations

from datetime import datetime

from atouts.identity.v1 import cards_pb2 as pb
from google.protobuf.timestamp_pb2 import Timestamp

from chassis.errors import Malformed
from chassis.grpc_server import Call, direct
from chassis.work import Work
from services.identity.application import card_checks as use
from services.identity.bootstrap import Parts
from services.identity.domain.card_checks import CardCheck, CheckState
from services.identity.domain.profiles import Person
from services.identity.entrypoints.parsing import an_id
from services.identity.entrypoints.transactions import in_transaction

_STATES_ON_WIRE = {
    CheckState.PENDING: pb.CARD_CHECK_STATE_PENDING,
    CheckState.ACCEPTED: pb.CARD_CHECK_STATE_ACCEPTED,
    CheckState.REFUSED: pb.CARD_CHECK_STATE_REFUSED,
    CheckState.PERSON: pb.CARD_CHECK_STATE_PERSON,
}
_STATES = {code: state for state, code in _STATES_ON_WIRE.items()}


class CardDoor:
    """Young people send a card and follow its check; staff decide what the machine could not."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._cards = parts.cards

    @direct
    def submit_card(self, call: Call, request: pb.SubmitCardRequest) -> pb.SubmitCardResponse:
        picture = self._parts.pictures.sides([request.image])[0]  # slow: outside the transaction

        def act(work: Work) -> pb.CardCheck:
            return self._message(work, use.submit_card(work, self._cards, picture))

        return pb.SubmitCardResponse(check=in_transaction(self._parts.platform, call.context, act))

    def get_card_check(self, work: Work, request: pb.GetCardCheckRequest) -> pb.GetCardCheckResponse:
        check_id = an_id(request.check_id, "check_id") if request.check_id else ""
        check = use.own_check(work, self._cards.checks, check_id)
        return pb.GetCardCheckResponse(check=self._message(work, check))

    def list_card_checks(self, work: Work, request: pb.ListCardChecksRequest) -> pb.ListCardChecksResponse:
        state = _state(request.state)
        checks, next_token = self._cards.checks.page(work, state, request.page_token)
        person_ids = list({check.person_id for check in checks})
        persons = {person.person_id: person for person in self._cards.persons.find_all(work, person_ids)}
        reviews = [self._review(work, check, persons[check.person_id]) for check in checks]
        return pb.ListCardChecksResponse(reviews=reviews, next_page_token=next_token)

    def get_card_image(self, work: Work, request: pb.GetCardImageRequest) -> pb.GetCardImageResponse:
        image = use.card_image(work, self._cards, an_id(request.check_id, "check_id"))
        if request.size == pb.CARD_IMAGE_SIZE_PREVIEW:
            return pb.GetCardImageResponse(image=self._parts.pictures.preview(image.content), media_type="image/jpeg")
        return pb.GetCardImageResponse(image=image.content, media_type=image.media_type)

    def decide_card_check(self, work: Work, request: pb.DecideCardCheckRequest) -> pb.DecideCardCheckResponse:
        command = use.DecideCardCheck(an_id(request.check_id, "check_id"), request.accept, request.reason)
        decided = use.decide_card_check(work, self._cards, command)
        return pb.DecideCardCheckResponse(check=self._message(work, decided))

    def _review(self, work: Work, check: CardCheck, person: Person) -> pb.CardCheckReview:
        profile = person.profile
        declared = {
            "surname": profile.surname,
            "given_names": profile.all_given_names,
            "birth_date": profile.birth_date.isoformat(),
        }
        return pb.CardCheckReview(check=self._message(work, check), read=dict(check.read), declared=declared)

    def _message(self, work: Work, check: CardCheck) -> pb.CardCheck:
        is_pending = check.state is CheckState.PENDING
        ruling = None if is_pending else self._cards.checks.last_ruling(work, check.check_id)
        reasons = ruling.reasons if ruling else ()
        return pb.CardCheck(
            check_id=check.check_id,
            person_id=check.person_id,
            state=_STATES_ON_WIRE[check.state],
            reasons=[pb.CardCheckReason(code=code, sentence=sentence) for code, sentence in reasons],
            submitted_at=_timestamp(check.submitted_at),
            decided_at=_timestamp(check.decided_at) if check.decided_at else None,
            position=self._cards.checks.waiting_before(work, check.check_id) if is_pending else 0,
        )


def _state(code: pb.CardCheckState) -> CheckState:
    if code == pb.CARD_CHECK_STATE_UNSPECIFIED:
        return CheckState.PERSON
    if code not in _STATES:
        raise Malformed("state", "Cet état n'existe pas.", "unknown state")
    return _STATES[code]


def _timestamp(instant: datetime) -> Timestamp:
    stamp = Timestamp()
    stamp.FromDatetime(instant)
    return stamp
