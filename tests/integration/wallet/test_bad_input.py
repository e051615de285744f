"""What no client should send: each has its refusal and its sentence, changes no row, and disturbs no first answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from atouts.wallet.v1 import access_uses_pb2, debits_pb2, transfers_pb2

from chassis.context import Account
from services.wallet.domain.card import ShownCode, step_at
from services.wallet.entrypoints.ctl import verify
from services.wallet.store.tables import metadata
from tests.integration.wallet.stage import AUTHORITY_ID, OCTOBER, SEASON, Stage, account
from tests.integration.wallet.till_rulebooks import CATEGORY, RIGHTS

OTHER_AUTHORITY = "auvergne-rhone-alpes"
BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
# A debit pays with the first, a use is of the second, a transfer moves the third.
BENEFIT = {"Debit": "livres", "RecordUse": "musee", "Transfer": "monnaie"}
REQUEST = {
    "Debit": debits_pb2.DebitRequest,
    "RecordUse": access_uses_pb2.RecordUseRequest,
    "Transfer": transfers_pb2.TransferRequest,
}


@dataclass
class Till:
    """A partner that takes everything of the scheme, and one member who has everything."""

    stage: Stage
    partner: UUID
    cashier: Account
    person: Account

    def request(self, rpc: str, **more: Any) -> Any:
        """A good one, but for what is said."""
        values: dict[str, Any] = {
            "idempotency_key": self.stage.key(),
            "partner_id": str(self.partner),
            "scheme": RIGHTS,
            "season": SEASON,
            "benefit": BENEFIT[rpc],
        }
        if "code" not in more and "presentation_id" not in more:
            values["code"] = self.code()
        if rpc == "Debit":
            values["amount_cents"] = 100
        if rpc == "Transfer":
            values["reference"] = self.stage.key()
        return REQUEST[rpc](**values | more)

    def code(self) -> str:
        return self.stage.code(self.person)

    def card_id(self) -> UUID:
        self.code()
        (row,) = [row for row in self.stage.rows("cards") if str(row.person_id) == self.person.account_id]
        found: UUID = row.card_id
        return found

    def qr(self, authority_id: str = AUTHORITY_ID, minutes: float = 0) -> str:
        """As a phone whose clock, or whose authority, is another would show it."""
        at = step_at(self.stage.clock.now() + timedelta(minutes=minutes))
        return self.stage.parts.code_keys.write(authority_id, ShownCode(self.card_id(), at))

    def typed(self, minutes: float = 0) -> str:
        self.code()
        (row,) = [row for row in self.stage.rows("cards") if str(row.person_id) == self.person.account_id]
        at = step_at(self.stage.clock.now() + timedelta(minutes=minutes))
        return self.stage.parts.code_keys.write_typed(AUTHORITY_ID, row.number, at)

    def everything(self, *apart: str) -> dict[str, tuple[int, str]]:
        """Every table's rows, counted and digested, in one statement."""
        names = [table.name for table in metadata.sorted_tables if table.name not in apart]
        each = "SELECT '{0}', count(*), coalesce(md5(string_agg(t::text, '/' ORDER BY t::text)), '') FROM {0} t"
        with self.stage.parts.platform.database.transaction() as session:
            rows = session.execute(sa.text(" UNION ALL ".join(map(each.format, names))))
            return {name: (count, digest) for name, count, digest in rows}


@pytest.fixture
def till(stage: Stage) -> Iterator[Till]:
    stage.open_season(RIGHTS)
    partner = stage.partner(CATEGORY, scheme=RIGHTS)
    person = account()
    stage.knows(person, validated_proofs=["mission_35h"])
    stage.ask(person, RIGHTS)
    stage.code(person)  # the card is made when it is first shown
    yield Till(stage, partner, stage.delegate(partner), person)
    done = verify(stage.parts, AUTHORITY_ID)
    assert [finding for finding in done.findings if not finding.held] == []


@dataclass(frozen=True)
class Bad:
    """What is sent, and the reason or the field that it is refused for. `counted`: a wrong typed code leaves a mark."""

    send: Callable[[Till], dict[str, Any]]
    refused: str
    counted: bool = False


AMOUNTS = {
    "0": Bad(lambda _: {"amount_cents": 0}, "amount_invalid"),
    "negative": Bad(lambda _: {"amount_cents": -1}, "amount_invalid"),
    "most negative": Bad(lambda _: {"amount_cents": -(2**63)}, "amount_invalid"),
    "2^31": Bad(lambda _: {"amount_cents": 2**31}, "insufficient_balance"),
    "2^31 + 1": Bad(lambda _: {"amount_cents": 2**31 + 1}, "insufficient_balance"),
    "2^63 - 1": Bad(lambda _: {"amount_cents": 2**63 - 1}, "amount_invalid"),
}
ANYWHERE = {
    "no key": Bad(lambda _: {"idempotency_key": ""}, "idempotency_key"),
    "a key of 10 kB": Bad(lambda _: {"idempotency_key": "k" * 10_240}, "idempotency_key"),
    "a key of 129 characters": Bad(lambda _: {"idempotency_key": "k" * 129}, "idempotency_key"),
    "a key with NUL": Bad(lambda _: {"idempotency_key": "cle\x00"}, "idempotency_key"),
    "a key that turns the text": Bad(lambda _: {"idempotency_key": "cle\u202e1"}, "idempotency_key"),
    "a right-to-left mark": Bad(lambda _: {"idempotency_key": "\u200fcle"}, "idempotency_key"),
    "a scheme with NUL": Bad(lambda _: {"scheme": "gui\x00chet"}, "scheme"),
    "a benefit that turns the text": Bad(lambda _: {"benefit": "\u202elivres"}, "benefit"),
    "a season of 10 kB": Bad(lambda _: {"season": "2" * 10_240}, "season"),
    "a partner that is no id": Bad(lambda _: {"partner_id": "\x00"}, "partner_id"),
    "no code": Bad(lambda _: {"code": ""}, "code"),
    "another authority's QR": Bad(lambda till: {"code": till.qr(OTHER_AUTHORITY)}, "code_unreadable"),
    "a QR in lower case": Bad(lambda till: {"code": till.qr().lower()}, "code_unreadable"),
    "a QR twice": Bad(lambda till: {"code": till.qr() * 2}, "code_unreadable"),
    "a QR with NUL": Bad(lambda till: {"code": till.qr() + "\x00"}, "code_unreadable"),
    "a QR of 10 kB": Bad(lambda _: {"code": "A1" + "A" * 10_240}, "code_unreadable"),
    "a QR of 5 minutes ago": Bad(lambda till: {"code": till.qr(minutes=-5)}, "code_expired"),
    "a QR of a clock 5 minutes ahead": Bad(lambda till: {"code": till.qr(minutes=5)}, "code_of_later"),
    "a typed code of 5 minutes ago": Bad(lambda till: {"code": till.typed(minutes=-5)}, "code_expired"),
    "a typed code 5 minutes ahead": Bad(lambda till: {"code": till.typed(minutes=5)}, "typed_code_wrong", counted=True),
    "a scheme that is none": Bad(lambda _: {"scheme": "rien"}, "season"),
    "a benefit that is none": Bad(lambda _: {"benefit": "rien"}, "unknown_benefit"),
}
NOT_OF_TRANSFERS = {
    "a device with NUL": Bad(lambda _: {"device": "\x00"}, "device"),
    "a device that turns the text": Bad(lambda _: {"device": "caisse\u202e"}, "device"),
    "a channel that is none": Bad(lambda _: {"channel": "fax"}, "channel"),
    "a presentation that is none": Bad(
        lambda _: {"code": "", "presentation_id": "00000000-0000-4000-8000-000000000000"}, "unknown_presentation"
    ),
    "a presentation that is no id": Bad(lambda _: {"code": "", "presentation_id": "\u202e"}, "presentation_id"),
}
CASES: dict[str, dict[str, Bad]] = {
    "Debit": AMOUNTS | ANYWHERE | NOT_OF_TRANSFERS,
    "RecordUse": ANYWHERE | NOT_OF_TRANSFERS,
    "Transfer": ANYWHERE,
}
every_rpc = pytest.mark.parametrize("rpc", CASES)


@every_rpc
def test_each_is_refused_in_a_sentence_and_changes_no_row(till: Till, rpc: str) -> None:
    """The keys' own rows apart, every table is as it was; a wrong typed code is counted, and that is all."""
    for name, bad in CASES[rpc].items():
        apart = ("idempotency", "wrong_codes") if bad.counted else ("idempotency",)
        request = till.request(rpc, **bad.send(till))
        before = till.everything(*apart)
        refused = till.stage.refusal(rpc, request, till.cashier)
        assert bad.refused in (refused.reason, refused.field), name
        assert refused.sentence_fr.endswith("."), name
        assert till.everything(*apart) == before, name


@every_rpc
def test_none_disturbs_a_first_answer(till: Till, rpc: str) -> None:
    """The same key with it is refused; the acknowledged request has its first answer a minute, an hour and a season
    later, whatever time has made of its code and its season, and nothing moves any more."""
    good = till.request(rpc)
    first = till.stage.call(rpc, good, till.cashier)
    before = till.everything()
    for wait in (timedelta(minutes=1), timedelta(hours=1), timedelta(days=365)):
        till.stage.clock.instant = OCTOBER + wait
        for name, bad in CASES[rpc].items():
            sent = {"idempotency_key": good.idempotency_key} | bad.send(till)
            if sent["idempotency_key"] == good.idempotency_key:
                refused = till.stage.refusal(rpc, till.request(rpc, **sent), till.cashier)
                assert {"idempotency_key_reused", bad.refused} & {refused.reason, refused.field}, name
        again = till.stage.call(rpc, good, till.cashier)
        assert again.replayed
        again.replayed = False
        assert again == first
    assert till.everything() == before


def test_one_changed_character_of_a_qr_is_seen_wherever_it_stands(till: Till) -> None:
    """At each position, a neighbour of the alphabet in its place: no code of ours, and nothing is burnt."""
    code = till.qr()
    before = till.everything("idempotency")
    for at, letter in enumerate(code):
        other = BASE32[(BASE32.find(letter) + 1) % len(BASE32)]
        request = till.request("Debit", code=f"{code[:at]}{other}{code[at + 1 :]}")
        assert till.stage.refusal("Debit", request, till.cashier).reason == "code_unreadable", at
    assert till.everything("idempotency") == before
    till.stage.call("Debit", till.request("Debit", code=code), till.cashier)


def test_one_changed_character_of_a_typed_code_is_seen_wherever_it_stands(till: Till) -> None:
    """At each position: wrong, and counted against the partner, who has twenty in ten minutes."""
    typed = till.typed()
    before = till.everything("idempotency", "wrong_codes")
    places = [at for at, letter in enumerate(typed) if letter in CROCKFORD]
    for at in places:
        other = CROCKFORD[(CROCKFORD.find(typed[at]) + 1) % len(CROCKFORD)]
        request = till.request("Debit", code=f"{typed[:at]}{other}{typed[at + 1 :]}")
        assert till.stage.refusal("Debit", request, till.cashier).reason == "typed_code_wrong", at
    assert till.everything("idempotency", "wrong_codes") == before
    assert len(till.stage.rows("wrong_codes")) == len(places)


def test_the_letter_o_is_read_as_the_figure_0(till: Till) -> None:
    """Also l and I for 1, in lower case, without its dashes: it is the holder's own code, used up once."""
    with till.stage.parts.platform.database.transaction() as session:
        session.execute(sa.text("UPDATE cards SET number = '01234567'"))
    plain = till.typed()
    misread = plain.replace("0", "O").replace("1", "l").replace("-", " ").lower()
    assert misread != plain
    till.stage.call("Debit", till.request("Debit", code=misread), till.cashier)
    again = till.stage.refusal("Debit", till.request("Debit", code=plain), till.cashier)
    assert again.reason == "code_already_used"


@pytest.mark.parametrize(
    ("benefit", "last_second"),
    [
        ("veille-hiver", datetime(2025, 10, 25, 21, 59, 59, tzinfo=UTC)),  # midnight before the clock goes back
        ("nuit-hiver", datetime(2025, 10, 26, 22, 59, 59, tzinfo=UTC)),  # a day of 25 hours
        ("veille-ete", datetime(2026, 3, 28, 22, 59, 59, tzinfo=UTC)),  # midnight before the clock goes forward
        ("nuit-ete", datetime(2026, 3, 29, 21, 59, 59, tzinfo=UTC)),  # a day of 23 hours
    ],
)
def test_a_season_ends_at_midnight_in_paris_also_when_the_clock_changes(
    till: Till, benefit: str, last_second: datetime
) -> None:
    """Its last second pays; the next is refused with the day on which it ended, and nothing moves; what was paid in the
    last second is told again all the same."""
    till.stage.clock.instant = last_second
    last = till.request("Debit", benefit=benefit)
    first = till.stage.call("Debit", last, till.cashier)
    till.stage.clock.instant = last_second + timedelta(seconds=1)
    before = till.everything("idempotency")
    refused = till.stage.refusal("Debit", till.request("Debit", benefit=benefit, code=till.qr()), till.cashier)
    assert (refused.reason, f"{last_second:%d/%m/%Y}" in refused.sentence_fr) == ("season_over", True)
    assert till.everything("idempotency") == before
    assert till.stage.call("Debit", last, till.cashier).receipt == first.receipt


def test_the_hour_that_comes_twice_is_one_day(till: Till) -> None:
    """Between two and three in the night of 26 October: two debits an hour apart at the same local time, in order, on
    one day, each with its own instant."""
    receipts = []
    for instant in (datetime(2025, 10, 26, 0, 30, tzinfo=UTC), datetime(2025, 10, 26, 1, 30, tzinfo=UTC)):
        till.stage.clock.instant = instant
        receipts.append(till.stage.call("Debit", till.request("Debit"), till.cashier).receipt)
    assert receipts[1].occurred_at.seconds - receipts[0].occurred_at.seconds == 3600
    days = {row.business_day.isoformat() for row in till.stage.rows("transfers") if row.kind == "debit"}
    assert days == {"2025-10-26"}
