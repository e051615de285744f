"""Transfer files in ISO 20022's pain.001.001.09: written by sepaxml, checked against the XSD, read again.

sepaxml takes its identifiers and its date from the machine; they are set here from the order, so that the same
order always gives the same file.
"""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from importlib import resources

from lxml import etree
from sepaxml import SepaTransfer

from chassis.clock import PARIS
from services.payout.domain.sepa import (
    NAME_LENGTH,
    TEXT_LENGTH,
    FileTotals,
    Transfer,
    TransferOrder,
    sepa_text,
)

SCHEMA = "pain.001.001.09"
MEDIA_TYPE = "application/xml"
_SPACES = {"p": f"urn:iso:std:iso:20022:tech:xsd:{SCHEMA}"}


class NotAPain001(Exception):
    """A transfer file breaks its XSD: a bug of ours, never sent."""


def write(order: TransferOrder) -> bytes:
    """The file of an order. Raises NotAPain001."""
    writer = SepaTransfer(_account(order), schema=SCHEMA, clean=False)
    for transfer in order.transfers:
        writer.add_payment(_payment(order, transfer))
    document = _parse(writer.export(validate=False))
    _identify(document, order)
    content = etree.tostring(document, xml_declaration=True, encoding="UTF-8")
    validate(content)
    return content


def validate(content: bytes) -> None:
    """Raises NotAPain001 with the XSD's first complaint."""
    schema = _schema()
    if not schema.validate(_parse(content)):
        raise NotAPain001(str(schema.error_log.last_error))  # type: ignore[attr-defined]  # lxml-stubs lacks it


def read_totals(content: bytes) -> FileTotals:
    """What the file states, and what its transfers are, by end-to-end id, read from the bytes alone."""
    document = _parse(content)
    header = _only(document, "p:CstmrCdtTrfInitn/p:GrpHdr")
    transfers = document.findall(".//p:CdtTrfTxInf", _SPACES)
    amounts = {_text(each, "p:PmtId/p:EndToEndId"): _cents(_text(each, "p:Amt/p:InstdAmt")) for each in transfers}
    if len(amounts) != len(transfers):
        raise NotAPain001("two transfers have the same end-to-end id")
    return FileTotals(int(_text(header, "p:NbOfTxs")), _cents(_text(header, "p:CtrlSum")), amounts)


def _account(order: TransferOrder) -> dict[str, object]:
    return {
        "name": sepa_text(order.debtor, NAME_LENGTH),
        "IBAN": order.iban,
        "BIC": order.bic,
        "batch": True,
        "currency": "EUR",
    }


def _payment(order: TransferOrder, transfer: Transfer) -> dict[str, object]:
    return {
        "name": sepa_text(transfer.creditor, NAME_LENGTH),
        "IBAN": transfer.iban,
        "amount": transfer.amount_cents,
        "execution_date": order.execution_on,
        "description": sepa_text(transfer.text, TEXT_LENGTH),
        "endtoend_id": transfer.reference,
    }


def _identify(document: etree._Element, order: TransferOrder) -> None:
    _only(document, ".//p:GrpHdr/p:MsgId").text = order.message_id
    _only(document, ".//p:GrpHdr/p:CreDtTm").text = f"{order.created_at.astimezone(PARIS):%Y-%m-%dT%H:%M:%S}"
    _only(document, ".//p:PmtInf/p:PmtInfId").text = order.message_id


def _parse(content: bytes) -> etree._Element:
    return etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True))


@cache
def _schema() -> etree.XMLSchema:
    packaged = resources.files("sepaxml") / "schemas" / f"{SCHEMA}.xsd"
    return etree.XMLSchema(etree.fromstring(packaged.read_bytes()))


def _only(node: etree._Element, path: str) -> etree._Element:
    found = node.findall(path, _SPACES)
    if len(found) != 1:
        raise NotAPain001(f"{path} is there {len(found)} times")
    return found[0]


def _text(node: etree._Element, path: str) -> str:
    return _only(node, path).text or ""


def _cents(amount: str) -> int:
    return int((Decimal(amount) * 100).to_integral_exact())
