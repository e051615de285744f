"""An authority of our own that signs 2D-Docs, for tests."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from datetime import UTC, date, datetime

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509.oid import NameOID

HOLDER = {"60": "ZOE/INES\x1d", "62": "LABULLE\x1d", "69": "04032008"}
SIGNED_ON = date(2023, 2, 1)


def certificate(
    name: str, key: ec.EllipticCurvePrivateKey, issuer: str, issuer_key: ec.EllipticCurvePrivateKey
) -> x509.Certificate:
    """A certificate of 2022 to 2025."""

    def named(text: str) -> x509.Name:
        return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])

    builder = x509.CertificateBuilder(named(issuer), named(name), key.public_key(), x509.random_serial_number())
    builder = builder.not_valid_before(datetime(2022, 1, 1, tzinfo=UTC)).not_valid_after(
        datetime(2025, 1, 1, tzinfo=UTC)
    )
    return builder.sign(issuer_key, SHA256())


def signed(
    key: ec.EllipticCurvePrivateKey,
    fields: Mapping[str, str] = HOLDER,
    certificate_name: str = "XX000001",
    signed_on: date = SIGNED_ON,
) -> bytes:
    """A 2D-Doc of version 4."""
    day = f"{(signed_on - date(2000, 1, 1)).days:04X}"
    message = f"DC04{certificate_name}{day}{day}IDXXXX"[:22] + "01FR"
    content = (message + "".join(code + value for code, value in fields.items())).encode("latin-1")
    r, s = decode_dss_signature(key.sign(content, ec.ECDSA(SHA256())))
    signature = base64.b32encode(r.to_bytes(32) + s.to_bytes(32)).rstrip(b"=")
    return content + b"\x1f" + signature
