"""What a partner has still to do, and what the authority does meanwhile: one list, from the partner's file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from atouts.partner.v1 import accreditations_pb2, organisations_pb2, proofs_pb2, terms_pb2

from gateway.web.pages.partner_space import Own
from gateway.web.partner_terms import Terms

Accreditation = accreditations_pb2.Accreditation
DRAFT = accreditations_pb2.ACCREDITATION_STATE_DRAFT
SUBMITTED = accreditations_pb2.ACCREDITATION_STATE_SUBMITTED
GRANTED = accreditations_pb2.ACCREDITATION_STATE_GRANTED
WITHDRAWN = accreditations_pb2.ACCREDITATION_STATE_WITHDRAWN
LIVE = (DRAFT, SUBMITTED, GRANTED)
_SIGNER = "seul le délégué principal peut la signer"


@dataclass(frozen=True, slots=True)
class Task:
    """`path`: where it is done. `note`: who else has to, where the visitor may not."""

    words: str
    path: str
    note: str = ""


def latest(partner: organisations_pb2.Partner) -> list[Accreditation]:
    """The last application for each category of each scheme, drafts first, then by what is under way."""
    found: dict[tuple[str, str], Accreditation] = {}
    for each in partner.accreditations:
        place = (each.scheme, each.category)
        if place not in found or each.version > found[place].version:
            found[place] = each
    return sorted(found.values(), key=lambda one: (one.state, one.scheme, one.category))


def live(partner: organisations_pb2.Partner) -> list[Accreditation]:
    """Those that are under way or granted."""
    return [each for each in latest(partner) if each.state in LIVE]


def to_do(own: Own, terms: Terms, day: str) -> list[Task]:
    """In the order in which it is best done; empty when the partner waits for nobody but the authority."""
    renewals = list(_renewals(own, terms, day))
    if not renewals and not live(own.partner):
        renewals = [Task("Choisir pour quoi vous demandez un agrément", f"{own.path}/demandes")]
    tasks = [*renewals, *_applications(own, terms), *_iban(own), *_proofs(own, terms)]
    return list(dict.fromkeys(tasks))


def waiting(own: Own, terms: Terms) -> list[str]:
    """What the authority has to do: nothing is asked of the partner for it."""
    partner = own.partner
    submitted = [each for each in latest(partner) if each.state == SUBMITTED]
    told = [f"Un agent étudie votre demande : {terms.title(each)}." for each in submitted]
    if partner.iban_state == organisations_pb2.IBAN_STATE_SUBMITTED:
        told.append(f"Un agent vérifie l’IBAN qui finit par {partner.iban_tail}.")
    proofs = [each for each in partner.payout_proofs if each.state == proofs_pb2.PAYOUT_PROOF_STATE_SUBMITTED]
    return told + ["Un agent regarde le justificatif que votre versement attend."] * bool(proofs)


def _renewals(own: Own, terms: Terms, day: str) -> Iterator[Task]:
    """What ended with its agreement comes back by the signature of the next one."""
    for each in latest(own.partner):
        if each.state == WITHDRAWN and "" < each.agreement_until < day:
            for found in terms.listed:
                until = found.charter.agreement_until
                if found.scheme == each.scheme and found.season != each.season and not "" < until < day:
                    yield _signature(own, found.title, found.scheme, found.season)


def _signature(own: Own, title: str, scheme: str, season: str) -> Task:
    path = f"{own.path}/charte/{scheme}/{season}"
    return Task(f"Lire et signer la charte : {title}", path, "" if own.signs else _SIGNER)


def _applications(own: Own, terms: Terms) -> Iterator[Task]:
    drafts = [each for each in live(own.partner) if each.state == DRAFT]
    titles = terms.document_titles(drafts, own.partner.kind)
    for kind in dict.fromkeys(kind for each in drafts for kind in each.documents_missing):
        yield Task(f"Envoyer la pièce : {titles.get(kind, 'pièce demandée')}", f"{own.path}/pieces?kind={kind}")
    for each in drafts:
        yield from _draft(own, terms, each)


def _draft(own: Own, terms: Terms, asked: Accreditation) -> Iterator[Task]:
    title = terms.title(asked)
    if any(not condition.met for condition in asked.conditions):
        yield Task(f"Compléter ce que vous déclarez : {title}", f"{own.path}/declarations")
    if not asked.charter_signed:
        yield _signature(own, terms.scheme_title(asked.scheme, asked.season), asked.scheme, asked.season)
    if asked.charter_signed and not asked.documents_missing:
        yield Task(f"Déposer la demande : {title}", f"{own.path}/demandes/{asked.accreditation_id}")


def _iban(own: Own) -> Iterator[Task]:
    if own.partner.iban_state == organisations_pb2.IBAN_STATE_MISSING:
        yield Task("Donner l’IBAN sur lequel être remboursé", f"{own.path}/iban")
    if own.partner.iban_state == organisations_pb2.IBAN_STATE_REFUSED:
        yield Task("Donner un autre IBAN : le vôtre est refusé", f"{own.path}/iban")


def _proofs(own: Own, terms: Terms) -> Iterator[Task]:
    granted = [each for each in live(own.partner) if each.state == GRANTED]
    for each in granted:
        for proof in terms.proofs(each):
            if not _is_sent(own.partner.payout_proofs, each, proof):
                path = f"{own.path}/justificatifs/{each.scheme}/{each.season}/{proof.hold_code}"
                yield Task(f"Envoyer ce que votre versement attend : {proof.title}", path)


def _is_sent(sent: Iterable[proofs_pb2.PayoutProof], granted: Accreditation, proof: terms_pb2.AskedProof) -> bool:
    """And not refused since."""
    place = (granted.scheme, granted.season, proof.hold_code)
    refused = proofs_pb2.PAYOUT_PROOF_STATE_REFUSED
    return any((one.scheme, one.season, one.hold_code) == place and one.state != refused for one in sent)
