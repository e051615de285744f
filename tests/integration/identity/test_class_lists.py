"""Class lists: every encoding, bad lines reported, good ones loaded once."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from atouts.identity.v1 import schools_pb2 as pb

from chassis.errors import Operational
from chassis.grpc_client import PeerRefused
from services.identity.store.tables import CHASSIS, class_list_lines
from tests.integration.identity.stage import SEASON, Caller, Stage

HEADING = "nom;prenom;date_naissance;niveau;filiere;secteur\n"
TWO = HEADING + "Élan;Zoé;14/03/2009;seconde;general;\nD'Exemple;Jean-Noël;2008-07-01;1ère;technologique;stav\n"


class School:
    """An establishment and its delegate."""

    def __init__(self, stage: Stage, uai: str = "0760001A") -> None:
        self.stage = stage
        self.partner_id = stage.establishment(uai)
        self.delegate = stage.delegate(self.partner_id, "school")

    def send(self, content: bytes, season: str = SEASON, caller: Caller | None = None) -> pb.ClassListImport:
        request = pb.ImportClassListRequest(
            partner_id=self.partner_id, season=season, filename="classe.csv", content=content
        )
        answer = self.stage.call("ImportClassList", request, (caller or self.delegate).token)
        self.stage.play_jobs()
        return self.report(getattr(answer, "import").import_id)

    def report(self, import_id: str) -> pb.ClassListImport:
        request = pb.GetClassListImportRequest(partner_id=self.partner_id, import_id=import_id)
        report: pb.ClassListImport = getattr(
            self.stage.call("GetClassListImport", request, self.delegate.token), "import"
        )
        return report

    def refusal(self, content: bytes, season: str = SEASON, caller: Caller | None = None) -> PeerRefused:
        with pytest.raises(PeerRefused) as refused:
            self.send(content, season, caller)
        return refused.value


@pytest.fixture
def school(stage: Stage) -> School:
    return School(stage)


def counts(report: pb.ClassListImport) -> tuple[int, int, int]:
    return report.lines_read, report.lines_added, report.lines_known


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("delimiter", [";", ","])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_lists_are_read_as_spreadsheets_write_them(
    school: School, encoding: str, delimiter: str, line_end: str
) -> None:
    content = TWO.replace(";", delimiter).replace("\n", line_end).encode(encoding)

    assert counts(school.send(content)) == (2, 2, 0)


def test_one_pupil_is_the_same_in_every_encoding(school: School) -> None:
    assert counts(school.send(TWO.encode("cp1252"))) == (2, 2, 0)
    assert counts(school.send(TWO.encode("utf-8-sig"))) == (2, 0, 2)


def test_a_line_that_stands_twice_counts_as_known(school: School) -> None:
    doubled = TWO + "ELAN;zoe;14/03/2009;seconde;general;\n"

    assert counts(school.send(doubled.encode())) == (3, 2, 1)


def test_bad_lines_are_reported_with_their_number_and_the_good_ones_loaded(school: School) -> None:
    content = TWO + (
        ";Théo;01/02/2009;seconde;general;\n"
        "\n"
        "Labulle;Théo;31/02/2009;seconde;general;\n"
        "Labulle;Théo;01/02/2029;licorne;general;\n"
        "Labulle;Théo\n"
    )

    report = school.send(content.encode())

    assert counts(report) == (6, 2, 0)
    assert [(problem.line, problem.column, problem.code) for problem in report.problems] == [
        (4, "nom", "surname_unfit"),
        (6, "date_naissance", "birth_date_unreadable"),
        (7, "date_naissance", "birth_date_unfit"),
        (7, "niveau", "level_unknown"),
        (8, "", "columns_missing"),
    ]
    assert all(problem.sentence.endswith(".") for problem in report.problems)


def test_a_report_can_be_read_again_by_its_school_alone(stage: Stage, school: School) -> None:
    report = school.send((TWO + "x\n").encode())
    other = School(stage)
    request = pb.GetClassListImportRequest(partner_id=school.partner_id, import_id=report.import_id)

    again = getattr(stage.call("GetClassListImport", request, school.delegate.token), "import")

    assert again == report
    with pytest.raises(PeerRefused, match="not_allowed"):
        stage.call("GetClassListImport", request, other.delegate.token)
    theirs = pb.GetClassListImportRequest(partner_id=other.partner_id, import_id=report.import_id)
    with pytest.raises(PeerRefused, match="import_unknown"):
        stage.call("GetClassListImport", theirs, other.delegate.token)


def test_a_formula_in_a_name_is_only_a_name(school: School) -> None:
    content = HEADING + "\"=cmd|'/C calc'!A1\";Zoé;14/03/2009;seconde;general;\n@;Zoé;14/03/2009;seconde;general;\n"

    report = school.send(content.encode())

    assert counts(report) == (2, 1, 0)
    assert [problem.code for problem in report.problems] == ["surname_unfit"]


def test_nothing_of_a_pupil_is_kept_but_a_keyed_hash_and_the_schooling(stage: Stage, school: School) -> None:
    school.send(TWO.encode())

    rows = stage.rows(sa.select(class_list_lines))

    assert len(rows) == 2
    assert {(row.level, row.track, row.sector) for row in rows} == {
        ("seconde", "general", ""),
        ("premiere", "technological", "stav"),
    }
    assert all(len(row.pupil_hash) == 32 for row in rows)


@pytest.mark.parametrize(
    "content",
    [b"", b"nom;prenom\nA;B\n", b"PK\x03\x04\x00\x00 a workbook", "nom;prénom".encode("utf-16"), b"\x81\x8d;x\n"],
)
def test_a_file_that_is_no_class_list_is_refused_as_a_whole(school: School, content: bytes) -> None:
    refused = school.refusal(content)

    assert (refused.reason, refused.field) == ("class_list_unreadable", "content")


def test_a_quote_that_never_ends_loads_nothing(stage: Stage, school: School) -> None:
    content = HEADING + '"' + "x" * 200_000

    assert school.refusal(content.encode()).reason == "class_list_unreadable"
    assert stage.rows(sa.select(class_list_lines)) == []


def test_a_season_that_does_not_exist_is_refused(school: School) -> None:
    assert school.refusal(TWO.encode(), season="1999-2000").reason == "season_unknown"


def test_only_the_establishments_delegates_send_lists(stage: Stage, school: School) -> None:
    cashier = stage.delegate(school.partner_id, "cashier")

    assert school.refusal(TWO.encode(), caller=cashier).reason == "not_allowed"
    assert school.refusal(TWO.encode(), caller=stage.young()).reason == "not_allowed"


def test_a_list_of_twenty_thousand_lines_with_five_percent_wrong_is_loaded_in_one_go(school: School) -> None:
    lines = [
        f"Nom{chr(65 + number % 26)}{number};Zoé;{'99' if number % 20 == 0 else '14'}/03/2009;seconde;general;"
        for number in range(20_000)
    ]

    report = school.send((HEADING + "\n".join(lines)).encode())

    assert counts(report) == (20_000, 19_000, 0)
    assert (len(report.problems), report.lines_faulty) == (1_000, 1_000)


def test_the_call_keeps_the_file_and_a_job_loads_it_with_progress(stage: Stage, school: School) -> None:
    """The call answers before a line is loaded; each go of the job loads 2,000; the file is destroyed with the last."""
    content = (HEADING + "\n".join(f"Nom{number};Zoé;14/03/2009;seconde;general;" for number in range(5_000))).encode()
    request = pb.ImportClassListRequest(partner_id=school.partner_id, season=SEASON, content=content)
    sent = getattr(stage.call("ImportClassList", request, school.delegate.token), "import")
    assert (sent.state, sent.lines_read, sent.lines_total) == (pb.CLASS_LIST_IMPORT_STATE_LOADING, 0, 5_000)
    assert stage.rows(sa.select(CHASSIS.files)) != []

    progress = []
    for _ in range(3):
        stage.play_jobs(gos=1)
        seen = school.report(sent.import_id)
        progress.append((seen.lines_read, seen.state == pb.CLASS_LIST_IMPORT_STATE_LOADED))

    assert progress == [(2_000, False), (4_000, False), (5_000, True)]
    assert stage.rows(sa.select(CHASSIS.files)) == []
    assert stage.play_jobs() == 0


def test_a_worker_that_dies_between_two_goes_repeats_nothing(
    stage: Stage, school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a go loaded and how far it came are one transaction: the next worker goes on from there."""
    content = (HEADING + "\n".join(f"Nom{number};Zoé;14/03/2009;seconde;general;" for number in range(5_000))).encode()
    request = pb.ImportClassListRequest(partner_id=school.partner_id, season=SEASON, content=content)
    sent = getattr(stage.call("ImportClassList", request, school.delegate.token), "import")
    stage.play_jobs(gos=1)
    with monkeypatch.context() as dying:
        dying.setattr(type(stage.parts.imports.lists), "keep_progress", _die)
        stage.play_jobs(gos=1)
    assert school.report(sent.import_id).lines_added == 2_000

    stage.play_jobs()

    assert counts(school.report(sent.import_id)) == (5_000, 5_000, 0)
    assert len(stage.rows(sa.select(class_list_lines))) == 5_000


def test_lists_of_one_school_are_loaded_in_the_order_they_came(stage: Stage, school: School) -> None:
    """The latest list's word stands, however long the first one is."""
    pupil = "Élan;Zoé;14/03/2009;{};general;\n"
    first = HEADING + "".join(f"Nom{number};Zoé;14/03/2009;seconde;general;\n" for number in range(2_500))
    for content in (first + pupil.format("seconde"), HEADING + pupil.format("premiere")):
        request = pb.ImportClassListRequest(partner_id=school.partner_id, season=SEASON, content=content.encode())
        stage.call("ImportClassList", request, school.delegate.token)

    stage.play_jobs()

    assert len(stage.rows(sa.select(class_list_lines).where(class_list_lines.c.level == "premiere"))) == 1


def test_a_report_downloads_as_csv_for_its_school_alone(stage: Stage, school: School) -> None:
    """Line, column, code and sentence of each problem, and nothing of the file."""
    report = school.send((HEADING + "=cmd;Zoé;hier;seconde;general;\n").encode())
    request = pb.GetClassListReportRequest(partner_id=school.partner_id, import_id=report.import_id)

    file = stage.call("GetClassListReport", request, school.delegate.token)

    assert file.content.decode("utf-8-sig").splitlines()[1].startswith("2;date_naissance;birth_date_unreadable;")
    assert b"cmd" not in file.content
    other = School(stage)
    theirs = pb.GetClassListReportRequest(partner_id=other.partner_id, import_id=report.import_id)
    with pytest.raises(PeerRefused, match="import_unknown"):
        stage.call("GetClassListReport", theirs, other.delegate.token)


def test_a_school_sees_its_latest_lists(stage: Stage, school: School) -> None:
    """The latest first, with their counts and without their problems."""
    for name in ("a", "b"):
        stage.clock.instant += timedelta(minutes=1)
        school.send((HEADING + f"{name};Zoé;14/03/2009;seconde;general;\n;;;;;\nx\n").encode())
    request = pb.ListClassListImportsRequest(partner_id=school.partner_id)

    found = stage.call("ListClassListImports", request, school.delegate.token).imports

    assert [(counts(each), len(each.problems)) for each in found] == [((2, 1, 0), 0), ((2, 1, 0), 0)]
    assert found[0].imported_at.ToDatetime() > found[1].imported_at.ToDatetime()


def _die(*_: object) -> None:
    raise Operational("the worker was killed")


def test_an_import_of_another_establishment_is_unknown(school: School) -> None:
    """Its report tells lines of a list of names: not even whether it exists."""
    report = school.send(TWO.encode())
    other = School(school.stage, "0760002B")
    request = pb.GetClassListImportRequest(partner_id=other.partner_id, import_id=report.import_id)

    with pytest.raises(PeerRefused) as refused:
        other.stage.call("GetClassListImport", request, other.delegate.token)

    assert refused.value.reason == "import_unknown"
