"""The SMTP server: one connection, kept between mails, made anew when it is lost."""

from __future__ import annotations

import smtplib
import ssl
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from urllib.parse import unquote, urlsplit

from chassis.config import SettingMissing
from chassis.errors import Operational
from services.notification.domain.mail import Mail

# Sender, recipient, content, answer: so many times a server may keep us waiting, within one lease.
_WAITS_A_MAIL = 5
_BAD_ADDRESS = 553


class MailRefused(Exception):
    """The server will not take this mail. `for_good`: not later either; `code` is its answer's number."""

    def __init__(self, code: int, *, for_good: bool) -> None:
        super().__init__(f"smtp_{code}")
        self.code = code
        self.for_good = for_good


@dataclass(frozen=True, slots=True)
class SmtpAddress:
    """Where mails are handed over: smtp://user:password@host:port, or smtps:// for TLS from the start."""

    host: str
    port: int
    tls: bool
    user: str
    password: str

    @classmethod
    def of(cls, url: str) -> SmtpAddress:
        """Raises SettingMissing."""
        parts = urlsplit(url)
        if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
            raise SettingMissing("SMTP_URL must be written smtp://host:port or smtps://user:password@host:port")
        tls = parts.scheme == "smtps"
        port = parts.port or (465 if tls else 25)
        return cls(parts.hostname, port, tls, unquote(parts.username or ""), unquote(parts.password or ""))


class SmtpServer:
    """Hands mails over. A mail is sent within `lease`, or not: the server's silence ends before."""

    def __init__(self, address: SmtpAddress, lease: timedelta) -> None:
        self._address = address
        self._timeout_s = lease.total_seconds() / _WAITS_A_MAIL
        self._tls = ssl.create_default_context()
        self._connection: smtplib.SMTP | None = None

    def send(self, mail: Mail) -> None:
        """Returns once the server has taken the mail. Raises MailRefused, Operational."""
        message = _message(mail)
        connection = self._connected()
        try:
            connection.send_message(message, mail.sender_address, [mail.recipient])
        except smtplib.SMTPException as error:
            raise self._told(error) from error
        except OSError as error:
            self.close()
            raise Operational(f"the SMTP server was lost: {type(error).__name__}") from error

    def close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(smtplib.SMTPException, OSError):
                connection.close()

    def _connected(self) -> smtplib.SMTP:
        """The connection, tried: what was lost while nothing was sent costs no attempt."""
        if self._connection is not None:
            with suppress(smtplib.SMTPException, OSError):
                if self._connection.noop()[0] == 250:
                    return self._connection
            self.close()
        try:
            self._connection = self._connect()
        except (smtplib.SMTPException, OSError) as error:
            raise Operational(f"the SMTP server is away: {type(error).__name__}") from error
        return self._connection

    def _connect(self) -> smtplib.SMTP:
        where = (self._address.host, self._address.port)
        if self._address.tls:
            connection: smtplib.SMTP = smtplib.SMTP_SSL(*where, timeout=self._timeout_s, context=self._tls)
        else:
            connection = smtplib.SMTP(*where, timeout=self._timeout_s)
            connection.ehlo()
            if connection.has_extn("starttls"):
                connection.starttls(context=self._tls)
                connection.ehlo()
        if self._address.user:
            connection.login(self._address.user, self._address.password)
        return connection

    def _told(self, error: smtplib.SMTPException) -> Exception:
        """A refusal of this mail, or of all: what the server says of the sender is not the recipient's fault."""
        if isinstance(error, smtplib.SMTPRecipientsRefused):
            code = next(iter(error.recipients.values()))[0]
            return MailRefused(code, for_good=code >= 500)
        if isinstance(error, smtplib.SMTPDataError):
            return MailRefused(error.smtp_code, for_good=error.smtp_code >= 500)
        if isinstance(error, smtplib.SMTPNotSupportedError):  # an address beyond ASCII, and a server that takes none
            return MailRefused(_BAD_ADDRESS, for_good=True)
        self.close()
        return Operational(f"the SMTP server refuses us: {type(error).__name__}")


def _message(mail: Mail) -> EmailMessage:
    """Headers are set by the email package, which refuses a line break in any. Raises MailRefused."""
    message = EmailMessage(policy=SMTP)
    try:
        message["From"] = Address(mail.sender_name, addr_spec=mail.sender_address)
        message["To"] = Address(addr_spec=mail.recipient)
    except (MessageError, ValueError, IndexError):
        raise MailRefused(_BAD_ADDRESS, for_good=True) from None
    message["Subject"] = mail.says.subject
    message["Date"] = format_datetime(mail.written_at)
    message["Message-ID"] = mail.message_id
    message["Auto-Submitted"] = "auto-generated"
    message["Content-Language"] = "fr"
    message.set_content(mail.says.text)
    message.add_alternative(mail.says.html, subtype="html")
    return message
