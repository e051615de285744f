"""Files (documents, pictures, statements): encrypted chunks in the owner's database.

One transaction and one backup with the rows that speak of them; destroying the rows destroys the file. An
object store would be a second implementation of `Files`.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Protocol

import sqlalchemy as sa

from chassis.crypto import Cipher
from chassis.work import Work

_CHUNK_BYTES = 256 * 1024


class FileGone(Exception):
    """The file was destroyed, or never was."""


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file's content and what it is."""

    content: bytes
    media_type: str


class Files(Protocol):
    """Where a service keeps files, by opaque id, under the work's authority."""

    def put(self, work: Work, content: bytes, media_type: str) -> str:
        """Keep a file; its id."""

    def open(self, work: Work, file_id: str) -> StoredFile:
        """Raises FileGone."""

    def destroy(self, work: Work, file_id: str) -> None:
        """Gone for good once the work is committed; a file already gone stays gone."""


class DatabaseFiles:
    """`Files` in the service's own database."""

    def __init__(self, cipher: Cipher) -> None:
        self._cipher = cipher

    def put(self, work: Work, content: bytes, media_type: str) -> str:
        file_id = uuid.uuid4()
        parts = [content[at : at + _CHUNK_BYTES] for at in range(0, len(content), _CHUNK_BYTES)]
        work.session.execute(
            sa.insert(work.tables.files),
            {
                "authority_id": work.authority_id,
                "file_id": file_id,
                "media_type": media_type,
                "size_bytes": len(content),
                "chunks": len(parts),
            },
        )
        if parts:
            work.session.execute(
                sa.insert(work.tables.file_chunks),
                [self._chunk(work, file_id, ordinal, part) for ordinal, part in enumerate(parts)],
            )
        return str(file_id)

    def open(self, work: Work, file_id: str) -> StoredFile:
        files, chunks = work.tables.files, work.tables.file_chunks
        key = uuid.UUID(file_id)
        head = work.session.execute(
            sa.select(files).where(files.c.authority_id == work.authority_id, files.c.file_id == key)
        ).first()
        if head is None:
            raise FileGone(file_id)
        rows = work.session.execute(
            sa.select(chunks.c.ordinal, chunks.c.sealed)
            .where(chunks.c.authority_id == work.authority_id, chunks.c.file_id == key)
            .order_by(chunks.c.ordinal)
        )
        content = b"".join(self._cipher.open(row.sealed, f"{key}/{row.ordinal}") for row in rows)
        return StoredFile(content, head.media_type)

    def destroy(self, work: Work, file_id: str) -> None:
        files = work.tables.files
        work.session.execute(
            sa.delete(files).where(files.c.authority_id == work.authority_id, files.c.file_id == uuid.UUID(file_id))
        )

    def _chunk(self, work: Work, file_id: uuid.UUID, ordinal: int, part: bytes) -> dict[str, object]:
        return {
            "authority_id": work.authority_id,
            "file_id": file_id,
            "ordinal": ordinal,
            "sealed": self._cipher.seal(part, f"{file_id}/{ordinal}"),
        }
