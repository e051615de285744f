"""What a till adds because of who the holder and the partner are: as much as the debit lacks, never summed, from the
budget, and given back with the debit."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from atouts.wallet.v1 import debits_pb2, movements_pb2, spendable_pb2

from chassis.context import Account
from services.wallet.entrypoints.ctl import verify
from tests.integration.wallet.rivals import at_once
from tests.integration.wallet.stage import AUTHORITY_ID, Stage, account
from tests.integration.wallet.till_rulebooks import CATEGORY, RIGHTS

FULL = 1_000_00


class Club:
    """A combat-sport club beside another, and a girl with 30 € for each of the two benefits."""

    def __init__(self, stage: Stage, vote_cents: int) -> None:
        self.stage = stage
        stage.open_season(RIGHTS, vote_cents)
        self.combat = self.partner("sports/combat", "sports/danse")
        self.swimming = self.partner("sports/natation")
        self.both = self.partner("sports/combat", "sports/natation")
        self.plain = self.partner()
        self.girl = self.member("F")

    def partner(self, *tags: str) -> UUID:
        partner_id = self.stage.partner(CATEGORY, scheme=RIGHTS, activity="sport")
        data = {
            "accreditation_id": str(partner_id),
            "partner_id": str(partner_id),
            "scheme": RIGHTS,
            "category": CATEGORY,
            "activity": "sport",
            "tags": list(tags),
        }
        self.stage.handle("partner", "accreditation_granted", data, version=1_000_000)
        return partner_id

    def member(self, sex: str) -> Account:
        person = account()
        self.stage.knows(person, sex=sex)
        self.stage.ask(person, RIGHTS)
        return person

    def request(
        self, partner: UUID, cents: int, benefit: str = "club", person: Account | None = None, **more: Any
    ) -> debits_pb2.DebitRequest:
        code = {} if "presentation_id" in more else {"code": self.stage.code(person or self.girl)}
        return self.stage.debit_request(partner, cents, scheme=RIGHTS, benefit=benefit, **code | more)

    def pays(self, partner: UUID, cents: int, benefit: str = "club", person: Account | None = None) -> Any:
        self.stage.clock.forward(minutes=1)
        request = self.request(partner, cents, benefit, person)
        return self.stage.call("Debit", request, self.stage.delegate(partner)).receipt

    def refused(self, partner: UUID, cents: int, benefit: str = "club", person: Account | None = None) -> Any:
        self.stage.clock.forward(minutes=1)
        request = self.request(partner, cents, benefit, person)
        return self.stage.refusal("Debit", request, self.stage.delegate(partner))

    def unallocated(self, benefit: str = "club") -> int:
        (row,) = [row for row in self.stage.rows("envelopes") if (row.scheme, row.benefit) == (RIGHTS, benefit)]
        return int(row.unallocated_cents)

    def cancels(self, partner: UUID, receipt: Any) -> None:
        self.stage.clock.forward(minutes=1)
        cashier = self.stage.delegate(partner)
        shown = self.stage.present(self.girl, partner, cashier)
        request = self.stage.cancel_request(partner, receipt.debit_id)
        request.presentation_id = shown.presentation_id
        self.stage.call("CancelDebit", request, cashier)

    def movements(self, benefit: str = "club") -> list[tuple[str, int, str]]:
        wallet_id = self.stage.wallets(self.girl)[benefit].wallet_id
        request = movements_pb2.ListMovementsRequest(wallet_id=wallet_id)
        found = self.stage.call("ListMovements", request, self.girl).movements
        return [(each.kind, each.amount_cents, each.cause) for each in found]


@pytest.fixture
def club(request: pytest.FixtureRequest, stage: Stage) -> Iterator[Club]:
    """With more budget than is needed, or so many cents a benefit."""
    yield Club(stage, getattr(request, "param", FULL))
    done = verify(stage.parts, AUTHORITY_ID)
    assert [finding for finding in done.findings if not finding.held] == []


def test_a_till_adds_what_the_debit_lacks_and_no_more(club: Club) -> None:
    """30 € in the wallet, 50 € at a combat club: 20 € come from the envelope, in the debit's own commit; 10 € more may
    come later, and nothing after that."""
    before = club.unallocated()
    receipt = club.pays(club.combat, 5000)
    assert (receipt.amount_cents, receipt.balance_cents) == (5000, 0)
    assert before - club.unallocated() == 2000
    assert [(kind, cents) for kind, cents, _ in club.movements()] == [
        ("debit", -5000),
        ("credit", 2000),
        ("credit", 3000),
    ]
    assert club.movements()[1][2] == "Un complément s'est ajouté pour payer ce partenaire."
    club.pays(club.combat, 1000)
    assert club.refused(club.combat, 1).reason == "insufficient_balance"


def test_less_than_the_balance_adds_nothing(club: Club) -> None:
    """The budget is for those who need it."""
    before = club.unallocated()
    club.pays(club.combat, 3000)
    assert club.unallocated() == before


@pytest.mark.parametrize(
    ("partner", "sex", "most_cents"),
    [
        ("combat", "F", 6000),
        ("swimming", "F", 4000),
        ("both", "F", 6000),  # never summed: the first that concerns both
        ("plain", "F", 3000),
        ("combat", "M", 3000),
    ],
)
def test_person_and_partner_decide_together(club: Club, partner: str, sex: str, most_cents: int) -> None:
    """To the cent: that much is paid, a cent more is refused and what may be taken is told."""
    person, at = club.member(sex), getattr(club, partner)
    refused = club.refused(at, most_cents + 1, person=person)
    told = f"{most_cents // 100},00\u00a0€"
    assert (refused.reason, told in refused.sentence_fr) == ("insufficient_balance", True)
    club.pays(at, most_cents, person=person)


def test_two_top_ups_are_never_summed_on_one_wallet(club: Club) -> None:
    """10 € added at the pool leave 20 € for the combat club, not 30."""
    club.pays(club.swimming, 4000)
    assert club.refused(club.combat, 2001).reason == "insufficient_balance"
    club.pays(club.combat, 2000)
    assert club.refused(club.swimming, 1).reason == "insufficient_balance"


def test_a_benefit_used_once_is_topped_up_once(club: Club) -> None:
    """The use goes with the debit, whatever was added."""
    club.pays(club.combat, 4500, "adhesion")
    assert club.refused(club.combat, 100, "adhesion").reason == "no_use_left"


def test_what_was_added_goes_back_with_the_debit(club: Club) -> None:
    """Cancelled: 30 € again, which pay no more than 30 € elsewhere, and the envelope has its own; then again."""
    before = club.unallocated()
    receipt = club.pays(club.combat, 5500)
    club.cancels(club.combat, receipt)
    assert club.stage.balance(club.girl, "club") == 3000
    assert club.unallocated() == before
    assert club.refused(club.plain, 3001).reason == "insufficient_balance"
    kinds = [kind for kind, _, _ in club.movements()]
    assert kinds == ["return", "cancel", "debit", "credit", "credit"]
    club.pays(club.combat, 6000)
    told = [row.data["kind"] for row in club.stage.rows("outbox") if row.type.endswith("wallet_moved.v1")]
    assert told == ["return"]


@pytest.mark.parametrize("club", [3000 + 1200], indirect=True)
def test_a_debit_that_the_budget_cannot_top_up_is_refused_in_one_sentence(club: Club) -> None:
    """12 € are left: 42 € may be taken, and the cashier is told so; the refusal changes nothing."""
    refused = club.refused(club.combat, 5000)
    assert (refused.reason, "42,00\u00a0€" in refused.sentence_fr) == ("top_up_budget_spent", True)
    assert club.unallocated() == 1200
    club.pays(club.combat, 4200)
    assert club.unallocated() == 0


@pytest.mark.parametrize("club", [3000 + 1200], indirect=True)
def test_nobody_at_a_till_passes_those_who_wait_for_the_envelope(club: Club) -> None:
    """12 € are left when somebody joins who is due 30 €; 20 € more are voted, and 30 € of the 32 € are for them."""
    waiting = club.member("F")
    club.stage.vote(club.stage.staff("administration"), "club", 2000, RIGHTS)
    refused = club.refused(club.combat, 3201)
    assert (refused.reason, "32,00\u00a0€" in refused.sentence_fr) == ("top_up_budget_spent", True)
    club.pays(club.combat, 3200)
    while club.stage.play_due():
        pass
    assert club.stage.wallets(waiting)["club"].balance_cents == 3000
    assert club.unallocated() == 0


@pytest.mark.parametrize("club", [9 * 3000 + 5000], indirect=True)
def test_rivals_for_the_last_euros_of_the_envelope(club: Club) -> None:
    """Eight girls want 20 € more each, 50 € are left: two get them, nobody is paid half, the vote is not passed."""
    girls = [club.member("F") for _ in range(8)]
    cashier = club.stage.delegate(club.combat)
    requests = [club.request(club.combat, 5000, person=girl) for girl in girls]
    answers = at_once(8, lambda number: club.stage.call("Debit", requests[number], cashier))
    assert sorted(answer for answer in answers if isinstance(answer, str)) == ["top_up_budget_spent"] * 6
    assert club.unallocated() == 1000


def test_rivals_on_one_wallet_are_topped_up_to_one_ceiling(club: Club) -> None:
    """Eight tills take 10 € each of 60: six are paid."""
    cashier = club.stage.delegate(club.combat)
    requests = []
    for _ in range(8):
        club.stage.clock.forward(seconds=31)
        shown = club.stage.present(club.girl, club.combat, cashier)
        requests.append(club.request(club.combat, 1000, presentation_id=shown.presentation_id))
    answers = at_once(8, lambda number: club.stage.call("Debit", requests[number], cashier))
    assert sorted(answer for answer in answers if isinstance(answer, str)) == ["insufficient_balance"] * 2


def test_the_first_answer_holds_when_the_partner_is_no_combat_club_any_more(club: Club) -> None:
    """A key is answered before any fact that time can change."""
    cashier = club.stage.delegate(club.combat)
    request = club.request(club.combat, 6000)
    first = club.stage.call("Debit", request, cashier)
    club.stage.accredit(club.combat, CATEGORY, scheme=RIGHTS, granted=False)
    again = club.stage.call("Debit", request, cashier)
    assert (again.replayed, again.receipt) == (True, first.receipt)


def test_holder_and_cashier_are_told_before(club: Club) -> None:
    """A presentation and the partner's page say what may be added here, with the rulebook's sentence, as far as the
    budget goes."""
    cashier = club.stage.delegate(club.combat)
    shown = club.stage.present(club.girl, club.combat, cashier)
    told = {each.benefit: (each.balance_cents, each.top_up_cents, each.top_up_sentence) for each in shown.spendable}
    assert told["club"] == (3000, 3000, "L'avantage est augmenté chez ce partenaire (combat).")
    assert told["livres"] == (5000, 0, "")
    request = spendable_pb2.ListSpendableRequest(partner_id=str(club.combat))
    here = {each.wallet.benefit: each for each in club.stage.call("ListSpendable", request, club.girl).spendable}
    assert here["club"].wallet.top_up_cents == 3000
    assert sorted(here["club"].channels) == ["nfc", "number", "qr", "terminal", "till"]


@pytest.mark.parametrize("club", [3000 + 700], indirect=True)
def test_what_the_budget_cannot_bear_is_not_promised(club: Club) -> None:
    """7 € are left of the budget: 7 € are told."""
    request = spendable_pb2.ListSpendableRequest(partner_id=str(club.combat))
    here = {each.wallet.benefit: each for each in club.stage.call("ListSpendable", request, club.girl).spendable}
    assert here["club"].wallet.top_up_cents == 700


def test_what_can_be_spent_here_is_the_holders_own_and_the_partners_own(club: Club) -> None:
    """Nothing at a partner that takes nothing; rights without cents are told beside; another person sees their own."""
    nobody = spendable_pb2.ListSpendableRequest(partner_id=str(club.stage.partner()))
    assert list(club.stage.call("ListSpendable", nobody, club.girl).spendable) == []
    request = spendable_pb2.ListSpendableRequest(partner_id=str(club.plain))
    answer = club.stage.call("ListSpendable", request, club.girl)
    assert {each.benefit for each in answer.accesses} >= {"musee", "filles", "visites"}
    stranger = club.stage.call("ListSpendable", request, account())
    assert (list(stranger.spendable), list(stranger.accesses)) == ([], [])
