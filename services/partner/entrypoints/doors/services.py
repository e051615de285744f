"""What other services ask: names to show, whom to write to, accounts to pay to, and states to rebuild from."""

from __future__ import annotations

from atouts.partner.v1 import accreditations_pb2, organisations_pb2

from chassis.work import Work
from services.partner.application import partners
from services.partner.bootstrap import Parts
from services.partner.entrypoints import messages
from services.partner.entrypoints.requests import identifier, identifiers
from services.partner.store import views


class ServiceDoor:
    """For services under their own names."""

    def __init__(self, parts: Parts) -> None:
        self._ports = parts.ports

    def look_up_partners(
        self, work: Work, request: organisations_pb2.LookUpPartnersRequest
    ) -> organisations_pb2.LookUpPartnersResponse:
        partner_ids = identifiers(list(request.partner_ids), "partner_ids")
        known = partners.public_by_ids(work, self._ports, partner_ids)
        return organisations_pb2.LookUpPartnersResponse(partners=map(messages.public_partner, known))

    def list_partner_contacts(
        self, work: Work, request: organisations_pb2.ListPartnerContactsRequest
    ) -> organisations_pb2.ListPartnerContactsResponse:
        delegates = self._ports.delegates.of_partner(work, identifier(request.partner_id, "partner_id"))
        return organisations_pb2.ListPartnerContactsResponse(
            account_ids=[delegate.account_id for delegate in delegates.principals]
        )

    def look_up_bank_accounts(
        self, work: Work, request: organisations_pb2.LookUpBankAccountsRequest
    ) -> organisations_pb2.LookUpBankAccountsResponse:
        partner_ids = identifiers(list(request.partner_ids), "partner_ids")
        known = self._ports.accounts.of_partners(work, partner_ids)
        in_use = [accounts.in_use for accounts in known.values() if accounts.in_use]
        return organisations_pb2.LookUpBankAccountsResponse(
            accounts=[
                organisations_pb2.BankAccount(
                    partner_id=account.partner_id,
                    iban=account.iban,
                    holder=account.holder,
                    version=account.version,
                )
                for account in in_use
            ]
        )

    def list_accreditations(
        self, work: Work, request: accreditations_pb2.ListAccreditationsRequest
    ) -> accreditations_pb2.ListAccreditationsResponse:
        page, token = views.published_accreditations(work, request.page_token)
        return accreditations_pb2.ListAccreditationsResponse(
            accreditations=map(messages.published_accreditation, page), next_page_token=token
        )

    def list_establishments(
        self, work: Work, request: organisations_pb2.ListEstablishmentsRequest
    ) -> organisations_pb2.ListEstablishmentsResponse:
        page, token = views.registered_establishments(work, request.page_token)
        return organisations_pb2.ListEstablishmentsResponse(
            establishments=[
                organisations_pb2.Establishment(
                    partner_id=row.partner_id,
                    uai=row.uai,
                    establishment_kind=row.establishment_kind,
                    region=row.region,
                    version=row.version,
                )
                for row in page
            ],
            next_page_token=token,
        )

    def list_grants(
        self, work: Work, request: organisations_pb2.ListGrantsRequest
    ) -> organisations_pb2.ListGrantsResponse:
        page, token = views.delegates_grants(work, request.page_token)
        return organisations_pb2.ListGrantsResponse(
            grants=[
                organisations_pb2.Grant(
                    account_id=row.account_id, scope=row.scope, roles=row.roles, version=row.version
                )
                for row in page
            ],
            next_page_token=token,
        )
