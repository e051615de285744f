"""RFC 9457 problems: what every error looks like on the wire.

A problem has a stable `code`, and one sentence in French and in English that tells the person what to do.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as dataclass_field

from starlette.requests import Request
from starlette.responses import JSONResponse

from chassis import trace
from chassis.errors import Answer

TYPE_PREFIX = "https://atouts.fr/problems/"
MEDIA_TYPE = "application/problem+json"
RETRY_AFTER_S = 1

# gRPC's status names to HTTP's; a reason may ask for another (REASON_STATUS).
HTTP_STATUS: Mapping[str, int] = {
    "INVALID_ARGUMENT": 400,
    "OUT_OF_RANGE": 400,
    "UNAUTHENTICATED": 401,
    "PERMISSION_DENIED": 403,
    "NOT_FOUND": 404,
    "ALREADY_EXISTS": 409,
    "ABORTED": 409,
    "FAILED_PRECONDITION": 422,
    "RESOURCE_EXHAUSTED": 429,
    "UNAVAILABLE": 503,
    "DEADLINE_EXCEEDED": 503,
    "CANCELLED": 503,
    "INTERNAL": 500,
}
REASON_STATUS: Mapping[str, int] = {"idempotency_key_reused": 422}

_TITLES: Mapping[int, tuple[str, str]] = {
    400: ("Demande mal formée", "Malformed request"),
    401: ("Connexion nécessaire", "Sign-in needed"),
    403: ("Action non autorisée", "Not allowed"),
    404: ("Introuvable", "Not found"),
    405: ("Méthode non permise", "Method not allowed"),
    409: ("Déjà fait ou en cours", "Conflict"),
    413: ("Envoi trop volumineux", "Body too large"),
    415: ("Format non accepté", "Media type not accepted"),
    422: ("Demande refusée", "Request refused"),
    429: ("Trop de demandes", "Too many requests"),
    500: ("Erreur interne", "Internal error"),
    503: ("Service indisponible", "Service unavailable"),
}


@dataclass(eq=False)
class Problem(Exception):
    """An answer other than success. `field` names what is at fault in the request, as a dotted path."""

    status: int
    code: str
    fr: str
    en: str
    field: str = ""
    headers: Mapping[str, str] = dataclass_field(default_factory=dict)
    more: Mapping[str, object] = dataclass_field(default_factory=dict)


def from_answer(answer: Answer, at: str = "") -> Problem:
    """The problem that says what one of the chassis's own answers says."""
    return Problem(HTTP_STATUS[answer.status.value], answer.reason, answer.fr, answer.en, at or answer.field)


def wants_english(request: Request) -> bool:
    """True when Accept-Language prefers English: the first of the two languages that it names."""
    for part in request.headers.get("accept-language", "").lower().split(","):
        language = part.partition(";")[0].strip()[:2]
        if language in ("fr", "en"):
            return language == "en"
    return False


def to_response(problem: Problem, request: Request) -> JSONResponse:
    english = wants_english(request)
    title_fr, title_en = _TITLES.get(problem.status, ("Erreur", "Error"))
    body: dict[str, object] = {
        "type": TYPE_PREFIX + problem.code,
        "title": title_en if english else title_fr,
        "status": problem.status,
        "code": problem.code,
        "detail": problem.en if english else problem.fr,
        "detail_en": problem.en,
        "trace_id": trace.trace_id(),
        **problem.more,
    }
    if english:
        body["detail_fr"] = problem.fr
    if problem.field:
        body["field"] = problem.field
    headers = {"Content-Language": "en" if english else "fr", "Vary": "Accept-Language", **_retry(problem)}
    return JSONResponse(body, problem.status, {**headers, **problem.headers}, MEDIA_TYPE)


def _retry(problem: Problem) -> dict[str, str]:
    return {"Retry-After": str(RETRY_AFTER_S)} if problem.status in (429, 503) else {}
