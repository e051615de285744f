"""Where a platform may have written something of a person: tables, queues, logs, Valkey. Searched byte by byte."""

from __future__ import annotations

import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from redis import Redis

from embedded import state
from embedded.environment import Environments
from embedded.platform import SERVICES
from embedded.postgres import MORE_DATABASES, program
from embedded.rabbitmq import OPERATOR
from embedded.rundir import RunDir

_QUEUES = "rabbitmq"


@dataclass(frozen=True)
class Traces:
    """Everything that a running platform has written. Each finding says where, and which mark."""

    run: RunDir

    def of(self, marks: Iterable[str]) -> list[str]:
        wanted = {mark: _spellings(mark) for mark in marks}
        return [
            f"{where}: {mark}"
            for where, content in self._everything()
            for mark, spellings in wanted.items()
            if any(spelling in content for spelling in spellings)
        ]

    def _everything(self) -> Iterator[tuple[str, bytes]]:
        """In lower case."""
        for where, content in (*self._databases(), *self._files(), *self._valkey()):
            yield where, content.lower()

    def _databases(self) -> Iterator[tuple[str, bytes]]:
        """Every row of every table of every database, as PostgreSQL dumps it: bytes as hexadecimal digits."""
        postgres = Environments(self.run, state.read(self.run)).postgres()
        for database in (*SERVICES, *MORE_DATABASES):
            url = postgres.url(OPERATOR, database).replace("+psycopg", "")
            dump = subprocess.run([program("pg_dump"), "--data-only", url], capture_output=True, check=True)
            yield f"database {database}", dump.stdout

    def _files(self) -> Iterator[tuple[str, bytes]]:
        """Logs of every process and server, and what the broker wrote of queues and dead letters."""
        folders = (self.run.logs, self.run.server(_QUEUES))
        for path in (path for folder in folders for path in sorted(folder.rglob("*")) if path.is_file()):
            yield f"file {path.relative_to(self.run.path)}", path.read_bytes()

    def _valkey(self) -> Iterator[tuple[str, bytes]]:
        url = Environments(self.run, state.read(self.run)).of_tests()["REDIS_URL"]
        with Redis.from_url(url) as valkey:
            for key in valkey.scan_iter():
                yield f"valkey {key!r}", key + (valkey.dump(key) or b"")


def _spellings(mark: str) -> tuple[bytes, ...]:
    """As text and as hexadecimal digits, in small letters, in capitals and as a name is written."""
    written = {mark.lower(), mark.upper(), mark.title(), mark}
    return (mark.lower().encode(), *(text.encode().hex().encode() for text in written))
