"""Facts have a source, a date and an end; a correction names what it corrects, and nothing is overwritten."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
import sqlalchemy.exc
from atouts.identity.v1 import facts_pb2 as pb

from chassis.grpc_client import PeerRefused
from services.identity.store.tables import fact_records
from tests.integration.identity.stage import Caller, Stage

PROOF = "Justificatif de domicile du 2 septembre"


@pytest.fixture
def lou(stage: Stage) -> Caller:
    caller = stage.young()
    stage.declare(caller)
    return caller


def record(stage: Stage, agent: Caller, person: Caller, *facts: pb.Fact, **values: Any) -> pb.RecordFactsResponse:
    request = pb.RecordFactsRequest(person_id=person.account_id, facts=facts, **{"reason": "Courrier reçu", **values})
    answer: pb.RecordFactsResponse = stage.call("RecordFacts", request, agent.token)
    return answer


def history(stage: Stage, agent: Caller, person: Caller, name: str) -> list[pb.FactRecord]:
    request = pb.ListFactHistoryRequest(person_id=person.account_id)
    records = stage.call("ListFactHistory", request, agent.token).records
    return [each for each in records if each.fact.name == name]


def told(stage: Stage, person: Caller) -> dict[str, Any]:
    return {fact.name: fact.text or fact.flag for fact in stage.facts_of(person).facts}


def test_a_declaration_is_the_person_s_word_with_its_day(stage: Stage, lou: Caller) -> None:
    """One record a fact; saying the same again leaves none."""
    stage.declare(lou)
    stage.declare(lou, study_status="apprenti")
    agent = stage.staff("instruction")

    now, before = history(stage, agent, lou, "study_status")

    assert (now.fact.text, before.fact.text) == ("apprenti", "lyceen")
    assert (now.source, now.said_by, now.corrects) == (pb.FACT_SOURCE_PERSON, lou.account_id, before.record_id)
    assert now.said_at.ToDatetime(UTC) == stage.clock.now()
    assert len(history(stage, agent, lou, "residence_commune")) == 1


def test_a_correction_goes_before_the_declaration_and_names_it(stage: Stage, lou: Caller) -> None:
    """Staff put the residence right on a proof; region and department follow; what was declared stays written."""
    agent = stage.staff("instruction")
    record(stage, agent, lou, pb.Fact(name="residence_commune", text="69123"), proof=PROOF)

    correction, declared = history(stage, agent, lou, "residence_commune")

    assert (correction.source, correction.said_by) == (pb.FACT_SOURCE_STAFF, agent.account_id)
    assert (correction.proof, correction.reason) == (PROOF, "Courrier reçu")
    assert (correction.corrects, declared.fact.text) == (declared.record_id, "76540")
    assert [told(stage, lou)[f"residence_{each}"] for each in ("commune", "department", "region")] == [
        "69123",
        "69",
        "84",
    ]
    assert [row.version for row in stage.published("facts_changed")] == [1, 2]


def test_a_later_declaration_does_not_undo_what_staff_put_right(stage: Stage, lou: Caller) -> None:
    """The person's word is noted and waits behind; taking the correction away lets it count."""
    agent = stage.staff("instruction")
    record(stage, agent, lou, pb.Fact(name="residence_commune", text="69123"))
    stage.declare(lou, residence_commune="14118")
    assert told(stage, lou)["residence_commune"] == "69123"

    record(stage, agent, lou, pb.Fact(name="residence_commune"), reason="Erreur de notre part")

    assert told(stage, lou)["residence_commune"] == "14118"
    assert [each.fact.text for each in history(stage, agent, lou, "residence_commune")] == [
        "",
        "14118",
        "69123",
        "76540",
    ]


def test_a_fact_whose_last_day_is_over_goes_and_eligibility_hears_of_it(stage: Stage, lou: Caller) -> None:
    """It counts on its last day, in Paris; the day after a job takes it away and facts_changed tells so."""
    agent = stage.staff("instruction")
    record(stage, agent, lou, pb.Fact(name="disability", flag=True), expires_on="2025-12-31")
    stage.clock.instant = datetime(2025, 12, 31, 22, 59, tzinfo=UTC)
    assert (stage.play_jobs(), told(stage, lou)["disability"]) == (0, True)

    stage.clock.instant = datetime(2025, 12, 31, 23, tzinfo=UTC)
    assert stage.play_jobs() == 1

    assert "disability" not in told(stage, lou)
    assert [row.version for row in stage.published("facts_changed")] == [1, 2, 3]
    gone, recorded = history(stage, agent, lou, "disability")
    assert (gone.source, gone.fact.flag, gone.corrects) == (pb.FACT_SOURCE_PLATFORM, False, recorded.record_id)
    assert recorded.expires_on == "2025-12-31"


def test_a_correction_ends_on_its_day_whatever_was_declared_since(stage: Stage, lou: Caller) -> None:
    """A later word of the person is not a later word of staff."""
    agent = stage.staff("instruction")
    record(stage, agent, lou, pb.Fact(name="residence_commune", text="69123"), expires_on="2025-09-30")
    stage.declare(lou, residence_commune="14118")
    stage.clock.instant += timedelta(days=30)

    stage.play_jobs()

    assert told(stage, lou)["residence_commune"] == "14118"


def test_a_fact_that_was_renewed_stays(stage: Stage, lou: Caller) -> None:
    """The same said until a later day is another record: the first one's end ends nothing."""
    agent = stage.staff("instruction")
    for last_day in ("2025-09-30", "2026-08-31"):
        record(stage, agent, lou, pb.Fact(name="disability", flag=True), expires_on=last_day)
    stage.clock.instant += timedelta(days=60)

    stage.play_jobs()

    assert told(stage, lou)["disability"] is True


def test_the_same_again_leaves_no_record_and_no_event(stage: Stage, lou: Caller) -> None:
    """A call that is repeated changes nothing."""
    agent = stage.staff("instruction")
    fact = pb.Fact(name="disability", flag=True)
    versions = {record(stage, agent, lou, fact, expires_on="2025-12-31").version for _ in range(2)}

    assert versions == {2}
    assert len(history(stage, agent, lou, "disability")) == 1


def test_a_last_day_that_is_over_is_refused(stage: Stage, lou: Caller) -> None:
    """Today is the first that may be said."""
    agent = stage.staff("instruction")
    with pytest.raises(PeerRefused) as refused:
        record(stage, agent, lou, pb.Fact(name="disability", flag=True), expires_on="2025-09-14")

    assert (refused.value.reason, refused.value.field) == ("last_day_over", "expires_on")
    record(stage, agent, lou, pb.Fact(name="disability", flag=True), expires_on="2025-09-15")


def test_a_person_reads_their_own_history_without_who_of_the_staff(stage: Stage, lou: Caller) -> None:
    """Their facts, each with source, date and reason; nobody else's, and no agent's account."""
    record(stage, stage.staff("instruction"), lou, pb.Fact(name="disability", flag=True))
    other = stage.young("ada@exemple.fr")

    own = stage.call("ListMyFacts", pb.ListMyFactsRequest(), lou.token).records

    assert {each.said_by for each in own} == {"", lou.account_id}
    assert list(stage.call("ListMyFacts", pb.ListMyFactsRequest(), other.token).records) == []
    with pytest.raises(PeerRefused, match="not_allowed"):
        stage.call("ListFactHistory", pb.ListFactHistoryRequest(person_id=lou.account_id), other.token)


def test_a_history_comes_by_pages_the_latest_first(stage: Stage, lou: Caller) -> None:
    """A hundred a page, none twice."""
    for number in range(100):
        stage.declare(lou, study_status="apprenti" if number % 2 else "etudiant")
    first = stage.call("ListMyFacts", pb.ListMyFactsRequest(), lou.token)
    rest = stage.call("ListMyFacts", pb.ListMyFactsRequest(page_token=first.next_page_token), lou.token)

    records = [*first.records, *rest.records]

    assert (len(first.records), len(records), rest.next_page_token) == (100, 104, "")
    assert len({each.record_id for each in records}) == 104
    assert first.records[0].fact.text == "apprenti"


def test_records_are_never_changed_and_hold_no_readable_value(stage: Stage, lou: Caller) -> None:
    """The database refuses an update; value, reason and proof are sealed."""
    record(stage, stage.staff("instruction"), lou, pb.Fact(name="residence_commune", text="69123"), proof=PROOF)

    with pytest.raises(sqlalchemy.exc.DBAPIError, match="append-only"):
        stage.execute("UPDATE fact_records SET name = 'sex'")
    written = str([tuple(row) for row in stage.rows(sa.select(fact_records))])
    assert "69123" not in written
    assert "domicile" not in written
