"""Rights without cents and their uses."""

from __future__ import annotations

from marshmallow import fields

from gateway.schemas.at_till import AtTill
from gateway.schemas.fields import Counted, Day, Instant, Part, Shown
from gateway.schemas.paging import Page, Paged


class Access(Shown):
    scheme = fields.String()
    season = fields.String()
    benefit = fields.String()
    title = fields.String()
    category = fields.String()
    limit = Counted()
    limit_per = fields.String()
    uses_left = Counted()
    asks_code = fields.Boolean()
    use_until = fields.String()


class Accesses(Shown):
    accesses = fields.List(Part(Access))


class RecordUse(AtTill):
    """No amount: nobody is paid."""


class RecordedUse(Shown):
    use_id = fields.String()
    occurred_at = Instant()
    uses_left = Counted()
    replayed = fields.Boolean()


class CancelledUse(Shown):
    cancelled_at = Instant()
    replayed = fields.Boolean()


class AccessUse(Shown):
    use_id = fields.String()
    partner_id = fields.String()
    scheme = fields.String()
    season = fields.String()
    benefit = fields.String()
    category = fields.String()
    occurred_at = Instant()
    cancelled = fields.Boolean()
    channel = fields.String()


class AccessUses(Paged):
    uses = fields.List(Part(AccessUse))


class PartnerUsesQuery(Page):
    from_day = Day()
    to_day = Day()
