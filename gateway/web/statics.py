"""Style, scripts and themes: read once, named by what they hold, kept by browsers for a year."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

from gateway.problems import Problem
from gateway.web import theme
from rulebooks.authorities import Authority

FOLDER = Path(__file__).parent / "static"
PREFIX = "/static/"
_TYPES: Mapping[str, str] = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".wasm": "application/wasm",
    ".png": "image/png",
    ".txt": "text/plain; charset=utf-8",
}
_COMPRESSED = (".css", ".js", ".svg", ".wasm", ".txt")
_YEAR = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class _File:
    media_type: str
    plain: bytes
    compressed: bytes | None


class Statics:
    """The files of `static/` and a theme an authority, under one digest.

    One for all, because modules import one another by relative paths.
    """

    def __init__(self, authorities: Iterable[Authority], folder: Path = FOLDER) -> None:
        self._files = {name: _file(name, content) for name, content in _read(folder)}
        for authority in authorities:
            name = theme_name(authority)
            self._files[name] = _file(name, theme.css(authority).encode())
        self._digest = _digest(self._files)

    def url(self, name: str) -> str:
        """The address of a file. Raises KeyError when there is none: at the first test that draws the page."""
        self._files[name]
        return f"{PREFIX}{self._digest}/{name}"

    def has(self, name: str) -> bool:
        """Whether the file was installed: vendored scripts may be absent."""
        return name in self._files

    async def answer(self, request: Request) -> Response:
        """A page that was drawn before an update asks under an older digest: it gets today's file, not kept."""
        request.scope["route_template"] = PREFIX + "{digest}/{name}"
        file = self._files.get(request.path_params["name"])
        if file is None:
            raise Problem(404, "not_found", "Ce fichier n'existe pas.", "There is no such file.")
        current = request.path_params["digest"] == self._digest
        headers = {"Cache-Control": _YEAR if current else "no-cache", "Vary": "Accept-Encoding"}
        if file.compressed is not None and "gzip" in request.headers.get("accept-encoding", ""):
            return Response(
                file.compressed, headers={**headers, "Content-Encoding": "gzip"}, media_type=file.media_type
            )
        return Response(file.plain, headers=headers, media_type=file.media_type)


def theme_name(authority: Authority) -> str:
    return f"theme-{authority.id}.css"


def _read(folder: Path) -> Iterable[tuple[str, bytes]]:
    for path in sorted(folder.rglob("*")):
        if path.suffix in _TYPES and path.is_file():
            yield path.relative_to(folder).as_posix(), path.read_bytes()


def _file(name: str, content: bytes) -> _File:
    suffix = Path(name).suffix
    compressed = gzip.compress(content, mtime=0) if suffix in _COMPRESSED else None
    return _File(_TYPES[suffix], content, compressed)


def _digest(files: Mapping[str, _File]) -> str:
    whole = hashlib.sha256()
    for name in sorted(files):
        whole.update(name.encode() + b"\0" + hashlib.sha256(files[name].plain).digest())
    return whole.hexdigest()[:12]
