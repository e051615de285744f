"""A key an account: made once, found by the thousand, destroyed for good; what was sealed before is sealed anew."""

from __future__ import annotations

import threading
import uuid
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from chassis.crypto import Cipher, Unreadable
from services.identity.domain.refusals import AccountErased
from services.identity.entrypoints import resealing
from services.identity.store.keys.tables import subject_keys
from services.identity.store.tables import accounts, persons
from tests.integration.identity.stage import AUTHORITY, Caller, Stage

AT = datetime(2025, 10, 1, tzinfo=UTC)


def _ids(count: int) -> list[str]:
    return [str(uuid.uuid4()) for _ in range(count)]


def test_a_value_opens_under_its_own_account_s_key_and_no_other(stage: Stage) -> None:
    """And not under the key of the same account at another authority."""
    keys = stage.parts.own_keys
    one, other = _ids(2)
    sealed = keys.keeper(AUTHORITY, one).seal_text("Dupecimen", "row")
    assert keys.opener(AUTHORITY, one).text(sealed, "row") == "Dupecimen"
    for wrong in (keys.keeper(AUTHORITY, other), keys.keeper("elsewhere", one)):
        with pytest.raises(Unreadable):
            wrong.text(sealed, "row")


def test_a_thousand_keys_are_found_in_one_statement(stage: Stage) -> None:
    """A look-up of a thousand persons asks the key database once."""
    keys, ids = stage.parts.own_keys, _ids(1_000)
    keys.keepers(AUTHORITY, ids)
    statements: list[str] = []
    engine = keys.database.engine

    def note(*arguments: object) -> None:
        statements.append(str(arguments[2]))

    sa.event.listen(engine, "before_cursor_execute", note)
    try:
        found = keys.openers(AUTHORITY, ids)
    finally:
        sa.event.remove(engine, "before_cursor_execute", note)
    assert len(found) == 1_000
    assert len([statement for statement in statements if "subject_keys" in statement]) == 1


def test_rivals_agree_on_one_key(stage: Stage) -> None:
    """Whoever seals first, all open it."""
    keys, (account,) = stage.parts.own_keys, _ids(1)
    sealed: list[bytes] = []
    rivals = [
        threading.Thread(target=lambda: sealed.append(keys.keeper(AUTHORITY, account).seal_text("x", "row")))
        for _ in range(8)
    ]
    for rival in rivals:
        rival.start()
    for rival in rivals:
        rival.join()
    assert [keys.opener(AUTHORITY, account).text(each, "row") for each in sealed] == ["x"] * 8


def test_an_account_in_the_journal_never_has_a_key_again(stage: Stage) -> None:
    """Its values stay shut, and nothing more is sealed for it."""
    keys, (account,) = stage.parts.own_keys, _ids(1)
    sealed = keys.keeper(AUTHORITY, account).seal_text("x", "row")
    keys.destroy(AUTHORITY, account, AT)
    keys.destroy(AUTHORITY, account, AT)
    assert keys.opener(AUTHORITY, account).text(sealed, "row") is None
    with pytest.raises(AccountErased):
        keys.keeper(AUTHORITY, account)
    assert len(keys.journal()) == 1


def test_no_key_is_left_behind_by_a_race_with_its_end(stage: Stage) -> None:
    """Made and destroyed at the same moments, over and over: an account of the journal has no key afterwards."""
    keys, ids = stage.parts.own_keys, _ids(40)

    def make() -> None:
        for account in ids:
            try:
                keys.keeper(AUTHORITY, account)
            except AccountErased:
                continue

    def destroy() -> None:
        for account in ids:
            keys.destroy(AUTHORITY, account, AT)

    rivals = [threading.Thread(target=act) for act in (make, destroy, make)]
    for rival in rivals:
        rival.start()
    for rival in rivals:
        rival.join()
    with keys.database.transaction() as session:
        assert session.execute(sa.select(subject_keys)).all() == []
    assert len(keys.journal()) == 40


def test_the_journal_only_grows(stage: Stage) -> None:
    """Neither changed nor removed by a statement."""
    keys, (account,) = stage.parts.own_keys, _ids(1)
    keys.destroy(AUTHORITY, account, AT)
    for statement in ("UPDATE erasure_journal SET erased_at = now()", "DELETE FROM erasure_journal"):
        with pytest.raises(sa.exc.DBAPIError, match="append-only"), keys.database.transaction() as session:
            session.execute(sa.text(statement))


def test_what_the_service_s_key_sealed_opens_and_is_sealed_anew(stage: Stage) -> None:
    """Rows of before accounts had keys: read as they are, then written under the account's own."""
    caller: Caller = stage.young()
    stage.declare(caller)
    service = Cipher(stage.parts.account_keys.secret("data/identity"))
    opener = stage.parts.own_keys.opener(AUTHORITY, caller.account_id)
    (row,) = stage.rows(sa.select(persons.c.profile_sealed))
    before = service.seal_text(opener.text(row.profile_sealed, caller.account_id) or "", caller.account_id)
    with stage.parts.platform.database.transaction() as session:
        session.execute(sa.update(persons).values(profile_sealed=before))
        session.execute(sa.update(accounts).values(email_sealed=service.seal_text("lou@exemple.fr", caller.account_id)))
    assert stage.facts_of(caller).birth_date == "2009-03-14"

    assert resealing.reseal(stage.parts) == 1
    (row,) = stage.rows(sa.select(persons.c.profile_sealed))
    assert row.profile_sealed.startswith(b"k1:")
    assert stage.facts_of(caller).birth_date == "2009-03-14"
    assert resealing.reseal(stage.parts) == 0
