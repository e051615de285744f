"""From the service's key to each account's own: what was sealed before accounts had keys, page by page.

Rows are written with what they held; versions and facts stay, and nobody is told.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from chassis.context import CallContext
from chassis.work import Work
from services.identity.bootstrap import Parts
from services.identity.entrypoints.transactions import in_transaction
from services.identity.store import erasure_views, sealed_columns


def reseal(parts: Parts) -> int:
    """How many accounts had something under the service's key."""
    resealed = 0
    for authority_id, account_id in _accounts(parts):
        context = CallContext(authority_id, parts.platform.service)
        act = partial(sealed_columns.reseal, keys=parts.own_keys, account_id=account_id)
        resealed += in_transaction(parts.platform, context, act)
    return resealed


def keyless(parts: Parts) -> int:
    """How many accounts nobody erased and no key opens."""
    return sum(
        in_transaction(
            parts.platform,
            CallContext(authority.id, parts.platform.service),
            lambda work: sealed_columns.count_keyless(work, parts.own_keys),
        )
        for authority in parts.catalogue.authorities()
    )


def _accounts(parts: Parts) -> Iterator[tuple[str, str]]:
    for authority in parts.catalogue.authorities():
        after: str | None = ""
        while after is not None:
            page, after = _page(parts, authority.id, after)
            yield from ((authority.id, account_id) for account_id in page)


def _page(parts: Parts, authority_id: str, after: str) -> tuple[list[str], str | None]:
    def act(work: Work) -> tuple[list[str], str | None]:
        return erasure_views.account_ids(work, after)

    return in_transaction(parts.platform, CallContext(authority_id, parts.platform.service), act)
