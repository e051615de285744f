"""The three families of what can go wrong, and how a door answers each.

A *refusal* is an answer by rule: each service's domain has its own root class, and its doors one total table
from class to `Answer`. An *operational* error passes when what is away comes back: it is retried and counts
for nothing. Anything else is a bug: logged, counted, answered without details.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Status(Enum):
    """What kind of answer a refusal is; doors map it to their transport's codes (gRPC's names)."""

    INVALID_ARGUMENT = "INVALID_ARGUMENT"
    UNAUTHENTICATED = "UNAUTHENTICATED"
    PERMISSION_DENIED = "PERMISSION_DENIED"
    NOT_FOUND = "NOT_FOUND"
    ALREADY_EXISTS = "ALREADY_EXISTS"
    FAILED_PRECONDITION = "FAILED_PRECONDITION"
    ABORTED = "ABORTED"
    RESOURCE_EXHAUSTED = "RESOURCE_EXHAUSTED"
    UNAVAILABLE = "UNAVAILABLE"
    INTERNAL = "INTERNAL"


@dataclass(frozen=True, slots=True)
class Answer:
    """How a door answers one class of refusal.

    `reason` is the stable code that clients branch on, `fr` and `en` say in one sentence why and what to do,
    `field` names the request's field at fault. All are format strings over the exception's attributes: a
    refusal that a rulebook or a reader words brings its own code.
    """

    status: Status
    reason: str
    fr: str
    en: str
    field: str = ""


class Operational(Exception):
    """Something needed is away for now: a database, the broker, another service, a rulebook not yet here."""


class NotSignedIn(Exception):
    """The call needs a person, or a service, and does not prove one."""


class SessionExpired(NotSignedIn):
    """The access token was good once."""


class NotAllowed(Exception):
    """Who calls is known, and may not do this."""


class SecondFactorNeeded(NotAllowed):
    """Staff act only with their second factor."""


class Malformed(Exception):
    """The request breaks its own contract. `field` is at fault; `sentence_fr` says what to write instead."""

    def __init__(self, field: str, sentence_fr: str, sentence_en: str = "") -> None:
        super().__init__(f"{field}: {sentence_en or sentence_fr}")
        self.field = field
        self.sentence_fr = sentence_fr
        self.sentence_en = sentence_en or sentence_fr


class Overloaded(Exception):
    """Past capacity: refused at once so that what is accepted stays fast."""


# What the chassis itself refuses; each service's table is added to it.
CHASSIS_ANSWERS: dict[type[Exception], Answer] = {
    NotSignedIn: Answer(Status.UNAUTHENTICATED, "not_signed_in", "Connectez-vous pour continuer.", "Sign in to go on."),
    SessionExpired: Answer(
        Status.UNAUTHENTICATED,
        "session_expired",
        "Votre session a expiré : reconnectez-vous.",
        "Your session has expired: sign in again.",
    ),
    NotAllowed: Answer(
        Status.PERMISSION_DENIED,
        "not_allowed",
        "Votre compte ne permet pas cette action.",
        "Your account may not do this.",
    ),
    SecondFactorNeeded: Answer(
        Status.PERMISSION_DENIED,
        "second_factor_needed",
        "Cette action demande votre code à usage unique.",
        "This needs your second factor.",
    ),
    Malformed: Answer(Status.INVALID_ARGUMENT, "malformed", "{sentence_fr}", "{sentence_en}", "{field}"),
    Overloaded: Answer(
        Status.RESOURCE_EXHAUSTED,
        "overloaded",
        "Le service est très demandé : réessayez dans quelques secondes.",
        "The service is very busy: try again in a few seconds.",
    ),
}

UNAVAILABLE = Answer(
    Status.UNAVAILABLE,
    "unavailable",
    "Le service est momentanément indisponible : réessayez dans quelques instants.",
    "The service is unavailable for a moment: try again shortly.",
)
BUG = Answer(
    Status.INTERNAL,
    "internal",
    "Une erreur interne s'est produite ; elle a été signalée à nos équipes.",
    "An internal error happened; our team was told.",
)
