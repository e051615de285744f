"""The sandbox's settings, read once. It refuses to run in production."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from chassis.config import SettingMissing, Settings


@dataclass(frozen=True, slots=True)
class MailSettings:
    """`smtp_port` takes mails, `page_port` shows them; `folder` keeps one .eml file a mail."""

    shared: Settings
    host: str
    smtp_port: int
    page_port: int
    folder: Path


def read(shared: Settings) -> MailSettings:
    """Raises SettingMissing, naming the variable."""
    if not shared.mode.clock_may_move:
        raise SettingMissing("ATOUTS_MODE is production: set SMTP_URL to a real mail server instead")
    environment = shared.environment
    return MailSettings(
        shared=shared,
        host=environment.text("MAIL_HOST", "127.0.0.1"),
        smtp_port=environment.integer("MAIL_PORT"),
        page_port=environment.integer("MAIL_PAGE_PORT"),
        folder=Path(environment.text("SANDBOX_DATA_DIR")) / "mail",
    )
