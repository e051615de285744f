"""Whom the cashier compares with who is there, where the rulebook asks: a name, a photo."""

from __future__ import annotations

import base64
from dataclasses import dataclass

from atouts.wallet.v1 import debits_pb2

from gateway.contracts import SLOW_S, rpc
from gateway.problems import Problem
from gateway.web.pages.till_passage import Passage
from gateway.web.visit import Visit


@dataclass(frozen=True, slots=True)
class ShownHolder:
    """`photo` is a data URI, or empty. `missing`: it could not be had, or the holder has given no photo."""

    name: str = ""
    photo: str = ""
    missing: bool = False


async def holder_of(visit: Visit, passage: Passage) -> ShownHolder | None:
    """None where nothing is to be compared. What cannot be had stops no payment: the page says what to ask for."""
    if not passage.name_shown and not passage.photo_shown:
        return None
    request = debits_pb2.ShowHolderRequest(
        partner_id=visit.id("partner_id"), presentation_id=passage.reference, device=passage.device
    )
    try:
        found = await visit.ask(rpc("wallet", "ShowHolder", SLOW_S), request)
    except Problem as problem:
        # Once all is spent, there is nothing left for which the holder would be compared.
        return None if problem.code == "holder_not_shown" else ShownHolder(missing=True)
    photo = f"data:image/jpeg;base64,{base64.b64encode(found.photo).decode()}" if found.photo else ""
    name = f"{found.given_name} {found.surname}".strip()
    return ShownHolder(name, photo, missing=passage.photo_shown and not photo)
