"""What rulebooks ask of partners beyond conditions: proofs, facts of staff, agreements that end."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from atouts.partner.v1 import accreditations_pb2 as acc_pb
from atouts.partner.v1 import organisations_pb2 as org_pb
from atouts.partner.v1 import proofs_pb2 as pb

from chassis.clock import FixedClock
from chassis.context import CallContext
from chassis.grpc_client import PeerRefused
from chassis.jobs import JobPlayer
from rulebooks import Catalogue, Charter, Hold, Rulebook
from rulebooks.terms import Agreement
from services.partner.application.accreditations import SignCharter, sign_charter
from services.partner.bootstrap import Parts
from services.partner.entrypoints.handlers import job_handlers
from tests.integration.partner.stage import AUTHORITY, CULTURE, PDF, SEASON, Stage, declaration

LABELS = Hold("labels", "document", "season", "…", "§1", frozenset({"cinema"}), "photo", "Photo", "Je n'en vends pas.")
UNTIL = date(2027, 5, 31)


def _changed(catalogue: Catalogue, *seasons: Rulebook) -> Catalogue:
    """A catalogue of these rulebooks alone."""
    known = {AUTHORITY: catalogue.authority(AUTHORITY)}
    return Catalogue(known, {(AUTHORITY, each.scheme, each.season): (each,) for each in seasons}, {})


@pytest.fixture
def ruled(stage: Stage) -> Iterator[Stage]:
    """The scheme asks for a proof, and its agreement ends; the season after has an agreement of its own."""
    ports = stage.parts.ports
    rulebook = ports.catalogue.get(AUTHORITY, CULTURE, SEASON)
    first = replace(rulebook, holds=(LABELS,), agreement=Agreement(UNTIL, "signature", "§1"))
    second = replace(
        first,
        season="2026-2027",
        charter=Charter("2027-06-01", "…", "§1"),
        agreement=Agreement(date(2032, 5, 31), "signature", "§1"),
    )
    before = ports.catalogue
    object.__setattr__(ports, "catalogue", _changed(before, first, second))
    yield stage
    object.__setattr__(ports, "catalogue", before)


def _submit(stage: Stage, partner_id: str, **proof: Any) -> pb.PayoutProof:
    request = pb.SubmitPayoutProofRequest(
        partner_id=partner_id, scheme=CULTURE, season=SEASON, hold_code="labels", **proof
    )
    sent: pb.PayoutProof = stage.call("SubmitPayoutProof", request, stage.owner).proof
    return sent


def _decide(stage: Stage, partner_id: str, *, accept: bool, reason: str = "") -> pb.PayoutProof:
    request = pb.DecidePayoutProofRequest(
        partner_id=partner_id, scheme=CULTURE, season=SEASON, hold_code="labels", accept=accept, reason=reason
    )
    decided: pb.PayoutProof = stage.call("DecidePayoutProof", request, stage.instructor).proof
    return decided


def test_a_proof_is_sent_accepted_and_told_to_payout(ruled: Stage) -> None:
    """Its document is of the kind that the hold names, though no accreditation asks for it."""
    partner = ruled.register()
    document = ruled.upload(partner.partner_id, "photo")
    assert _submit(ruled, partner.partner_id, document_id=document.document_id).version == 1
    (waiting,) = ruled.call("ListPayoutProofs", pb.ListPayoutProofsRequest(), ruled.instructor).proofs
    assert (waiting.public_name, waiting.document_id) == ("Cinéma Omnia", document.document_id)
    assert ruled.facts("payout_proof_accepted") == []

    assert _decide(ruled, partner.partner_id, accept=True).state == pb.PAYOUT_PROOF_STATE_ACCEPTED
    _decide(ruled, partner.partner_id, accept=True)
    (fact,) = ruled.facts("payout_proof_accepted")
    assert fact.data == {
        "partner_id": partner.partner_id, "scheme": CULTURE, "season": SEASON, "hold_code": "labels", "version": 2,
    }  # fmt: skip
    accepted = pb.ListPayoutProofsRequest(state=pb.PAYOUT_PROOF_STATE_ACCEPTED)
    listed = ruled.call("ListPayoutProofs", accepted, service="payout").proofs
    assert [(each.hold_code, each.version) for each in listed] == [("labels", 2)]


def test_a_declaration_is_recorded_and_told_at_once(ruled: Stage) -> None:
    """It shows on the partner's own page."""
    partner = ruled.register()
    assert _submit(ruled, partner.partner_id, not_concerned=True).declared
    assert len(ruled.facts("payout_proof_accepted")) == 1
    (shown,) = ruled.see(partner.partner_id).payout_proofs
    assert shown.state == pb.PAYOUT_PROOF_STATE_ACCEPTED
    with pytest.raises(PeerRefused, match="already_proven"):
        _submit(ruled, partner.partner_id, not_concerned=True)


def test_a_proof_says_what_it_is(ruled: Stage) -> None:
    """Neither a document nor a declaration is nothing; another partner's document is none of this one's."""
    partner, other = ruled.register(), ruled.register(siret="73282932000215")
    document = ruled.upload(other.partner_id, "photo", content=PDF + b"%")
    for proof, code in (({}, "malformed"), ({"document_id": document.document_id}, "document_unknown")):
        with pytest.raises(PeerRefused, match=code):
            _submit(ruled, partner.partner_id, **proof)


def test_staff_record_what_is_not_the_partners_to_declare(stage: Stage) -> None:
    """The next reading of its application counts it; the partner sees it; the reason is written."""
    partner = stage.register()
    request = org_pb.RecordStaffFactRequest(
        partner_id=partner.partner_id, fact=declaration("league_listed", True), reason="Liste 2025 de la ligue."
    )
    recorded = stage.call("RecordStaffFact", request, stage.instructor).partner
    assert [(each.name, each.flag) for each in recorded.staff_facts] == [("league_listed", True)]
    assert [each.name for each in stage.see(partner.partner_id).staff_facts] == ["league_listed"]
    for changes, code in (
        ({"reason": " "}, "reason_needed"),
        ({"fact": declaration("film_club", True)}, "declaration_refused"),
    ):
        wrong = org_pb.RecordStaffFactRequest()
        wrong.CopyFrom(request)
        for name in changes:
            wrong.ClearField(name)
        wrong.MergeFrom(org_pb.RecordStaffFactRequest(**changes))
        with pytest.raises(PeerRefused, match=code):
            stage.call("RecordStaffFact", wrong, stage.instructor)
    with pytest.raises(PeerRefused):
        stage.call("RecordStaffFact", request, stage.owner)


def test_an_accreditation_tells_the_lists_that_its_partner_declared(stage: Stage) -> None:
    """As tags, in the event and in the list for rebuilds."""
    partner = stage.register(flags={"projection_main_activity": True, "sports": ["combat"]})
    stage.granted(partner, "cinema")
    (fact,) = stage.facts("accreditation_granted")
    assert fact.data["tags"] == ["sports/combat"]
    listed = stage.call("ListAccreditations", acc_pb.ListAccreditationsRequest(), service="wallet").accreditations
    assert [list(each.tags) for each in listed] == [["sports/combat"]]


def test_an_accreditation_ends_with_its_agreement_and_comes_back_by_signature(ruled: Stage) -> None:
    """The wallet is told that it is over; the signature of the next charter is told as a new grant."""
    partner = ruled.register()
    granted = ruled.granted(partner, "cinema")
    assert granted.agreement_until == UNTIL.isoformat()
    _play(ruled.parts, UNTIL)
    assert ruled.see(partner.partner_id).accreditations[0].state == acc_pb.ACCREDITATION_STATE_GRANTED

    _play(ruled.parts, date(2027, 6, 1))
    (ended,) = ruled.see(partner.partner_id).accreditations
    assert ended.state == acc_pb.ACCREDITATION_STATE_WITHDRAWN
    assert "signez la nouvelle charte" in ended.reason
    assert [rpc for rpc, _, _ in ruled.wallet.calls] == ["StopAccreditation"]
    assert len(ruled.facts("accreditation_withdrawn")) == 1

    ruled.sign(partner.partner_id, season="2026-2027", charter_version="2027-06-01")
    (renewed,) = ruled.see(partner.partner_id).accreditations
    assert (renewed.state, renewed.season) == (acc_pb.ACCREDITATION_STATE_GRANTED, "2026-2027")
    assert renewed.version > ended.version
    assert len(ruled.facts("accreditation_granted")) == 2


def test_a_charter_that_was_signed_in_time_keeps_the_accreditation(ruled: Stage) -> None:
    """It is looked at again when that agreement ends."""
    partner = ruled.register()
    ruled.granted(partner, "cinema")
    ruled.sign(partner.partner_id, season="2026-2027", charter_version="2027-06-01")
    _play(ruled.parts, date(2027, 6, 1))
    assert ruled.see(partner.partner_id).accreditations[0].state == acc_pb.ACCREDITATION_STATE_GRANTED
    _play(ruled.parts, date(2032, 6, 1))
    assert ruled.see(partner.partner_id).accreditations[0].state == acc_pb.ACCREDITATION_STATE_WITHDRAWN


def test_a_signature_brings_nothing_back_that_staff_withdrew(ruled: Stage) -> None:
    """Only what ended with an agreement."""
    partner = ruled.register()
    ruled.withdraw(ruled.granted(partner, "cinema"))
    parts = ruled.parts
    order = SignCharter(partner.partner_id, CULTURE, "2026-2027", "2027-06-01", sworn=True)
    with parts.platform.database.transaction() as session:
        context = CallContext(AUTHORITY, "gateway", ruled.owner.account)
        sign_charter(parts.platform.work(session, context), parts.ports, order)
    assert ruled.see(partner.partner_id).accreditations[0].state == acc_pb.ACCREDITATION_STATE_WITHDRAWN


def _play(parts: Parts, day: date) -> None:
    on, clock = parts.platform, FixedClock(datetime(day.year, day.month, day.day, 12, tzinfo=UTC))
    JobPlayer("partner", on.database, on.tables, clock, job_handlers(parts)).play_due()
