"""Reading files that a client sends: one as the raw body, or several as the parts of a form."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Any, ClassVar

from starlette.datastructures import FormData, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request

from chassis.sizes import MB
from gateway.bodies import Fields, RawBody, content_of, media_type_of, too_large
from gateway.problems import Problem

_FORM = "multipart/form-data"
_AROUND_BYTES = 1 << 16  # what a form writes around its files


@dataclass(frozen=True, slots=True)
class FilesBody:
    """One or more files into the request's fields `into`, of which the first is always sent.

    The first alone may be the raw body, under one of `media_types`; a form names each by its field. `limit_mb` is
    for each file.
    """

    into: tuple[str, ...]
    media_types: tuple[str, ...]
    limit_mb: int
    required: ClassVar[bool] = True

    async def read(self, request: Request) -> Fields:
        """Raises Problem 400, 413, 415."""
        if media_type_of(request) != _FORM:
            return await RawBody(self.into[0], (*self.media_types, _FORM), self.limit_mb).read(request)
        content = await content_of(request, len(self.into) * self.limit_mb * MB + _AROUND_BYTES)
        files = await self._files(await self._parsed(request, content))
        if not files.get(self.into[0]):
            raise Problem(400, "body_empty", "Il manque le fichier.", "The file is missing.", self.into[0])
        return files

    def document(self) -> dict[str, Any]:
        binary = {"type": "string", "format": "binary"}
        form = {
            "type": "object",
            "properties": dict.fromkeys(self.into, binary),
            "required": [self.into[0]],
            "additionalProperties": False,
        }
        return {**{media_type: {"schema": binary} for media_type in self.media_types}, _FORM: {"schema": form}}

    async def _parsed(self, request: Request, content: bytes) -> FormData:
        parser = MultiPartParser(request.headers, _whole(content), max_files=len(self.into), max_fields=0)
        parser.spool_max_size = len(content) + 1  # a picture of an ID card never touches the disk here
        try:
            return await parser.parse()
        except MultiPartException:
            raise Problem(
                400,
                "form_unreadable",
                f"Envoyez un formulaire qui ne contient que ces fichiers : {', '.join(self.into)}.",
                f"Send a form that holds these files alone: {', '.join(self.into)}.",
            ) from None

    async def _files(self, form: FormData) -> Fields:
        files: Fields = {}
        for name, upload in form.multi_items():
            if name not in self.into or name in files or not isinstance(upload, UploadFile):
                raise Problem(
                    400,
                    "malformed",
                    f"{name} : Ce champ n'existe pas ou vient deux fois : retirez-le.",
                    f"{name}: This field does not exist, or came twice: remove it.",
                    name,
                )
            files[name] = await upload.read()
            if len(files[name]) > self.limit_mb * MB:
                raise too_large(self.limit_mb * MB)
        return files


async def _whole(content: bytes) -> AsyncGenerator[bytes, None]:
    yield content
