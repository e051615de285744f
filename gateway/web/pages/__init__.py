"""Every page, one subject a file."""

from __future__ import annotations

from gateway.web.page import Act, Page, of_module
from gateway.web.pages import accounts, till, till_day, till_payments

_SUBJECTS = (accounts, till, till_day, till_payments)


def pages() -> list[Page | Act]:
    return [one for subject in _SUBJECTS for one in of_module(subject)]
