"""Partners sign up with their documents, staff decide, the directory shows those accepted."""

from __future__ import annotations

from demo.client import Json
from demo.documents import pdf
from demo.french import counted
from demo.organisations import Organisation
from demo.record import StoryBroken
from demo.sessions import Member
from demo.stage import Partner, Stage
from demo.story_values import Scheme

_GRANTED, _REFUSED, _DRAFT, _SUBMITTED = "granted", "refused", "draft", "submitted"


def sign_up_partners(stage: Stage) -> None:
    """Everyone of the cast applies, the one that must be refused too."""
    for partner in stage.together(lambda organisation: _sign_up(stage, organisation), stage.story.organisations):
        stage.partners[partner.organisation.slug] = partner
        stage.tell.say(f"{partner.name} s’inscrit, envoie ses documents et signe la charte.")


def _sign_up(stage: Stage, organisation: Organisation) -> Partner:
    owner = stage.open_account("partner", f"{organisation.slug}.direction@example.org")
    partner_id = _register(stage, organisation, owner)
    till = _add_delegate(stage, organisation, owner, partner_id)
    partner = Partner(organisation, partner_id, owner, till)
    for category in organisation.categories:
        _apply(partner, stage.story.scheme(organisation.scheme), category)
    if organisation.gives_iban:
        give_iban(stage, partner)
    return partner


def _register(stage: Stage, organisation: Organisation, owner: Member) -> str:
    siret = organisation.siret(stage.seed)

    def registered() -> Json | None:
        mine = owner.get("/v1/partners").get("partners", [])
        return next(({"partner": each} for each in mine if each["siret"] == siret), None)

    answer = owner.post("/v1/partners", organisation.registration(stage.seed), found=registered)
    return str(answer["partner"]["partner_id"])


def _add_delegate(stage: Stage, organisation: Organisation, owner: Member, partner_id: str) -> Member:
    """The person who will serve customers, or validate pupils, with a login of their own."""
    roles = organisation.delegate_roles
    person = stage.open_account("partner", f"{organisation.slug}.{roles[0]}@example.org")
    account_id = person.account_id

    def added() -> Json | None:
        delegates = owner.get(f"/v1/partners/{partner_id}")["partner"]["delegates"]
        return next(({"delegate": each} for each in delegates if each["account_id"] == account_id), None)

    body = {"account_id": account_id, "roles": list(roles)}
    owner.post(f"/v1/partners/{partner_id}/delegates", body, found=added)
    return person


def _apply(partner: Partner, scheme: Scheme, category: str) -> None:
    """Ask for the accreditation, send what it says is missing, sign, submit."""
    season = {"scheme": scheme.id, "season": scheme.season}
    asked = partner.owner.post(
        f"{partner.path}/accreditations",
        {**season, "category": category},
        found=lambda: _accreditation(partner, partner.owner, category),
    )["accreditation"]
    for kind in asked["documents_missing"]:
        _send_document(partner, kind)
    charter = {**season, "charter_version": scheme.charter, "sworn": True}
    partner.owner.post(f"{partner.path}/charters", charter)
    submission = f"{partner.path}/accreditations/{asked['accreditation_id']}/submission"
    partner.owner.post(submission, found=lambda: _accreditation(partner, partner.owner, category, but_not=_DRAFT))


def _send_document(partner: Partner, kind: str) -> None:
    content = pdf("SPECIMEN", partner.organisation.legal_name, f"Document : {kind}", "Sans valeur.")
    partner.owner.upload(f"{partner.path}/documents", content, "application/pdf", kind=kind, filename=f"{kind}.pdf")


def _accreditation(partner: Partner, reader: Member, category: str, but_not: str = "") -> Json | None:
    """The partner's accreditation for a category when it is there and its state is another than `but_not`."""
    known = reader.get(partner.path)["partner"]["accreditations"]
    wanted = [each for each in known if each["category"] == category and each["state"] != but_not]
    return {"accreditation": wanted[-1]} if wanted else None


def give_iban(stage: Stage, partner: Partner) -> None:
    """In the partner's own name, as the charter asks."""
    body = {"iban": partner.organisation.iban(stage.seed), "holder": partner.organisation.legal_name}
    partner.owner.put(f"{partner.path}/bank-account", body)


def verify_iban(stage: Stage, partner: Partner) -> None:
    """A member of staff compares it with the RIB."""

    def verified() -> Json | None:
        state = stage.staff.payer.get(partner.path)["partner"]["iban_state"]
        return {"iban_state": state} if state == "verified" else None

    path = f"/v1/staff/partners/{partner.partner_id}/bank-account/verification"
    stage.staff.payer.post(path, {"accept": True, "reason": ""}, found=verified)


def decide_applications(stage: Stage) -> None:
    """Those who gave their IBAN have it verified; one gives it later."""
    decide(stage)
    stage.tell.say(f"Les IBAN sont vérifiés ; {stage.story.without_iban.public_name} n’a pas encore donné le sien.")


def decide(stage: Stage) -> None:
    """Staff accept those who meet the conditions, and refuse the others with the condition's own sentence."""
    applications = stage.staff.instructor.pages("/v1/staff/applications", "applications")
    waiting = [application["accreditation"] for application in applications]
    for partner in stage.partners.values():
        for application in waiting:
            if application["partner_id"] == partner.partner_id:
                _decide(stage, partner, application)
    for organisation in stage.story.accepted:
        if organisation.gives_iban:
            verify_iban(stage, stage.partner(organisation))


def _decide(stage: Stage, partner: Partner, application: Json) -> None:
    unmet = [condition["sentence"] for condition in application["conditions"] if not condition["met"]]
    body = {"accept": not unmet, "reason": unmet[-1] if unmet else ""}
    category = application["category"]
    decided = stage.staff.instructor.post(
        f"/v1/staff/accreditations/{application['accreditation_id']}/decision",
        body,
        found=lambda: _accreditation(partner, stage.staff.instructor, category, but_not=_SUBMITTED),
    )["accreditation"]
    expected = _REFUSED if partner.organisation.is_refused else _GRANTED
    if decided["state"] != expected:
        raise StoryBroken(f"{partner.name}: {decided['state']}, not {expected}")
    if unmet:
        stage.tell.say(f"{partner.name} est refusé : « {decided['reason']} »")
    else:
        stage.tell.say(f"{partner.name} est accepté ({category}).")


def show_directory(stage: Stage) -> None:
    """Open to all: the accepted ones, and no other."""
    stage.clock.settle()
    listed = {entry["public_name"] for entry in stage.visitor.pages("/v1/directory", "entries")}
    expected = {organisation.public_name for organisation in stage.story.accepted}
    if listed != expected:
        raise StoryBroken(f"the directory shows {sorted(listed)}, not {sorted(expected)}")
    stage.tell.say(f"L’annuaire public montre {counted(len(listed), 'partenaire')} : {', '.join(sorted(listed))}.")


def withdraw_a_partner(stage: Stage) -> None:
    """The accreditation is withdrawn after a control; it bites at once."""
    partner, reason = stage.partners[stage.story.withdrawal.partner], stage.story.withdrawal.reason
    accreditation = partner.owner.get(partner.path)["partner"]["accreditations"][0]

    def withdrawn() -> Json | None:
        now = stage.staff.instructor.get(partner.path)["partner"]["accreditations"][0]
        return {"accreditation": now} if now["state"] == "withdrawn" else None

    stage.staff.instructor.post(
        f"/v1/staff/accreditations/{accreditation['accreditation_id']}/withdrawal",
        {"reason": reason},
        found=withdrawn,
    )
    stage.clock.settle()
    stage.tell.say(f"{stage.story.authority.beginning} retire son agrément à {partner.name} après un contrôle.")
