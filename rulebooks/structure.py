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
_REMEDIES = {
    "required": "Ajoutez cette ligne.",
    "enum": "Choisissez une de ces valeurs.",
    "minimum": "Corrigez ce nombre.",
    "maximum": "Corrigez ce nombre.",
    "minItems": "Écrivez au moins une ligne, ou retirez ce titre.",
    "minLength": "Écrivez un texte.",
    "uniqueItems": "Gardez une seule des deux.",
}


def structural_problems(document: Document, schema: str) -> Iterator[Problem]:
    """Every departure from `schema` (`rulebook`, `authority` or `cases`)."""
    defined = schema_named(schema).get("$defs", {})
    for error in _validator(schema).iter_errors(document.content):
        yield from _explained(document, error, defined)


def structure_holds(part: Mapping[str, Any], schema: str) -> bool:
    """Whether some sections of a document have their structure, whatever the others say."""
    return _validator_of_parts(schema).is_valid(part)


@cache
def schema_named(schema: str) -> Mapping[str, Any]:
    """The JSON Schema of one kind of file: `rulebook`, `authority` or `cases`. That it is one: its unit test."""
    content: dict[str, Any] = json.loads((_SCHEMAS / f"{schema}.json").read_text(encoding="utf-8"))
    return content


@cache
def _validator(schema: str) -> Draft202012Validator:
    return _validating(schema_named(schema))


def _validating(content: Mapping[str, Any]) -> Draft202012Validator:
    return Draft202012Validator(content, format_checker=Draft202012Validator.FORMAT_CHECKER)


@cache
def _validator_of_parts(schema: str) -> Draft202012Validator:
    return _validating({**schema_named(schema), "required": []})


def _explained(document: Document, error: ValidationError, defined: Mapping[str, Any]) -> Iterator[Problem]:
    where = tuple(error.absolute_path)
    if error.validator == "additionalProperties":
        yield from _unknown_keys(document, error)
        return
    sentence = _SENTENCES.get(str(error.validator), _other)(error)
    yield document.problem(where, sentence, _remedy(error, defined))


def _unknown_keys(document: Document, error: ValidationError) -> Iterator[Problem]:
    known = _schema(error).get("properties", {})
    where = tuple(error.absolute_path)
    for key in _stated(error):
        if key not in known:
            remedy = f"Noms possibles ici : {', '.join(sorted(known))}."
            yield document.problem((*where, key), f"« {key} » n'existe pas à cet endroit.", remedy)


def _remedy(error: ValidationError, defined: Mapping[str, Any]) -> str:
    """The remedy of the missing line, else the schema's own, else that of the kind of mistake."""
    told = (_missing(error, defined), _schema(error))
    own = next((str(schema["remedy"]) for schema in told if "remedy" in schema), None)
    return own or _REMEDIES.get(str(error.validator), _FALLBACK_REMEDY)


def _missing(error: ValidationError, defined: Mapping[str, Any]) -> Mapping[str, Any]:
    """What the schema says of a line that is missing."""
    if error.validator != "required":
        return {}
    stated = _schema(error).get("properties", {}).get(_missing_name(error), {})
    return {**defined.get(stated.get("$ref", "").removeprefix("#/$defs/"), {}), **stated}


def _missing_name(error: ValidationError) -> str:
    return next(str(key) for key in _wanted(error) if f"'{key}'" in error.message)


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
    return f"Il manque « {_missing_name(error)} » dans {_place(error)}."


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


def _misplaced(error: ValidationError) -> str:
    """`not` is said of lines only."""
    names = _wanted(error).get("required", [])
    return f"{' et '.join(f'« {name} »' for name in names)} n'a pas sa place dans {_place(error)}."


def _exclusive(error: ValidationError) -> str:
    """`oneOf` is said of lines only."""
    names = [name for choice in _wanted(error) for name in choice.get("required", [])]
    count = "un seul" if any(name in _stated(error) for name in names) else "un"
    return f"{_place(error)} doit avoir {count} de ces noms : {', '.join(names)}."


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
    "not": _misplaced,
    "oneOf": _exclusive,
}
