"""A good value for every field of every schema and message, made from their declarations."""

from __future__ import annotations

from typing import Any

from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass
from marshmallow import Schema, fields

from gateway.bodies import JsonBody, RawBody, SignedBody
from gateway.file_bodies import FilesBody
from gateway.operations import Operation
from gateway.schemas.facts import FactValues
from gateway.schemas.fields import Commune, Day, Flag, Moment, OneOf, SecretCode, Uai, Whole, Word
from gateway.schemas.partners import Declarations, Said

PATH_ID = "0b9f4d5e-2c1a-4d7b-9a57-2f3d1f0c8e11"


def json_of(schema: Schema) -> dict[str, Any]:
    """An object with every member; of members that exclude each other, the last is left out."""
    sample = {field.data_key or name: value_of(field) for name, field in schema.fields.items()}
    if {"presentation_id", "code"} <= sample.keys():
        del sample["code"]
    return sample


def value_of(field: fields.Field[Any]) -> Any:
    match field:
        case fields.Nested():
            return json_of(field.schema)
        case fields.List():
            return [value_of(field.inner)]
        case FactValues():
            return {"sex": "F", "disability": True, "validated_proofs": ["mission"]}
        case fields.Dict():
            return {"disability": "true"}
        case Declarations():
            return {"activity": "cinema", "affiliated": True, "seats": 80}
        case Said():
            return ["combat", "judo"]
        case Word() | OneOf():
            return field.metadata["enum"][0]
        case Flag():
            return True
        case Whole():
            return 7
        case Day():
            return "2025-09-03"
        case Moment():
            return "2025-09-03T10:00:00+02:00"
        case SecretCode():
            return "2580"
        case Uai():
            return "0141234A"
        case Commune():
            return "14118"
    return (
        field.metadata.get("pattern", "").strip("^$").partition("|")[0]
        or "texte-de-douze"[: field.metadata["maxLength"]]
    )


def request_of(operation: Operation) -> dict[str, Any]:
    """Arguments for an HTTP client: a request with everything that the operation takes."""
    path = operation.path
    for part in path.split("/"):
        if part.startswith("{"):
            path = path.replace(part, PATH_ID)
    request: dict[str, Any] = {"method": operation.method, "url": path, "headers": {}}
    request["params"] = json_of(operation.query())
    if operation.keyed:
        request["headers"]["Idempotency-Key"] = "cle-1"
    if operation.for_subscriber:
        request["headers"]["Subscriber-Secret"] = "c2VjcmV0"
    match operation.takes:
        case JsonBody():
            request["json"] = json_of(operation.takes.schema())
        case RawBody():
            request["content"] = b"octets"
            request["headers"]["Content-Type"] = operation.takes.media_types[0]
        case FilesBody():
            request["files"] = {name: (f"{name}.png", b"octets", "image/png") for name in operation.takes.into}
        case SignedBody():
            request["content"] = b'{"type":"payment.succeeded"}'
            request["headers"] |= {"webhook-id": "msg_1", "webhook-timestamp": "1", "webhook-signature": "v1,x"}
    return request


def message_of(descriptor: Descriptor) -> Message:
    """A message with every field set, one element in each list."""
    message = GetMessageClass(descriptor)()
    for field in descriptor.fields:
        _fill(message, field)
    return message


def _fill(message: Message, field: FieldDescriptor) -> None:
    target = getattr(message, field.name)
    if field.message_type and field.message_type.GetOptions().map_entry:
        target["surname"] = "DUPONT"
    elif field.message_type and field.is_repeated:
        target.append(message_of(field.message_type))
    elif field.message_type:
        target.CopyFrom(message_of(field.message_type))
    elif field.is_repeated:
        target.append(_scalar(field))
    else:
        setattr(message, field.name, _scalar(field))


def _scalar(field: FieldDescriptor) -> Any:
    if field.name == "jwks_json":
        return '{"keys":[]}'
    if field.name == "media_type":
        return "image/png"
    if field.name == "nanos":
        return 0
    match field.cpp_type:
        case FieldDescriptor.CPPTYPE_STRING:
            return b"octets" if field.type == FieldDescriptor.TYPE_BYTES else field.name
        case FieldDescriptor.CPPTYPE_BOOL:
            return True
        case FieldDescriptor.CPPTYPE_ENUM:
            return 1
    return 7
