"""Which files are the pictures of a card check; the files themselves are the chassis's."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import sqlalchemy as sa

from chassis.work import Work
from services.identity.domain.card_checks import WHOLE_SIDE, CheckPicture
from services.identity.store.tables import card_checks, card_images


class CardImageRows:
    """`CardImages` in the service's database: a check's first side stands in its own row."""

    def add(self, work: Work, check_id: str, picture: CheckPicture) -> None:
        row = {
            "authority_id": work.authority_id,
            "file_id": UUID(picture.picture_id),
            "check_id": UUID(check_id),
            "side": picture.side,
            "label": picture.label,
        }
        work.session.execute(sa.insert(card_images), row)

    def of(self, work: Work, check_id: str) -> list[CheckPicture]:
        first = sa.select(card_checks.c.file_id).where(*_of_check(work, card_checks, check_id))
        file_id = work.session.execute(first).scalar_one_or_none()
        others = work.session.execute(
            sa.select(card_images)
            .where(*_of_check(work, card_images, check_id))
            .order_by(card_images.c.side, card_images.c.label != WHOLE_SIDE, card_images.c.label)
        )
        pictures = [CheckPicture(str(row.file_id), row.side, row.label) for row in others]
        return [CheckPicture(str(file_id), 1, WHOLE_SIDE), *pictures] if file_id else pictures

    def forget(self, work: Work, check_id: str) -> list[CheckPicture]:
        pictures = self.of(work, check_id)
        work.session.execute(sa.update(card_checks).where(*_of_check(work, card_checks, check_id)).values(file_id=None))
        work.session.execute(sa.delete(card_images).where(*_of_check(work, card_images, check_id)))
        return pictures


def _of_check(work: Work, table: sa.Table, check_id: str) -> tuple[sa.ColumnElement[Any], ...]:
    return table.c.authority_id == work.authority_id, table.c.check_id == UUID(check_id)
