"""A reading as it is kept beside its check: flat text by name, and the reading again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from services.identity.domain.documents import (
    Certainty,
    Cut,
    DocumentFields,
    PrintedNames,
    Reading,
    Reason,
    Seal,
    SealFinding,
    SealKind,
    ZoneName,
)

FIELDS = ("format", "surname", "given_names", "birth_date", "sex", "number", "expiry", "issuing_state")
"""Names of what a document says; dates are in ISO 8601, empty where the zone does not say."""


def record_of(reading: Reading) -> dict[str, str]:
    """All of it but the cut-outs, which are files."""
    printed = reading.printed
    return {
        **(_record_of_fields(reading.fields) if reading.fields else {}),
        "certainty": reading.certainty.value,
        "defects": " ".join(reason.value for reason in reading.defects),
        "sides": str(reading.sides),
        **({"printed_surname": printed.surname, "printed_given_names": printed.given_names} if printed else {}),
        "seals": json.dumps([_record_of_seal(seal) for seal in reading.seals]),
    }


def reading_from(record: Mapping[str, str]) -> Reading | None:
    """None when nothing was read. An older record holds the fields alone: it may accept, and never refuses."""
    if not record:
        return None
    return Reading(
        fields=_fields_from(record) if "surname" in record else None,
        certainty=Certainty(record.get("certainty", Certainty.CORRECTED.value)),
        defects=tuple(Reason(code) for code in record.get("defects", "").split()),
        printed=_printed_from(record),
        sides=int(record.get("sides", "1")),
        seals=tuple(_seal_from(seal) for seal in json.loads(record.get("seals", "[]"))),
    )


def _record_of_fields(fields: DocumentFields) -> dict[str, str]:
    return {
        "format": fields.format,
        "surname": fields.surname.text,
        "surname_cut": fields.surname.cut.value,
        "given_names": fields.given_names.text,
        "given_names_cut": fields.given_names.cut.value,
        "birth_date": fields.birth_date.isoformat(),
        "sex": fields.sex,
        "number": fields.number,
        "expiry": fields.expiry.isoformat() if fields.expiry else "",
        "issuing_state": fields.issuing_state,
    }


def _fields_from(record: Mapping[str, str]) -> DocumentFields:
    return DocumentFields(
        format=record["format"],
        surname=_name_from(record, "surname"),
        given_names=_name_from(record, "given_names"),
        birth_date=date.fromisoformat(record["birth_date"]),
        sex=record["sex"],
        number=record["number"],
        expiry=date.fromisoformat(record["expiry"]) if record["expiry"] else None,
        issuing_state=record["issuing_state"],
    )


def _name_from(record: Mapping[str, str], name: str) -> ZoneName:
    return ZoneName(record[name], Cut(record.get(f"{name}_cut", Cut.NOWHERE.value)))


def _printed_from(record: Mapping[str, str]) -> PrintedNames | None:
    if "printed_surname" not in record:
        return None
    return PrintedNames(record["printed_surname"], record["printed_given_names"])


def _record_of_seal(seal: Seal) -> dict[str, Any]:
    return {"kind": seal.kind.value, "finding": seal.finding.value, "says": dict(seal.says)}


def _seal_from(record: Mapping[str, Any]) -> Seal:
    return Seal(SealKind(record["kind"]), SealFinding(record["finding"]), record["says"])
