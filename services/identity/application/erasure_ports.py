"""What erasing needs of the store, beside what other use cases need too."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Protocol

from chassis.files import Files
from chassis.work import Work
from services.identity.domain.erasures import Erasure
from services.identity.domain.profiles import FormerVersion


class Erasures(Protocol):
    """Erasures and the answers to them."""

    def add(self, work: Work, erasure: Erasure) -> bool:
        """False when one of this person is open."""

    def lock(self, work: Work, erasure_id: str) -> Erasure | None: ...

    def keep(self, work: Work, erasure: Erasure) -> None: ...

    def page(self, work: Work, token: str) -> tuple[list[Erasure], str]:
        """Latest first."""


class OwnRows(Protocol):
    """What identity itself keeps of an account."""

    def close_account(self, work: Work, account_id: str) -> None:
        """No address leads to it, no session goes on."""

    def clear(self, work: Work, account_id: str) -> Mapping[str, int]:
        """Rows by table that hold nothing of the account any more; again finds none."""

    def last_version(self, work: Work, person_id: str) -> int:
        """The person's version, 1 without a profile."""


class PersonFiles(Files, Protocol):
    """Files under a person's own key: that of who puts them, unless said otherwise."""

    def put_of(self, work: Work, owner: str, content: bytes, media_type: str) -> str:
        """Keep a file of this account; its id."""


class PersonVersions(Protocol):
    """What a person's row said before each change."""

    def of(self, work: Work, person_id: str) -> list[FormerVersion]:
        """Latest first; none of an erased person."""


class KeptMarks(Protocol):
    """Marks of erased persons' cards, with what they had once; apart from everything else."""

    def once_keys(self, authority_id: str, marks: Sequence[bytes]) -> list[str]:
        """What was had under accounts that these marks are of; empty where there was none."""

    def forget_past(self, authority_id: str, today: date) -> int: ...
