"""An amount as a cashier types it: 12,50 or 12.5 or 12 €."""

# ruff: noqa: RUF012 - the signatures and class attributes below are marshmallow's
from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError, fields

_AMOUNT = re.compile(r"([0-9]{1,9})(?:[,.]([0-9]{1,2}))?(?:€|eur|euros?)?")
_TILL_DIGITS = 5
_SPACES = re.compile("[ \u00a0\u202f]+")


class Euros(fields.String):
    """Loads as whole cents, more than 0. Never rounds: a third decimal is refused, as is a sign.

    `digits`: of the whole euros at most; nobody pays 100 000 € at a till, and budgets are more.
    """

    default_error_messages = {"required": "required", "null": "required", "invalid": "not_an_amount"}

    def __init__(self, digits: int = _TILL_DIGITS, **rest: Any) -> None:
        super().__init__(**rest)
        self._digits = digits

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **rest: Any) -> Any:
        cents = cents_of(super()._deserialize(value, attr, data, **rest), self._digits)
        if not cents:
            raise ValidationError("not_an_amount")
        return cents


def cents_of(typed: str, digits: int = _TILL_DIGITS) -> int | None:
    """None when it is no amount, or has more `digits` before its comma."""
    found = _AMOUNT.fullmatch(_SPACES.sub("", typed).lower())
    if found is None or len(found[1]) > digits:
        return None
    return int(found[1]) * 100 + int((found[2] or "").ljust(2, "0"))


def typed_of(cents: int) -> str:
    """The amount as one would type it: 1250 is 12,50."""
    return f"{cents // 100},{cents % 100:02d}"
