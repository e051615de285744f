"""The cache of certificates that seals are verified with: a folder of files that an operator's job refreshes.

`FR00.pem` is the certificate of the authority FR00, trusted because it was put there (from the list that ANTS
publishes); `FR000001.pem` that of its signer 0001, believed when the authority issued it.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature

from chassis import logs

_AUTHORITY_LETTERS = 4
_SIGNER_LETTERS = 8
_log = logs.get(__name__)


def signers_in(folder: Path | None) -> Mapping[str, x509.Certificate]:
    """Return the signers' certificates by name (eight characters); none without a folder.

    A file that holds no certificate, or one that its authority did not issue, is left out and logged.
    """
    if folder is None:
        return {}
    known = {path.stem: path for path in sorted(folder.glob("*.pem"))}
    found: dict[str, x509.Certificate] = {}
    for name, path in known.items():
        if len(name) != _SIGNER_LETTERS:
            continue
        try:
            found[name] = _issued(path, known[name[:_AUTHORITY_LETTERS]])
        except (KeyError, ValueError, TypeError, InvalidSignature) as error:
            _log.warning("seal certificate left out", name=name, reason=type(error).__name__)
    return found


def _issued(signer: Path, authority: Path) -> x509.Certificate:
    """Raises ValueError, TypeError or InvalidSignature when the authority did not issue it."""
    certificate = x509.load_pem_x509_certificate(signer.read_bytes())
    certificate.verify_directly_issued_by(x509.load_pem_x509_certificate(authority.read_bytes()))
    return certificate
