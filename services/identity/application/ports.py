"""What the use cases need of the world; `store` and `adapters` give it. Ids are UUIDs as text.

Repositories take the authority from the work's context. `lock…` keeps a row until the work is committed; locks
are taken in this order: account, mail link, sign-in failures, session, person, check or enrolment.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Protocol

from chassis.work import Work
from services.identity.domain.accounts import Account, Invitation
from services.identity.domain.card_checks import CardCheck, CheckPicture, CheckState, Lease, Marks, Place, Ruling
from services.identity.domain.card_decisions import Decision, Word
from services.identity.domain.class_list import ImportReport, Pupil
from services.identity.domain.documents import Reading
from services.identity.domain.enrolments import Enrolment, Establishment
from services.identity.domain.fact_history import FactRecord
from services.identity.domain.guardians import ConsentRequest
from services.identity.domain.machines import Machine
from services.identity.domain.mail_links import LinkPurpose, MailLink
from services.identity.domain.profiles import Person
from services.identity.domain.schooling import Schooling
from services.identity.domain.sessions import Failures, HeldToken, OpenSession, Session


class Accounts(Protocol):
    """Accounts by id, and by e-mail address through its keyed hash."""

    def find(self, work: Work, account_id: str) -> Account | None: ...

    def lock(self, work: Work, account_id: str) -> Account | None: ...

    def find_by_email(self, work: Work, email: str) -> Account | None: ...

    def emails_of(self, work: Work, account_ids: Sequence[str]) -> Mapping[str, str]:
        """Addresses of those that exist, by id."""

    def page_of_staff(self, work: Work, page_token: str) -> tuple[list[Account], str]:
        """Staff's accounts by id, those that nobody opened yet too, and the next page's token."""

    def add(self, work: Work, account: Account) -> bool:
        """False when the address has an account already."""

    def keep_credentials(self, work: Work, account: Account) -> None:
        """Password hash and second factor."""

    def confirm(self, work: Work, account_id: str, at: datetime) -> None:
        """The address is its owner's; the first time counts."""

    def move(self, work: Work, account_id: str, email: str, at: datetime) -> bool:
        """A new address, confirmed; False when it has an account already."""

    def offer_factor(self, work: Work, account_id: str, secret: str) -> None:
        """A second factor that a code must confirm; an empty one takes the offer back."""

    def offered_factor(self, work: Work, account_id: str) -> str:
        """Its secret, or empty."""

    def use_step(self, work: Work, account_id: str, step: int) -> bool:
        """True for the one caller that uses this step of the second factor, or a later one, first."""


class SignInFailures(Protocol):
    """Failed sign-ins by e-mail address, whether it has an account or not."""

    def get(self, work: Work, email: str) -> Failures: ...

    def lock(self, work: Work, email: str) -> Failures:
        """Begins a count when there is none: rivals wait here."""

    def keep(self, work: Work, email: str, failures: Failures) -> None: ...

    def clear(self, work: Work, email: str) -> None: ...


class Sessions(Protocol):
    """Sessions and their refresh tokens, kept as keyed hashes."""

    def open(self, work: Work, session: Session, token: str, at: datetime) -> None: ...

    def lock_by_token(self, work: Work, token: str) -> HeldToken | None: ...

    def rotate(self, work: Work, session: Session, used: str, fresh: str, at: datetime) -> None: ...

    def revoke(self, work: Work, session_id: str, at: datetime) -> None: ...

    def revoke_all(self, work: Work, account_id: str, at: datetime) -> None: ...

    def revoke_others(self, work: Work, account_id: str, kept: str, at: datetime) -> None:
        """All but the session `kept`; all when it is empty."""

    def open_ones(self, work: Work, account_id: str, at: datetime) -> list[OpenSession]:
        """The latest used first."""


class MailLinks(Protocol):
    """Links in mails, by the keyed hash of their token."""

    def issue(self, work: Work, link: MailLink, token: str, at: datetime) -> None: ...

    def find(self, work: Work, token: str) -> MailLink | None: ...

    def lock(self, work: Work, token: str) -> MailLink | None: ...

    def end(self, work: Work, link: MailLink, at: datetime) -> None: ...

    def end_all(self, work: Work, account_id: str, purposes: Iterable[LinkPurpose], at: datetime) -> None: ...

    def end_later_than(self, work: Work, link: MailLink, at: datetime) -> None:
        """What was issued for the account after this link."""

    def count_since(self, work: Work, account_id: str, purpose: LinkPurpose, since: datetime) -> int: ...

    def holds_address(self, work: Work, email: str, but_for: str, at: datetime) -> bool:
        """Whether an account other than `but_for` may still take the address back."""

    def open_ones(self, work: Work, link_ids: Sequence[str], at: datetime) -> list[tuple[MailLink, str]]:
        """Links that are good, each with the address its mail goes to and its token."""

    def forget_old(self, work: Work, at: datetime) -> None:
        """A few that were over for a day, whosever they are, with the address that they sealed."""


class RecoveryCodes(Protocol):
    """Codes that stand in for a second factor, kept as keyed hashes."""

    def replace(self, work: Work, account_id: str, codes: Iterable[str]) -> None:
        """Those before are void."""

    def use(self, work: Work, account_id: str, code: str, at: datetime) -> bool:
        """True for the one caller that uses it first."""


class ServiceAccounts(Protocol):
    """Machines and their secrets, kept as keyed hashes."""

    def add(self, work: Work, machine: Machine, at: datetime) -> None: ...

    def lock(self, work: Work, account_id: str) -> Machine | None: ...

    def add_secret(self, work: Work, account_id: str, secret: str, at: datetime, others_end: datetime) -> None: ...

    def close(self, work: Work, account_id: str, at: datetime) -> None: ...

    def is_proven(self, work: Work, account_id: str, secret: str, at: datetime) -> bool: ...


class Invitations(Protocol):
    """Invitations of staff by token, kept as keyed hashes."""

    def add(self, work: Work, token: str, invitation: Invitation, at: datetime) -> None:
        """Earlier invitations of the account are void."""

    def lock(self, work: Work, token: str) -> Invitation | None: ...

    def use(self, work: Work, token: str, at: datetime) -> None: ...

    def ends_of(self, work: Work, account_ids: Sequence[str]) -> Mapping[str, datetime]:
        """The last instant of each account's invitation that nobody used, where there is one."""


class StaffRoles(Protocol):
    """Staff's roles for the authority: the grants that identity owns."""

    def of(self, work: Work, account_id: str) -> frozenset[str]: ...

    def change(self, work: Work, account_id: str, roles: Iterable[str]) -> int | None:
        """The grant's new version, or None when nothing changes."""


class Passwords(Protocol):
    """Slow on purpose, and bounded: never called inside a transaction. Raises chassis.errors.Overloaded."""

    def require_room(self) -> None:
        """Asked before anything is looked up: past capacity a call costs nothing."""

    def hash(self, password: str) -> str: ...

    def matches(self, password_hash: str, password: str) -> bool:
        """As slow for an empty hash (an unknown account) as for any other."""


class SecondFactors(Protocol):
    """RFC 6238 codes on machine time."""

    def new_secret(self) -> str: ...

    def step_of(self, secret: str, code: str, at: datetime) -> int | None:
        """The step that the code belongs to, now or one beside it."""

    def enrolment_uri(self, secret: str, email: str) -> str: ...


class AccessTokens(Protocol):
    """Signs what every service verifies by itself."""

    life_s: int

    def sign(self, account: Account, second_factor: bool, authority_id: str, session_id: str = "") -> str: ...

    def sign_machine(self, account_id: str, authority_id: str) -> str: ...


class Persons(Protocol):
    """Persons, by the id of their account."""

    def find(self, work: Work, person_id: str) -> Person | None: ...

    def lock(self, work: Work, person_id: str) -> Person | None: ...

    def add(self, work: Work, person: Person) -> bool:
        """False when a rival was first."""

    def keep(self, work: Work, person: Person, reason: str = "") -> None:
        """What was there before stays as a former version, with staff's reason."""

    def find_all(self, work: Work, person_ids: Sequence[str]) -> list[Person]: ...

    def lock_all(self, work: Work, person_ids: Sequence[str]) -> list[Person]:
        """In the order of their ids."""

    def rise(self, work: Work, person_ids: Sequence[str]) -> Mapping[str, int]:
        """The next version of these locked persons' facts, by id: nothing else of theirs changed."""


class FactHistory(Protocol):
    """Records of what was said of persons: appended, never changed."""

    def append(self, work: Work, records: Sequence[FactRecord]) -> None: ...

    def latest(self, work: Work, person_id: str, names: Sequence[str]) -> Mapping[str, FactRecord]:
        """The last record of each of these facts that has one, by name."""

    def latest_recorded(self, work: Work, person_id: str, names: Sequence[str]) -> Mapping[str, FactRecord]:
        """The same, without what the person said."""


class ConsentRequests(Protocol):
    """What guardians were asked, by id and by the token of their link, kept as a keyed hash."""

    def add(self, work: Work, request: ConsentRequest, token: str) -> None: ...

    def find(self, work: Work, request_id: str) -> ConsentRequest | None: ...

    def find_by_token(self, work: Work, token: str) -> ConsentRequest | None: ...

    def lock(self, work: Work, request_id: str) -> ConsentRequest | None: ...

    def keep(self, work: Work, request: ConsentRequest) -> None:
        """Its state, who answered, and no address once it has none."""

    def lapse_open(self, work: Work, person_id: str, scheme: str, season: str) -> None: ...

    def count_since(self, work: Work, person_id: str, since: datetime) -> int: ...

    def of_person(self, work: Work, person_id: str, most: int) -> list[ConsentRequest]:
        """The latest first."""

    def given_to(self, work: Work, person_id: str) -> list[ConsentRequest]:
        """Those that were given and count."""


class Pictures(Protocol):
    """Makes strangers' pictures safe, and says at once when one is useless."""

    def sides(self, files: Sequence[bytes]) -> tuple[bytes, ...]:
        """One or two new JPEG files, a side each, from one or two files (a PDF may hold both sides).

        Raises PictureRefused.
        """

    def portrait(self, content: bytes) -> bytes:
        """A new JPEG file, 40 kB at most, of a person's photo. Raises PictureRefused."""

    def preview(self, content: bytes) -> bytes:
        """A smaller JPEG file, 80 kB at most, of a picture that was made safe."""


class Reader(Protocol):
    """Reads one document at a time, about a second a side; never called inside a transaction."""

    def read(self, pictures: Sequence[bytes], on: date) -> Reading:
        """`pictures`: one or two sides, as `Pictures.sides` gives them."""


class CardChecks(Protocol):
    """Card checks, their line of waiting, and the words said on them."""

    def add(self, work: Work, check: CardCheck) -> bool:
        """False when the person has an open check."""

    def find(self, work: Work, check_id: str) -> CardCheck | None: ...

    def latest_of(self, work: Work, person_id: str) -> CardCheck | None: ...

    def lock(self, work: Work, check_id: str) -> CardCheck | None: ...

    def lock_leased(self, work: Work, lease: Lease) -> CardCheck | None:
        """None when the lease is no longer ours, or the check is decided."""

    def rule(self, work: Work, check: CardCheck, ruling: Ruling, word: Word) -> CardCheck:
        """Append a word that counts, and have the check stand as it says."""

    def note(self, work: Work, check: CardCheck, ruling: Ruling, word: Word) -> CardCheck:
        """Append a proposal, or the decline of one: the check stands as it stood."""

    def decisions(self, work: Work, check_ids: Sequence[str]) -> Mapping[str, Sequence[Decision]]:
        """All words by check, in their order; checks without any are left out."""

    def place(self, work: Work, check_id: str, at: datetime) -> Place:
        """Of a pending check, in the line, at an instant of machine time."""

    def page(self, work: Work, state: CheckState, after: str) -> tuple[list[CardCheck], str]: ...

    def page_of_proposed(self, work: Work, after: str) -> tuple[list[CardCheck], str]:
        """Those with a decision that waits for a second member of staff."""


class CardImages(Protocol):
    """Which files are the pictures of a check."""

    def add(self, work: Work, check_id: str, picture: CheckPicture) -> None: ...

    def of(self, work: Work, check_id: str) -> list[CheckPicture]:
        """By side, each before what was cut out of it."""

    def forget(self, work: Work, check_id: str) -> list[CheckPicture]:
        """None are the check's any more; those that were."""


class IdentityMarks(Protocol):
    """Which account a document and a person were proven for."""

    def document(self, text: str) -> bytes:
        """The keyed hash of what a document is known by."""

    def person(self, text: str) -> bytes:
        """The keyed hash of what a person is known by."""

    def claim(self, work: Work, marks: Marks, person_id: str, namesake: bool = False) -> tuple[str, ...]:
        """Codes of what is another's: none, and both marks are now this person's, or some, and nothing changed.

        A `namesake` of a person who is known already claims the document alone.
        """

    def taken(self, work: Work, marks: Marks, person_id: str) -> tuple[str, ...]:
        """Codes of what is another's now."""

    def unmarked(self, work: Work, after: str, most: int) -> list[str]:
        """Ids, after that one, of proven persons who have no mark."""

    def of_person(self, work: Work, person_id: str) -> list[bytes]:
        """Of the documents that this person was accepted with, and of the person."""

    def release(self, work: Work, document: bytes, person_id: str) -> None:
        """Give back this document, and the person, where they are this person's."""


class Establishments(Protocol):
    """Schools, as partner registered them."""

    def find(self, work: Work, partner_id: str) -> Establishment | None: ...

    def find_by_uai(self, work: Work, uai: str) -> Establishment | None: ...

    def find_all(self, work: Work, partner_ids: Iterable[str]) -> Mapping[str, Establishment]: ...

    def keep(self, work: Work, establishment: Establishment, version: int) -> None:
        """Unless a later version is known."""


class Enrolments(Protocol):
    """Pupils' requests to their schools."""

    def add(self, work: Work, enrolment: Enrolment) -> bool:
        """False when one stands for this person, scheme and season."""

    def lock(self, work: Work, enrolment_id: str) -> Enrolment | None: ...

    def find(self, work: Work, enrolment_id: str) -> Enrolment | None: ...

    def keep_decision(self, work: Work, enrolment: Enrolment, decided_by: str) -> None: ...

    def find_all(self, work: Work, enrolment_ids: Sequence[str]) -> list[Enrolment]: ...

    def lock_all(self, work: Work, enrolment_ids: Sequence[str]) -> list[Enrolment]:
        """In the order of their ids."""

    def keep_validations(self, work: Work, validated: Sequence[Enrolment], decided_by: str) -> None:
        """Of locked ones, whose schooling stays as it was asked for."""

    def of_persons(self, work: Work, person_ids: Sequence[str]) -> list[Enrolment]: ...

    def waiting_at(self, work: Work, partner_ids: Sequence[str]) -> Sequence[Enrolment]:
        """The requests that these establishments have not answered."""

    def returning(self, work: Work, asked: Sequence[Enrolment]) -> frozenset[str]:
        """Ids of those whose person was validated at the same establishment the season before."""


class ClassLists(Protocol):
    """Pupils that schools listed, as keyed hashes, and the reports of imports."""

    def load(self, work: Work, season: str, partner_id: str, pupils: Iterable[Pupil]) -> int:
        """Load those not known yet; how many they were. The latest list's word on the schooling stands."""

    def add_import(self, work: Work, report: ImportReport) -> None: ...

    def find_import(self, work: Work, import_id: str) -> ImportReport | None: ...

    def lock_import(self, work: Work, import_id: str) -> ImportReport | None: ...

    def keep_progress(self, work: Work, report: ImportReport) -> None: ...

    def latest_imports(self, work: Work, partner_id: str, most: int) -> list[ImportReport]:
        """The latest first, without their problems."""

    def listed(self, work: Work, pairs: Sequence[tuple[Enrolment, Person]]) -> Mapping[str, Schooling]:
        """By enrolment id, what the establishment's list says of the pupil."""

    def forget(self, work: Work, pairs: Sequence[tuple[Enrolment, Person]]) -> int:
        """The lines of these pupils are gone; how many."""
