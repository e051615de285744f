"""Small schemes for what the till obeys: one of each way to spend, and a season that changes on 1 January."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

TILL, RIGHTS, FOR_MEMBERS, FOR_NEWCOMERS = "guichet", "droits", "etrennes", "voeux"
# Beside the till's own, for random sequences: what is counted, topped up, moved out, and every form of card.
LEDGER = "registre"
# One whose holders pair their card, with a photo; one whose card comes by post and is kept from season to season.
PAIRED, KEPT = "appairage", "postale"
CATEGORY = "essai"
NEW_YEAR = "2026-01-01"
# Benefits whose last day ends, or whose last night is, a night on which the clock changes.
CLOCK_CHANGES = {
    "veille-hiver": "2025-10-25",
    "nuit-hiver": "2025-10-26",
    "veille-ete": "2026-03-28",
    "nuit-ete": "2026-03-29",
}
_SOURCE = "default: essai"
_SEASON_DAYS = ("2025-07-01", "2026-06-30")
_DIRECT = ("qr", "number", "till", "terminal", "nfc")


def write(directory: Path) -> Path:
    """Write the schemes there."""
    _write(directory, TILL, "2025-2026", _till())
    _write(directory, RIGHTS, "2025-2026", _rights())
    _write(directory, LEDGER, "2025-2026", _ledger(3000))
    version = {"counts_from": NEW_YEAR, "applies_to_members": True, "source": _SOURCE}
    _write(directory, LEDGER, f"2025-2026@{NEW_YEAR}", _ledger(4000, version=version))
    for scheme, applies in ((FOR_MEMBERS, True), (FOR_NEWCOMERS, False)):
        _write(directory, scheme, "2025-2026", _first_version())
        _write(directory, scheme, f"2025-2026@{NEW_YEAR}", _second_version(applies))
    for scheme, content in ((PAIRED, _paired()), (KEPT, _kept())):
        _write(directory, scheme, "2025-2026", content)
        _write(directory, scheme, "2026-2027", _of_next_year(content))
    return directory


def _paired() -> dict[str, Any]:
    """All forms; name and photo are checked, and terminals ask for the secret code."""
    return _rulebook(
        [_benefit("sorties", _cents(3000)), _benefit("cours", _cents(2000))],
        cancellation={"window": "same_day", "source": _SOURCE},
        secret_code={"digits": 4, "asked_by": ["terminal"], "needed_by": ["terminal"], "source": _SOURCE},
        card=_card(["app", "paper", "pvc"], pairing=True, checked=True),
    )


def _kept() -> dict[str, Any]:
    return _rulebook(
        [_benefit("sorties", _cents(3000))],
        cancellation={"window": "same_day", "source": _SOURCE},
        card=_card(["app", "pvc"], kept={"across_seasons": True, "source": _SOURCE}),
    )


def _of_next_year(content: Mapping[str, Any]) -> dict[str, Any]:
    """The same a year later."""
    text = yaml.safe_dump(dict(content), allow_unicode=True, sort_keys=False)
    for year in (2026, 2025):
        text = text.replace(str(year), str(year + 1))
    again: dict[str, Any] = yaml.safe_load(text)
    return again


def _card(forms: list[str], pairing: bool = False, checked: bool = False, **more: Any) -> dict[str, Any]:
    return {
        "forms": {"known": forms, "source": _SOURCE},
        "typed_code": {"allowed": True, "source": _SOURCE},
        "pairing": {"required": pairing, "source": _SOURCE},
        "holder": {"identity_shown": checked, "photo": checked, "source": _SOURCE},
        "opposition": {"allowed": True, "source": _SOURCE},
        **more,
    }


def _till() -> dict[str, Any]:
    once = {"uses": "once", "amount": "any", "source": _SOURCE}
    whole = {"uses": "several", "amount": "whole", "source": _SOURCE}
    benefits = [
        _benefit("livres", _cents(5000), channels=(*_DIRECT, "voucher"), vouchers=_taken_by_shops()),
        _benefit("licence", _cents(3000), spending=once, channels=(*_DIRECT, "voucher"), vouchers=_taken_by_shops()),
        _benefit("cours", _cents(2500), spending=whole, channels=(*_DIRECT, "voucher"), vouchers=_taken_by_shops()),
        _benefit("places", _count(5), kind="tickets", unit={"cents": 500, "holder_cents": 100, "source": _SOURCE}),
        _benefit("bons", _count(2), kind="vouchers", unit={"cents": 1500, "source": _SOURCE}),
        _benefit(
            "permis",
            [{"cents": 20000, "when": '"mission_35h" in validated_proofs', "source": _SOURCE}],
            without_amount={"code": "mission", "unmet": "L'aide suit une mission.", "source": _SOURCE},
            loading={"at": "later", "valid_months": 24, "source": _SOURCE},
        ),
    ]
    return _rulebook(
        benefits,
        secret_code={"digits": 4, "asked_by": ["terminal"], "needed_by": ["nfc"], "source": _SOURCE},
        cancellation={"window": "days", "days": 3, "holder_present": True, "source": _SOURCE},
        suspension={"of": "benefits", "until": "season_end", "source": _SOURCE},
    )


def _rights() -> dict[str, Any]:
    """What is counted, topped up and moved out, and benefits that end when the clock changes."""
    ending = [_benefit(name, _cents(1000), days=("2025-07-01", day)) for name, day in CLOCK_CHANGES.items()]
    return _rulebook(
        [_benefit("livres", _cents(5000)), *_accesses(), *_topped_up(), _moved_out(), *ending],
        secret_code={"digits": 4, "asked_by": ["terminal"], "needed_by": ["nfc"], "source": _SOURCE},
        cancellation={"window": "days", "days": 3, "holder_present": True, "source": _SOURCE},
    )


def _ledger(club_cents: int, **more: Any) -> dict[str, Any]:
    """Names that no other scheme of a sequence has; a use or a debit may be undone until the day after."""
    twice_a_week = {"count": 2, "per": "week", "source": _SOURCE}
    once = {"count": 1, "per": "season", "source": _SOURCE}
    return _rulebook(
        [_access("visites", limit=twice_a_week), _access("unique", limit=once), *_topped_up(club_cents), _moved_out()],
        secret_code={"digits": 4, "asked_by": ["terminal"], "needed_by": ["nfc"], "source": _SOURCE},
        cancellation={"window": "days", "days": 1, "source": _SOURCE},
        suspension={"of": "all", "until": "season_end", "source": _SOURCE},
        card=_card(["app", "paper", "pvc"], pairing=True),
        **more,
    )


def _accesses() -> list[dict[str, Any]]:
    """Rights without cents: of no limit, and of each period's."""
    girls = {**_condition("girls", "sex"), "when": 'sex == "F"'}
    limits = {"visites": (2, "week"), "quotidien": (1, "day"), "mensuel": (1, "month"), "unique": (1, "season")}
    return [
        _access("musee"),
        _access("musee-ferme", days=("2026-01-01", "2026-06-30")),
        _access("en-ligne", channels=("external",)),
        _access("filles", conditions=[girls]),
        *(
            _access(name, limit={"count": count, "per": per, "source": _SOURCE})
            for name, (count, per) in limits.items()
        ),
    ]


def _access(name: str, **more: Any) -> dict[str, Any]:
    right = _benefit(name, [], kind="access", **more)
    del right["amounts"]
    return right


def _topped_up(club_cents: int = 3000) -> list[dict[str, Any]]:
    """30 € and 30 more for a girl in a combat-sport club, whatever else would add: once, and in parts."""
    top_ups = [
        _top_up("combat", 3000, 'sex == "F"', '"combat" in sports'),
        _top_up("natation", 1000, 'sex == "F"', '"natation" in sports'),
    ]
    once = {"uses": "once", "amount": "any", "source": _SOURCE}
    return [
        _benefit("club", _cents(club_cents), top_ups=top_ups),
        _benefit("adhesion", _cents(3000), spending=once, top_ups=top_ups),
    ]


def _top_up(code: str, cents: int, person: str, partner: str) -> dict[str, Any]:
    return {
        "code": code,
        "cents": cents,
        "if": person,
        "partner": partner,
        "sentence": f"L'avantage est augmenté chez ce partenaire ({code}).",
        "source": _SOURCE,
    }


def _moved_out() -> dict[str, Any]:
    """Moved whole to another operator's account, from 16."""
    return _benefit(
        "monnaie",
        _cents(1000),
        kind="transfer",
        channels=("external",),
        conditions=[{**_condition("sixteen", "age"), "when": "age >= 16", "unmet": "Revenez le jour de vos 16 ans."}],
        loading={"at": "later", "source": _SOURCE},
        transfer={
            "operator": "Association d'essai",
            "unit": "sol",
            "unit_cents": 50,
            "in_one_go": True,
            "source": _SOURCE,
        },
    )


def _first_version() -> dict[str, Any]:
    return _rulebook(
        [_benefit("sorties", _cents(3000)), _benefit("stage", _cents(2000))],
        cancellation={"window": "same_day", "source": _SOURCE},
    )


def _second_version(applies_to_members: bool) -> dict[str, Any]:
    """More for outings, no training course any more, two days to cancel."""
    version = {"counts_from": NEW_YEAR, "applies_to_members": applies_to_members, "source": _SOURCE}
    return _rulebook(
        [_benefit("sorties", _cents(4000)), _benefit("stage", _cents(2000), days=("2025-07-01", "2025-12-31"))],
        version=version,
        cancellation={"window": "days", "days": 2, "source": _SOURCE},
    )


def _cents(cents: int) -> list[dict[str, Any]]:
    return [{"cents": cents, "source": _SOURCE}]


def _count(count: int) -> list[dict[str, Any]]:
    return [{"count": count, "source": _SOURCE}]


def _taken_by_shops() -> dict[str, Any]:
    return {"taken_by": ["sport"], "source": _SOURCE}


def _benefit(
    name: str,
    amounts: list[dict[str, Any]],
    kind: str = "money",
    channels: tuple[str, ...] = _DIRECT,
    days: tuple[str, str] = _SEASON_DAYS,
    **more: Any,
) -> dict[str, Any]:
    return {
        "id": name,
        "title": name.capitalize(),
        "kind": kind,
        "category": CATEGORY,
        "amounts": amounts,
        "once": {"per": "season", "source": _SOURCE},
        "window": {"opens_on": days[0], "closes_on": days[1], "source": _SOURCE},
        "channels": {"by": list(channels), "source": _SOURCE},
        **more,
    }


def _rulebook(benefits: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    first, last = _SEASON_DAYS
    rib = {"id": "rib", "title": "RIB", "source": _SOURCE}
    return {
        "document": "Règlement d'essai",
        "season": {
            "name": "2025-2026",
            "starts_on": first,
            "ends_on": last,
            "spend_until": last,
            "source": _SOURCE,
        },
        "join": {
            "opens_on": first,
            "closes_on": "2026-05-31",
            "code": "join_window",
            "met": "Les demandes sont ouvertes.",
            "unmet": "Les demandes sont ouvertes du 1er juillet 2025 au 31 mai 2026.",
            "source": _SOURCE,
            "settle": {"until": last, "source": _SOURCE},
        },
        "identity_check": {"required": False, "at_till": False, "source": _SOURCE},
        "school_validation": {"required": False, "source": _SOURCE},
        "eligibility": [_condition("lives_in_region", "residence_region")],
        "benefits": benefits,
        "partners": {"roles": {"known": ["service"], "source": _SOURCE}},
        "documents": {"company": [rib], "association": [rib], "public_body": [rib]},
        "categories": [{"id": CATEGORY, "title": "Essai", "conditions": [_condition("in_region", "partner_region")]}],
        "card": _card(["app"]),
        "payout": {"rhythm": "monthly", "due_days": 15, "source": _SOURCE},
        "dispute": {"days": 30, "source": _SOURCE},
        "charter": {"version": "2025-07-01", "text": "Le partenaire s'engage à essayer.", "source": _SOURCE},
        "budget": {"when_spent": "close_benefit", "thresholds_percent": [100], "source": _SOURCE},
        "retention": {"identity_images_days": 0, "membership_years": 5, "contact_years": 5, "source": _SOURCE},
        **more,
    }


def _condition(code: str, fact: str) -> dict[str, Any]:
    return {
        "code": code,
        "when": f'{fact} == "28"',
        "met": "C'est dans la région.",
        "unmet": "Il faut être dans la région.",
        "source": _SOURCE,
    }


def _write(directory: Path, scheme: str, edition: str, content: Mapping[str, Any]) -> None:
    path = directory / "normandie" / scheme / f"{edition}.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(
        yaml.safe_dump({**content, "title": scheme.capitalize()}, allow_unicode=True, sort_keys=False), encoding="utf-8"
    )
