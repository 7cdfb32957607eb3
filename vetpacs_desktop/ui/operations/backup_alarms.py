"""Who is told when a backup fails: reading, keeping and trying it; for threads.

The password of the mail server passes through and is kept by the store's `credentials` alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from vetpacs_desktop import settings as settings_file
from vetpacs_desktop.paths import Home
from vetpacs_desktop.settings import Settings, Value
from vetpacs_desktop.store.backup.credentials import secrets_of
from vetpacs_desktop.store.backup.tending import alarms, messengers
from vetpacs_desktop.store.backup.tending.alarms import Attempt
from vetpacs_desktop.ui.operations.backup_places import Typed


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a person wants."""

    values: Mapping[str, Value]
    """Settings of `alarms` by their full names."""
    password: str = field(default="", repr=False)
    """Empty: the one that is kept already."""
    forget: bool = False
    """No name is told to the mail server any more, so its password goes."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept apart from the settings."""

    password: bool
    """Whether a password of the mail server is kept."""
    where: str
    """A sentence about where passwords are kept."""
    waiting: int = 0
    """Messages that could not be sent yet."""
    problem: str = ""
    """Why the last one could not."""


def look(home: Home) -> Kept:
    """Ask the keyring, which may take its time. Raises `SecretsUnusable`."""
    secrets, pending = secrets_of(home), alarms.pending(home)
    kept = bool(secrets.get(messengers.PASSWORD))
    return Kept(kept, secrets.where(), pending.count, pending.problem)


def keep(home: Home, wanted: Wanted) -> Settings:
    """Keep it; the service goes by it from its next look on. Answers the settings as they are then.

    The password first: settings that name a user without one would let every message fail.
    Raises `SecretsUnusable`, `BadSetting`, `OSError`.
    """
    settings = settings_file.load(home.settings).with_values(wanted.values)
    secrets = secrets_of(home)
    if wanted.forget:
        secrets.forget(messengers.PASSWORD)
    elif wanted.password:
        secrets.put(messengers.PASSWORD, wanted.password)
    settings_file.save(settings, home.settings)
    return settings


def send_trial(home: Home, settings: Settings, password: str, way: str) -> Attempt:
    """Send a trial by one of `alarms.ways(settings)`; neither settings nor password need be saved."""
    secrets = Typed({messengers.PASSWORD: password}, secrets_of(home))
    return alarms.send_trial_by(way, settings, secrets, datetime.now().astimezone())
