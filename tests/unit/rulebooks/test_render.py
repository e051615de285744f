"""A rulebook as a page: everything that the file says is on it, in words, for readers of every kind."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from datetime import date
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any

import pypdf
import pytest

from rulebooks import PARTNER, PERSON, Catalogue
from rulebooks.__main__ import main
from rulebooks.authoring.conditions import comparison_in_words
from rulebooks.authoring.page import html_page
from rulebooks.authoring.printed import pdf
from rulebooks.authoring.statements import statements
from rulebooks.authoring.words import TERMS, VALUES, article
from rulebooks.catalogue import PACKAGED
from rulebooks.documents import Document
from rulebooks.french import euros, written_day
from tests.unit.rulebooks.conftest import SPECIMENS

_SCHEMA = json.loads((PACKAGED / "schema" / "rulebook.json").read_text(encoding="utf-8"))
_TESTS = ("when", "if", "partner", "all", "any")
# Names by which a file refers to its own parts: the page shows what they name.
_REFERENCES = ("id", "category", "categories", "for")


def documents() -> list[Document]:
    found = []
    for directory in (PACKAGED, SPECIMENS):
        catalogue = Catalogue.load(directory)
        found += [catalogue.document(rulebook.hash) for rulebook in catalogue.rulebooks()]
    return found


class _Page(HTMLParser):
    """A page's texts, headings and tables."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.texts).split())


def leaves(content: Any, where: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    if isinstance(content, dict):
        for name, value in content.items():
            yield from leaves(value, (*where, name))
    elif isinstance(content, list):
        for value in content:
            yield from leaves(value, where)
    else:
        yield where, content


def expected(where: tuple[str, ...], value: Any) -> list[str]:
    """What a reader must find of one value; nothing of a flag, whose row alone is looked for."""
    name = where[-1]
    if name in _REFERENCES or isinstance(value, bool):
        return []
    if name in _TESTS:
        of_partners = where[0] in ("categories", "documents") or "partner" in where
        return [comparison_in_words(str(value), PARTNER if of_partners else PERSON)]
    if name == "source":
        return [article(value)]
    if name in ("cents", "holder_cents", "unit_cents"):
        return [euros(value)]
    if isinstance(value, int):
        return [] if value == 0 else [str(value)]
    if name.endswith(("_on", "_from", "until")) and value[:1].isdigit():
        return [written_day(date.fromisoformat(value))]
    if name == "window" and where[0] == "cancellation" and value == "days":
        return []  # the count of days is told
    if name == "taken_by":
        return [VALUES[value]]
    listed = TERMS["once"] if where[-2:] == ("once", "per") else TERMS.get(name, {})
    return [listed[value]] if value in listed else [line for line in value.splitlines() if line.strip()]


def plain(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize("document", documents(), ids=lambda document: str(document.name))
def test_every_value_of_the_file_is_on_the_page(document: Document) -> None:
    """Nothing that the platform applies is hidden from who reads the page."""
    text = _Page(html_page(document, "0" * 64)).text
    wanted = [(where, each) for where, value in leaves(document.content) for each in expected(where, value)]
    assert len(wanted) > 100
    assert [(where, each) for where, each in wanted if plain(each) not in text] == []


@pytest.mark.parametrize("document", documents(), ids=lambda document: str(document.name))
def test_each_rule_is_told_once(document: Document) -> None:
    """Two rows for one rule would let a comparison of versions lose one of them."""
    keys = [statement.key for statement in statements(document)]
    assert len(set(keys)) == len(keys)


def test_the_page_can_be_read_with_a_screen_reader(specimens: Path) -> None:
    """French, one title, headings without a gap, tables with a caption and headers that say what they head."""
    catalogue = Catalogue.load(specimens)
    (rulebook,) = catalogue.rulebooks()
    page = _Page(html_page(catalogue.document(rulebook.hash), rulebook.hash))
    names = [tag for tag, _ in page.tags]
    levels = [int(tag[1]) for tag in names if tag in ("h1", "h2", "h3")]
    assert ("html", {"lang": "fr"}) in page.tags
    assert levels.count(1) == 1
    assert all(later - earlier <= 1 for earlier, later in pairwise(levels))
    assert names.count("caption") == names.count("table") > 5
    assert {attributes.get("scope") for tag, attributes in page.tags if tag == "th"} == {"col", "row"}
    assert not [tag for tag in names if tag in ("script", "link", "img", "iframe")]
    assert rulebook.hash in page.text


def test_what_a_file_says_is_never_markup(specimens: Path) -> None:
    """A sentence with signs of HTML is shown as it is written."""
    path = specimens / "valmer" / "carte-jeune" / "2025-2026.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("Vous avez l'âge demandé.", "Vous avez <b>15</b> & plus."), encoding="utf-8")
    catalogue = Catalogue.load(specimens)
    (rulebook,) = catalogue.rulebooks()
    page = html_page(catalogue.document(rulebook.hash), rulebook.hash)
    assert "&lt;b&gt;15&lt;/b&gt; &amp; plus." in page
    assert "<b>" not in page


def test_the_print_says_the_same_and_is_tagged(specimens: Path) -> None:
    """The PDF holds the rules too, in French and with its structure, and the same file gives the same bytes."""
    catalogue = Catalogue.load(specimens)
    (rulebook,) = catalogue.rulebooks()
    document = catalogue.document(rulebook.hash)
    content = pdf(document, rulebook.hash)
    reader = pypdf.PdfReader(io.BytesIO(content))
    text = plain(" ".join(page.extract_text() for page in reader.pages))
    assert "Carte jeune de Valmer" in text
    assert "Vous avez déjà reçu ce versement." in text
    root = reader.root_object
    assert str(root["/Lang"]).lower().startswith("fr")
    assert "/StructTreeRoot" in root
    assert pdf(document, rulebook.hash) == content


def test_the_command_writes_the_page_where_it_is_asked(
    specimens: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """`render` takes a file, and the name of its output chooses between a page and a print."""
    file = str(specimens / "valmer" / "carte-jeune" / "2025-2026.yaml")
    for name, start in (("page.html", b"<!DOCTYPE html>"), ("page.pdf", b"%PDF")):
        assert main(["render", "--directory", str(specimens), file, "--output", str(tmp_path / name)]) == 0
        assert (tmp_path / name).read_bytes().startswith(start)
    assert main(["render", "--directory", str(specimens), "valmer/carte-jeune/1999"]) == 1
    assert "n'est ni un fichier, ni un règlement connu" in capsys.readouterr().err


def closed_lists(schema: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """Each value of a closed list of the schema, with the name of what takes it."""
    if isinstance(schema, dict):
        for value in schema.get("enum", ()):
            yield name, value
        if schema.get("$ref") == "#/$defs/channel":
            yield from ((name, value) for value in _SCHEMA["$defs"]["channel"]["enum"])
        for key, inner in schema.items():
            yield from closed_lists(inner, name if key in ("items", "then", "else", "if", "properties") else key)
    elif isinstance(schema, list):
        for inner in schema:
            yield from closed_lists(inner, name)


def test_every_value_of_a_closed_list_has_a_french_word() -> None:
    """A value that the schema or the vocabulary accepts, and that no reader would understand, is not finished."""
    of_schema = {pair for pair in closed_lists(_SCHEMA["properties"]) if pair[0] not in ("$defs", "per")}
    of_schema |= {pair for pair in closed_lists(_SCHEMA["$defs"]["benefit"]) if pair[0] != "per"}
    assert len(of_schema) > 50
    assert {(name, value) for name, value in of_schema if value not in TERMS.get(name, {})} == set()
    facts = [fact for vocabulary in (PERSON, PARTNER) for fact in vocabulary.values()]
    assert {value for fact in facts for value in fact.values} - set(VALUES) == set()


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        ("age >= 15", "âge le jour de la demande : au moins 15 ans"),
        ("age < 18", "âge le jour de la demande : moins de 18 ans"),
        ("age != -1", "âge le jour de la demande : renseigné"),
        ('study_region == ""', "région de l'établissement : non renseigné"),
        ("!disability", "situation de handicap : non"),
        ("disability == true", "situation de handicap : oui"),
        ("disability == false", "situation de handicap : non"),
        ('study_status != "apprenti"', "statut : autre que apprenti"),
        ('!(study_status in ["lyceen", "apprenti"])', "statut : ni lycéen ni apprenti"),
        (
            '!("x" in benefits_had)',
            "avantages déjà obtenus au cours de la scolarité : ne comprend pas « x »",
        ),
        ("size(benefits_had) >= 2", "« size(benefits_had) >= 2 »"),
    ],
)
def test_a_comparison_is_told_in_words(expression: str, words: str) -> None:
    """Each form of a comparison has its sentence; one that has none stays as the file writes it."""
    assert comparison_in_words(expression, PERSON) == words
