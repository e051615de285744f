"""Guardians: asked by a link, their answer kept as a fact, revocable by themselves and by staff."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from chassis.work import Work
from rulebooks import Catalogue, Rulebook, UnknownRulebook
from rulebooks.terms import Consent
from rulebooks.vocabulary import age_on
from services.identity.application import fact_history
from services.identity.application.ports import Accounts, ConsentRequests
from services.identity.application.profiles import FactParts, keep_changed, locked_person
from services.identity.domain.fact_history import FactSource, Teller
from services.identity.domain.facts import facts_of
from services.identity.domain.guardians import (
    ASKED_AT_MOST,
    ASKED_WITHIN,
    LINK_LIFE,
    ConsentRequest,
    ConsentState,
    Guardian,
    last_day_of,
)
from services.identity.domain.profiles import Person
from services.identity.domain.refusals import (
    ConsentNotNeeded,
    ConsentUnknown,
    GuardianAskedTooOften,
    GuardianIsSelf,
    GuardianLinkUnusable,
    SchemeUnknown,
)

LAPSE_LINK = "lapse_guardian_link"
END_CONSENT = "end_consent"
CONSENTS = "guardian_consents"
_TOKEN_BYTES = 32


@dataclass(frozen=True, slots=True)
class GuardianParts:
    """What consents need."""

    facts: FactParts
    requests: ConsentRequests
    accounts: Accounts
    catalogue: Catalogue


@dataclass(frozen=True, slots=True)
class AskGuardian:
    """`email`: in the form that addresses are kept in."""

    scheme: str
    season: str
    email: str


def ask_guardian(work: Work, parts: GuardianParts, command: AskGuardian) -> ConsentRequest:
    """Have a guardian written to; an earlier request for the same scheme and season lapses.

    Raises SchemeUnknown, ProfileMissing, GuardianIsSelf, ConsentNotNeeded, GuardianAskedTooOften.
    """
    person = locked_person(work, parts.facts.persons, work.context.account_id)
    rulebook = _rulebook(work, parts.catalogue, command)
    if parts.accounts.emails_of(work, [person.person_id]).get(person.person_id) == command.email:
        raise GuardianIsSelf
    wanted, last_day = _missing(work, rulebook, person), last_day_of(rulebook.ends_on, person.profile.birth_date)
    if not wanted or last_day < work.today:
        raise ConsentNotNeeded
    if parts.requests.count_since(work, person.person_id, work.now - ASKED_WITHIN) >= ASKED_AT_MOST:
        raise GuardianAskedTooOften
    request = ConsentRequest(
        request_id=str(uuid.uuid4()),
        person_id=person.person_id,
        scheme=rulebook.scheme,
        season=rulebook.season,
        codes=tuple(consent.code for consent in wanted),
        rulebook_hash=rulebook.hash,
        asked_at=work.now,
        link_until=work.now + LINK_LIFE,
        ends_on=last_day,
        email=command.email,
    )
    _open(work, parts, request)
    return request


def opened_link(work: Work, parts: GuardianParts, token: str) -> tuple[ConsentRequest, Person]:
    """What a guardian reads, as often as they want. Raises GuardianLinkUnusable."""
    request = parts.requests.find_by_token(work, token)
    person = parts.facts.persons.find(work, request.person_id) if request else None
    if request is None or person is None or request.seen(work.now).state is ConsentState.LAPSED:
        raise GuardianLinkUnusable
    return request, person


def answer_link(work: Work, parts: GuardianParts, token: str, consents: bool, guardian: Guardian) -> ConsentRequest:
    """The one answer that a link is good for. Raises GuardianLinkUnusable, ConsentAnswered, NameUnfit."""
    request, person = _locked(work, parts, token)
    answered = request.answer(consents, guardian, work.now)
    parts.requests.keep(work, answered)
    if answered.state is ConsentState.GIVEN:
        given = {*_codes(person), *answered.codes}
        _change_codes(work, parts, person, given, Teller(FactSource.GUARDIAN, expires_on=answered.ends_on))
        work.schedule(END_CONSENT, answered.request_id, fact_history.day_after(answered.ends_on), {})
    _tell(work, answered)
    return answered


def withdraw_by_link(work: Work, parts: GuardianParts, token: str) -> ConsentRequest:
    """The guardian takes a consent back. Raises GuardianLinkUnusable, ConsentNotGiven."""
    request, person = _locked(work, parts, token)
    return _withdrawn(work, parts, request, person, Teller(FactSource.GUARDIAN, reason="withdrawn"))


def revoke(work: Work, parts: GuardianParts, request_id: str, reason: str) -> ConsentRequest:
    """Staff revoke a consent. Raises ConsentUnknown, ConsentNotGiven."""
    seen = parts.requests.find(work, request_id)
    if seen is None:
        raise ConsentUnknown
    person = locked_person(work, parts.facts.persons, seen.person_id)
    request = parts.requests.lock(work, request_id)
    if request is None:
        raise ConsentUnknown
    work.audit("consent_revoked", request_id, after={"reason": reason})
    return _withdrawn(work, parts, request, person, Teller(FactSource.STAFF, work.context.account_id, reason))


def lapse(work: Work, parts: GuardianParts, request_id: str) -> None:
    """A link that nobody answered is over: the guardian's address goes."""
    request = parts.requests.lock(work, request_id)
    if request is not None:
        parts.requests.keep(work, request.lapse())


def end(work: Work, parts: GuardianParts, request_id: str) -> None:
    """A consent whose last day is over counts no more."""
    seen = parts.requests.find(work, request_id)
    if seen is None:
        return
    person = locked_person(work, parts.facts.persons, seen.person_id)
    request = parts.requests.lock(work, request_id)
    if request is not None and request.end() != request:
        parts.requests.keep(work, request.end())
        _take_codes(work, parts, request, person, Teller(FactSource.PLATFORM, reason="expired"))


def _rulebook(work: Work, catalogue: Catalogue, command: AskGuardian) -> Rulebook:
    try:
        return catalogue.in_force(work.authority_id, command.scheme, command.season, on=work.today)
    except UnknownRulebook:
        raise SchemeUnknown from None


def _missing(work: Work, rulebook: Rulebook, person: Person) -> Sequence[Consent]:
    """Consents that concern the person today and were not given."""
    today = {"age": age_on(person.profile.birth_date, work.today)}
    return rulebook.consents_missing({**facts_of(person), **today})


def _open(work: Work, parts: GuardianParts, request: ConsentRequest) -> None:
    parts.requests.lapse_open(work, request.person_id, request.scheme, request.season)
    parts.requests.add(work, request, secrets.token_urlsafe(_TOKEN_BYTES))
    work.schedule(LAPSE_LINK, request.request_id, request.link_until, {})
    data = {
        "request_id": request.request_id,
        "person_id": request.person_id,
        "scheme": request.scheme,
        "season": request.season,
    }
    work.publish("guardian_asked", request.request_id, request.version, data)
    work.audit("guardian_asked", request.request_id, after={"codes": list(request.codes)})


def _locked(work: Work, parts: GuardianParts, token: str) -> tuple[ConsentRequest, Person]:
    """Both locked, the person first. Raises GuardianLinkUnusable."""
    seen = parts.requests.find_by_token(work, token)
    person = parts.facts.persons.lock(work, seen.person_id) if seen else None
    request = parts.requests.lock(work, seen.request_id) if seen else None
    if person is None or request is None:
        raise GuardianLinkUnusable
    return request, person


def _withdrawn(
    work: Work, parts: GuardianParts, request: ConsentRequest, person: Person, teller: Teller
) -> ConsentRequest:
    withdrawn = request.withdraw()
    parts.requests.keep(work, withdrawn)
    _take_codes(work, parts, withdrawn, person, teller)
    _tell(work, withdrawn)
    return withdrawn


def _take_codes(work: Work, parts: GuardianParts, request: ConsentRequest, person: Person, teller: Teller) -> None:
    """Those of the request that no other consent of the person gives."""
    still = {code for each in parts.requests.given_to(work, person.person_id) for code in each.codes}
    _change_codes(work, parts, person, {*_codes(person)} - ({*request.codes} - still), teller)


def _change_codes(work: Work, parts: GuardianParts, person: Person, codes: set[str], teller: Teller) -> None:
    told = {CONSENTS: sorted(codes)}
    if told[CONSENTS] != sorted(_codes(person)):
        fact_history.note(work, parts.facts.history, person.person_id, told, teller)
        keep_changed(work, parts.facts.persons, person.with_recorded(told))


def _codes(person: Person) -> list[str]:
    codes = person.recorded.get(CONSENTS, [])
    return codes if isinstance(codes, list) else []


def _tell(work: Work, request: ConsentRequest) -> None:
    data = {"request_id": request.request_id, "person_id": request.person_id, "outcome": request.state.value}
    data |= {"scheme": request.scheme, "season": request.season}
    work.publish("guardian_answered", request.request_id, request.version, data)
    work.audit(f"consent_{request.state.value}", request.request_id)
