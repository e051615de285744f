"""The season of one seed, written down: telling the story otherwise changes neither its people nor its purchases."""

import json
from collections.abc import Iterator
from pathlib import Path

from demo.draws import draw
from demo.people import Person, Pupil, others, pupils
from demo.plan import visits
from demo.story_file import load

SEED = 2025
PINNED = Path(__file__).parent / "season_2025.txt"
BALANCES = {
    "livres": 5000, "equipement": 10000, "cinema": 2000, "spectacle": 3000, "pratique": 3000, "dispositif-local": 500,
}  # fmt: skip


def test_the_people_partners_envelopes_and_purchases_of_a_seed_are_those_written_down() -> None:
    assert "".join(f"{line}\n" for line in _season()) == PINNED.read_text(encoding="utf-8")


def _season() -> Iterator[str]:
    story = load()
    people = [*pupils(story, 40, SEED), *others(story, SEED)]
    yield from map(_person, people)
    for organisation in story.organisations:
        yield json.dumps(organisation.registration(SEED), ensure_ascii=False)
        yield f"{organisation.iban(SEED)} {organisation.scheme} {' '.join(organisation.categories)}"
    for benefit in story.benefits:
        yield f"{benefit.scheme} {benefit.id} {benefit.envelope_cents_each}"
    for person in people:
        for visit in visits(story, person.slug, BALANCES, draw(SEED, "plan", person.slug)):
            till = "software" if visit.by_till else "cashier"
            yield f"{person.slug} {visit.day} {visit.benefit.id} {visit.amounts} {till} {visit.benefit.shop}"


def _person(person: Person) -> str:
    told = f"{person.email} {person.birth_date} {person.sex} {person.commune} {person.study_status} "
    told += f"{person.study_commune} {person.schooling}"
    return f"{told} {person.joins} {sorted(person.buys_by_voucher)}" if isinstance(person, Pupil) else told
