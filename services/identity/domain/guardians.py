"""What a guardian is asked by link, their one answer, and taking it back. Instants are platform time."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from services.identity.domain.person_names import fit_name
from services.identity.domain.refusals import ConsentAnswered, ConsentNotGiven, GuardianLinkUnusable

LINK_LIFE = timedelta(days=14)
ASKED_AT_MOST = 5
ASKED_WITHIN = timedelta(hours=24)
_MAJORITY = 18


class ConsentState(StrEnum):
    """Where a request stands. `LAPSED`: nobody answered in time, or another guardian was asked."""

    ASKED = "asked"
    GIVEN = "given"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"
    ENDED = "ended"


class Quality(StrEnum):
    """By what right somebody answers for a minor."""

    MOTHER = "mother"
    FATHER = "father"
    LEGAL_GUARDIAN = "legal_guardian"


@dataclass(frozen=True, slots=True)
class Guardian:
    """Who answered."""

    name: str
    quality: Quality


@dataclass(frozen=True, slots=True)
class ConsentRequest:
    """One question to one guardian. `codes`: consents of the rulebook whose hash is the version of the text.

    `email`: the guardian's, until they answer or the link lapses. `ends_on`: the last day of a consent, were it given.
    """

    request_id: str
    person_id: str
    scheme: str
    season: str
    codes: tuple[str, ...]
    rulebook_hash: str
    asked_at: datetime
    link_until: datetime
    ends_on: date
    email: str = ""
    state: ConsentState = ConsentState.ASKED
    guardian: Guardian | None = None
    answered_at: datetime | None = None

    @property
    def version(self) -> int:
        """Of the request, which rises with each step."""
        return {ConsentState.ASKED: 1, ConsentState.WITHDRAWN: 3, ConsentState.ENDED: 3}.get(self.state, 2)

    def seen(self, now: datetime) -> ConsentRequest:
        """As it stands at that instant: a link that is over has lapsed, whether its job has come or not."""
        is_over = self.state is ConsentState.ASKED and now >= self.link_until
        return replace(self, state=ConsentState.LAPSED, email="") if is_over else self

    def answer(self, consents: bool, guardian: Guardian, now: datetime) -> ConsentRequest:
        """The guardian's one answer; the address is let go. Raises GuardianLinkUnusable, ConsentAnswered."""
        state = self.seen(now).state
        if state is ConsentState.LAPSED:
            raise GuardianLinkUnusable
        if state is not ConsentState.ASKED:
            raise ConsentAnswered
        answered = ConsentState.GIVEN if consents else ConsentState.REFUSED
        named = Guardian(fit_name(guardian.name, "guardian_name"), guardian.quality)
        return replace(self, state=answered, guardian=named, answered_at=now, email="")

    def withdraw(self) -> ConsentRequest:
        """Raises ConsentNotGiven."""
        if self.state is not ConsentState.GIVEN:
            raise ConsentNotGiven
        return replace(self, state=ConsentState.WITHDRAWN)

    def lapse(self) -> ConsentRequest:
        """Over without an answer; one that was answered stays as it is."""
        return replace(self, state=ConsentState.LAPSED, email="") if self.state is ConsentState.ASKED else self

    def end(self) -> ConsentRequest:
        """Its last day is over; one that was not given, or was taken back, stays as it is."""
        return replace(self, state=ConsentState.ENDED) if self.state is ConsentState.GIVEN else self


def last_day_of(season_ends: date, birth_date: date) -> date:
    """A consent lasts to the season's end or the eve of majority, whichever is first."""
    return min(season_ends, birthday(birth_date, _MAJORITY) - timedelta(days=1))


def birthday(birth_date: date, age: int) -> date:
    """Born on 29 February: on 1 March in common years."""
    try:
        return birth_date.replace(year=birth_date.year + age)
    except ValueError:
        return date(birth_date.year + age, 3, 1)
