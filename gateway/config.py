"""The gateway's settings, read once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from chassis.config import SERVICES, Settings


@dataclass(frozen=True, slots=True)
class GatewaySettings:
    """`shared` is what every process has; `services` the host:port of each service's gRPC door by its name.

    `payment_origin`: where a page's form may lead, to pay; empty: nowhere but here.
    `trusted_proxies` (comma-separated addresses) may name the client in X-Forwarded-For; empty: nobody may.
    """

    shared: Settings
    host: str
    port: int
    redis_url: str
    public_url: str
    services: Mapping[str, str]
    trusted_proxies: str
    payment_origin: str


def read(shared: Settings) -> GatewaySettings:
    """Raises SettingMissing, naming the variable."""
    environment = shared.environment
    port = environment.integer("GATEWAY_PORT")
    return GatewaySettings(
        shared=shared,
        host=environment.text("GATEWAY_HOST", "127.0.0.1"),
        port=port,
        redis_url=environment.text("REDIS_URL"),
        public_url=environment.text("PUBLIC_URL", f"http://127.0.0.1:{port}"),
        services={service: shared.rpc_address(service) for service in SERVICES},
        trusted_proxies=environment.optional("TRUSTED_PROXIES") or "",
        payment_origin=_origin(environment.optional("PAYMENT_PROVIDER_URL") or ""),
    )


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""
