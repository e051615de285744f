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
    SCREENSHOT = "screenshot"
    TOO_MANY_SIDES = "too_many_sides"
    PDF_TOO_LONG = "pdf_too_long"
    PDF_WITH_SCRIPT = "pdf_with_script"
    # the reading
    NOT_A_DOCUMENT = "not_a_document"
    CUT_OFF = "cut_off"
    TWO_DOCUMENTS = "two_documents"
    OTHER_SIDE_NEEDED = "other_side_needed"
    UNREADABLE = "unreadable"
    READINGS_DISAGREE = "readings_disagree"
    PRINTED_NAMES_UNREAD = "printed_names_unread"
    # the document against itself
    PRINTED_NAMES_DIFFER = "printed_names_differ"
    SEAL_INVALID = "seal_invalid"
    SEAL_DIFFERS = "seal_differs"
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
        Reason.PRINTED_NAMES_UNREAD,
        Reason.PRINTED_NAMES_DIFFER,
        Reason.SEAL_INVALID,
        Reason.SEAL_DIFFERS,
        Reason.NAME_NEARLY_SAME,
        Reason.BIRTH_DATE_NEARLY_SAME,
        Reason.DIFFERS_AFTER_CORRECTION,
        Reason.EXPIRY_UNCLEAR,
    }
)

_SENTENCES: Mapping[Reason, str] = MappingProxyType(
    {
        Reason.UNSUPPORTED_FORMAT: (
            "Ce type de fichier n'est pas accepté. Envoie une photo (JPEG, PNG ou HEIC) ou un PDF."
        ),
        Reason.DAMAGED_FILE: "Le fichier est abîmé, nous ne pouvons pas l'ouvrir. Envoie-le de nouveau.",
        Reason.TOO_HEAVY: "Le fichier est trop lourd. Envoie une photo de moins de 10 Mo.",
        Reason.TOO_LARGE: "L'image est trop grande. Envoie une photo de moins de 40 millions de pixels.",
        Reason.TOO_SMALL: "La photo est trop petite. Rapproche-toi : la carte doit remplir l'image.",
        Reason.TOO_DARK: "La photo est trop sombre. Reprends-la à la lumière du jour, sans flash.",
        Reason.BLURRED: "La photo est floue. Pose la carte à plat, fais la mise au point et reprends-la.",
        Reason.SCREENSHOT: (
            "On dirait une capture d'écran. Envoie une photo prise avec l'appareil, pas une image de l'écran."
        ),
        Reason.TOO_MANY_SIDES: "Il y a plus de deux images. Envoie seulement le devant et le dos de ta carte.",
        Reason.PDF_TOO_LONG: "Ce PDF a trop de pages. Envoie un PDF de deux pages au plus : le devant et le dos.",
        Reason.PDF_WITH_SCRIPT: (
            "Ce PDF contient un programme, nous ne l'ouvrons pas. Prends plutôt ta carte en photo."
        ),
        Reason.NOT_A_DOCUMENT: (
            "Nous ne trouvons pas de pièce d'identité sur cette photo. Photographie la face de ta carte "
            "où il y a des lignes de lettres et de chevrons (<<<)."
        ),
        Reason.CUT_OFF: "La carte est coupée. Recule un peu et cadre la carte entière, avec ses quatre coins.",
        Reason.TWO_DOCUMENTS: ("Il y a deux pièces d'identité sur l'image. Photographie la tienne seule."),
        Reason.OTHER_SIDE_NEEDED: (
            "Il manque l'autre côté de ta carte, celui où ton nom est écrit. Envoie les deux côtés ensemble."
        ),
        Reason.UNREADABLE: ("Nous n'arrivons pas à tout lire. Un agent va regarder ta carte ; tu n'as rien à faire."),
        Reason.READINGS_DISAGREE: (
            "Nous ne sommes pas sûrs d'avoir bien lu. Un agent va regarder ta carte ; tu n'as rien à faire."
        ),
        Reason.PRINTED_NAMES_UNREAD: (
            "Nous n'arrivons pas à lire le nom écrit sur la carte. Un agent va regarder ; tu n'as rien à faire."
        ),
        Reason.PRINTED_NAMES_DIFFER: (
            "Le nom écrit en toutes lettres et celui des lignes de chevrons (<<<) ne sont pas les mêmes. "
            "Un agent va vérifier."
        ),
        Reason.SEAL_INVALID: "Le code de sécurité de la carte n'est pas bon. Un agent va vérifier.",
        Reason.SEAL_DIFFERS: (
            "Le code de sécurité de la carte ne dit pas la même chose que le reste. Un agent va vérifier."
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
