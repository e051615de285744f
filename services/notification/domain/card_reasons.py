"""Why a card was refused, in a mail's words: the codes are identity's, the sentences say what to do.

A mail is read later and elsewhere than a page, so that each sentence stands alone.
"""

from __future__ import annotations

from collections.abc import Iterable

_SENTENCES = {
    "unsupported_format": "Ce type de fichier n’est pas accepté : envoie une photo au format JPEG ou PNG.",
    "damaged_file": "Le fichier est abîmé : envoie une nouvelle photo.",
    "too_heavy": "Le fichier est trop lourd : envoie une photo de moins de 10 Mo.",
    "too_large": "L’image est trop grande : envoie une photo de moins de 40 millions de pixels.",
    "too_small": "La photo est trop petite : rapproche-toi, la carte doit remplir l’image.",
    "too_dark": "La photo est trop sombre : reprends-la à la lumière du jour, sans flash.",
    "blurred": "La photo est floue : pose la carte à plat et reprends-la.",
    "not_a_document": "Nous ne trouvons pas de pièce d’identité sur la photo : photographie la face qui porte "
    "les lignes de lettres et de chevrons.",
    "name_differs": "Le nom ou le prénom de la carte n’est pas celui de ton compte : corrige ton compte, "
    "ou envoie ta propre carte.",
    "birth_date_differs": "La date de naissance de la carte n’est pas celle de ton compte : corrige ton compte, "
    "ou envoie ta propre carte.",
    "expired": "La carte n’est plus valable : envoie une carte d’identité ou un passeport encore valable.",
    "decided_by_staff": "Un agent a regardé ta pièce d’identité ; ses explications sont dans ton compte.",
}
# A code that is not told here yet is explained by the page, which asks identity.
_ELSEWHERE = "L’explication est dans ton compte, à la page « Mes informations »."


def sentences_of(codes: Iterable[str]) -> list[str]:
    """One sentence a reason, each once; one at least."""
    told = [_SENTENCES.get(code, _ELSEWHERE) for code in codes] or [_SENTENCES["decided_by_staff"]]
    return list(dict.fromkeys(told))
