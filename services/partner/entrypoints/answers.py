"""How each refusal is answered: a stable reason, and a sentence that says what to do."""

from __future__ import annotations

from chassis.errors import Answer, Status
from chassis.sizes import DOCUMENT_MB
from services.partner.domain import errors as e

_INVALID, _NOT_FOUND = Status.INVALID_ARGUMENT, Status.NOT_FOUND
_TAKEN, _NOT_NOW, _DENIED = Status.ALREADY_EXISTS, Status.FAILED_PRECONDITION, Status.PERMISSION_DENIED

_REGISTRATION: dict[type[Exception], Answer] = {
    e.SiretInvalid: Answer(
        _INVALID,
        "siret_invalid",
        "Ce SIRET n'est pas valide : vérifiez ses 14 chiffres.",
        "This SIRET is not valid: check its 14 digits.",
        "siret",
    ),
    e.SiretTaken: Answer(
        _TAKEN,
        "siret_taken",
        "Cette structure est déjà inscrite : demandez à son délégué principal de vous ajouter.",
        "This organisation is registered: ask its principal delegate to add you.",
        "siret",
    ),
    e.TextRefused: Answer(
        _INVALID,
        "text_refused",
        "Écrivez un texte de {most} caractères au plus, sans caractère invisible ni de contrôle.",
        "Write {most} characters at most, without invisible or control characters.",
        "{field}",
    ),
    e.MarkupInText: Answer(
        _INVALID,
        "markup_in_text",
        "Écrivez ce texte sans balise : retirez les signes < et >.",
        "Write this text without tags: take out the signs < and >.",
        "{field}",
    ),
    e.FormulaInText: Answer(
        _INVALID,
        "formula_in_text",
        "Ce texte commence par « {sign} », comme une formule de tableur : commencez-le par une lettre ou un chiffre.",
        'This text starts with "{sign}", as a spreadsheet formula does: start it with a letter or a digit.',
        "{field}",
    ),
    e.AddressRefused: Answer(
        _INVALID,
        "address_refused",
        "Vérifiez l'adresse : le code postal a 5 chiffres et le code INSEE de la commune 5 caractères.",
        "Check the address: a postal code of 5 digits and an INSEE commune code of 5 characters.",
        "{field}",
    ),
    e.DeclarationRefused: Answer(
        _INVALID,
        "declaration_refused",
        "La déclaration « {name} » n'est pas prévue ou sa valeur ne convient pas : corrigez-la ou retirez-la.",
        "The declaration {name} is not known or has a wrong value: correct or remove it.",
        "declarations",
    ),
    e.DeclarationInUse: Answer(
        _NOT_NOW,
        "declaration_in_use",
        "Une demande déposée ou acceptée s'appuie sur « {label} » : pour le changer, écrivez à la collectivité.",
        "A submitted or granted application stands on this declaration: write to the authority to change it.",
        "declarations",
    ),
    e.RolesRefused: Answer(
        _INVALID,
        "roles_refused",
        "Choisissez au moins un type de partenariat : service, établissement ou relais.",
        "Choose at least one of service, establishment, relay.",
        "roles",
    ),
    e.UaiInvalid: Answer(
        _INVALID,
        "uai_invalid",
        "Ce code UAI n'est pas valide : 7 chiffres puis la lettre de contrôle.",
        "This UAI is not valid: 7 digits and their check letter.",
        "uai",
    ),
    e.EstablishmentKindMissing: Answer(
        _INVALID,
        "establishment_kind_missing",
        "Indiquez le type de l'établissement (lycée public, MFR, EREA…).",
        "Declare the establishment_kind.",
        "declarations",
    ),
    e.UaiTaken: Answer(
        _TAKEN,
        "uai_taken",
        "Un autre partenaire valide déjà les élèves de cet établissement : vérifiez le code UAI.",
        "Another partner validates the pupils of this establishment: check the UAI.",
        "uai",
    ),
    e.PartnerUnknown: Answer(
        _NOT_FOUND,
        "partner_unknown",
        "Ce partenaire n'existe pas : vérifiez l'adresse de la page.",
        "There is no such partner.",
        "partner_id",
    ),
}

_DOCUMENTS: dict[type[Exception], Answer] = {
    e.DocumentKindUnknown: Answer(
        _INVALID,
        "document_kind_unknown",
        "Ce type de pièce n'est demandé par aucun règlement : choisissez-en un dans la liste.",
        "No rulebook asks for this kind of document.",
        "kind",
    ),
    e.DocumentTypeRefused: Answer(
        _INVALID,
        "document_type_refused",
        "Ce fichier n'est pas lisible : envoyez un PDF, un JPEG ou un PNG.",
        "Send a PDF, a JPEG or a PNG.",
        "content",
    ),
    e.DocumentTooLarge: Answer(
        _INVALID,
        "document_too_large",
        f"Ce fichier dépasse {DOCUMENT_MB} Mo : envoyez une version plus légère.",
        f"This file is over {DOCUMENT_MB} MB: send a lighter one.",
        "content",
    ),
    e.DocumentUnknown: Answer(
        _NOT_FOUND,
        "document_unknown",
        "Cette pièce n'existe pas dans le dossier.",
        "There is no such document.",
        "document_id",
    ),
}

_PROOFS: dict[type[Exception], Answer] = {
    e.ProofNotAsked: Answer(
        _NOT_FOUND,
        "proof_not_asked",
        "Le règlement ne demande pas ce justificatif : choisissez-le à la page des versements de votre espace.",
        "The rulebook states no hold {hold_code} that ends by a proof.",
        "hold_code",
    ),
    e.ProofOfAnotherKind: Answer(
        _INVALID,
        "proof_of_another_kind",
        "Cette pièce n'est pas celle qui est attendue : envoyez « {title} ».",
        "The hold asks for another document: {title}.",
        "document_id",
    ),
    e.NothingToDeclare: Answer(
        _NOT_NOW,
        "nothing_to_declare",
        "Le règlement demande un justificatif à tous : envoyez « {title} ».",
        "Nobody may declare not to be concerned: send {title}.",
        "not_concerned",
    ),
    e.AlreadyProven: Answer(
        _TAKEN,
        "already_proven",
        "Ce justificatif est déjà accepté : il n'y a plus rien à envoyer.",
        "This proof is accepted already.",
        "hold_code",
    ),
    e.ProofUnknown: Answer(
        _NOT_FOUND,
        "proof_unknown",
        "Ce partenaire n'a pas envoyé ce justificatif : choisissez-le dans la liste.",
        "This partner sent no such proof.",
        "hold_code",
    ),
    e.ProofNotSubmitted: Answer(
        _NOT_NOW,
        "proof_not_submitted",
        "Ce justificatif n'attend plus de décision : rechargez la liste.",
        "This proof waits for no decision.",
        "hold_code",
    ),
}

_BANK: dict[type[Exception], Answer] = {
    e.IbanInvalid: Answer(
        _INVALID,
        "iban_invalid",
        "Cet IBAN n'est pas valide : recopiez-le depuis votre RIB.",
        "This IBAN is not valid: copy it again.",
        "iban",
    ),
    e.IbanOutsideSepa: Answer(
        _INVALID,
        "iban_outside_sepa",
        "Ce compte est hors de la zone SEPA : indiquez un compte situé dans cette zone.",
        "This account is outside SEPA: give one inside it.",
        "iban",
    ),
    e.IbanHolderDiffers: Answer(
        _INVALID,
        "iban_holder_differs",
        "Le titulaire du compte doit être votre structure, « {legal_name} » : corrigez le titulaire"
        " ou envoyez le RIB de la structure.",
        "The holder must be the organisation itself, {legal_name}.",
        "holder",
    ),
    e.NoIbanToVerify: Answer(
        _NOT_NOW,
        "no_iban_to_verify",
        "Ce compte bancaire n'attend plus de vérification : rechargez la liste.",
        "This bank account does not wait for a check any more.",
    ),
}

_ACCREDITATIONS: dict[type[Exception], Answer] = {
    e.SchemeUnknown: Answer(
        _NOT_FOUND,
        "scheme_unknown",
        "Ce dispositif n'existe pas pour cette saison : choisissez-en un dans la liste.",
        "There is no such scheme and season.",
        "scheme",
    ),
    e.CategoryUnknown: Answer(
        _INVALID,
        "category_unknown",
        "Le règlement ne prévoit pas cet agrément : choisissez-en un dans la liste.",
        "The rulebook states no such category.",
        "category",
    ),
    e.RoleNeeded: Answer(
        _NOT_NOW,
        "role_needed",
        "Votre structure ne s'est pas inscrite pour ce type de partenariat ({role}).",
        "The partner did not register as {role}.",
        "category",
    ),
    e.AlreadyApplied: Answer(
        _TAKEN,
        "already_applied",
        "Une demande est déjà en cours ou acceptée pour cet agrément : suivez-la à la page /espace-partenaire.",
        "An application for this category is under way or granted: see the page /espace-partenaire.",
        "category",
    ),
    e.AccreditationUnknown: Answer(
        _NOT_FOUND,
        "accreditation_unknown",
        "Cette demande d'agrément n'existe pas.",
        "There is no such accreditation.",
        "accreditation_id",
    ),
    e.AgreementEnded: Answer(
        _NOT_NOW,
        "agreement_ended",
        "La convention de ce dispositif a pris fin le {day} : demandez l'agrément de la saison en cours.",
        "The agreement under this rulebook ended on {day}: apply for the present season.",
        "accreditation_id",
    ),
    e.StatementNotSworn: Answer(
        _INVALID,
        "statement_not_sworn",
        "Pour signer la charte, le représentant légal doit cocher l'attestation sur l'honneur.",
        "The charter is signed together with the sworn statement.",
        "sworn",
    ),
    e.CharterOutdated: Answer(
        _NOT_NOW,
        "charter_outdated",
        "La charte a changé : relisez et signez la version {current_version}.",
        "The charter has changed: sign version {current_version}.",
        "charter_version",
    ),
    e.CharterUnsigned: Answer(
        _NOT_NOW,
        "charter_unsigned",
        "La charte d'engagement n'est pas signée : faites-la signer par le délégué principal.",
        "The charter is not signed: have the principal delegate sign it.",
    ),
    e.DocumentsMissing: Answer(
        _NOT_NOW,
        "documents_missing",
        "Il manque des pièces à votre dossier : {titles}. Ajoutez-les puis envoyez la demande.",
        "Documents are missing: {titles}.",
        "documents",
    ),
    e.NotADraft: Answer(
        _NOT_NOW,
        "already_submitted",
        "Cette demande a déjà été envoyée : suivez-la à la page /espace-partenaire.",
        "This application was sent already: see the page /espace-partenaire.",
    ),
    e.NotSubmitted: Answer(
        _NOT_NOW,
        "not_submitted",
        "Cette demande n'attend pas de décision : rechargez la liste.",
        "This application does not wait for a decision.",
    ),
    e.ConditionUnmet: Answer(
        _NOT_NOW,
        "condition_unmet",
        "Une condition du règlement n'est pas remplie : « {sentence} » Refusez la demande,"
        " ou écrivez le motif de votre dérogation.",
        "A condition of the rulebook is not met: refuse, or write why you accept.",
        "reason",
    ),
    e.ReasonNeeded: Answer(
        _INVALID,
        "reason_needed",
        "Écrivez le motif : il sera montré au partenaire.",
        "Write the reason: the partner will see it.",
        "reason",
    ),
    e.NotGranted: Answer(
        _NOT_NOW,
        "not_granted",
        "Cet agrément n'est pas en cours : il ne peut pas être retiré.",
        "This accreditation is not granted: it cannot be withdrawn.",
    ),
}

_DELEGATES: dict[type[Exception], Answer] = {
    e.DelegateRolesRefused: Answer(
        _INVALID,
        "delegate_roles_refused",
        "Choisissez au moins un rôle : délégué principal, gestionnaire, caisse ou établissement.",
        "Choose at least one of principal, manager, cashier, school.",
        "roles",
    ),
    e.DelegateUnknown: Answer(
        _NOT_FOUND,
        "delegate_unknown",
        "Ce compte n'est pas délégué de la structure.",
        "This account is no delegate of the partner.",
        "account_id",
    ),
    e.LastPrincipal: Answer(
        _NOT_NOW,
        "last_principal",
        "La structure doit garder un délégué principal : nommez d'abord son remplaçant.",
        "A partner keeps a principal delegate: name another one first.",
        "account_id",
    ),
    e.PrincipalNeeded: Answer(
        _DENIED,
        "principal_needed",
        "Seul un délégué principal peut nommer ou retirer un délégué principal : adressez-vous à lui.",
        "Only a principal delegate names or removes one.",
        "roles",
    ),
}

ANSWERS: dict[type[Exception], Answer] = {
    **_REGISTRATION,
    **_DOCUMENTS,
    **_PROOFS,
    **_BANK,
    **_ACCREDITATIONS,
    **_DELEGATES,
}
