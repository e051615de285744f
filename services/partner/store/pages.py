"""Lists by page: the key of the last row makes the next page's token, opaque to callers."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from chassis.errors import Malformed
from chassis.work import Work

PAGE = 100


def read(work: Work, query: sa.Select[Any], key: Sequence[sa.Column[Any]], token: str) -> tuple[list[Any], str]:
    """One page of `query` in the order of `key` (which must be unique), and the next page's token or "".

    Raises Malformed for a token that is not ours.
    """
    ordered = query.order_by(*key).limit(PAGE + 1)
    if token:
        ordered = ordered.where(sa.tuple_(*key) > sa.tuple_(*_bound(key, token)))
    rows = list(work.session.execute(ordered))
    page = rows[:PAGE]
    more = len(rows) > PAGE
    return page, _token([getattr(page[-1], column.name) for column in key]) if more else ""


def _bound(key: Sequence[sa.Column[Any]], token: str) -> list[Any]:
    try:
        values = json.loads(base64.urlsafe_b64decode(token))
        if len(values) != len(key) or not all(isinstance(value, str) for value in values):
            raise ValueError(token)
    except (ValueError, TypeError, binascii.Error):
        raise Malformed("page_token", "Reprenez la liste depuis sa première page.", "unknown page token") from None
    return [sa.cast(sa.literal(value), column.type) for value, column in zip(values, key, strict=True)]


def _token(values: list[Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps([str(value) for value in values]).encode()).decode()
