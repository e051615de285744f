"""Pages of long lists: by key, so that page one thousand costs what page one does."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from uuid import UUID

import sqlalchemy as sa

from chassis.errors import Malformed
from chassis.work import Work

PAGE_SIZE = 100
_READ: dict[type[Any], Callable[[str], Any]] = {sa.Uuid: UUID, sa.BigInteger: int, sa.Text: str}
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """`next_token` is empty on the last page."""

    rows: Sequence[T]
    next_token: str


def page_of(
    work: Work, wanted: sa.Select[Any], key: sa.ColumnElement[Any], token: str, size: int = PAGE_SIZE
) -> Page[sa.Row[Any]]:
    """The rows after the token's, in order of `key`, a unique column of the selection. Raises Malformed."""
    if token:
        wanted = wanted.where(key > _value_of(token, key))
    rows = work.session.execute(wanted.order_by(key).limit(size + 1)).all()
    if len(rows) <= size:
        return Page(rows, "")
    return Page(rows[:size], _token_of(getattr(rows[size - 1], str(key.key))))


def _token_of(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(str(value)).encode()).decode()


def _value_of(token: str, key: sa.ColumnElement[Any]) -> Any:
    try:
        text = json.loads(base64.urlsafe_b64decode(token))
        return _READ[type(key.type)](text)
    except (binascii.Error, ValueError, TypeError, AttributeError):
        raise Malformed("page_token", "Cette page n'existe pas : reprenez la liste au début.") from None
