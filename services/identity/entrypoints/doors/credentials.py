"""One's own password, second factor and recovery codes."""

from __future__ import annotations

from atouts.identity.v1 import credentials_pb2 as pb

from chassis.clock import machine_now
from chassis.context import CallContext
from chassis.grpc_server import Call, direct
from chassis.work import Work
from services.identity.application import credentials as use
from services.identity.bootstrap import Parts
from services.identity.domain.accounts import fit_password
from services.identity.entrypoints.doors.own_password import password_proof
from services.identity.entrypoints.transactions import in_transaction


class CredentialDoor:
    """Passwords are hashed with no transaction open."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._proofs = parts.signing_in.proofs
        self._sessions = parts.signing_in.sessions

    @direct
    def change_password(self, call: Call, request: pb.ChangePasswordRequest) -> pb.ChangePasswordResponse:
        proof = password_proof(self._parts, call.context, request.password)
        fit = fit_password(request.new_password, proof.account.email)
        # A wrong password is refused, and counted, without the time of a second hash.
        command = use.ChangePassword(proof, self._parts.passwords.hash(fit) if proof.matches else "")
        in_transaction(
            self._parts.platform,
            call.context,
            lambda work: use.change_password(work, self._proofs, self._sessions, command),
        )
        return pb.ChangePasswordResponse()

    @direct
    def begin_second_factor(self, call: Call, request: pb.BeginSecondFactorRequest) -> pb.BeginSecondFactorResponse:
        proof = password_proof(self._parts, call.context, request.password)
        uri = in_transaction(
            self._parts.platform, call.context, lambda work: use.begin_second_factor(work, self._proofs, proof)
        )
        return pb.BeginSecondFactorResponse(second_factor_uri=uri)

    def confirm_second_factor(
        self, work: Work, request: pb.ConfirmSecondFactorRequest
    ) -> pb.ConfirmSecondFactorResponse:
        code = request.second_factor_code
        codes = use.confirm_second_factor(work, self._proofs, self._sessions, code, machine_now())
        return pb.ConfirmSecondFactorResponse(recovery_codes=codes)

    @direct
    def remove_second_factor(self, call: Call, request: pb.RemoveSecondFactorRequest) -> pb.RemoveSecondFactorResponse:
        command = self._factor_proof(call.context, request)
        in_transaction(
            self._parts.platform,
            call.context,
            lambda work: use.remove_second_factor(work, self._proofs, self._sessions, command),
        )
        return pb.RemoveSecondFactorResponse()

    @direct
    def renew_recovery_codes(self, call: Call, request: pb.RenewRecoveryCodesRequest) -> pb.RenewRecoveryCodesResponse:
        command = self._factor_proof(call.context, request)
        codes = in_transaction(
            self._parts.platform, call.context, lambda work: use.renew_recovery_codes(work, self._proofs, command)
        )
        return pb.RenewRecoveryCodesResponse(recovery_codes=codes)

    def _factor_proof(
        self, context: CallContext, request: pb.RemoveSecondFactorRequest | pb.RenewRecoveryCodesRequest
    ) -> use.FactorProof:
        return use.FactorProof(password_proof(self._parts, context, request.password), request.second_factor_code)
