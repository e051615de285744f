"""The mutation check: what it changes, what it says of a value that no case holds, and that our rulebooks pass it."""

from __future__ import annotations

import io
from pathlib import Path
from typing import NamedTuple

import pytest

from rulebooks import Catalogue, Rulebook, RulebookProblems
from rulebooks.__main__ import main
from rulebooks.cases import read_cases
from rulebooks.catalogue import PACKAGED
from rulebooks.documents import Document, Where
from rulebooks.mutations import ENOUGH_PERCENT, MutationRun, mutants, mutation_report, run_mutations

SCHEME = "valmer/carte-jeune/2025-2026.yaml"
CASES = SCHEME.replace(".yaml", ".cases.yaml")
PACKAGED_RULEBOOKS = Catalogue.load(PACKAGED).rulebooks()


class Written(NamedTuple):
    """A catalogue of one scheme, and the file of that scheme."""

    catalogue: Catalogue
    document: Document


def written(directory: Path) -> Written:
    catalogue = Catalogue.load(directory)
    (rulebook,) = catalogue.rulebooks()
    return Written(catalogue, catalogue.document(rulebook.hash))


@pytest.fixture
def specimen(specimens: Path) -> Written:
    return written(specimens)


def changes_at(document: Document, *where: str | int) -> set[tuple[str, str]]:
    return {(mutant.before, mutant.after) for mutant in mutants(document) if mutant.where == where}


def run(directory: Path) -> MutationRun:
    catalogue, document = written(directory)
    (rulebook,) = catalogue.rulebooks()
    return run_mutations(read_cases(directory, rulebook), document, rulebook)


@pytest.mark.parametrize(
    ("where", "changes"),
    [
        (("fee", "cents"), {("1000", "999"), ("1000", "1001")}),
        (("benefits", 3, "amounts", 0, "count"), {("5", "4"), ("5", "6")}),
        (("benefits", 3, "unit", "holder_cents"), {("100", "99"), ("100", "101")}),
        (("benefits", 8, "loading", "valid_months"), {("24", "23"), ("24", "25")}),
        (("payout", "due_days"), {("15", "14"), ("15", "16")}),
        (("budget", "thresholds_percent", 0), {("80", "79"), ("80", "81"), ("80", "rien")}),
        (("season", "starts_on"), {("2025-09-01", "2025-08-31"), ("2025-09-01", "2025-09-02")}),
        (("payout", "rhythm"), {("monthly", "weekly"), ("monthly", "twice_monthly")}),
        (("cancellation", "window"), {("days", "none"), ("days", "same_day")}),
        (("benefits", 2, "spending", "uses"), {("once", "several")}),
        (("benefits", 0, "once", "per"), {("season", "schooling"), ("season", "life")}),
        (("identity_check", "required"), {("True", "False")}),
        (("benefits", 2, "channels", "by", 0), {("qr", "rien")}),
        (
            ("benefits", 2, "channels", "by"),
            {("rien", "number"), ("rien", "till"), ("rien", "nfc"), ("rien", "voucher"), ("rien", "external")},
        ),
        (
            ("eligibility", 0, "when"),
            {("age >= 15", "age >= 14"), ("age >= 15", "age >= 16"), ("age >= 15", "!(age >= 15)")},
        ),
        (("documents", "company", 0), {("kbis", "rien")}),
        (("documents", "company", 0, "max_age_months"), {("3", "2"), ("3", "4")}),
        (("categories", 1, "conditions", 0), {("three_years", "rien")}),
        (
            ("categories", 1, "conditions", 0, "if"),
            {('activity == "sport"', "rien"), *{('activity == "sport"', '!(activity == "sport")')}},
        ),
        (("charter", "version"), set()),
        (("title",), set()),
    ],
)
def test_each_value_that_is_a_rule_is_changed(specimen: Written, where: Where, changes: set[tuple[str, str]]) -> None:
    """Amounts, counts, days, durations, flags, choices and lists are changed on both sides; words are not."""
    assert changes_at(specimen.document, *where) == changes


def test_the_values_of_a_list_in_a_condition_are_left_out_one_at_a_time(specimen: Written) -> None:
    """`in [a, b]` without a, then without b."""
    afters = {after for _, after in changes_at(specimen.document, "eligibility", 1, "when")}
    assert {'study_status in ["apprenti"]', 'study_status in ["lyceen"]'} <= afters


def test_a_number_inside_a_text_is_no_number(specimens: Path) -> None:
    """The code of a region is not a bound."""
    document = written(specimens).document
    afters = {after for _, after in changes_at(document, "categories", 0, "conditions", 0, "when")}
    assert afters == {'!(partner_region == "28")'}


def test_a_change_leaves_the_rest_of_the_file_as_it_is(specimen: Written) -> None:
    """One value at a time, and the document that was read stays whole."""
    before = specimen.document.content_hash()
    found = [mutant for mutant in mutants(specimen.document) if mutant.where == ("fee", "cents")]
    assert [mutant.content["fee"]["cents"] for mutant in found] == [999, 1001]
    assert all({**mutant.content, "fee": 0} == {**specimen.document.content, "fee": 0} for mutant in found)
    assert specimen.document.content_hash() == before


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> MutationRun:
    directory = tmp_path_factory.mktemp("mutated")
    copy_specimens(directory)
    return run(directory)


def copy_specimens(directory: Path) -> None:
    source = Path(__file__).parent / "specimens"
    for path in source.rglob("*.yaml"):
        target = directory / path.relative_to(source)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(path.read_bytes())


@pytest.mark.parametrize(
    ("where", "after"),
    [
        (("eligibility", 0, "when"), "age >= 16"),
        (("benefits", 0, "amounts", 0, "cents"), "5001"),
        (("join", "opens_on"), "2025-09-02"),
        (("documents", "company", 1), "rien"),
    ],
)
def test_a_value_that_a_case_holds_is_caught(ran: MutationRun, where: Where, after: str) -> None:
    """What a case bites does not survive."""
    assert (where, after) not in {(survivor.where, survivor.after) for survivor in ran.survivors}


@pytest.mark.parametrize(
    ("where", "after"),
    [
        (("consents", 0, "when"), "age < 17"),
        (("benefits", 1, "amounts", 0, "cents"), "20001"),
        (("payout", "due_days"), "16"),
        (("categories", 1, "conditions", 0, "when"), "years_existing >= 4"),
        (("documents", "company", 0, "max_age_months"), "4"),
    ],
)
def test_a_value_that_no_case_holds_survives(ran: MutationRun, where: Where, after: str) -> None:
    """What no case bites is told."""
    assert (where, after) in {(survivor.where, survivor.after) for survivor in ran.survivors}


def test_every_change_is_refused_at_load_caught_or_a_survivor(ran: MutationRun) -> None:
    """The three add up, and the share speaks of those that load."""
    assert ran.count == ran.refused_at_load + ran.caught + len(ran.survivors)
    assert ran.refused_at_load > 0
    assert ran.share_percent == pytest.approx(100 * ran.caught / (ran.caught + len(ran.survivors)))


def test_a_case_for_a_survivor_catches_it(specimens: Path, ran: MutationRun) -> None:
    """A case on the other side of a bound is what was missing."""
    path = specimens / CASES
    path.write_text(path.read_text(encoding="utf-8") + _PAYOUTS, encoding="utf-8")
    caught = {survivor.where for survivor in ran.survivors} - {survivor.where for survivor in run(specimens).survivors}
    assert caught == {("payout", "due_days"), ("payout", "rhythm")}


_PAYOUTS = "payouts:\n  - {debited_on: 2025-10-14, closes_on: 2025-11-01, due_on: 2025-11-16}\n"


def test_cases_that_fail_prove_nothing(specimens: Path) -> None:
    """Every change fails a case that fails already: the run is refused with that case."""
    path = specimens / CASES
    path.write_text(path.read_text(encoding="utf-8").replace("livres: 5000", "livres: 5001"), encoding="utf-8")
    with pytest.raises(RulebookProblems, match="fifteen, general track"):
        run(specimens)


def test_the_report_names_the_line_of_each_survivor(specimens: Path) -> None:
    """An author finds the value that no case holds, and the command fails."""
    catalogue, document = written(specimens)
    out = io.StringIO()
    assert mutation_report(catalogue, specimens, out=out) == 1
    line = document.line(("payout", "due_days"))
    assert f"  {SCHEME}, ligne {line} : « payout › due_days » : 15 → 16 ne fait échouer aucun cas.\n" in out.getvalue()
    assert "« benefits › equipement › amounts › 0 › cents » : 20000 → 20001" in out.getvalue()
    assert out.getvalue().startswith("Carte jeune de Valmer : ")


def test_the_command_runs_it(specimens: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`test --mutations` is the report."""
    assert main(["test", "--mutations", "--directory", str(specimens)]) == 1
    assert "ne fait échouer aucun cas" in capsys.readouterr().out


@pytest.mark.parametrize("rulebook", PACKAGED_RULEBOOKS, ids=lambda rulebook: f"{rulebook.scheme}-{rulebook.edition}")
def test_the_cases_of_each_packaged_rulebook_hold_its_values(rulebook: Rulebook, catalogue: Catalogue) -> None:
    """More than 95 % of what a règlement says cannot be changed without a case that fails."""
    document = catalogue.document(rulebook.hash)
    found = run_mutations(read_cases(PACKAGED, rulebook), document, rulebook)
    assert found.count > 150
    assert found.share_percent > ENOUGH_PERCENT, found.survivors[:5]
