"""What a partner took: payments, and uses of rights without cents; of one day, or one among the latest."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import TypeVar

from atouts.wallet.v1 import access_uses_pb2, debits_pb2

from chassis.clock import PARIS
from gateway.contracts import rpc
from gateway.problems import Problem
from gateway.web.visit import Visit
from rulebooks.errors import RulebookError

Payment = debits_pb2.PartnerDebit
Use = access_uses_pb2.AccessUse
_One = TypeVar("_One", Payment, Use)
_MOST_PAGES = 200  # of 100: more than any till takes in a day


async def payments_of(visit: Visit, day: str) -> list[Payment]:
    """Of that day (YYYY-MM-DD, in Paris), latest first."""
    return [one async for one in _listed(lambda token: _payments(visit, token, day))]


async def uses_of(visit: Visit, day: str) -> list[Use]:
    """Of that day (YYYY-MM-DD, in Paris), latest first."""
    return [one async for one in _listed(lambda token: _uses(visit, token, day))]


async def payment_of(visit: Visit) -> Payment:
    """The one in the path, among the latest: only those of the last days can be taken back. Raises Problem 404."""
    async for one in _listed(lambda token: _payments(visit, token)):
        if one.debit_id == visit.id("debit_id"):
            return one
    raise Problem(
        404,
        "unknown_debit",
        "Ce paiement n'existe pas chez ce partenaire : retrouvez-le dans les encaissements du jour.",
        "This partner has no such payment: see the payments of the day.",
    )


async def use_of(visit: Visit) -> Use:
    """The one in the path, among the latest. Raises Problem 404."""
    async for one in _listed(lambda token: _uses(visit, token)):
        if one.use_id == visit.id("use_id"):
            return one
    raise Problem(
        404,
        "unknown_use",
        "Ce passage n'existe pas chez ce partenaire : retrouvez-le dans les encaissements du jour.",
        "This partner has recorded no such use: see the payments of the day.",
    )


async def last_day(visit: Visit) -> str:
    """The day (YYYY-MM-DD, in Paris) of the latest payment or use; empty when nothing was ever taken."""
    payments, _ = await _payments(visit, "")
    uses, _ = await _uses(visit, "")
    latest: list[Payment | Use] = [*payments[:1], *uses[:1]]
    return max((one.occurred_at.ToDatetime(tzinfo=PARIS).date().isoformat() for one in latest), default="")


def title_of(visit: Visit, taken: Payment | Use) -> str:
    """The benefit's name in its rulebook."""
    try:
        return visit.setting.catalogue.get(visit.authority.id, taken.scheme, taken.season).benefit(taken.benefit).title
    except RulebookError:
        return str(taken.benefit)


def wants_holder(visit: Visit, taken: Payment | Use) -> bool:
    """By the rulebook of today; the wallet, which knows what was adopted, has the last word."""
    today = visit.setting.clock.now().astimezone(PARIS).date()
    try:
        rulebook = visit.setting.catalogue.in_force(visit.authority.id, taken.scheme, taken.season, today)
    except RulebookError:
        return False
    return rulebook.cancellation.holder_present


async def _listed(ask: Callable[[str], Awaitable[tuple[Sequence[_One], str]]]) -> AsyncIterator[_One]:
    """Page after page, as far as one reads."""
    token = ""
    for _ in range(_MOST_PAGES):
        listed, token = await ask(token)
        for one in listed:
            yield one
        if not token:
            return


async def _payments(visit: Visit, page_token: str, day: str = "") -> tuple[Sequence[Payment], str]:
    partner_id = visit.id("partner_id")
    request = debits_pb2.ListPartnerDebitsRequest(
        partner_id=partner_id, from_day=day, to_day=day, page_token=page_token
    )
    answer = await visit.ask(rpc("wallet", "ListPartnerDebits"), request)
    return answer.debits, answer.next_page_token


async def _uses(visit: Visit, page_token: str, day: str = "") -> tuple[Sequence[Use], str]:
    partner_id = visit.id("partner_id")
    request = access_uses_pb2.ListPartnerUsesRequest(
        partner_id=partner_id, from_day=day, to_day=day, page_token=page_token
    )
    answer = await visit.ask(rpc("wallet", "ListPartnerUses"), request)
    return answer.uses, answer.next_page_token
