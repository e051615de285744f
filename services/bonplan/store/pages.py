"""Lists by page: the key of the last row makes the next page's token, opaque to callers."""

from __future__ import annotations

import base64
import binascii
import json
import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from chassis.errors import Malformed
from chassis.work import Work

PAGE = 100


def read(
    work: Work, query: sa.Select[Any], key: tuple[sa.Column[Any], sa.Column[Any]], token: str, *, newest: bool = False
) -> tuple[Sequence[Any], str]:
    """One page of `query` in the order of `key`, an instant and an id; the next page's token, or "".

    `newest`: the latest instant first. Raises Malformed for a token that is not ours.
    """
    ordered = query.order_by(*(column.desc() if newest else column for column in key)).limit(PAGE + 1)
    if token:
        place, bound = sa.tuple_(*key), sa.tuple_(*_bound(key, token))
        ordered = ordered.where(place < bound if newest else place > bound)
    rows = list(work.session.execute(ordered))
    page = rows[:PAGE]
    return page, _token(*(getattr(page[-1], column.name) for column in key)) if len(rows) > PAGE else ""


def _token(instant: datetime, row_id: str) -> str:
    return base64.urlsafe_b64encode(json.dumps([instant.isoformat(), row_id]).encode()).decode()


def _bound(key: tuple[sa.Column[Any], sa.Column[Any]], token: str) -> list[sa.ColumnElement[Any]]:
    try:
        instant, row_id = json.loads(base64.urlsafe_b64decode(token.encode()))
        values = [datetime.fromisoformat(instant), str(uuid.UUID(row_id))]
    except (ValueError, TypeError, AttributeError, binascii.Error):
        raise Malformed("page_token", "Reprenez la liste depuis sa première page.", "unknown page token") from None
    return [sa.literal(value, column.type) for value, column in zip(values, key, strict=True)]
