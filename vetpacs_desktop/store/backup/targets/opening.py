"""A target from its entry in the list: the right kind, with its password, and proved to be the one set up."""

from __future__ import annotations

from pathlib import Path

from vetpacs_desktop.store.backup.credentials import Secrets, password_of
from vetpacs_desktop.store.backup.places import Place
from vetpacs_desktop.store.backup.target import Target
from vetpacs_desktop.store.backup.targets import url
from vetpacs_desktop.store.backup.targets.local import LocalTarget
from vetpacs_desktop.store.backup.targets.throttle import Throttled


def open_target(place: Place, secrets: Secrets) -> Target:
    """Connect. A place without an identity is being set up: whatever answers there is taken.

    Raises `TargetChanged` when it is another place, other kinds of `TargetError`, `url.BadAddress`,
    `credentials.SecretsUnusable`.
    """
    target = _opened(place, secrets)
    return Throttled(target, place.limit_mib) if place.limit_mib > 0 else target


def _opened(place: Place, secrets: Secrets) -> Target:
    parsed = url.parse(place.url)
    address = parsed.address
    if address.kind is url.Kind.FOLDER:
        return LocalTarget(place.name, Path(address.folder), place.identity)
    password = parsed.password or secrets.get(password_of(place.name))
    if address.kind is url.Kind.SMB:
        from vetpacs_desktop.store.backup.targets.smb import SmbTarget

        return SmbTarget(place.name, address, password, place.identity)
    from vetpacs_desktop.store.backup.targets.sftp import SftpTarget

    return SftpTarget(place.name, address, password, place.identity)
