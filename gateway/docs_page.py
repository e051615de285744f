"""The documentation as a page: made from the OpenAPI document, readable without JavaScript, nothing from elsewhere."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

from gateway.openapi import Document

_STYLE = """
:root { --ink: #1f1a17; --paper: #fffdfb; --line: #ddd3cb; --mark: #b3122b; --soft: #f7f0ea; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #f2ece7; --paper: #1b1816; --line: #4a423c; --mark: #ff8a97; --soft: #262220; }
}
body { font: 1rem/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); margin: 0 auto;
  max-width: 64rem; padding: 1rem; }
a { color: var(--mark); }
nav ul { columns: 18rem; padding-left: 1.2rem; }
article { border: 1px solid var(--line); border-radius: .5rem; margin: 1rem 0; padding: .5rem 1rem; }
code, .path { font-family: ui-monospace, monospace; overflow-wrap: anywhere; }
.method { background: var(--mark); color: var(--paper); border-radius: .25rem; padding: .1rem .5rem; }
.note { background: var(--soft); border-radius: .25rem; padding: .1rem .5rem; }
table { border-collapse: collapse; width: 100%; }
th, td { border-bottom: 1px solid var(--line); padding: .25rem .5rem; text-align: left; vertical-align: top; }
"""


@dataclass(frozen=True, slots=True)
class Page:
    """A page and the headers that it needs."""

    content: bytes
    headers: Mapping[str, str]


def render(document: Document) -> Page:
    """One article an operation, grouped by tag."""
    schemas = _Schemas(document["components"]["schemas"])
    sections = "".join(_section(tag["name"], document, schemas) for tag in document["tags"])
    body = (
        f"<h1>{escape(document['info']['title'])}</h1>{_introduction(document)}"
        f"<nav aria-label='Sommaire'><ul>{_summary(document)}</ul></nav><main>{sections}</main>"
    )
    page = (
        "<!doctype html><html lang='fr'><head><meta charset='utf-8'><title>Atouts : interface HTTP</title>"
        f"<meta name='viewport' content='width=device-width'><style>{_STYLE}</style></head><body>{body}</body></html>"
    )
    digest = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; frame-ancestors 'none'; base-uri 'none'"
    return Page(page.encode(), {"Content-Security-Policy": policy, "Cache-Control": "public, max-age=300"})


class _Schemas:
    """Named schemas, and how a schema reads in a table's cell."""

    def __init__(self, by_name: Mapping[str, Any]) -> None:
        self._by_name = by_name

    def resolve(self, schema: Mapping[str, Any]) -> Mapping[str, Any]:
        reference = schema.get("$ref", "")
        return self._by_name[reference.rpartition("/")[2]] if reference else schema

    def kind(self, schema: Mapping[str, Any]) -> str:
        """In words: the type, what it holds, its allowed values."""
        resolved = self.resolve(schema)
        if values := resolved.get("enum"):
            return " | ".join(f"<code>{escape(str(value))}</code>" for value in values)
        kinds = resolved.get("type", "valeur")
        kind = " ou ".join(kinds) if isinstance(kinds, list) else str(kinds)
        if "items" in resolved:
            return f"liste de {self.kind(resolved['items'])}"
        if kind == "object" and "$ref" in schema:
            name = schema["$ref"].rpartition("/")[2]
            return f"objet {escape(name)}"
        return escape(f"{kind} ({resolved['format']})" if "format" in resolved else kind)

    def rows(self, schema: Mapping[str, Any], prefix: str = "") -> Iterable[str]:
        """A row a member, those of objects within included."""
        resolved = self.resolve(schema)
        required = resolved.get("required", ())
        for name, member in resolved.get("properties", {}).items():
            note = self.resolve(member).get("description", "")
            yield _row(prefix + name, self.kind(member), name in required, note)
            inner = self.resolve(member)
            yield from self.rows(inner.get("items", inner), f"{prefix}{name}{'[]' if 'items' in inner else ''}.")


def _introduction(document: Document) -> str:
    paragraphs = document["info"]["description"].strip().split("\n\n")
    plain = "".join(f"<p>{escape(paragraph).replace('**', '').replace('`', '')}</p>" for paragraph in paragraphs)
    return plain + "<p>Pour les programmes : <a href='/openapi.json'>openapi.json</a> (OpenAPI 3.1).</p>"


def _operations(document: Document) -> Iterable[tuple[str, str, Mapping[str, Any]]]:
    for path, methods in document["paths"].items():
        for method, described in methods.items():
            yield method.upper(), path, described


def _summary(document: Document) -> str:
    return "".join(
        f"<li><a href='#{described['operationId']}'>{escape(described['summary'])}</a></li>"
        for _, _, described in _operations(document)
    )


def _section(tag: str, document: Document, schemas: _Schemas) -> str:
    articles = [
        _article(method, path, described, schemas)
        for method, path, described in _operations(document)
        if tag in described["tags"]
    ]
    return f"<section><h2>{escape(tag)}</h2>{''.join(articles)}</section>"


def _article(method: str, path: str, described: Mapping[str, Any], schemas: _Schemas) -> str:
    access = "connexion nécessaire" if described["security"] else "public"
    return (
        f"<article id='{described['operationId']}'><h3>{escape(described['summary'])}</h3>"
        f"<p><span class='method'>{method}</span> <span class='path'>{escape(path)}</span> "
        f"<span class='note'>{access}</span></p>"
        f"{_parameters(described, schemas)}{_body(described, schemas)}{_answers(described, schemas)}</article>"
    )


def _parameters(described: Mapping[str, Any], schemas: _Schemas) -> str:
    rows = [
        _row(one["name"], schemas.kind(one["schema"]), one.get("required", False), one.get("description", one["in"]))
        for one in described.get("parameters", ())
    ]
    return _table("Paramètres", rows)


def _body(described: Mapping[str, Any], schemas: _Schemas) -> str:
    content = described.get("requestBody", {}).get("content", {})
    if not content:
        return ""
    media_types = ", ".join(f"<code>{escape(name)}</code>" for name in content)
    rows = list(schemas.rows(next(iter(content.values()))["schema"]))
    return f"<p>Corps : {media_types}</p>{_table('Champs du corps', rows)}"


def _answers(described: Mapping[str, Any], schemas: _Schemas) -> str:
    parts = []
    for status, response in described["responses"].items():
        if status.startswith("2"):
            content = response.get("content", {})
            media_types = ", ".join(f"<code>{escape(name)}</code>" for name in content) or "sans corps"
            rows = [row for one in content.values() for row in schemas.rows(one["schema"])]
            parts.append(f"<p>Réponse {status} : {media_types}</p>{_table('Champs de la réponse', rows)}")
    problems = ", ".join(status for status in described["responses"] if not status.startswith("2"))
    return "".join(parts) + f"<p>Problèmes possibles : {problems}</p>"


def _table(title: str, rows: Iterable[str]) -> str:
    joined = "".join(rows)
    if not joined:
        return ""
    heads = "".join(f"<th scope='col'>{head}</th>" for head in ("Nom", "Type", "Requis", "Note"))
    return f"<details><summary>{title}</summary><table><tr>{heads}</tr>{joined}</table></details>"


def _row(name: str, kind: str, required: bool, note: str) -> str:
    needed = "oui" if required else ""
    return f"<tr><td><code>{escape(name)}</code></td><td>{kind}</td><td>{needed}</td><td>{escape(note)}</td></tr>"
