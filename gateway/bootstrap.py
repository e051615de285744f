"""The composition root: what endpoints stand on, and which operations this mode has."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette

from chassis import keys
from chassis.clock import MovableClock, platform_clock
from chassis.tokens import ServiceTokens, TokenVerifier
from gateway import app, live, rate_limits, routes
from gateway.authorities import Authorities
from gateway.clock import DemoClock
from gateway.config import GatewaySettings
from gateway.endpoint import Parts
from gateway.live import LiveNotices
from gateway.operations import Operation
from gateway.peers import Peers
from gateway.rate_limits import RateLimits
from gateway.routes import demo_clock
from gateway.routes import live as live_routes
from gateway.web import pages, setting
from rulebooks import Catalogue


def build(settings: GatewaySettings) -> Starlette:
    """Raises SettingMissing when a key is absent: at start, not at the first request."""
    folder = keys.folder(settings.shared.keys_dir)
    tokens = ServiceTokens(settings.shared.service, folder)
    verifier = TokenVerifier(settings.shared.service, folder)
    catalogue = Catalogue.load()
    authorities = Authorities(catalogue.authorities())
    clock = platform_clock(settings.shared)
    notices = LiveNotices(live.connect(settings.redis_url))
    web = setting.make(catalogue, folder.secret("data/gateway"), settings.public_url, clock, settings.payment_origin)

    @asynccontextmanager
    async def open_parts() -> AsyncIterator[Parts]:
        valkey = rate_limits.connect(settings.redis_url)
        peers = Peers(settings.services, tokens)
        async with notices.running():
            yield Parts(authorities, verifier, RateLimits(valkey), peers, notices)
        await peers.close()
        await valkey.aclose()

    served = [*operations(settings), *live_routes.operations(notices, verifier)]
    return app.build(served, open_parts, settings.public_url, pages.pages(), web)


def operations(settings: GatewaySettings) -> list[Operation]:
    """Every operation of this mode: the clock's only where platform time may move."""
    clock_file = settings.shared.clock_file
    if not settings.shared.mode.clock_may_move or clock_file is None:
        return routes.operations()
    clock = DemoClock(MovableClock(clock_file), settings.services)
    return [*routes.operations(), *demo_clock.operations(clock)]
