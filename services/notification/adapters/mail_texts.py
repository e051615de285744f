"""The templates: French texts, amounts and days as the French write them, HTML with its styles inlined."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import jinja2
from babel.dates import format_date
from babel.numbers import format_currency
from css_inline import CSSInliner

from rulebooks.authorities import Authority
from services.notification.domain.deliveries import Template
from services.notification.domain.mail import MailText

TEMPLATES = Path(__file__).resolve().parent.parent / "templates"
_LOCALE = "fr_FR"
_LONGEST_SUBJECT = 150


class ValueMissing(Exception):
    """A template's value is not there: the mail cannot be written, and nobody gets half of one."""


class TemplateTexts:
    """Writes mails. `public_url` is where the platform answers; each authority's site has its own host there."""

    def __init__(self, public_url: str, folder: Path = TEMPLATES) -> None:
        self._public_url = public_url
        self._environment = jinja2.Environment(
            loader=jinja2.FileSystemLoader(folder),
            undefined=jinja2.StrictUndefined,
            autoescape=_is_html,  # noqa: S701 - the texts for people's eyes alone are not HTML
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.filters |= {"euros": _of_a_value(euros), "day": _of_a_value(day)}
        self._inliner = CSSInliner(load_remote_stylesheets=False)

    def write(self, template: Template, authority: Authority, values: Mapping[str, Any]) -> MailText:
        """Raises ValueMissing, naming the value."""
        given = {
            **values,
            "authority_name": authority.name,
            "site_url": site_of(self._public_url, authority.host),
            "theme": authority.theme,
        }
        subject, text, html = (
            self._rendered(f"{template}.{kind}.jinja2", given) for kind in ("subject", "txt", "html")
        )
        # A subject is one line, whatever a name or a title holds.
        return MailText(" ".join(subject.split())[:_LONGEST_SUBJECT], text.strip() + "\n", self._inliner.inline(html))

    def _rendered(self, name: str, values: Mapping[str, Any]) -> str:
        try:
            return self._environment.get_template(name).render(values)
        except jinja2.UndefinedError as error:
            raise ValueMissing(f"{name}: {error.message}") from error


def euros(cents: int) -> str:
    """12,50 € for 1250 cents, with the spaces of French typography."""
    return str(format_currency(Decimal(cents) / 100, "EUR", locale=_LOCALE))


def day(value: date) -> str:
    """1er septembre 2025."""
    ordinal = "1er" if value.day == 1 else str(value.day)
    return f"{ordinal} {format_date(value, 'MMMM y', locale=_LOCALE)}"


def site_of(public_url: str, host: str) -> str:
    """The authority's own address: the platform's, under the authority's host name."""
    parts = urlsplit(public_url)
    return f"{parts.scheme}://{host}{f':{parts.port}' if parts.port else ''}"


def _of_a_value(write: Callable[[Any], str]) -> Callable[[Any], str]:
    """A filter does not look at what is missing: asking for its text names it, as the template alone would."""
    return lambda value: write(str(value) if isinstance(value, jinja2.Undefined) else value)


def _is_html(name: str | None) -> bool:
    return name is not None and name.endswith(".html.jinja2")
