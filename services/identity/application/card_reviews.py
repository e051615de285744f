"""Staff's word on card checks: what they compare, what one decides, what two confirm."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from chassis.work import Work
from services.identity.application.card_checks import CheckParts, marks_of, settle
from services.identity.application.profiles import locked_person
from services.identity.domain.card_checks import DOCUMENT_OF_ANOTHER, CardCheck, CheckPicture, CheckState, Ruling
from services.identity.domain.card_decisions import Act, Decision, Word, last_ruling, open_proposal, require_second
from services.identity.domain.card_reviews import is_override, require_decidable
from services.identity.domain.documents import Declared, judge
from services.identity.domain.enrolments import fit_reason
from services.identity.domain.profiles import Person, Profile
from services.identity.domain.reading_records import reading_from
from services.identity.domain.refusals import (
    CheckNotForPerson,
    CheckUnknown,
    DecisionNotProposed,
    DecisionProposed,
    DocumentOfAnother,
    OverrideUnexplained,
    ProfileChanged,
)


@dataclass(frozen=True, slots=True)
class DecideCardCheck:
    """`reason` is French: shown to the person when refused, read by the second member of staff of an override.

    `person_version`: of the profile that was compared; 0 where the caller does not say.
    """

    check_id: str
    accept: bool
    reason: str
    person_version: int = 0


@dataclass(frozen=True, slots=True)
class CardReview:
    """All that staff have at hand. `standing`: codes of what stands against the card today."""

    check: CardCheck
    person: Person
    decisions: Sequence[Decision]
    pictures: Sequence[CheckPicture]
    standing: tuple[str, ...]
    is_latest: bool

    def may_decide(self, accept: bool) -> bool:
        """Whether staff may decide so, alone or not, while nothing waits for a second person."""
        try:
            require_decidable(self.check.state, accept, self.is_latest)
        except CheckNotForPerson:
            return False
        is_anothers = accept and DOCUMENT_OF_ANOTHER in self.standing
        return not is_anothers and not self.check.proposed_by

    def takes_two(self, accept: bool) -> bool:
        return is_override(self.check.state, accept, self.standing)


def review(work: Work, parts: CheckParts, check_id: str) -> CardReview:
    """Raises CheckUnknown."""
    check = parts.checks.find(work, check_id)
    person = parts.persons.find(work, check.person_id) if check else None
    if check is None or person is None:
        raise CheckUnknown
    return _review(work, parts, check, person)


def decide_card_check(work: Work, parts: CheckParts, command: DecideCardCheck) -> CardCheck:
    """One member of staff decides, or proposes what a second must confirm (the check's `proposed_by` says so).

    Raises CheckUnknown, ProfileChanged, CheckNotForPerson, DecisionProposed, ReasonMissing, OverrideUnexplained,
    DocumentOfAnother.
    """
    seen = _locked_review(work, parts, command.check_id)
    _require_same_profile(seen.person, command.person_version)
    require_decidable(seen.check.state, command.accept, seen.is_latest)
    if seen.check.proposed_by:
        raise DecisionProposed
    if command.accept and DOCUMENT_OF_ANOTHER in seen.standing:
        raise DocumentOfAnother
    if seen.takes_two(command.accept):
        return _propose(work, parts, seen, command)
    word = Word(by=work.context.account_id)
    return _decide(work, parts, seen, _ruling(command), word)


def confirm_decision(work: Work, parts: CheckParts, check_id: str, person_version: int = 0) -> CardCheck:
    """A second member of staff agrees: what was proposed counts, by what is true now.

    Raises CheckUnknown, ProfileChanged, DecisionNotProposed, SecondPersonNeeded, CheckNotForPerson, DocumentOfAnother.
    """
    seen = _locked_review(work, parts, check_id)
    _require_same_profile(seen.person, person_version)
    proposal = _proposal(seen)
    require_second(proposal.word.by, work.context.account_id)
    proposed = proposal.ruling
    is_accepted = proposed.state is CheckState.ACCEPTED
    require_decidable(seen.check.state, is_accepted, seen.is_latest)
    ruling = Ruling(proposed.state, sentence="" if is_accepted else proposed.sentence)
    return _decide(work, parts, seen, ruling, Word(Act.CONFIRMED, work.context.account_id, proposal.word.by))


def decline_decision(work: Work, parts: CheckParts, check_id: str) -> CardCheck:
    """The proposal falls, by anybody who may decide, its author too. Raises CheckUnknown, DecisionNotProposed."""
    seen = _locked_review(work, parts, check_id)
    proposal = _proposal(seen)
    word = Word(Act.DECLINED, work.context.account_id, proposal.word.by)
    work.audit("card_decision_declined", check_id, before=proposal.ruling.state.value, after=seen.check.state.value)
    return parts.checks.note(work, seen.check, Ruling(seen.check.state), word)


def _propose(work: Work, parts: CheckParts, seen: CardReview, command: DecideCardCheck) -> CardCheck:
    if not command.reason.strip():
        raise OverrideUnexplained
    state = CheckState.ACCEPTED if command.accept else CheckState.REFUSED
    ruling = Ruling(state, seen.standing, fit_reason(command.reason))
    work.audit("card_decision_proposed", command.check_id, before=seen.check.state.value, after=state.value)
    return parts.checks.note(work, seen.check, ruling, Word(Act.PROPOSED, work.context.account_id))


def _decide(work: Work, parts: CheckParts, seen: CardReview, ruling: Ruling, word: Word) -> CardCheck:
    check, person = seen.check, seen.person
    if ruling.state is CheckState.ACCEPTED:
        is_second = word.act is Act.CONFIRMED
        taken = parts.marks.claim(work, marks_of(parts, check, person), person.person_id, namesake=is_second)
        if DOCUMENT_OF_ANOTHER in taken:
            raise DocumentOfAnother
        if taken:  # another account was proven as this person since the review was read: two must see that
            raise CheckNotForPerson
    decided = settle(work, parts, check, ruling, word, person)
    work.audit("card_check_decided", check.check_id, before=check.state.value, after=ruling.state.value)
    return decided


def _require_same_profile(person: Person, seen_version: int) -> None:
    """Nobody is proven under a name that they slipped in while staff looked at another. Raises ProfileChanged."""
    if seen_version and seen_version != person.version:
        raise ProfileChanged


def _ruling(command: DecideCardCheck) -> Ruling:
    if command.accept:
        return Ruling(CheckState.ACCEPTED)
    return Ruling(CheckState.REFUSED, sentence=fit_reason(command.reason))


def _proposal(seen: CardReview) -> Decision:
    proposal = open_proposal(seen.decisions) if seen.check.proposed_by else None
    if proposal is None:
        raise DecisionNotProposed
    return proposal


def _locked_review(work: Work, parts: CheckParts, check_id: str) -> CardReview:
    """Person first, then check: the order in which all lock. Raises CheckUnknown."""
    seen = parts.checks.find(work, check_id)
    if seen is None:
        raise CheckUnknown
    person = locked_person(work, parts.persons, seen.person_id)
    return _review(work, parts, parts.checks.lock(work, check_id) or seen, person)


def _review(work: Work, parts: CheckParts, check: CardCheck, person: Person) -> CardReview:
    decisions = parts.checks.decisions(work, [check.check_id]).get(check.check_id, ())
    latest = parts.checks.latest_of(work, person.person_id)
    return CardReview(
        check,
        person,
        decisions,
        parts.images.of(work, check.check_id),
        _standing(work, parts, check, person, decisions),
        is_latest=latest is not None and latest.check_id == check.check_id,
    )


def _standing(
    work: Work, parts: CheckParts, check: CardCheck, person: Person, decisions: Sequence[Decision]
) -> tuple[str, ...]:
    """Judged again by today's profile and day; where nothing was read, as the reader's process gave up."""
    taken = parts.marks.taken(work, marks_of(parts, check, person), person.person_id)
    reading = reading_from(check.read)
    if reading is None:
        ruling = last_ruling(decisions)
        return (*(ruling.codes if ruling else ()), *taken)
    verdict = judge(reading, declared_of(person.profile), work.today)
    return (*(reason.value for reason in verdict.reasons), *taken)


def declared_of(profile: Profile) -> Declared:
    """What a document is compared with."""
    return Declared(profile.surname, profile.all_given_names, profile.birth_date)
