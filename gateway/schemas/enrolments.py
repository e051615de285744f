"""Enrolments at establishments, and their class lists."""

from __future__ import annotations

from atouts.identity.v1 import facts_pb2, schools_pb2
from marshmallow import fields

from gateway.schemas.facts import FactValues
from gateway.schemas.fields import Asked, Flag, Instant, Part, Shown, Strict, Text, Uai, Word
from gateway.schemas.paging import Page, Paged


class RequestEnrolment(Strict):
    scheme = Text(80, required=True)
    season = Text(20, required=True)
    uai = Uai(required=True)
    level = Text(80, required=True)
    track = Text(80, least=0)
    sector = Text(80, least=0)
    facts = FactValues("school")


class Enrolment(Shown):
    enrolment_id = fields.String()
    person_id = fields.String()
    scheme = fields.String()
    season = fields.String()
    uai = fields.String()
    level = fields.String()
    track = fields.String()
    sector = fields.String()
    state = Word(facts_pb2.EnrolmentState)
    reason = fields.String()
    on_list = fields.Boolean()
    differences = fields.List(fields.String())
    surname = fields.String()
    given_names = fields.String()
    birth_date = fields.String()
    facts = FactValues("school")
    returning = fields.Boolean()
    requested_at = Instant()


class EnrolmentAnswer(Shown):
    enrolment = Part(Enrolment)


class Enrolments(Shown):
    enrolments = fields.List(Part(Enrolment))


class SchoolEnrolmentsQuery(Page):
    state = Word(facts_pb2.EnrolmentState)
    season = Text(20)
    returning = Asked()


class SchoolEnrolments(Paged):
    enrolments = fields.List(Part(Enrolment))


class EnrolmentDecision(Strict):
    validate_ = Flag(required=True, data_key="validate", attribute="validate")
    reason = Text(500, least=0)
    level = Text(80, least=0)
    track = Text(80, least=0)
    sector = Text(80, least=0)
    facts = FactValues("school")


class ValidateListed(Strict):
    scheme = Text(80, required=True)
    season = Text(20, required=True)
    page_token = Text(500, least=0)
    returning = Flag()


class ListedValidated(Shown):
    validated = fields.Integer()
    left = fields.Integer()
    next_page_token = fields.String()


class ClassListQuery(Strict):
    season = Text(20, required=True)
    filename = Text(200, required=True)


class LineProblem(Shown):
    line = fields.Integer()
    column = fields.String()
    code = fields.String()
    sentence = fields.String()


class ClassListImport(Shown):
    import_id = fields.String()
    filename = fields.String()
    lines_read = fields.Integer()
    lines_added = fields.Integer()
    lines_known = fields.Integer()
    problems = fields.List(Part(LineProblem))
    imported_at = Instant()
    state = Word(schools_pb2.ClassListImportState)
    lines_total = fields.Integer()
    lines_faulty = fields.Integer()
    season = fields.String()


class ClassListAnswer(Shown):
    import_ = Part(ClassListImport, data_key="import", attribute="import")


class ClassLists(Shown):
    imports = fields.List(Part(ClassListImport))


class SchoolQueue(Shown):
    partner_id = fields.String()
    uai = fields.String()
    academy = fields.String()
    scheme = fields.String()
    season = fields.String()
    waiting = fields.Integer()
    on_list = fields.Integer()
    differing = fields.Integer()
    unlisted = fields.Integer()
    returning = fields.Integer()
    oldest_at = Instant()


class SchoolQueues(Shown):
    queues = fields.List(Part(SchoolQueue))


class AcademyQueue(Shown):
    academy = fields.String()
    schools = fields.Integer()
    waiting = fields.Integer()
    oldest_at = Instant()


class SchoolQueuesQuery(Page):
    academy = Text(40)


class AllSchoolQueues(Paged):
    academies = fields.List(Part(AcademyQueue))
    queues = fields.List(Part(SchoolQueue))
