"""A version that counts from 1 January: what each member may do on its eve and on its day.

It raises one amount (30 to 40 €), ends one benefit on 31 December and gives two days to cancel. Two schemes have it:
one for its members too, one for newcomers only.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from atouts.wallet.v1 import movements_pb2, seasons_pb2

from chassis.context import Account
from chassis.grpc_client import PeerRefused
from services.wallet.application import version_batch
from services.wallet.application.activation import credit_difference
from services.wallet.entrypoints.ctl import verify
from tests.integration.wallet.stage import AUTHORITY_ID, CATALOGUE, SEASON, Stage, account
from tests.integration.wallet.till_rulebooks import CATEGORY, FOR_MEMBERS, FOR_NEWCOMERS

EVE = datetime(2025, 12, 31, 22, 30, tzinfo=UTC)  # 23:30 in Paris
NEW_YEAR = datetime(2025, 12, 31, 23, 0, tzinfo=UTC)  # midnight in Paris
SCHEMES = (FOR_MEMBERS, FOR_NEWCOMERS)


def _later(scheme: str) -> Any:
    return CATALOGUE.versions(AUTHORITY_ID, scheme, SEASON)[1]


def _adopt_request(scheme: str, rulebook_hash: str = "") -> seasons_pb2.AdoptVersionRequest:
    found = rulebook_hash or _later(scheme).hash
    return seasons_pb2.AdoptVersionRequest(scheme=scheme, season=SEASON, rulebook_hash=found)


def _opened(stage: Stage, scheme: str) -> Account:
    chief = stage.open_season(scheme)
    stage.call("AdoptVersion", _adopt_request(scheme), chief)
    return chief


def _joins(stage: Stage, scheme: str) -> Account:
    person = account()
    stage.knows(person)
    stage.ask(person, scheme)
    return person


@dataclass
class _Till:
    """A partner's cashier who takes and cancels."""

    stage: Stage
    scheme: str

    def __post_init__(self) -> None:
        self.partner_id = self.stage.partner(CATEGORY, scheme=self.scheme)
        self.cashier = self.stage.delegate(self.partner_id)

    def pays(self, person: Account, benefit: str, cents: int = 700) -> str:
        """The debit's id, or why it was refused."""
        request = self.stage.debit_request(
            self.partner_id, cents, code=self.stage.code(person), scheme=self.scheme, benefit=benefit
        )
        return self._answer(lambda: str(self.stage.call("Debit", request, self.cashier).receipt.debit_id))

    def cancels(self, debit_id: str) -> str:
        request = self.stage.cancel_request(self.partner_id, debit_id)
        self.cancelled = request
        return self._answer(lambda: "cancelled" if self.stage.call("CancelDebit", request, self.cashier) else "")

    @staticmethod
    def _answer(act: Any) -> str:
        try:
            return str(act())
        except PeerRefused as refused:
            return refused.reason


@pytest.mark.parametrize(("scheme", "after"), [(FOR_MEMBERS, 4000), (FOR_NEWCOMERS, 3000)])
def test_who_has_how_much_on_each_side(stage: Stage, scheme: str, after: int) -> None:
    """A request has the amount of its own day; a member of before gets the difference where the version says so."""
    _opened(stage, scheme)
    stage.clock.instant = EVE
    before = _joins(stage, scheme)
    assert stage.balance(before, "sorties") == 3000
    stage.play_due()
    assert stage.balance(before, "sorties") == 3000
    stage.clock.instant = NEW_YEAR
    newcomer = _joins(stage, scheme)
    assert stage.balance(newcomer, "sorties") == 4000
    stage.play_due()
    assert (stage.balance(before, "sorties"), stage.balance(newcomer, "sorties")) == (after, 4000)
    assert verify(stage.parts, AUTHORITY_ID).held


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize(
    ("joins_at", "spends_at", "benefit", "outcome"),
    [
        (EVE, EVE, "sorties", "paid"),
        (EVE, EVE, "stage", "paid"),
        (EVE, NEW_YEAR, "sorties", "paid"),
        (EVE, NEW_YEAR, "stage", "season_over"),
        (NEW_YEAR, NEW_YEAR, "sorties", "paid"),
        (NEW_YEAR, NEW_YEAR, "stage", "season_over"),
    ],
)
def test_the_window_is_that_of_the_act_s_day(
    stage: Stage, scheme: str, joins_at: datetime, spends_at: datetime, benefit: str, outcome: str
) -> None:
    """Whoever joined when: on 31 December the first version's window, on 1 January the shortened one."""
    _opened(stage, scheme)
    stage.clock.instant = joins_at
    person, till = _joins(stage, scheme), _Till(stage, scheme)
    stage.clock.instant = spends_at
    answer = till.pays(person, benefit)
    assert ("paid" if len(answer) == 36 else answer) == outcome
    hashes = [row.rulebook_hash for row in stage.rows("transfers") if row.kind == "debit"]
    versions = CATALOGUE.versions(AUTHORITY_ID, scheme, SEASON)
    assert hashes == ([versions[spends_at == NEW_YEAR].hash] if outcome == "paid" else [])


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize(
    ("paid_at", "cancelled_at", "outcome"),
    [
        (EVE - timedelta(days=1), EVE, "cancellation_too_late"),
        (EVE, EVE, "cancelled"),
        (EVE, NEW_YEAR, "cancelled"),
        (EVE - timedelta(days=1), NEW_YEAR, "cancelled"),
        (EVE - timedelta(days=2), NEW_YEAR, "cancellation_window_over"),
        (NEW_YEAR, NEW_YEAR + timedelta(days=2), "cancelled"),
        (NEW_YEAR, NEW_YEAR + timedelta(days=3), "cancellation_window_over"),
    ],
)
def test_a_cancellation_is_judged_by_its_own_day(
    stage: Stage, scheme: str, paid_at: datetime, cancelled_at: datetime, outcome: str
) -> None:
    """The same day until 31 December; from 1 January two days, also for debits of before."""
    _opened(stage, scheme)
    stage.clock.instant = paid_at
    person, till = _joins(stage, scheme), _Till(stage, scheme)
    debit_id = till.pays(person, "sorties")
    stage.clock.instant = cancelled_at
    assert till.cancels(debit_id) == outcome
    days = [row.business_day for row in stage.rows("transfers") if row.kind == "cancel"]
    today = date(2025, 12, 31) if cancelled_at == EVE else cancelled_at.date() + timedelta(days=1)
    assert days == ([today] if outcome == "cancelled" else [])


def test_a_counted_day_is_not_undone_on_the_next(stage: Stage) -> None:
    """Two days to cancel, and payout counted the debit's day meanwhile: the partner asks the authority."""
    _opened(stage, FOR_MEMBERS)
    stage.clock.instant = EVE
    person, till = _joins(stage, FOR_MEMBERS), _Till(stage, FOR_MEMBERS)
    debit_id = till.pays(person, "sorties")
    stage.clock.instant = NEW_YEAR
    stage.call("CountDay", movements_pb2.CountDayRequest(day="2025-12-31"), service="payout")
    refused = stage.refusal("CancelDebit", stage.cancel_request(till.partner_id, debit_id), till.cashier)
    assert refused.reason == "debit_counted"
    assert "31/12/2025" in refused.sentence_fr
    assert stage.balance(person, "sorties") == 2300


def test_a_benefit_that_a_version_ends_is_not_offered_any_more(stage: Stage) -> None:
    """The cashier sees it on 31 December and not on 1 January."""
    _opened(stage, FOR_NEWCOMERS)
    stage.clock.instant = EVE
    person, till = _joins(stage, FOR_NEWCOMERS), _Till(stage, FOR_NEWCOMERS)
    shown = {each.benefit for each in stage.present(person, till.partner_id, till.cashier).spendable}
    assert shown == {"sorties", "stage"}
    stage.clock.instant = NEW_YEAR
    assert [each.benefit for each in stage.present(person, till.partner_id, till.cashier).spendable] == ["sorties"]


# --- Adopting


def test_adopting_is_told_once_and_asked_again_changes_nothing(stage: Stage) -> None:
    """Staff adopt a version before its day; who pays partners is told; the season lists both."""
    chief = stage.open_season(FOR_MEMBERS)
    request = _adopt_request(FOR_MEMBERS)
    first = stage.call("AdoptVersion", request, chief).season
    again = stage.call("AdoptVersion", request, chief).season
    assert first == again
    versions = CATALOGUE.versions(AUTHORITY_ID, FOR_MEMBERS, SEASON)
    assert first.rulebook_hash == versions[0].hash
    assert [(each.counts_from, each.applies_to_members, each.adopted) for each in first.versions] == [
        ("2025-07-01", False, True),
        ("2026-01-01", True, True),
    ]
    (told,) = [row for row in stage.rows("outbox") if "rulebook_version_adopted" in row.type]
    assert told.data == {
        "scheme": FOR_MEMBERS,
        "season": SEASON,
        "rulebook_hash": versions[1].hash,
        "counts_from": "2026-01-01",
        "applies_to_members": True,
    }
    stage.clock.instant = NEW_YEAR
    listed = stage.call("ListSeasons", seasons_pb2.ListSeasonsRequest(), account()).seasons
    (season,) = [each for each in listed if each.scheme == FOR_MEMBERS]
    assert season.rulebook_hash == versions[1].hash
    assert stage.call("AdoptVersion", request, chief).season.rulebook_hash == versions[1].hash


def test_what_cannot_be_adopted(stage: Stage) -> None:
    """Nothing of a season that is not open, of another season, or of a day that has begun; nobody but the chief."""
    chief = stage.staff("administration")
    assert stage.refusal("AdoptVersion", _adopt_request(FOR_MEMBERS), chief).reason == "season_not_open"
    stage.open_season(FOR_MEMBERS)
    other = CATALOGUE.get(AUTHORITY_ID, FOR_NEWCOMERS, SEASON).hash
    assert stage.refusal("AdoptVersion", _adopt_request(FOR_MEMBERS, other), chief).reason == "unknown_version"
    stage.clock.instant = NEW_YEAR
    refused = stage.refusal("AdoptVersion", _adopt_request(FOR_MEMBERS), chief)
    assert (refused.reason, "01/01/2026" in refused.sentence_fr) == ("version_too_late", True)
    payer = stage.staff("payments")
    assert stage.refusal("AdoptVersion", _adopt_request(FOR_MEMBERS), payer).reason == "not_allowed"


def test_a_season_opened_late_starts_with_the_version_that_counts(stage: Stage) -> None:
    """On 2 January the second version is in force, and the first never was."""
    stage.clock.instant = NEW_YEAR + timedelta(days=1)
    stage.open_season(FOR_MEMBERS)
    assert stage.balance(_joins(stage, FOR_MEMBERS), "sorties") == 4000


# --- The batch


def test_a_batch_that_was_stopped_goes_on_and_credits_nobody_twice(stage: Stage) -> None:
    """Each member is credited once, however often the job is begun; those of the new version are not its business."""
    _opened(stage, FOR_MEMBERS)
    members = [_joins(stage, FOR_MEMBERS) for _ in range(3)]
    stage.clock.instant = NEW_YEAR
    newcomer = _joins(stage, FOR_MEMBERS)
    rulebook = _later(FOR_MEMBERS)
    seen: list[Any] = []

    def credit_one_then_fail(work: Any, rules: Any, version: Any, membership: Any) -> None:
        if seen:
            raise ConnectionError("the database went away")
        seen.append(membership.membership_id)
        credit_difference(work, rules, version, membership)

    database = stage.parts.platform.database
    with pytest.raises(ConnectionError), database.transaction() as session:
        version_batch.apply_some(stage.work(session), stage.parts.rules, rulebook, credit_one_then_fail)
    assert [stage.balance(member, "sorties") for member in members] == [3000] * 3
    stage.play_due()
    with database.transaction() as session:
        work = stage.work(session)
        assert version_batch.apply_some(work, stage.parts.rules, rulebook, credit_difference)
    assert [stage.balance(member, "sorties") for member in (*members, newcomer)] == [4000] * 4
    assert len(stage.rows("version_credits")) == 3
    assert verify(stage.parts, AUTHORITY_ID).held
