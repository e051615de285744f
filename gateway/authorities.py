"""Whose request it is: the authority, by the host name that the client asked for, never by the body."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from starlette.requests import Request

from gateway.problems import Problem
from rulebooks.authorities import Authority


class HostShared(Exception):
    """Two authorities would answer at one host; the message names it."""


class Authorities:
    """The authorities by their host name. Raises HostShared: nobody is served in another authority's name."""

    def __init__(self, authorities: Iterable[Authority]) -> None:
        ids: dict[str, str] = {}
        for authority in authorities:
            if (other := ids.setdefault(authority.host.lower(), authority.id)) != authority.id:
                raise HostShared(f"{authority.id} and {other} have the same host, {authority.host}")
        self._ids: Mapping[str, str] = ids

    def of(self, request: Request) -> str:
        """The id of the authority that answers at this host; the port does not count. Raises Problem 404."""
        host = request.headers.get("host", "").rpartition(":")[0] or request.headers.get("host", "")
        try:
            return self._ids[host.lower().rstrip(".")]
        except KeyError:
            raise Problem(
                404,
                "unknown_authority",
                "Aucune collectivité ne répond à cette adresse : vérifiez le nom du site.",
                "No authority answers at this address: check the site's name.",
            ) from None
