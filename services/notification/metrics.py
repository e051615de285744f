"""What notification counts of its own."""

from __future__ import annotations

from prometheus_client import Counter, Gauge

MAILS = Counter("atouts_mails_total", "Mails dealt with, by template and outcome", ["template", "outcome"])
MAILS_WAITING = Gauge("atouts_mails_waiting", "Mails that wait for a sender, or for their next attempt")
LIVE_NOTICES = Counter("atouts_live_notices_total", "Notices to open pages, by outcome", ["outcome"])
OUTWARD_EVENTS = Counter(
    "atouts_outward_events_total", "Membership events for other authorities", ["subscriber", "outcome"]
)
