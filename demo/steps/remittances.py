"""Weekly and monthly payouts: one officer proposes, another approves, the files are kept."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from demo.client import Json
from demo.french import counted, euros, short_day
from demo.record import StoryBroken
from demo.stage import Partner, Stage
from demo.steps.partnership import give_iban, verify_iban

_RUNS = "/v1/staff/payouts"
_PREPARED, _COUNTING, _ISSUED, _PROPOSED = "prepared", "counting", "issued", "proposed"
_STATEMENT_FORMS = ("csv", "pdf")
SECOND_PERSON = "second_person_needed"


def pay_what_is_due(stage: Stage) -> None:
    """Every run that was prepared while time passed, oldest first, of each authority."""
    for each in stage.everywhere:
        _pay_runs(each)


def _pay_runs(stage: Stage) -> None:
    for state in (_PREPARED, _PROPOSED):
        runs = list(stage.staff.payer.pages(_RUNS, "runs", state=state))
        for run in sorted(runs, key=lambda run: (run["period_end"], run["scheme"])):
            _pay(stage, run["run_id"])


def _pay(stage: Stage, run_id: str) -> None:
    run: Json = stage.staff.payer.get(f"{_RUNS}/{run_id}")["run"]
    payable, held = int(run["payable_cents"]), int(run["held_cents"])
    stage.tell.say(
        f"{_period(stage, run)} : {counted(_payable_lines(run), 'virement')}, {euros(payable)}"
        + (f" ; retenus {euros(held)}." if held else ".")
    )
    if not payable:
        return
    stage.staff.payer.post(f"{_RUNS}/{run_id}/proposal", key=f"propose-{run_id}")
    if not _folder(stage, "sepa").exists():
        _refuse_own_approval(stage, run_id, payable)
    body = {"payable_cents": payable}
    issued = stage.staff.approver.post(f"{_RUNS}/{run_id}/approval", body, key=f"approve-{run_id}")["run"]
    if issued["state"] != _ISSUED:
        raise StoryBroken(f"the run {run_id} is {issued['state']} after its approval")
    _keep_files(stage, run)


def _period(stage: Stage, run: Json) -> str:
    start, end = (short_day(date.fromisoformat(run[name])) for name in ("period_start", "period_end"))
    return f"Remboursement {stage.story.scheme(run['scheme']).title} du {start} au {end}"


def _payable_lines(run: Json) -> int:
    return sum(1 for line in run["remittances"] if not line["held_for"])


def _refuse_own_approval(stage: Stage, run_id: str, payable: int) -> None:
    body = {"payable_cents": payable}
    path = f"{_RUNS}/{run_id}/approval"
    refusal = stage.must_refuse(lambda: stage.staff.payer.post(path, body, key=f"own-approval-{run_id}"), SECOND_PERSON)
    stage.tell.refused("L’agent qui a proposé veut approuver lui-même", refusal)


def _keep_files(stage: Stage, run: Json) -> None:
    """The transfer file as the bank gets it, and each partner's statement, for its software and for its file."""
    payer = stage.staff.payer
    name = f"{run['period_end']}_{run['scheme']}"
    _write(stage, "sepa", f"{name}.xml", payer.file(f"{_RUNS}/{run['run_id']}/sepa-file"))
    slugs = {partner.partner_id: slug for slug, partner in stage.partners.items()}
    paid = [line["partner_id"] for line in run["remittances"] if not line["held_for"]]

    def keep(partner_id: str) -> None:
        path = f"{_RUNS}/{run['run_id']}/statements/{partner_id}"
        for form in _STATEMENT_FORMS:
            _write(stage, "statements", f"{name}_{slugs[partner_id]}.{form}", payer.file(path, format=form))
        stage.record.expect_mail("payout_sent")

    stage.together(keep, paid)


def _folder(stage: Stage, kind: str) -> Path:
    return stage.folder / kind


def _write(stage: Stage, kind: str, name: str, content: bytes) -> None:
    folder = _folder(stage, kind)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(content)


def show_hold(stage: Stage) -> None:
    """One has given no IBAN yet: what it is owed waits, and says why."""
    partner = stage.partner(stage.story.without_iban)
    account = _account(partner)
    holds = [hold["reason"] for hold in account["holds"] if not hold.get("lifted_at")]
    if not int(account["held_cents"]) or not holds:
        raise StoryBroken(f"{partner.name} is not held back: {account}")
    stage.record.held_partners.add(partner.organisation.slug)
    stage.tell.say(f"{partner.name} attend {euros(int(account['held_cents']))} : « {' '.join(holds)} »")


def release_hold(stage: Stage) -> None:
    """The IBAN comes, staff verify it, the hold lifts by itself."""
    partner = stage.partner(stage.story.without_iban)
    give_iban(stage, partner)
    verify_iban(stage, partner)
    stage.clock.settle()
    stage.tell.say(f"{partner.name} donne son IBAN, il est vérifié : le prochain remboursement le paiera.")


def _account(partner: Partner) -> Json:
    return partner.owner.get(f"{partner.path}/account")


def expect_nothing_counting(stage: Stage) -> None:
    """No run waits for movements that the wallet knows and payout does not."""
    waiting = [run for each in stage.everywhere for run in each.staff.payer.pages(_RUNS, "runs", state=_COUNTING)]
    if waiting:
        raise StoryBroken(f"{len(waiting)} runs still count: {waiting[0]}")
