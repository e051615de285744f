"""Amounts, days and times as the French write them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

from babel.dates import format_date, format_time
from babel.numbers import format_currency
from google.protobuf.timestamp_pb2 import Timestamp

from chassis.clock import PARIS
from rulebooks.authorities import Authority
from rulebooks.french import CHANNELS

_LOCALE = "fr_FR"
_HOUR = "HH\u00a0'h'\u00a0mm"
_UNITS = {"tickets": ("place", "restante"), "vouchers": ("bon", "restant"), "access": ("passage", "restant")}
_USES = ("utilisation", "restante")
Instant = datetime | Timestamp
Day = date | str
_MINUTE_S = 60


def euros(cents: int) -> str:
    """1050 is « 10,50 € »; whole euros keep their decimals, as on a receipt."""
    return str(format_currency(Decimal(cents) / 100, "EUR", locale=_LOCALE))


def day(value: Day | Instant) -> str:
    """« 1er juillet 2025 »; a text is YYYY-MM-DD, an instant is its day in Paris."""
    return _first(_day(value), "d MMMM y")


def short_day(value: Day | Instant) -> str:
    """« 01/07/2025 »."""
    return str(format_date(_day(value), "dd/MM/y", locale=_LOCALE))


def hour(value: Instant) -> str:
    """« 14 h 05 », in Paris; no line ends inside it."""
    return str(format_time(_instant(value).astimezone(PARIS).time(), _HOUR, locale=_LOCALE))


def moment(value: Instant) -> str:
    """« 1er juillet 2025 à 14 h 05 », in Paris."""
    return f"{day(value)} à\u00a0{hour(value)}"


def duration(seconds: int) -> str:
    """« 12 secondes », and from a minute on « 3 minutes », rounded up."""
    if seconds < _MINUTE_S:
        return f"{seconds} {_agreed('seconde', seconds)}"
    minutes = -(-seconds // _MINUTE_S)
    return f"{minutes} {_agreed('minute', minutes)}"


def _agreed(word: str, count: int) -> str:
    """French counts nought and one in the singular."""
    return word if count < 2 else f"{word}s"


def _first(value: date, pattern: str) -> str:
    written = str(format_date(value, pattern, locale=_LOCALE))
    return f"1er{written[1:]}" if value.day == 1 else written


def _day(value: Day | Instant) -> date:
    if isinstance(value, str):
        return date.fromisoformat(value)
    if isinstance(value, Timestamp | datetime):
        return _instant(value).astimezone(PARIS).date()
    return value


def _instant(value: Instant) -> datetime:
    return value.ToDatetime(tzinfo=UTC) if isinstance(value, Timestamp) else value


def units(count: int, kind: str) -> str:
    """« 3 places » of tickets, « 1 bon » of vouchers of one value, « 2 utilisations » of anything else."""
    noun, _ = _UNITS.get(kind, _USES)
    return f"{count} {_agreed(noun, count)}"


def units_left(count: int, kind: str) -> str:
    """« 3 places restantes »."""
    _, left = _UNITS.get(kind, _USES)
    return f"{units(count, kind)} {_agreed(left, count)}"


def payer(authority: Authority) -> str:
    """Who pays, as a sentence begins with it: « la Région »."""
    return "le Département" if authority.department_code else "la Région"


def channel(name: str) -> str:
    """By what a right is used, in the rulebooks' words."""
    return CHANNELS[name]


FILTERS = {
    "canal": channel,
    "payeur": payer,
    "unites": units,
    "unites_restantes": units_left,
    "euros": euros,
    "jour": day,
    "jour_court": short_day,
    "heure": hour,
    "instant": moment,
    "duree": duration,
}
