"""What this service refuses, each a fact. Attributes fill the sentence that the doors answer."""

from __future__ import annotations

from dataclasses import dataclass


class PartnerRefusal(Exception):
    """Root of every refusal of this service."""


# Registration


class SiretInvalid(PartnerRefusal):
    """Not 14 digits with valid check digits."""


class SiretTaken(PartnerRefusal):
    """A partner of this authority has this SIRET already."""


@dataclass(eq=False)
class TextRefused(PartnerRefusal):
    """A text that people will read is empty, too long, or holds characters that hide or reorder it."""

    field: str
    most: int


@dataclass(eq=False)
class MarkupInText(PartnerRefusal):
    """A name holds the signs of a tag: it will be shown on pages, papers and screens of others."""

    field: str


@dataclass(eq=False)
class FormulaInText(PartnerRefusal):
    """A name starts as a spreadsheet's formula does: it will stand in cells of others."""

    field: str
    sign: str


@dataclass(eq=False)
class AddressRefused(PartnerRefusal):
    """The postal code or the INSEE commune code is not one."""

    field: str


@dataclass(eq=False)
class DeclarationRefused(PartnerRefusal):
    """A declaration outside the vocabulary, of another type, outside its values, or not the partner's to make."""

    name: str


@dataclass(eq=False)
class DeclarationInUse(PartnerRefusal):
    """A submitted or granted application stands on what was declared; `label` names it in French."""

    label: str


class RolesRefused(PartnerRefusal):
    """Roles are one or more of service, establishment, relay."""


class UaiInvalid(PartnerRefusal):
    """Not seven digits and their check letter."""


class EstablishmentKindMissing(PartnerRefusal):
    """An establishment says of what kind it is."""


class UaiTaken(PartnerRefusal):
    """Another partner validates the pupils of this establishment."""


class PartnerUnknown(PartnerRefusal):
    """No partner of this authority has this id."""


# Documents


class DocumentKindUnknown(PartnerRefusal):
    """No rulebook of this authority asks for such a document."""


class DocumentTypeRefused(PartnerRefusal):
    """The content is not a PDF, a JPEG or a PNG, whatever its name says."""


class DocumentTooLarge(PartnerRefusal):
    """More than 10 MB."""


class DocumentUnknown(PartnerRefusal):
    """This partner has no such document."""


# What payouts wait for


@dataclass(eq=False)
class ProofNotAsked(PartnerRefusal):
    """The rulebook states no hold of that code that ends by a document or a declaration."""

    hold_code: str


@dataclass(eq=False)
class ProofOfAnotherKind(PartnerRefusal):
    """The hold asks for a document of another kind; `title` names it in French."""

    title: str


@dataclass(eq=False)
class NothingToDeclare(PartnerRefusal):
    """The rulebook lets nobody declare that they are not concerned; `title` names the document that it asks for."""

    title: str


class AlreadyProven(PartnerRefusal):
    """The proof was accepted, or the declaration recorded: nothing is waited for."""


class ProofUnknown(PartnerRefusal):
    """This partner sent no such proof."""


class ProofNotSubmitted(PartnerRefusal):
    """Staff decide on a proof that waits for them, once."""


# Bank account


class IbanInvalid(PartnerRefusal):
    """Wrong length, structure or check digits."""


class IbanOutsideSepa(PartnerRefusal):
    """Valid, in a country that SEPA transfers do not reach."""


@dataclass(eq=False)
class IbanHolderDiffers(PartnerRefusal):
    """The holder is neither the legal nor the public name."""

    legal_name: str


class NoIbanToVerify(PartnerRefusal):
    """No bank account waits for a check."""


# Accreditation


class SchemeUnknown(PartnerRefusal):
    """No rulebook of this authority for this scheme and season."""


class CategoryUnknown(PartnerRefusal):
    """The rulebook states no such category, and knows no such role."""


@dataclass(eq=False)
class RoleNeeded(PartnerRefusal):
    """The partner did not register in the role that the category is for."""

    role: str


class AlreadyApplied(PartnerRefusal):
    """An application for this category is under way, or granted."""


class AccreditationUnknown(PartnerRefusal):
    """No such accreditation, or not this partner's."""


@dataclass(eq=False)
class AgreementEnded(PartnerRefusal):
    """The rulebook's agreement with partners ended on that day: nobody is accredited under it any more."""

    day: str


class StatementNotSworn(PartnerRefusal):
    """The charter is signed together with the sworn statement."""


@dataclass(eq=False)
class CharterOutdated(PartnerRefusal):
    """Another version of the charter is in force."""

    current_version: str


class CharterUnsigned(PartnerRefusal):
    """The charter in force is not signed yet."""


@dataclass(eq=False)
class DocumentsMissing(PartnerRefusal):
    """Documents that the rulebook asks for are not there; `titles` names them in French."""

    titles: str


class NotADraft(PartnerRefusal):
    """Only an application that was not sent yet can be submitted."""


class NotSubmitted(PartnerRefusal):
    """Only a submitted application can be decided."""


@dataclass(eq=False)
class ConditionUnmet(PartnerRefusal):
    """Staff accept against a condition of the rulebook only with a written reason. `sentence` is the condition's."""

    sentence: str


class ReasonNeeded(PartnerRefusal):
    """Who refuses or withdraws says why."""


class NotGranted(PartnerRefusal):
    """Only a granted accreditation can be withdrawn."""


# Delegates


class DelegateRolesRefused(PartnerRefusal):
    """Roles are one or more of principal, manager, cashier, school."""


class DelegateUnknown(PartnerRefusal):
    """This account is no delegate of the partner."""


class LastPrincipal(PartnerRefusal):
    """A partner keeps a principal delegate."""


class PrincipalNeeded(PartnerRefusal):
    """Only a principal delegate names or removes a principal delegate."""
