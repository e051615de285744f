"""Why a document was not accepted at once: one code each, and one sentence to the young person."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from types import MappingProxyType


class Outcome(Enum):
    """What happens next: it is done, a member of staff looks, or another picture is needed."""

    ACCEPTED = "accepted"
    PERSON = "person"
    REFUSED = "refused"


class Reason(Enum):
    """Stable codes, as told to callers; each leads to one outcome."""

    # the picture
    UNSUPPORTED_FORMAT = "unsupported_format"
    DAMAGED_FILE = "damaged_file"
    TOO_HEAVY = "too_heavy"
    TOO_LARGE = "too_large"
    TOO_SMALL = "too_small"
    TOO_DARK = "too_dark"
    BLURRED = "blurred"
    # the reading
    NOT_A_DOCUMENT = "not_a_document"
    UNREADABLE = "unreadable"
    READINGS_DISAGREE = "readings_disagree"
    # the document against what was declared
    NAME_DIFFERS = "name_differs"
    NAME_NEARLY_SAME = "name_nearly_same"
    BIRTH_DATE_DIFFERS = "birth_date_differs"
    BIRTH_DATE_NEARLY_SAME = "birth_date_nearly_same"
    DIFFERS_AFTER_CORRECTION = "differs_after_correction"
    EXPIRED = "expired"
    EXPIRY_UNCLEAR = "expiry_unclear"

    @property
    def outcome(self) -> Outcome:
        """What this reason alone leads to."""
        return Outcome.PERSON if self in _FOR_A_PERSON else Outcome.REFUSED

    @property
    def sentence(self) -> str:
        """The French sentence that says why, and what to do."""
        return _SENTENCES[self]


_FOR_A_PERSON = frozenset(
    {
        Reason.UNREADABLE,
        Reason.READINGS_DISAGREE,
        Reason.NAME_NEARLY_SAME,
        Reason.BIRTH_DATE_NEARLY_SAME,
        Reason.DIFFERS_AFTER_CORRECTION,
        Reason.EXPIRY_UNCLEAR,
    }
)

_SENTENCES: Mapping[Reason, str] = MappingProxyType(
    {
        Reason.UNSUPPORTED_FORMAT: ("Ce type de fichier n'est pas accepté. Envoie une photo au format JPEG ou PNG."),
        Reason.DAMAGED_FILE: "Le fichier est abîmé, nous ne pouvons pas l'ouvrir. Envoie-le de nouveau.",
        Reason.TOO_HEAVY: "Le fichier est trop lourd. Envoie une photo de moins de 10 Mo.",
        Reason.TOO_LARGE: "L'image est trop grande. Envoie une photo de moins de 40 millions de pixels.",
        Reason.TOO_SMALL: "La photo est trop petite. Rapproche-toi : la carte doit remplir l'image.",
        Reason.TOO_DARK: "La photo est trop sombre. Reprends-la à la lumière du jour, sans flash.",
        Reason.BLURRED: "La photo est floue. Pose la carte à plat, fais la mise au point et reprends-la.",
        Reason.NOT_A_DOCUMENT: (
            "Nous ne trouvons pas de pièce d'identité sur cette photo. Photographie la face de ta carte "
            "où il y a des lignes de lettres et de chevrons (<<<)."
        ),
        Reason.UNREADABLE: ("Nous n'arrivons pas à tout lire. Un agent va regarder ta carte ; tu n'as rien à faire."),
        Reason.READINGS_DISAGREE: (
            "Nous ne sommes pas sûrs d'avoir bien lu. Un agent va regarder ta carte ; tu n'as rien à faire."
        ),
        Reason.NAME_DIFFERS: (
            "Le nom ou le prénom de la carte n'est pas celui de ton compte. Corrige ton compte "
            "(nom de naissance et tous les prénoms, comme sur la carte) ou envoie ta propre carte."
        ),
        Reason.NAME_NEARLY_SAME: (
            "Le nom de la carte ressemble à celui de ton compte sans être identique. Un agent va vérifier."
        ),
        Reason.BIRTH_DATE_DIFFERS: (
            "La date de naissance de la carte n'est pas celle de ton compte. Corrige ton compte ou envoie "
            "ta propre carte."
        ),
        Reason.BIRTH_DATE_NEARLY_SAME: (
            "La date de naissance de la carte n'est pas tout à fait celle de ton compte. Un agent va vérifier."
        ),
        Reason.DIFFERS_AFTER_CORRECTION: (
            "La carte est difficile à lire et ne semble pas dire la même chose que ton compte. Un agent va vérifier."
        ),
        Reason.EXPIRED: ("Cette carte n'est plus valable. Envoie une carte d'identité ou un passeport encore valable."),
        Reason.EXPIRY_UNCLEAR: "Nous ne savons pas si ta carte est encore valable. Un agent va vérifier.",
    }
)
