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
    links,
    memberships,
    own_facts,
    partner_applications,
    partner_bank,
    partner_charter,
    partner_declarations,
    partner_delegates,
    partner_documents,
    partner_home,
    partner_offer_form,
    partner_offers,
    partner_payments,
    partner_proofs,
    partner_registration,
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
    staff_corrections,
    staff_erasures,
    staff_members,
    staff_offers,
    staff_partners,
    staff_payouts,
    staff_persons,
    staff_schools,
    staff_seasons,
    staff_suspensions,
    till,
    till_cancel,
    till_day,
    till_payments,
    vouchers,
)

_PUBLIC = (public, bons_plans, accounts, account_links)
_OWN = (account, credentials)
_YOUNG = (space, rights, card, card_holder, person, memberships, guardians, own_facts, vouchers, links, erasure)
_TILL = (till, till_day, till_cancel, till_payments)
_PARTNER = (
    partner_home,
    partner_registration,
    partner_declarations,
    partner_applications,
    partner_documents,
    partner_bank,
    partner_charter,
    partner_delegates,
    partner_payments,
    partner_proofs,
    partner_offers,
    partner_offer_form,
)
_SCHOOL = (school, school_lists, school_referents)
_STAFF = (
    staff,
    staff_cards,
    staff_card_orders,
    staff_partners,
    staff_offers,
    staff_seasons,
    staff_budgets,
    staff_payouts,
    staff_members,
    staff_corrections,
    staff_suspensions,
    staff_schools,
    staff_persons,
    staff_erasures,
)
_SUBJECTS = (*_PUBLIC, *_OWN, *_YOUNG, *_TILL, *_PARTNER, *_SCHOOL, *_STAFF)


def pages() -> list[Page | Act]:
    return [one for subject in _SUBJECTS for one in of_module(subject)]
