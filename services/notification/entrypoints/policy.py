"""Who may call what of the notification service.

A subscriber is no account: the gateway calls for it, and its secret, which the use case compares, is its proof.
"""

from __future__ import annotations

from chassis.policy import YOUNG, Rule, services, staff

_FOR_A_SUBSCRIBER = services("gateway")

POLICY: dict[str, Rule] = {
    "IssueMembershipCode": YOUNG,
    "ListMyLinks": YOUNG,
    "EndLink": YOUNG,
    "LinkPerson": _FOR_A_SUBSCRIBER,
    "GetLinkedPerson": _FOR_A_SUBSCRIBER,
    "UnlinkPerson": _FOR_A_SUBSCRIBER,
    "CountDeliveries": staff("administration", "support", "audit", machines=True),
}
