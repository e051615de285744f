"""A catalogue made for tests: one scheme whose payout changes on the way, beside one that never does."""

from __future__ import annotations

import copy
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from rulebooks import Catalogue
from rulebooks.catalogue import PACKAGED
from tests.integration.payout.stage import AUTHORITY, BOOKS, SEASON

CULTURE = "culture-sport"
CHANGE = date(2025, 12, 10)
PROOF, SENTENCE = "tools_proof", "Envoyez la photo de vos étiquettes pour être payé."
_HOLDS = [
    {
        "code": "no_iban",
        "lifted_by": "iban",
        "renewed": "never",
        "sentence": "Donnez votre IBAN pour être payé.",
        "source": "§1",
    },
    {
        "code": PROOF,
        "lifted_by": "document",
        "renewed": "season",
        "categories": ["equipement"],
        "document": {"id": "labels", "title": "Photo des étiquettes"},
        "declaration": "Je ne vends pas d'outils.",
        "sentence": SENTENCE,
        "source": "§1",
    },
]


def changing_catalogue(directory: Path) -> Catalogue:
    """Written, and read as any other."""
    own = directory / AUTHORITY
    for place in ("authority.yaml", f"{BOOKS}/{SEASON}.yaml", f"{CULTURE}/{SEASON}.yaml"):
        (own / place).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(PACKAGED / AUTHORITY / place, own / place)
    first = yaml.safe_load((own / BOOKS / f"{SEASON}.yaml").read_text(encoding="utf-8"))
    first["payout"] |= {"rhythm": "weekly", "due_days": 15, "holds": _HOLDS}
    first["benefits"].append(_only_recorded(first["benefits"][0]))
    later = copy.deepcopy(first)
    later["version"] = {"counts_from": CHANGE, "applies_to_members": False, "source": "§9"}
    later["payout"] |= {"rhythm": "monthly", "due_days": 5}
    for name, content in ((SEASON, first), (f"{SEASON}@{CHANGE}", later)):
        text = yaml.safe_dump(content, allow_unicode=True, sort_keys=False)
        (own / BOOKS / f"{name}.yaml").write_text(text, encoding="utf-8")
    return Catalogue.load(directory)


def _only_recorded(benefit: dict[str, Any]) -> dict[str, Any]:
    fresh = copy.deepcopy(benefit)
    fresh |= {"id": "remise", "title": "Remise en main propre", "paid_out": {"to_partner": False, "source": "§2"}}
    return fresh
