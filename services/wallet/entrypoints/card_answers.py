"""How the doors answer refusals about cards; part of the one table in `answers.py`."""

from __future__ import annotations

from chassis.errors import Answer, Status
from services.wallet.domain import card_errors as errors

_CONFLICT, _RULE, _UNKNOWN = Status.ALREADY_EXISTS, Status.FAILED_PRECONDITION, Status.NOT_FOUND

CARD_ANSWERS: dict[type[Exception], Answer] = {
    errors.CardReplaced: Answer(
        _RULE,
        "card_replaced",
        "Cette carte a été remplacée : demandez au jeune sa nouvelle carte, ou le QR code de son espace.",
        "This card was replaced: ask for the holder's new card, or the QR code of their account.",
        "code",
    ),
    errors.CardNotActivated: Answer(
        _RULE,
        "card_not_activated",
        "Cette carte n'est pas activée : le jeune tape d'abord son code dans son espace, puis la présente à nouveau.",
        "This card is not activated: the holder first types its code in their account, then shows it again.",
        "code",
    ),
    errors.CardOfPastSeason: Answer(
        _RULE,
        "card_of_past_season",
        "Cette carte est celle d'une saison passée (finie le {last_day:%d/%m/%Y}) : demandez au jeune celle de cette "
        "saison.",
        "This card is of a past season (over on {last_day}): ask for the card of this season.",
        "code",
    ),
    errors.CardFormNotTaken: Answer(
        _RULE,
        "card_form_not_taken",
        "Cet avantage ne se paie pas avec cette carte : demandez au jeune le QR code de son espace.",
        "This benefit is not paid with such a card: ask for the QR code of the holder's account.",
        "benefit",
    ),
    errors.CardFormNotOffered: Answer(
        _RULE,
        "card_form_not_offered",
        "Aucun dispositif actif ne propose cette forme de carte : l'adhésion doit être active, et la saison en cours.",
        "No active scheme gives a card of this form: the membership must be active, and its season not over.",
    ),
    errors.AppCardOpposed: Answer(
        _RULE,
        "app_card_opposed",
        "Tu as déclaré ta carte perdue ou volée : remplace-la dans « Ma carte » pour avoir un nouveau code.",
        "You reported your card lost or stolen: replace it on your card's page to have a new code.",
    ),
    errors.NoCardToOppose: Answer(
        _RULE,
        "no_card_to_oppose",
        "Aucune carte en service n'est à bloquer : celles d'avant ne servent déjà plus.",
        "There is no card in use to block: those of before are over already.",
        "card_id",
    ),
    errors.OppositionNotOffered: Answer(
        _RULE,
        "opposition_not_offered",
        "Dans ce dispositif, seule la collectivité bloque une carte : écris-lui ou appelle-la.",
        "In this scheme the authority alone blocks a card: write to it or call it.",
    ),
    errors.UnknownPairingCode: Answer(
        _UNKNOWN,
        "unknown_pairing_code",
        "Aucune carte ne porte ce code : relis-le sur ta carte et tape-le à nouveau.",
        "No card bears this code: read it again on your card and type it again.",
        "code",
    ),
    errors.CardAlreadyPaired: Answer(
        _CONFLICT,
        "card_already_paired",
        "Cette carte est déjà rattachée à un compte, ou n'est plus valable : demande une autre carte.",
        "This card is paired with an account already, or is over: ask for another one.",
        "code",
    ),
    errors.TooManyPairings: Answer(
        Status.RESOURCE_EXHAUSTED,
        "too_many_pairings",
        "Trop de codes faux ont été tapés : attends dix minutes, puis relis bien celui de ta carte.",
        "Too many wrong codes were typed: wait ten minutes, then read your card's again.",
        "code",
    ),
    errors.CardOrderUnderWay: Answer(
        _CONFLICT,
        "card_order_under_way",
        "Tu as déjà commandé une carte : elle est en préparation ou en chemin.",
        "You have ordered a card already: it is being made, or on its way.",
    ),
    errors.PostalAddressMissing: Answer(
        _RULE,
        "postal_address_missing",
        "Indique d'abord ton adresse postale : ta carte y sera envoyée.",
        "Give your postal address first: your card will be sent there.",
    ),
    errors.PhotoMissing: Answer(
        _RULE,
        "photo_missing",
        "Ajoute d'abord ta photo : elle est imprimée sur la carte, et le caissier la vérifie.",
        "Add your photo first: it is printed on the card, and the cashier checks it.",
    ),
    errors.NoOrderWaits: Answer(
        _RULE,
        "no_order_waits",
        "Aucune commande de carte n'attend pour cette saison : vous n'avez rien à exporter.",
        "No order of a card waits for this season.",
    ),
    errors.UnknownBatch: Answer(
        _UNKNOWN,
        "unknown_card_batch",
        "Ce lot de cartes n'existe pas : retrouvez les lots dans la liste.",
        "There is no such batch of cards: see the list.",
        "batch_id",
    ),
    errors.BatchSent: Answer(
        _RULE,
        "card_batch_sent",
        "Ce lot est envoyé : ses codes ne sont plus conservés, son fichier ne peut plus être produit.",
        "This batch is sent: its codes are kept no longer, its file cannot be made again.",
        "batch_id",
    ),
    errors.HolderNotShown: Answer(
        _RULE,
        "holder_not_shown",
        "Ce dispositif ne fait vérifier ni le nom ni la photo : la carte suffit.",
        "This scheme has neither name nor photo checked: the card is enough.",
        "presentation_id",
    ),
}
