"""Who is told of a backup's trouble is asked, tried and given its password on the command line."""

from __future__ import annotations

import subprocess
import sys
from argparse import Namespace
from pathlib import Path

from tests.helpers import mail
from tests.helpers.mail import mail_server, web_server
from tests.helpers.program import command
from vetpacs_desktop import settings
from vetpacs_desktop.commands import backup_alarms
from vetpacs_desktop.paths import Home
from vetpacs_desktop.settings import Settings


def test_a_trial_goes_to_each_way_and_says_how_it_went(home: Home) -> None:
    home.make()
    assert command(home.root, "backup", "alarms", "--test", expect=1) == {
        "email_to": [],
        "webhook": False,
        "waiting": 0,
        "problem": "",
        "tested": [],
    }
    with mail_server("none") as box, web_server() as posts:
        values = {
            "smtp_host": box.host,
            "smtp_port": box.port,
            "smtp_security": "none",
            "webhook": posts.address,
        }
        told = {f"alarms.{name}": value for name, value in values.items()}
        settings.save(Settings({**told, "alarms.email_to": ("a@example.org",)}), home.settings)
        said = command(home.root, "backup", "alarms", "--test")
        assert [one["sent"] for one in said["tested"]] == [True, True]
    assert box.mails[0]["Subject"] == "VetPACS: trial message"
    assert posts.bodies[0]["event"] == "trial"


def test_without_anybody_to_tell_it_says_so(home: Home) -> None:
    answer = backup_alarms.alarms(Namespace(test=False, password=False), home)
    assert answer.text.splitlines() == ["E-mail to: nobody", "Webhook: none"]


def test_the_password_is_read_from_a_pipe_and_shown_nowhere(home: Home, tmp_path: Path) -> None:
    home.make()
    settings.save(Settings({"alarms.smtp_user": mail.USER}), home.settings)
    words = ["--home", str(home.root), "backup", "alarms", "--password"]
    answer = subprocess.run(
        [sys.executable, "-m", "vetpacs_desktop", *words],
        input="correct horse\n",
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    assert "correct horse" not in answer.stdout + answer.stderr
    assert "kept in" in answer.stdout
