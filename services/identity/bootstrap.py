"""The composition root: builds everything this process needs; nothing is built at import."""

from __future__ import annotations

from dataclasses import dataclass

from chassis import keys, service
from chassis.config import Settings
from chassis.files import DatabaseFiles
from chassis.grpc_server import Platform
from chassis.key_files import signing_pem
from rulebooks import Catalogue
from services.identity import config
from services.identity.adapters.access_tokens import SignedAccessTokens
from services.identity.adapters.email_addresses import EmailAddresses
from services.identity.adapters.passwords import Argon2Passwords
from services.identity.adapters.pictures import SafePictures
from services.identity.adapters.second_factors import TotpSecondFactors
from services.identity.application.card_checks import CheckParts
from services.identity.application.card_holders import CardHolders
from services.identity.application.class_lists import ClassListParts
from services.identity.application.enrolments import EnrolmentParts
from services.identity.application.guardians import GuardianParts
from services.identity.application.links import LinkParts
from services.identity.application.machines import MachineParts
from services.identity.application.ports import ClassLists, Passwords, Pictures
from services.identity.application.profiles import FactParts
from services.identity.application.proving import ProofParts
from services.identity.application.sign_in import SignInParts
from services.identity.application.staff import StaffParts
from services.identity.store.accounts import AccountRows, SignInFailureRows
from services.identity.store.card_checks import CardCheckRows
from services.identity.store.card_holders import CardHolderRows
from services.identity.store.card_images import CardImageRows
from services.identity.store.class_lists import ClassListRows
from services.identity.store.fact_history import FactRecordRows
from services.identity.store.guardians import ConsentRequestRows
from services.identity.store.identity_marks import IdentityMarkRows
from services.identity.store.mail_links import MailLinkRows
from services.identity.store.persons import PersonRows
from services.identity.store.recovery_codes import RecoveryCodeRows
from services.identity.store.schools import EnrolmentRows, EstablishmentRows
from services.identity.store.service_accounts import ServiceAccountRows
from services.identity.store.sessions import InvitationRows, SessionRows
from services.identity.store.staff_roles import StaffRoleRows
from services.identity.store.tables import CHASSIS


@dataclass(frozen=True, slots=True)
class Parts:
    """What the doors, handlers, the reader and the operator's commands are given."""

    platform: Platform
    settings: config.IdentitySettings
    catalogue: Catalogue
    account_keys: keys.KeyFolder
    emails: EmailAddresses
    passwords: Passwords
    pictures: Pictures
    signing_in: SignInParts
    links: LinkParts
    machines: MachineParts
    machine_rows: ServiceAccountRows
    staff: StaffParts
    cards: CheckParts
    card_holders: CardHolders
    schools: EnrolmentParts
    facts: FactParts
    fact_rows: FactRecordRows
    guardians: GuardianParts
    consent_rows: ConsentRequestRows
    class_lists: ClassLists
    imports: ClassListParts
    enrolment_rows: EnrolmentRows


def build(settings: Settings) -> Parts:
    """Everything but the card reader itself, which only the reader's process loads."""
    own = config.read(settings)
    folder = keys.folder(settings.keys_dir)
    cipher = service.cipher(settings)
    accounts, sessions, persons = AccountRows(cipher), SessionRows(cipher), PersonRows(cipher)
    second_factors, enrolments = TotpSecondFactors(), EnrolmentRows(cipher)
    access_tokens = SignedAccessTokens(folder.watched("accounts.pem", signing_pem))
    proofs = ProofParts(accounts, SignInFailureRows(cipher), second_factors, RecoveryCodeRows(cipher))
    links, machines, roles = MailLinkRows(cipher), ServiceAccountRows(cipher), StaffRoleRows()
    fact_rows, consent_rows, catalogue = FactRecordRows(cipher), ConsentRequestRows(cipher), Catalogue.load()
    facts = FactParts(persons, fact_rows)
    establishments, class_lists, files = EstablishmentRows(), ClassListRows(cipher), DatabaseFiles(cipher)
    return Parts(
        platform=service.platform(settings, CHASSIS),
        settings=own,
        catalogue=catalogue,
        account_keys=folder,
        emails=EmailAddresses(accept_test_domains=settings.mode.clock_may_move),
        passwords=Argon2Passwords(own.hashes_at_once, own.hashes_waiting),
        pictures=SafePictures(),
        signing_in=SignInParts(accounts, sessions, access_tokens, proofs),
        links=LinkParts(accounts, links, sessions),
        machines=MachineParts(machines, roles, access_tokens),
        machine_rows=machines,
        staff=StaffParts(accounts, InvitationRows(cipher), roles, sessions, second_factors, links),
        cards=CheckParts(
            persons,
            CardCheckRows(cipher),
            CardImageRows(),
            IdentityMarkRows(cipher),
            files,
            catalogue,
        ),
        card_holders=CardHolderRows(cipher),
        schools=EnrolmentParts(persons, enrolments, establishments, catalogue),
        facts=facts,
        fact_rows=fact_rows,
        guardians=GuardianParts(facts, consent_rows, accounts, catalogue),
        consent_rows=consent_rows,
        class_lists=class_lists,
        imports=ClassListParts(class_lists, establishments, catalogue, files),
        enrolment_rows=enrolments,
    )
