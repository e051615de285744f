"""A small season on a platform of its own: what `bin/demo` plays must add up, by the reader's own reckoning."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from demo.autumn import moved
from demo.guests import load
from embedded import lifecycle
from embedded.environment import machine_environment
from embedded.rundir import ROOT, RunDir

PUPILS = 6
SEED = 7
FEE_CENTS = 1000

pytestmark = pytest.mark.timeout(600)


@dataclass(frozen=True)
class Season:
    """What the demo printed and wrote."""

    exit_code: int
    story: str
    folder: Path

    @property
    def figures(self) -> dict[str, Any]:
        figures: dict[str, Any] = json.loads((self.folder / "summary.json").read_text(encoding="utf-8"))
        return figures


@pytest.fixture(scope="module")
def season(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Season]:
    run = RunDir(tmp_path_factory.mktemp("season"))
    elsewhere = moved((guest.rulebook for guest in load()), tmp_path_factory.mktemp("rulebooks"))
    lifecycle.up(run, environment={**machine_environment(), "ATOUTS_MODE": "test", "RULEBOOKS": str(elsewhere)})
    try:
        yield _played(run)
    finally:
        lifecycle.reset(run)


def _played(run: RunDir) -> Season:
    done = subprocess.run(
        [sys.executable, "-m", "demo", "--exit", "--pupils", str(PUPILS), "--seed", str(SEED)],
        cwd=ROOT,
        env={**os.environ, "ATOUTS_RUN_DIR": str(run.path)},
        capture_output=True,
        text=True,
        check=False,
    )
    return Season(done.returncode, done.stdout + done.stderr, run.path / "demo")


def test_the_season_ends_well(season: Season) -> None:
    assert season.exit_code == 0, season.story


def test_every_cent_agrees_between_pages_statements_and_transfer_files(season: Season) -> None:
    assert season.figures["ledger_difference_cents"] == 0
    assert season.figures["verify"]["held"] is True


def test_what_was_debited_is_paid_or_owed(season: Season) -> None:
    figures = season.figures
    net = figures["debited_cents"] - figures["cancelled_cents"]
    assert net == figures["paid_cents"] + figures["owed_cents"] > 0


def test_every_cent_of_the_envelopes_is_somewhere(season: Season) -> None:
    figures = season.figures
    spent = figures["debited_cents"] - figures["cancelled_cents"]
    assert figures["envelopes_cents"] == (
        figures["unallocated_cents"] + figures["left_cents"] + figures["expired_cents"] + spent
    )


def test_nothing_is_left_in_wallets_and_nothing_is_owed_after_the_season(season: Season) -> None:
    assert season.figures["left_cents"] == 0
    assert season.figures["owed_cents"] == 0
    assert season.figures["expired_cents"] > 0


def test_a_partner_without_an_iban_was_held_and_is_paid_in_the_end(season: Season) -> None:
    assert season.figures["held_partners"] == ["sports-club"]


def test_every_refusal_of_the_story_has_its_reason(season: Season) -> None:
    assert set(season.figures["members_refused"]) == {
        "age_minimum",
        "age_maximum",
        "lives_or_studies_in_region",
        "already_member",
        "membership_not_active",
    }
    assert set(season.figures["debits_refused"]) == {
        "insufficient_balance",
        "wrong_category",
        "partner_not_accredited",
        "code_already_used",
        "code_expired",
        "season_over",
        "membership_not_active",
        "idempotency_key_reused",
    }


def test_every_refusal_of_vouchers_bons_plans_and_links_has_its_reason(season: Season) -> None:
    assert set(season.figures["vouchers_refused"]) == {
        "no_voucher_for_benefit",
        "voucher_above_balance",
        "voucher_of_another_partner",
        "voucher_already_redeemed",
    }
    assert set(season.figures["offers_refused"]) == {
        "text_refused",
        "offer_full",
        "registration_closed",
        "second_person_needed",
    }
    assert set(season.figures["neighbour_refused"]) == {"unknown_person"}


def test_every_refusal_of_cards_rights_and_corrections_has_its_reason(season: Season) -> None:
    """Beside the story's purchases: codes, tickets, blocked cards, a suspension, a transfer, a second person."""
    assert set(season.figures["kinds_refused"]) == {
        "transfer_not_yet",
        "nothing_to_transfer",
        "card_opposed",
        "second_person_needed",
        "secret_code_not_chosen",
        "secret_code_wrong",
        "secret_code_locked",
        "whole_tickets_only",
        "benefit_suspended",
        "unknown_pairing_code",
        "card_not_activated",
        "holder_not_present",
    }


def test_a_use_that_was_taken_back_and_a_top_up_are_told_in_figures(season: Season) -> None:
    assert (season.figures["uses_recorded"], season.figures["uses_cancelled"]) == (2, 1)
    assert season.figures["topped_up_cents"] == 3000


def test_nothing_that_was_promised_beyond_the_money_is_missing(season: Season) -> None:
    assert season.figures["findings_wrong"] == []


def test_a_membership_that_was_given_brings_no_fee(season: Season) -> None:
    figures = season.figures
    assert figures["memberships_free"] == 1
    assert figures["fees_cents"] == FEE_CENTS * (figures["memberships"] - 1)


def test_what_partners_took_of_vouchers_is_paid_like_any_debit_and_the_rest_went_back(season: Season) -> None:
    assert season.figures["vouchers"] == 4
    assert season.figures["vouchers_redeemed"] == 2
    assert season.figures["voucher_captured_cents"] == 2000 + 2250


def test_the_draw_can_be_made_again_from_what_was_published(season: Season) -> None:
    assert season.figures["draws"] == 1
    assert season.figures["draw_faults"] == []
    assert season.figures["draw_winners"] == 5 < season.figures["draw_registrants"]


def test_everybody_is_written_to_and_nobody_twice_while_nothing_dies(season: Season) -> None:
    assert set(season.figures["mails"]) == {
        "account_opened",
        "card_accepted",
        "card_refused",
        "wallet_credited",
        "payment_made",
        "place_won",
        "payout_sent",
    }
    assert season.figures["mails_duplicated"] == 0


def test_an_open_application_hears_of_a_payment(season: Season) -> None:
    assert season.figures["live_notice_ms"] is not None


def test_another_authority_hears_of_the_three_who_linked_themselves_and_of_nobody_else(season: Season) -> None:
    assert season.figures["membership_events"] == season.figures["membership_events_expected"] == 3
    assert season.figures["memberships_ended_events"] == 3


def test_each_statement_is_a_table_for_software_and_a_document_for_people(season: Season) -> None:
    assert season.figures["statements_pdf"] == season.figures["statements"]


def test_each_transfer_file_is_kept_beside_its_statements(season: Season) -> None:
    files = [Path(path) for path in season.figures["sepa_files"]]
    assert len(files) == season.figures["payouts"] > 0
    assert all(path.is_file() for path in files)
    assert season.figures["statements"] >= len(files)
