"""Accreditations: applied for by delegates, decided and withdrawn by staff, shown to all."""

from __future__ import annotations

from atouts.partner.v1 import accreditations_pb2 as pb

from chassis import logs
from chassis.errors import Operational
from chassis.grpc_server import Call, direct
from chassis.work import Work
from services.partner.application import accreditations, withdrawals
from services.partner.application.accreditations import (
    ApplyForAccreditation,
    DecideAccreditation,
    SignCharter,
)
from services.partner.application.dossiers import dossier_of, dossiers_of
from services.partner.application.withdrawals import WithdrawAccreditation
from services.partner.bootstrap import Parts
from services.partner.domain.accreditation import Accreditation, Dossier
from services.partner.entrypoints import messages
from services.partner.entrypoints.requests import identifier, state_or_submitted
from services.partner.store import views

_log = logs.get(__name__)


class AccreditationDoor:
    """From an application to its end, and the public directory."""

    def __init__(self, parts: Parts) -> None:
        self._ports = parts.ports
        self._platform = parts.platform

    def apply_for_accreditation(
        self, work: Work, request: pb.ApplyForAccreditationRequest
    ) -> pb.ApplyForAccreditationResponse:
        command = ApplyForAccreditation(
            identifier(request.partner_id, "partner_id"), request.scheme, request.season, request.category
        )
        dossier = accreditations.apply(work, self._ports, command)
        return pb.ApplyForAccreditationResponse(accreditation=messages.dossier(dossier))

    def sign_charter(self, work: Work, request: pb.SignCharterRequest) -> pb.SignCharterResponse:
        command = SignCharter(
            identifier(request.partner_id, "partner_id"),
            request.scheme,
            request.season,
            request.charter_version,
            request.sworn,
        )
        accreditations.sign_charter(work, self._ports, command)
        return pb.SignCharterResponse()

    def submit_application(self, work: Work, request: pb.SubmitApplicationRequest) -> pb.SubmitApplicationResponse:
        dossier = accreditations.submit(
            work,
            self._ports,
            identifier(request.partner_id, "partner_id"),
            identifier(request.accreditation_id, "accreditation_id"),
        )
        return pb.SubmitApplicationResponse(accreditation=messages.dossier(dossier))

    def list_applications(self, work: Work, request: pb.ListApplicationsRequest) -> pb.ListApplicationsResponse:
        page, token = views.applications(work, state_or_submitted(request.state), request.page_token)
        partners = self._ports.partners.many(work, {one.partner_id for one in page})
        return pb.ListApplicationsResponse(
            applications=[
                messages.application(dossier, partners[dossier.accreditation.partner_id])
                for dossier in dossiers_of(work, self._ports, page)
            ],
            next_page_token=token,
        )

    def decide_accreditation(
        self, work: Work, request: pb.DecideAccreditationRequest
    ) -> pb.DecideAccreditationResponse:
        accreditation_id = identifier(request.accreditation_id, "accreditation_id")
        command = DecideAccreditation(accreditation_id, request.accept, request.reason)
        dossier = accreditations.decide(work, self._ports, command)
        return pb.DecideAccreditationResponse(accreditation=messages.dossier(dossier))

    @direct
    def withdraw_accreditation(
        self, call: Call, request: pb.WithdrawAccreditationRequest
    ) -> pb.WithdrawAccreditationResponse:
        """Answers effective only when the wallet has committed it; else a job goes on telling it."""
        command = WithdrawAccreditation(identifier(request.accreditation_id, "accreditation_id"), request.reason)
        withdrawn = self._platform.database.run(
            lambda session: withdrawals.open_withdrawal(
                self._platform.work(session, call.context), self._ports, command
            )
        )
        dossier = self._told(call, withdrawn)
        return pb.WithdrawAccreditationResponse(
            accreditation=messages.dossier(dossier), effective=dossier.accreditation.effective
        )

    def search_directory(self, work: Work, request: pb.SearchDirectoryRequest) -> pb.SearchDirectoryResponse:
        entries, token = views.directory(work, request.category, request.city, request.page_token)
        return pb.SearchDirectoryResponse(entries=map(messages.directory_entry, entries), next_page_token=token)

    def _told(self, call: Call, withdrawn: Accreditation) -> Dossier:
        """The wallet was told, or is away and will be."""
        told = self._try_to_tell(call, withdrawn) if withdrawn.withdrawal_pending else False

        def see(work: Work) -> Dossier:
            if told:
                return withdrawals.confirm(work, self._ports, withdrawn.accreditation_id)
            return dossier_of(work, self._ports, withdrawn)

        return self._platform.database.run(lambda session: see(self._platform.work(session, call.context)))

    def _try_to_tell(self, call: Call, withdrawn: Accreditation) -> bool:
        try:
            self._ports.tills.stop(call.context.authority_id, withdrawn)
        except Operational as error:
            _log.warning("withdrawal pending", accreditation=withdrawn.accreditation_id, reason=str(error))
            return False
        return True
