"""Schools that pupils wait for: by academy and by school, for staff."""

from __future__ import annotations

from atouts.identity.v1 import schools_pb2 as pb

from gateway.contracts import SLOW_S, rpc
from gateway.schemas.fields import Text
from gateway.web.forms import FormSchema
from gateway.web.page import STAFF, page
from gateway.web.pages.space import partner_names, scheme_titles
from gateway.web.visit import View, Visit


class QueuesQuery(FormSchema):
    academy = Text(40)
    page_token = Text(500)


@page("/agents/etablissements", STAFF)
async def school_queues(visit: Visit) -> View:
    query = visit.query(QueuesQuery)
    request = pb.ListSchoolQueuesRequest(academy=query.get("academy", ""), page_token=query.get("page_token", ""))
    answer = await visit.ask(rpc("identity", "ListSchoolQueues", SLOW_S), request)
    values = {
        "academies": answer.academies,
        "academy": request.academy,
        "queues": answer.queues,
        "names": await partner_names(visit, {queue.partner_id for queue in answer.queues}),
        "titles": scheme_titles(visit),
        "next": answer.next_page_token,
    }
    return View("agents/etablissements.html", values)
