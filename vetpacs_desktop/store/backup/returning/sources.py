"""Opens a backup for reading: its target, and what opens its files where they are sealed; and chooses one of
its generations. It writes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from vetpacs_desktop.errors import KnownError
from vetpacs_desktop.store.backup import reading
from vetpacs_desktop.store.backup.credentials import Secrets
from vetpacs_desktop.store.backup.layout import Sealer
from vetpacs_desktop.store.backup.manifest import Manifest, ManifestDamaged
from vetpacs_desktop.store.backup.places import Place
from vetpacs_desktop.store.backup.returning.fetching import Source
from vetpacs_desktop.store.backup.sealing import place_keys
from vetpacs_desktop.store.backup.sealing.sealing import SecretMissing
from vetpacs_desktop.store.backup.target import NotThere, Target
from vetpacs_desktop.store.backup.targets.opening import open_target


class NoBackupThere(KnownError):
    """There is no finished backup on {target}. Choose the folder in which the folder VetPACS lies, or another
    target."""


class NoSuchGeneration(KnownError):
    """There is no finished backup called {generation} on {target}; `backup list` shows those there are."""


class KeyNeeded(KnownError):
    """The backup on {target} is sealed. Enter the key from its key sheet first."""


@contextmanager
def opened(place: Place, secrets: Secrets) -> Iterator[Source]:
    """The backup on a target, to be read. Raises `TargetError`, `NoBackupThere`, `KeyNeeded`, `WrongKey`,
    `ManifestDamaged`."""
    target = open_target(place, secrets)
    try:
        yield source_of(target, place, secrets)
    finally:
        target.close()


def source_of(target: Target, place: Place, secrets: Secrets) -> Source:
    """As `opened`, of a target that is open."""
    found = reading.mark(target)
    if found is None:
        raise NoBackupThere(target=place.name)
    return Source(target, _sealer(place, secrets, found.recipient))


def _sealer(place: Place, secrets: Secrets, recipient: str) -> Sealer | None:
    """What stands on the target counts: on a fresh computer nobody has said yet that it is sealed."""
    try:
        sealer = place_keys.sealer_of(replace(place, recipient=recipient), secrets)
    except SecretMissing as error:
        raise KeyNeeded(target=place.name) from error
    if sealer is not None and sealer.secret is None:
        raise KeyNeeded(target=place.name)
    return sealer


def manifest_of(source: Source, generation: str = "") -> Manifest:
    """That generation, or the newest that is finished and whole. Raises `NoSuchGeneration`, `NoBackupThere`,
    `ManifestDamaged`, `TargetError`."""
    if generation:
        if generation not in reading.generation_ids(source.target):
            raise NoSuchGeneration(generation=generation, target=source.target.name)
        try:
            return reading.manifest(source.target, generation, source.sealer)
        except NotThere as error:
            raise NoSuchGeneration(generation=generation, target=source.target.name) from error
    damage: ManifestDamaged | None = None
    for found in reading.generations(source.target, source.sealer):
        if isinstance(found, Manifest):
            return found
        damage = damage or found
    if damage is not None:
        raise damage
    raise NoBackupThere(target=source.target.name)
