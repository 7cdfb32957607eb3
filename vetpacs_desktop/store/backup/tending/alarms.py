"""Who is told of a backup's trouble, and when: once for each change, at most once a day for the same thing.

`news` is pure. `Alarms` keeps what was told and what waits in a file of the home, so that neither a restart
nor a line that is down loses or doubles a message; it sends by `messengers.py`.
"""

from __future__ import annotations

import contextlib
import json
import logging
import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from vetpacs_desktop import __version__
from vetpacs_desktop import settings as settings_file
from vetpacs_desktop.errors import KnownError
from vetpacs_desktop.paths import Home
from vetpacs_desktop.settings import Settings
from vetpacs_desktop.store.backup.credentials import Secrets
from vetpacs_desktop.store.backup.tending import messengers
from vetpacs_desktop.store.backup.tending.health import LIGHTS, RED, Fault, Health
from vetpacs_desktop.store.backup.tending.messengers import Message

LOG = logging.getLogger(__name__)

FILE = "alarms.json"
AGAIN = timedelta(days=1)
"""The same trouble is told again after so long."""
FEW_FAILURES = 2
"""One failure is tried again in minutes; the second in a row is told."""
QUIET = ("paused", "none")
"""What a person did or sees before him; nobody is woken for it."""
MAIL, WEBHOOK = "mail", "webhook"
RETRY = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=15), timedelta(hours=1))
OLD = timedelta(days=7)
"""A message that could not be sent for so long is let go; the state itself is told again anyway."""
MOST_WAITING = 50
NOBODY = "Nobody is to be told: enter an e-mail address and a mail server, or a webhook."


@dataclass(frozen=True, slots=True)
class Told:
    """What was told of one target."""

    at: Mapping[str, str] = field(default_factory=dict)
    """Kind of fault -> when (ISO 8601 with offset)."""
    lights: Mapping[str, str] = field(default_factory=dict)
    """Kind of fault -> the light it was told with."""
    open: bool = False
    """Trouble was told and not yet its end."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A message that is still to be sent by one way."""

    way: str
    message: Message
    tries: int = 0
    after: str = ""
    """Not before (ISO 8601 with offset)."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """How a trial went by one way."""

    sent: bool
    sentence: str


@dataclass(frozen=True, slots=True)
class Pending:
    """What the window shows of alarms that have not left."""

    count: int
    problem: str
    """The sentence of the last failure; empty when none failed."""


def news(told: Told, health: Health, now: datetime, clinic: str = "") -> tuple[Told, Message | None]:
    """What is to be told of a target now, and what is then told."""
    faults = [fault for fault in health.faults if _matters(fault, health)]
    fresh = [fault for fault in faults if not _known(told, fault, now)]
    if fresh:
        moment = now.isoformat(timespec="seconds")
        at = {**told.at, **{fault.kind: moment for fault in faults}}
        lights = {**told.lights, **{fault.kind: fault.light for fault in faults}}
        return Told(at, lights, True), _message(health, faults, now, clinic)
    if told.open and not faults and not health.faults:
        return Told(told.at, told.lights, False), _message(health, [], now, clinic)
    return told, None


def trial(clinic: str, now: datetime) -> Message:
    """A message that only shows that messages arrive."""
    text = "This is a trial. Messages of VetPACS about backups arrive here."
    facts = {"program": "VetPACS", "version": __version__, "clinic": clinic, "event": "trial"}
    return Message("VetPACS: trial message", f"{text}\n", facts, now.isoformat(timespec="seconds"))


def send_trial(home: Home, secrets: Secrets, now: datetime) -> list[Attempt]:
    """Send a trial by every way of the settings at once; empty when there is no way (say `NOBODY`).

    Raises `BadSetting`.
    """
    settings = settings_file.load(home.settings)
    return [send_trial_by(way, settings, secrets, now) for way in ways(settings)]


def send_trial_by(way: str, settings: Settings, secrets: Secrets, now: datetime) -> Attempt:
    """Send a trial by one way of `settings`, saved or not."""
    try:
        _send(way, settings, secrets, trial(settings.text("clinic.name"), now))
        return Attempt(True, "The e-mail was sent." if way == MAIL else "The message was posted.")
    except KnownError as error:
        return Attempt(False, error.sentence)


class Alarms:
    """The alarms of one home. Used by one process; safe from several of its threads."""

    def __init__(self, home: Home, secrets: Secrets) -> None:
        self._home = home
        self._secrets = secrets
        self._path = path_of(home)
        self._lock = threading.Lock()
        self._told, self._waiting, self._problem = _read(self._path)

    def look(self, healths: Iterable[Health], now: datetime) -> None:
        """Queue what is new; what cannot be sent is not an error here. Raises `BadSetting`, `OSError`."""
        settings = settings_file.load(self._home.settings)
        with self._lock:
            before = (dict(self._told), len(self._waiting))
            for health in healths:
                told = self._told.get(health.name, Told())
                self._told[health.name], message = news(told, health, now, settings.text("clinic.name"))
                if message is not None:
                    LOG.warning("Alarm of backup target %s: %s", health.name, message.subject)
                    self._waiting += [Waiting(way, message) for way in ways(settings)]
            if before != (self._told, len(self._waiting)):
                self._waiting = self._waiting[-MOST_WAITING:]
                self._write()

    def send(self, now: datetime) -> int:
        """Send what is due, the oldest first; answers how many still wait. Raises `BadSetting`, `OSError`."""
        with self._lock:
            due = [one for one in self._waiting if _due(one, now)]
        if not due:
            return len(self._waiting)
        settings = settings_file.load(self._home.settings)
        for one in due:
            left, problem = self._attempt(one, settings, now)
            with self._lock:
                place = self._waiting.index(one) if one in self._waiting else -1
                if place >= 0:
                    self._waiting[place : place + 1] = left
                self._problem = problem
                self._write()
        return len(self._waiting)

    def _attempt(self, one: Waiting, settings: Settings, now: datetime) -> tuple[list[Waiting], str]:
        if one.way not in ways(settings):
            return [], ""
        try:
            _send(one.way, settings, self._secrets, one.message)
            return [], ""
        except KnownError as error:
            LOG.warning("An alarm waits: %s", error)
            if abs(now - datetime.fromisoformat(one.message.at)) > OLD:
                return [], error.sentence
            pause = RETRY[min(one.tries, len(RETRY) - 1)]
            after = (now + pause).isoformat(timespec="seconds")
            return [Waiting(one.way, one.message, one.tries + 1, after)], error.sentence

    def _write(self) -> None:
        facts = {
            "told": {name: asdict(told) for name, told in self._told.items()},
            "waiting": [asdict(one) for one in self._waiting],
            "problem": self._problem,
        }
        self._path.parent.mkdir(mode=0o700, exist_ok=True)
        fresh = self._path.with_suffix(".part")
        fresh.write_text(json.dumps(facts, indent=1), encoding="utf-8")
        fresh.replace(self._path)


def ways(settings: Settings) -> list[str]:
    """The ways by which somebody is told: `MAIL`, `WEBHOOK`."""
    mail = [MAIL] if messengers.has_mail(settings) else []
    return mail + ([WEBHOOK] if messengers.has_webhook(settings) else [])


def path_of(home: Home) -> Path:
    return home.root / "backup" / FILE


def pending(home: Home) -> Pending:
    """What waits to be sent, for a window; it sends nothing."""
    _, waiting, problem = _read(path_of(home))
    return Pending(len(waiting), problem)


def _matters(fault: Fault, health: Health) -> bool:
    if fault.kind in QUIET and fault.light != RED:
        return False
    return not (fault.kind == "failed" and health.failed_runs < FEW_FAILURES)


def _known(told: Told, fault: Fault, now: datetime) -> bool:
    """Whether this was told, as bad as it is now, within the last day."""
    if fault.kind not in told.at:
        return False
    since = now - datetime.fromisoformat(told.at[fault.kind])
    as_bad = LIGHTS.index(told.lights.get(fault.kind, RED)) >= LIGHTS.index(fault.light)
    return as_bad and timedelta(0) <= since < AGAIN


def _message(health: Health, faults: Sequence[Fault], now: datetime, clinic: str) -> Message:
    whose = f" of {clinic}" if clinic else ""
    if faults:
        subject = f"VetPACS: {faults[0].sentence}"
        lines = [f"The backup{whose} to {health.name} needs somebody:", ""]
        lines += [f"- {fault.sentence}" for fault in faults]
        if health.sentence not in (fault.sentence for fault in faults):
            lines += ["", health.sentence]
        lines += ["", "Open System > Backup in VetPACS to see what to do."]
    else:
        subject = f"VetPACS: the backup to {health.name} is well again"
        lines = [f"The backup{whose} to {health.name} is well again.", "", health.sentence]
    facts = {
        "program": "VetPACS",
        "version": __version__,
        "clinic": clinic,
        "event": "trouble" if faults else "well",
        "target": health.name,
        "light": health.light,
        "sentence": health.sentence,
        "faults": [asdict(fault) for fault in faults],
        "last_good": health.last_good.made if health.last_good else None,
        "at": now.isoformat(timespec="seconds"),
    }
    return Message(" ".join(subject.split())[:200], "\n".join(lines) + "\n", facts, str(facts["at"]))


def _send(way: str, settings: Settings, secrets: Secrets, message: Message) -> None:
    if way == MAIL:
        user = settings.text("alarms.smtp_user")
        messengers.send_mail(settings, secrets.get(messengers.PASSWORD) if user else "", message)
    else:
        messengers.post(settings, message)


def _due(one: Waiting, now: datetime) -> bool:
    if not one.after:
        return True
    after = datetime.fromisoformat(one.after)
    return now >= after or after - now > RETRY[-1]  # a clock that was put back


def _read(path: Path) -> tuple[dict[str, Told], list[Waiting], str]:
    """What was written; nothing when it can't be read: at worst something is told twice."""
    with contextlib.suppress(OSError, ValueError, TypeError, KeyError, AttributeError):
        facts = json.loads(path.read_text(encoding="utf-8"))
        told = {str(name): Told(**one) for name, one in facts["told"].items()}
        waiting = [Waiting(**{**one, "message": Message(**one["message"])}) for one in facts["waiting"]]
        return told, waiting, str(facts["problem"])
    return {}, [], ""
