"""Keys made at first start: the content of `KEYS_DIR`, readable by their owner only.

services/<service>.pem   Ed25519 private key, PKCS8: signs the service's calls to the others
services.jwks.json       their public keys, `kid` = service name
accounts.pem, accounts.jwks.json   signs and proves access tokens, `kid` = its RFC 7638 thumbprint; changed by
                         identity's `ctl keys`
data/<service>.key, card.key, request.key, payment_webhook.key   32 random bytes in base64
card-2.key, card-3.key …   later generations of card.key, while one takes the place of another
subscribers/<authority>.<id>.key   the same, shared with another authority: proves it when it asks
"""

import base64
import hashlib
import json
import secrets
from collections.abc import Iterable, Mapping
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key

from embedded.files import write_private
from embedded.subscribers import subscribers

_SYMMETRIC_KEYS = ("card", "request", "payment_webhook")
_KEY_BYTES = 32


def make_keys(folder: Path, services: Iterable[str]) -> None:
    """Make every key that is missing in `folder`; a key that is there is kept."""
    names = sorted(services)
    for name in names:
        _make_signing_key(folder / "services" / f"{name}.pem")
        _make_symmetric_key(folder / "data" / f"{name}.key")
    for name in (*_SYMMETRIC_KEYS, *(each.key for each in subscribers())):
        _make_symmetric_key(folder / f"{name}.key")
    _make_signing_key(folder / "accounts.pem")
    _publish(folder / "services.jwks.json", {name: folder / "services" / f"{name}.pem" for name in names})
    _publish_account_key(folder / "accounts.jwks.json", folder / "accounts.pem")


def generations(folder: Path, name: str) -> list[Path]:
    """The later generations of a key: `<name>-2.key` and so on, in order."""
    return sorted(folder.glob(f"{name}-[1-9]*.key"), key=lambda path: int(path.stem.rpartition("-")[2]))


def add_generation(folder: Path, name: str) -> Path:
    """Make the next generation of a key; those before stay until an operator takes them away."""
    later = generations(folder, name)
    number = int(later[-1].stem.rpartition("-")[2]) + 1 if later else 2
    path = folder / f"{name}-{number}.key"
    _make_symmetric_key(path)
    return path


def new_password() -> str:
    """A random password that needs no quoting in an URL, SQL or a configuration file."""
    return secrets.token_hex(24)


def _make_signing_key(path: Path) -> None:
    if path.exists():
        return
    pem = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    write_private(path, pem.decode())


def _make_symmetric_key(path: Path) -> None:
    if not path.exists():
        write_private(path, base64.b64encode(secrets.token_bytes(_KEY_BYTES)).decode() + "\n")


def _publish(path: Path, private_keys: Mapping[str, Path]) -> None:
    keys = [_public_jwk(kid, pem) for kid, pem in private_keys.items()]
    write_private(path, json.dumps({"keys": keys}, indent=2) + "\n")


def _publish_account_key(path: Path, pem: Path) -> None:
    """A set that holds the key already stays: while keys rotate it holds two."""
    kid = _thumbprint(pem)
    if not path.exists() or kid not in {key["kid"] for key in json.loads(path.read_text(encoding="ascii"))["keys"]}:
        _publish(path, {kid: pem})


def _thumbprint(pem: Path) -> str:
    """What access tokens name the key by: another key has another name, so that keys can be changed."""
    jwk = _public_jwk("", pem)
    required = json.dumps({name: jwk[name] for name in ("crv", "kty", "x")}, separators=(",", ":"))
    return base64.urlsafe_b64encode(hashlib.sha256(required.encode()).digest()).rstrip(b"=").decode()


def _public_jwk(kid: str, pem: Path) -> dict[str, str]:
    """The public half as RFC 8037 writes it."""
    key = load_pem_private_key(pem.read_bytes(), password=None)
    if not isinstance(key, Ed25519PrivateKey):
        raise TypeError(f"{pem} holds no Ed25519 key")
    x = base64.urlsafe_b64encode(key.public_key().public_bytes_raw()).rstrip(b"=").decode()
    return {"kty": "OKP", "crv": "Ed25519", "kid": kid, "use": "sig", "x": x}
