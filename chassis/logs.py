"""Structured logs: one JSON object a line, nothing personal in it.

Redaction is by key, at the last moment: a value under a key that may hold something personal or secret is
replaced. Log ids, counts and codes.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from typing import Any

from chassis import trace


@contextmanager
def _absent(package: str) -> Iterator[None]:
    """What is imported meanwhile does not find the package, unless it was imported before."""
    if package in sys.modules:
        yield
        return
    sys.modules[package] = None  # type: ignore[assignment]  # how Python is told that there is none
    try:
        yield
    finally:
        del sys.modules[package]


# For tracebacks on a terminal structlog takes rich where it finds it; ours go into lines of JSON (decision 0154).
with _absent("rich"):
    import structlog

REDACTED_KEYS = frozenset(
    [
        "password",
        "token",
        "access_token",
        "refresh_token",
        "authorization",
        "cookie",
        "secret",
        "code",
        "second_factor_code",
        "secret_code",
        "iban",
        "holder",
        "email",
        "surname",
        "given_names",
        "name",
        "birth_date",
        "residence_commune",
        "address",
        "phone",
        "image",
        "content",
        "body",
    ]
)

Event = MutableMapping[str, Any]


def redact(_logger: object, _method: str, event: Event) -> Event:
    """Replace every value whose key may hold something personal, at any depth."""
    for key, value in event.items():
        if key in REDACTED_KEYS:
            event[key] = "[redacted]"
        elif isinstance(value, dict):
            event[key] = redact(_logger, _method, dict(value))
    return event


def _add_trace(_logger: object, _method: str, event: Event) -> Event:
    if trace_id := trace.trace_id():
        event["trace_id"] = trace_id
    return event


def configure(service: str, process: str, level: str) -> None:
    """Send this process's logs to standard error, as JSON lines."""
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format="%(name)s: %(message)s")
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _add_trace,
            structlog.processors.format_exc_info,
            redact,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    structlog.contextvars.bind_contextvars(service=service, process=process)


def get(name: str) -> Any:
    """A logger that says which part of the program speaks."""
    return structlog.get_logger(part=name)
