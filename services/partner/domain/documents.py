"""Documents that prove what a partner declares."""

from __future__ import annotations

from dataclasses import dataclass

from services.partner.domain.errors import DocumentKindUnknown, DocumentTooLarge, DocumentTypeRefused

MOST_BYTES = 10_000_000
_SIGNATURES = {
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"%PDF-": "application/pdf",
}


@dataclass(frozen=True, slots=True)
class Document:
    """A file that a partner sent. `fingerprint` (sha256) makes the same upload, sent again, the same document."""

    document_id: str
    partner_id: str
    kind: str
    filename: str
    size_bytes: int
    file_id: str
    fingerprint: bytes


def check_kind(kind: str, known: frozenset[str]) -> None:
    """Raises DocumentKindUnknown. `known`: every kind that the authority's rulebooks name."""
    if kind not in known:
        raise DocumentKindUnknown


def media_type(content: bytes) -> str:
    """What the content is, by its first bytes. Raises DocumentTooLarge, DocumentTypeRefused."""
    if len(content) > MOST_BYTES:
        raise DocumentTooLarge
    for signature, kind in _SIGNATURES.items():
        if content.startswith(signature):
            return kind
    raise DocumentTypeRefused
