"""The authority: who pays, in whose name and colours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Debtor:
    """The account that pays the partners."""

    name: str
    iban: str
    bic: str


@dataclass(frozen=True, slots=True)
class MailSender:
    """In whose name the authority's mails are sent."""

    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Subscriber:
    """Another authority that may be told of the memberships of these schemes, of persons who agreed."""

    id: str
    name: str
    schemes: frozenset[str]


@dataclass(frozen=True, slots=True)
class DataRetention:
    """How long personal data are kept beyond what a rulebook says; `docs/guides/retention.md` has the table.

    `marks_until_age`: the age until which the mark of an erased person's card is kept. Accounts that nobody signed in
    to for `idle_account_months` are erased. Class lists go `class_list_days` after their season, what was read on a
    card `card_reading_days` after the decision, sessions and failed sign-ins so many days after they ended.
    """

    marks_until_age: int = 26
    idle_account_months: int = 36
    class_list_days: int = 90
    card_reading_days: int = 365
    ended_session_days: int = 30
    sign_in_failure_days: int = 30
    mail_days: int = 30


@dataclass(frozen=True, slots=True)
class Authority:
    """The local authority that pays: the tenant.

    `host` is the host name that the gateway answers for it, `region_code` and `department_code` are INSEE's (the
    latter empty for a region), `theme` the colours of its pages by token name.
    """

    id: str
    name: str
    host: str
    region_code: str
    time_zone: str
    debtor: Debtor
    theme: Mapping[str, str]
    mail: MailSender
    subscribers: tuple[Subscriber, ...] = ()
    department_code: str = ""
    retention: DataRetention = DataRetention()
