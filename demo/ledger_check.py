"""Recomputes the season's money from independent readings and lists every cent that does not agree.

Nothing here asks the platform: the budget page is held against wallets and partners' pages, these against the
statements, the statements against the transfer files, and all of it against the demo's own list.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from demo.readings import BudgetLine, PartnerPage, Readings, WalletPage
from demo.record import Record

_Sums = tuple[Counter[BudgetLine], Counter[BudgetLine], Counter[BudgetLine]]


@dataclass(frozen=True)
class Identity:
    """Two amounts in cents, from two places, that must be the same."""

    name: str
    left: int
    right: int

    @property
    def difference(self) -> int:
        return abs(self.left - self.right)

    @property
    def holds(self) -> bool:
        return self.difference == 0


def identities(read: Readings, record: Record) -> list[Identity]:
    """Everything that must agree, benefit by benefit, partner by partner, file by file."""
    return [
        *_of_benefits(read),
        *_of_wallets(read.wallets),
        *_of_partners(read),
        *_of_runs(read),
        *_of_statements(read),
        *_of_the_record(read.partners, record),
        *_of_vouchers(read.wallets, record),
        *_of_fees(read, record),
        *_of_the_whole(read),
    ]


def difference_cents(checked: Iterable[Identity]) -> int:
    """The sum of what does not agree, in cents; 0 when all does."""
    return sum(identity.difference for identity in checked)


def _of_benefits(read: Readings) -> Iterator[Identity]:
    credited, left, expired = _by_benefit(read.wallets)
    net = Counter[BudgetLine]()
    for partner in read.partners:
        for debit in partner.debits:
            net[debit.line] += 0 if debit.cancelled else debit.cents
    for line in read.envelopes:
        name, key = f"{line.scheme}, {line.benefit}", line.line
        yield Identity(f"{name}: budget page credited, wallets credited", line.credited, credited[key])
        yield Identity(f"{name}: budget page left, wallets' balances", line.left, left[key])
        yield Identity(f"{name}: budget page expired, wallets' movements", line.expired, expired[key])
        yield Identity(f"{name}: budget page debited, partners' pages", line.debited, net[key])
        spread = line.unallocated + left[key] + expired[key] + net[key]
        yield Identity(f"{name}: envelope, all that became of it", line.voted, spread)


def _by_benefit(wallets: Iterable[WalletPage]) -> _Sums:
    credited, left, expired = Counter[BudgetLine](), Counter[BudgetLine](), Counter[BudgetLine]()
    for wallet in wallets:
        credited[wallet.line] += wallet.credited
        left[wallet.line] += wallet.balance + wallet.reserved
        expired[wallet.line] -= wallet.movements.get("expire", 0)
    return credited, left, expired


def _of_wallets(wallets: Iterable[WalletPage]) -> Iterator[Identity]:
    for number, wallet in enumerate(wallets):
        moved = sum(wallet.movements.values())
        yield Identity(f"wallet {number} ({', '.join(wallet.line)}): balance, movements", wallet.balance, moved)
        held = -wallet.movements.get("hold", 0) - wallet.movements.get("release", 0)
        after = wallet.captured + wallet.reserved
        yield Identity(f"wallet {number} ({', '.join(wallet.line)}): held by vouchers, captured and open", held, after)


def _of_partners(read: Readings) -> Iterator[Identity]:
    stated = Counter[str]()
    for statement in read.statements:
        stated[statement.partner] += statement.total
    for partner in read.partners:
        yield Identity(f"{partner.slug}: debits page, paid and owed", partner.net, partner.paid + partner.owed)
        yield Identity(f"{partner.slug}: account page paid, statements", partner.paid, stated[partner.slug])


def _of_runs(read: Readings) -> Iterator[Identity]:
    stated = Counter[str]()
    for statement in read.statements:
        stated[statement.run] += statement.total
    for file in read.sepa_files:
        yield Identity(f"{file.path.name}: control sum, transfers", file.control_sum, sum(file.transfers))
        yield Identity(f"{file.path.name}: control sum, statements", file.control_sum, stated.pop(file.run, 0))
    for run, cents in stated.items():
        yield Identity(f"{run}: statements without a transfer file", cents, 0)


def _of_statements(read: Readings) -> Iterator[Identity]:
    seen: Counter[str] = Counter()
    for statement in read.statements:
        lines = sum(cents for _, cents in statement.lines)
        yield Identity(f"{statement.path.name}: total, lines", statement.total, lines)
        seen.update(reference for reference, _ in statement.lines)
    paid_twice = {reference for reference, times in seen.items() if times > 1}
    for statement in read.statements:
        again = sum(abs(cents) for reference, cents in statement.lines if reference in paid_twice)
        yield Identity(f"{statement.path.name}: movements that are in another statement too", again, 0)


def _of_the_record(partners: Iterable[PartnerPage], record: Record) -> Iterator[Identity]:
    """Debits that the demo saw acknowledged, each once, and no other."""
    shown: Mapping[str, int] = {debit.debit_id: debit.cents for page in partners for debit in page.debits}
    own = {purchase.debit_id: purchase.amount_cents for purchase in record.purchases.values()}
    lost = sum(cents for debit_id, cents in own.items() if debit_id not in shown)
    yield Identity("acknowledged debits that no partner's page shows", lost, 0)
    unknown = sum(cents for debit_id, cents in shown.items() if debit_id not in own)
    yield Identity("debits on partners' pages that nobody made", unknown, 0)
    cancelled = sum(page.cancelled for page in partners)
    yield Identity("cancelled: partners' pages, the demo's own list", cancelled, record.cancelled_cents)


def _of_vouchers(wallets: Iterable[WalletPage], record: Record) -> Iterator[Identity]:
    captured = sum(wallet.captured for wallet in wallets)
    yield Identity("taken of vouchers: wallets' movements, the demo's own list", captured, record.captured_cents)


def _of_fees(read: Readings, record: Record) -> Iterator[Identity]:
    yield Identity("fees: memberships' list, the demo's own list", sum(read.fees), record.fees_cents)


def _of_the_whole(read: Readings) -> Iterator[Identity]:
    """The two sums that the season is judged by."""
    net = sum(partner.net for partner in read.partners)
    paid = sum(file.control_sum for file in read.sepa_files)
    owed = sum(partner.owed for partner in read.partners)
    yield Identity("debited less cancelled, transfer files and owed", net, paid + owed)
    voted = sum(line.voted for line in read.envelopes)
    unallocated = sum(line.unallocated for line in read.envelopes)
    left = sum(wallet.balance + wallet.reserved for wallet in read.wallets)
    expired = -sum(wallet.movements.get("expire", 0) for wallet in read.wallets)
    yield Identity("envelopes, all that became of them", voted, unallocated + left + expired + net)
