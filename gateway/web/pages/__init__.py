"""Every page, one subject a file."""

from __future__ import annotations

from gateway.web.page import Act, Page, of_module
from gateway.web.pages import (
    account,
    account_links,
    accounts,
    bons_plans,
    card,
    card_holder,
    credentials,
    erasure,
    guardians,
    invitations,
    links,
    memberships,
    own_facts,
    person,
    public,
    rights,
    school,
    school_lists,
    school_referents,
    space,
    staff,
    staff_budgets,
    staff_card_orders,
    staff_cards,
    staff_clawbacks,
    staff_corrections,
    staff_erasures,
    staff_holds,
    staff_ibans,
    staff_machines,
    staff_members,
    staff_offers,
    staff_partners,
    staff_payouts,
    staff_persons,
    staff_profiles,
    staff_proofs,
    staff_published,
    staff_schools,
    staff_seasons,
    staff_structures,
    staff_suspensions,
    staff_team,
    till,
    till_cancel,
    till_day,
    till_payments,
    vouchers,
)

_PUBLIC = (public, bons_plans, accounts, account_links, invitations)
_OWN = (account, credentials)
_YOUNG = (space, rights, card, card_holder, person, memberships, guardians, own_facts, vouchers, links, erasure)
_TILL = (till, till_day, till_cancel, till_payments)
_SCHOOL = (school, school_lists, school_referents)
_STAFF = (
    staff,
    staff_cards,
    staff_card_orders,
    staff_partners,
    staff_offers,
    staff_published,
    staff_seasons,
    staff_budgets,
    staff_payouts,
    staff_clawbacks,
    staff_holds,
    staff_ibans,
    staff_proofs,
    staff_structures,
    staff_members,
    staff_corrections,
    staff_suspensions,
    staff_schools,
    staff_persons,
    staff_profiles,
    staff_erasures,
    staff_team,
    staff_machines,
)
_SUBJECTS = (*_PUBLIC, *_OWN, *_YOUNG, *_TILL, *_SCHOOL, *_STAFF)


def pages() -> list[Page | Act]:
    return [one for subject in _SUBJECTS for one in of_module(subject)]
