"""Messages arrive at a real mail server and a real web server, or the sentence says why not."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.helpers import mail
from tests.helpers.mail import MailBox, mail_server, web_server
from vetpacs_desktop.settings import Settings, Value
from vetpacs_desktop.store.backup.tending import messengers
from vetpacs_desktop.store.backup.tending.messengers import MailNotSent, Message, WebhookNotSent

MESSAGE = Message("VetPACS: NAS is overdue", "The backup…\n", {"light": "red"}, "2026-11-24T09:00:00+01:00")


@pytest.fixture
def trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A certificate that this computer's own list of authorities holds."""
    path = mail.certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    return path


def settings(box: MailBox | None = None, **more: Value) -> Settings:
    values: dict[str, Value] = {"alarms.email_to": ("manager@example.org", "it@example.org")}
    if box is not None:
        values |= {"alarms.smtp_host": box.host, "alarms.smtp_port": box.port}
    return Settings({**values, **{f"alarms.{name}": value for name, value in more.items()}})


@pytest.mark.parametrize("security", ["starttls", "ssl"])
def test_a_mail_goes_encrypted_with_name_and_password(security: str, trusted: Path) -> None:
    with mail_server(security, trusted, login=True) as box:
        who = settings(box, smtp_security=security, smtp_user=mail.USER, email_from="pacs@example.org")
        messengers.send_mail(who, mail.PASSWORD, MESSAGE)
    [arrived] = box.mails
    assert (arrived["Subject"], arrived["From"]) == ("VetPACS: NAS is overdue", "pacs@example.org")
    assert arrived.get_content().strip() == "The backup…"
    assert arrived["Auto-Submitted"] == "auto-generated"
    assert arrived["Date"].datetime.isoformat() == MESSAGE.at
    assert box.receivers == ["manager@example.org", "it@example.org"]
    assert box.logins == [mail.USER]


def test_a_server_in_the_house_without_encryption_gets_mail_but_no_password() -> None:
    with mail_server("none") as box:
        messengers.send_mail(settings(box, smtp_security="none"), "", MESSAGE)
        assert box.mails[0]["From"] == "manager@example.org"
        with pytest.raises(MailNotSent, match="not sent without encryption"):
            messengers.send_mail(settings(box, smtp_security="none", smtp_user="me"), "secret", MESSAGE)
    assert len(box.mails) == 1


def test_a_wrong_password_is_told_and_shown_nowhere(trusted: Path) -> None:
    with mail_server("starttls", trusted, login=True) as box, pytest.raises(MailNotSent) as told:
        messengers.send_mail(settings(box, smtp_user=mail.USER), "wrong horse", MESSAGE)
    assert "did not accept the name and password" in told.value.sentence
    assert "wrong horse" not in told.value.sentence
    assert not box.mails


def test_a_certificate_nobody_vouches_for_is_refused(tmp_path: Path) -> None:
    for security in ("starttls", "ssl"):
        with (
            mail_server(security, mail.certificate(tmp_path)) as box,
            pytest.raises(MailNotSent, match="certificate is not trusted"),
        ):
            messengers.send_mail(settings(box, smtp_security=security), "", MESSAGE)
        assert not box.mails


def test_a_server_without_the_wanted_encryption_gets_nothing() -> None:
    with mail_server("none") as box, pytest.raises(MailNotSent, match="another kind of encryption"):
        messengers.send_mail(settings(box), "", MESSAGE)
    assert not box.mails


def test_what_the_server_says_is_passed_on() -> None:
    with mail_server("none") as box:
        box.refuse = "552 the mail box is full"
        with pytest.raises(MailNotSent, match="the mail box is full"):
            messengers.send_mail(settings(box, smtp_security="none"), "", MESSAGE)


def test_nobody_there_is_told_with_the_address() -> None:
    nowhere = MailBox("127.0.0.1", mail.free_port())
    with pytest.raises(MailNotSent, match=f"127.0.0.1:{nowhere.port}.*refused"):
        messengers.send_mail(settings(nowhere), "", MESSAGE)
    with pytest.raises(MailNotSent, match="neither starttls, ssl nor none"):
        messengers.send_mail(settings(nowhere, smtp_security="yes"), "", MESSAGE)


def test_a_webhook_is_posted_json() -> None:
    with web_server() as posts:
        messengers.post(settings(webhook=posts.address), MESSAGE)
    assert posts.bodies == [{"light": "red"}]


@pytest.mark.parametrize("answer", [302, 404, 500])
def test_a_webhook_that_does_not_take_it_is_told_without_its_secret_path(answer: int) -> None:
    with web_server() as posts:
        posts.answer = answer
        with pytest.raises(WebhookNotSent, match=str(answer)) as told:
            messengers.post(settings(webhook=posts.address), MESSAGE)
    assert "key=1" not in told.value.sentence
    assert not posts.bodies


@pytest.mark.parametrize(
    "address", ["file:///etc/passwd", "example.org/hook", "ftp://example.org/x", "http://"]
)
def test_other_addresses_are_refused(address: str) -> None:
    with pytest.raises(WebhookNotSent, match="https://"):
        messengers.post(settings(webhook=address), MESSAGE)


def test_a_webhook_where_nobody_listens() -> None:
    with pytest.raises(WebhookNotSent, match="refused"):
        messengers.post(settings(webhook=f"http://127.0.0.1:{mail.free_port()}/x"), MESSAGE)


def test_ways_are_only_those_that_are_set_up() -> None:
    assert not messengers.has_mail(Settings())
    assert not messengers.has_mail(settings())
    assert messengers.has_mail(settings(MailBox("mail.example.org", 587)))
    assert not messengers.has_webhook(Settings())


def test_something_that_is_no_web_server_is_told_in_words() -> None:
    """A mail server greets at once, which is no answer to a POST."""
    with (
        mail_server("none") as box,
        pytest.raises(WebhookNotSent, match="no web server") as told,
    ):
        messengers.post(settings(webhook=f"http://{box.host}:{box.port}/hook?key=1"), MESSAGE)
    assert "key=1" not in told.value.sentence
    with pytest.raises(WebhookNotSent, match="mistake in the address") as told:
        messengers.post(settings(webhook="http://127.0.0.1/hook\n?key=1"), MESSAGE)
    assert "key=1" not in told.value.sentence
    assert messengers.server_of("https://me:secret@chat.example.org:8443/x") == "chat.example.org:8443"
    for wrong in ("https://[", "https://example.org:x/", "example.org"):
        assert messengers.server_of(wrong) == ""
