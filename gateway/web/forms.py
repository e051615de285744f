"""Forms: what was typed, what is wrong with it, and the schemas that say so at each field."""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError, fields
from starlette.datastructures import FormData, UploadFile
from starlette.formparsers import FormParser, MultiPartException, MultiPartParser
from starlette.requests import Request

from chassis.sizes import MB
from gateway.bodies import Fields
from gateway.faults import FAULTS
from gateway.problems import Problem
from gateway.schemas.fields import Day, Text, instance

_TEXT_BYTES = 1 << 16
_FIELDS = 100
_WRITTEN_DAY = re.compile(r"(\d{1,2})[/. -](\d{1,2})[/. -](\d{4})")

# In a form, nobody writes quotes or braces: these replace the JSON API's words.
_FORM_FAULTS: Mapping[str, str] = {
    "required": "Ce champ est à remplir.",
    "null": "Ce champ est à remplir.",
    "not_a_day": "Une date s'écrit comme 31/01/2008.",
    "not_a_moment": "Un jour et une heure sont attendus, comme 06/10/2025 09:00.",
    "not_a_whole_number": "Un nombre entier est attendu, sans virgule.",
    "not_one_of": "Un des choix de la liste est attendu.",
    "forbidden_characters": "Ce texte contient un caractère invisible ou interdit : il faut le retaper.",
    "not_an_amount": "Un montant s'écrit comme 12,50.",
    "not_a_search": "Une adresse e-mail ou un numéro complet est attendu.",
    "not_a_postal_code": "Un code postal compte cinq chiffres, comme 14000.",
    "postal_code_unknown": "Aucune commune n'a ce code postal : il faut celui de la commune, sans CEDEX.",
    "commune_to_choose": "La commune est à choisir dans la liste.",
}


class FormSchema(Schema):
    """What a form holds; the fields of the form itself (its token) are not its schema's."""

    class Meta:
        unknown = EXCLUDE


class FrenchDay(Day):
    """A day as people write it, 31/01/2008; loads as YYYY-MM-DD."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **rest: Any) -> str:
        written = _WRITTEN_DAY.fullmatch(value) if isinstance(value, str) else None
        day = f"{written[3]}-{written[2]:0>2}-{written[1]:0>2}" if written else value
        return super()._deserialize(day, attr, data, **rest)


class PageToken(FormSchema):
    """Where a list goes on."""

    page_token = Text(500)


class NoFields(FormSchema):
    """A form that is only a button."""


@dataclass(slots=True)
class Form:
    """A form as it is drawn: `values` as typed, `faults` a sentence a field, `refusal` what no field explains.

    `keeps_key`: the outcome is not known, so the same idempotency key goes out again; else a new one.
    """

    values: Mapping[str, Any] = field(default_factory=dict)
    faults: Mapping[str, str] = field(default_factory=dict)
    refusal: str = ""
    code: str = ""
    keeps_key: bool = False

    @property
    def failed(self) -> bool:
        return bool(self.faults or self.refusal)

    def filled(self, values: Mapping[str, Any]) -> Form:
        """The same form, with values to begin with where nothing was typed yet."""
        return Form({**values, **self.values}, self.faults, self.refusal, self.code, self.keeps_key)


class Faulty(Exception):
    """A form that its schema refuses: a sentence a field."""

    def __init__(self, faults: Mapping[str, str]) -> None:
        super().__init__(", ".join(faults))
        self.faults = faults


async def read(request: Request, limits_mb: Sequence[int]) -> FormData:
    """The form sent, in memory; a limit for each file that it may hold. Raises Problem 400, 413, 415."""
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    try:
        if media_type == "application/x-www-form-urlencoded":
            stream = _limited(request, _TEXT_BYTES, "Ce formulaire", 1)
            return await FormParser(request.headers, stream, max_fields=_FIELDS).parse()
        if media_type == "multipart/form-data":
            return await _multipart(request, limits_mb)
    except MultiPartException:
        raise Problem(400, "form_unreadable", "Ce formulaire est illisible.", "This form cannot be read.") from None
    raise Problem(415, "media_type_refused", "Ce format d'envoi n'est pas accepté.", "Send a form.")


async def _multipart(request: Request, limits_mb: Sequence[int]) -> FormData:
    limit_bytes = sum(limits_mb) * MB
    parser = MultiPartParser(
        request.headers,
        _limited(request, limit_bytes + _TEXT_BYTES, "Un fichier", max(limits_mb, default=1)),
        max_files=max(1, len(limits_mb)),
        max_fields=_FIELDS,
        max_part_size=_TEXT_BYTES,
    )
    parser.spool_max_size = limit_bytes + _TEXT_BYTES  # a picture of an ID card never touches the disk here
    return await parser.parse()


async def _limited(request: Request, limit_bytes: int, what: str, most_mb: int) -> AsyncGenerator[bytes, None]:
    """`most_mb` is what people are told: of one file, where a form may hold several."""
    length = 0
    async for chunk in request.stream():
        length += len(chunk)
        if length > limit_bytes:
            raise Problem(
                413,
                "body_too_large",
                f"{what} dépasse {most_mb} Mo : il faut le réduire.",
                f"What was sent is larger than {most_mb} MB: make it smaller.",
                headers={"Connection": "close"},
            )
        yield chunk


def texts(data: FormData) -> dict[str, Any]:
    """What was typed, by field; a field that came several times is a list."""
    typed: dict[str, Any] = {}
    for name in data:
        values = [value for value in data.getlist(name) if isinstance(value, str)]
        if values:
            typed[name] = values if len(values) > 1 else values[0]
    return typed


async def load(
    schema: type[Schema], data: FormData, files: Mapping[str, int], optional: frozenset[str] = frozenset()
) -> Fields:
    """What the schema makes of the form, and the bytes of `files`; those `optional` may be missing.

    `files`: their limit in MB by field. Raises Faulty.
    """
    shape = instance(schema)
    loaded, faults = check(schema, {name: _given(shape, name, data) for name in data if name in shape.fields})
    for name, most_mb in files.items():
        upload = data.get(name)
        content = await upload.read() if isinstance(upload, UploadFile) else b""
        if len(content) > most_mb * MB:
            faults[name] = f"Ce fichier dépasse {most_mb} Mo : il faut le réduire."
        elif content:
            loaded[name] = content
        elif name not in optional:
            faults[name] = "Il manque le fichier."
    if faults:
        raise Faulty(faults)
    return loaded


def check(schema: type[Schema], values: Mapping[str, Any]) -> tuple[Fields, dict[str, str]]:
    """What the schema makes of the values, those left blank counting as absent; or a sentence a field, in its order."""
    given = {name: value for name, value in values.items() if value not in ("", [])}
    try:
        loaded: Fields = instance(schema).load(given)
        return loaded, {}
    except ValidationError as error:
        faults = error.messages_dict
        in_order = [name for name in instance(schema).fields if name in faults]
        return {}, {name: _sentence(faults[name]) for name in [*in_order, *(faults.keys() - in_order)]}


def _given(shape: Schema, name: str, data: FormData) -> Any:
    if isinstance(shape.fields[name], fields.List):
        return [value for value in data.getlist(name) if value]
    value = data[name]
    is_secret = shape.fields[name].metadata.get("format") == "password"
    return value.strip() if isinstance(value, str) and not is_secret else value


def _sentence(messages: Any) -> str:
    while isinstance(messages, Mapping):
        messages = next(iter(messages.values()))
    name, _, value = str(messages[0] if isinstance(messages, list) else messages).partition(":")
    french = _FORM_FAULTS.get(name) or FAULTS.get(name, FAULTS["null"])[0]
    return french.format(value=value)


def refused(problem: Problem, typed: Mapping[str, Any], known: Mapping[str, str]) -> Form:
    """The form with a service's refusal, at its field where `known` (contract's name to form's) has it."""
    at = known.get(problem.field) or known.get(problem.field.rpartition(".")[2])
    keeps_key = problem.status in (409, 500, 503)
    if at:
        return Form(typed, {at: problem.fr}, "", problem.code, keeps_key)
    return Form(typed, {}, problem.fr, problem.code, keeps_key)
