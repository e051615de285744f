"""A rulebook's file as one readable page: HTML that needs nothing beside it, and the same outline for print."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import escape
from itertools import groupby

from rulebooks.authoring.conditions import Words
from rulebooks.authoring.statements import Statement, statements
from rulebooks.documents import Document

_COLUMNS = ("Règle", "Ce que dit le règlement", "Source")
_STYLE = """
:root { color-scheme: light; }
body { font: 1rem/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 70rem; padding: 1rem; }
body { color: #1a1a1a; background: #fff; }
h2 { border-bottom: 2px solid #1a1a1a; margin-top: 2.5rem; }
table { border-collapse: collapse; width: 100%; margin: 1rem 0; table-layout: fixed; }
caption { text-align: left; font-weight: 600; padding: .5rem 0; }
th, td { border: 1px solid #767676; padding: .4rem .6rem; text-align: left; vertical-align: top; }
th, td { overflow-wrap: anywhere; }
thead th { background: #f0f0f0; }
col.rule { width: 20%; } col.source { width: 22%; }
ul { margin: .2rem 0; padding-left: 1.2rem; }
a { color: #0b4f9e; } a:focus { outline: 3px solid #0b4f9e; outline-offset: 2px; }
@media print { nav { display: none; } tr { break-inside: avoid; } }
"""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the règlement; `groups`: its tables, each with its title, empty for rules of the part itself."""

    title: str
    groups: tuple[tuple[str, tuple[Statement, ...]], ...]


def outline(document: Document) -> tuple[Part, ...]:
    """The statements of a checked rulebook's file by part and by benefit or category."""
    return tuple(
        Part(title, tuple((group, tuple(told)) for group, told in groupby(inside, key=_group)))
        for title, inside in _by_part(statements(document))
    )


def _by_part(told: Iterable[Statement]) -> Iterator[tuple[str, list[Statement]]]:
    for title, inside in groupby(told, key=lambda statement: statement.heading[0]):
        yield title, list(inside)


def _group(statement: Statement) -> str:
    return statement.heading[1] if len(statement.heading) > 1 else ""


def html_page(document: Document, content_hash: str) -> str:
    """`content_hash`: of the rulebook, so that a reader knows which text was printed."""
    parts = outline(document)
    title = escape(document.content["title"])
    links = "".join(f'<li><a href="#p{at}">{escape(part.title)}</a></li>' for at, part in enumerate(parts))
    body = "".join(_part(at, part) for at, part in enumerate(parts))
    return (
        '<!DOCTYPE html>\n<html lang="fr">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title} : le règlement</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n"
        f"<header><h1>{title}</h1>\n<p>{escape(document.content['document'])}</p>\n"
        f"<p>Version <code>{content_hash}</code></p></header>\n"
        f'<nav aria-label="Sommaire"><ul>{links}</ul></nav>\n<main>\n{body}</main>\n</body>\n</html>\n'
    )


def _part(at: int, part: Part) -> str:
    tables = "".join(_table(title or part.title, title, told) for title, told in part.groups)
    return f'<section aria-labelledby="p{at}">\n<h2 id="p{at}">{escape(part.title)}</h2>\n{tables}</section>\n'


def _table(caption: str, title: str, told: Iterable[Statement]) -> str:
    heading = f"<h3>{escape(title)}</h3>\n" if title else ""
    columns = "".join(f'<th scope="col">{name}</th>' for name in _COLUMNS)
    rows = "".join(_row(statement) for statement in told)
    return (
        f"{heading}<table>\n<caption>{escape(caption)}</caption>\n"
        '<colgroup><col class="rule"><col><col class="source"></colgroup>\n'
        f"<thead><tr>{columns}</tr></thead>\n<tbody>\n{rows}</tbody>\n</table>\n"
    )


def _row(statement: Statement) -> str:
    words, source = _words(statement.words), escape(statement.source)
    return f'<tr><th scope="row">{escape(statement.label)}</th><td>{words}</td><td>{source}</td></tr>\n'


def _words(words: Words) -> str:
    inner = "".join(f"<li>{_words(part)}</li>" for part in words.parts)
    return escape(words.text) + (f"<ul>{inner}</ul>" if inner else "")
