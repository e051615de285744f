"""Guardians: a young person asks, the guardian answers by link, staff see and revoke."""

from __future__ import annotations

from atouts.identity.v1 import guardians_pb2 as pb

from chassis.errors import Malformed
from chassis.work import Work
from rulebooks import UnknownRulebook
from services.identity.application import guardians as use
from services.identity.bootstrap import Parts
from services.identity.domain.guardians import ConsentRequest, ConsentState, Guardian, Quality
from services.identity.entrypoints.parsing import a_reason, a_timestamp, an_id

_SHOWN = 50
_STATES = {
    ConsentState.ASKED: pb.CONSENT_STATE_ASKED,
    ConsentState.GIVEN: pb.CONSENT_STATE_GIVEN,
    ConsentState.REFUSED: pb.CONSENT_STATE_REFUSED,
    ConsentState.WITHDRAWN: pb.CONSENT_STATE_WITHDRAWN,
    ConsentState.LAPSED: pb.CONSENT_STATE_LAPSED,
    ConsentState.ENDED: pb.CONSENT_STATE_ENDED,
}
_QUALITIES = {
    pb.GUARDIAN_QUALITY_MOTHER: Quality.MOTHER,
    pb.GUARDIAN_QUALITY_FATHER: Quality.FATHER,
    pb.GUARDIAN_QUALITY_LEGAL_GUARDIAN: Quality.LEGAL_GUARDIAN,
}
_QUALITIES_ON_WIRE = {quality: code for code, quality in _QUALITIES.items()}


class GuardianDoor:
    """The young person is not shown who answered."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._guardians = parts.guardians

    def ask_guardian(self, work: Work, request: pb.AskGuardianRequest) -> pb.AskGuardianResponse:
        email = self._parts.emails.normal(request.email)
        asked = use.ask_guardian(work, self._guardians, use.AskGuardian(request.scheme, request.season, email))
        return pb.AskGuardianResponse(request=self._message(work, asked))

    def list_my_consents(self, work: Work, _request: pb.ListMyConsentsRequest) -> pb.ListMyConsentsResponse:
        found = self._guardians.requests.of_person(work, work.context.account_id, _SHOWN)
        return pb.ListMyConsentsResponse(requests=[self._message(work, each) for each in found])

    def open_guardian_link(self, work: Work, request: pb.OpenGuardianLinkRequest) -> pb.OpenGuardianLinkResponse:
        found, person = use.opened_link(work, self._guardians, request.token)
        return pb.OpenGuardianLinkResponse(
            request=self._message(work, found, with_guardian=True),
            given_names=person.profile.all_given_names,
            surname=person.profile.surname,
        )

    def answer_guardian_link(self, work: Work, request: pb.AnswerGuardianLinkRequest) -> pb.AnswerGuardianLinkResponse:
        guardian = Guardian(request.guardian_name, _quality(request.quality))
        answered = use.answer_link(work, self._guardians, request.token, request.consent, guardian)
        return pb.AnswerGuardianLinkResponse(request=self._message(work, answered, with_guardian=True))

    def withdraw_consent(self, work: Work, request: pb.WithdrawConsentRequest) -> pb.WithdrawConsentResponse:
        withdrawn = use.withdraw_by_link(work, self._guardians, request.token)
        return pb.WithdrawConsentResponse(request=self._message(work, withdrawn, with_guardian=True))

    def list_consents(self, work: Work, request: pb.ListConsentsRequest) -> pb.ListConsentsResponse:
        found = self._guardians.requests.of_person(work, an_id(request.person_id, "person_id"), _SHOWN)
        return pb.ListConsentsResponse(requests=[self._message(work, each, with_guardian=True) for each in found])

    def revoke_consent(self, work: Work, request: pb.RevokeConsentRequest) -> pb.RevokeConsentResponse:
        request_id = an_id(request.request_id, "request_id")
        revoked = use.revoke(work, self._guardians, request_id, a_reason(request.reason))
        return pb.RevokeConsentResponse(request=self._message(work, revoked, with_guardian=True))

    def _message(self, work: Work, request: ConsentRequest, *, with_guardian: bool = False) -> pb.ConsentRequest:
        guardian = request.guardian if with_guardian else None
        return pb.ConsentRequest(
            request_id=request.request_id,
            person_id=request.person_id,
            scheme=request.scheme,
            season=request.season,
            texts=self._texts(request),
            rulebook_hash=request.rulebook_hash,
            state=_STATES[request.seen(work.now).state],
            asked_at=a_timestamp(request.asked_at),
            link_until=a_timestamp(request.link_until),
            answered_at=a_timestamp(request.answered_at),
            ends_on=request.ends_on.isoformat(),
            guardian_name=guardian.name if guardian else "",
            quality=_QUALITIES_ON_WIRE[guardian.quality] if guardian else pb.GUARDIAN_QUALITY_UNSPECIFIED,
        )

    def _texts(self, request: ConsentRequest) -> list[pb.ConsentText]:
        """In the words of the version that was asked; codes alone where that version is no longer here."""
        try:
            consents = self._guardians.catalogue.by_hash(request.rulebook_hash).consents
        except UnknownRulebook:
            consents = ()
        sentences = {consent.code: consent.sentence for consent in consents}
        return [pb.ConsentText(code=code, sentence=sentences.get(code, "")) for code in request.codes]


def _quality(code: pb.GuardianQuality) -> Quality:
    if code not in _QUALITIES:
        raise Malformed("quality", "Dites qui vous êtes pour ce jeune.", "say who you are to them")
    return _QUALITIES[code]
