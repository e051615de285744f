"""What keeps a page ours: its content policy, and proof that a form was sent from one of our pages."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from urllib.parse import urlsplit

from starlette.requests import Request

from gateway.problems import Problem

FORM_COOKIE = "atouts_form"
TOKEN_FIELD = "csrf"  # noqa: S105 - the field's name

Sources = Mapping[str, tuple[str, ...]]

_POLICY: Sources = {
    "default-src": ("'none'",),
    "script-src": ("'self'",),
    "style-src": ("'self'",),
    "img-src": ("'self'", "data:"),
    "connect-src": ("'self'",),
    "form-action": ("'self'",),
    "base-uri": ("'none'",),
    "frame-ancestors": ("'none'",),
}
_PERMISSIONS = "geolocation=(), microphone=(), camera=({camera})"


def headers(more: Sources, *, camera: bool) -> dict[str, str]:
    """Of every page. `more` adds sources to directives, for the page that asks for them alone.

    Referrer-Policy is same-origin: with no-referrer a browser would send `Origin: null` with our own forms.
    """
    directives = {name: (*_POLICY.get(name, ()), *more.get(name, ())) for name in {**_POLICY, **more}}
    policy = "; ".join(f"{name} {' '.join(sources)}" for name, sources in directives.items())
    return {
        "Content-Security-Policy": policy,
        "Permissions-Policy": _PERMISSIONS.format(camera="self" if camera else ""),
        "Referrer-Policy": "same-origin",
        "X-Frame-Options": "DENY",
        "Vary": "Cookie",
    }


def new_token() -> str:
    return secrets.token_urlsafe(24)


def require_own_origin(request: Request) -> None:
    """Browsers say where a form was sent from. Raises Problem 403."""
    site = request.headers.get("sec-fetch-site", "same-origin")
    origin = request.headers.get("origin")
    own = site in ("same-origin", "none") and (origin is None or _host(origin) == request.headers.get("host", ""))
    if not own:
        raise _forged()


def require_token(sent: str, expected: str) -> None:
    """Raises Problem 403."""
    if not expected or not secrets.compare_digest(sent.encode(), expected.encode()):
        raise _forged()


def _host(origin: str) -> str:
    return urlsplit(origin).netloc


def _forged() -> Problem:
    return Problem(
        403,
        "form_expired",
        "Ce formulaire n'est plus valable : revenez à la page, rechargez-la et recommencez.",
        "This form is no longer good: go back to its page, load it again and start over.",
    )


def local_path(path: str, otherwise: str) -> str:
    """`path` when it leads to a page of ours, else `otherwise`: nobody is sent elsewhere by a link to us."""
    safe = path.startswith("/") and path[1:2] not in ("/", "\\") and path.isprintable() and "\\" not in path
    return path if safe else otherwise
