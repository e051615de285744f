"""What each event and each due job does here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from chassis import grants, logs
from chassis.events import Event, type_of
from chassis.jobs import Job, JobHandler, Played
from chassis.work import Work
from rulebooks import Catalogue
from services.notification.application import retention
from services.notification.application.linking import keep_membership
from services.notification.application.ports import LiveChannel, Partners
from services.notification.application.telling import tell_by_mail, tell_of_credit, tell_open_pages
from services.notification.bootstrap import WorkerParts
from services.notification.domain.deliveries import Template
from services.notification.domain.memberships import Membership, MembershipState

if TYPE_CHECKING:  # chassis.worker imports eventlet: only the worker's process may
    from chassis.worker import EventHandler

_log = logs.get(__name__)
Handle = Callable[[Work, Event, Any], None]
Fetch = Callable[[Event], Any]


_OF_PURPOSE = {
    "confirm": Template.CONFIRM_ADDRESS,
    "recover": Template.RECOVER_ACCOUNT,
    "change": Template.CHANGE_ADDRESS,
    "undo": Template.ADDRESS_CHANGED,
    "invite": Template.STAFF_INVITED,
}


def event_handlers(parts: WorkerParts) -> dict[str, EventHandler]:
    """One handler for each event type that notification subscribes to."""
    from chassis.worker import EventHandler

    return {event_type: EventHandler(handle, fetch) for event_type, (handle, fetch) in event_reactions(parts).items()}


def event_reactions(parts: WorkerParts) -> Mapping[str, tuple[Handle, Fetch | None]]:
    """The same, free of any worker: handle in the transaction, fetch before it."""
    wallet = _WalletEvents(parts.live)
    activated = _on_membership(parts.catalogue, MembershipState.ACTIVE)
    ended = _on_membership(parts.catalogue, MembershipState.ENDED)
    return {
        type_of("identity", "grant_changed"): (_on_grant_changed, None),
        type_of("identity", "account_opened"): (_on_account_opened, None),
        type_of("identity", "mail_link_issued"): (_on_mail_link_issued, None),
        type_of("identity", "credentials_changed"): (_on_credentials_changed, None),
        type_of("identity", "guardian_asked"): (_on_guardian_asked, None),
        type_of("identity", "guardian_answered"): (_on_guardian_answered, None),
        type_of("identity", "card_checked"): (_on_card_checked, None),
        type_of("wallet", "wallet_credited"): (wallet.on_credited, None),
        type_of("wallet", "debit_recorded"): (wallet.on_debit_recorded, None),
        type_of("wallet", "debit_cancelled"): (wallet.on_debit_cancelled, None),
        type_of("wallet", "wallet_moved"): (wallet.on_moved, None),
        type_of("wallet", "access_used"): (wallet.on_use, None),
        type_of("wallet", "access_use_cancelled"): (wallet.on_use_cancelled, None),
        type_of("wallet", "membership_activated"): (activated, None),
        type_of("wallet", "membership_ended"): (ended, None),
        type_of("bonplan", "place_won"): (_on_place_won(parts.live), None),
        type_of("payout", "remittance_issued"): (_on_remittance_issued, _fetch_partner_accounts(parts.partners)),
    }


def job_handlers(_parts: WorkerParts) -> dict[str, JobHandler]:
    return {retention.KIND: JobHandler(_forget)}


def _forget(work: Work, job: Job, _: Any) -> Played:
    forgotten = retention.forget(work, job.due_at, int(job.payload.get("kept_days", retention.KEPT_DAYS)))
    _log.info("mails forgotten", count=forgotten)
    return Played.DONE


def _on_grant_changed(work: Work, event: Event, _: Any) -> None:
    data = event.data
    account_id, scope, roles = data["account_id"], data["scope"], data["roles"]
    grants.keep(work.session, work.tables, work.authority_id, account_id, scope, roles, event.version)


def _on_account_opened(work: Work, event: Event, _: Any) -> None:
    facts = {name: event.data[name] for name in ("kind", "link_id") if name in event.data}
    tell_by_mail(work, event.event_id, event.data["account_id"], Template.ACCOUNT_OPENED, facts)


def _on_mail_link_issued(work: Work, event: Event, _: Any) -> None:
    template = _OF_PURPOSE[event.data["purpose"]]
    tell_by_mail(work, event.event_id, event.data["account_id"], template, {"link_id": event.data["link_id"]})


def _on_credentials_changed(work: Work, event: Event, _: Any) -> None:
    facts = {"change": event.data["change"]}
    tell_by_mail(work, event.event_id, event.data["account_id"], Template.CREDENTIALS_CHANGED, facts)


def _on_guardian_asked(work: Work, event: Event, _: Any) -> None:
    """The request's id is its link's."""
    data = event.data
    facts = {"link_id": data["request_id"], "scheme": data["scheme"], "season": data["season"]}
    tell_by_mail(work, event.event_id, data["person_id"], Template.GUARDIAN_ASKED, facts)


def _on_guardian_answered(work: Work, event: Event, _: Any) -> None:
    facts = {name: event.data[name] for name in ("outcome", "scheme", "season")}
    tell_by_mail(work, event.event_id, event.data["person_id"], Template.GUARDIAN_ANSWERED, facts)


def _on_card_checked(work: Work, event: Event, _: Any) -> None:
    accepted = event.data["verdict"] == "accepted"
    template = Template.CARD_ACCEPTED if accepted else Template.CARD_REFUSED
    facts = {} if accepted else {"reasons": event.data["reasons"]}
    tell_by_mail(work, event.event_id, event.data["person_id"], template, facts)


class _WalletEvents:
    """Money that moved: a mail where it came in or went out, and a notice to open pages each time."""

    def __init__(self, live: LiveChannel) -> None:
        self._live = live

    def on_credited(self, work: Work, event: Event, _: Any) -> None:
        tell_of_credit(work, event.event_id, event.data)
        tell_open_pages(work, self._live, event.data["person_id"], "wallet_credited", event.data["wallet_id"])

    def on_debit_recorded(self, work: Work, event: Event, _: Any) -> None:
        data = event.data
        person_id = data.get("person_id")
        if person_id is None:  # a debit of before its event told whose it is
            return
        told = ("scheme", "season", "benefit", "partner_id", "amount_cents", "business_day")
        facts = {name: data[name] for name in told}
        tell_by_mail(work, event.event_id, person_id, Template.PAYMENT_MADE, facts)
        tell_open_pages(work, self._live, person_id, "debit_recorded", data["debit_id"])

    def on_debit_cancelled(self, work: Work, event: Event, _: Any) -> None:
        person_id = event.data.get("person_id")
        if person_id is not None:
            tell_open_pages(work, self._live, person_id, "debit_cancelled", event.data["debit_id"])

    def on_moved(self, work: Work, event: Event, _: Any) -> None:
        """No mail: a season's end would send one to everybody."""
        tell_open_pages(work, self._live, event.data["person_id"], "wallet_moved", event.data["wallet_id"])

    def on_use(self, work: Work, event: Event, _: Any) -> None:
        tell_open_pages(work, self._live, event.data["person_id"], "access_used", event.data["use_id"])

    def on_use_cancelled(self, work: Work, event: Event, _: Any) -> None:
        tell_open_pages(work, self._live, event.data["person_id"], "access_use_cancelled", event.data["use_id"])


def _on_membership(catalogue: Catalogue, state: MembershipState) -> Handle:
    def handle(work: Work, event: Event, _: Any) -> None:
        data = event.data
        membership = Membership(
            data["membership_id"], data["person_id"], data["scheme"], data["season"], state, event.version
        )
        keep_membership(work, catalogue, membership)

    return handle


def _on_place_won(live: LiveChannel) -> Handle:
    def handle(work: Work, event: Event, _: Any) -> None:
        data = event.data
        tell_by_mail(work, event.event_id, data["person_id"], Template.PLACE_WON, {"offer_id": data["offer_id"]})
        tell_open_pages(work, live, data["person_id"], "place_won", data["registration_id"])

    return handle


def _fetch_partner_accounts(partners: Partners) -> Fetch:
    return lambda event: partners.accounts_of(event.data["partner_id"])


def _on_remittance_issued(work: Work, event: Event, account_ids: list[str]) -> None:
    facts = {"partner_id": event.data["partner_id"], "amount_cents": event.data["amount_cents"]}
    for account_id in account_ids:
        tell_by_mail(work, event.event_id, account_id, Template.PAYOUT_SENT, facts)
