"""Staff decide what the machine could not, and two of them what goes against what is clear."""

from __future__ import annotations

from atouts.identity.v1 import cards_pb2 as pb

from chassis.errors import Malformed
from chassis.work import Work
from services.identity.application import card_reviews as use
from services.identity.application.card_images import picture_of
from services.identity.bootstrap import Parts
from services.identity.domain.card_checks import CardCheck, CheckState
from services.identity.entrypoints.card_messages import STATES_ON_WIRE, check_message, review_message, whole_review
from services.identity.entrypoints.parsing import an_id

_STATES = {code: state for state, code in STATES_ON_WIRE.items()}


class CardReviewDoor:
    """The queue, one check whole, its pictures, and the words of staff."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._cards = parts.cards

    def list_card_checks(self, work: Work, request: pb.ListCardChecksRequest) -> pb.ListCardChecksResponse:
        checks, next_token = self._page(work, request)
        person_ids = list({check.person_id for check in checks})
        persons = {person.person_id: person for person in self._cards.persons.find_all(work, person_ids)}
        decisions = self._cards.checks.decisions(work, [check.check_id for check in checks])
        reviews = [
            review_message(check, persons[check.person_id], decisions.get(check.check_id, ())) for check in checks
        ]
        return pb.ListCardChecksResponse(reviews=reviews, next_page_token=next_token)

    def get_card_check_review(self, work: Work, request: pb.GetCardCheckReviewRequest) -> pb.GetCardCheckReviewResponse:
        return whole_review(use.review(work, self._cards, an_id(request.check_id, "check_id")))

    def get_card_image(self, work: Work, request: pb.GetCardImageRequest) -> pb.GetCardImageResponse:
        picture_id = an_id(request.picture_id, "picture_id") if request.picture_id else ""
        image = picture_of(work, self._cards, an_id(request.check_id, "check_id"), picture_id)
        if request.size == pb.CARD_IMAGE_SIZE_PREVIEW:
            return pb.GetCardImageResponse(image=self._parts.pictures.preview(image.content), media_type="image/jpeg")
        return pb.GetCardImageResponse(image=image.content, media_type=image.media_type)

    def decide_card_check(self, work: Work, request: pb.DecideCardCheckRequest) -> pb.DecideCardCheckResponse:
        check_id = an_id(request.check_id, "check_id")
        command = use.DecideCardCheck(check_id, request.accept, request.reason, request.person_version)
        check = use.decide_card_check(work, self._cards, command)
        return pb.DecideCardCheckResponse(check=self._message(work, check), proposed=bool(check.proposed_by))

    def confirm_card_decision(
        self, work: Work, request: pb.ConfirmCardDecisionRequest
    ) -> pb.ConfirmCardDecisionResponse:
        check_id = an_id(request.check_id, "check_id")
        check = use.confirm_decision(work, self._cards, check_id, request.person_version)
        return pb.ConfirmCardDecisionResponse(check=self._message(work, check))

    def decline_card_decision(
        self, work: Work, request: pb.DeclineCardDecisionRequest
    ) -> pb.DeclineCardDecisionResponse:
        check = use.decline_decision(work, self._cards, an_id(request.check_id, "check_id"))
        return pb.DeclineCardDecisionResponse(check=self._message(work, check))

    def _page(self, work: Work, request: pb.ListCardChecksRequest) -> tuple[list[CardCheck], str]:
        if request.proposed:
            return self._cards.checks.page_of_proposed(work, request.page_token)
        return self._cards.checks.page(work, _state(request.state), request.page_token)

    def _message(self, work: Work, check: CardCheck) -> pb.CardCheck:
        decisions = self._cards.checks.decisions(work, [check.check_id])
        return check_message(check, decisions.get(check.check_id, ()), None)


def _state(code: pb.CardCheckState) -> CheckState:
    if code == pb.CARD_CHECK_STATE_UNSPECIFIED:
        return CheckState.PERSON
    if code not in _STATES:
        raise Malformed("state", "Cet état n'existe pas.", "unknown state")
    return _STATES[code]
