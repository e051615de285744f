"""The tabs of staff's pages against the services' policies: shown to whom the page answers, and to nobody else."""

from __future__ import annotations

import pytest

from gateway.web.page import STAFF, Page
from gateway.web.pages import pages
from gateway.web.tabs import EVERY_ROLE, TABS, Tab
from tests.contracts.callers import STAFF_ROLES, callers, request_of
from tests.contracts.services import descriptors, entrypoint

_CALLERS = {caller.name: caller for caller in callers()}
_BY_PATH = {one.path: one for one in pages() if isinstance(one, Page)}


@pytest.mark.parametrize("tab", TABS, ids=lambda tab: tab.path)
def test_a_tab_is_shown_to_the_roles_that_may_call_what_its_page_reads(tab: Tab) -> None:
    """No tab answers « Accès refusé » to whom it is shown, and none is hidden from whom the service would answer."""
    service, _, name = tab.reads.partition(".")
    rule = entrypoint(service, "policy").POLICY[name]
    request = request_of(descriptors()[service].methods_by_name[name])
    allowed = {role for role in EVERY_ROLE if _CALLERS[f"staff {role}"].may_call(rule, request)}
    assert tab.roles == allowed


def test_every_role_that_the_platform_knows_has_its_tabs() -> None:
    """A role without a tab would be a person before an empty page."""
    assert frozenset(STAFF_ROLES) == EVERY_ROLE
    assert all(any(role in tab.roles for tab in TABS) for role in EVERY_ROLE)


@pytest.mark.parametrize("tab", TABS, ids=lambda tab: tab.path)
def test_a_tab_leads_to_a_page_of_staff(tab: Tab) -> None:
    assert _BY_PATH[tab.path].access is STAFF
