"""The reader at the end: figures as the platform's files and pages show them, each taken from its own place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from demo.client import Json
from demo.files import SepaFile, Statement, sepa_file, statement
from demo.stage import Partner, Stage, Young
from demo.story_values import Scheme

BudgetLine = tuple[str, str]
"""A scheme and its benefit: several schemes have one of the same name."""


@dataclass(frozen=True)
class Envelope:
    """A line of the budget page, in cents; `debited` has cancellations deducted."""

    scheme: str
    benefit: str
    voted: int
    unallocated: int
    credited: int
    left: int
    debited: int
    expired: int

    @property
    def line(self) -> BudgetLine:
        return self.scheme, self.benefit


@dataclass(frozen=True)
class PartnerDebit:
    """A line of a partner's page."""

    debit_id: str
    line: BudgetLine
    cents: int
    cancelled: bool


@dataclass(frozen=True)
class PartnerPage:
    """A partner's debits, and its account, in cents; `owed` includes what is held."""

    slug: str
    name: str
    debits: tuple[PartnerDebit, ...]
    owed: int
    held: int
    paid: int

    @property
    def debited(self) -> int:
        return sum(debit.cents for debit in self.debits)

    @property
    def cancelled(self) -> int:
        return sum(debit.cents for debit in self.debits if debit.cancelled)

    @property
    def net(self) -> int:
        return self.debited - self.cancelled


@dataclass(frozen=True)
class WalletPage:
    """A wallet as its holder sees it; `movements` are signed cents by kind, `captured` what partners took of
    its vouchers.
    """

    line: BudgetLine
    credited: int
    balance: int
    movements: Mapping[str, int]
    reserved: int = 0
    captured: int = 0


@dataclass(frozen=True)
class Readings:
    """All that was read. `fees` are the cents cashed for each membership: 0 for one that was given."""

    envelopes: tuple[Envelope, ...]
    partners: tuple[PartnerPage, ...]
    wallets: tuple[WalletPage, ...]
    statements: tuple[Statement, ...]
    sepa_files: tuple[SepaFile, ...]
    fees: tuple[int, ...]
    enrolments_validated: int
    pdf_statements: tuple[Path, ...] = ()


def read(stage: Stage) -> Readings:
    """Visit every page and open every file."""
    everyone = [young for each in stage.everywhere for young in each.everyone]
    partners = [partner for each in stage.everywhere for partner in each.partners.values()]
    wallets = stage.together(_wallets, everyone)
    return Readings(
        envelopes=tuple(
            envelope
            for each in stage.everywhere
            for scheme in each.story.schemes
            for envelope in _envelopes(each, scheme)
        ),
        partners=tuple(stage.together(_partner, partners)),
        wallets=tuple(wallet for theirs in wallets for wallet in theirs),
        statements=tuple(map(statement, _files(stage.folder / "statements", "csv"))),
        sepa_files=tuple(map(sepa_file, _files(stage.folder / "sepa", "xml"))),
        fees=tuple(_fees(stage)),
        enrolments_validated=_validated(stage),
        pdf_statements=tuple(_files(stage.folder / "statements", "pdf")),
    )


def _files(folder: Path, kind: str) -> list[Path]:
    return sorted(folder.glob(f"*.{kind}"))


def _envelopes(stage: Stage, scheme: Scheme) -> list[Envelope]:
    page = stage.staff.administrator.get("/v1/staff/budgets", scheme=scheme.id, season=scheme.season)
    return [
        Envelope(
            scheme.id, line["benefit"], int(line["voted_cents"]), int(line["unallocated_cents"]),
            int(line["credited_cents"]), int(line["left_cents"]), int(line["debited_cents"]),
            int(line["expired_cents"]),
        )
        for line in page["envelopes"]
    ]  # fmt: skip


def _partner(partner: Partner) -> PartnerPage:
    account = partner.owner.get(f"{partner.path}/account")
    debits = [
        PartnerDebit(
            line["debit_id"], (line["scheme"], line["benefit"]), int(line["amount_cents"]), bool(line["cancelled"])
        )
        for line in partner.owner.pages(f"{partner.path}/debits", "debits")
    ]
    return PartnerPage(
        partner.organisation.slug, partner.name, tuple(debits),
        int(account["owed_cents"]), int(account["held_cents"]), int(account["paid_cents"]),
    )  # fmt: skip


def _wallets(young: Young) -> list[WalletPage]:
    return [_wallet(young, each) for each in young.member.get("/v1/wallets").get("wallets", [])]


def _wallet(young: Young, shown: Json) -> WalletPage:
    movements: Counter[str] = Counter()
    captured = 0
    for movement in young.member.pages(f"/v1/wallets/{shown['wallet_id']}/movements", "movements"):
        movements[movement["kind"]] += int(movement["amount_cents"])
        captured += int(movement.get("captured_cents", 0))
    return WalletPage(
        (shown["scheme"], shown["benefit"]), int(shown["credited_cents"]), int(shown["balance_cents"]), movements,
        reserved=int(shown.get("reserved_cents", 0)), captured=captured,
    )  # fmt: skip


def _fees(stage: Stage) -> list[int]:
    scheme = stage.story.with_fee
    cashed, waived = (
        list(
            stage.staff.payer.pages(
                "/v1/staff/memberships", "memberships", scheme=scheme.id, season=scheme.season, fee_state=state
            )
        )
        for state in ("cashed", "waived")
    )
    return [int(membership["fee_cents"]) for membership in cashed] + [0] * len(waived)


def _validated(stage: Stage) -> int:
    school = stage.school
    return sum(1 for _ in school.till.pages(f"{school.path}/enrolments", "enrolments", state="validated"))
