"""Who is told is kept whole: settings in their file, the password with the other secrets."""

from __future__ import annotations

from tests.helpers import mail
from tests.helpers.mail import mail_server, web_server
from vetpacs_desktop import settings as settings_file
from vetpacs_desktop.paths import Home
from vetpacs_desktop.settings import Settings
from vetpacs_desktop.store.backup.credentials import secrets_of
from vetpacs_desktop.store.backup.tending import messengers
from vetpacs_desktop.store.backup.tending.alarms import MAIL, WEBHOOK
from vetpacs_desktop.ui.operations import backup_alarms
from vetpacs_desktop.ui.operations.backup_alarms import Wanted


def test_what_is_kept_is_what_the_service_reads_and_the_rest_stays(home: Home) -> None:
    settings_file.save(Settings({"clinic.name": "Example Clinic"}), home.make().settings)
    assert not backup_alarms.look(home).password
    wanted = Wanted({"alarms.email_to": ("a@example.org",), "alarms.smtp_user": "a"}, mail.PASSWORD)
    assert mail.PASSWORD not in repr(wanted)
    assert backup_alarms.keep(home, wanted).names("alarms.email_to") == ("a@example.org",)
    read = settings_file.load(home.settings)
    assert (read.text("clinic.name"), read.text("alarms.smtp_user")) == ("Example Clinic", "a")
    assert mail.PASSWORD not in home.settings.read_text()
    kept = backup_alarms.look(home)
    assert kept.password
    assert "kept in" in kept.where
    backup_alarms.keep(home, Wanted({"alarms.smtp_user": "b"}))  # nothing typed: it stays
    assert secrets_of(home).get(messengers.PASSWORD) == mail.PASSWORD
    backup_alarms.keep(home, Wanted({"alarms.smtp_user": ""}, forget=True))
    assert not backup_alarms.look(home).password


def test_a_trial_goes_by_what_is_typed_and_keeps_nothing(home: Home) -> None:
    home.make()
    with mail_server("none") as box, web_server() as posts:
        typed = Settings(
            {
                "alarms.email_to": ("a@example.org",),
                "alarms.smtp_host": box.host,
                "alarms.smtp_port": box.port,
                "alarms.smtp_security": "none",
                "alarms.webhook": posts.address,
            }
        )
        said = [backup_alarms.send_trial(home, typed, "unused", way) for way in (MAIL, WEBHOOK)]
    assert [one.sent for one in said] == [True, True]
    assert box.receivers == ["a@example.org"]
    assert posts.bodies[0]["event"] == "trial"
    assert not home.settings.exists()
    assert not backup_alarms.look(home).password
