"""What changes from one rulebook's file to another, in French words, each with its article."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from rulebooks.authoring.conditions import Words
from rulebooks.authoring.statements import Statement, statements
from rulebooks.documents import Document

ADDED, REMOVED, CHANGED, MOVED = "ajouté", "supprimé", "changé", "source"


@dataclass(frozen=True, slots=True)
class Difference:
    """One rule that is not the same. `before` and `after`: empty where the rule is not there.

    `what`: `ajouté`, `supprimé`, `changé`; `source` where only the article is another.
    """

    heading: tuple[str, ...]
    label: str
    what: str
    before: str
    after: str
    source: str

    def __str__(self) -> str:
        label = f"{self.label[:1].lower()}{self.label[1:]}"
        name = f"{self.heading[1]}, {label}" if len(self.heading) > 1 else self.label
        if self.what == MOVED:
            return f"{name} : l'article change, {self.before} → {self.after}"
        told = {ADDED: f"ajouté, {self.after}", REMOVED: f"supprimé, {self.before}"}
        words = told.get(self.what, f"{self.before} → {self.after}")
        return f"{name} : {words}{f' ({self.source})' if self.source else ''}"


def differences(earlier: Document, later: Document) -> Iterator[Difference]:
    """In the order of the later file; what it no longer says comes last in its part."""
    before = {statement.key: statement for statement in statements(earlier)}
    after = {statement.key: statement for statement in statements(later)}
    for key, statement in after.items():
        yield from _changed(before[key], statement) if key in before else (_added(statement),)
    yield from (_removed(statement) for key, statement in before.items() if key not in after)


def _added(statement: Statement) -> Difference:
    return Difference(statement.heading, statement.label, ADDED, "", statement.words.flat(), statement.source)


def _removed(statement: Statement) -> Difference:
    return Difference(statement.heading, statement.label, REMOVED, statement.words.flat(), "", statement.source)


def _changed(before: Statement, after: Statement) -> Iterator[Difference]:
    if before.words != after.words:
        old, new = _apart(before.words, after.words)
        sources = dict.fromkeys((before.source, after.source))
        yield Difference(after.heading, after.label, CHANGED, old, new, " → ".join(filter(None, sources)))
    elif before.source != after.source:
        yield Difference(after.heading, after.label, MOVED, before.source, after.source, "")


def _apart(before: Words, after: Words) -> tuple[str, str]:
    """The two texts without what they share, so that a change stands out; whole where nothing is left of one."""
    old, new = _pieces(before), _pieces(after)
    gone, come = [each for each in old if each not in new], [each for each in new if each not in old]
    return (" ; ".join(gone) or before.flat()), (" ; ".join(come) or after.flat())


def _pieces(words: Words) -> list[str]:
    return [text for text in (words.text, *(part.flat() for part in words.parts)) if text]
