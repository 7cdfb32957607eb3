"""Who is told when a backup fails: typed, tried with real servers, kept, and never shown again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QObject, Qt, QTranslator
from PySide6.QtWidgets import QDialogButtonBox, QLineEdit
from pytestqt.qtbot import QtBot

from tests.helpers import mail
from tests.helpers.clipped import clipped
from tests.helpers.mail import mail_server, web_server
from tests.ui.backup.conftest import LEFT, click, dialog_of, known, until
from tests.ui.conftest import Opened
from vetpacs_desktop import settings as settings_file
from vetpacs_desktop.app import App
from vetpacs_desktop.settings import Value
from vetpacs_desktop.store.backup import places
from vetpacs_desktop.store.backup.credentials import secrets_of
from vetpacs_desktop.store.backup.places import Place
from vetpacs_desktop.store.backup.tending import messengers
from vetpacs_desktop.ui.backup.alarms_dialog import AlarmsDialog

pytestmark = pytest.mark.usefixtures("service_elsewhere", "place")
ENTER, ESCAPE, TAB = Qt.Key.Key_Return, Qt.Key.Key_Escape, Qt.Key.Key_Tab


@pytest.fixture
def place(app: App, nas: Path) -> None:
    """A place that nothing was saved to: the card offers who is told."""
    places.add(app.home, Place("NAS", str(nas), every="never", drill_days=0))


@pytest.fixture
def certificate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """One that this computer trusts."""
    path = mail.certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    return path


def ask(opened: Opened, qtbot: QtBot) -> AlarmsDialog:
    """The dialog, by the card's button, once it knows what is kept."""
    desk = known(opened, qtbot)
    opened.window.show_place("system")
    click(qtbot, desk.card, "who_is_told")
    dialog = dialog_of(opened, AlarmsDialog)
    until(qtbot, lambda: "kept in" in said_of_password(dialog))
    return dialog


def said_of_password(dialog: AlarmsDialog) -> str:
    return dialog.mail._where.text()


def write(qtbot: QtBot, field: QLineEdit, text: str) -> None:
    """As a person does: click, mark all, type."""
    dialog = field.window()
    assert isinstance(dialog, AlarmsDialog)
    dialog._area.ensureWidgetVisible(field)
    qtbot.mouseClick(field, LEFT)
    qtbot.keyClick(field, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClick(field, Qt.Key.Key_Delete)
    qtbot.keyClicks(field, text)


def set_up(app: App, **values: Value) -> None:
    """As it was kept some other day."""
    told = {f"alarms.{name}": value for name, value in values.items()}
    app.settings = app.settings.with_values(told)
    settings_file.save(app.settings, app.home.settings)


def tried(dialog: AlarmsDialog, qtbot: QtBot) -> dict[str, str]:
    """Press the button and wait for a sentence by every way."""
    click(qtbot, dialog, "send_trial")
    assert dialog.trying
    assert dialog.trial.hasFocus()
    click(qtbot, dialog, "send_trial")  # an impatient one sends nothing more
    until(qtbot, lambda: not dialog.trying)
    return {way: words.text() for way, words in dialog.outcomes.items()}


def test_everything_is_typed_tried_and_kept(
    app: App, opened: Opened, certificate: Path, qtbot: QtBot
) -> None:
    with mail_server("starttls", certificate, login=True) as box, web_server() as posts:
        dialog = ask(opened, qtbot)
        form = dialog.mail
        assert form.to.hasFocus()
        qtbot.keyClicks(form.to, "manager@example.org; it@example.org")
        qtbot.keyClick(form.to, TAB)
        assert form.host.hasFocus()
        qtbot.keyClicks(form.host, box.host)
        write(qtbot, form.port, str(box.port))
        write(qtbot, form.user, mail.USER)
        qtbot.keyClick(form.user, TAB)
        assert form.password.hasFocus()
        qtbot.keyClicks(form.password, mail.PASSWORD)
        assert mail.PASSWORD not in form.password.displayText()
        qtbot.mouseClick(dialog.by_webhook, LEFT)
        write(qtbot, dialog.webhook, posts.address)
        assert not list(clipped(dialog))
        said = tried(dialog, qtbot)
        assert said["mail"] == "The e-mail was sent. Look whether it arrived."
        assert said["webhook"].startswith("The message was posted.")
        assert box.receivers == ["manager@example.org", "it@example.org"]
        assert posts.bodies[0]["event"] == "trial"
        assert not settings_file.load(app.home.settings).names("alarms.email_to")  # a trial keeps nothing
        qtbot.mouseClick(dialog.webhook, LEFT)
        qtbot.keyClick(dialog.webhook, ENTER)
        until(qtbot, lambda: opened.window.backup.dialog is None)

        kept = settings_file.load(app.home.settings)
        assert kept.names("alarms.email_to") == ("manager@example.org", "it@example.org")
        assert kept.text("alarms.webhook") == posts.address
        assert app.settings.number("alarms.smtp_port") == box.port
        assert kept.number("receiver.port") == 0  # the rest stays
        assert mail.PASSWORD not in app.home.settings.read_text()
        assert secrets_of(app.home).get(messengers.PASSWORD) == mail.PASSWORD
        card = opened.window.backup.card
        assert "an e-mail goes to manager@example.org" in card._told.text()
        assert "key=1" not in card._told.text()

        again = ask(opened, qtbot)
        assert again.mail.password.text() == ""
        assert again.mail.password.placeholderText().startswith("kept")
        assert "credentials.json" in said_of_password(again)
        assert again.by_mail.hasFocus()  # the first key must not replace the addresses
        assert tried(again, qtbot)["mail"].startswith("The e-mail was sent")  # with the one that is kept
        assert len(box.mails) == 2
        write(qtbot, again.mail.password, "wrong horse")
        assert not again.outcomes  # what was found is not true of this password
        assert "did not accept the name and password" in tried(again, qtbot)["mail"]


def test_what_can_not_work_is_said_and_the_focus_goes_there(opened: Opened, qtbot: QtBot) -> None:
    dialog = ask(opened, qtbot)
    form, ok = dialog.mail, dialog.buttons.button(QDialogButtonBox.StandardButton.Ok)
    mistakes: tuple[tuple[QLineEdit, str, str, QObject], ...] = (
        (form.to, "", "Who gets the e-mail?", form.to),
        (form.to, "manager@example.org, nobody", "“nobody” is no e-mail address", form.to),
        (form.to, "manager@example.org", "The mail server is missing", form.host),
        (form.host, "my server", "can't be a mail server", form.host),
        (form.host, "mail.example.org", "", form.host),
        (form.port, "0", "The port is a number from 1 to 65535, usually 587", form.port),
        (form.port, "587", "", form.port),
        (form.sent_from, "pacs", "“pacs” is no e-mail address", form.sent_from),
        (form.sent_from, "", "", form.sent_from),
        (form.password, "secret", "whose is it?", form.user),
        (form.password, "", "", form.password),
        (form.user, "vetpacs", "The password of vetpacs is missing", form.password),
    )
    for field, text, words, place in mistakes:
        write(qtbot, field, text)
        assert dialog.problem == ""
        if words:
            qtbot.mouseClick(ok, LEFT)
            assert words in dialog.problem
            assert place.property("focus") is True
            assert not list(clipped(dialog))
    write(qtbot, form.password, "secret")
    form.security.setFocus()
    qtbot.keyClick(form.security, Qt.Key.Key_End)
    assert form.port.text() == "25"  # a port that nobody chose follows
    qtbot.mouseClick(ok, LEFT)
    assert "not sent without encryption" in dialog.problem
    qtbot.mouseClick(dialog.by_mail, LEFT)
    qtbot.mouseClick(dialog.by_webhook, LEFT)
    write(qtbot, dialog.webhook, "chat.example.org")
    click(qtbot, dialog, "send_trial")
    assert "begins with https://" in dialog.problem
    assert not dialog.outcomes
    qtbot.keyClick(dialog.webhook, ESCAPE)
    until(qtbot, lambda: opened.window.backup.dialog is None)


def test_each_way_that_fails_says_why(app: App, opened: Opened, qtbot: QtBot) -> None:
    with web_server() as posts:
        posts.answer = 404
        set_up(
            app,
            email_to=("a@example.org",),
            smtp_host="127.0.0.1",
            smtp_port=mail.free_port(),
            webhook=posts.address,
        )
        dialog = ask(opened, qtbot)
        said = tried(dialog, qtbot)
    assert "could not be sent by 127.0.0.1" in said["mail"]
    assert "refused" in said["mail"]
    assert "it answered 404" in said["webhook"]
    assert not list(clipped(dialog))


def test_the_kept_password_goes_to_no_other_server(app: App, opened: Opened, qtbot: QtBot) -> None:
    secrets_of(app.home).put(messengers.PASSWORD, mail.PASSWORD)
    set_up(app, email_to=("a@example.org",), smtp_host="mail.example.org", smtp_user=mail.USER)
    dialog = ask(opened, qtbot)
    write(qtbot, dialog.mail.host, "127.0.0.1")
    click(qtbot, dialog, "send_trial")
    assert "type the one of 127.0.0.1" in dialog.problem
    write(qtbot, dialog.mail.user, "")  # without a name there is nothing to keep
    qtbot.keyClick(dialog.mail.user, ENTER)
    until(qtbot, lambda: opened.window.backup.dialog is None)
    assert secrets_of(app.home).get(messengers.PASSWORD) == ""


def test_nobody_can_be_told_too_and_escape_leaves_it(app: App, opened: Opened, qtbot: QtBot) -> None:
    set_up(
        app, email_to=("a@example.org",), smtp_host="mail.example.org", webhook="https://chat.example.org/x"
    )
    for told in (True, False):
        dialog = ask(opened, qtbot)
        for box in (dialog.by_mail, dialog.by_webhook):
            qtbot.mouseClick(box, LEFT)
        assert not dialog.mail.isVisible()
        assert not dialog.webhook.isVisible()
        click(qtbot, dialog, "send_trial")
        assert "Nobody is to be told" in dialog.problem
        if told:
            qtbot.keyClick(dialog, ESCAPE)
        else:
            qtbot.mouseClick(dialog.buttons.button(QDialogButtonBox.StandardButton.Ok), LEFT)
        until(qtbot, lambda: opened.window.backup.dialog is None)
        kept = settings_file.load(app.home.settings)
        assert bool(kept.names("alarms.email_to")) is told
        assert bool(kept.text("alarms.webhook")) is told
    assert kept.text("alarms.smtp_host") == "mail.example.org"  # for the day they want it again
    assert "only this window" in opened.window.backup.card._told.text()


def test_what_can_not_be_kept_keeps_the_dialog_open(app: App, opened: Opened, qtbot: QtBot) -> None:
    dialog = ask(opened, qtbot)
    write(qtbot, dialog.mail.to, "a@example.org")
    write(qtbot, dialog.mail.host, "mail.example.org")
    app.home.settings.write_text("this is no list of settings")
    qtbot.keyClick(dialog.mail.host, ENTER)
    until(qtbot, lambda: "can't be used" in dialog.problem)
    assert dialog.isVisible()
    assert dialog.mail.host.text() == "mail.example.org"
    assert dialog.buttons.isEnabled()
    assert app.home.settings.read_text() == "this is no list of settings"


class Longer(QTranslator):
    """Every word of the dialog half as long again, as German is."""

    def translate(
        self, context: str, text: str, disambiguation: str | None = None, n: int = -1
    ) -> str | None:
        if context not in ("AlarmsDialog", "MailForm", "BackupCard", "backup"):
            return None
        return text + (" laengere Worte" * 20)[: len(text) // 2].rstrip()

    def isEmpty(self) -> bool:  # noqa: N802 - Qt's name
        return False


@pytest.fixture
def longer(app: App, opened: Opened) -> Iterator[None]:
    translator = Longer()
    assert QCoreApplication.installTranslator(translator)
    yield
    QCoreApplication.removeTranslator(translator)


@pytest.mark.usefixtures("longer")
def test_longer_words_fit(app: App, opened: Opened, qtbot: QtBot) -> None:
    set_up(
        app, email_to=("a@example.org",), smtp_host="127.0.0.1", smtp_port=9, webhook="http://127.0.0.1:9/"
    )
    dialog = ask(opened, qtbot)
    tried(dialog, qtbot)
    assert not list(clipped(dialog))
    assert dialog._area.horizontalScrollBar().maximum() == 0
    inside = dialog._area.viewport().width()
    assert dialog._inside.minimumSizeHint().width() <= inside
