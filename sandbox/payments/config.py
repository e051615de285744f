"""The sandbox's settings, read once. It refuses to run in production."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from chassis import keys
from chassis.config import SettingMissing, Settings
from rulebooks import Catalogue


@dataclass(frozen=True, slots=True)
class SandboxSettings:
    """`merchants` gives each merchant's (authority's) own host name: its webhooks are sent there."""

    shared: Settings
    host: str
    port: int
    public_url: str
    data_dir: Path
    webhook_key: bytes
    merchants: Mapping[str, str]


def read(shared: Settings) -> SandboxSettings:
    """Raises SettingMissing, naming the variable."""
    if not shared.mode.clock_may_move:
        raise SettingMissing("ATOUTS_MODE is production: set PAYMENT_PROVIDER_URL to a real provider instead")
    environment = shared.environment
    port = environment.integer("PAYMENT_PORT")
    return SandboxSettings(
        shared=shared,
        host=environment.text("PAYMENT_HOST", "127.0.0.1"),
        port=port,
        public_url=environment.text("PAYMENT_PROVIDER_URL", f"http://127.0.0.1:{port}").rstrip("/"),
        data_dir=Path(environment.text("SANDBOX_DATA_DIR")),
        webhook_key=keys.folder(shared.keys_dir).secret("payment_webhook"),
        merchants={authority.id: authority.host for authority in Catalogue.load().authorities()},
    )
