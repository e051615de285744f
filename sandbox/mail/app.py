"""The two doors: SMTP, which takes every mail, and HTTP, which shows them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from sandbox.mail.config import MailSettings
from sandbox.mail.mailbox import Mailbox
from sandbox.mail.pages import list_page

_LARGEST_BYTES = 2 << 20
_CSP = {"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'"}


class TakesAll:
    """Says 250 once the mail is on disk."""

    def __init__(self, mailbox: Mailbox) -> None:
        self._mailbox = mailbox

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - its hook
        content = envelope.content or b""
        self._mailbox.keep(content if isinstance(content, bytes) else content.encode())
        return "250 OK"


def build(settings: MailSettings) -> Starlette:
    """The page; its lifespan opens and closes the SMTP door."""
    mailbox = Mailbox(settings.folder)
    door = _Door(mailbox)

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        smtp = Controller(
            TakesAll(mailbox),
            hostname=settings.host,
            port=settings.smtp_port,
            data_size_limit=_LARGEST_BYTES,
            enable_SMTPUTF8=True,
        )
        smtp.start()
        yield
        smtp.stop()

    return Starlette(
        routes=[
            Route("/", door.page),
            Route("/messages", door.messages),
            Route("/messages/{number:int}.eml", door.raw),
        ],
        lifespan=lifespan,
    )


class _Door:
    """The three requests. Plain functions: Starlette runs them in a thread, and files are read there."""

    def __init__(self, mailbox: Mailbox) -> None:
        self._mailbox = mailbox

    def page(self, _request: Request) -> Response:
        return HTMLResponse(list_page(reversed(self._mailbox.all())), headers=_CSP)

    def messages(self, _request: Request) -> Response:
        """[{number, message_id, to, subject, date, text}], oldest first."""
        return JSONResponse(
            [
                {
                    "number": mail.number,
                    "message_id": mail.message_id,
                    "to": mail.to,
                    "subject": mail.subject,
                    "date": mail.date,
                    "text": mail.text,
                }
                for mail in self._mailbox.all()
            ]
        )

    def raw(self, request: Request) -> Response:
        try:
            content = self._mailbox.raw(request.path_params["number"])
        except FileNotFoundError:
            return JSONResponse({"error": "aucun courriel ne porte ce numéro"}, 404)
        return Response(content, media_type="message/rfc822")
