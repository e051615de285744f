"""The mail server's stand-in: takes every mail, keeps it, shows it, and never in production."""

from __future__ import annotations

import smtplib
import socket
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from chassis import config as chassis_config
from chassis.config import Environment, SettingMissing
from sandbox.mail import app, config
from sandbox.mail.config import MailSettings
from sandbox.mail.mailbox import Mailbox


@pytest.fixture
def settings(tmp_path: Path) -> MailSettings:
    shared = chassis_config.read("sandbox", Environment({"ATOUTS_MODE": "test", "KEYS_DIR": str(tmp_path)}))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return MailSettings(shared, "127.0.0.1", free.getsockname()[1], 0, tmp_path / "mail")


@pytest.fixture
def page(settings: MailSettings) -> Iterator[TestClient]:
    with TestClient(app.build(settings)) as client:
        yield client


def send(settings: MailSettings, subject: str = "Été", to: str = "zoe@exemple.fr") -> None:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "a@exemple.fr", to, subject
    message["Message-ID"] = f"<{subject.encode().hex()}@exemple.fr>"
    message.set_content("Bonjour,\nà bientôt\n")
    message.add_alternative("<p>Bonjour</p>", subtype="html")
    with smtplib.SMTP("127.0.0.1", settings.smtp_port, timeout=5) as server:
        server.send_message(message)


def test_a_mail_that_was_taken_is_listed(settings: MailSettings, page: TestClient) -> None:
    """Oldest first, with its id, recipient, subject and text."""
    send(settings)
    send(settings, "Hiver")
    first, second = page.get("/messages").json()
    assert (first["number"], first["to"], first["subject"]) == (1, "zoe@exemple.fr", "Été")
    assert first["message_id"] == f"<{'Été'.encode().hex()}@exemple.fr>"
    assert "à bientôt" in first["text"]
    assert second["subject"] == "Hiver"


def test_a_mail_is_kept_whole(settings: MailSettings, page: TestClient) -> None:
    """As a file that a mail program opens."""
    send(settings)
    answer = page.get("/messages/1.eml")
    assert answer.headers["content-type"] == "message/rfc822"
    assert b"multipart/alternative" in answer.content
    assert page.get("/messages/2.eml").status_code == 404


def test_the_page_shows_mails_as_text_alone(settings: MailSettings, page: TestClient) -> None:
    """In French, newest first; what a mail holds is never a page of ours."""
    send(settings, "<script>alert(1)</script>")
    shown = page.get("/")
    assert "Bac à sable" in shown.text
    assert "&lt;script&gt;" in shown.text
    assert "<script>" not in shown.text
    assert "default-src 'none'" in shown.headers["Content-Security-Policy"]


def test_a_restart_keeps_the_mails_and_their_numbers(settings: MailSettings) -> None:
    """They are files."""
    first = Mailbox(settings.folder)
    first.keep(b"Subject: un\r\n\r\nun\r\n")
    again = Mailbox(settings.folder)
    assert again.keep(b"Subject: deux\r\n\r\ndeux\r\n") == 2
    assert [mail.subject for mail in again.all()] == ["un", "deux"]


def test_it_refuses_to_run_in_production(tmp_path: Path) -> None:
    """There mails go to a real server."""
    shared = chassis_config.read("sandbox", Environment({"ATOUTS_MODE": "production", "KEYS_DIR": str(tmp_path)}))
    with pytest.raises(SettingMissing, match="SMTP_URL"):
        config.read(shared)
