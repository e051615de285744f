"""What every step of the story has at hand: the platform, its clock, the people, the narrator, the record."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeVar

from demo.client import Caller, Gateway, Refused
from demo.mailbox import Mailbox
from demo.narrator import Narrator
from demo.neighbour import Neighbour
from demo.organisations import Organisation
from demo.people import Person, Pupil
from demo.platform_time import PlatformTime
from demo.record import Record, StoryBroken
from demo.sessions import Login, Member
from demo.story_values import Story

A = TypeVar("A")
B = TypeVar("B")

PASSWORD = "Une longue phrase de passe 2025"  # noqa: S105 - of made-up people on a platform of the demo's own
_CALLERS_AT_ONCE = 6
_NEXT_CODE = timedelta(minutes=1)


@dataclass(frozen=True)
class Young:
    """A young person with an account."""

    person: Person
    member: Member

    @property
    def name(self) -> str:
        return self.person.name


@dataclass(frozen=True)
class PupilAccount(Young):
    """A pupil of the school."""

    person: Pupil


@dataclass(frozen=True)
class Partner:
    """A partner that signed up: `owner` is its legal representative, `till` who serves customers."""

    organisation: Organisation
    partner_id: str
    owner: Member
    till: Member

    @property
    def name(self) -> str:
        return self.organisation.public_name

    @property
    def path(self) -> str:
        return f"/v1/partners/{self.partner_id}"


@dataclass(frozen=True)
class Staff:
    """The people of the authority, each with the roles of their job."""

    administrator: Member
    instructor: Member
    payer: Member
    approver: Member
    moderator: Member


@dataclass
class Stage:
    """Steps read it, and add to the cast as people arrive."""

    gateway: Gateway
    visitor: Caller
    clock: PlatformTime
    tell: Narrator
    record: Record
    folder: Path
    seed: int
    pupils_count: int
    story: Story
    staff: Staff = field(init=False)
    mailbox: Mailbox = field(init=False)
    neighbour: Neighbour = field(init=False)
    workers: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(_CALLERS_AT_ONCE))
    partners: dict[str, Partner] = field(default_factory=dict)
    pupils: list[PupilAccount] = field(default_factory=list)
    others: dict[str, Young] = field(default_factory=dict)
    guests: list[Stage] = field(default_factory=list)
    """Stages of other authorities, on the same platform, with the same clock, record and files."""

    @property
    def lead(self) -> PupilAccount:
        """The pupil whose purchases are told one by one."""
        return self.pupils[0]

    @property
    def everywhere(self) -> list[Stage]:
        """This one, and its guests'."""
        return [self, *self.guests]

    @property
    def everyone(self) -> list[Young]:
        return [*self.pupils, *self.others.values()]

    def close(self) -> None:
        self.workers.shutdown(cancel_futures=True)
        for each in self.everywhere:
            each.gateway.close()

    def partner(self, organisation: Organisation) -> Partner:
        return self.partners[organisation.slug]

    @property
    def school(self) -> Partner:
        return self.partner(self.story.school)

    def go_to(self, instant: datetime) -> None:
        """Let time pass until then, with all that falls due on the way."""
        self.clock.move(instant)
        self.tell.day(instant.date())

    def next_code(self) -> None:
        """A card's code is good once: a minute later another is shown."""
        self.clock.move(self.clock.now() + _NEXT_CODE)

    def together(self, act: Callable[[A], B], everyone: Iterable[A]) -> list[B]:
        """Do the same for each, a few at once; answers in order. The first failure is raised."""
        return list(self.workers.map(act, everyone))

    def meanwhile(self, act: Callable[[A], B], everyone: Iterable[A]) -> list[Future[B]]:
        """Begin the same for each and go on with the story."""
        return [self.workers.submit(act, each) for each in everyone]

    def must_refuse(self, attempt: Callable[[], object], *codes: str) -> Refused:
        """Do what has to be refused for one of those reasons. Raises StoryBroken when it is not."""
        try:
            attempt()
        except Refused as refusal:
            if refusal.code in codes:
                return refusal
            raise StoryBroken(f"refused as {refusal}, not as {' or '.join(codes)}") from refusal
        raise StoryBroken(f"accepted, though it had to be refused as {' or '.join(codes)}")

    def open_account(self, kind: str, email: str) -> Member:
        """An account of a young person or of a partner's delegate."""
        member = Member(self.gateway, Login(email, PASSWORD))
        body = {"kind": kind, "email": email, "password": PASSWORD}
        self.visitor.post("/v1/accounts", body, found=member.entry)
        self.record.expect_mail("account_opened")
        return member
