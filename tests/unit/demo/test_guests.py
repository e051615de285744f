"""Who plays beside the story: what is told of them can be played."""

from pathlib import Path

import pytest
import yaml

from demo.autumn import moved, season_moved
from demo.guests import ELSEWHERE, load
from demo.steps.elsewhere import ACTS
from demo.story_file import BadStory
from rulebooks import Catalogue
from rulebooks.catalogue import PACKAGED


def test_every_act_is_played_by_somebody_and_nobody_asks_for_another() -> None:
    """Each once, so that its debits' keys are its own."""
    told = [act for guest in load() for act in guest.acts]
    assert sorted(told) == sorted(ACTS)


def test_what_is_bought_stands_in_the_moved_rulebook_and_is_sold_by_a_partner_there(tmp_path: Path) -> None:
    """Scheme, season, benefits, charters and secret codes are those of the rulebook, its days moved."""
    guests = load()
    catalogue = Catalogue.load(PACKAGED, moved((guest.rulebook for guest in guests), tmp_path))
    for guest in guests:
        rulebook = catalogue.get(guest.authority.id, guest.scheme.id, guest.scheme.season)
        assert guest.scheme.season == season_moved(guest.season_packaged, guest.years)
        assert guest.scheme.charter == rulebook.charter.version
        assert guest.young_charter == (rulebook.beneficiary_charter.version if rulebook.beneficiary_charter else "")
        shops = {organisation.slug: organisation for organisation in guest.organisations}
        for sale in guest.sales.values():
            assert rulebook.benefit(sale.benefit).category in shops[sale.partner].categories


def test_a_mistake_is_told_with_its_place(tmp_path: Path) -> None:
    told = yaml.safe_load(ELSEWHERE.read_text(encoding="utf-8"))
    del told[1]["young"]["commune"]
    path = tmp_path / "elsewhere.yaml"
    path.write_text(yaml.safe_dump(told), encoding="utf-8")
    with pytest.raises(BadStory, match=r"1\.young\.commune"):
        load(path)
