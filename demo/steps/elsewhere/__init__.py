"""The same autumn at other authorities: who is told of is one person a scheme, what is told is what the story lacks."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from demo import guests
from demo.guests import Guest
from demo.stage import Stage
from demo.steps.elsewhere import plastic_cards, rights, settling

Act = Callable[[Stage, Guest], None]

ACTS: Mapping[str, Act] = {
    "secret_code": rights.secret_code,
    "tickets": rights.tickets,
    "entrances": rights.entrances,
    "top_up": rights.top_up,
    "suspension": rights.suspension,
    "plastic_card": plastic_cards.plastic_card,
    "lost_plastic_card": plastic_cards.lost_plastic_card,
}


def play(stage: Stage, told: tuple[Guest, ...]) -> None:
    """Scheme by scheme; their partners are paid with the others as the season passes."""
    for guest in told:
        stage.tell.chapter(f"Le même automne : {guest.scheme.title}")
        theirs = guests.stage_of(guest, stage)
        stage.guests.append(theirs)
        settling.settle(theirs, guest)
        for act in guest.acts:
            ACTS[act](theirs, guest)
