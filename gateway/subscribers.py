"""How another authority proves itself: by the secret that it was given, in a header; the service compares it."""

from __future__ import annotations

from starlette.requests import Request

from gateway.problems import Problem

HEADER = "Subscriber-Secret"
_LONGEST = 128


def secret_of(request: Request) -> str:
    """Raises Problem 401."""
    secret = request.headers.get(HEADER, "")
    if not 1 <= len(secret) <= _LONGEST:
        raise Problem(
            401,
            "subscriber_secret_missing",
            "Ajoutez l'en-tête Subscriber-Secret : le secret remis à votre collectivité.",
            "Add the header Subscriber-Secret: the secret given to your authority.",
            HEADER,
        )
    return secret
