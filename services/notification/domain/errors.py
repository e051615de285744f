"""What notification refuses by rule: each refusal is a class named as a fact, holding what its sentence tells."""

from __future__ import annotations

from dataclasses import dataclass


class NotificationRefused(Exception):
    """The root of this service's refusals. A refusal changes nothing, unless it says `commits`."""


@dataclass(eq=False)
class SubscriberRefused(NotificationRefused):
    """Unknown, or known and with another secret: who asks is not told which."""

    subscriber_id: str


@dataclass(eq=False)
class MistypedCode(NotificationRefused):
    """The code's own check character tells: nothing was looked up, and nothing is counted."""


@dataclass(eq=False)
class UnknownCode(NotificationRefused):
    """Wrong, used or expired: who asks is not told which. The attempt is counted."""

    commits = True


@dataclass(eq=False)
class TooManyWrongCodes(NotificationRefused):
    """This subscriber has tried so many wrong codes within the hour that it may be guessing."""

    most: int


@dataclass(eq=False)
class UnknownPerson(NotificationRefused):
    """No person is linked to this subscriber under that id."""

    pairwise_id: str


@dataclass(eq=False)
class NotLinked(NotificationRefused):
    """The person is not linked to that subscriber."""

    subscriber_id: str
