"""Keys of made-up services."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from joserfc.jwk import OKPKey

from chassis.keys import KeyFolder


@pytest.fixture
def key_folder(tmp_path: Path) -> KeyFolder:
    """Keys of the services `gateway`, `wallet` and `mallory`, and of the accounts."""
    (tmp_path / "services").mkdir()
    public = []
    for service in ("gateway", "wallet", "mallory"):
        key = OKPKey.generate_key("Ed25519")
        (tmp_path / f"services/{service}.pem").write_bytes(key.as_pem(private=True))
        public.append({**key.as_dict(private=False), "kid": service})
    (tmp_path / "services.jwks.json").write_text(json.dumps({"keys": public}))
    accounts = OKPKey.generate_key("Ed25519")
    (tmp_path / "accounts.pem").write_bytes(accounts.as_pem(private=True))
    published = {**accounts.as_dict(private=False), "kid": accounts.thumbprint()}
    (tmp_path / "accounts.jwks.json").write_text(json.dumps({"keys": [published]}))
    return KeyFolder(tmp_path)
