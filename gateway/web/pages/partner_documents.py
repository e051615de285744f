"""The documents that prove what a partner is: those that are missing, those that were sent."""

from __future__ import annotations

from atouts.partner.v1 import organisations_pb2 as pb
from starlette.responses import Response

from chassis.sizes import DOCUMENT_MB
from gateway import answers
from gateway.bodies import Fields
from gateway.contracts import SLOW_S, rpc
from gateway.rate_limits import UPLOAD
from gateway.schemas.fields import Text
from gateway.web.forms import FormSchema
from gateway.web.page import PARTNER, page
from gateway.web.pages import partner_tasks
from gateway.web.pages.partner_space import OWN, run_partner
from gateway.web.partner_terms import terms_of
from gateway.web.visit import View, Visit

_PATH = OWN + "/pieces"
_ENDINGS = {b"%PDF": "pdf", b"\x89PNG": "png"}


class DocumentForm(FormSchema):
    kind = Text(40, required=True)


class KindQuery(FormSchema):
    kind = Text(40)


@page(_PATH, PARTNER, done={"envoye": "La pièce est envoyée."})
async def documents(visit: Visit) -> View:
    own = await run_partner(visit)
    terms = await terms_of(visit)
    live = partner_tasks.live(own.partner)
    titles = terms.document_titles(live, own.partner.kind)
    missing = list(dict.fromkeys(kind for each in live for kind in each.documents_missing))
    values = {
        "own": own,
        "form": visit.form.filled({"kind": visit.query(KindQuery).get("kind") or (missing[0] if missing else "")}),
        "titles": titles,
        "missing": [titles.get(kind, kind) for kind in missing],
        "kinds": sorted(titles.items(), key=lambda one: one[0] not in missing),
        "limit_mb": DOCUMENT_MB,
    }
    return View("partenaire/pieces.html", values)


@documents.act(DocumentForm, limit=UPLOAD, uploads={"content": DOCUMENT_MB})
async def send(visit: Visit, fields: Fields) -> Response:
    await send_document(visit, fields["kind"], fields["content"])
    return visit.go(visit.path, done="envoye")


@page(_PATH + "/{document_id}", PARTNER)
async def document(visit: Visit) -> Response:
    """Downloaded, never shown by the browser as a page of ours."""
    request = pb.GetDocumentRequest(partner_id=visit.id("partner_id"), document_id=visit.id("document_id"))
    found = await visit.ask(rpc("partner", "GetDocument", SLOW_S), request)
    return answers.File("content", ".media_type", ".document.filename").render(found)


async def send_document(visit: Visit, kind: str, content: bytes) -> str:
    """Its id. It is named after what it proves: what it was called on a computer is nobody's business."""
    ending = next((name for start, name in _ENDINGS.items() if content.startswith(start)), "jpg")
    request = pb.UploadDocumentRequest(
        partner_id=visit.id("partner_id"), kind=kind, filename=f"{kind}.{ending}", content=content
    )
    sent = (await visit.ask(rpc("partner", "UploadDocument", SLOW_S), request)).document
    return str(sent.document_id)
