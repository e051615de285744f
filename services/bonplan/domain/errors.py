"""What bonplan refuses by rule: each refusal is a class named as a fact, holding what its sentence tells."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

_PARIS = ZoneInfo("Europe/Paris")


class BonplanRefused(Exception):
    """The root of this service's refusals. A refusal changes nothing."""


# What an author writes. `field` is the request's field at fault.


@dataclass(eq=False)
class TextRefused(BonplanRefused):
    """A text that people will read is empty, too long, or holds characters that hide or reorder it."""

    field: str
    most: int


@dataclass(eq=False)
class TextWithMarkup(BonplanRefused):
    """A text holds something that a browser, or a mail program, could take for an HTML tag."""

    field: str


@dataclass(eq=False)
class TextLikeFormula(BonplanRefused):
    """A text begins like a formula: a spreadsheet that opens an exported list would run it."""

    field: str


@dataclass(eq=False)
class PlacesRefused(BonplanRefused):
    """An offer has 1 to `most` places."""

    most: int


class ValueRefused(BonplanRefused):
    """What one place is worth is not less than nothing."""


class DatesOutOfOrder(BonplanRefused):
    """Registrations close after they open."""


class ClosesInThePast(BonplanRefused):
    """Nobody could register any more."""


@dataclass(eq=False)
class UnknownScheme(BonplanRefused):
    """The authority has no scheme of that name."""

    scheme: str


@dataclass(eq=False)
class UnknownSeason(BonplanRefused):
    """The scheme has no such season."""

    season: str


@dataclass(eq=False)
class NoBonsPlans(BonplanRefused):
    """The scheme's rulebook has no bons plans."""

    scheme: str


class AuthorRefused(BonplanRefused):
    """The rulebook takes no offers from such an author: partners, or the authority itself."""


class WinnersRefused(BonplanRefused):
    """The rulebook does not let places be given in that way."""


@dataclass(eq=False)
class TypeRefused(BonplanRefused):
    """The rulebook states the types of offers, and this is none of them; `known`: their codes."""

    known: str


@dataclass(eq=False)
class ThemeRefused(BonplanRefused):
    """The rulebook states the themes, and this is none of them; `known`: their titles in French."""

    known: str


class DrawNotForPartners(BonplanRefused):
    """The rulebook does not let partners have draws run."""


# Moderation


@dataclass(eq=False)
class UnknownOffer(BonplanRefused):
    """No offer of this authority, that the caller may see, has that id."""

    offer_id: str


@dataclass(eq=False)
class AlreadyModerated(BonplanRefused):
    """An offer is moderated once."""

    state: str


class SecondPersonNeeded(BonplanRefused):
    """Who wrote an offer may not moderate it."""


class ReasonNeeded(BonplanRefused):
    """Who rejects an offer says why."""


# Registrations


@dataclass(eq=False)
class MembershipNeeded(BonplanRefused):
    """Only members of the offer's scheme and season register (règlement 2025-2026, §3.2.2)."""

    scheme: str
    season: str


@dataclass(eq=False)
class ThemeNotOpen(BonplanRefused):
    """The theme is not for this person; the rulebook's sentence says for whom."""

    sentence: str


@dataclass(eq=False)
class LimitedForAbsences(BonplanRefused):
    """After absences without word, one registration at a time; the rulebook's sentence says so."""

    sentence: str


@dataclass(eq=False)
class ExcludedForAbsences(BonplanRefused):
    """After absences without word, no registration any more this season; the rulebook's sentence says so."""

    sentence: str


@dataclass(eq=False)
class AttendanceTooEarly(BonplanRefused):
    """Who came is told once registrations are over; `at`: when they are."""

    at: datetime
    day: str = field(init=False)
    time: str = field(init=False)

    def __post_init__(self) -> None:
        self.day, self.time = _told(self.at)


class NoPlaceToAttend(BonplanRefused):
    """No such registration of this offer has a place."""


@dataclass(eq=False)
class RegistrationNotOpen(BonplanRefused):
    """Registrations have not begun; `at`: when they do."""

    at: datetime
    day: str = field(init=False)
    time: str = field(init=False)

    def __post_init__(self) -> None:
        self.day, self.time = _told(self.at)


@dataclass(eq=False)
class RegistrationClosed(BonplanRefused):
    """Registrations are over: nobody comes, nobody leaves; `at`: since when."""

    at: datetime
    day: str = field(init=False)
    time: str = field(init=False)

    def __post_init__(self) -> None:
        self.day, self.time = _told(self.at)


@dataclass(eq=False)
class OfferFull(BonplanRefused):
    """Every place is taken."""

    offer_id: str


@dataclass(eq=False)
class AlreadyRegistered(BonplanRefused):
    """A person registers once."""

    offer_id: str


@dataclass(eq=False)
class NotRegistered(BonplanRefused):
    """The person has no registration to withdraw."""

    offer_id: str


# Draws


@dataclass(eq=False)
class NotADraw(BonplanRefused):
    """The places of this offer go by order of arrival."""

    offer_id: str


@dataclass(eq=False)
class DrawTooEarly(BonplanRefused):
    """A draw is run once registrations are over; `at`: when they are."""

    at: datetime
    day: str = field(init=False)
    time: str = field(init=False)

    def __post_init__(self) -> None:
        self.day, self.time = _told(self.at)


@dataclass(eq=False)
class DrawNotRun(BonplanRefused):
    """The draw was not run yet: there is nothing to show but its commitment."""

    offer_id: str


@dataclass(eq=False)
class IdempotencyKeyReused(BonplanRefused):
    """The key came with another request before."""

    key: str


def _told(instant: datetime) -> tuple[str, str]:
    """Day and time in Paris, as a sentence tells them."""
    local = instant.astimezone(_PARIS)
    return f"{local:%d/%m/%Y}", f"{local:%H:%M}"
