"""Seals on a side: found and decoded by zxing, a 2D-Doc verified against the cache of its signers' certificates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

import cv2
import numpy as np
import zxingcpp
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from services.identity.adapters.card_reader.geometry import Corners
from services.identity.adapters.card_reader.pixels import Pixels
from services.identity.domain.documents import Seal, SealFinding, SealKind
from services.identity.domain.documents.two_d_doc import TwoDDoc, is_two_d_doc, parse

_FORMATS = (zxingcpp.BarcodeFormat.DataMatrix, zxingcpp.BarcodeFormat.Aztec, zxingcpp.BarcodeFormat.QRCode)


@dataclass(frozen=True)
class SealSeen:
    """A seal and where it stands."""

    seal: Seal
    corners: Corners


class SealReader:
    """Reads seals; `certificates`: each signer's, by authority and certificate (eight characters)."""

    def __init__(self, certificates: Mapping[str, x509.Certificate]) -> None:
        self._certificates = certificates

    def seals_on(self, pixels: Pixels, on: date) -> list[SealSeen]:
        """Return every seal of a side, `on` being the day of an undated one's signature at the latest."""
        grey = np.asarray(cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY), dtype=np.uint8)
        codes = zxingcpp.read_barcodes(grey, formats=_FORMATS, try_downscale=True)
        return [SealSeen(self.seal_of(code.bytes, on), _corners(code.position)) for code in codes]

    def seal_of(self, content: bytes, on: date) -> Seal:
        """Return what the bytes of a code say, and what that is worth."""
        if not is_two_d_doc(content):
            says = {"Contenu": f"{len(content)} octets", "Début": content[:16].hex(" ")}
            return Seal(SealKind.CARD_SEAL, SealFinding.SCHEME_NOT_CONFIGURED, says)
        try:
            code = parse(content)
        except ValueError:
            return Seal(SealKind.TWO_D_DOC, SealFinding.MALFORMED)
        return Seal(SealKind.TWO_D_DOC, self._finding(code, on), code.says, code.holder)

    def _finding(self, code: TwoDDoc, on: date) -> SealFinding:
        certificate = self._certificates.get(code.certificate)
        if certificate is None:
            return SealFinding.CERTIFICATE_UNKNOWN
        if not _is_signed(code, certificate):
            return SealFinding.SIGNATURE_WRONG
        signed_at = datetime.combine(code.signed_on or on, time(12), UTC)
        if not certificate.not_valid_before_utc <= signed_at <= certificate.not_valid_after_utc:
            return SealFinding.CERTIFICATE_OUT_OF_DATE
        return SealFinding.SIGNATURE_HOLDS


def _is_signed(code: TwoDDoc, certificate: x509.Certificate) -> bool:
    key, half = certificate.public_key(), len(code.signature) // 2
    if not isinstance(key, ec.EllipticCurvePublicKey):
        return False
    r, s = int.from_bytes(code.signature[:half]), int.from_bytes(code.signature[half:])
    try:
        key.verify(encode_dss_signature(r, s), code.signed, ec.ECDSA(SHA256()))
    except InvalidSignature:
        return False
    return True


def _corners(position: zxingcpp.Position) -> Corners:
    points = (position.top_left, position.top_right, position.bottom_right, position.bottom_left)
    return np.array([[float(point.x), float(point.y)] for point in points])
