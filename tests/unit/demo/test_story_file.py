"""The story is data: what cannot be played is refused before anything is, with its place."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from bench.wallet_fixture import purse
from demo.story import check_incidents
from demo.story_file import STORY, BadStory, load
from rulebooks import Catalogue

Content = dict[str, Any]


def test_the_story_of_the_demo_can_be_played() -> None:
    """Whoever plays it finds each scheme by its part, and every incident of the agenda."""
    story = load()
    check_incidents(story)
    assert story.with_fee.fee_cents > 0
    assert {scheme.id for scheme in story.schemes} == {story.with_fee.id, story.with_school.id}


def test_every_pupil_with_a_voucher_spends_that_benefit_with_vouchers_only() -> None:
    """The vouchers' holders are known from the vouchers themselves."""
    told = load().vouchers
    assert all(wish.benefit in told.benefits_of(wish.holder) for wish in (*told.redeemed, told.forgotten))
    assert told.benefits_of(0) == frozenset()


def _no_city(told: Content) -> None:
    del told["organisations"][2]["city"]


def _misspelt(told: Content) -> None:
    told["days"]["openning"] = told["days"]["opening"]


def _half_a_cent(told: Content) -> None:
    told["sales"]["first"]["cents"] = 12.5


def _unknown_shop(told: Content) -> None:
    told["schemes"][0]["benefits"][1]["shop"] = "bakery"


def _unknown_benefit(told: Content) -> None:
    told["vouchers"]["forgotten"]["benefit"] = "bread"


def _two_fees(told: Content) -> None:
    told["schemes"][1]["part"] = "fee"


def _days_backwards(told: Content) -> None:
    told["agenda"].reverse()


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (_no_city, "story.yaml: organisations.2.city: Missing data"),
        (_misspelt, "story.yaml: days.openning: Unknown field"),
        (_half_a_cent, "story.yaml: sales.first.cents: Not a valid integer"),
        (_unknown_shop, "there is no organisation « bakery »"),
        (_unknown_benefit, "there is no benefit « bread »"),
        (_two_fees, "part: « school » is missing"),
        (_days_backwards, "the days of the agenda do not follow one another"),
    ],
)
def test_a_mistake_is_named_with_its_place(tmp_path: Path, spoil: Callable[[Content], None], message: str) -> None:
    """A story with a mistake is not played, and whoever made it reads where it stands."""
    with pytest.raises(BadStory, match=message.replace(".", r"\.")):
        load(_spoilt(tmp_path, spoil))


def _spoilt(folder: Path, spoil: Callable[[Content], None]) -> Path:
    told: Content = yaml.safe_load(STORY.read_text(encoding="utf-8"))
    spoil(told)
    path = folder / "story.yaml"
    path.write_text(yaml.safe_dump(told, allow_unicode=True), encoding="utf-8")
    return path


def test_an_incident_that_nobody_can_play_is_refused(tmp_path: Path) -> None:
    """The agenda names incidents that the demo knows, each once."""

    def dance(told: Content) -> None:
        told["agenda"][0]["then"] = ["dance"]

    with pytest.raises(BadStory, match="dance, first_purchases, make_vouchers"):
        check_incidents(load(_spoilt(tmp_path, dance)))


def test_a_file_that_is_no_yaml_is_refused(tmp_path: Path) -> None:
    """What cannot be read is no story."""
    path = tmp_path / "story.yaml"
    path.write_text("days: [", encoding="utf-8")
    with pytest.raises(BadStory, match=r"story\.yaml"):
        load(path)


def test_whatever_the_story_names_is_in_the_packaged_rulebooks() -> None:
    """Its authority, host, neighbour, seasons, benefits, categories and charters are those in force."""
    story, catalogue = load(), Catalogue.load()
    authority = catalogue.authority(story.authority.id)
    assert authority.host == story.authority.host
    assert story.neighbour.id in {subscriber.id for subscriber in authority.subscribers}
    for scheme in story.schemes:
        rulebook = catalogue.get(authority.id, scheme.id, scheme.season)
        assert {benefit.id for benefit in scheme.benefits} <= {benefit.id for benefit in rulebook.benefits}
        assert scheme.charter == rulebook.charter.version
        asked = {name for each in story.organisations if each.scheme == scheme.id for name in each.categories}
        assert asked - {"establishment"} <= {category.id for category in rulebook.categories}
        assert scheme.fee_cents == (rulebook.fee.amount_cents if rulebook.fee else 0)


def test_what_the_bench_debits_is_in_the_packaged_rulebooks() -> None:
    """Its wallets hold a benefit of money that may be spent at the bench's time."""
    spent = purse()
    rulebook = Catalogue.load().get(spent.authority, spent.scheme, spent.season)
    assert rulebook.benefit(spent.benefit).category
    assert rulebook.starts_on <= spent.at.date() <= rulebook.spend_until
