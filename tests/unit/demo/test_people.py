"""The cast: the same seed gives the same people, and each part that the story needs is played."""

from datetime import date

from demo.documents import misspelt, pdf
from demo.organisations import french_iban
from demo.people import others, pupils
from demo.story_file import load
from rulebooks.vocabulary import age_on

MOD_97_REMAINDER = 1
UAI_LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ"
FLERS = "61169"
STORY = load()


def test_the_same_seed_gives_the_same_people() -> None:
    assert pupils(STORY, 40, 7) == pupils(STORY, 40, 7)
    assert others(STORY, 7) == others(STORY, 7)


def test_another_seed_gives_other_people() -> None:
    assert pupils(STORY, 40, 7) != pupils(STORY, 40, 8)


def test_more_pupils_leave_the_first_ones_as_they_were() -> None:
    assert pupils(STORY, 80, 7)[:40] == pupils(STORY, 40, 7)


def test_no_two_people_share_an_address() -> None:
    everyone = [*pupils(STORY, 200, 7), *others(STORY, 7)]
    assert len({person.email for person in everyone}) == len(everyone)


def test_six_pupils_play_every_part() -> None:
    cast = pupils(STORY, 6, 7)
    for part in (
        "is_lead",
        "under_fifteen",
        "is_rejected",
        "card_misspelt",
        "sends_expired_card",
        "sends_another_card",
        "pays_by_cheque",
        "joins_free",
        "holds_local_pass",
        "buys_by_voucher",
    ):
        assert any(getattr(pupil, part) for pupil in cast), part


def test_the_lead_joins_by_card_is_on_the_list_and_has_a_good_card() -> None:
    lead = pupils(STORY, 6, 7)[0]
    assert lead.joins
    assert not lead.pays_by_cheque
    assert not lead.is_rejected
    assert not lead.sends_another_card


def test_forty_pupils_are_members_enough_for_thirty_to_register_and_some_not() -> None:
    members = [person for person in (*pupils(STORY, 40, 7), *others(STORY, 7)) if person.joins]
    assert len(members) >= 32


def test_who_holds_the_local_pass_lives_in_flers_joins_and_one_of_them_pays_by_cheque() -> None:
    holders = [pupil for pupil in pupils(STORY, 40, 7) if pupil.holds_local_pass]
    assert len(holders) == 3
    assert all(pupil.joins and pupil.commune == FLERS for pupil in holders)
    assert [pupil.pays_by_cheque for pupil in holders].count(True) == 1


def test_a_membership_that_is_given_is_paid_neither_by_card_nor_by_cheque() -> None:
    given = [pupil for pupil in pupils(STORY, 60, 7) if pupil.joins_free]
    assert len(given) == 1
    assert given[0].joins
    assert not given[0].pays_by_cheque


def test_only_those_of_the_part_are_under_fifteen() -> None:
    for pupil in pupils(STORY, 60, 7):
        assert (age_on(pupil.birth_date, STORY.days.school) < 15) == pupil.under_fifteen, pupil


def test_one_turns_26_on_the_day_of_the_request_and_one_the_day_after() -> None:
    ages = {person.slug: age_on(person.birth_date, STORY.days.joining) for person in others(STORY, 7)}
    assert (ages["birthday"], ages["eve"]) == (26, 25)


def test_organisations_have_numbers_that_pass_their_checks() -> None:
    for organisation in STORY.organisations:
        siret, iban = organisation.siret(7), organisation.iban(7)
        assert _luhn(siret) == 0
        assert _luhn(siret[:9]) == 0
        assert _mod_97(iban) == MOD_97_REMAINDER


def test_a_known_iban_is_found_again() -> None:
    assert french_iban(12345678901, bank="30001", branch="00794") == "FR7630001007941234567890185"


def test_the_schools_number_ends_with_the_letter_that_checks_it() -> None:
    uai = STORY.school.uai
    assert uai[-1] == UAI_LETTERS[int(uai[:-1]) % len(UAI_LETTERS)]


def test_a_misspelt_name_differs_by_one_letter() -> None:
    assert misspelt("Labulle") == "Labullee"


def test_a_document_is_a_pdf_whose_table_finds_its_objects() -> None:
    content = pdf("SPECIMEN (1)", "Société d’exemple")
    place = int(content.rsplit(b"startxref\n", 1)[1].split(b"\n")[0])
    assert content.startswith(b"%PDF-")
    assert content[place : place + 4] == b"xref"
    assert rb"SPECIMEN \(1\)" in content


def test_the_cards_of_one_seed_are_the_same_bytes() -> None:
    from demo.documents import first_card  # drawing takes a moment: only this test pays for it

    pupil = pupils(STORY, 6, 7)[0]
    assert first_card(pupil, 7, date(2025, 7, 1)) == first_card(pupil, 7, date(2025, 7, 1))


def _luhn(digits: str) -> int:
    doubled = [int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits))]
    return sum(number - 9 if number > 9 else number for number in doubled) % 10


def _mod_97(iban: str) -> int:
    moved = iban[4:] + iban[:4]
    return int("".join(str(int(sign, 36)) for sign in moved)) % 97
