"""A sender is killed while the server holds its answer: each mail arrives, one of them twice at most."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from tests.integration.notification.mail_sink import mail_sink
from tests.integration.notification.processes import identity_of_everybody, running, settings, until
from tests.integration.notification.stage import Stage

_MAILS = 6


@pytest.mark.timeout(400)  # processes that start on a busy machine
def test_a_sender_killed_between_acceptance_and_mark_repeats_one_mail_under_its_own_id(
    stage: Stage, tmp_path: Path
) -> None:
    """SIGKILL, then another sender: no mail is lost, the others come once, the repeat has the same Message-ID."""
    for _ in range(_MAILS):
        stage.open_account(stage.person())
    with mail_sink(hold_at=3) as sink, identity_of_everybody() as identity:
        environment = settings(tmp_path, sink.url, identity)
        with running("sender", environment) as first:
            until(sink.held.is_set)
            first.kill()
            first.wait()
        assert Counter(state for state, _ in stage.states()) == {"sent": 2, "waiting": _MAILS - 2}
        with running("sender", environment):
            until(lambda: all(state == "sent" for state, _ in stage.states()))
        times = Counter(sink.message_ids)
    assert len(times) == _MAILS
    assert times[sink.message_ids[2]] == 2
    assert sum(times.values()) == _MAILS + 1
    first_time, second_time = (body for body in sink.bodies if sink.message_ids[2].encode() in body)
    assert _without_boundary(first_time) == _without_boundary(second_time)


def _without_boundary(content: bytes) -> list[bytes]:
    """A mail's lines without those that the email package draws anew."""
    return [line for line in content.splitlines() if b"=====" not in line]
