"""Mails, counted, for staff."""

from __future__ import annotations

from atouts.notification.v1 import deliveries_pb2 as pb

from chassis.work import Work
from services.notification.domain.deliveries import DeliveryState
from services.notification.store.views import count_deliveries

_STATES = {
    DeliveryState.WAITING: pb.DELIVERY_STATE_WAITING,
    DeliveryState.SENT: pb.DELIVERY_STATE_SENT,
    DeliveryState.ABANDONED: pb.DELIVERY_STATE_ABANDONED,
    DeliveryState.FAILED: pb.DELIVERY_STATE_FAILED,
}


class StaffDoor:
    """Numbers only: whom a mail went to is not shown."""

    def count_deliveries(self, work: Work, _request: pb.CountDeliveriesRequest) -> pb.CountDeliveriesResponse:
        counts = [
            pb.DeliveryCount(template=each.template, state=_STATES[each.state], count=each.count)
            for each in count_deliveries(work)
        ]
        return pb.CountDeliveriesResponse(counts=counts)
