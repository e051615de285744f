"""Whoever adds a table that holds something of a person says what becomes of it when that person is erased."""

import re
from importlib import import_module

import pytest
import sqlalchemy as sa

from embedded.platform import SERVICES

# A person or an account, an address, a sealed value, a keyed hash, a network address.
_OF_A_PERSON = re.compile(
    r"(person|account)_id|(.*_)?email(_.*)?|sealed(_.*)?|.*_sealed|(.*_)?hash|.*_mark|mark|address|.*_ip|phone|name"
)
# What such a column names, and is no person's: a rulebook, a request under a key, a day's seal, a partner.
_OF_NOBODY = {
    "rulebook_hash", "request_hash", "previous_hash", "registrations_hash", "filename_sealed", "iban_sealed",
    "holder_sealed", "sealed_iban", "sealed_holder", "sealed_seed",
}  # fmt: skip
# Rows of partners, establishments and days: their hashes and names are no person's either.
_TABLES_OF_NOBODY = {
    "partners",
    "day_seals",
    "detached_seasons",
    "seal_seasons",
    "seal_totals",
    "establishments",
    "erased_persons",
}
# Chunks of files: of partners, and in identity gone with their file, which is in its list.
_TABLES_OF_NOBODY |= {"file_chunks"}
_MODULES = {"identity": "own_rows"}


def _metadata(service: str) -> sa.MetaData:
    import_module(f"services.{service}.bootstrap")  # every module that adds tables
    metadata: sa.MetaData = import_module(f"services.{service}.store.tables").metadata
    return metadata


def _holds_a_person(table: sa.Table) -> bool:
    columns = {column.name for column in table.columns} - _OF_NOBODY
    return table.name not in _TABLES_OF_NOBODY and any(_OF_A_PERSON.fullmatch(name) for name in columns)


@pytest.mark.parametrize("service", SERVICES)
def test_every_table_that_holds_a_person_is_cleared_or_kept_for_a_reason(service: str) -> None:
    """A table in neither list would outlive whoever is erased, and nobody would have decided so."""
    erasure = import_module(f"services.{service}.store.{_MODULES.get(service, 'erasure')}")
    said = {*erasure.CLEARED, *erasure.KEPT}
    tables = _metadata(service).tables
    holding = {table.name for table in tables.values() if _holds_a_person(table)}
    assert holding - said == set(), "say in CLEARED or KEPT what becomes of it when a person is erased"
    assert said - set(tables) == set()
    assert all(erasure.KEPT.values())


def test_a_table_with_a_person_s_column_is_seen() -> None:
    """The check itself: by id, by sealed value, by hash; not by what belongs to nobody."""
    for name in ("person_id", "account_id", "email_hash", "recorded_sealed", "sealed_code", "address"):
        assert _holds_a_person(sa.Table("t", sa.MetaData(), sa.Column(name, sa.Text)))
    for name in ("rulebook_hash", "iban_sealed", "partner_id", "amount_cents"):
        assert not _holds_a_person(sa.Table("t", sa.MetaData(), sa.Column(name, sa.Text)))
