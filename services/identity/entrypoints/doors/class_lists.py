"""Class lists: sending one, how far its loading is, its report."""

from __future__ import annotations

from atouts.identity.v1 import schools_pb2 as pb

from chassis.grpc_server import Call, direct
from chassis.work import Work
from services.identity.application import class_lists as use
from services.identity.bootstrap import Parts
from services.identity.domain.class_list import ClassListFile, ImportReport, report_csv
from services.identity.entrypoints.parsing import a_timestamp, an_id
from services.identity.entrypoints.transactions import in_transaction

_SHOWN = 20


class ClassListDoor:
    """The policy has proven that the caller is a delegate of the request's `partner_id`."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    @direct
    def import_class_list(self, call: Call, request: pb.ImportClassListRequest) -> pb.ImportClassListResponse:
        command = use.ImportClassList(
            partner_id=an_id(request.partner_id, "partner_id"),
            season=request.season,
            filename=request.filename,
            content=request.content,
            lines=ClassListFile(request.content).lines,  # a second for a long file: outside the transaction
        )
        report = in_transaction(
            self._parts.platform, call.context, lambda work: use.import_class_list(work, self._parts.imports, command)
        )
        return pb.ImportClassListResponse(**{"import": _message(report)})

    def get_class_list_import(self, work: Work, request: pb.GetClassListImportRequest) -> pb.GetClassListImportResponse:
        report = self._own(work, request.partner_id, request.import_id)
        return pb.GetClassListImportResponse(**{"import": _message(report)})

    def list_class_list_imports(
        self, work: Work, request: pb.ListClassListImportsRequest
    ) -> pb.ListClassListImportsResponse:
        partner_id = an_id(request.partner_id, "partner_id")
        found = self._parts.imports.lists.latest_imports(work, partner_id, _SHOWN)
        return pb.ListClassListImportsResponse(imports=map(_message, found))

    def get_class_list_report(self, work: Work, request: pb.GetClassListReportRequest) -> pb.GetClassListReportResponse:
        report = self._own(work, request.partner_id, request.import_id)
        return pb.GetClassListReportResponse(
            content=report_csv(report), media_type="text/csv; charset=utf-8", filename="compte-rendu.csv"
        )

    def _own(self, work: Work, partner_id: str, import_id: str) -> ImportReport:
        own = an_id(partner_id, "partner_id")
        return use.own_import(work, self._parts.imports.lists, own, an_id(import_id, "import_id"))


def _message(report: ImportReport) -> pb.ClassListImport:
    is_loaded = report.is_loaded
    return pb.ClassListImport(
        import_id=report.import_id,
        season=report.season,
        filename=report.filename,
        state=pb.CLASS_LIST_IMPORT_STATE_LOADED if is_loaded else pb.CLASS_LIST_IMPORT_STATE_LOADING,
        lines_total=report.lines_total,
        lines_read=report.lines_read,
        lines_added=report.lines_added,
        lines_known=report.lines_known,
        lines_faulty=report.lines_faulty,
        problems=[
            pb.LineProblem(line=found.line, column=found.column, code=found.code, sentence=found.sentence)
            for found in report.problems
        ],
        imported_at=a_timestamp(report.imported_at),
    )
