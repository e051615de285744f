"""What guardians were asked: found by the keyed hash of their link's token, sealed while it is good."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from chassis.crypto import Cipher
from chassis.work import Work
from services.identity.domain.guardians import ConsentRequest, ConsentState, Guardian, Quality
from services.identity.store.tables import consent_requests


class ConsentRequestRows:
    """`ConsentRequests` in the service's database."""

    def __init__(self, cipher: Cipher) -> None:
        self._cipher = cipher

    def add(self, work: Work, request: ConsentRequest, token: str) -> None:
        request_id = request.request_id
        row = {
            "authority_id": work.authority_id,
            "request_id": UUID(request_id),
            "person_id": UUID(request.person_id),
            "scheme": request.scheme,
            "season": request.season,
            "codes": list(request.codes),
            "rulebook_hash": request.rulebook_hash,
            "state": request.state.value,
            "token_hash": self._hash(token),
            "token_sealed": self._cipher.seal_text(token, f"{request_id}/token"),
            "email_sealed": self._cipher.seal_text(request.email, f"{request_id}/email"),
            "asked_at": request.asked_at,
            "link_until": request.link_until,
            "ends_on": request.ends_on,
        }
        work.session.execute(sa.insert(consent_requests), row)

    def find(self, work: Work, request_id: str) -> ConsentRequest | None:
        return self._one(work, _by_id(work, request_id))

    def find_by_token(self, work: Work, token: str) -> ConsentRequest | None:
        return self._one(work, _all(work).where(consent_requests.c.token_hash == self._hash(token)))

    def lock(self, work: Work, request_id: str) -> ConsentRequest | None:
        return self._one(work, _by_id(work, request_id).with_for_update())

    def keep(self, work: Work, request: ConsentRequest) -> None:
        values: dict[str, Any] = {"state": request.state.value, "answered_at": request.answered_at}
        if request.guardian:
            said = json.dumps({"name": request.guardian.name, "quality": request.guardian.quality.value})
            values["guardian_sealed"] = self._cipher.seal_text(said, f"{request.request_id}/guardian")
        if not request.email:
            values |= {"email_sealed": None, "token_sealed": None}
        work.session.execute(
            sa.update(consent_requests)
            .where(
                consent_requests.c.authority_id == work.authority_id,
                consent_requests.c.request_id == UUID(request.request_id),
            )
            .values(values)
        )

    def lapse_open(self, work: Work, person_id: str, scheme: str, season: str) -> None:
        work.session.execute(
            sa.update(consent_requests)
            .where(
                consent_requests.c.authority_id == work.authority_id,
                consent_requests.c.person_id == UUID(person_id),
                consent_requests.c.scheme == scheme,
                consent_requests.c.season == season,
                consent_requests.c.state == ConsentState.ASKED.value,
            )
            .values(state=ConsentState.LAPSED.value, email_sealed=None, token_sealed=None)
        )

    def count_since(self, work: Work, person_id: str, since: datetime) -> int:
        wanted = sa.select(sa.func.count()).where(
            consent_requests.c.authority_id == work.authority_id,
            consent_requests.c.person_id == UUID(person_id),
            consent_requests.c.asked_at > since,
        )
        return work.session.execute(wanted).scalar_one()

    def of_person(self, work: Work, person_id: str, most: int) -> list[ConsentRequest]:
        wanted = _all(work).where(consent_requests.c.person_id == UUID(person_id))
        latest = wanted.order_by(consent_requests.c.asked_at.desc(), consent_requests.c.request_id).limit(most)
        return [self._request(row) for row in work.session.execute(latest)]

    def given_to(self, work: Work, person_id: str) -> list[ConsentRequest]:
        wanted = _all(work).where(
            consent_requests.c.person_id == UUID(person_id), consent_requests.c.state == ConsentState.GIVEN.value
        )
        return [self._request(row) for row in work.session.execute(wanted)]

    def open_links(self, work: Work, request_ids: Sequence[str], at: datetime) -> list[tuple[str, str, str]]:
        """Request id, address and token of those that are good: what notification writes."""
        wanted = _all(work).where(
            consent_requests.c.request_id.in_([UUID(request_id) for request_id in request_ids]),
            consent_requests.c.state == ConsentState.ASKED.value,
            consent_requests.c.link_until > at,
        )
        return [self._link(row) for row in work.session.execute(wanted)]

    def _one(self, work: Work, wanted: sa.Select[Any]) -> ConsentRequest | None:
        row = work.session.execute(wanted).first()
        return self._request(row) if row else None

    def _request(self, row: sa.Row[Any]) -> ConsentRequest:
        request_id = str(row.request_id)
        return ConsentRequest(
            request_id=request_id,
            person_id=str(row.person_id),
            scheme=row.scheme,
            season=row.season,
            codes=tuple(row.codes),
            rulebook_hash=row.rulebook_hash,
            asked_at=row.asked_at,
            link_until=row.link_until,
            ends_on=row.ends_on,
            email=self._cipher.open_text(row.email_sealed, f"{request_id}/email") if row.email_sealed else "",
            state=ConsentState(row.state),
            guardian=self._guardian(row),
            answered_at=row.answered_at,
        )

    def _guardian(self, row: sa.Row[Any]) -> Guardian | None:
        if row.guardian_sealed is None:
            return None
        said = json.loads(self._cipher.open_text(row.guardian_sealed, f"{row.request_id}/guardian"))
        return Guardian(said["name"], Quality(said["quality"]))

    def _link(self, row: sa.Row[Any]) -> tuple[str, str, str]:
        request_id = str(row.request_id)
        email = self._cipher.open_text(row.email_sealed, f"{request_id}/email")
        return request_id, email, self._cipher.open_text(row.token_sealed, f"{request_id}/token")

    def _hash(self, token: str) -> bytes:
        return self._cipher.look_up_hash(f"guardian-link/{token}")


def _all(work: Work) -> sa.Select[Any]:
    return sa.select(consent_requests).where(consent_requests.c.authority_id == work.authority_id)


def _by_id(work: Work, request_id: str) -> sa.Select[Any]:
    return _all(work).where(consent_requests.c.request_id == UUID(request_id))
