"""Who signs the request: the bearer token, verified here as in every service, and passed on unchanged."""

from __future__ import annotations

from starlette.requests import Request

from chassis.context import Account
from chassis.errors import CHASSIS_ANSWERS, NotSignedIn
from chassis.tokens import TokenVerifier
from gateway.problems import Problem, from_answer

_SCHEME = "Bearer "


def bearer(request: Request, verifier: TokenVerifier) -> tuple[str, Account]:
    """The header as received and the account that it proves. Raises Problem 401."""
    header = request.headers.get("authorization", "")
    if not header.startswith(_SCHEME):
        raise _not_signed_in(NotSignedIn("no bearer token"))
    try:
        return header, verifier.person(header.removeprefix(_SCHEME)).account
    except NotSignedIn as error:
        raise _not_signed_in(error) from None


def _not_signed_in(error: NotSignedIn) -> Problem:
    problem = from_answer(CHASSIS_ANSWERS[type(error)])
    return Problem(problem.status, problem.code, problem.fr, problem.en, headers={"WWW-Authenticate": "Bearer"})
