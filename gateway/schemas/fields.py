"""The fields that schemas are made of: strict, with codes for errors (see gateway.faults), documented for OpenAPI."""

# ruff: noqa: ARG002, RUF012 - the signatures and class attributes below are marshmallow's
from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from functools import cache
from typing import Any

from google.protobuf.internal.enum_type_wrapper import EnumTypeWrapper
from marshmallow import EXCLUDE, RAISE, Schema, ValidationError, fields

# Control characters, surrogates, and the marks that turn the direction of the text around them.
_FORBIDDEN = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_GREATEST_CENTS = 10**13
_FIELD_CODES = {"required": "required", "null": "null", "invalid": "null"}


class Strict(Schema):
    """A JSON object whose members are all known."""

    class Meta:
        unknown = RAISE

    error_messages = {"unknown": "unknown", "type": "not_an_object"}


class Shown(Schema):
    """A JSON object that the platform answers: later versions may add members."""

    class Meta:
        unknown = EXCLUDE


@cache
def instance(schema: type[Schema]) -> Schema:
    """The one instance of a schema: making one copies every field, dumping and loading change nothing in it."""
    return schema()


class NoQuery(Strict):
    """An operation that takes no query parameter."""


class Text(fields.String):
    """A line of text. `pattern` holds (expression, code of its fault)."""

    default_error_messages = {**_FIELD_CODES, "invalid": "not_a_text", "invalid_utf8": "not_a_text"}

    def __init__(self, most: int = 200, *, least: int = 1, pattern: tuple[str, str] | None = None, **rest: Any) -> None:
        metadata = {"minLength": least, "maxLength": most, **rest.pop("metadata", {})}
        if pattern:
            metadata["pattern"] = f"^{pattern[0]}$"
        super().__init__(metadata=metadata, **rest)
        self._least, self._most, self._pattern = least, most, pattern

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **rest: Any) -> str:
        text = super()._deserialize(value, attr, data, **rest)
        if len(text) > self._most:
            raise ValidationError(f"too_long:{self._most}")
        if len(text) < self._least:
            raise ValidationError(f"too_short:{self._least}" if self._least > 1 else "empty")
        if _FORBIDDEN.search(text):
            raise ValidationError("forbidden_characters")
        if self._pattern and not re.fullmatch(self._pattern[0], text):
            raise ValidationError(self._pattern[1])
        return text


class Uai(Text):
    """An establishment's national number."""

    def __init__(self, **rest: Any) -> None:
        super().__init__(8, pattern=(r"[0-9]{7}[A-Za-z]", "not_a_uai"), **rest)


class Commune(Text):
    """An INSEE commune code."""

    def __init__(self, **rest: Any) -> None:
        super().__init__(5, pattern=(r"[0-9][0-9AB][0-9]{3}", "not_a_commune"), **rest)


class Whole(fields.Integer):
    """A whole number: no text, no decimals, no boolean."""

    default_error_messages = {**_FIELD_CODES, "invalid": "not_a_whole_number", "too_large": "not_a_whole_number"}

    def __init__(self, least: int = -(2**62), most: int = 2**62, **rest: Any) -> None:
        metadata = {"minimum": least, "maximum": most, **rest.pop("metadata", {})}
        super().__init__(strict=True, metadata=metadata, **rest)
        self._least, self._most = least, most

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **rest: Any) -> int:
        if not isinstance(value, int) or isinstance(value, bool):
            raise ValidationError("not_a_whole_number")
        if value < self._least:
            raise ValidationError(f"too_small:{self._least}")
        if value > self._most:
            raise ValidationError(f"too_great:{self._most}")
        return value


class Cents(Whole):
    """An amount of money in whole cents, more than 0 where a client gives it."""

    def __init__(self, **rest: Any) -> None:
        super().__init__(1, _GREATEST_CENTS, metadata={"description": "Centimes d'euro"}, **rest)


class Amount(fields.Integer):
    """An amount that the platform answers, in whole cents; negative where it is a debit."""

    def __init__(self, **rest: Any) -> None:
        super().__init__(metadata={"description": "Centimes d'euro"}, **rest)


class Flag(fields.Boolean):
    """true or false, and nothing that looks like it."""

    default_error_messages = {**_FIELD_CODES, "invalid": "not_a_boolean"}

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **rest: Any) -> bool:
        if not isinstance(value, bool):
            raise ValidationError("not_a_boolean")
        return value


class Day(fields.String):
    """A calendar day, YYYY-MM-DD, kept as text: gRPC carries it so."""

    default_error_messages = {**_FIELD_CODES, "invalid": "not_a_day"}

    def __init__(self, **rest: Any) -> None:
        super().__init__(metadata={"format": "date"}, **rest)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **rest: Any) -> str:
        text = super()._deserialize(value, attr, data, **rest)
        try:
            if not _DAY.fullmatch(text):
                raise ValueError(text)
            return date.fromisoformat(text).isoformat()
        except ValueError:
            raise ValidationError("not_a_day") from None


class Moment(fields.String):
    """An instant that a client gives, with its offset; loads as an aware datetime in UTC."""

    default_error_messages = {**_FIELD_CODES, "invalid": "not_an_instant"}

    def __init__(self, **rest: Any) -> None:
        super().__init__(metadata={"format": "date-time"}, **rest)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **rest: Any) -> Any:
        try:
            instant = datetime.fromisoformat(super()._deserialize(value, attr, data, **rest))
            if instant.tzinfo is None:
                raise ValidationError("not_an_instant")
            return instant.astimezone(UTC)
        except (ValueError, OverflowError):
            raise ValidationError("not_an_instant") from None


class Instant(fields.String):
    """An instant that the platform answers, in UTC; null when it has not come."""

    def __init__(self, **rest: Any) -> None:
        super().__init__(metadata={"format": "date-time"}, allow_none=True, **rest)

    def serialize(self, attr: str, obj: Any, accessor: Any = None, **rest: Any) -> str | None:
        if not obj.HasField(attr):
            return None
        instant: datetime = getattr(obj, attr).ToDatetime(tzinfo=UTC)
        return instant.isoformat().replace("+00:00", "Z")


class Counted(fields.Integer):
    """A whole number that the platform answers; null where nothing is counted."""

    def __init__(self, **rest: Any) -> None:
        super().__init__(allow_none=True, **rest)

    def serialize(self, attr: str, obj: Any, accessor: Any = None, **rest: Any) -> int | None:
        return getattr(obj, attr) if obj.HasField(attr) else None


class Picture(fields.String):
    """The bytes of a small picture that the platform answers, in base64; empty where there is none."""

    def __init__(self, **rest: Any) -> None:
        super().__init__(metadata={"format": "byte"}, **rest)

    def _serialize(self, value: Any, attr: str | None, obj: Any, **rest: Any) -> str:
        return base64.b64encode(value).decode()


class Word(fields.String):
    """An enum as a lower-case word without its prefix: CARD_CHECK_STATE_PENDING is "pending"."""

    default_error_messages = {**_FIELD_CODES, "invalid": "not_a_text"}

    def __init__(self, enum: EnumTypeWrapper, *, but: tuple[str, ...] = (), **rest: Any) -> None:
        prefix = enum.keys()[0].removesuffix("UNSPECIFIED")
        self._words = {
            value: name.removeprefix(prefix).lower()
            for name, value in enum.items()
            if value  # 0 is unspecified
        }
        self._values = {word: value for value, word in self._words.items() if word not in but}
        super().__init__(metadata={"enum": list(self._values)}, **rest)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **rest: Any) -> Any:
        word = super()._deserialize(value, attr, data, **rest)
        if word not in self._values:
            raise ValidationError(f"not_one_of:{', '.join(self._values)}")
        return self._values[word]

    def _serialize(self, value: Any, attr: str | None, obj: Any, **rest: Any) -> str | None:
        return self._words.get(value)


class OneOf(fields.String):
    """One of a few words that the contract carries as text."""

    default_error_messages = {**_FIELD_CODES, "invalid": "not_a_text"}

    def __init__(self, *words: str, **rest: Any) -> None:
        super().__init__(metadata={"enum": list(words)}, **rest)
        self._words = words

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **rest: Any) -> str:
        word = super()._deserialize(value, attr, data, **rest)
        if word not in self._words:
            raise ValidationError(f"not_one_of:{', '.join(self._words)}")
        return word


class Asked(fields.Boolean):
    """`true` or `false` in a query string."""

    default_error_messages = {**_FIELD_CODES, "invalid": "not_a_boolean"}

    def __init__(self, **rest: Any) -> None:
        super().__init__(truthy={"true"}, falsy={"false"}, metadata={"pattern": "^true|false$"}, **rest)


class SecretCode(Text):
    """The digits that a holder chose; how many, the wallet says."""

    def __init__(self, **rest: Any) -> None:
        super().__init__(12, pattern=("[0-9]+", "not_digits"), metadata={"format": "password"}, **rest)


class Many(fields.List[Any]):
    """A list of at most `most`."""

    default_error_messages = {**_FIELD_CODES, "invalid": "not_a_list"}

    def __init__(self, inner: fields.Field[Any] | type[fields.Field[Any]], most: int = 100, **rest: Any) -> None:
        super().__init__(inner, metadata={"maxItems": most}, **rest)
        self._most = most

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **rest: Any) -> list[Any]:
        if isinstance(value, list) and len(value) > self._most:
            raise ValidationError(f"too_many:{self._most}")
        return super()._deserialize(value, attr, data, **rest)


class Part(fields.Nested):
    """An object within an object."""

    default_error_messages = {**_FIELD_CODES, "type": "not_an_object"}


class PartIfAny(Part):
    """An object that the platform answers, or null where there is none."""

    def __init__(self, nested: type[Schema], **rest: Any) -> None:
        super().__init__(nested, allow_none=True, **rest)

    def serialize(self, attr: str, obj: Any, accessor: Any = None, **rest: Any) -> Any:
        return super().serialize(attr, obj, accessor, **rest) if obj.HasField(attr) else None
