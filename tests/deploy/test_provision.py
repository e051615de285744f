"""Keys and broker rights for Compose and Kubernetes are those that the embedded platform makes."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from embedded import provision, rabbitmq
from embedded.platform import SERVICES
from embedded.subscribers import subscribers

_NAMES = [f"{name.upper()}_BROKER_PASSWORD" for name in (rabbitmq.OPERATOR, *SERVICES)]
_SETTINGS = {name: f"secret-{name}" for name in (*_NAMES, *(each.password_setting for each in subscribers()))}


def test_a_part_gets_its_keys_and_no_other(tmp_path: Path) -> None:
    """Who reads a key can be its owner: no private key lies in two folders but those that two parts share."""
    provision.provide_keys(tmp_path)
    owners: dict[str, set[str]] = {}
    for part in provision.PARTS:
        for file in (file for file in (tmp_path / part).rglob("*") if file.is_file()):
            assert stat.S_IMODE(file.stat().st_mode) == 0o600
            owners.setdefault(file.relative_to(tmp_path / part).as_posix(), set()).add(part)
    shared = {name: who for name, who in owners.items() if len(who) > 1 and not name.endswith(".jwks.json")}
    assert shared == {"payment_webhook.key": {"wallet", "sandbox"}}
    assert owners["accounts.pem"] == {"identity"}
    assert {name for name in owners if name.startswith("services/")} == {
        f"services/{part}.pem" for part in (*SERVICES, "gateway")
    }


def test_keys_are_kept_when_it_runs_again(tmp_path: Path) -> None:
    """A container that starts a second time changes no key."""
    provision.provide_keys(tmp_path)
    before = {file: file.read_bytes() for file in tmp_path.rglob("*") if file.is_file()}
    provision.provide_keys(tmp_path)
    assert {file: file.read_bytes() for file in tmp_path.rglob("*") if file.is_file()} == before


def test_one_more_card_key_goes_to_the_wallet_alone(tmp_path: Path) -> None:
    """The first stays beside it: codes of both are read while it is being handed out."""
    provision.provide_keys(tmp_path)
    first = (tmp_path / "wallet" / "card.key").read_bytes()
    provision.provide_card_key(tmp_path)
    assert (tmp_path / "wallet" / "card.key").read_bytes() == first
    assert [file.parent.name for file in tmp_path.rglob("card-2.key")] in (["all", "wallet"], ["wallet", "all"])


def test_the_brokers_rights_are_those_of_embedded(tmp_path: Path) -> None:
    """Same users, hosts and rights; passwords as salted hashes only, since another user id reads the file."""
    file = tmp_path / "definitions.json"
    provision.provide_broker(file, _SETTINGS)
    made = json.loads(file.read_text(encoding="utf-8"))
    hosts = {each.virtual_host: "x" for each in subscribers()}
    embedded = rabbitmq.definitions(dict.fromkeys((rabbitmq.OPERATOR, *SERVICES), "x"), hosts)
    assert made["permissions"] == embedded["permissions"]
    assert made["vhosts"] == embedded["vhosts"]
    assert {user["name"] for user in made["users"]} == {rabbitmq.OPERATOR, *SERVICES, *hosts}
    assert "secret-" not in file.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", sorted(_SETTINGS))
def test_a_missing_password_is_named(tmp_path: Path, name: str) -> None:
    """Nothing is written with a password less."""
    settings = {other: value for other, value in _SETTINGS.items() if other != name}
    with pytest.raises(provision.SettingAbsentError, match=name):
        provision.provide_broker(tmp_path / "definitions.json", settings)
    assert not list(tmp_path.iterdir())
