"""Bank accounts: what is sent, checked and told to payout."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from atouts.partner.v1 import organisations_pb2 as pb

from chassis.grpc_client import PeerRefused
from tests.integration.partner.stage import IBAN, OTHER_IBAN, Stage, siret


def test_an_unverified_iban_is_not_told_to_payout(stage: Stage) -> None:
    partner_id = stage.register().partner_id
    answer = stage.send_iban(partner_id)
    assert (answer.iban_state, answer.iban_tail) == (pb.IBAN_STATE_SUBMITTED, "0185")
    assert stage.accounts_to_pay(partner_id) == []
    assert not stage.facts("iban_verified")


def test_a_verified_iban_is_published_by_version_and_told_on_request(stage: Stage) -> None:
    partner_id = stage.register().partner_id
    stage.send_iban(partner_id)
    assert stage.verify_iban(partner_id).iban_state == pb.IBAN_STATE_VERIFIED
    (fact,) = stage.facts("iban_verified")
    assert (fact.subject, fact.version, fact.data) == (partner_id, 1, {"partner_id": partner_id})
    assert stage.accounts_to_pay(partner_id) == [(IBAN, 1)]


def test_the_old_iban_stays_in_use_until_the_new_one_is_verified(stage: Stage) -> None:
    partner_id = stage.register().partner_id
    stage.send_iban(partner_id)
    stage.verify_iban(partner_id)
    assert stage.send_iban(partner_id, OTHER_IBAN).iban_state == pb.IBAN_STATE_SUBMITTED
    assert stage.accounts_to_pay(partner_id) == [(IBAN, 1)]
    stage.verify_iban(partner_id)
    assert stage.accounts_to_pay(partner_id) == [(OTHER_IBAN, 2)]
    assert [fact.version for fact in stage.facts("iban_verified")] == [1, 2]


def test_a_refused_iban_leaves_the_old_one_in_use_and_needs_a_reason(stage: Stage) -> None:
    partner_id = stage.register().partner_id
    stage.send_iban(partner_id)
    stage.verify_iban(partner_id)
    stage.send_iban(partner_id, OTHER_IBAN)
    with pytest.raises(PeerRefused, match="reason_needed"):
        stage.verify_iban(partner_id, accept=False)
    stage.verify_iban(partner_id, accept=False, reason="RIB illisible.")
    assert stage.accounts_to_pay(partner_id) == [(IBAN, 1)]


def test_a_refused_iban_tells_why_until_another_is_sent(stage: Stage) -> None:
    """Whoever has to send another reads what was wrong with it."""
    partner_id = stage.register().partner_id
    stage.send_iban(partner_id)
    stage.verify_iban(partner_id, accept=False, reason="RIB illisible.")
    refused = stage.see(partner_id)
    assert (refused.iban_state, refused.iban_reason) == (pb.IBAN_STATE_REFUSED, "RIB illisible.")
    stage.send_iban(partner_id, OTHER_IBAN)
    assert stage.see(partner_id).iban_reason == ""


def test_ibans_that_wait_are_listed_whole_for_those_who_verify_them(stage: Stage) -> None:
    """The oldest first, beside the names that the holder must be; what is decided waits no more."""
    first, second = (stage.register(siret=siret(number)).partner_id for number in (1, 2))
    stage.send_iban(first)
    stage.send_iban(second, OTHER_IBAN)
    request = pb.ListWaitingIbansRequest()
    accounts = stage.call("ListWaitingIbans", request, stage.payer).accounts
    assert [(each.partner_id, each.iban, each.version) for each in accounts] == [
        (first, IBAN, 1),
        (second, OTHER_IBAN, 1),
    ]
    assert accounts[0].holder == accounts[0].legal_name
    stage.verify_iban(first)
    assert [each.partner_id for each in stage.call("ListWaitingIbans", request, stage.payer).accounts] == [second]
    with pytest.raises(PeerRefused, match="not_allowed"):
        stage.call("ListWaitingIbans", request, stage.instructor)


def test_an_iban_is_decided_as_it_was_seen(stage: Stage) -> None:
    """Another was sent meanwhile: the decision is not of that one."""
    partner_id = stage.register().partner_id
    stage.send_iban(partner_id)
    stage.send_iban(partner_id, OTHER_IBAN)
    seen = pb.VerifyIbanRequest(partner_id=partner_id, accept=True, version=1)
    with pytest.raises(PeerRefused, match="no_iban_to_verify"):
        stage.call("VerifyIban", seen, stage.payer)
    seen.version = 2
    assert stage.call("VerifyIban", seen, stage.payer).iban_state == pb.IBAN_STATE_VERIFIED
    assert stage.accounts_to_pay(partner_id) == [(OTHER_IBAN, 2)]


def test_the_same_iban_sent_again_is_not_checked_again(stage: Stage) -> None:
    partner_id = stage.register().partner_id
    stage.send_iban(partner_id)
    stage.verify_iban(partner_id)
    assert stage.send_iban(partner_id, "FR76 3000 1007 9412 3456 7890 185").iban_state == pb.IBAN_STATE_VERIFIED
    with pytest.raises(PeerRefused, match="no_iban_to_verify"):
        stage.verify_iban(partner_id)


@pytest.mark.parametrize(
    ("iban", "holder", "reason", "field"),
    [
        ("FR7630001007941234567890186", "SARL Omnia", "iban_invalid", "iban"),
        ("", "SARL Omnia", "iban_invalid", "iban"),
        ("BR1800360305000010009795493C1", "SARL Omnia", "iban_outside_sepa", "iban"),
        (IBAN, "Madame Dupont", "iban_holder_differs", "holder"),
    ],
)
def test_a_wrong_bank_account_is_refused_at_its_field(
    stage: Stage, iban: str, holder: str, reason: str, field: str
) -> None:
    partner_id = stage.register().partner_id
    with pytest.raises(PeerRefused) as refusal:
        stage.send_iban(partner_id, iban, holder)
    assert (refusal.value.reason, refusal.value.field) == (reason, field)
    assert stage.see(partner_id).iban_state == pb.IBAN_STATE_MISSING


def test_the_holder_may_be_the_public_name_whatever_its_accents(stage: Stage) -> None:
    partner_id = stage.register().partner_id
    assert stage.send_iban(partner_id, holder="CINEMA OMNIA").iban_state == pb.IBAN_STATE_SUBMITTED


def test_instruction_staff_verify_no_iban(stage: Stage) -> None:
    partner_id = stage.register().partner_id
    stage.send_iban(partner_id)
    with pytest.raises(PeerRefused, match="not_allowed"):
        stage.call("VerifyIban", pb.VerifyIbanRequest(partner_id=partner_id, accept=True), stage.instructor)


def test_an_iban_is_nowhere_in_clear(stage: Stage) -> None:
    partner_id = stage.register().partner_id
    stage.send_iban(partner_id)
    stage.verify_iban(partner_id)
    with stage.parts.platform.database.transaction() as session:
        rows = session.execute(
            sa.text(
                "SELECT encode(iban_sealed, 'escape') || encode(holder_sealed, 'escape') FROM bank_accounts"
                " UNION ALL SELECT data::text FROM outbox UNION ALL SELECT coalesce(after::text, '') FROM audit"
            )
        ).scalars()
        assert not [row for row in rows if IBAN in row or "SARL Omnia" in row]
