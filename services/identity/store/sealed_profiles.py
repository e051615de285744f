"""Profiles and recorded facts as they are sealed: JSON, bound to the person."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import date
from typing import Any

from services.identity.domain.profiles import Profile


def profile_text(profile: Profile) -> str:
    return json.dumps(asdict(profile) | {"birth_date": profile.birth_date.isoformat()})


def profile_of(values: dict[str, Any]) -> Profile:
    values["given_names"] = tuple(values["given_names"])
    values["birth_date"] = date.fromisoformat(values["birth_date"])
    return Profile(**values)


def recorded_of(person_id: str) -> str:
    """What seals a person's recorded facts: their profile is no good in its place."""
    return f"{person_id}/recorded"
