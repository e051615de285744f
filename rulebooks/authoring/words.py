"""The language's closed lists as a French reader knows them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from rulebooks.french import CHANNELS
from rulebooks.vocabulary import Fact

_STUDIES = {
    "lyceen": "lycéen",
    "apprenti": "apprenti",
    "etudiant": "étudiant",
    "stagiaire": "stagiaire de la formation professionnelle",
    "demandeur_emploi": "demandeur d'emploi",
    "salarie": "salarié",
    "collegien": "collégien",
    "seconde": "seconde",
    "premiere": "première",
    "terminale": "terminale",
    "cap1": "CAP, 1re année",
    "cap2": "CAP, 2e année",
    "quatrieme_prepa_metiers": "4e prépa métiers",
    "troisieme_prepa_metiers": "3e prépa métiers",
    "general": "générale",
    "technological": "technologique",
    "vocational": "professionnelle (bac pro)",
    "cap": "CAP",
    "prepa_metiers": "prépa métiers",
    "other_vocational": "autre formation professionnelle en lycée",
    "F": "féminin",
    "M": "masculin",
    "other": "autre",
}
_ESTABLISHMENTS = {
    "lycee_public": "lycée public",
    "lycee_prive_contrat": "lycée privé sous contrat",
    "lycee_prive_hors_contrat": "lycée privé hors contrat",
    "lycee_agricole": "lycée agricole",
    "mfr": "maison familiale rurale (MFR)",
    "erea": "EREA",
    "lea": "LEA",
    "micro_lycee": "micro-lycée",
    "ecole_production": "école de production",
    "cned": "CNED",
    "cfa": "CFA",
    "college": "collège",
    "ime": "IME",
    "home_schooling": "instruction en famille",
    "superieur": "enseignement supérieur",
}
_PARTNERS = {
    "company": "entreprise",
    "association": "association",
    "public_body": "organisme public",
    "service": "partenaire service",
    "establishment": "établissement",
    "relay": "relais d'information",
}
_ACTIVITIES = {
    "performance": "spectacle vivant",
    "ticketing": "billetterie",
    "film_projection": "projection de films",
    "sport": "sport",
    "art": "pratique artistique",
    "local_authority": "collectivité locale",
    "bookshop": "librairie",
    "parents_association": "association de parents d'élèves",
    "school": "établissement scolaire",
    "equipment_trade": "commerce d'équipement professionnel",
    "museum": "musée",
    "leisure": "loisirs",
    "culture": "culture",
    "tutoring": "soutien scolaire",
    "languages": "langues",
    "first_aid": "secourisme",
    "youth_work": "animation jeunesse",
    "driving_school": "auto-école",
    "apprentice_centre": "centre de formation d'apprentis",
    "health": "santé",
    "transport": "transport",
    "housing": "hébergement",
    "catering": "restauration",
    "local_currency": "monnaie locale",
    "tourism": "tourisme",
    "employment": "insertion professionnelle",
    "psc1": "PSC1",
    "pse1": "PSE1",
    "bnssa": "BNSSA",
    "bafa": "BAFA",
    "bafd": "BAFD",
}
VALUES: Mapping[str, str] = MappingProxyType({**_STUDIES, **_ESTABLISHMENTS, **_PARTNERS, **_ACTIVITIES})

TERMS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "kind": {
            "money": "porte-monnaie en euros",
            "tickets": "tickets",
            "vouchers": "bons d'un montant fixe",
            "access": "accès, sans montant",
            "transfer": "versement sur le compte d'un autre opérateur",
            "grant": "aide sur dossier, versée à la personne",
        },
        "by": {
            **CHANNELS,
            "guardian": "un titulaire de l'autorité parentale",
            "registration": "inscription",
            "draw": "tirage au sort",
            "invitation": "invitation",
        },
        "per": {
            "day": "par jour",
            "week": "par semaine",
            "month": "par mois",
            "season": "par saison",
        },
        "once": {
            "season": "une fois par saison",
            "schooling": "une seule fois dans la scolarité",
            "life": "une seule fois",
        },
        "uses": {"once": "en une seule fois", "several": "en une ou plusieurs fois"},
        "amount": {"any": "du montant voulu", "whole": "pour la totalité"},
        "at": {"activation": "à l'adhésion", "later": "quand les conditions sont remplies"},
        "rhythm": {
            "weekly": "chaque semaine, du lundi au dimanche",
            "twice_monthly": "deux fois par mois, du 1er au 15 et du 16 à la fin du mois",
            "monthly": "chaque mois",
        },
        "window": {"none": "jamais", "same_day": "le jour même", "days": "pendant quelques jours"},
        "means": {"card": "carte bancaire", "cheque": "chèque"},
        "known": {
            **_PARTNERS,
            "app": "application",
            "paper": "papier",
            "pvc": "carte PVC",
            "authority": "la collectivité",
            "partner": "les partenaires",
            "other": "d'autres organismes",
            "price_cut": "réduction",
            "promo_code": "code promotionnel",
            "gift": "cadeau",
            "contest": "jeu-concours",
            "invitation": "invitation",
            "event": "événement",
        },
        "who": {"members": "les adhérents", "everyone": "tous"},
        "draws_run_by": {"authority": "la collectivité", "partner": "les partenaires"},
        "step": {"warn": "avertissement", "limit": "inscriptions limitées", "exclude": "exclusion"},
        "decided_by": {"staff": "la collectivité", "commission": "une commission"},
        "paid_to": {"person": "la personne"},
        "lifted_by": {"iban": "un IBAN vérifié", "document": "un justificatif"},
        "renewed": {"never": "une fois pour toutes", "season": "à chaque saison"},
        "renewal": {"tacit": "par tacite reconduction", "signature": "par une nouvelle signature"},
        "when_spent": {
            "close_benefit": "l'avantage est fermé aux nouvelles demandes",
            "close_scheme": "le dispositif est fermé aux nouvelles demandes",
        },
        "of": {"benefits": "tout ou partie des avantages", "all": "tous les avantages"},
        "until": {"season_end": "jusqu'à la fin de la saison"},
        "asked_by": CHANNELS,
        "needed_by": CHANNELS,
    }
)


def term(name: str, value: str) -> str:
    """A word of the schema's list of that name."""
    return TERMS[name][value]


def article(source: str) -> str:
    """A source as people read it: « default: why » is « par défaut : why »."""
    word, _, why = source.partition(":")
    if word != "default":
        return source
    return f"par défaut : {why.strip()}" if why else "par défaut"


def told(fact: Fact | None, value: object) -> str:
    """A fact's value: its word where its list is closed, else as it stands."""
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, list):
        return ", ".join(told(fact, item) for item in value) or "aucun"
    if value == (fact.unknown if fact else None):
        return "non renseigné"
    closed = fact is not None and bool(fact.values)
    return VALUES.get(str(value), str(value)) if closed else str(value)
