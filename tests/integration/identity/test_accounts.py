"""Opening an account."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from atouts.identity.v1 import accounts_pb2 as pb

from chassis.clock import machine_now
from chassis.grpc_client import PeerRefused
from chassis.work import Work
from services.identity.application.accounts import OpenAccount, open_account
from services.identity.domain.accounts import AccountKind
from services.identity.store.tables import accounts
from tests.integration.identity.stage import PASSWORD, Stage


def refusal_of(stage: Stage, **changes: object) -> PeerRefused:
    values = {"kind": pb.ACCOUNT_KIND_YOUNG, "email": "lou@exemple.fr", "password": PASSWORD, **changes}
    with pytest.raises(PeerRefused) as refused:
        stage.call("OpenAccount", pb.OpenAccountRequest(**values))  # type: ignore[arg-type]
    return refused.value


def test_an_address_has_one_account_however_it_is_written(stage: Stage) -> None:
    stage.open_account("lou@exemple.fr")

    refused = refusal_of(stage, email=" LOU@Exemple.fr")

    assert (refused.reason, refused.field) == ("email_taken", "email")


def test_the_same_address_may_have_an_account_at_each_authority(stage: Stage) -> None:
    first = stage.open_account("lou@exemple.fr")
    second = stage.open_account("lou@exemple.fr", authority="elsewhere")

    assert first.account_id != second.account_id


def test_an_account_is_told_opened_once_by_its_id_and_kind(stage: Stage) -> None:
    young = stage.open_account("lou@exemple.fr")
    refusal_of(stage, email="lou@exemple.fr")
    partner = stage.open_account("guichet@exemple.fr", pb.ACCOUNT_KIND_PARTNER)

    opened = stage.published("account_opened")
    told = [(row.subject, row.version, row.data["account_id"], row.data["kind"]) for row in opened]

    assert told == [
        (young.account_id, 1, young.account_id, "young"),
        (partner.account_id, 1, partner.account_id, "partner"),
    ]
    assert all(row.data.keys() == {"account_id", "kind", "link_id"} for row in opened)


def test_an_account_that_is_not_committed_is_not_told(stage: Stage) -> None:
    def open_and_die(work: Work) -> None:
        command = OpenAccount(AccountKind.YOUNG, "lou@exemple.fr", "none", machine_now())
        open_account(work, stage.parts.links.accounts, stage.parts.links.links, command)
        raise RuntimeError("died before the commit")

    with pytest.raises(RuntimeError, match="before the commit"):
        stage.work(open_and_die)

    assert stage.rows(sa.select(accounts)) == []
    assert stage.published("account_opened") == []


@pytest.mark.parametrize(
    ("changes", "reason", "field"),
    [
        ({"email": "lou"}, "email_invalid", "email"),
        ({"email": "lou@exemple\0.fr"}, "email_invalid", "email"),
        ({"password": "a" * 5 + "bcdefg"}, "password_length", "password"),
        ({"password": "ab" * 65}, "password_length", "password"),
        ({"password": "a" * 20}, "password_guessable", "password"),
        ({"password": "Lou@Exemple.fr"}, "password_guessable", "password"),
        ({"kind": pb.ACCOUNT_KIND_STAFF}, "kind_not_open", "kind"),
        ({"kind": pb.ACCOUNT_KIND_UNSPECIFIED}, "malformed", "kind"),
    ],
)
def test_an_unfit_account_is_refused_with_its_field(
    stage: Stage, changes: dict[str, object], reason: str, field: str
) -> None:
    refused = refusal_of(stage, **changes)

    assert (refused.reason, refused.field) == (reason, field)
    assert stage.rows(sa.select(accounts)) == []
    assert stage.published("account_opened") == []


def test_no_column_tells_the_address_or_the_password(stage: Stage) -> None:
    stage.open_account("lou@exemple.fr")

    (row,) = stage.rows(sa.select(accounts))

    told = b" ".join(value if isinstance(value, bytes) else str(value).encode() for value in row)
    assert b"lou@exemple" not in told
    assert PASSWORD.encode() not in told
    assert row.password_hash.startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_a_person_reads_their_own_account(stage: Stage) -> None:
    lou = stage.young("lou@exemple.fr")

    account = stage.call("GetAccount", pb.GetAccountRequest(), lou.token).account

    assert (account.account_id, account.email) == (lou.account_id, "lou@exemple.fr")


def test_the_published_keys_verify_access_tokens_and_hold_no_private_part(stage: Stage) -> None:
    published = stage.call("GetJwks", pb.GetJwksRequest()).jwks_json

    assert '"kty": "OKP"' in published
    assert '"d"' not in published
