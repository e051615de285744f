"""Withdrawing an accreditation: it bites once the wallet has committed it, and is said to bite only then.

Three steps, none of which calls the wallet inside a transaction: `open_withdrawal` writes it here with a job
that goes on until it is done; the wallet is told; `confirm` notes that and publishes. The caller tries the
wallet at once; when it is away, the job does.
"""

from __future__ import annotations

from dataclasses import dataclass

from chassis.work import Work
from services.partner.application.accreditations import list_anew, locked, publish_fact, schedule_end
from services.partner.application.dossiers import dossier_of, rulebooks_of
from services.partner.application.ports import Ports
from services.partner.domain.accreditation import Accreditation, Dossier, State, signed_for
from services.partner.domain.texts import written_reason

STOP_JOB = "stop_accreditation"
AGREEMENT_ENDED = "Votre convention a pris fin : signez la nouvelle charte à la page /espace-partenaire."


@dataclass(frozen=True, slots=True)
class WithdrawAccreditation:
    """Staff take a granted accreditation back, and say why."""

    accreditation_id: str
    reason: str


def open_withdrawal(work: Work, ports: Ports, command: WithdrawAccreditation) -> Accreditation:
    """Withdrawn here, and pending; asked again, it stays as it is. Raises NotGranted, ReasonNeeded, TextRefused."""
    reason = written_reason(command.reason)
    _, accreditation = locked(work, ports, command.accreditation_id)
    if accreditation.state is State.WITHDRAWN:
        return accreditation
    withdrawn = accreditation.withdrawn(reason)
    _stop(work, ports, withdrawn)
    work.audit("withdraw_accreditation", withdrawn.accreditation_id, after={"reason": reason})
    return withdrawn


def end_with_agreement(work: Work, ports: Ports, accreditation_id: str) -> None:
    """The agreement's last day is over: without the signature of one that goes on, the accreditation ends with it."""
    partner, accreditation = locked(work, ports, accreditation_id)
    if accreditation.state is not State.GRANTED:
        return
    signed = ports.charters.of_partners(work, [partner.partner_id])[partner.partner_id]
    versions = {version for scheme, version in signed if scheme == accreditation.scheme}
    covering = signed_for(rulebooks_of(work, ports, accreditation.scheme), versions, work.today)
    if covering is not None:
        schedule_end(work, accreditation, covering)
        return
    lapsed = accreditation.lapse(AGREEMENT_ENDED)
    _stop(work, ports, lapsed)
    work.audit("end_with_agreement", lapsed.accreditation_id, after={"state": lapsed.state})


def _stop(work: Work, ports: Ports, withdrawn: Accreditation) -> None:
    ports.accreditations.save(work, withdrawn)
    key = f"{withdrawn.accreditation_id}/{withdrawn.version}"
    work.schedule(STOP_JOB, key, work.now, {"accreditation_id": withdrawn.accreditation_id})


def confirm(work: Work, ports: Ports, accreditation_id: str) -> Dossier:
    """The wallet has committed the withdrawal: say so, once, whoever comes first."""
    partner, accreditation = locked(work, ports, accreditation_id)
    if accreditation.withdrawal_pending:
        accreditation = accreditation.stopped()
        ports.accreditations.save(work, accreditation)
        publish_fact(work, "accreditation_withdrawn", accreditation)
        list_anew(work, ports, partner)
    return dossier_of(work, ports, accreditation)
