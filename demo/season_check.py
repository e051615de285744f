"""What must be true of the season beyond its money: draws, mails, what another authority was told, the PDF files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from demo.neighbour import Neighbour
from demo.readings import Readings
from demo.record import Record

_TAGGED = (b"/StructTreeRoot", b"/MarkInfo")


@dataclass(frozen=True)
class Finding:
    """Something that was found beside what had to be."""

    name: str
    found: object
    expected: object

    @property
    def holds(self) -> bool:
        return self.found == self.expected


def findings(read: Readings, record: Record, neighbour: Neighbour) -> list[Finding]:
    """Everything that the story promises and no sum shows."""
    return [
        *_of_draws(record),
        *_of_mails(record),
        *_of_the_neighbour(record, neighbour),
        *_of_files(read),
    ]


def _of_draws(record: Record) -> Iterator[Finding]:
    for number, check in enumerate(record.draws, start=1):
        yield Finding(f"draw {number}: made again from what was published", check.faults, ())
        winners = min(check.places, len(check.registered))
        yield Finding(f"draw {number}: winners", len(check.published["winner_ids"]), winners)


def _of_mails(record: Record) -> Iterator[Finding]:
    for kind in sorted(record.mails_expected | record.mails_arrived):
        yield Finding(f"mails: {kind}", record.mails_arrived[kind], record.mails_expected[kind])
    yield Finding("mails: one Message-ID, one content", record.mails_contradicting, [])


def _of_the_neighbour(record: Record, neighbour: Neighbour) -> Iterator[Finding]:
    """One event a linked membership, under the ids that its links were given, and none of anybody else."""
    once_each = dict.fromkeys(record.linked.values(), 1)
    yield Finding("memberships told to be active", dict(neighbour.activated), once_each)
    yield Finding("memberships told to have ended", dict(neighbour.ended), once_each)
    of_others = [event["subject"] for event in neighbour.events.values() if event["subject"] not in once_each]
    yield Finding("events of people never linked", of_others, [])


def _of_files(read: Readings) -> Iterator[Finding]:
    yield Finding(
        "a PDF beside each statement", _stems(read.pdf_statements), _stems(each.path for each in read.statements)
    )
    untagged = [path.name for path in read.pdf_statements if not is_tagged(path.read_bytes())]
    yield Finding("PDF statements that no screen reader could follow", untagged, [])


def _stems(paths: Iterable[Path]) -> list[str]:
    return sorted(path.stem for path in paths)


def is_tagged(content: bytes) -> bool:
    """Whether a file is a PDF whose catalogue names its structure."""
    return content.startswith(b"%PDF") and all(mark in content for mark in _TAGGED)
