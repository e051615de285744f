"""What identity refuses by rule; each class is a fact, and its attributes fill the sentence told to the person.

A class with `commits = True` keeps what its transaction wrote: a failure is counted though it is refused.
"""

from __future__ import annotations

from dataclasses import dataclass


class IdentityRefusal(Exception):
    """An answer by rule, not a failure. Root of every refusal of this service."""


# Accounts


class EmailInvalid(IdentityRefusal):
    """Not an e-mail address."""


class EmailTaken(IdentityRefusal):
    """The authority has an account under this address."""


class KindNotOpen(IdentityRefusal):
    """Staff are invited; they do not open accounts."""


@dataclass(eq=False)
class PasswordLengthUnfit(IdentityRefusal):
    """Too short to be safe, or too long to be hashed."""

    shortest: int
    longest: int


class PasswordGuessable(IdentityRefusal):
    """One character over and over, or the e-mail address."""


class AccountUnknown(IdentityRefusal):
    """No such account, or not of the kind that the act is for."""


@dataclass(eq=False)
class RoleUnknown(IdentityRefusal):
    """Not a role of staff."""

    role: str


class RolesMissing(IdentityRefusal):
    """An invitation without any role leads nowhere."""


class OwnAdministrationKept(IdentityRefusal):
    """Nobody takes administration from themselves: so one administrator is always left."""


class InvitationUnusable(IdentityRefusal):
    """Unknown, used or expired; which of them is not told."""


# Sessions


class CredentialsWrong(IdentityRefusal):
    """Unknown address or wrong password: one answer, so that addresses cannot be tried out."""

    commits = True


@dataclass(eq=False)
class AccountLocked(IdentityRefusal):
    """Too many failures in a row; the same for addresses that have no account."""

    minutes: int


class SecondFactorRequired(IdentityRefusal):
    """The password is right; this account also needs its code."""


class SecondFactorWrong(IdentityRefusal):
    """Not the code of now, or one that was used already."""

    commits = True


class SessionEnded(IdentityRefusal):
    """Unknown, expired or revoked session."""


class RefreshTokenReused(IdentityRefusal):
    """A refresh token came twice: somebody else may hold it, so its session ends."""

    commits = True


# Links, credentials, machines


class LinkUnusable(IdentityRefusal):
    """Unknown, used, void, over, or made for something else; which of them is not told."""


class EmailUnconfirmed(IdentityRefusal):
    """What would outlive the address's owner taking the account back waits for the address to be confirmed."""


class EmailConfirmed(IdentityRefusal):
    """There is nothing to confirm any more."""


class EmailUnchanged(IdentityRefusal):
    """The new address is the one of the account."""


class PasswordWrong(IdentityRefusal):
    """Not the signed-in person's own password; counted as a failed sign-in is."""

    commits = True


class CodeWrong(IdentityRefusal):
    """Not a code of the signed-in person's second factor, or one that was used already; counted."""

    commits = True


class SecondFactorNotOffered(IdentityRefusal):
    """A code confirms a second factor that was shown before."""


class SecondFactorMissing(IdentityRefusal):
    """The account has no second factor."""


class SecondFactorCompulsory(IdentityRefusal):
    """Staff replace their second factor; they do not take it off."""


class SessionUnknown(IdentityRefusal):
    """Not an open session of this account."""


class NameMissing(IdentityRefusal):
    """A machine is known to people by its name: 3 to 80 printable characters."""


@dataclass(eq=False)
class RoleNotForMachines(IdentityRefusal):
    """A machine reads; who decides or pays is a person with a second factor."""

    role: str


class ClientUnknown(IdentityRefusal):
    """No such machine, closed, or another secret: which of them is not told."""


# Profile


@dataclass(eq=False)
class NameUnfit(IdentityRefusal):
    """Empty, too long, or with characters that no name has (controls, reading-direction marks)."""

    field: str


class BirthDateUnfit(IdentityRefusal):
    """Not a day, in the future, or over 120 years ago."""


@dataclass(eq=False)
class CommuneUnknown(IdentityRefusal):
    """Not the INSEE code of a commune that exists."""

    field: str


class StudyStatusUnknown(IdentityRefusal):
    """Not a status of the vocabulary."""


@dataclass(eq=False)
class FactUnfit(IdentityRefusal):
    """Not a fact of the vocabulary, not this caller's to say, or not a value that it can have."""

    name: str


class ProfileMissing(IdentityRefusal):
    """Names and birth date come first."""


# Card checks


@dataclass(eq=False)
class PictureRefused(IdentityRefusal):
    """Useless to a reader, told at once; code and sentence are the reader's, `field` is the picture's."""

    code: str
    sentence: str
    field: str = "image"


class CheckUnderWay(IdentityRefusal):
    """One card at a time."""


class IdentityAlreadyChecked(IdentityRefusal):
    """Nothing is left to prove."""


class CheckUnknown(IdentityRefusal):
    """No such check for this caller."""


class CheckNotForPerson(IdentityRefusal):
    """Staff decide what waits for them, or the contrary of what was decided on a person's latest card."""


class OverrideUnexplained(IdentityRefusal):
    """Whoever goes against a clear reading tells the second person why."""


class ProfileChanged(IdentityRefusal):
    """The person declares something else than what staff saw: a card is not decided for a name that nobody compared."""


class DecisionProposed(IdentityRefusal):
    """A decision waits for a second person: it is confirmed or declined first."""


class DecisionNotProposed(IdentityRefusal):
    """Nothing waits for a second person."""


class SecondPersonNeeded(IdentityRefusal):
    """Who proposed a decision does not confirm it."""


class ImageDestroyed(IdentityRefusal):
    """The picture went with the decision, or when its days were over."""


class DocumentOfAnother(IdentityRefusal):
    """The document was accepted for another account of the authority."""


class ReasonMissing(IdentityRefusal):
    """A refusal says why."""


class LastDayOver(IdentityRefusal):
    """A fact that would count until a day that is over."""


# Schools


class SchemeUnknown(IdentityRefusal):
    """The authority has no such scheme in that season."""


class SchoolNotAsked(IdentityRefusal):
    """The scheme asks no school."""


class SeasonUnknown(IdentityRefusal):
    """The authority has no scheme in that season."""


class EstablishmentUnknown(IdentityRefusal):
    """No registered establishment has this number."""


@dataclass(eq=False)
class StudyCodeUnknown(IdentityRefusal):
    """A level, track or sector outside the rulebooks' vocabulary."""

    field: str


class AlreadyRequested(IdentityRefusal):
    """One open or validated request per person, scheme and season."""


class EnrolmentUnknown(IdentityRefusal):
    """No such request at this establishment."""


class EnrolmentDecided(IdentityRefusal):
    """The establishment has answered already, otherwise."""


@dataclass(eq=False)
class ClassListUnreadable(IdentityRefusal):
    """The file as a whole is not a class list; nothing was loaded."""

    sentence: str


class ImportUnknown(IdentityRefusal):
    """No such import of this establishment."""


# What is printed on a card


@dataclass(eq=False)
class AddressUnfit(IdentityRefusal):
    """Not a postal address that can be printed."""

    field: str


# Guardians


class GuardianLinkUnusable(IdentityRefusal):
    """No such link, or over, or another one was sent since."""


class ConsentAnswered(IdentityRefusal):
    """A link is good for one answer."""


class ConsentNotGiven(IdentityRefusal):
    """Only a consent that counts is taken back."""


class ConsentNotNeeded(IdentityRefusal):
    """The rulebook asks no guardian of this person, or was answered."""


class ConsentUnknown(IdentityRefusal):
    """No such request."""


class GuardianIsSelf(IdentityRefusal):
    """Nobody is their own guardian."""


class GuardianAskedTooOften(IdentityRefusal):
    """So many mails are no longer a question."""
