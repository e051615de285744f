"""The OpenAPI 3.1 document, made from the same operations that the router serves."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin

from gateway import idempotency, subscribers
from gateway.operations import Operation

Document = dict[str, Any]

_DESCRIPTION = """\
Les avantages jeunes des collectivités : comptes, adhésions, porte-monnaie, débits en caisse, reversements.

La collectivité est celle du nom d'hôte. Les montants sont en **centimes d'euro**, entiers. Les jours sont ceux
de Paris. Une erreur est un `application/problem+json` (RFC 9457) : `code` est stable, `detail` dit quoi faire.
Après une erreur 429 ou 503, attendez `Retry-After` secondes. Un envoi qui porte une `Idempotency-Key` peut être
répété sans risque : la même clé rend la première réponse, avec l'en-tête `Idempotent-Replayed: true`.
"""

_PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status", "code", "detail", "detail_en", "trace_id"],
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string", "description": "Stable : c'est sur lui qu'un programme se règle"},
        "detail": {"type": "string", "description": "Dit à la personne pourquoi, et quoi faire"},
        "detail_en": {"type": "string"},
        "detail_fr": {"type": "string", "description": "Quand l'anglais est demandé"},
        "field": {"type": "string", "description": "Le champ en cause, comme address.city"},
        "trace_id": {"type": "string"},
    },
}

_PROBLEMS = {
    "400": "Demande mal formée",
    "401": "Connexion nécessaire",
    "403": "Action non autorisée",
    "404": "Introuvable",
    "409": "Déjà fait ou en cours",
    "413": "Envoi trop volumineux",
    "415": "Format non accepté",
    "422": "Refusé par une règle",
    "429": "Trop de demandes",
    "500": "Erreur interne",
    "503": "Service indisponible",
}

_KEY_PARAMETER = {
    "name": idempotency.HEADER,
    "in": "header",
    "required": True,
    "description": "Choisie par l'appelant, une par opération voulue ; la même pour la répéter",
    "schema": {"type": "string", "minLength": 1, "maxLength": 128},
}


def document(operations: Sequence[Operation], public_url: str) -> Document:
    """The whole document, as a JSON object."""
    spec = APISpec(
        title="Atouts",
        version="1",
        openapi_version="3.1.0",
        plugins=[MarshmallowPlugin()],
        info={"description": _DESCRIPTION},
        servers=[{"url": public_url}],
        tags=[{"name": tag} for tag in dict.fromkeys(one.tag for one in operations)],
    )
    spec.components.security_scheme("bearer", {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"})
    spec.components.security_scheme("subscriber", {"type": "apiKey", "in": "header", "name": subscribers.HEADER})
    spec.components.schema("Problem", _PROBLEM)
    for status, title in _PROBLEMS.items():
        spec.components.response(f"Problem{status}", _problem_response(title, status))
    for one in operations:
        spec.path(one.path, operations={one.method.lower(): _operation(one)})
    return spec.to_dict()


def _operation(one: Operation) -> Document:
    described: Document = {
        "operationId": one.operation_id,
        "summary": one.summary,
        "tags": [one.tag],
        "parameters": _parameters(one),
        "responses": {str(one.answers.status): one.answers.document(), **_problem_references(one)},
        "security": _security(one),
    }
    if one.takes:
        described["requestBody"] = {"required": one.takes.required, "content": one.takes.document()}
    return described


def _security(one: Operation) -> list[dict[str, list[str]]]:
    if one.for_subscriber:
        return [{"subscriber": []}]
    return [{"bearer": []}] if one.signed_in else []


def _parameters(one: Operation) -> list[Any]:
    names = re.findall(r"{(\w+)}", one.path)
    parameters: list[Any] = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in names
    ]
    if one.keyed:
        parameters.append(_KEY_PARAMETER)
    return [*parameters, {"in": "query", "schema": one.query}]


def _problem_references(one: Operation) -> Document:
    statuses = ["400", "404", "409", "422", "500", "503"]
    statuses += ["401", "403"] if one.signed_in or one.for_subscriber else []
    statuses += ["413", "415"] if one.takes else []
    statuses += ["429"] if one.limit else []
    return {status: f"Problem{status}" for status in sorted(statuses)}


def _problem_response(title: str, status: str) -> Document:
    schema = {"$ref": "#/components/schemas/Problem"}
    response: Document = {"description": title, "content": {"application/problem+json": {"schema": schema}}}
    if status in ("429", "503"):
        response["headers"] = {"Retry-After": {"schema": {"type": "integer"}, "description": "En secondes"}}
    return response
