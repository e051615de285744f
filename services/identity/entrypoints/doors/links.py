"""Links in mails: asking for one, following it, recovering an account, changing its address."""

from __future__ import annotations

from atouts.identity.v1 import credentials_pb2 as pb

from chassis.clock import machine_now
from chassis.grpc_server import Call, direct
from chassis.work import Work
from services.identity.application import links as use
from services.identity.application import recovery
from services.identity.bootstrap import Parts
from services.identity.domain.accounts import fit_password
from services.identity.domain.mail_links import LinkPurpose
from services.identity.entrypoints.doors.own_password import password_proof
from services.identity.entrypoints.parsing import ids
from services.identity.entrypoints.transactions import in_transaction

_PURPOSES = {
    LinkPurpose.CONFIRM: pb.LINK_PURPOSE_CONFIRM,
    LinkPurpose.RECOVER: pb.LINK_PURPOSE_RECOVER,
    LinkPurpose.CHANGE: pb.LINK_PURPOSE_CHANGE,
    LinkPurpose.UNDO: pb.LINK_PURPOSE_UNDO,
    LinkPurpose.INVITE: pb.LINK_PURPOSE_INVITE,
}


class LinkDoor:
    """Instants here are machine time."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._links = parts.links

    def look_up_mail_links(self, work: Work, request: pb.LookUpMailLinksRequest) -> pb.LookUpMailLinksResponse:
        wanted = ids(request.link_ids, "link_ids")
        found = use.open_links(work, self._links.links, wanted, machine_now())
        links = [
            pb.MailLink(link_id=link.link_id, purpose=_PURPOSES[link.purpose], email=link.email, token=token)
            for link, token in found
        ]
        now = self._parts.platform.clock.now()  # a guardian's days are the procedure's, not the machine's
        links += [
            pb.MailLink(link_id=request_id, purpose=pb.LINK_PURPOSE_CONSENT, email=email, token=token)
            for request_id, email, token in self._parts.consent_rows.open_links(work, wanted, now)
        ]
        return pb.LookUpMailLinksResponse(links=links)

    def ask_confirmation(self, work: Work, _request: pb.AskConfirmationRequest) -> pb.AskConfirmationResponse:
        use.ask_confirmation(work, self._links, machine_now())
        return pb.AskConfirmationResponse()

    def ask_recovery(self, work: Work, request: pb.AskRecoveryRequest) -> pb.AskRecoveryResponse:
        recovery.ask_recovery(work, self._links, self._parts.emails.as_typed(request.email), machine_now())
        return pb.AskRecoveryResponse()

    @direct
    def recover_account(self, call: Call, request: pb.RecoverAccountRequest) -> pb.RecoverAccountResponse:
        platform, links, at = self._parts.platform, self._links, machine_now()
        email = in_transaction(
            platform, call.context, lambda work: recovery.recovering_email(work, links, request.token, at)
        )
        password_hash = self._parts.passwords.hash(fit_password(request.password, email))
        command = recovery.RecoverAccount(request.token, password_hash, request.second_factor_code, at)
        proofs = self._parts.signing_in.proofs
        in_transaction(platform, call.context, lambda work: recovery.recover(work, links, proofs, command))
        return pb.RecoverAccountResponse()

    @direct
    def ask_email_change(self, call: Call, request: pb.AskEmailChangeRequest) -> pb.AskEmailChangeResponse:
        email = self._parts.emails.normal(request.email)
        command = recovery.AskEmailChange(password_proof(self._parts, call.context, request.password), email)
        links, proofs = self._links, self._parts.signing_in.proofs
        in_transaction(
            self._parts.platform,
            call.context,
            lambda work: recovery.ask_email_change(work, links, proofs, command),
        )
        return pb.AskEmailChangeResponse()

    def follow_mail_link(self, work: Work, request: pb.FollowMailLinkRequest) -> pb.FollowMailLinkResponse:
        purpose = use.follow(work, self._links, request.token, machine_now())
        return pb.FollowMailLinkResponse(purpose=_PURPOSES[purpose])
