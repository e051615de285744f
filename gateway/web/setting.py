"""What pages stand on: made once by the composition root."""

from __future__ import annotations

from dataclasses import dataclass

from chassis.clock import PlatformClock
from gateway.web.render import Renderer
from gateway.web.session import Renewals, Seal
from gateway.web.statics import Statics
from rulebooks import Catalogue


@dataclass(frozen=True, slots=True)
class Setting:
    """`secure`: cookies travel by HTTPS alone. `payment_origin`: where a form may lead to pay, if anywhere.

    `clock` tells how long a code still shows; no rule is decided by it here.
    """

    catalogue: Catalogue
    statics: Statics
    renderer: Renderer
    seal: Seal
    renewals: Renewals
    secure: bool
    clock: PlatformClock
    payment_origin: str = ""


def make(catalogue: Catalogue, key: bytes, public_url: str, clock: PlatformClock, payment_origin: str = "") -> Setting:
    statics = Statics(catalogue.authorities())
    secure = public_url.startswith("https:")
    return Setting(catalogue, statics, Renderer(statics), Seal(key), Renewals(), secure, clock, payment_origin)
