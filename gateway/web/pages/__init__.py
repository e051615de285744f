"""Every page, one subject a file."""

from __future__ import annotations

from gateway.web.page import Act, Page, of_module
from gateway.web.pages import accounts, memberships, person, public, space, till, till_day, till_payments

_SUBJECTS = (public, accounts, space, person, memberships, till, till_day, till_payments)


def pages() -> list[Page | Act]:
    return [one for subject in _SUBJECTS for one in of_module(subject)]
