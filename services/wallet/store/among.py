"""A column among many values, as one array: a list of a thousand parameters is parsed for longer than it is run."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY


def among(column: sa.Column[Any], ids: Collection[UUID]) -> sa.ColumnElement[bool]:
    return column == sa.any_(sa.literal(list(ids), ARRAY(sa.Uuid)))
