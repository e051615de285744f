"""Images of cards: sealed while they are kept, destroyed with the decision or when the rulebooks' days are over."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from atouts.identity.v1 import cards_pb2 as pb

from chassis.context import Account, AccountKind, CallContext
from chassis.grpc_client import PeerRefused
from chassis.jobs import JobPlayer
from chassis.work import Work
from rulebooks import Catalogue
from rulebooks.catalogue import PACKAGED
from services.identity.application.card_reviews import DecideCardCheck, confirm_decision, decide_card_check
from services.identity.bootstrap import Parts
from services.identity.domain.documents import Certainty, Crop, CropLabel, Reading, Reason
from services.identity.entrypoints.handlers import job_handlers
from services.identity.entrypoints.reader import CardReading
from services.identity.entrypoints.transactions import in_transaction
from services.identity.store.tables import CHASSIS, card_checks, card_images
from tests.integration.identity.stage import AUTHORITY, Caller, FakeReader, Stage, picture, reading_of

CROPS = (Crop(CropLabel.ZONE, 1, picture()), Crop(CropLabel.NAMES, 2, picture()))
DOUBTFUL = Reading(None, Certainty.DOUBTFUL, (Reason.UNREADABLE,), crops=CROPS)
DAYS = 30


@pytest.fixture
def lou(stage: Stage) -> Caller:
    """A young person with a profile that agrees with the card."""
    caller = stage.young("lou@exemple.fr")
    stage.declare(caller)
    return caller


@pytest.fixture(scope="module")
def keeping(tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    """The authority's rulebooks, that keep images for `DAYS` days."""
    directory: Path = tmp_path_factory.mktemp("rulebooks")
    shutil.copytree(PACKAGED / AUTHORITY, directory / AUTHORITY)
    for path in directory.glob("*/*/*.yaml"):
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace("identity_images_days: 0", f"identity_images_days: {DAYS}"), encoding="utf-8")
    return Catalogue.load(directory)


@pytest.fixture
def lasting(stage: Stage, keeping: Catalogue) -> Parts:
    """The service where images outlive the decision."""
    return replace(stage.parts, cards=replace(stage.parts.cards, catalogue=keeping))


def kept(stage: Stage) -> dict[str, int]:
    """Rows that hold a picture, or lead to one."""
    counted = {
        "files": CHASSIS.files.c.file_id,
        "file_chunks": CHASSIS.file_chunks.c.file_id,
        "card_images": card_images.c.file_id,
        "card_checks": card_checks.c.file_id,
    }
    return {name: stage.rows(sa.select(sa.func.count(column)))[0][0] for name, column in counted.items()}


NOTHING = {"files": 0, "file_chunks": 0, "card_images": 0, "card_checks": 0}


def play_due(stage: Stage, parts: Parts) -> int:
    platform = parts.platform
    player = JobPlayer("identity", platform.database, platform.tables, stage.clock, job_handlers(parts))
    return player.play_due()


def test_both_sides_and_every_cut_out_go_with_the_decision(stage: Stage, lou: Caller) -> None:
    """Where rulebooks keep nothing, no row of any table holds or names a picture once it is decided."""
    check_id = stage.submit(lou, back=picture()).check_id
    stage.read(DOUBTFUL)
    assert (kept(stage)["files"], kept(stage)["card_images"], kept(stage)["card_checks"]) == (4, 3, 1)

    decision = pb.DecideCardCheckRequest(check_id=check_id, accept=True)
    stage.call("DecideCardCheck", decision, stage.staff("instruction").token)

    assert kept(stage) == NOTHING
    assert stage.rows(sa.text("SELECT 1 FROM jobs")) == []


def test_cut_outs_of_a_card_that_the_machine_decides_are_never_kept(stage: Stage, lou: Caller) -> None:
    """Nobody looks at them: they are not written at all."""
    stage.submit(lou)

    stage.read(replace(reading_of(), crops=CROPS))

    assert kept(stage) == NOTHING


def test_what_is_kept_is_sealed(stage: Stage, lou: Caller) -> None:
    """No chunk holds the beginning of a picture in clear."""
    stage.submit(lou, back=picture())
    stage.read(DOUBTFUL)

    chunks = [row.sealed for row in stage.rows(sa.text("SELECT sealed FROM file_chunks"))]

    assert len(chunks) >= 4
    assert not [chunk for chunk in chunks if b"\xff\xd8\xff" in chunk[:64] or b"JFIF" in chunk]


def test_images_go_when_the_rulebooks_days_are_over(stage: Stage, lou: Caller, lasting: Parts) -> None:
    """Staff see them until then, and not a day longer; the decision itself stays."""
    check_id = stage.submit(lou, back=picture()).check_id
    assert CardReading(lasting, FakeReader(replace(reading_of(), crops=CROPS))).read_next()
    agent, image = stage.staff("instruction"), pb.GetCardImageRequest(check_id=check_id)

    stage.clock.instant += timedelta(days=DAYS, seconds=-1)
    assert play_due(stage, lasting) == 0
    assert kept(stage)["files"] == 4
    assert stage.call("GetCardImage", image, agent.token).image.startswith(b"\xff\xd8\xff")

    stage.clock.instant += timedelta(seconds=1)
    assert play_due(stage, lasting) == 1
    assert kept(stage) == NOTHING
    with pytest.raises(PeerRefused) as refusal:
        stage.call("GetCardImage", image, agent.token)
    assert refusal.value.reason == "image_destroyed"
    assert len(stage.rows(sa.text("SELECT 1 FROM card_decisions"))) == 1


def test_a_later_decision_keeps_images_no_longer(stage: Stage, lou: Caller, lasting: Parts) -> None:
    """The days count from the first decision: turning it does not begin them anew."""
    check_id = stage.submit(lou).check_id
    assert CardReading(lasting, FakeReader(replace(DOUBTFUL, defects=(Reason.BLURRED,)))).read_next()
    stage.clock.instant += timedelta(days=DAYS - 1)
    as_staff(lasting, lambda work: decide_card_check(work, lasting.cards, DecideCardCheck(check_id, True, "Vue.")))
    as_staff(lasting, lambda work: confirm_decision(work, lasting.cards, check_id))
    assert stage.is_checked(lou)
    assert kept(stage)["files"] == 3

    stage.clock.instant += timedelta(days=1)
    play_due(stage, lasting)

    assert kept(stage) == NOTHING


def as_staff(parts: Parts, act: Callable[[Work], object]) -> None:
    """As a new member of staff, past the door."""
    account = Account(str(uuid.uuid4()), AccountKind.STAFF, second_factor=True)
    in_transaction(parts.platform, CallContext(AUTHORITY, "gateway", account), act)
