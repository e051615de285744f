"""The facts that conditions may speak of: flat, typed, each with a default that means "not known".

Two vocabularies: `PERSON` (eligibility, benefits, amounts) and `PARTNER` (accreditation). A rulebook
that names another fact, another type or a value outside a closed list is refused at load; facts handed
to a decision are held to the same definitions. To add a fact, add one line here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from rulebooks.errors import InvalidFacts

FactValue = bool | int | str | list[str]


@dataclass(frozen=True, slots=True)
class Fact:
    """One entry of a vocabulary.

    `unknown` is both the default of a fact that nobody gave and the statement of its type.
    `values` closes a text's (or a list's) values; empty means free text (codes of regions, ids).
    `label` is what a French reader sees.
    `told_by` is who may say it: the `person` (or the partner) themselves, their `school`, a `guardian`, `staff`, or
    the `platform`, which derives it from what it knows.
    """

    name: str
    unknown: FactValue
    meaning: str
    label: str
    values: frozenset[str] = frozenset()
    told_by: str = "platform"

    @property
    def type(self) -> type:
        return type(self.unknown)

    @property
    def example(self) -> FactValue:
        """A value that somebody may have."""
        text = min(self.values, default="28")
        known: dict[type, FactValue] = {bool: True, int: 17, str: text, list: [text]}
        return known[self.type]

    def complaint(self, value: object) -> str | None:
        """Why `value` cannot stand for this fact, or None."""
        if type(value) is not self.type:
            return f"{self.name}: expected {self.type.__name__}, got {type(value).__name__}"
        if isinstance(value, list):
            return self._complaint_of_list(value)
        if isinstance(value, str) and value and self.values and value not in self.values:
            return f"{self.name}: {value!r} is not one of {', '.join(sorted(self.values))}"
        return None

    def _complaint_of_list(self, value: list[object]) -> str | None:
        if [item for item in value if not isinstance(item, str)]:
            return f"{self.name}: expected a list of texts"
        if not self.values or self.values.issuperset(value):
            return None
        outside = next(item for item in value if item not in self.values)
        return f"{self.name}: {outside!r} is not one of {', '.join(sorted(self.values))}"


_NO_SUCH_FACT: tuple[type, frozenset[str] | None] = (type(None), frozenset())
_STANDING_FOR_LISTS = (tuple, set, frozenset)


class Vocabulary(Mapping[str, Fact]):
    """Facts by name."""

    def __init__(self, *facts: Fact) -> None:
        self._facts = {fact.name: fact for fact in facts}
        self._unknown = {fact.name: fact.unknown for fact in facts}
        self._plain = {
            fact.name: (fact.type, fact.values | {""} if fact.values else None)
            for fact in facts
            if fact.type is not list
        }

    def __getitem__(self, name: str) -> Fact:
        return self._facts[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._facts)

    def __len__(self) -> int:
        return len(self._facts)

    def complete(self, facts: Mapping[str, object]) -> dict[str, object]:
        """All facts of the vocabulary: those given, the others at their unknown value.

        Tuples and sets stand for lists. Raises InvalidFacts with every complaint at once.
        """
        completed: dict[str, object] = {**self._unknown, **facts}
        complaints: list[str] = []
        for name, value in facts.items():
            type_, values = self._plain.get(name, _NO_SUCH_FACT)
            if type(value) is not type_ or (values is not None and value not in values):
                if isinstance(value, _STANDING_FOR_LISTS):
                    value = completed[name] = sorted(value)
                if complaint := self._complaint(name, value):
                    complaints.append(complaint)
        if complaints:
            raise InvalidFacts(tuple(complaints))
        return completed

    def samples(self) -> tuple[dict[str, object], ...]:
        """Typed facts to try a condition on at load: of whom nothing is known, and of whom everything is."""
        return dict(self._unknown), {name: fact.example for name, fact in self._facts.items()}

    def _complaint(self, name: str, value: object) -> str | None:
        fact = self._facts.get(name)
        return fact.complaint(value) if fact else f"{name}: not in the vocabulary"


def age_on(birth_date: date, on: date) -> int:
    """Whole years on the day `on`. Born on 29 February: a year older on 1 March in common years.

    So "25 inclusive" ends on the eve of the 26th birthday. Raises ValueError before birth.
    """
    if on < birth_date:
        raise ValueError(f"{on} is before the birth date")
    had_birthday = (on.month, on.day) >= (birth_date.month, birth_date.day)
    return on.year - birth_date.year - (0 if had_birthday else 1)


STUDY_STATUSES = frozenset(
    {"lyceen", "apprenti", "etudiant", "stagiaire", "demandeur_emploi", "salarie", "collegien", "other"}
)
ESTABLISHMENT_KINDS = frozenset(
    {
        "lycee_public",
        "lycee_prive_contrat",
        "lycee_prive_hors_contrat",
        "lycee_agricole",
        "mfr",
        "erea",
        "lea",
        "micro_lycee",
        "ecole_production",
        "cned",
        "cfa",
        "college",
        "ime",
        "home_schooling",
        "superieur",
        "other",
    }
)
STUDY_LEVELS = frozenset(
    {
        "quatrieme_prepa_metiers",
        "troisieme_prepa_metiers",
        "seconde",
        "premiere",
        "terminale",
        "cap1",
        "cap2",
        "college",
        "superieur",
        "other",
    }
)
STUDY_TRACKS = frozenset(
    {"general", "technological", "vocational", "cap", "prepa_metiers", "other_vocational", "other"}
)
SEXES = frozenset({"F", "M"})
PARTNER_KINDS = frozenset({"company", "association", "public_body"})
PARTNER_ROLES = frozenset({"service", "establishment", "relay"})
ACTIVITIES = frozenset(
    {
        "performance",
        "ticketing",
        "film_projection",
        "sport",
        "art",
        "local_authority",
        "bookshop",
        "parents_association",
        "school",
        "equipment_trade",
        "museum",
        "leisure",
        "culture",
        "tutoring",
        "languages",
        "first_aid",
        "youth_work",
        "driving_school",
        "apprentice_centre",
        "health",
        "transport",
        "housing",
        "catering",
        "local_currency",
        "tourism",
        "employment",
        "other",
    }
)
TRAININGS = frozenset({"psc1", "pse1", "bnssa", "bafa", "bafd"})

PERSON = Vocabulary(
    Fact("age", -1, "whole years on the day of the request (`age_on`)", "âge le jour de la demande"),
    Fact("identity_checked", False, "the identity document was read and accepted", "identité vérifiée"),
    Fact("residence_region", "", "INSEE code of the region of residence", "région de résidence"),
    Fact("residence_department", "", "INSEE code of the department of residence", "département de résidence"),
    Fact("residence_commune", "", "INSEE code of the commune of residence", "commune de résidence"),
    Fact("sex", "", "as on the identity document", "sexe", SEXES, told_by="person"),
    Fact("disability", False, "lives with a disability", "situation de handicap", told_by="person"),
    Fact(
        "long_term_illness",
        False,
        "does sport on prescription for a long-term illness",
        "sport sur ordonnance (affection de longue durée)",
        told_by="person",
    ),
    Fact("study_region", "", "INSEE code of the region of the school", "région de l'établissement"),
    Fact("study_department", "", "INSEE code of the department of the school", "département de l'établissement"),
    Fact(
        "study_status",
        "",
        "what the person does; pupils of écoles de production and prépa métiers are under school status: `lyceen`",
        "statut",
        STUDY_STATUSES,
        told_by="person",
    ),
    Fact(
        "study_establishment_kind", "", "kind of school", "type d'établissement", ESTABLISHMENT_KINDS, told_by="school"
    ),
    Fact("study_level", "", "year of study", "niveau d'études", STUDY_LEVELS, told_by="school"),
    Fact(
        "study_track",
        "",
        "general, technological, vocational (bac pro), cap, prépa métiers, other vocational courses of a lycée",
        "filière",
        STUDY_TRACKS,
        told_by="school",
    ),
    Fact(
        "study_sector",
        "",
        "series or trade where a rule needs it (`stav`, `sthr`, …)",
        "série ou spécialité",
        told_by="school",
    ),
    Fact(
        "trade_family",
        False,
        "the bac pro belongs to a family of trades (common seconde, specialised première)",
        "bac pro d'une famille de métiers",
        told_by="school",
    ),
    Fact(
        "apprentice_centre_funded",
        False,
        "the apprentice's centre answered the authority's call and is funded directly",
        "CFA retenu à l'appel à projets",
        told_by="staff",
    ),
    Fact(
        "enrolment_validated",
        False,
        "the school validated this season's enrolment",
        "inscription validée par l'établissement",
    ),
    Fact(
        "passerelle", False, "entered the vocational track by a passerelle", "entrée par passerelle", told_by="school"
    ),
    Fact(
        "charter_accepted",
        False,
        "accepted the beneficiaries' charter of this season, in its version",
        "charte du bénéficiaire acceptée",
    ),
    Fact(
        "guardian_consents",
        [],
        "codes of the consents that a holder of parental authority gave",
        "autorisations parentales données",
        told_by="guardian",
    ),
    Fact(
        "validated_proofs",
        [],
        "codes of the engagements whose proof staff validated (a mission, a certificate)",
        "engagements dont le justificatif est validé",
        told_by="staff",
    ),
    Fact(
        "benefits_had",
        [],
        "ids of benefits credited earlier, all seasons; of instalments, `<benefit>.<instalment>`",
        "avantages déjà obtenus au cours de la scolarité",
    ),
    Fact(
        "exceptions_granted",
        [],
        "ids of benefits for which staff granted this person an exception, on the school's report",
        "dérogations individuelles accordées",
        told_by="staff",
    ),
)

PARTNER = Vocabulary(
    Fact("partner_kind", "", "legal kind", "nature juridique", PARTNER_KINDS),
    Fact(
        "partner_roles",
        [],
        "roles asked for: service, establishment, relay",
        "types de partenariat",
        PARTNER_ROLES,
    ),
    Fact("partner_region", "", "INSEE code of the region of the head office", "région du siège"),
    Fact("partner_department", "", "INSEE code of the department of the head office", "département du siège"),
    Fact("activity", "", "what the partner does, for the category asked for", "activité", ACTIVITIES, told_by="person"),
    Fact(
        "has_shop_in_region",
        False,
        "a shop on the authority's territory, head office elsewhere",
        "magasin situé sur le territoire",
        told_by="person",
    ),
    Fact(
        "region_exception",
        False,
        "staff accept it from outside, where the territory lacks an offer",
        "dérogation pour zone blanche",
        told_by="staff",
    ),
    Fact(
        "has_show_licence",
        False,
        "live-performance licence of class 1 or 3",
        "licence d'entrepreneur de spectacles vivants de 1re ou 3e catégorie",
        told_by="person",
    ),
    Fact(
        "is_ticketing",
        False,
        "booking and ticketing is one of its activities",
        "service de réservation et de billetterie",
        told_by="person",
    ),
    Fact(
        "projection_main_activity",
        False,
        "film projection is the main activity",
        "projection de films à titre principal",
        told_by="person",
    ),
    Fact(
        "film_club",
        False,
        "film club outside a cinema's operation",
        "ciné-club hors exploitation cinématographique",
        told_by="person",
    ),
    Fact(
        "federation_affiliated",
        False,
        "affiliated to a State-approved federation that has a regional ligue or comité",
        "affiliation à une fédération sportive agréée",
        told_by="person",
    ),
    Fact("sport_agreement", False, "holds an agrément Sport or JEP", "agrément Sport ou JEP", told_by="person"),
    Fact(
        "league_listed",
        False,
        "on the yearly list of clubs of a partner ligue or comité",
        "club sur la liste annuelle d'une ligue ou d'un comité partenaire",
        told_by="staff",
    ),
    Fact(
        "sports",
        [],
        "kinds of sport that its licences are for (`combat`, …)",
        "disciplines sportives",
        told_by="person",
    ),
    Fact("trainings", [], "trainings that it gives", "formations dispensées", TRAININGS, told_by="person"),
    Fact("offers_sport", False, "offers a sport activity", "activité sportive proposée", told_by="person"),
    Fact(
        "non_profit_or_public",
        False,
        "non-profit association or public body",
        "association à but non lucratif ou acteur public",
        told_by="person",
    ),
    Fact("years_existing", -1, "whole years since its creation", "ancienneté en années", told_by="person"),
    Fact(
        "public_funding",
        False,
        "communal, intercommunal or departmental funding",
        "financement communal, intercommunal ou départemental",
        told_by="person",
    ),
    Fact(
        "certified_teachers",
        False,
        "teachers hold a DE or CA in the disciplines taught",
        "intervenants titulaires d'un DE ou d'un CA",
        told_by="person",
    ),
    Fact(
        "vocational_diploma",
        False,
        "its courses lead to a vocational diploma",
        "cours menant à un diplôme professionnel",
        told_by="person",
    ),
    Fact(
        "book_network",
        False,
        "member of the regional book network",
        "membre du réseau régional du livre",
        told_by="person",
    ),
    Fact(
        "book_trade",
        False,
        "bookselling (new, second-hand, digital licences) is the main activity",
        "commerce de détail de livres à titre principal",
        told_by="person",
    ),
    Fact(
        "sells_books",
        False,
        "runs a service that buys and sells school books",
        "service d'achat-vente de livres scolaires",
        told_by="person",
    ),
    Fact(
        "specialised_trade",
        False,
        "wholesale of specific equipment or specialised retail shop",
        "commerce spécialisé dans l'équipement professionnel",
        told_by="person",
    ),
    Fact(
        "ready_to_wear_main",
        False,
        "ready-to-wear is the main activity",
        "prêt-à-porter à titre principal",
        told_by="person",
    ),
    Fact(
        "is_school_purchase_group",
        False,
        "a school that buys equipment for its pupils as a group",
        "achat groupé d'équipements par un établissement",
        told_by="person",
    ),
)
