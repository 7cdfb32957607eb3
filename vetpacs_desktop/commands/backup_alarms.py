"""The command about who is told of a backup's trouble: backup alarms."""

from __future__ import annotations

import getpass
import sys
from argparse import Namespace
from datetime import datetime

from vetpacs_desktop.commands.answer import Answer, JsonValue
from vetpacs_desktop.errors import EXIT_DONE, EXIT_PARTLY
from vetpacs_desktop.paths import Home


def alarms(arguments: Namespace, home: Home) -> Answer:
    """Who is told, and what waits to be sent; sends a trial when asked; exit 1 when that did not leave."""
    from vetpacs_desktop import settings as settings_file
    from vetpacs_desktop.store.backup.credentials import secrets_of
    from vetpacs_desktop.store.backup.tending import alarms as told
    from vetpacs_desktop.store.backup.tending import messengers

    settings = settings_file.load(home.make().settings)
    secrets = secrets_of(home)
    lines = []
    if arguments.password:
        secrets.put(messengers.PASSWORD, _password())
        lines.append(secrets.where())
    pending = told.pending(home)
    mails = settings.names("alarms.email_to") if messengers.has_mail(settings) else ()
    document: dict[str, JsonValue] = {
        "email_to": list(mails),
        "webhook": messengers.has_webhook(settings),
        "waiting": pending.count,
        "problem": pending.problem,
    }
    lines.append(f"E-mail to: {', '.join(mails) or 'nobody'}")
    lines.append(f"Webhook: {'yes' if messengers.has_webhook(settings) else 'none'}")
    if pending.count:
        lines.append(f"Messages that wait: {pending.count}. {pending.problem}")
    good = True
    if arguments.test:
        attempts = told.send_trial(home, secrets, datetime.now().astimezone())
        good = all(one.sent for one in attempts) and bool(attempts)
        document["tested"] = [{"sent": one.sent, "sentence": one.sentence} for one in attempts]
        lines += [one.sentence for one in attempts] or [told.NOBODY]
    return Answer(document, "\n".join(lines), EXIT_DONE if good else EXIT_PARTLY)


def _password() -> str:
    """From a person who is not shown it, or from a pipe; never a word of the command, which others see."""
    if sys.stdin.isatty():
        return getpass.getpass("Password of the mail server: ")
    return sys.stdin.readline().rstrip("\r\n")
