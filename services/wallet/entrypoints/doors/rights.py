"""What a holder may spend and use, as the till and the holder are told alike."""

from __future__ import annotations

from atouts.wallet.v1 import access_uses_pb2, debits_pb2

from services.wallet.application.spendable import Access, Spendable
from services.wallet.domain.spending import spent_whole


def spendable_message(found: Spendable) -> debits_pb2.Spendable:
    wallet, benefit = found.wallet, found.benefit
    return debits_pb2.Spendable(
        scheme=wallet.scheme,
        season=wallet.season,
        benefit=wallet.benefit,
        title=benefit.title,
        category=wallet.category,
        balance_cents=wallet.balance_cents,
        kind=benefit.kind,
        unit_cents=benefit.unit.cents if benefit.unit else 0,
        holder_unit_cents=benefit.unit.holder_cents if benefit.unit else 0,
        uses_left=wallet.uses_left,
        whole_amount_only=spent_whole(benefit),
        asks_code=found.asks_code,
        top_up_cents=found.top_up_cents,
        top_up_sentence=found.top_up_sentence,
    )


def access_message(found: Access) -> access_uses_pb2.Access:
    benefit, limit = found.benefit, found.benefit.limit
    return access_uses_pb2.Access(
        scheme=found.rulebook.scheme,
        season=found.rulebook.season,
        benefit=benefit.id,
        title=benefit.title,
        category=benefit.category,
        limit=limit.count if limit else None,
        limit_per=limit.per if limit else "",
        uses_left=found.uses_left,
        asks_code=found.asks_code,
        use_until=benefit.spend_window.closes_on.isoformat(),
    )
