"""Whose backup lies on a target: the mark on it, compared with this library and with what was set up.

The only module that makes the mark, and only where there was none. A target that holds something else is
refused before anything is written.
"""

from __future__ import annotations

import contextlib
import uuid

from vetpacs_desktop.paths import Home, library_name
from vetpacs_desktop.store.backup import layout, places, reading
from vetpacs_desktop.store.backup.layout import Sealer
from vetpacs_desktop.store.backup.making.tampering import TargetTampered
from vetpacs_desktop.store.backup.manifest import ManifestDamaged
from vetpacs_desktop.store.backup.places import NoSuchPlace, Place
from vetpacs_desktop.store.backup.reading import Mark
from vetpacs_desktop.store.backup.target import Target, TargetChanged, TargetError


class TargetTaken(TargetError):
    """The place {target} holds the backup of another library. Nothing was written; choose another folder."""


class SealDiffers(TargetError):
    """The backup on {target} is {there}, but {here}. Nothing was written; enter the key of this backup, or
    choose another folder for one of the other kind."""


def whose(home: Home, place: Place, target: Target, sealer: Sealer | None, now: str) -> Mark:
    """The target's mark, made when the target is new; `place` learns its identity.

    Raises `TargetChanged`, `TargetTaken`, `SealDiffers`, `TargetTampered`, `TargetError`.
    """
    try:
        found = reading.mark(target)
    except ManifestDamaged as damage:
        if not place.backup_id:
            raise
        raise TargetTampered(target=target.name, reason=f"changed: {layout.MARK}") from damage
    if found is None:
        if place.backup_id:
            raise TargetChanged(target=target.name, reason="the backup that was there is gone")
        found = _begun(home, target, sealer, now)
    if place.backup_id not in ("", found.backup_id):
        raise TargetChanged(target=target.name, reason="it holds another backup")
    if found.library != library_name(home):
        raise TargetTaken(target=target.name)
    _same_seal(target, found, sealer)
    if not place.backup_id:
        with contextlib.suppress(NoSuchPlace):
            places.change(home, place.name, backup_id=found.backup_id)
    return found


def _begun(home: Home, target: Target, sealer: Sealer | None, now: str) -> Mark:
    recipient = sealer.recipient if sealer is not None else ""
    mark = Mark(str(uuid.uuid4()), library_name(home), now, recipient)
    text = layout.read_me()
    target.write(layout.README, [text], len(text))
    if target.create(layout.MARK, reading.mark_bytes(mark)):
        return mark
    return reading.mark(target) or mark  # another program was quicker


def _same_seal(target: Target, found: Mark, sealer: Sealer | None) -> None:
    recipient = sealer.recipient if sealer is not None else ""
    if recipient == found.recipient:
        return
    there = "encrypted for another key" if recipient and found.recipient else "encrypted"
    raise SealDiffers(
        target=target.name,
        there=there if found.recipient else "not encrypted",
        here="this computer has another key" if recipient else "no key was given",
    )
