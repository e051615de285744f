"""Everybody was written to, once: the mails that arrived, against what happened in the story."""

from __future__ import annotations

from collections import Counter

from demo import mailbox
from demo.french import counted
from demo.mailbox import Mail
from demo.stage import Stage
from demo.waiting import StillWaiting, until

_LAST_WITHIN_S = 90.0


def read_mailbox(stage: Stage) -> None:
    """Wait for the last ones, then tell one of each kind; whether none is missing is judged at the end."""
    record = stage.record
    record.mails_expected += _expected_of_wallets(stage)
    mails = _once_all_arrived(stage)
    record.mails_arrived = mailbox.counted_once(mails)
    record.mails_repeated = mailbox.repeats(mails)
    record.mails_contradicting = mailbox.contradictions(mails)
    _tell(stage, mails)


def _expected_of_wallets(stage: Stage) -> Counter[str]:
    """One mail a membership that brought money, one a payment, one a place won."""
    everyone = [young for each in stage.everywhere for young in each.everyone]
    shown = stage.together(lambda young: young.member.get("/v1/wallets").get("wallets", []), everyone)
    credited = {wallet["membership_id"] for wallets in shown for wallet in wallets}
    drawn = sum(len(check.published["winner_ids"]) for check in stage.record.draws)
    return Counter(
        wallet_credited=len(credited),
        payment_made=len(stage.record.purchases),
        place_won=stage.record.places_given + drawn,
    )


def _once_all_arrived(stage: Stage) -> list[Mail]:
    """What has arrived when the expected number has, or when time is up."""

    def all_there() -> list[Mail] | None:
        mails = stage.mailbox.mails()
        return None if stage.record.mails_expected - mailbox.counted_once(mails) else mails

    try:
        return until(all_there, "the last mails", within_s=_LAST_WITHIN_S)
    except StillWaiting:
        return stage.mailbox.mails()


def _tell(stage: Stage, mails: list[Mail]) -> None:
    first_of = {mail.kind: mail for mail in reversed(mails)}
    for kind, count in sorted(stage.record.mails_arrived.items()):
        stage.tell.say(f"{counted(count, 'courriel')} comme « {first_of[kind].subject} »")
    repeated = stage.record.mails_repeated
    stage.tell.say(
        f"{counted(stage.record.mails_arrived.total(), 'courriel')} en tout ; "
        + (f"répétés sous le même Message-ID : {repeated}." if repeated else "aucun n’est arrivé deux fois.")
    )
