"""How a request at the till shows the card: by its presentation, or by the code itself and the channel it came by."""

from __future__ import annotations

from typing import Protocol

from chassis.errors import Malformed
from services.wallet.application import static_codes
from services.wallet.bootstrap import Parts
from services.wallet.domain.card import ShownCode, TypedCode
from services.wallet.domain.debit import DIRECT_CHANNELS, TILL, Presented
from services.wallet.domain.errors import CodeUnreadable
from services.wallet.domain.static_code import StaticCode
from services.wallet.entrypoints import parse

Proof = Presented | ShownCode | TypedCode | StaticCode | None


class ShowsCard(Protocol):
    """What a debit and a use ask alike."""

    presentation_id: str
    code: str
    channel: str


def till_proof(parts: Parts, authority_id: str, request: ShowsCard) -> Proof:
    """Raises Malformed. A code that cannot be read is no proof, which is for the decision to say: a known key is
    answered first."""
    if bool(request.presentation_id) == bool(request.code):
        raise Malformed(
            "code",
            "Envoyez soit le code scanné ou tapé, soit le numéro de présentation.",
            "Send either the code, scanned or typed, or the presentation's id.",
        )
    if request.presentation_id:
        return Presented(parse.identifier("presentation_id", request.presentation_id))
    return code_proof(parts, authority_id, request.code)


def code_proof(parts: Parts, authority_id: str, code: str) -> ShownCode | TypedCode | StaticCode | None:
    static = static_codes.read(parts.rules.cipher, authority_id, code)
    if static:
        return static
    typed = parts.code_keys.read_typed(authority_id, code, parts.platform.clock.now())
    if typed:
        return typed
    try:
        return parts.code_keys.read(authority_id, code)
    except CodeUnreadable:
        return None


def direct_channel(request: ShowsCard) -> str:
    """Raises Malformed."""
    if not request.channel:
        return TILL
    if request.presentation_id or request.channel not in DIRECT_CHANNELS:
        raise Malformed(
            "channel",
            "Avec un code, écrivez « till », « terminal » ou « nfc » ; avec une présentation, laissez ce champ vide.",
            "With a code, write till, terminal or nfc; with a presentation, leave it empty.",
        )
    return request.channel
