"""Instants on the wire."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache

from google.protobuf.timestamp_pb2 import Timestamp


@lru_cache(maxsize=64)
def timestamp(instant: datetime) -> Timestamp:
    """To be put in a message, which copies it; a group's debits have one instant."""
    message = Timestamp()
    message.FromDatetime(instant)
    return message
