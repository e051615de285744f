"""Uses of a right without cents at the real door: who may, how often, by which channel, and undone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from atouts.wallet.v1 import access_uses_pb2 as pb
from atouts.wallet.v1 import cards_pb2, debits_pb2

from chassis.context import Account
from services.wallet.entrypoints.ctl import verify
from tests.integration.wallet.rivals import at_once
from tests.integration.wallet.stage import AUTHORITY_ID, SEASON, Stage, account
from tests.integration.wallet.till_rulebooks import CATEGORY, RIGHTS


class Museum:
    """A partner that takes the scheme's rights, and one member."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        stage.open_season(RIGHTS)
        self.partner = stage.partner(CATEGORY, scheme=RIGHTS)
        self.cashier = stage.delegate(self.partner)
        self.person = self.member()

    def member(self) -> Account:
        person = account()
        self.stage.knows(person)
        self.stage.ask(person, RIGHTS)
        return person

    def request(self, benefit: str = "visites", person: Account | None = None, **more: Any) -> pb.RecordUseRequest:
        code = {} if "presentation_id" in more or "code" in more else {"code": self.stage.code(person or self.person)}
        values: dict[str, Any] = {
            "idempotency_key": self.stage.key(),
            "partner_id": str(self.partner),
            "scheme": RIGHTS,
            "season": SEASON,
            "benefit": benefit,
            "device": "caisse 1",
        }
        return pb.RecordUseRequest(**values | code | more)

    def uses(self, benefit: str = "visites", **more: Any) -> Any:
        self.stage.clock.forward(minutes=1)  # a fresh code each time
        return self.stage.call("RecordUse", self.request(benefit, **more), self.cashier)

    def refused(self, benefit: str = "visites", **more: Any) -> Any:
        self.stage.clock.forward(minutes=1)
        return self.stage.refusal("RecordUse", self.request(benefit, **more), self.cashier)

    def cancel_request(self, use_id: str, **more: Any) -> pb.CancelUseRequest:
        return pb.CancelUseRequest(
            idempotency_key=self.stage.key(), partner_id=str(self.partner), use_id=use_id, **more
        )

    def cancels(self, use_id: str) -> Any:
        self.stage.clock.forward(minutes=1)
        shown = self.stage.present(self.person, self.partner, self.cashier)
        request = self.cancel_request(use_id, presentation_id=shown.presentation_id)
        return self.stage.call("CancelUse", request, self.cashier)

    def accesses(self) -> dict[str, Any]:
        answer = self.stage.call("ListAccesses", pb.ListAccessesRequest(), self.person)
        return {access.benefit: access for access in answer.accesses}


@pytest.fixture
def museum(stage: Stage) -> Iterator[Museum]:
    yield Museum(stage)
    done = verify(stage.parts, AUTHORITY_ID)
    assert [finding for finding in done.findings if not finding.held] == []


def test_a_right_without_limit_is_used_as_often_as_one_likes_and_nobody_is_paid(museum: Museum) -> None:
    """Each use is a row and an event, no cent moves."""
    used = [museum.uses("musee") for _ in range(3)]
    assert not any(each.HasField("uses_left") for each in used)
    assert "partner" not in museum.stage.sums()
    told = [row for row in museum.stage.rows("outbox") if row.type.endswith("access_used.v1")]
    assert {row.data["use_id"] for row in told} == {each.use_id for each in used}
    assert not museum.accesses()["musee"].HasField("limit")


@pytest.mark.parametrize(
    ("benefit", "limit", "again_on", "midnight"),
    [
        ("visites", 2, "06/10/2025", datetime(2025, 10, 5, 22, 0, tzinfo=UTC)),  # a week: Saturday 4 to Monday 6
        ("quotidien", 1, "05/10/2025", datetime(2025, 10, 4, 22, 0, tzinfo=UTC)),
        ("mensuel", 1, "01/11/2025", datetime(2025, 10, 31, 23, 0, tzinfo=UTC)),  # in winter time by then
    ],
)
def test_a_limit_counts_in_its_own_period_of_paris(
    museum: Museum, benefit: str, limit: int, again_on: str, midnight: datetime
) -> None:
    """So many uses, then refused until the first day of the next period, which is told; at its midnight in Paris they
    are there again, and not a second before."""
    left = [museum.uses(benefit).uses_left for _ in range(limit)]
    assert left == list(range(limit - 1, -1, -1))
    refused = museum.refused(benefit)
    assert (refused.reason, again_on in refused.sentence_fr) == ("access_used_up", True)
    museum.stage.clock.instant = midnight - timedelta(minutes=1, seconds=1)
    assert museum.refused(benefit).reason == "access_used_up"
    museum.stage.clock.instant = midnight
    assert museum.accesses()[benefit].uses_left == limit
    assert museum.uses(benefit).uses_left == limit - 1


def test_a_limit_of_the_season_is_for_good(museum: Museum) -> None:
    """No other period comes."""
    museum.uses("unique")
    assert museum.refused("unique").reason == "access_used_up_for_good"


def test_rivals_share_the_last_use(museum: Museum) -> None:
    """Eight tills at the same moment, one use left: one records it."""
    museum.uses("visites")
    requests = []
    for _ in range(8):
        museum.stage.clock.forward(seconds=31)
        shown = museum.stage.present(museum.person, museum.partner, museum.cashier)
        requests.append(museum.request("visites", presentation_id=shown.presentation_id))
    answers = at_once(8, lambda number: museum.stage.call("RecordUse", requests[number], museum.cashier))
    assert sorted(answer for answer in answers if isinstance(answer, str)) == ["access_used_up"] * 7
    assert len(museum.stage.rows("access_uses")) == 2


def test_copies_of_one_key_are_one_use(museum: Museum) -> None:
    """The same request eight times at once, and again later: one row, one answer; another request: refused."""
    request = museum.request("visites")
    answers = at_once(8, lambda _: museum.stage.call("RecordUse", request, museum.cashier))
    assert len({answer.use_id for answer in answers}) == 1
    assert sorted(answer.replayed for answer in answers) == [False] + [True] * 7
    museum.stage.clock.forward(days=400)
    assert museum.stage.call("RecordUse", request, museum.cashier).use_id == answers[0].use_id
    request.benefit = "musee"
    assert museum.stage.refusal("RecordUse", request, museum.cashier).reason == "idempotency_key_reused"


def test_a_cancelled_use_gives_its_place_back_once(museum: Museum) -> None:
    """With the holder there, within the rulebook's days, once; the event says so."""
    first = museum.uses("visites")
    museum.uses("visites")
    museum.cancels(first.use_id)
    assert museum.uses("visites").uses_left == 0
    again = museum.cancel_request(first.use_id)
    assert museum.stage.refusal("CancelUse", again, museum.cashier).reason == "use_already_cancelled"
    told = [row for row in museum.stage.rows("outbox") if row.type.endswith("access_use_cancelled.v1")]
    assert [(row.subject, row.version) for row in told] == [(first.use_id, 2)]


def test_a_use_is_cancelled_as_a_debit_is(museum: Museum) -> None:
    """Another's use, no holder there, days over: refused."""
    use = museum.uses("visites")
    assert museum.stage.refusal("CancelUse", museum.cancel_request(use.use_id), museum.cashier).reason == (
        "holder_not_present"
    )
    other = museum.stage.partner(CATEGORY, scheme=RIGHTS)
    request = museum.cancel_request(use.use_id)
    request.partner_id = str(other)
    assert museum.stage.refusal("CancelUse", request, museum.stage.delegate(other)).reason == "unknown_use"
    museum.stage.clock.forward(days=4)
    assert museum.stage.refusal("CancelUse", museum.cancel_request(use.use_id), museum.cashier).reason == (
        "cancellation_window_over"
    )


def test_what_a_debit_is_refused_for_a_use_is_refused_for(museum: Museum) -> None:
    """Code, channel, window, membership, accreditation: the same checks, the same reasons."""
    stage = museum.stage
    assert museum.refused("livres").reason == "not_an_access"
    assert museum.refused("musee-ferme").reason == "spending_not_started"
    assert museum.refused("rien").reason == "unknown_benefit"
    assert museum.refused("musee", code="A1ABCDEF").reason == "code_unreadable"
    assert museum.refused("en-ligne").reason == "channel_not_accepted"
    stranger = account()
    assert museum.refused("musee", person=stranger).reason == "membership_not_active"
    assert museum.refused("filles").reason == "not_entitled"
    used = museum.request("musee")
    stage.call("RecordUse", used, museum.cashier)
    again = museum.request("musee", code=used.code)
    assert stage.refusal("RecordUse", again, museum.cashier).reason == "code_already_used"
    stage.accredit(museum.partner, CATEGORY, scheme=RIGHTS, granted=False)
    assert museum.refused("musee").reason == "partner_not_accredited"


def test_a_debit_of_an_access_is_refused_in_one_sentence(museum: Museum) -> None:
    """There is nothing to take."""
    request = museum.stage.debit_request(
        museum.partner, 100, scheme=RIGHTS, benefit="musee", code=museum.stage.code(museum.person)
    )
    assert museum.stage.refusal("Debit", request, museum.cashier).reason == "not_entitled"


def test_a_wrong_typed_code_is_counted_though_the_use_is_refused(museum: Museum) -> None:
    """Twenty in ten minutes and the partner waits; the same request told again is not counted twice."""
    request = museum.request("musee", code="0000-0000-0000-00")
    for _ in range(3):
        museum.stage.refusal("RecordUse", request, museum.cashier)
    assert len(museum.stage.rows("wrong_codes")) == 1


def test_the_secret_code_goes_with_a_use_where_it_is_asked(museum: Museum) -> None:
    """At a terminal: missing, wrong, right."""
    stage = museum.stage
    stage.call("SetSecretCode", cards_pb2.SetSecretCodeRequest(secret_code="2580"), museum.person)
    assert museum.refused("musee", channel="terminal").reason == "secret_code_missing"
    assert museum.refused("musee", channel="terminal", secret_code="1470").reason == "secret_code_wrong"
    museum.uses("musee", channel="terminal", secret_code="2580")


def test_holder_and_partner_see_the_uses(museum: Museum) -> None:
    """The same uses from both sides; nobody else's; a presentation tells what may be recorded."""
    stage = museum.stage
    stage.clock.forward(minutes=1)
    shown = stage.present(museum.person, museum.partner, museum.cashier)
    told = {each.benefit: each for each in shown.accesses}
    assert (told["visites"].uses_left, told["visites"].limit, told["visites"].limit_per) == (2, 2, "week")
    assert "en-ligne" not in told
    assert "musee-ferme" not in told
    use = museum.uses("visites", presentation_id=shown.presentation_id)
    own = stage.call("ListUses", pb.ListUsesRequest(), museum.person).uses
    theirs = stage.call("ListPartnerUses", pb.ListPartnerUsesRequest(partner_id=str(museum.partner)), museum.cashier)
    assert [each.use_id for each in own] == [each.use_id for each in theirs.uses] == [use.use_id]
    assert [each.channel for each in own] == ["qr"]
    assert list(stage.call("ListUses", pb.ListUsesRequest(), museum.member()).uses) == []
    debits = stage.call(
        "ListPartnerDebits", debits_pb2.ListPartnerDebitsRequest(partner_id=str(museum.partner)), museum.cashier
    )
    assert list(debits.debits) == []


def test_a_membership_that_ended_is_of_no_use(museum: Museum) -> None:
    """The season's end ends rights without cents too."""
    museum.stage.clock.instant = datetime(2026, 6, 30, 22, 0, tzinfo=UTC)
    museum.stage.play_due()
    assert museum.refused("musee").reason == "season_over"
    assert museum.accesses() == {}
