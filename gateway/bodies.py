"""Reading what a client sends: the media type, the size, then JSON against its schema or raw bytes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

from marshmallow import Schema, ValidationError
from starlette.requests import Request

from chassis.sizes import MB
from gateway import faults
from gateway.problems import Problem
from gateway.schemas.fields import instance

Fields = dict[str, Any]
_JSON_LIMIT_BYTES = 1 << 20


class Body(Protocol):
    """How an operation takes its body; each kind documents itself for OpenAPI."""

    @property
    def required(self) -> bool: ...

    async def read(self, request: Request) -> Fields: ...

    def document(self) -> dict[str, Any]: ...


@dataclass(frozen=True, slots=True)
class JsonBody:
    """A JSON object. Unknown members are refused: a misspelt field is never ignored.

    Not `required`: no body at all is an object without members.
    """

    schema: type[Schema]
    required: bool = True

    async def read(self, request: Request) -> Fields:
        """Raises Problem 400, 413, 415."""
        content = await content_of(request, _JSON_LIMIT_BYTES)
        if not content and not self.required:
            return load(self.schema, {})
        _require_media_type(request, ("application/json",))
        return load(self.schema, parse_json(content))

    def document(self) -> dict[str, Any]:
        return {"application/json": {"schema": self.schema}}


@dataclass(frozen=True, slots=True)
class RawBody:
    """The bytes of a file, put into the request's field `into`."""

    into: str
    media_types: tuple[str, ...]
    limit_mb: int
    required: ClassVar[bool] = True

    async def read(self, request: Request) -> Fields:
        """Raises Problem 400, 413, 415."""
        _require_media_type(request, self.media_types)
        content = await content_of(request, self.limit_mb * MB)
        if not content:
            raise Problem(400, "body_empty", "Le fichier envoyé est vide.", "The file sent is empty.", self.into)
        return {self.into: content}

    def document(self) -> dict[str, Any]:
        return {media_type: {"schema": {"type": "string", "format": "binary"}} for media_type in self.media_types}


@dataclass(frozen=True, slots=True)
class SignedBody:
    """A webhook's body as received, with the headers that its signature needs."""

    headers: tuple[str, ...]
    required: ClassVar[bool] = True

    async def read(self, request: Request) -> Fields:
        """Raises Problem 413."""
        content = await content_of(request, _JSON_LIMIT_BYTES)
        return {"body": content, "headers": {name: request.headers.get(name, "") for name in self.headers}}

    def document(self) -> dict[str, Any]:
        return {"application/json": {"schema": {"type": "object"}}}


def load(schema: type[Schema], value: object) -> Fields:
    """What the schema makes of the value. Raises Problem 400."""
    try:
        loaded: Fields = instance(schema).load(value)  # type: ignore[arg-type]  # not an object is a fault that it reports
        return loaded
    except ValidationError as error:
        raise faults.problem_of(error) from None


def load_query(schema: type[Schema], request: Request) -> Fields:
    """The query string, each parameter once. Raises Problem 400."""
    return load(schema, dict(request.query_params))


def parse_json(content: bytes) -> object:
    """Raises Problem 400."""
    try:
        return json.loads(content, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise Problem(
            400,
            "json_unreadable",
            "Le corps de la demande n'est pas du JSON lisible, en UTF-8.",
            "The request's body is not readable JSON in UTF-8.",
        ) from None


def _no_constant(name: str) -> Mapping[str, object]:
    raise ValueError(f"{name} is not JSON")


def media_type_of(request: Request) -> str:
    """In lower case, without its parameters; empty where none is said."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


def _require_media_type(request: Request, accepted: tuple[str, ...]) -> None:
    if media_type_of(request) not in accepted:
        names = ", ".join(accepted)
        raise Problem(
            415,
            "media_type_refused",
            f"Envoyez le corps avec l'en-tête Content-Type : {names}.",
            f"Send the body with the header Content-Type: {names}.",
            "Content-Type",
        )


async def content_of(request: Request, limit_bytes: int) -> bytes:
    """The body, refused as soon as it is known to be too large. Raises Problem 413."""
    declared = request.headers.get("content-length", "")
    if declared.isdigit() and int(declared) > limit_bytes:
        raise too_large(limit_bytes)
    chunks = bytearray()
    async for chunk in request.stream():
        chunks += chunk
        if len(chunks) > limit_bytes:
            raise too_large(limit_bytes)
    return bytes(chunks)


def too_large(limit_bytes: int) -> Problem:
    """What is sent where less is taken."""
    size = limit_bytes // MB
    return Problem(
        413,
        "body_too_large",
        f"Cet envoi dépasse {size} Mo : réduisez-le et recommencez.",
        f"This body is larger than {size} MB: make it smaller and try again.",
        # What is left unread would be taken for the next request.
        headers={"Connection": "close"},
    )
