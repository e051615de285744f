"""What people buy: within their balances, one till a day, the same for the same seed."""

from collections import Counter
from datetime import date
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from demo.draws import draw
from demo.plan import split, visits
from demo.story_file import load

STORY = load()
THEATRE_LEAVES = date(2026, 3, 1)
BENEFITS = ("livres", "equipement", "cinema", "spectacle", "pratique", "dispositif-local")
BALANCES = st.dictionaries(st.sampled_from(BENEFITS), st.integers(0, 15_000))


@given(BALANCES, st.integers(0, 10**6))
def test_a_plan_never_spends_more_than_a_wallet_holds(balances: dict[str, int], seed: int) -> None:
    spent: Counter[str] = Counter()
    for visit in visits(STORY, "e1", balances, draw(seed)):
        assert all(amount > 0 for amount in visit.amounts)
        spent[visit.benefit.id] += sum(visit.amounts)
    assert all(spent[benefit] <= balances[benefit] for benefit in spent)


@given(BALANCES, st.integers(0, 10**6))
def test_a_person_is_at_one_till_a_day_and_not_at_the_theatre_once_it_has_left(
    balances: dict[str, int], seed: int
) -> None:
    planned = visits(STORY, "e1", balances, draw(seed))
    assert len({visit.day for visit in planned}) == len(planned)
    assert all(visit.day < THEATRE_LEAVES for visit in planned if visit.benefit.id == "spectacle")


@given(st.integers(600, 15_000), st.integers(1, 3), st.integers(0, 10**6))
def test_an_amount_is_split_into_parts_that_add_up_to_it(cents: int, parts: int, seed: int) -> None:
    amounts = split(cents, parts, draw(seed))
    assert sum(amounts) == cents
    assert len(amounts) == parts
    assert min(amounts) > 0


def test_a_wallet_of_a_few_euros_is_spent_at_once_or_not_at_all() -> None:
    amounts = {
        visit.amounts for seed in range(40) for visit in visits(STORY, "e1", {"dispositif-local": 500}, draw(seed))
    }
    assert amounts == {(500,)}


def test_the_same_draw_gives_the_same_plan() -> None:
    balances = {"livres": 5000, "cinema": 2000}
    assert visits(STORY, "e1", balances, draw(7, "e1")) == visits(STORY, "e1", balances, draw(7, "e1"))


def test_shopping_days_follow_one_another() -> None:
    assert all(first < second for first, second in pairwise(STORY.shopping_days))
