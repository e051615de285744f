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
