"""Who calls, for which authority: the context that every call, event and job carries.

The authority is the tenant. Repositories take it from here, never as an optional argument.
"""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass
from enum import StrEnum


class AccountKind(StrEnum):
    """One account is of one kind."""

    YOUNG = "young"
    PARTNER = "partner"
    STAFF = "staff"
    GUARDIAN = "guardian"
    # A machine, under a secret of its own; the others are people.
    SERVICE = "service"

    @property
    def is_a_person(self) -> bool:
        return self is not AccountKind.SERVICE


@dataclass(frozen=True, slots=True)
class Account:
    """An account, as its access token proves it. `session_id`: the sign-in that the token follows from, if any."""

    account_id: str
    kind: AccountKind
    second_factor: bool
    session_id: str = ""


@dataclass(frozen=True, slots=True)
class CallContext:
    """What a use case may know of its caller.

    `service` is the calling service, proven; in a worker or a job, the service itself. `account` is the person
    who acts, if any. `access_token` is passed on unchanged to the next service.
    """

    authority_id: str
    service: str
    account: Account | None = None
    access_token: str = ""
    address: str = ""

    @property
    def account_id(self) -> str:
        """The acting person's account id. Raises LookupError where nobody is signed in: policies forbid it."""
        if self.account is None:
            raise LookupError("this call has no signed-in person")
        return self.account.account_id

    @property
    def session_id(self) -> str:
        """The acting person's session, or empty."""
        return self.account.session_id if self.account else ""


# Read by outgoing gRPC calls, so that use cases need not pass it on by hand.
current: ContextVar[CallContext | None] = ContextVar("call_context", default=None)
