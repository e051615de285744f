"""Sending what waits: claimed under a lease, written, handed to the server, marked, one mail after the other.

A sender that is killed between the server's acceptance and the mark leaves one mail of which nobody knows: it is
sent again, under the same Message-ID. Every other mail is either marked, or was never spoken of to the server.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby

from chassis import context as call_context
from chassis import logs
from chassis.clock import machine_now
from chassis.context import CallContext
from chassis.errors import Operational
from chassis.grpc_server import Platform
from rulebooks import Catalogue
from services.notification import metrics
from services.notification.adapters.mail_texts import ValueMissing
from services.notification.adapters.smtp import MailRefused
from services.notification.application.composing import Known, Owners, ask, recipient_of, values_of
from services.notification.application.ports import MailServer, MailTexts
from services.notification.application.retention import schedule_forgetting
from services.notification.domain.deliveries import Delivery, DeliveryState, wait_after
from services.notification.domain.mail import Mail
from services.notification.store import deliveries
from services.notification.store.deliveries import Lease

_AT_ONCE = 50
_log = logs.get(__name__)


@dataclass(frozen=True, slots=True)
class Means:
    """What the sender stands on."""

    platform: Platform
    catalogue: Catalogue
    owners: Owners
    texts: MailTexts
    server: MailServer
    lease: timedelta


def send_due(means: Means, stops: Callable[[], bool] = lambda: False) -> int:
    """Send what is due, a batch at most; how many were dealt with. Raises Operational when something is away."""
    lease = Lease(str(uuid.uuid4()), means.lease)
    with means.platform.database.transaction() as session:
        batch = deliveries.claim(session, lease, _AT_ONCE)
    try:
        by_authority = sorted(batch, key=lambda each: each.authority_id)
        for authority_id, group in groupby(by_authority, key=lambda each: each.authority_id):
            _send_group(means, lease, authority_id, list(group), stops)
    finally:
        with means.platform.database.transaction() as session:
            deliveries.give_back(session, lease)
    return len(batch)


def _send_group(
    means: Means, lease: Lease, authority_id: str, batch: Sequence[Delivery], stops: Callable[[], bool]
) -> None:
    call_context.current.set(CallContext(authority_id, means.platform.service))
    known = ask(means.owners, batch)
    for delivery in batch:
        if stops():
            return
        _deal_with(means, lease, delivery, known)


def _deal_with(means: Means, lease: Lease, delivery: Delivery, known: Known) -> None:
    if not recipient_of(delivery, known):
        is_known = delivery.account_id in known.contacts
        return _settle(means, lease, delivery, DeliveryState.ABANDONED, "link_over" if is_known else "no_address")
    mail = _written(means, lease, delivery, known)
    if mail is None:
        return None
    with means.platform.database.transaction() as session:
        if not deliveries.begin_attempt(session, delivery, lease):
            return None  # the lease ran out: another sender has it
    try:
        means.server.send(mail)
    except MailRefused as refusal:
        return _refused(means, lease, delivery, refusal)
    except Operational:
        _postpone(means, lease, delivery, "server_away")
        raise
    _settle(means, lease, delivery, DeliveryState.SENT)


def _written(means: Means, lease: Lease, delivery: Delivery, known: Known) -> Mail | None:
    """The mail; None when it cannot be written: it is parked with the reason, and the rest goes on."""
    try:
        return _write(means, delivery, known)
    except Exception as error:  # noqa: BLE001 - whatever one mail meets, the others are sent
        reason = f"value_missing: {error}" if isinstance(error, ValueMissing) else f"bug: {type(error).__name__}"
        bug = None if isinstance(error, ValueMissing) else error
        _log.error("mail not written", delivery_id=delivery.delivery_id, reason=reason, exc_info=bug)
        _settle(means, lease, delivery, DeliveryState.FAILED, reason)
        return None


def _write(means: Means, delivery: Delivery, known: Known) -> Mail:
    """Raises ValueMissing."""
    authority = means.catalogue.authority(delivery.authority_id)
    says = means.texts.write(delivery.template, authority, values_of(delivery, known, means.catalogue))
    return Mail(
        message_id=delivery.message_id(authority.host),
        written_at=delivery.recorded_at,
        sender_name=authority.mail.name,
        sender_address=authority.mail.address,
        recipient=recipient_of(delivery, known),
        says=says,
    )


def _refused(means: Means, lease: Lease, delivery: Delivery, refusal: MailRefused) -> None:
    if refusal.for_good or delivery.gives_up(machine_now()):
        _settle(means, lease, delivery, DeliveryState.ABANDONED, f"smtp_{refusal.code}")
    else:
        _postpone(means, lease, delivery, f"smtp_{refusal.code}")


def _postpone(means: Means, lease: Lease, delivery: Delivery, reason: str) -> None:
    until = machine_now() + wait_after(delivery.attempts + 1)
    with means.platform.database.transaction() as session:
        deliveries.postpone(session, delivery, lease, until, reason)
    metrics.MAILS.labels(delivery.template, "postponed").inc()


def _settle(means: Means, lease: Lease, delivery: Delivery, state: DeliveryState, reason: str = "") -> None:
    platform = means.platform
    context = CallContext(delivery.authority_id, platform.service)
    with platform.database.transaction() as session:
        work = platform.work(session, context)
        deliveries.settle(work, delivery, lease, state, reason)
        schedule_forgetting(work)
    metrics.MAILS.labels(delivery.template, state).inc()
