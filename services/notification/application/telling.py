"""What a fact means for the person: a mail that waits to be sent, and a notice to their open pages."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from chassis.work import Work
from services.notification.application.ports import LiveChannel
from services.notification.domain.deliveries import NewDelivery, Template
from services.notification.store import deliveries


def tell_by_mail(
    work: Work, event_id: uuid.UUID, account_id: str, template: Template, facts: Mapping[str, Any], subject: str = ""
) -> None:
    """Have one mail sent to the account about this event."""
    deliveries.add(work, NewDelivery(event_id, account_id, template, subject, facts))


def tell_of_credit(work: Work, event_id: uuid.UUID, credit: Mapping[str, Any]) -> None:
    """One mail a membership for the credits that come together: this one joins the mail that still waits."""
    membership_id = credit["membership_id"]
    line = {"benefit": credit["benefit"], "amount_cents": credit["amount_cents"]}
    waiting = deliveries.gathering(work, Template.WALLET_CREDITED, membership_id)
    if waiting is not None:
        deliveries.set_facts(work, waiting, {**waiting.facts, "credits": [*waiting.facts["credits"], line]})
        return
    facts = {"scheme": credit["scheme"], "season": credit["season"], "credits": [line]}
    tell_by_mail(work, event_id, credit["person_id"], Template.WALLET_CREDITED, facts, membership_id)


def tell_open_pages(work: Work, channel: LiveChannel, account_id: str, fact: str, subject: str) -> None:
    """Say that something happened, once it is committed here; a page asks again with its own right."""
    authority_id = work.authority_id
    sa.event.listen(
        work.session,
        "after_commit",
        lambda _session: channel.tell(authority_id, account_id, fact, subject),
        once=True,
    )
