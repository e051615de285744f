"""Organisations, their documents, bank accounts and delegates."""

from __future__ import annotations

from atouts.partner.v1 import organisations_pb2 as pb

from chassis import grants
from chassis.work import Work
from services.partner.application import bank_accounts, declarations, delegates, documents, partners
from services.partner.application.bank_accounts import SubmitIban, VerifyIban
from services.partner.application.declarations import ChangeDeclarations
from services.partner.application.delegates import AddDelegate, RemoveDelegate
from services.partner.application.documents import UploadDocument
from services.partner.application.partners import RecordStaffFact
from services.partner.bootstrap import Parts
from services.partner.entrypoints import messages
from services.partner.entrypoints.requests import identifier, registration, value_of


class PartnerDoor:
    """For delegates, and for staff who read and check."""

    def __init__(self, parts: Parts) -> None:
        self._ports = parts.ports

    def register_partner(self, work: Work, request: pb.RegisterPartnerRequest) -> pb.RegisterPartnerResponse:
        file = partners.register(work, self._ports, registration(request))
        return pb.RegisterPartnerResponse(partner=messages.partner(file))

    def get_partner(self, work: Work, request: pb.GetPartnerRequest) -> pb.GetPartnerResponse:
        partner = self._ports.partners.get(work, identifier(request.partner_id, "partner_id"))
        return pb.GetPartnerResponse(partner=messages.partner(partners.file_of(work, self._ports, partner)))

    def record_staff_fact(self, work: Work, request: pb.RecordStaffFactRequest) -> pb.RecordStaffFactResponse:
        partner_id = identifier(request.partner_id, "partner_id")
        command = RecordStaffFact(partner_id, request.fact.name, value_of(request.fact), request.reason)
        file = partners.record_staff_fact(work, self._ports, command)
        return pb.RecordStaffFactResponse(partner=messages.partner(file))

    def change_declarations(self, work: Work, request: pb.ChangeDeclarationsRequest) -> pb.ChangeDeclarationsResponse:
        said = {declaration.name: value_of(declaration) for declaration in request.declarations}
        command = ChangeDeclarations(identifier(request.partner_id, "partner_id"), said)
        file = declarations.change(work, self._ports, command)
        return pb.ChangeDeclarationsResponse(partner=messages.partner(file))

    def list_my_partners(self, work: Work, _request: pb.ListMyPartnersRequest) -> pb.ListMyPartnersResponse:
        scopes = grants.scopes_of(work.session, work.tables, work.authority_id, work.context.account_id)
        prefix = grants.partner_scope("")
        mine = [scope.removeprefix(prefix) for scope in scopes if scope.startswith(prefix)]
        files = partners.files_of(work, self._ports, partners.by_ids(work, self._ports, mine))
        return pb.ListMyPartnersResponse(partners=map(messages.partner, files))

    def upload_document(self, work: Work, request: pb.UploadDocumentRequest) -> pb.UploadDocumentResponse:
        command = UploadDocument(
            identifier(request.partner_id, "partner_id"), request.kind, request.filename, request.content
        )
        document = documents.upload(work, self._ports, command)
        return pb.UploadDocumentResponse(document=messages.document(document))

    def get_document(self, work: Work, request: pb.GetDocumentRequest) -> pb.GetDocumentResponse:
        document, file = documents.open_document(
            work,
            self._ports,
            identifier(request.partner_id, "partner_id"),
            identifier(request.document_id, "document_id"),
        )
        return pb.GetDocumentResponse(
            document=messages.document(document), content=file.content, media_type=file.media_type
        )

    def submit_iban(self, work: Work, request: pb.SubmitIbanRequest) -> pb.SubmitIbanResponse:
        command = SubmitIban(identifier(request.partner_id, "partner_id"), request.iban, request.holder)
        accounts = bank_accounts.submit(work, self._ports, command)
        tail = accounts.shown.tail if accounts.shown else ""
        return pb.SubmitIbanResponse(iban_state=messages.iban_state(accounts.state), iban_tail=tail)

    def list_waiting_ibans(self, work: Work, request: pb.ListWaitingIbansRequest) -> pb.ListWaitingIbansResponse:
        found, token = bank_accounts.waiting(work, self._ports, request.page_token)
        return pb.ListWaitingIbansResponse(accounts=map(messages.waiting_iban, found), next_page_token=token)

    def verify_iban(self, work: Work, request: pb.VerifyIbanRequest) -> pb.VerifyIbanResponse:
        partner_id = identifier(request.partner_id, "partner_id")
        command = VerifyIban(partner_id, request.accept, request.reason, request.version)
        accounts = bank_accounts.verify(work, self._ports, command)
        return pb.VerifyIbanResponse(iban_state=messages.iban_state(accounts.state))

    def add_delegate(self, work: Work, request: pb.AddDelegateRequest) -> pb.AddDelegateResponse:
        command = AddDelegate(
            identifier(request.partner_id, "partner_id"),
            identifier(request.account_id, "account_id"),
            tuple(request.roles),
        )
        delegate = delegates.add(work, self._ports, command)
        return pb.AddDelegateResponse(delegate=messages.delegate(delegate))

    def remove_delegate(self, work: Work, request: pb.RemoveDelegateRequest) -> pb.RemoveDelegateResponse:
        command = RemoveDelegate(
            identifier(request.partner_id, "partner_id"), identifier(request.account_id, "account_id")
        )
        delegates.remove(work, self._ports, command)
        return pb.RemoveDelegateResponse()
