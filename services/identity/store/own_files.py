"""Pictures of a person, under that person's key: a backup of the file shows nothing once the key is gone."""

from __future__ import annotations

from uuid import UUID

from chassis.crypto import Cipher
from chassis.files import DatabaseFiles, FileGone, StoredFile
from chassis.work import Work
from services.identity.store.keys.own_keys import OwnKeys

# Before the owner's id and the sealed content; a file without it is of before.
_MARK = b"o1:"
_ID_BYTES = 16


class OwnFiles:
    """`Files` whose owner is who puts them."""

    def __init__(self, cipher: Cipher, keys: OwnKeys) -> None:
        self._files = DatabaseFiles(cipher)
        self._keys = keys

    def put(self, work: Work, content: bytes, media_type: str) -> str:
        return self.put_of(work, work.context.account_id, content, media_type)

    def put_of(self, work: Work, owner: str, content: bytes, media_type: str) -> str:
        sealed = self._keys.keeper(work.authority_id, owner).seal(content, f"{owner}/file")
        return self._files.put(work, _MARK + UUID(owner).bytes + sealed, media_type)

    def open(self, work: Work, file_id: str) -> StoredFile:
        """Raises FileGone, when its owner's key is gone too."""
        stored = self._files.open(work, file_id)
        if not stored.content.startswith(_MARK):
            return stored
        start = len(_MARK) + _ID_BYTES
        owner = str(UUID(bytes=stored.content[len(_MARK) : start]))
        opened = self._keys.opener(work.authority_id, owner).content(stored.content[start:], f"{owner}/file")
        if opened is None:
            raise FileGone(file_id)
        return StoredFile(opened, stored.media_type)

    def destroy(self, work: Work, file_id: str) -> None:
        self._files.destroy(work, file_id)
