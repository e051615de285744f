"""Whose request it is follows from the host that was asked for."""

from dataclasses import replace

import pytest
from starlette.requests import Request

from gateway.authorities import Authorities, HostShared
from gateway.problems import Problem
from rulebooks import Catalogue
from rulebooks.authorities import Authority

KNOWN = Catalogue.load().authorities()


def _asked(host: str) -> Request:
    return Request({"type": "http", "headers": [(b"host", host.encode())]})


@pytest.mark.parametrize("authority", KNOWN, ids=lambda each: each.id)
def test_each_authority_answers_at_its_own_host(authority: Authority) -> None:
    """Whatever the port and the capitals."""
    of_host = Authorities(KNOWN).of
    assert of_host(_asked(f"{authority.host.upper()}:8080")) == authority.id


def test_nobody_answers_at_another_host() -> None:
    """There is no authority by default."""
    with pytest.raises(Problem):
        Authorities(KNOWN).of(_asked("127.0.0.1"))


def test_two_authorities_at_one_host_are_refused() -> None:
    """Otherwise the second would answer for the first."""
    twin = replace(KNOWN[0], id="twin")
    with pytest.raises(HostShared, match="twin"):
        Authorities([*KNOWN, twin])
