"""Who may call what of the payout service."""

from __future__ import annotations

from chassis.policy import Rule, delegate, either, staff

_DECIDES = staff("payments")
_READS = staff("payments", "administration", "audit", machines=True)
_OF_THE_PARTNER = delegate("principal", "manager", "cashier", "school")

POLICY: dict[str, Rule] = {
    "ListRuns": _READS,
    "GetRun": _READS,
    "ProposeRun": _DECIDES,
    "ApproveRun": _DECIDES,
    # Every partner's IBAN: for people.
    "GetSepaFile": staff("payments", "administration", "audit"),
    "GetStatement": either(_READS, _OF_THE_PARTNER),
    "ListHolds": _READS,
    "PlaceHold": _DECIDES,
    "LiftHold": _DECIDES,
    "ListClawbacks": _READS,
    "ProposeClawback": _DECIDES,
    "ApproveClawback": _DECIDES,
    "DropClawback": _DECIDES,
    "GetPartnerAccount": either(_READS, _OF_THE_PARTNER),
}
