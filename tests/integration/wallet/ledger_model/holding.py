"""What must be so: after each step, and of everything at the end of a sequence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from services.wallet.entrypoints.ctl import verify
from tests.integration.wallet.ledger_model.rights import ACCESSES
from tests.integration.wallet.ledger_model.world import World, same, same_rows
from tests.integration.wallet.stage import AUTHORITY_ID

_Row = tuple[str, str, str, int | None, int | None]
# All that a step may have moved, in one look.
_EVERYTHING = sa.text(
    """
    SELECT 'wallet' AS what, person_id::text AS who, benefit AS which, balance_cents AS first, uses_left AS second
    FROM wallets
    UNION ALL SELECT 'envelope', benefit, '', voted_cents, unallocated_cents FROM envelopes
    UNION ALL SELECT 'expired', benefit, '', expired_cents, NULL FROM envelopes WHERE expired_cents > 0
    UNION ALL SELECT 'voucher', voucher_id::text, state, amount_cents, uses FROM vouchers
    UNION ALL SELECT 'line', membership_id::text, benefit, amount_cents, NULL FROM due_credits
    UNION ALL SELECT 'added', w.person_id::text, w.benefit, t.added_cents, NULL
              FROM wallet_top_ups t JOIN wallets w USING (authority_id, wallet_id) WHERE t.added_cents > 0
    UNION ALL SELECT 'membership', person_id::text, scheme || ' ' || state, NULL, NULL FROM memberships
    UNION ALL SELECT 'kind', account_kind, '', sum(amount_cents)::bigint, NULL FROM entries GROUP BY account_kind
    UNION ALL SELECT 'partner', account_id::text, '', sum(amount_cents)::bigint, NULL FROM entries
              WHERE account_kind = 'partner' GROUP BY account_id
    """
)


def hold_money(world: World) -> None:
    """Every balance, envelope, voucher, place in a line, membership and sum is the model's, to the cent."""
    with world.stage.parts.platform.database.transaction() as session:
        found = [tuple(row) for row in session.execute(_EVERYTHING)]
    some = [row for row in found if row[0] not in ("kind", "partner") or row[3]]  # a sum of nothing is no row
    same_rows(some, _expected(world), "what there is")


def _expected(world: World) -> Iterator[_Row]:
    books, ids = world.model.books, {name: person.account_id for name, person in world.members.items()}
    for (member, benefit), purse in books.purses.items():
        yield "wallet", ids[member], benefit, purse.cents, purse.uses
        if purse.added:
            yield "added", ids[member], benefit, purse.added, None
    for benefit, cents in books.voted.items():
        yield "envelope", benefit, "", cents, books.free[benefit]
        if books.expired[benefit]:
            yield "expired", benefit, "", books.expired[benefit], None
    yield from (("envelope", benefit, "", 0, 0) for benefit in ACCESSES)
    for benefit, line in books.line.items():
        yield from (("line", place.membership_id, benefit, place.cents, None) for place in line)
    for voucher_id, voucher in books.vouchers.items():
        yield "voucher", voucher_id, voucher.state, voucher.cents, voucher.uses
    for (member, scheme), membership in books.memberships.items():
        yield "membership", ids[member], f"{scheme} {membership.state}", None, None
    for kind, cents in world.model.by_kind().items():
        yield from (("kind", kind, "", cents, None),) if cents else ()
    for partner, cents in world.model.paid().items():
        yield from (("partner", str(world.partners[partner]), "", cents, None),) if cents else ()


def hold_everything(world: World) -> None:
    """The money; cards, orders, secret codes, uses and what staff decided; and the ledger proves itself."""
    hold_money(world)
    names = {person.account_id: name for name, person in world.members.items()}
    cards = world.model.cards
    same_rows(
        [(_name(names, row.person_id), row.form, row.state) for row in world.stage.rows("cards")],
        [(card.member, card.form, card.state) for card in cards.held],
        "cards",
    )
    same_rows(
        [(_name(names, row.person_id), row.state) for row in world.stage.rows("card_orders")],
        [(order.member, order.state) for order in cards.orders],
        "card orders",
    )
    same(
        {_name(names, row.person_id): row.wrong_in_a_row for row in world.stage.rows("secret_codes")},
        {member: cards.wrong_secrets[member] for member in cards.secret},
        "wrong secret codes in a row",
    )
    _hold_decided(world, names)
    _hold_proof(world)


def _hold_decided(world: World, names: dict[str, str]) -> None:
    """Uses, corrections, clawbacks and suspensions."""
    model, rows = world.model, world.stage.rows
    same_rows(
        [(_name(names, row.person_id), row.benefit, row.cancelled_at is not None) for row in rows("access_uses")],
        [(use.member, use.benefit, use.cancelled) for use in model.till.uses.values()],
        "uses",
    )
    same(
        {str(row.correction_id): row.state for row in rows("corrections")},
        {correction_id: correction.state for correction_id, correction in model.staff.corrections.items()},
        "corrections",
    )
    same(
        Counter((str(row.debit_id), row.amount_cents) for row in rows("clawbacks")),
        Counter((debit_id, cents) for debit_id, _, cents in model.staff.clawbacks.values()),
        "clawbacks",
    )
    same(
        {str(row.suspension_id): row.lifted_at is not None for row in rows("suspensions")},
        {suspension_id: bar.lifted for suspension_id, bar in model.books.bars.items()},
        "suspensions",
    )


def _name(names: dict[str, str], person_id: Any) -> str:
    """Empty for a card that nobody holds."""
    return names.get(str(person_id), "")


def _hold_proof(world: World) -> None:
    done = verify(world.stage.parts, AUTHORITY_ID)
    same([finding for finding in done.findings if not finding.held], [], "verify")
    debits = world.model.books.debits.values()
    kinds = world.model.by_kind()
    expected = {
        "ledger_difference_cents": 0,
        "reserved_cents": kinds["hold"],
        "expired_cents": kinds["expired"],
        "envelopes_cents": -kinds["authority"],
        "clawed_back_cents": sum(debit.clawed for debit in debits),
        "cancelled_cents": sum(debit.cents for debit in debits if debit.cancelled),
    }
    same({name: done.figures[name] for name in expected}, expected, "figures")
