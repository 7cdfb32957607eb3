"""How an alarm leaves this computer: by e-mail (SMTP) and by a webhook (a POST of JSON).

One attempt each, with a limit of time, to the addresses of the settings; whether and when to try again is
`alarms.py`'s business. A password goes over an encrypted connection only. Names of animals and owners are in
no message.
"""

from __future__ import annotations

import http.client
import json
import smtplib
import ssl
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from typing import IO
from urllib.parse import urlsplit

from vetpacs_desktop.errors import KnownError
from vetpacs_desktop.settings import Settings

SECONDS = 30.0
STARTTLS, SSL, NONE = "starttls", "ssl", "none"
PASSWORD = "alarms/smtp"
"""The name under which `credentials` keeps the mail server's password."""
MOST_ANSWER = 64 * 1024


class MailNotSent(KnownError):
    """The e-mail could not be sent by {server}: {reason}"""


class WebhookNotSent(KnownError):
    """The message could not be posted to {server}: {reason}"""


@dataclass(frozen=True, slots=True)
class Message:
    """What is told."""

    subject: str
    body: str
    facts: Mapping[str, object]
    """The same for machines: what the webhook is given."""
    at: str
    """ISO 8601 with offset."""


def has_mail(settings: Settings) -> bool:
    """Whether the settings name receivers and a server."""
    return bool(settings.names("alarms.email_to") and settings.text("alarms.smtp_host"))


def has_webhook(settings: Settings) -> bool:
    return bool(settings.text("alarms.webhook"))


def send_mail(settings: Settings, password: str, message: Message) -> None:
    """Hand the message to the mail server. Raises `MailNotSent` with the reason."""
    host, port = settings.text("alarms.smtp_host"), settings.number("alarms.smtp_port")
    server = f"{host}:{port}"
    security = settings.text("alarms.smtp_security").strip().lower()
    user = settings.text("alarms.smtp_user")
    if security not in (STARTTLS, SSL, NONE):
        raise MailNotSent(server=server, reason=f"{security} is neither starttls, ssl nor none.")
    if user and security == NONE:
        raise MailNotSent(server=server, reason="the password is not sent without encryption; choose ssl.")
    try:
        with _connected(host, port, security) as link:
            if user:
                link.login(user, password)
            refused = link.send_message(_mail(settings, message))
    except (OSError, smtplib.SMTPException, UnicodeError, ValueError) as error:
        raise MailNotSent(server=server, reason=_mail_reason(error)) from error
    if refused:
        raise MailNotSent(server=server, reason=f"it does not take {', '.join(refused)}.")


def post(settings: Settings, message: Message) -> None:
    """Post the facts to the webhook. Raises `WebhookNotSent` with the reason."""
    address = settings.text("alarms.webhook")
    server = server_of(address)
    if not server:
        raise WebhookNotSent(server="the address", reason="it must be like https://chat.example.org/hook.")
    data = json.dumps(dict(message.facts)).encode()
    try:
        request = urllib.request.Request(
            address, data, {"Content-Type": "application/json", "User-Agent": "VetPACS"}, method="POST"
        )
        with urllib.request.build_opener(_NoDetour).open(request, timeout=SECONDS) as answer:
            answer.read(MOST_ANSWER)
    except urllib.error.HTTPError as error:
        error.close()
        raise WebhookNotSent(server=server, reason=f"it answered {error.code}.") from error
    except http.client.InvalidURL as error:
        raise WebhookNotSent(server=server, reason="there is a mistake in the address.") from error
    except http.client.HTTPException as error:  # its words may quote the address, which is a secret
        raise WebhookNotSent(server=server, reason="what answers there is no web server.") from error
    except (OSError, ValueError) as error:  # URLError is an OSError
        reason = getattr(error, "reason", None) or error
        raise WebhookNotSent(server=server, reason=_reason(reason)) from error


def server_of(address: str) -> str:
    """The computer of a webhook, with its port; empty where the address is none."""
    try:
        parts = urlsplit(address)
        known = parts.scheme in ("http", "https") and bool(parts.hostname)
        parts.port  # noqa: B018 - raises for what is no number
    except ValueError:
        return ""
    return parts.netloc.rpartition("@")[2] if known else ""


class _NoDetour(urllib.request.HTTPRedirectHandler):
    """A redirect would become a GET without the message, and lead who knows where."""

    def redirect_request(
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: object,
        newurl: str,
    ) -> None:
        return None


def _connected(host: str, port: int, security: str) -> smtplib.SMTP:
    context = ssl.create_default_context()
    if security == SSL:
        return smtplib.SMTP_SSL(host, port, timeout=SECONDS, context=context, local_hostname="localhost")
    link = smtplib.SMTP(host, port, timeout=SECONDS, local_hostname="localhost")
    if security == STARTTLS:
        try:
            link.starttls(context=context)
        except BaseException:
            link.close()
            raise
    return link


def _mail(settings: Settings, message: Message) -> EmailMessage:
    receivers = settings.names("alarms.email_to")
    mail = EmailMessage()
    mail["From"] = settings.text("alarms.email_from") or receivers[0]
    mail["To"] = ", ".join(receivers)
    mail["Subject"] = message.subject
    mail["Date"] = format_datetime(datetime.fromisoformat(message.at))
    mail["Message-ID"] = make_msgid(domain="vetpacs.invalid")
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: no answer from an absence notice
    mail.set_content(message.body)
    return mail


def _mail_reason(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return "it did not accept the name and password."
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return "it does not offer what is needed; try another kind of encryption."
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return f"it does not take {', '.join(error.recipients)}."
    if isinstance(error, smtplib.SMTPResponseException):
        said = error.smtp_error
        return f"it said {said.decode(errors='replace') if isinstance(said, bytes) else said}."
    return _reason(error)


def _reason(error: object) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not trusted ({error.verify_message})."
    return f"{getattr(error, 'strerror', None) or error or type(error).__name__}."
