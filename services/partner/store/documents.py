"""Rows of documents; their contents are files."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import Any

import sqlalchemy as sa

from chassis.crypto import Cipher
from chassis.work import Work
from services.partner.domain.documents import Document
from services.partner.domain.errors import DocumentUnknown
from services.partner.store.tables import documents


class DocumentRows:
    """`ports.Documents` in PostgreSQL; names are sealed for their document."""

    def __init__(self, cipher: Cipher) -> None:
        self._cipher = cipher

    def add(self, work: Work, document: Document) -> None:
        work.session.execute(
            sa.insert(documents).values(
                authority_id=work.authority_id,
                document_id=document.document_id,
                partner_id=document.partner_id,
                kind=document.kind,
                filename_sealed=self._cipher.seal_text(document.filename, document.document_id),
                size_bytes=document.size_bytes,
                file_id=document.file_id,
                fingerprint=document.fingerprint,
                uploaded_at=work.now,
            )
        )

    def same(self, work: Work, partner_id: str, kind: str, fingerprint: bytes) -> Document | None:
        row = work.session.execute(
            sa.select(documents).where(
                documents.c.authority_id == work.authority_id,
                documents.c.partner_id == partner_id,
                documents.c.kind == kind,
                documents.c.fingerprint == fingerprint,
            )
        ).first()
        return self._document(row) if row else None

    def get(self, work: Work, partner_id: str, document_id: str) -> Document:
        row = work.session.execute(
            sa.select(documents).where(
                documents.c.authority_id == work.authority_id,
                documents.c.partner_id == partner_id,
                documents.c.document_id == document_id,
            )
        ).first()
        if row is None:
            raise DocumentUnknown
        return self._document(row)

    def of_partners(self, work: Work, partner_ids: Collection[str]) -> Mapping[str, tuple[Document, ...]]:
        rows = work.session.execute(
            sa.select(documents)
            .where(documents.c.authority_id == work.authority_id, documents.c.partner_id.in_(partner_ids))
            .order_by(documents.c.uploaded_at, documents.c.document_id)
        )
        found: dict[str, list[Document]] = defaultdict(list)
        for row in rows:
            found[row.partner_id].append(self._document(row))
        return {partner_id: tuple(found[partner_id]) for partner_id in partner_ids}

    def _document(self, row: Any) -> Document:
        return Document(
            document_id=row.document_id,
            partner_id=row.partner_id,
            kind=row.kind,
            filename=self._cipher.open_text(row.filename_sealed, row.document_id),
            size_bytes=row.size_bytes,
            file_id=row.file_id,
            fingerprint=row.fingerprint,
        )
