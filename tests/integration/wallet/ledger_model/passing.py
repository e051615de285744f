"""Days that pass, are counted and sealed; the season's end, and the years after it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from atouts.wallet.v1 import movements_pb2
from hypothesis import strategies as st

from tests.integration.wallet.ledger_model.command import Command
from tests.integration.wallet.ledger_model.world import World, same


def count_yesterday(world: World) -> None:
    count_day(world, 1)


def count_day(world: World, ago: int) -> None:
    """By payout: each partner's movements of a day that is over."""
    count(world, world.model.books.today - timedelta(days=ago))


def count(world: World, day: date) -> None:
    request = movements_pb2.CountDayRequest(day=day.isoformat())
    told, counted = world.ask("CountDay", request, service="payout")
    same(told, "done" if day < world.model.books.today else "day_not_over", "count a day")
    if told == "done":
        world.model.books.counted.add(day)
        unknown = {partner.partner_id for partner in counted.partners} - set(map(str, world.partners.values()))
        same(unknown, set(), "partners of a counted day")


def nights(world: World, count: int) -> None:
    world.move_to(world.now + timedelta(days=count))


def to_christmas(world: World) -> None:
    """The birthday of those who turn sixteen in the season."""
    world.move_to(max(world.now, datetime(2025, 12, 24, 10, 0, tzinfo=UTC)))


def to_the_last_day(world: World) -> None:
    """What is paid now may be undone once the season is over."""
    world.move_to(max(world.now, datetime(2026, 6, 30, 10, 0, tzinfo=UTC)))


def to_change_of_clocks(world: World) -> None:
    """The last half hour of the night on which 26 October 2025, or 29 March 2026, changes its offset."""
    for instant in (datetime(2025, 10, 26, 0, 45, tzinfo=UTC), datetime(2026, 3, 29, 0, 45, tzinfo=UTC)):
        if instant > world.now:
            world.move_to(instant)
            return


def end_season(world: World) -> None:
    world.move_to(max(world.now, datetime(2026, 6, 30, 22, 5, tzinfo=UTC)))


def two_years_later(world: World) -> None:
    """Those with a life of their own close too."""
    world.move_to(max(world.now, datetime(2028, 7, 1, 10, 0, tzinfo=UTC)))


def seldom(act: str, turn: int, world: World) -> None:
    """Little can be asked afterwards."""
    if turn == 0:
        {"last day": to_the_last_day, "end": end_season, "years": two_years_later}[act](world)


_TURN = st.integers(0, 5)
COMMANDS = (
    Command("count_yesterday", count_yesterday, ("days.count_day",)),
    Command("count_day", count_day, ("days.count_day",), {"ago": st.integers(0, 3)}),
    Command("nights", nights, ("seals.seal_some",), {"count": st.sampled_from([1, 1, 1, 2, 3, 30])}),
    Command("to_christmas", lambda world, turn: turn or to_christmas(world), (), {"turn": st.integers(0, 2)}),
    Command("to_change_of_clocks", to_change_of_clocks, ()),
    Command("to_the_last_day", lambda world, turn: seldom("last day", turn, world), (), {"turn": _TURN}),
    Command("end_season", lambda world, turn: seldom("end", turn, world), ("season_end.end_some",), {"turn": _TURN}),
    Command(
        "two_years_later",
        lambda world, turn: seldom("years", turn, world),
        ("season_end.close_some",),
        {"turn": st.integers(0, 60)},
    ),
)
