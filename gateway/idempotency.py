"""The Idempotency-Key header: required where money moves, kept by the service, never here."""

from __future__ import annotations

import re

from google.protobuf.message import Message
from starlette.requests import Request

from gateway.problems import Problem

HEADER = "Idempotency-Key"
REPLAYED = "Idempotent-Replayed"
_KEY = re.compile(r"[\x21-\x7e]{1,128}")


def key_of(request: Request) -> str:
    """1 to 128 printable characters without space. Raises Problem 400."""
    key = request.headers.get(HEADER, "")
    if not key:
        raise Problem(
            400,
            "idempotency_key_missing",
            "Ajoutez l'en-tête Idempotency-Key : sans lui, un renvoi pourrait compter deux fois.",
            "Add the header Idempotency-Key: without it, sending again might count twice.",
            HEADER,
        )
    if not _KEY.fullmatch(key):
        raise Problem(
            400,
            "idempotency_key_invalid",
            "L'en-tête Idempotency-Key compte de 1 à 128 caractères imprimables, sans espace.",
            "The header Idempotency-Key holds 1 to 128 printable characters, without space.",
            HEADER,
        )
    return key


def replay_headers(answer: object) -> dict[str, str]:
    """Says that the key was known and that this is the first answer again."""
    replayed = isinstance(answer, Message) and getattr(answer, "replayed", False)
    return {REPLAYED: "true"} if replayed else {}
