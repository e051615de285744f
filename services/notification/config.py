"""The settings of this service alone, read once."""

from __future__ import annotations

from datetime import timedelta

from chassis import keys
from chassis.config import Settings
from rulebooks import Catalogue
from services.notification.adapters.smtp import SmtpAddress
from services.notification.application.linking import Secrets


def smtp_address(settings: Settings) -> SmtpAddress:
    """SMTP_URL, without a default. Raises SettingMissing."""
    return SmtpAddress.of(settings.environment.text("SMTP_URL"))


def public_url(settings: Settings) -> str:
    """Where the platform answers; a mail's links lead there, under the authority's own host name."""
    return settings.environment.text("PUBLIC_URL")


def redis_url(settings: Settings) -> str:
    return settings.environment.text("REDIS_URL")


def mail_lease(settings: Settings) -> timedelta:
    """How long a sender may hold a mail before another takes it (MAIL_LEASE_S, machine time)."""
    return timedelta(seconds=settings.environment.integer("MAIL_LEASE_S", 30))


def subscriber_secrets(settings: Settings, catalogue: Catalogue) -> Secrets:
    """Each subscriber's 32 bytes, from KEYS_DIR. Raises SettingMissing, at start."""
    folder = keys.folder(settings.keys_dir)
    return {
        (authority.id, subscriber.id): folder.secret(f"subscribers/{authority.id}.{subscriber.id}")
        for authority in catalogue.authorities()
        for subscriber in authority.subscribers
    }
