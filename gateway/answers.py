"""How an operation answers: JSON by its schema, a file, a stream, or nothing."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import quote

from marshmallow import Schema
from starlette.responses import Response

from gateway.schemas.fields import instance


class AnswerKind(Protocol):
    """What success looks like; each kind documents itself for OpenAPI."""

    @property
    def status(self) -> int: ...

    def render(self, answer: Any) -> Response: ...

    def document(self) -> dict[str, Any]: ...


@dataclass(frozen=True, slots=True)
class Json:
    """The fields of the service's answer that the schema names, and no other."""

    schema: type[Schema]
    status: int = 200

    def render(self, answer: Any) -> Response:
        body = json.dumps(instance(self.schema).dump(answer), ensure_ascii=False, separators=(",", ":"))
        return Response(body, self.status, media_type="application/json")

    def document(self) -> dict[str, Any]:
        return {"description": "Fait.", "content": {"application/json": {"schema": self.schema}}}


@dataclass(frozen=True, slots=True)
class NoContent:
    """Done, and nothing to say."""

    status: int = 204

    def render(self, _answer: Any) -> Response:
        return Response(status_code=204)

    def document(self) -> dict[str, Any]:
        return {"description": "Fait, sans corps de réponse."}


@dataclass(frozen=True, slots=True)
class File:
    """Bytes for a person to keep, never shown by the browser as a page of ours.

    `media_type` is the file's, or a dot and the answer's field that says it; `filename` likewise.
    """

    content: str
    media_type: str
    filename: str
    status: int = 200

    def render(self, answer: Any) -> Response:
        headers = {
            "Content-Disposition": f"attachment; filename*=UTF-8''{quote(_read(answer, self.filename), safe='')}",
            "Content-Security-Policy": "sandbox; default-src 'none'",
        }
        content, media_type = getattr(answer, self.content), _read(answer, self.media_type)
        return Response(content, self.status, headers, media_type=media_type)

    def document(self) -> dict[str, Any]:
        media_type = "application/octet-stream" if self.media_type.startswith(".") else self.media_type
        content = {media_type.partition(";")[0]: {"schema": {"type": "string", "format": "binary"}}}
        return {"description": "Le fichier.", "content": content}


@dataclass(frozen=True, slots=True)
class RawJson:
    """JSON that the service wrote itself, in its field `content`."""

    content: str
    status: int = 200

    def render(self, answer: Any) -> Response:
        return Response(getattr(answer, self.content), self.status, media_type="application/json")

    def document(self) -> dict[str, Any]:
        return {"description": "Fait.", "content": {"application/json": {"schema": {"type": "object"}}}}


@dataclass(frozen=True, slots=True)
class Stream:
    """Server-sent events as they come: the act answers the open stream itself (gateway.live.EventStream)."""

    status: int = 200

    def render(self, answer: Any) -> Response:
        response: Response = answer
        return response

    def document(self) -> dict[str, Any]:
        schema = {"type": "string", "description": 'event: ce qui est arrivé ; data: {"subject": identifiant}'}
        return {"description": "Les nouvelles, une à une.", "content": {"text/event-stream": {"schema": schema}}}


def _read(answer: Any, name: str) -> str:
    """`name` itself, or for `.a.b` the answer's attribute a.b."""
    if not name.startswith("."):
        return name
    for part in name[1:].split("."):
        answer = getattr(answer, part)
    return str(answer)
