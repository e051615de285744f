"""Structure: a document against its JSON Schema, told in French with the schema's own remedies."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from rulebooks.documents import Document
from rulebooks.problems import Problem

_SCHEMAS = Path(__file__).parent / "schema"
_TYPES = {
    "string": "un texte",
    "integer": "un nombre entier",
    "boolean": "true ou false",
    "array": "une liste",
    "object": "un groupe de lignes « nom: valeur »",
    "null": "rien",
}
_FALLBACK_REMEDY = "Comparez avec un règlement qui existe déjà."


def structural_problems(document: Document, schema: str) -> Iterator[Problem]:
    """Every departure from `schema` (`rulebook`, `authority` or `cases`)."""
    for error in _validator(schema).iter_errors(document.content):
        yield from _explained(document, error)


@cache
def _validator(schema: str) -> Draft202012Validator:
    content = json.loads((_SCHEMAS / f"{schema}.json").read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(content)
    return Draft202012Validator(content, format_checker=Draft202012Validator.FORMAT_CHECKER)


def _explained(document: Document, error: ValidationError) -> Iterator[Problem]:
    where = tuple(error.absolute_path)
    if error.validator == "additionalProperties":
        yield from _unknown_keys(document, error)
        return
    sentence = _SENTENCES.get(str(error.validator), _other)(error)
    yield document.problem(where, sentence, _remedy(error))


def _unknown_keys(document: Document, error: ValidationError) -> Iterator[Problem]:
    known = _schema(error).get("properties", {})
    where = tuple(error.absolute_path)
    for key in _stated(error):
        if key not in known:
            remedy = f"Noms possibles ici : {', '.join(sorted(known))}."
            yield document.problem((*where, key), f"« {key} » n'existe pas à cet endroit.", remedy)


def _remedy(error: ValidationError) -> str:
    return str(_schema(error).get("remedy", _FALLBACK_REMEDY))


def _schema(error: ValidationError) -> Mapping[str, Any]:
    return error.schema if isinstance(error.schema, Mapping) else {}


def _stated(error: ValidationError) -> Any:
    return error.instance


def _wanted(error: ValidationError) -> Any:
    return error.validator_value


def _place(error: ValidationError) -> str:
    names = [part for part in error.absolute_path if isinstance(part, str)]
    return f"« {names[-1]} »" if names else "le fichier"


def _shown(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else text[:57] + "…"


def _type(error: ValidationError) -> str:
    wanted = _wanted(error)
    names = [wanted] if isinstance(wanted, str) else wanted
    return f"{_place(error)} doit être {' ou '.join(_TYPES[n] for n in names)}, pas {_shown(error.instance)}."


def _required(error: ValidationError) -> str:
    missing = next(key for key in _wanted(error) if f"'{key}'" in error.message)
    return f"Il manque « {missing} » dans {_place(error)}."


def _enum(error: ValidationError) -> str:
    choices = ", ".join(str(choice) for choice in _wanted(error))
    return f"{_place(error)} vaut {_shown(error.instance)} ; valeurs possibles : {choices}."


def _bound(error: ValidationError) -> str:
    side = "au moins" if error.validator == "minimum" else "au plus"
    return f"{_place(error)} vaut {error.instance} ; il faut {side} {error.validator_value}."


def _form(error: ValidationError) -> str:
    return f"{_place(error)} n'a pas la forme attendue : {_shown(error.instance)}."


def _empty(error: ValidationError) -> str:
    return f"{_place(error)} est vide."


def _repeats(error: ValidationError) -> str:
    return f"{_place(error)} contient deux fois la même valeur."


def _other(error: ValidationError) -> str:
    return f"{_place(error)} n'est pas valable : {_shown(error.instance)}."


_SENTENCES: dict[str, Callable[[ValidationError], str]] = {
    "type": _type,
    "required": _required,
    "enum": _enum,
    "minimum": _bound,
    "maximum": _bound,
    "pattern": _form,
    "format": _form,
    "minItems": _empty,
    "minLength": _empty,
    "minProperties": _empty,
    "uniqueItems": _repeats,
}
