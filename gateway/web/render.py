"""Templates: everything escaped, an unknown name is an error, amounts and dates in French."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from gateway.web import french, tabs
from gateway.web.statics import Statics, theme_name

FOLDER = Path(__file__).parent / "templates"


class Renderer:
    """One environment for all; templates are compiled once."""

    def __init__(self, statics: Statics, folder: Path = FOLDER) -> None:
        self._environment = Environment(
            loader=FileSystemLoader(folder),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
        self._environment.filters.update(french.FILTERS)
        self._environment.globals.update(
            static=statics.url,
            has_static=statics.has,
            theme_of=lambda authority: statics.url(theme_name(authority)),
            new_key=lambda: secrets.token_urlsafe(18),
            tabs_of=tabs.tabs_of,
        )

    def html(self, template: str, values: Mapping[str, Any]) -> str:
        """Raises jinja2.UndefinedError when the template asks for what it was not given."""
        return self._environment.get_template(template).render(values)
