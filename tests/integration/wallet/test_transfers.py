"""A balance moved whole to the holder's account at another operator: asked from its own site, once, and paid back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from atouts.wallet.v1 import debits_pb2, movements_pb2, transfers_pb2

from chassis.context import Account
from services.wallet.entrypoints.ctl import verify
from tests.integration.wallet.rivals import at_once
from tests.integration.wallet.stage import AUTHORITY_ID, CULTURE, OCTOBER, SEASON, Stage

ROLLON = "rollon"


class Site:
    """The operator's site, on the real rulebook: members only, from 16, with a guardian's word until 18."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        stage.open_season()
        self.operator = stage.partner(ROLLON, activity="local_currency")
        self.software = stage.delegate(self.operator)
        self.person = stage.member()

    def request(self, person: Account | None = None, **more: Any) -> transfers_pb2.TransferRequest:
        values: dict[str, Any] = {
            "idempotency_key": self.stage.key(),
            "partner_id": str(self.operator),
            "code": more.pop("code", None) or self.stage.code(person or self.person),
            "scheme": CULTURE,
            "season": SEASON,
            "benefit": ROLLON,
            "reference": f"versement {self.stage.key()}",
        }
        return transfers_pb2.TransferRequest(**values | more)

    def moves(self, person: Account | None = None, **more: Any) -> Any:
        self.stage.clock.forward(minutes=1)
        return self.stage.call("Transfer", self.request(person, **more), self.software)

    def refused(self, person: Account | None = None, **more: Any) -> Any:
        self.stage.clock.forward(minutes=1)
        return self.stage.refusal("Transfer", self.request(person, **more), self.software)

    def member_born(self, born: date, **facts: Any) -> Account:
        return self.stage.member(born=born, **facts)


@pytest.fixture
def site(stage: Stage) -> Iterator[Site]:
    yield Site(stage)
    done = verify(stage.parts, AUTHORITY_ID)
    assert [finding for finding in done.findings if not finding.held] == []


def test_the_whole_balance_moves_in_one_go_under_the_operators_reference(site: Site) -> None:
    """10 RolloNs for 10 €; nothing is left, and nothing moves twice."""
    moved = site.moves(reference="MNC-2025-0001")
    assert (moved.receipt.amount_cents, moved.receipt.balance_cents) == (1000, 0)
    assert (moved.units, moved.unit, moved.reference) == (10, "RolloN", "MNC-2025-0001")
    assert site.refused().reason == "nothing_to_transfer"
    wallet_id = site.stage.wallets(site.person)[ROLLON].wallet_id
    movements = site.stage.call("ListMovements", movements_pb2.ListMovementsRequest(wallet_id=wallet_id), site.person)
    assert movements.movements[0].cause == "Le solde a été versé sur votre compte chez un autre organisme."


def test_the_operator_is_paid_and_told_as_every_partner(site: Site) -> None:
    """In its list of debits by its channel, and by the event that payout hears."""
    moved = site.moves()
    request = debits_pb2.ListPartnerDebitsRequest(partner_id=str(site.operator))
    (debit,) = site.stage.call("ListPartnerDebits", request, site.software).debits
    assert (debit.debit_id, debit.channel, debit.category) == (moved.receipt.debit_id, "external", ROLLON)
    (told,) = [row for row in site.stage.rows("outbox") if row.type.endswith("debit_recorded.v1")]
    assert told.data["debit_id"] == moved.receipt.debit_id


def test_a_typed_code_moves_it_too_and_is_used_up(site: Site) -> None:
    """The holder types it on the operator's site; the same code pays nobody afterwards."""
    typed = site.stage.call("ShowCode", debits_pb2.ShowCodeRequest(), site.person).typed_code
    request = site.request(code=typed)
    site.stage.call("Transfer", request, site.software)
    assert site.stage.refusal("Transfer", site.request(code=typed), site.software).reason == "code_already_used"


def test_copies_of_one_key_move_it_once(site: Site) -> None:
    """Eight at once, then in a year: one debit, one answer; another request under the key is refused."""
    request = site.request()
    answers = at_once(8, lambda _: site.stage.call("Transfer", request, site.software))
    assert len({answer.receipt.debit_id for answer in answers}) == 1
    site.stage.clock.forward(days=400)
    again = site.stage.call("Transfer", request, site.software)
    assert (again.replayed, again.receipt, again.units) == (True, answers[0].receipt, 10)
    request.reference = "autre"
    assert site.stage.refusal("Transfer", request, site.software).reason == "idempotency_key_reused"


def test_one_reference_is_one_transfer(site: Site) -> None:
    """Under another key and for another person, one after the other or at once."""
    site.moves(reference="R1")
    assert site.refused(site.stage.member(), reference="R1").reason == "reference_reused"
    requests = [site.request(site.stage.member(), reference="R2") for _ in range(6)]
    answers = at_once(6, lambda number: site.stage.call("Transfer", requests[number], site.software))
    assert sorted(answer for answer in answers if isinstance(answer, str)) == ["reference_reused"] * 5


def test_the_age_is_that_of_the_day_of_the_transfer(site: Site) -> None:
    """Fifteen when joining, with the guardian's word: refused in the rulebook's words to the eve of the birthday, moved
    on the day."""
    person = site.member_born(date(2009, 12, 24), guardian_consents=["rollon_guardian"])
    site.stage.clock.instant = datetime(2025, 12, 23, 22, 0, tzinfo=UTC)
    refused = site.stage.refusal("Transfer", site.request(person), site.software)
    assert (refused.reason, "16 ans" in refused.sentence_fr) == ("transfer_not_yet", True)
    site.stage.clock.instant = datetime(2025, 12, 23, 23, 1, tzinfo=UTC)
    assert site.stage.call("Transfer", site.request(person), site.software).units == 10


def test_until_eighteen_a_guardian_authorises_it(site: Site) -> None:
    """Refused without, and the same request is paid once the word is there."""
    person = site.member_born(date(2009, 1, 5))
    request = site.request(person)
    refused = site.stage.refusal("Transfer", request, site.software)
    assert (refused.reason, "responsable légal" in refused.sentence_fr) == ("transfer_not_yet", True)
    site.stage.knows(person, born=date(2009, 1, 5), guardian_consents=["rollon_guardian"])
    site.stage.facts_changed(person)
    assert site.stage.call("Transfer", request, site.software).units == 10


def test_members_only_by_a_proven_code_at_the_accredited_operator(site: Site) -> None:
    """Each refused by rule, nothing moved."""
    stage = site.stage
    assert site.refused(code="A1ABC").reason == "code_unreadable"
    assert site.refused(benefit="cinema").reason == "channel_not_accepted"
    assert site.refused(benefit="rien").reason == "unknown_benefit"
    assert site.refused(reference="").field == "reference"
    assert site.refused(reference="R\u0000").field == "reference"
    stranger, other = stage.delegate(site.operator, "reader"), stage.partner("cinema")
    assert stage.refusal("Transfer", site.request(), stranger).reason == "not_a_delegate"
    stage.clock.forward(minutes=1)
    request = site.request(partner_id=str(other))
    assert stage.refusal("Transfer", request, stage.delegate(other)).reason == "wrong_category"
    stage.clock.instant = datetime(2026, 6, 30, 22, 0, tzinfo=UTC)
    assert site.refused().reason == "season_over"
    assert stage.balance(site.person, ROLLON) == 1000


def test_a_till_cannot_take_what_is_moved_out(site: Site) -> None:
    """Its channel is the operator's alone."""
    request = site.stage.debit_request(site.operator, 1000, benefit=ROLLON, code=site.stage.code(site.person))
    assert site.stage.refusal("Debit", request, site.software).reason == "channel_not_accepted"


def test_the_operator_cancels_the_same_day(site: Site) -> None:
    """Then the balance is there again and may be moved under another reference; on the next day it is too late."""
    moved = site.moves()
    cancel = site.stage.cancel_request(site.operator, moved.receipt.debit_id)
    site.stage.call("CancelDebit", cancel, site.software)
    again = site.moves()
    site.stage.clock.instant = OCTOBER.replace(day=5)
    cancel = site.stage.cancel_request(site.operator, again.receipt.debit_id)
    assert site.stage.refusal("CancelDebit", cancel, site.software).reason == "cancellation_too_late"


def test_rivals_move_one_balance_once(site: Site) -> None:
    """Eight requests of eight keys and references with one holder's codes: one moves it."""
    requests = []
    for _ in range(8):
        site.stage.clock.forward(seconds=31)
        requests.append(site.request())
    latest = requests[-1].code
    for request in requests:
        request.code = latest
    answers = at_once(8, lambda number: site.stage.call("Transfer", requests[number], site.software))
    refusals = sorted(answer for answer in answers if isinstance(answer, str))
    assert refusals == ["code_already_used"] * 7
    assert site.stage.sums()["partner"] == 1000
