"""The cast: the same seed gives the same people, and each part that the story needs is played."""

from datetime import date

from demo.documents import misspelt, pdf
from demo.organisations import CAST, LYCEE, french_iban, french_uai
from demo.people import FLERS, JOIN_DAY, SCHOOL_DAY, others, pupils
from rulebooks.vocabulary import age_on

MOD_97_REMAINDER = 1
MEMBERS_OF_THE_OTHERS = ("student", "apprentice", "eve", "commuter")


def test_the_same_seed_gives_the_same_people() -> None:
    assert pupils(40, 7) == pupils(40, 7)
    assert others(7) == others(7)


def test_another_seed_gives_other_people() -> None:
    assert pupils(40, 7) != pupils(40, 8)


def test_more_pupils_leave_the_first_ones_as_they_were() -> None:
    assert pupils(80, 7)[:40] == pupils(40, 7)


def test_no_two_people_share_an_address() -> None:
    everyone = [*pupils(200, 7), *others(7).everyone]
    assert len({person.email for person in everyone}) == len(everyone)


def test_six_pupils_play_every_part() -> None:
    cast = pupils(6, 7)
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
    lead = pupils(6, 7)[0]
    assert lead.joins
    assert not lead.pays_by_cheque
    assert not lead.is_rejected
    assert not lead.sends_another_card


def test_forty_pupils_are_members_enough_for_thirty_to_register_and_some_not() -> None:
    members = [pupil for pupil in pupils(40, 7) if pupil.joins]
    assert len(members) + len(MEMBERS_OF_THE_OTHERS) >= 32


def test_who_holds_the_local_pass_lives_in_flers_joins_and_one_of_them_pays_by_cheque() -> None:
    holders = [pupil for pupil in pupils(40, 7) if pupil.holds_local_pass]
    assert len(holders) == 3
    assert all(pupil.joins and pupil.commune == FLERS for pupil in holders)
    assert [pupil.pays_by_cheque for pupil in holders].count(True) == 1


def test_a_membership_that_is_given_is_paid_neither_by_card_nor_by_cheque() -> None:
    given = [pupil for pupil in pupils(60, 7) if pupil.joins_free]
    assert len(given) == 1
    assert given[0].joins
    assert not given[0].pays_by_cheque


def test_only_those_of_the_part_are_under_fifteen() -> None:
    for pupil in pupils(60, 7):
        assert (age_on(pupil.birth_date, SCHOOL_DAY) < 15) == pupil.under_fifteen, pupil


def test_one_turns_26_on_the_day_of_the_request_and_one_the_day_after() -> None:
    cast = others(7)
    assert age_on(cast.turns_26.birth_date, JOIN_DAY) == 26
    assert age_on(cast.eve_of_26.birth_date, JOIN_DAY) == 25


def test_organisations_have_numbers_that_pass_their_checks() -> None:
    for organisation in CAST:
        siret, iban = organisation.siret(7), organisation.iban(7)
        assert _luhn(siret) == 0
        assert _luhn(siret[:9]) == 0
        assert _mod_97(iban) == MOD_97_REMAINDER


def test_a_known_iban_and_a_known_uai_are_found_again() -> None:
    assert french_iban(12345678901, bank="30001", branch="00794") == "FR7630001007941234567890185"
    assert french_uai(140013) == "0140013N"
    assert LYCEE.uai.startswith("014")


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

    pupil = pupils(6, 7)[0]
    assert first_card(pupil, 7, date(2025, 7, 1)) == first_card(pupil, 7, date(2025, 7, 1))


def _luhn(digits: str) -> int:
    doubled = [int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits))]
    return sum(number - 9 if number > 9 else number for number in doubled) % 10


def _mod_97(iban: str) -> int:
    moved = iban[4:] + iban[:4]
    return int("".join(str(int(sign, 36)) for sign in moved)) % 97
