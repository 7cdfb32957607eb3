"""Which keys belong to which target, and where they are kept: the one way from a target to its sealer.

With the secret key a target is copied to and read; with the key of names alone, on a computer whose admin
keeps the secret on paper only, it is still copied to. The keys themselves lie with `credentials`.
"""

from __future__ import annotations

from vetpacs_desktop.store.backup.credentials import Secrets
from vetpacs_desktop.store.backup.places import Place
from vetpacs_desktop.store.backup.sealing import keys
from vetpacs_desktop.store.backup.sealing.sealing import AgeSealer, SecretMissing, WrongKey


def key_of(place: str) -> str:
    """The name under which the secret key of a target is kept."""
    return f"key/{place.casefold()}"


def names_of(place: str) -> str:
    """The name under which the key is kept from which the names of its objects are made."""
    return f"names/{place.casefold()}"


def keep(place: str, secret: str, secrets: Secrets) -> str:
    """Keep the secret key of a target and return the public one. Raises `BadKey`, `SecretsUnusable`."""
    public = keys.public_of(secret)
    secrets.put(names_of(place), keys.names_key(secret).hex())
    secrets.put(key_of(place), keys.secret_text(keys.parse_secret(secret)))
    return public


def forget_secret(place: str, secrets: Secrets) -> None:
    """Leave only what copying needs: from now on reading asks for the key sheet. Raises `SecretsUnusable`."""
    secrets.forget(key_of(place))


def forget(place: str, secrets: Secrets) -> None:
    """Forget both keys of a target. Raises `SecretsUnusable`."""
    secrets.forget(key_of(place))
    secrets.forget(names_of(place))


def sealer_of(place: Place, secrets: Secrets) -> AgeSealer | None:
    """What seals for a target, None for a plain one.

    Raises `SecretMissing` when no key of it is kept, `WrongKey` when that of another one is, `BadKey`,
    `SecretsUnusable`.
    """
    if not place.recipient:
        return None
    secret = secrets.get(key_of(place.name))
    if secret:
        sealer = AgeSealer.of(secret)
        if sealer.recipient != place.recipient:
            raise WrongKey(public=sealer.recipient)
        return sealer
    names = secrets.get(names_of(place.name))
    if not names:
        raise SecretMissing()
    return AgeSealer.sealing_only(place.recipient, bytes.fromhex(names))
