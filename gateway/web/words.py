"""The contracts' words as people read them."""

from __future__ import annotations

from collections.abc import Mapping

from atouts.bonplan.v1 import offers_pb2, registrations_pb2
from atouts.identity.v1 import accounts_pb2, cards_pb2, erasures_pb2, facts_pb2, guardians_pb2
from atouts.partner.v1 import accreditations_pb2, organisations_pb2, proofs_pb2
from atouts.payout.v1 import messages_pb2 as payouts_pb2
from atouts.wallet.v1 import cards_pb2 as wallet_cards
from atouts.wallet.v1 import memberships_pb2

Choices = list[tuple[str, str]]

STUDY_STATUSES: Choices = [
    ("lyceen", "Au lycée, sous statut scolaire"),
    ("apprenti", "En apprentissage"),
    ("etudiant", "Études supérieures"),
    ("stagiaire", "Formation professionnelle"),
    ("demandeur_emploi", "En recherche d’emploi"),
    ("salarie", "Emploi salarié"),
    ("collegien", "Au collège"),
    ("other", "Autre situation"),
]
ESTABLISHMENT_KINDS: Choices = [
    ("lycee_public", "Lycée public"),
    ("lycee_prive_contrat", "Lycée privé sous contrat"),
    ("lycee_prive_hors_contrat", "Lycée privé hors contrat"),
    ("lycee_agricole", "Lycée agricole"),
    ("micro_lycee", "Micro-lycée"),
    ("mfr", "Maison familiale rurale (MFR)"),
    ("erea", "EREA"),
    ("lea", "LEA"),
    ("ecole_production", "École de production"),
    ("cned", "CNED"),
    ("cfa", "CFA"),
    ("college", "Collège"),
    ("ime", "Institut médico-éducatif (IME)"),
    ("home_schooling", "Instruction en famille"),
    ("superieur", "Établissement d’enseignement supérieur"),
    ("other", "Autre établissement"),
]
STUDY_LEVELS: Choices = [
    ("seconde", "Seconde"),
    ("premiere", "Première"),
    ("terminale", "Terminale"),
    ("cap1", "CAP, 1re année"),
    ("cap2", "CAP, 2e année"),
    ("troisieme_prepa_metiers", "3e prépa métiers"),
    ("quatrieme_prepa_metiers", "4e prépa métiers"),
    ("college", "Autre classe de collège"),
    ("superieur", "Enseignement supérieur"),
    ("other", "Autre niveau"),
]
STUDY_TRACKS: Choices = [
    ("general", "Générale"),
    ("technological", "Technologique"),
    ("vocational", "Bac professionnel"),
    ("cap", "CAP"),
    ("prepa_metiers", "Prépa métiers"),
    ("other_vocational", "Autre formation professionnelle de lycée"),
    ("other", "Autre filière"),
]

# Facts of the vocabulary whose values people choose from; the others are a yes or a word.
FACT_CHOICES: Mapping[str, Choices] = {
    "sex": [("F", "Féminin"), ("M", "Masculin")],
    "study_establishment_kind": ESTABLISHMENT_KINDS,
    "study_level": STUDY_LEVELS,
    "study_track": STUDY_TRACKS,
}
BENEFIT_KINDS: Mapping[str, str] = {
    "money": "Porte-monnaie",
    "tickets": "Tickets",
    "vouchers": "Bons",
    "access": "Accès",
    "transfer": "Versement sur un compte",
    "grant": "Aide sur dossier",
}
RHYTHMS: Mapping[str, str] = {
    "weekly": "chaque semaine",
    "twice_monthly": "deux fois par mois",
    "monthly": "chaque mois",
}

PARTNER_KINDS: Mapping[int, str] = {
    organisations_pb2.PARTNER_KIND_COMPANY: "Entreprise",
    organisations_pb2.PARTNER_KIND_ASSOCIATION: "Association",
    organisations_pb2.PARTNER_KIND_PUBLIC_BODY: "Organisme public",
}
# The same as a form sends them.
PARTNER_FORMS: Choices = [
    ("company", "Entreprise"),
    ("association", "Association"),
    ("public_body", "Organisme public"),
]
PARTNER_ROLES: Choices = [
    ("service", "Être payé avec les avantages des jeunes, ou leur proposer des bons plans"),
    ("establishment", "Répondre, comme établissement scolaire, aux demandes de ses élèves"),
    ("relay", "Informer les jeunes, comme relais"),
]
DELEGATE_ROLES: Choices = [
    ("principal", "Délégué principal : tout, dont signer la charte et nommer un autre délégué principal"),
    ("manager", "Gestionnaire : dossier, IBAN, délégués, bons plans, caisse"),
    ("cashier", "Caisse : encaisser, annuler, voir les encaissements et les relevés"),
    ("school", "Établissement : répondre aux demandes des élèves"),
]
DELEGATE_TITLES: Mapping[str, str] = {role: told.partition(" : ")[0] for role, told in DELEGATE_ROLES}
PROOF_STATES: Mapping[int, str] = {
    proofs_pb2.PAYOUT_PROOF_STATE_SUBMITTED: "Un agent le regarde",
    proofs_pb2.PAYOUT_PROOF_STATE_ACCEPTED: "Accepté",
    proofs_pb2.PAYOUT_PROOF_STATE_REFUSED: "Refusé",
}
_A = accreditations_pb2
ACCREDITATION_STATES: Mapping[int, str] = {
    _A.ACCREDITATION_STATE_DRAFT: "Commencée, pas encore déposée",
    _A.ACCREDITATION_STATE_SUBMITTED: "Déposée, un agent l’étudie",
    _A.ACCREDITATION_STATE_GRANTED: "Agréé",
    _A.ACCREDITATION_STATE_REFUSED: "Refusée",
    _A.ACCREDITATION_STATE_WITHDRAWN: "Retiré",
}
IBAN_STATES: Mapping[int, str] = {
    organisations_pb2.IBAN_STATE_MISSING: "Pas encore donné",
    organisations_pb2.IBAN_STATE_SUBMITTED: "En cours de vérification",
    organisations_pb2.IBAN_STATE_VERIFIED: "Vérifié",
    organisations_pb2.IBAN_STATE_REFUSED: "Refusé",
}

OFFER_STATES: Mapping[int, str] = {
    offers_pb2.OFFER_STATE_SUBMITTED: "Un agent le relit",
    offers_pb2.OFFER_STATE_REJECTED: "Refusé",
    offers_pb2.OFFER_STATE_PUBLISHED: "Publié",
    offers_pb2.OFFER_STATE_CLOSED: "Inscriptions closes",
    offers_pb2.OFFER_STATE_DRAWN: "Tirage effectué",
}
OFFER_KINDS: Mapping[int, str] = {
    offers_pb2.OFFER_KIND_REGISTRATION: "Aux premiers inscrits",
    offers_pb2.OFFER_KIND_DRAW: "Par tirage au sort",
}
# As a form sends them.
OFFER_FORMS: Choices = [
    ("registration", "Aux premiers inscrits"),
    ("draw", "Par tirage au sort, après la clôture"),
]
OFFER_TYPES: Choices = [
    ("price_cut", "Réduction"),
    ("promo_code", "Code promotionnel"),
    ("gift", "Cadeau"),
    ("contest", "Jeu-concours"),
    ("invitation", "Invitation"),
    ("event", "Événement"),
]
REGISTRATION_STATES: Mapping[int, str] = {
    registrations_pb2.REGISTRATION_STATE_WAITING: "Attend le tirage",
    registrations_pb2.REGISTRATION_STATE_WON: "A une place",
    registrations_pb2.REGISTRATION_STATE_LOST: "Sans place",
    registrations_pb2.REGISTRATION_STATE_WITHDRAWN: "S’est retiré",
}
ATTENDANCES: Mapping[int, str] = {
    registrations_pb2.ATTENDANCE_CAME: "Présent",
    registrations_pb2.ATTENDANCE_ABSENT: "Absent",
}

_M = memberships_pb2
MEMBERSHIP_STATES: Mapping[int, str] = {
    _M.MEMBERSHIP_STATE_AWAITING_CONSENT: "En attente de l’autorisation d’un parent",
    _M.MEMBERSHIP_STATE_AWAITING_IDENTITY: "Il manque ta carte d’identité",
    _M.MEMBERSHIP_STATE_AWAITING_SCHOOL: "En attente de la réponse de ton établissement",
    _M.MEMBERSHIP_STATE_AWAITING_PAYMENT: "En attente du paiement",
    _M.MEMBERSHIP_STATE_ACTIVE: "Active",
    _M.MEMBERSHIP_STATE_REFUSED: "Refusée",
    _M.MEMBERSHIP_STATE_ENDED: "Terminée",
}
FEE_STATES: Mapping[int, str] = {
    _M.FEE_STATE_NONE: "sans cotisation",
    _M.FEE_STATE_DUE: "à payer",
    _M.FEE_STATE_CARD_STARTED: "paiement par carte commencé",
    _M.FEE_STATE_CHEQUE_ANNOUNCED: "chèque annoncé",
    _M.FEE_STATE_CASHED: "payée",
    _M.FEE_STATE_WAIVED: "offerte",
}
CARD_CHECK_STATES: Mapping[int, str] = {
    cards_pb2.CARD_CHECK_STATE_PENDING: "Lecture en cours",
    cards_pb2.CARD_CHECK_STATE_ACCEPTED: "Acceptée",
    cards_pb2.CARD_CHECK_STATE_REFUSED: "Refusée",
    cards_pb2.CARD_CHECK_STATE_PERSON: "Une personne de la collectivité la regarde",
}
CARD_REVIEW_STATES: Mapping[int, str] = {
    cards_pb2.CARD_CHECK_STATE_PENDING: "Attend la lecture",
    cards_pb2.CARD_CHECK_STATE_ACCEPTED: "Acceptée",
    cards_pb2.CARD_CHECK_STATE_REFUSED: "Refusée",
    cards_pb2.CARD_CHECK_STATE_PERSON: "À comparer",
}
ACCREDITATION_REVIEW_STATES: Mapping[int, str] = {
    accreditations_pb2.ACCREDITATION_STATE_DRAFT: "En préparation",
    accreditations_pb2.ACCREDITATION_STATE_SUBMITTED: "À instruire",
    accreditations_pb2.ACCREDITATION_STATE_GRANTED: "Accordé",
    accreditations_pb2.ACCREDITATION_STATE_REFUSED: "Refusé",
    accreditations_pb2.ACCREDITATION_STATE_WITHDRAWN: "Retiré",
}
IBAN_REVIEW_STATES: Mapping[int, str] = {
    organisations_pb2.IBAN_STATE_MISSING: "Aucun",
    organisations_pb2.IBAN_STATE_SUBMITTED: "À vérifier",
    organisations_pb2.IBAN_STATE_VERIFIED: "Vérifié",
    organisations_pb2.IBAN_STATE_REFUSED: "Refusé",
}
CARD_DECISION_ACTS: Mapping[int, str] = {
    cards_pb2.CARD_DECISION_ACT_DECIDED: "Décision",
    cards_pb2.CARD_DECISION_ACT_PROPOSED: "Proposition",
    cards_pb2.CARD_DECISION_ACT_CONFIRMED: "Confirmation par un deuxième agent",
    cards_pb2.CARD_DECISION_ACT_DECLINED: "Proposition écartée",
}
CARD_LIKENESSES: Mapping[int, str] = {
    cards_pb2.CARD_FIELD_LIKENESS_UNSPECIFIED: "Non lu",
    cards_pb2.CARD_FIELD_LIKENESS_SAME: "Identique",
    cards_pb2.CARD_FIELD_LIKENESS_NEAR: "Proche, pas identique",
    cards_pb2.CARD_FIELD_LIKENESS_DIFFERENT: "Différent",
}
CARD_SEAL_STATES: Mapping[int, str] = {
    cards_pb2.CARD_SEAL_STATUS_VERIFIED: "Vérifié",
    cards_pb2.CARD_SEAL_STATUS_NOT_VERIFIED: "Lu, non vérifié",
    cards_pb2.CARD_SEAL_STATUS_INVALID: "Faux ou illisible",
}
CARD_FORMATS: Mapping[str, str] = {
    "td1": "Carte d’identité ou titre de séjour, trois lignes",
    "td3": "Passeport",
    "fr_card_2x36": "Carte d’identité d’avant 2021",
}
CARD_SEAL_KINDS: Mapping[str, str] = {"2d_doc": "Code 2D-Doc", "card_seal": "Cachet de la carte"}
# To staff, what a young person is told otherwise.
CARD_STANDING: Mapping[str, str] = {
    "unreadable": "La machine n’a pas tout lu.",
    "readings_disagree": "Deux lectures de la machine ne concordent pas.",
    "reader_failed": "La lecture automatique n’a pas abouti.",
    "printed_names_unread": "La machine n’a pas lu les noms imprimés.",
    "printed_names_differ": "Les noms imprimés ne sont pas ceux des lignes de chevrons : signe possible d’un faux.",
    "seal_invalid": "La signature d’un cachet est fausse : signe possible d’un faux.",
    "seal_differs": "Un cachet ne dit pas la même chose que la pièce : signe possible d’un faux.",
    "name_differs": "Le nom ou les prénoms déclarés ne sont pas ceux de la pièce.",
    "name_nearly_same": "Le nom ou les prénoms déclarés sont proches de ceux de la pièce, pas identiques.",
    "birth_date_differs": "La date de naissance déclarée n’est pas celle de la pièce.",
    "birth_date_nearly_same": "La date de naissance déclarée est proche de celle de la pièce, pas identique.",
    "differs_after_correction": "La pièce est mal lue et semble différer de ce qui est déclaré.",
    "expired": "La pièce n’est plus valable.",
    "expiry_unclear": "La machine ne sait pas si la pièce est encore valable.",
    "document_of_another": "Cette pièce est déjà celle d’un autre compte : elle ne peut pas être acceptée ici.",
    "person_of_another": "Un autre compte est déjà vérifié sous ces nom, prénoms et date de naissance.",
}
CARD_PICTURES: Mapping[str, str] = {
    "side": "Photo entière",
    "zone": "Lignes de chevrons",
    "names": "Noms imprimés",
    "seal": "Cachet",
}
CARD_FORMS: Mapping[int, str] = {
    wallet_cards.CARD_FORM_APP: "Sur ton téléphone",
    wallet_cards.CARD_FORM_PAPER: "Sur papier",
    wallet_cards.CARD_FORM_PVC: "En plastique",
}
CARD_STATES: Mapping[int, str] = {
    wallet_cards.CARD_STATE_WAITING: "Pas encore activée",
    wallet_cards.CARD_STATE_ACTIVE: "En service",
    wallet_cards.CARD_STATE_OPPOSED: "Bloquée",
    wallet_cards.CARD_STATE_REPLACED: "Remplacée",
}
CARD_ORDER_STATES: Mapping[int, str] = {
    wallet_cards.CARD_ORDER_STATE_ORDERED: "Commandée",
    wallet_cards.CARD_ORDER_STATE_EXPORTED: "En cours d’impression",
    wallet_cards.CARD_ORDER_STATE_SENT: "Envoyée",
    wallet_cards.CARD_ORDER_STATE_ACTIVATED: "Activée",
    wallet_cards.CARD_ORDER_STATE_CANCELLED: "Annulée",
}
ENROLMENT_STATES: Mapping[int, str] = {
    facts_pb2.ENROLMENT_STATE_REQUESTED: "Envoyée à ton établissement",
    facts_pb2.ENROLMENT_STATE_VALIDATED: "Validée par ton établissement",
    facts_pb2.ENROLMENT_STATE_REJECTED: "Refusée par ton établissement",
}
FACT_SOURCES: Mapping[int, str] = {
    facts_pb2.FACT_SOURCE_PERSON: "la personne",
    facts_pb2.FACT_SOURCE_STAFF: "la collectivité",
    facts_pb2.FACT_SOURCE_GUARDIAN: "un parent ou tuteur",
    facts_pb2.FACT_SOURCE_PLATFORM: "fin de validité",
}
# What a profile says beside the vocabulary.
PROFILE_FACTS: Mapping[str, str] = {"birth_date": "date de naissance", "study_commune": "commune des études"}
CONSENT_STATES: Mapping[int, str] = {
    guardians_pb2.CONSENT_STATE_ASKED: "En attente de la réponse",
    guardians_pb2.CONSENT_STATE_GIVEN: "Autorisation donnée",
    guardians_pb2.CONSENT_STATE_REFUSED: "Autorisation refusée",
    guardians_pb2.CONSENT_STATE_WITHDRAWN: "Autorisation retirée",
    guardians_pb2.CONSENT_STATE_LAPSED: "Sans réponse : le lien ne sert plus",
    guardians_pb2.CONSENT_STATE_ENDED: "Autorisation terminée",
}
# Of a limit: so many uses are left.
PERIODS: Mapping[str, str] = {
    "day": "aujourd’hui",
    "week": "cette semaine",
    "month": "ce mois-ci",
    "season": "cette saison",
}
MOVEMENTS: Mapping[str, str] = {
    "credit": "Versement de la collectivité",
    "debit": "Paiement",
    "cancel": "Paiement annulé",
    "expire": "Fin de saison",
    "correction": "Correction par la collectivité",
    "hold": "Coupon réservé",
    "capture": "Coupon utilisé",
    "release": "Coupon rendu",
    "return": "Complément repris",
    "clawback": "Reversement",
}
RUN_STATES: Mapping[int, str] = {
    payouts_pb2.RUN_STATE_COUNTING: "En cours de compte",
    payouts_pb2.RUN_STATE_PREPARED: "À proposer",
    payouts_pb2.RUN_STATE_PROPOSED: "À approuver",
    payouts_pb2.RUN_STATE_ISSUED: "Émis",
    payouts_pb2.RUN_STATE_CLOSED: "Sans virement",
}
STAFF_ROLES: Choices = [
    ("instruction", "Instruction : pièces d’identité, partenaires, personnes"),
    ("moderation", "Modération : bons plans"),
    ("payments", "Paiements : remboursements, IBAN, retenues, reversements"),
    ("support", "Assistance : corrections, suppressions, cartes"),
    ("administration", "Administration : saisons, budgets, agents"),
    ("audit", "Contrôle : lecture seule"),
]
STAFF_STATES: Mapping[int, str] = {
    accounts_pb2.STAFF_STATE_INVITED: "Invitation envoyée",
    accounts_pb2.STAFF_STATE_LAPSED: "Invitation dépassée",
    accounts_pb2.STAFF_STATE_JOINED: "Compte ouvert",
}
CLAWBACK_STATES: Mapping[int, str] = {
    payouts_pb2.CLAWBACK_STATE_PROPOSED: "À approuver",
    payouts_pb2.CLAWBACK_STATE_APPROVED: "Approuvé, en cours d’écriture",
    payouts_pb2.CLAWBACK_STATE_RECORDED: "Au grand livre",
    payouts_pb2.CLAWBACK_STATE_REFUSED: "Impossible",
    payouts_pb2.CLAWBACK_STATE_DROPPED: "Abandonné",
}
# Why the wallet would not write one.
CLAWBACK_REFUSALS: Mapping[str, str] = {
    "already_cancelled": "L’opération a été annulée entre-temps : son montant est déjà déduit.",
    "clawback_above_debit": "Il reste moins que ce montant à reverser sur l’opération.",
    "unknown_debit": "Le porte-monnaie ne connaît pas cette opération.",
}
HELD_FOR: Mapping[str, str] = {
    "missing_iban": "pas d’IBAN vérifié",
    "iban_missing": "pas d’IBAN vérifié",
    "staff": "décision des agents",
}
ERASURE_STATES: Mapping[int, str] = {
    erasures_pb2.ERASURE_STATE_REQUESTED: "À confirmer par une autre personne",
    erasures_pb2.ERASURE_STATE_WAITING: "Compte fermé, en attente de ce qui est en cours",
    erasures_pb2.ERASURE_STATE_ERASING: "Effacement en cours",
    erasures_pb2.ERASURE_STATE_DONE: "Effacée partout",
    erasures_pb2.ERASURE_STATE_DROPPED: "Abandonnée",
}
ERASURE_HOLDS: Mapping[str, str] = {
    "payment_started": "Paiement d’adhésion commencé",
    "refund_due": "Somme à rendre",
    "correction_proposed": "Correction à confirmer",
    "payout_open": "Paiement que le partenaire n’a pas encore reçu",
}
SERVICES: Mapping[str, str] = {
    "identity": "Identité",
    "wallet": "Porte-monnaie",
    "payout": "Paiements aux partenaires",
    "partner": "Partenaires",
    "bonplan": "Bons plans",
    "notification": "Mails et avis",
}


def schooling_difference(told: str) -> str:
    """`level=premiere` is « niveau : Première »; a sector keeps the list's own word."""
    name, _, code = told.partition("=")
    label, choices = {"level": ("niveau", STUDY_LEVELS), "track": ("filière", STUDY_TRACKS)}.get(name, ("secteur", []))
    return f"{label} : {dict(choices).get(code, code)}"
