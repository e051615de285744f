"""Memberships told to another authority: codes, links, and what a subscriber sees."""

from __future__ import annotations

from marshmallow import fields

from gateway.schemas.fields import Instant, Part, Shown, Strict, Text


class MembershipCode(Shown):
    code = fields.String()
    expires_at = Instant()


class Link(Shown):
    subscriber_id = fields.String()
    subscriber_name = fields.String()
    linked_at = Instant()


class Links(Shown):
    links = fields.List(Part(Link))


class LinkPerson(Strict):
    code = Text(40, required=True)


class LinkedPerson(Shown):
    pairwise_id = fields.String()


class LinkedMembership(Shown):
    scheme = fields.String()
    season = fields.String()
    state = fields.String()


class LinkedMemberships(Shown):
    memberships = fields.List(Part(LinkedMembership))
