"""Which card keys read, and which writes, as an operator sets them."""

from __future__ import annotations

from pathlib import Path

import pytest

from chassis.config import Environment, SettingMissing, Settings, read
from embedded.secrets import add_generation, make_keys
from services.wallet.bootstrap import code_keys


def _settings(folder: Path, **more: str) -> Settings:
    return read("wallet", Environment({"KEYS_DIR": str(folder), "ATOUTS_MODE": "test", **more}))


def test_new_codes_are_of_the_newest_key_or_of_the_one_that_is_named(tmp_path: Path) -> None:
    """First handed out to every process with the former one still named, then in use, then the former taken away."""
    make_keys(tmp_path, ["wallet"])
    assert (code_keys(_settings(tmp_path)).ids, code_keys(_settings(tmp_path)).current) == ([1], 1)
    add_generation(tmp_path, "card")
    handed_out = code_keys(_settings(tmp_path, CARD_KEY="1"))
    assert (handed_out.ids, handed_out.current) == ([1, 2], 1)
    assert code_keys(_settings(tmp_path)).current == 2
    (tmp_path / "card.key").unlink()
    assert (code_keys(_settings(tmp_path)).ids, code_keys(_settings(tmp_path)).current) == ([2], 2)


def test_a_key_that_is_not_there_stops_the_process(tmp_path: Path) -> None:
    """Nothing has a default."""
    make_keys(tmp_path, ["wallet"])
    with pytest.raises(SettingMissing, match="CARD_KEY"):
        code_keys(_settings(tmp_path, CARD_KEY="3"))
    (tmp_path / "card.key").unlink()
    with pytest.raises(SettingMissing):
        code_keys(_settings(tmp_path))
