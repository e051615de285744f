"""The guides: the paths, words, codes and requests that they cite are the product's own."""

from __future__ import annotations

import ast
import html
import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, cast

import pytest
from marshmallow import Schema, fields
from starlette.routing import Route

from chassis.tokens import TokenVerifier
from gateway import app, bodies, routes
from gateway.answers import Json
from gateway.live import LiveNotices
from gateway.operations import Operation
from gateway.routes import live as live_routes
from gateway.schemas.debits import PartnerDebits
from gateway.schemas.fields import instance
from gateway.web.page import Page
from gateway.web.pages import pages

ROOT = Path(__file__).parents[3]
GUIDES = {path.name: path.read_text(encoding="utf-8") for path in sorted((ROOT / "docs" / "guides").glob("*.md"))}
FRENCH = ("partner.md", "staff.md", "young-person.md")
# Its yaml and its commands have a test of their own: tests/unit/rulebooks/test_guide.py.
OF_THE_API = tuple(name for name in GUIDES if name != "write-a-rulebook.md")

_BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"`([^`\n]+)`")
_PATH = re.compile(r"(?:(GET|POST|PUT|DELETE) )?(/.*)")
_LABEL = re.compile(r"«\s*(.*?)\s*»", re.DOTALL)
_NAME = re.compile(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)+")
# What stands between two texts of a template: a comment, a tag (whatever it holds), a statement, braces, a quote.
_MARKUP = re.compile(r"\{#.*?#\}|<(?:\{\{.*?\}\}|\{%.*?%\}|[^<>])*>|\{%-?|-?%\}|\{\{|\}\}|\"", re.DOTALL)
_AROUND = " .:!?()"
_REST = "…"
_CHECKED_BY_WORDS = 3
_SOURCES = (".py", ".proto", ".yaml")


def cited_paths(guide: str) -> Iterator[tuple[str, str]]:
    """Method (GET where none is said) and path of what stands in backticks or begins a request."""
    for code in _CODE.findall(_BLOCK.sub("", guide)):
        if found := _PATH.fullmatch(code):
            yield found[1] or "GET", found[2].partition("?")[0]
    for language, block in _BLOCK.findall(guide):
        if language == "http" and (found := _PATH.match(block)):
            yield found[1], found[2].partition("?")[0]


def operations() -> list[Operation]:
    """All of the API, live notices too: nothing of them is called."""
    return [*routes.operations(), *live_routes.operations(cast(LiveNotices, None), cast(TokenVerifier, None))]


@cache
def served() -> frozenset[tuple[str, str]]:
    """Method and path of every route of the API, of its document, and of the pages."""
    site = app.build([], cast(app.OpenParts, None), "http://localhost")
    document = {("GET", route.path) for route in site.routes if isinstance(route, Route)}
    api = {(one.method, one.path) for one in operations()}
    return frozenset(document | api | {("GET" if isinstance(one, Page) else "POST", one.path) for one in pages()})


def plain(text: str) -> str:
    """One kind of apostrophe and of space, nothing around."""
    return " ".join(text.replace("'", "’").split()).strip(_AROUND)


def texts_of_python(path: Path) -> Iterator[str]:
    """Its strings; those that follow one another are one."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


@cache
def shown_texts() -> frozenset[str]:
    """Everything that pages can show: their templates, their strings, and the sentences of services' refusals."""
    web = ROOT / "gateway" / "web"
    templates = (html.unescape(path.read_text(encoding="utf-8")) for path in (web / "templates").rglob("*.html"))
    sources = [*web.rglob("*.py"), *(ROOT / "services").glob("*/entrypoints/*answers.py")]
    sources += [*(ROOT / "services" / "identity" / "domain").rglob("*.py")]
    found = {text for template in templates for text in _MARKUP.split(template)}
    found |= {text for path in sources for text in texts_of_python(path)}
    return frozenset(map(plain, found))


def is_shown(label: str) -> bool:
    """A whole text of a page; « … » in it stands for the rest of a sentence, or for a value."""
    wanted = plain(label)
    if wanted in shown_texts() or _REST not in wanted:
        return wanted in shown_texts()
    pattern = re.compile(".*".join(map(re.escape, wanted.split(_REST))))
    return len(re.findall(r"\w+", wanted)) >= _CHECKED_BY_WORDS and any(map(pattern.fullmatch, shown_texts()))


@cache
def known_names() -> frozenset[str]:
    """Every name with an underscore in the sources and contracts: fields, codes, words."""
    folders = ("gateway", "services", "chassis", "rulebooks", "contracts/proto")
    files = [path for folder in folders for path in (ROOT / folder).rglob("*") if path.suffix in _SOURCES]
    return frozenset(name for path in files for name in _NAME.findall(path.read_text(encoding="utf-8").lower()))


def requests_shown() -> list[Any]:
    blocks = [(name, block) for name in OF_THE_API for kind, block in _BLOCK.findall(GUIDES[name]) if kind == "http"]
    return [pytest.param(block, id=f"{name} {block.splitlines()[0]}") for name, block in blocks]


def strangers(schema: Schema, said: dict[str, Any]) -> list[str]:
    """Members that an answer of this schema does not have, at every depth."""
    known = {field.data_key or name: field for name, field in schema.fields.items()}
    found = [name for name in said if name not in known]
    for name, value in said.items():
        field = known.get(name)
        inner = field.inner if isinstance(field, fields.List) else field
        if isinstance(inner, fields.Nested):
            for each in value if isinstance(value, list) else [value]:
                found += strangers(inner.schema, each)
    return found


@pytest.mark.parametrize("name", GUIDES)
def test_every_path_of_a_guide_is_a_route(name: str) -> None:
    """A path in backticks that begins with a slash is served, with the method that stands before it."""
    assert [cited for cited in cited_paths(GUIDES[name]) if cited not in served()] == []


@pytest.mark.parametrize("name", FRENCH)
def test_every_label_of_a_guide_is_on_the_screen(name: str) -> None:
    """What a French guide quotes as « … » is a text that the pages show, word for word."""
    labels = _LABEL.findall(_BLOCK.sub("", GUIDES[name]))
    assert labels
    assert [label for label in labels if not is_shown(label)] == []


@pytest.mark.parametrize("name", OF_THE_API)
def test_every_name_of_a_guide_is_known_to_the_platform(name: str) -> None:
    """A code or a field in backticks is one that the sources or the contracts write."""
    cited = {code for code in _CODE.findall(_BLOCK.sub("", GUIDES[name])) if _NAME.fullmatch(code)}
    assert cited - known_names() == set()


@pytest.mark.parametrize("block", requests_shown())
def test_every_request_that_a_guide_shows_is_taken(block: str) -> None:
    """A reader who copies a request sends what its schema takes and reads what its schema answers."""
    asked, _, answered = block.partition("→ ")
    head, _, body = asked.partition("\n{")
    method, path = head.splitlines()[0].split()
    one = next(each for each in operations() if (each.method, each.path) == (method, path))
    assert isinstance(one.takes, bodies.JsonBody)
    assert one.keyed == ("\nIdempotency-Key: " in head)
    bodies.load(one.takes.schema, json.loads("{" + body))
    if answered:
        status, _, said = answered.partition(" ")
        assert isinstance(one.answers, Json)
        assert int(status) == one.answers.status
        assert strangers(instance(one.answers.schema), json.loads(said)) == []


@pytest.mark.parametrize("name", GUIDES)
def test_every_guide_is_named_in_the_readme(name: str) -> None:
    """A newcomer finds each guide from the README."""
    assert f"(docs/guides/{name})" in (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", GUIDES)
def test_a_guide_s_links_lead_somewhere(name: str) -> None:
    """A link from a guide to another file of ours names a file that is there."""
    links = [link for link in re.findall(r"\]\(([^)#]+)", GUIDES[name]) if "://" not in link]
    assert [link for link in links if not (ROOT / "docs" / "guides" / link).exists()] == []


def test_wrong_citations_are_found() -> None:
    """A guide of errors has each of them found: tests that nothing fails would prove nothing."""
    guide = "`/nowhere`, `DELETE /v1/partners`, `/agents`.\n\n```http\nPOST /v1/nowhere\n{}\n```\n"
    wrong = [cited for cited in cited_paths(guide) if cited not in served()]
    assert wrong == [("GET", "/nowhere"), ("DELETE", "/v1/partners"), ("POST", "/v1/nowhere")]
    assert is_shown("Se connecter")
    assert "no_such_code" not in known_names()
    assert strangers(instance(PartnerDebits), {"debits": [{"debit_id": "", "paid": 1}], "page": 2}) == ["page", "paid"]
    assert not any(map(is_shown, ("Se connecte", "Téléporter ma carte", "…", "Ce … fondu", "Ce code a … fondu")))
