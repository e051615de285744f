"""What can be wrong with a value, and the two sentences that say what to write instead.

Schemas raise codes (`required`, `too_long:200`): the number after the colon fills `{value}`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError

from gateway.problems import Problem

FAULTS: Mapping[str, tuple[str, str]] = {
    "required": ("Ce champ est obligatoire.", "This field is required."),
    "null": ("Ce champ ne peut pas être vide.", "This field may not be null."),
    "unknown": ("Ce champ n'existe pas : retirez-le.", "This field does not exist: remove it."),
    "not_a_text": ("Écrivez un texte entre guillemets.", "Write a text, in quotes."),
    "not_an_object": ("Écrivez un objet JSON, entre accolades.", "Write a JSON object, in braces."),
    "not_a_list": ("Écrivez une liste, entre crochets.", "Write a list, in brackets."),
    "not_a_whole_number": (
        "Écrivez un nombre entier, sans virgule ni guillemets.",
        "Write a whole number, without decimals or quotes.",
    ),
    "not_a_boolean": ("Écrivez true ou false, sans guillemets.", "Write true or false, without quotes."),
    "not_a_day": ("Écrivez une date comme 2026-01-31.", "Write a date as 2026-01-31."),
    "not_an_instant": (
        "Écrivez un instant avec son fuseau, comme 2026-01-31T09:00:00+01:00.",
        "Write an instant with its offset, as 2026-01-31T09:00:00+01:00.",
    ),
    "not_one_of": ("Choisissez une de ces valeurs : {value}.", "Choose one of: {value}."),
    "not_a_uai": ("Un numéro UAI compte sept chiffres et une lettre.", "A UAI is seven digits and a letter."),
    "not_a_commune": ("Un code commune INSEE compte cinq caractères.", "An INSEE code has five characters."),
    "not_digits": ("Écrivez des chiffres seulement.", "Write digits only."),
    "empty": ("Ce champ ne peut pas être vide.", "This field may not be empty."),
    "too_short": ("Écrivez au moins {value} caractères.", "Write at least {value} characters."),
    "too_long": ("Écrivez au plus {value} caractères.", "Write at most {value} characters."),
    "too_many": ("Donnez au plus {value} éléments.", "Give at most {value} items."),
    "too_small": ("Écrivez un nombre d'au moins {value}.", "Write a number of at least {value}."),
    "too_great": ("Écrivez un nombre d'au plus {value}.", "Write a number of at most {value}."),
    "forbidden_characters": (
        "Retirez les caractères de contrôle ou invisibles de ce texte.",
        "Remove the control or invisible characters from this text.",
    ),
    "one_of_both": (
        "Donnez soit presentation_id, soit code, pas les deux.",
        "Give either presentation_id or code, not both.",
    ),
    "not_a_simple_value": (
        "Donnez un texte, un nombre entier, true ou false.",
        "Give a text, a whole number, true or false.",
    ),
}


def problem_of(error: ValidationError) -> Problem:
    """A 400 that names the first field at fault, as a dotted path."""
    path, code = _first(error.messages)
    name, _, value = code.partition(":")
    fr, en = FAULTS.get(name, FAULTS["null"])
    at = ".".join(part for part in path if part != "_schema")
    prefix = f"{at} : " if at else ""
    return Problem(
        400, "malformed", prefix + fr.format(value=value), prefix.replace(" :", ":") + en.format(value=value), at
    )


def _first(messages: Any) -> tuple[list[str], str]:
    """Path and code of the first message of marshmallow's nested errors."""
    path: list[str] = []
    while isinstance(messages, Mapping):
        name, messages = next(iter(messages.items()))
        path.append(str(name))
    return path, str(messages[0] if isinstance(messages, list) else messages)
