"""Documents that partners send."""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import dataclass

from chassis.files import StoredFile
from chassis.work import Work
from services.partner.application.ports import Ports
from services.partner.domain.documents import Document, check_kind, media_type
from services.partner.domain.texts import public_text


@dataclass(frozen=True, slots=True)
class UploadDocument:
    """`content` is read, never `filename`, to know what it is."""

    partner_id: str
    kind: str
    filename: str
    content: bytes


def upload(work: Work, ports: Ports, command: UploadDocument) -> Document:
    """Keep a document; the same one sent again is the same document.

    Raises DocumentKindUnknown, DocumentTooLarge, DocumentTypeRefused, TextRefused.
    """
    check_kind(command.kind, _known_kinds(work, ports))
    kind_of_content = media_type(command.content)
    filename = public_text(command.filename, "filename", most=255)
    ports.partners.lock(work, command.partner_id)
    fingerprint = hashlib.sha256(command.content).digest()
    if known := ports.documents.same(work, command.partner_id, command.kind, fingerprint):
        return known
    document = Document(
        document_id=str(uuid.uuid4()),
        partner_id=command.partner_id,
        kind=command.kind,
        filename=filename,
        size_bytes=len(command.content),
        file_id=ports.files.put(work, command.content, kind_of_content),
        fingerprint=fingerprint,
    )
    ports.documents.add(work, document)
    work.audit("upload_document", command.partner_id, after={"kind": document.kind, "id": document.document_id})
    return document


def open_document(work: Work, ports: Ports, partner_id: str, document_id: str) -> tuple[Document, StoredFile]:
    """Raises DocumentUnknown."""
    document = ports.documents.get(work, partner_id, document_id)
    work.audit("read_document", partner_id, after={"id": document_id})
    return document, ports.files.open(work, document.file_id)


def _known_kinds(work: Work, ports: Ports) -> frozenset[str]:
    in_force = ports.catalogue.of_authority(work.authority_id, work.today)
    asked = {
        document.id
        for rulebook in in_force
        for category in rulebook.categories
        for documents in category.documents.values()
        for document in documents
    }
    return frozenset(asked | {hold.document_id for rulebook in in_force for hold in rulebook.holds if hold.document_id})
