"""How the doors answer each refusal: one total table, which a test compares with the domain's classes."""

from __future__ import annotations

from chassis.errors import Answer, Status
from services.notification.domain import errors

ANSWERS: dict[type[Exception], Answer] = {
    errors.SubscriberRefused: Answer(
        Status.PERMISSION_DENIED,
        "subscriber_refused",
        "Cet abonné n'est pas reconnu : vérifiez son nom et son secret.",
        "This subscriber is not recognised: check its name and its secret.",
    ),
    errors.MistypedCode: Answer(
        Status.INVALID_ARGUMENT,
        "mistyped_code",
        "Ce code comporte une faute de frappe : relisez-le, il compte treize lettres et chiffres.",
        "This code is mistyped: read it again, it has thirteen letters and digits.",
        "code",
    ),
    errors.UnknownCode: Answer(
        Status.NOT_FOUND,
        "unknown_code",
        "Ce code n'est pas valable ou ne l'est plus : demandez à la personne d'en faire un nouveau.",
        "This code is not valid, or no longer: ask the person to make a new one.",
        "code",
    ),
    errors.TooManyWrongCodes: Answer(
        Status.RESOURCE_EXHAUSTED,
        "too_many_wrong_codes",
        "Plus de {most} codes faux en une heure : attendez avant d'en essayer un autre.",
        "More than {most} wrong codes within an hour: wait before you try another.",
        "code",
    ),
    errors.UnknownPerson: Answer(
        Status.NOT_FOUND,
        "unknown_person",
        "Personne ne vous est lié sous cet identifiant : demandez à la personne un code d'adhésion.",
        "Nobody is linked to you under this id: ask the person for a membership code.",
        "pairwise_id",
    ),
    errors.NotLinked: Answer(
        Status.NOT_FOUND,
        "not_linked",
        "Cet organisme ne connaît pas votre adhésion : il n'y a rien à retirer.",
        "This body does not know of your membership: there is nothing to end.",
        "subscriber_id",
    ),
}
