"""A database put back from before an erasure shows nothing of the person, and opens no door until it was replayed."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
import sqlalchemy as sa
from atouts.identity.v1 import accounts_pb2, facts_pb2

from chassis.config import SettingMissing
from embedded.postgres import program
from services.identity.entrypoints import journal, resealing
from services.identity.entrypoints.journal import require_replayed
from services.identity.store.keys.kept_marks import KeptMarkRows
from services.identity.store.keys.tables import metadata as key_metadata
from services.identity.store.keys.tables import subject_keys
from services.identity.store.tables import accounts, persons
from tests.integration.identity.conftest import empty
from tests.integration.identity.erasing import OtherServices, ask_own, erase, listed, play
from tests.integration.identity.stage import Caller, Stage, reading_of


class Backup:
    """A dump of identity's database as `pg_dump` makes it, put back over what is there."""

    def __init__(self, stage: Stage, folder: Path) -> None:
        self._stage = stage
        self._file = folder / "identity.dump"
        self._run("pg_dump", "--format=custom", f"--file={self._file}", self._url)

    def put_back(self) -> None:
        """Tables and all: nothing of now is left."""
        self._stage.parts.platform.database.engine.dispose()
        self._run("pg_restore", "--clean", "--if-exists", "--no-owner", f"--dbname={self._url}", str(self._file))

    @property
    def _url(self) -> str:
        url = self._stage.parts.platform.database.engine.url
        return url.set(drivername="postgresql").render_as_string(hide_password=False)

    def _run(self, name: str, *arguments: str) -> None:
        done = subprocess.run([program(name), *arguments], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr


def _person(stage: Stage, email: str) -> Caller:
    account = stage.open_account(email)
    caller = Caller(account.account_id, stage.sign_in(email).session.access_token)
    stage.declare(caller)
    return caller


def _contacts(stage: Stage, *callers: Caller) -> list[str]:
    request = accounts_pb2.LookUpContactsRequest(account_ids=[caller.account_id for caller in callers])
    return [contact.email for contact in stage.call("LookUpContacts", request, service="notification").contacts]


def _facts(stage: Stage, *callers: Caller) -> list[str]:
    request = facts_pb2.LookUpFactsRequest(person_ids=[caller.account_id for caller in callers])
    return [found.person_id for found in stage.call("LookUpFacts", request, service="wallet").persons]


def test_a_backup_from_before_shows_nothing_and_opens_no_door(stage: Stage, tmp_path: Path) -> None:
    """The key is gone with the erasure: the values are there again and cannot be unsealed. Others are as they were."""
    lou, max_ = _person(stage, "lou@exemple.fr"), _person(stage, "max@exemple.fr")
    backup = Backup(stage, tmp_path)
    erase(stage, lou)
    require_replayed(stage.parts)
    backup.put_back()

    values = stage.rows(sa.select(persons.c.profile_sealed).where(persons.c.person_id == lou.account_id))
    assert values[0].profile_sealed != b""
    assert _facts(stage, lou, max_) == [max_.account_id]
    assert _contacts(stage, lou, max_) == ["max@exemple.fr"]
    with pytest.raises(SettingMissing, match="1 erasures of the journal"):
        require_replayed(stage.parts)

    assert journal.replay(stage.parts) == journal.Replayed(cleared=1, unknown=0)
    require_replayed(stage.parts)
    values = stage.rows(sa.select(persons.c.profile_sealed).where(persons.c.person_id == lou.account_id))
    assert values == [(b"",)]
    assert stage.rows(sa.select(accounts.c.email_sealed).where(accounts.c.account_id == lou.account_id)) == [(b"",)]
    assert journal.replay(stage.parts) == journal.Replayed(0, 0)


def test_services_are_asked_again_after_a_replay(stage: Stage, tmp_path: Path) -> None:
    """The worker that starts then has each of them clear, and the erasure is done again."""
    lou = _person(stage, "lou@exemple.fr")
    backup = Backup(stage, tmp_path)
    erase(stage, lou)
    backup.put_back()
    journal.replay(stage.parts)
    others = OtherServices()
    play(stage, others)
    assert set(others.asked.values()) == {1}
    assert [each.done_at.seconds > 0 for each in listed(stage)] == [True]


def test_a_backup_made_while_the_erasure_waited_goes_on_with_it(stage: Stage, tmp_path: Path) -> None:
    """The erasure of the backup is the one that is done, not a second one."""
    lou = _person(stage, "lou@exemple.fr")
    ask_own(stage, lou)
    backup = Backup(stage, tmp_path)
    play(stage, OtherServices())
    backup.put_back()
    journal.replay(stage.parts)
    play(stage, OtherServices())
    assert len(listed(stage)) == 1


def test_an_account_that_came_and_went_after_the_backup_is_noted(stage: Stage, tmp_path: Path) -> None:
    """The database never had it: the journal's entry is known from then on, and doors open."""
    backup = Backup(stage, tmp_path)
    erase(stage, _person(stage, "lou@exemple.fr"))
    backup.put_back()
    assert journal.replay(stage.parts) == journal.Replayed(cleared=0, unknown=1)
    require_replayed(stage.parts)


def test_a_service_that_was_restored_is_asked_for_everybody(stage: Stage) -> None:
    """Its own counts stand; it clears again."""
    erase(stage, _person(stage, "lou@exemple.fr"))
    assert journal.ask_again(stage.parts) == 1
    others = OtherServices()
    play(stage, others)
    assert set(others.asked.values()) == {1}


def test_a_key_database_that_was_lost_gets_its_journal_back(stage: Stage) -> None:
    """From what was exported: keys of a backup end again, and whoever has no key is counted."""
    lou, max_ = _person(stage, "lou@exemple.fr"), _person(stage, "max@exemple.fr")
    stage.submit(lou)
    stage.read(reading_of())
    keys = stage.parts.own_keys
    with keys.database.transaction() as session:
        kept = session.execute(sa.select(subject_keys)).all()
    erase(stage, lou, OtherServices(once_keys=("equipment",)))
    exported, marks = keys.journal(), KeptMarkRows(keys.database).all()

    empty(keys.database, key_metadata)
    with keys.database.transaction() as session:
        for row in kept:
            session.execute(sa.insert(subject_keys), row._asdict())
    assert keys.opener("normandie", lou.account_id).can_open(b"k1:something")
    assert keys.put_back(exported, marks) == 1
    assert not keys.opener("normandie", lou.account_id).can_open(b"k1:something")
    assert keys.opener("normandie", max_.account_id).can_open(b"k1:something")
    assert KeptMarkRows(keys.database).all() == marks
    assert resealing.keyless(stage.parts) == 0

    empty(keys.database, key_metadata)
    keys.put_back(exported, marks)
    assert resealing.keyless(stage.parts) == 1
