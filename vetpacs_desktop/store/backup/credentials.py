"""Passwords and keys of backup targets: in the system's keyring, or where there is none in a private file.

The only home of secrets. They are never logged, never in a sentence or a `repr`, never on a command line.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import threading
from pathlib import Path
from typing import Any, Protocol, cast

from vetpacs_desktop.errors import KnownError
from vetpacs_desktop.paths import Home

LOG = logging.getLogger(__name__)

SERVICE = "VetPACS backup"
FOLDER, FILE = "backup", "credentials.json"
"""Below the home. Never to be copied to a target in clear."""
PATIENCE = 20.0
"""Seconds that a keyring may take; one that asks its person for a password takes longer, and is left out."""
IN_KEYRING = "Passwords are kept in this computer's keyring."
IN_FILE = (
    "This computer has no keyring that the program can use, so passwords are kept in {path}, which only this "
    "account can read. Keep that file out of other copies."
)


class SecretsUnusable(KnownError):
    """The file of the backup's passwords, {path}, can't be used ({reason}); mend or delete it, and enter the
    passwords again."""


class Secrets(Protocol):
    """Where secrets are kept, by names such as ``target/NAS``."""

    def get(self, name: str) -> str:
        """The secret; empty when there is none. Raises `SecretsUnusable`."""
        ...

    def put(self, name: str, secret: str) -> None:
        """Keep a secret. Raises `SecretsUnusable`."""
        ...

    def forget(self, name: str) -> None:
        """Forget a secret, if there is one. Raises `SecretsUnusable`."""
        ...

    def where(self) -> str:
        """A sentence about where they are kept."""
        ...


def password_of(place: str) -> str:
    """The name of a target's password, or of the private key that stands for it."""
    return f"target/{place.casefold()}"


def secrets_of(home: Home) -> Secrets:
    """The secrets of a library: its keyring where it works, its file otherwise."""
    file = SecretsFile(home.root / FOLDER / FILE)
    ring = _keyring()
    return file if ring is None else KeyringSecrets(ring, str(home.root.resolve()), file)


class SecretsFile:
    """A file that only this account can read; written whole or not at all."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def get(self, name: str) -> str:
        return self._read().get(name, "")

    def put(self, name: str, secret: str) -> None:
        self._write({**self._read(), name: secret})

    def forget(self, name: str) -> None:
        kept = self._read()
        if kept.pop(name, None) is not None:
            self._write(kept)

    def where(self) -> str:
        return IN_FILE.format(path=self.path)

    def _read(self) -> dict[str, str]:
        try:
            kept = json.loads(self.path.read_text(encoding="utf-8"))
            if not isinstance(kept, dict) or not all(isinstance(one, str) for one in kept.values()):
                raise ValueError
        except FileNotFoundError:
            return {}
        except OSError as error:
            raise SecretsUnusable(path=self.path, reason=error.strerror or "it can't be read") from None
        except ValueError:  # what it says may quote the file
            raise SecretsUnusable(path=self.path, reason="it is damaged") from None
        return {str(name): str(secret) for name, secret in kept.items()}

    def _write(self, kept: dict[str, str]) -> None:
        fresh = self.path.with_name(f"{self.path.name}.part")
        try:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            fresh.unlink(missing_ok=True)
            handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                json.dump(kept, file, indent=1)
                file.flush()
                os.fsync(file.fileno())
            fresh.replace(self.path)
        except OSError as error:
            with contextlib.suppress(OSError):
                fresh.unlink(missing_ok=True)
            raise SecretsUnusable(path=self.path, reason=error.strerror or "it can't be written") from None


class Keyring(Protocol):
    """What a backend of `keyring` offers."""

    def get_password(self, service: str, username: str) -> str | None: ...

    def set_password(self, service: str, username: str, password: str) -> None: ...

    def delete_password(self, service: str, username: str) -> None: ...


class KeyringSecrets:
    """The system's keyring; what it refuses (it is locked, a secret is too long) goes to the file."""

    def __init__(self, ring: Keyring, library: str, file: SecretsFile, patience: float = PATIENCE) -> None:
        self._ring = ring
        self._library = library
        self._file = file
        self._patience = patience

    def get(self, name: str) -> str:
        return self._file.get(name) or self._ask("get_password", name) or ""

    def put(self, name: str, secret: str) -> None:
        self._ask("set_password", name, secret)
        if self._ask("get_password", name) == secret:
            self._file.forget(name)
        else:
            self._file.put(name, secret)

    def forget(self, name: str) -> None:
        self._file.forget(name)
        self._ask("delete_password", name)

    def where(self) -> str:
        return IN_KEYRING if not self._file.path.exists() else f"{IN_KEYRING} {self._refused()}"

    def _refused(self) -> str:
        return f"Those that it did not take are in {self._file.path}, which only this account can read."

    def _ask(self, call: str, name: str, *secret: str) -> Any:
        """What the keyring answers; None when it fails or takes too long."""
        answers: list[Any] = []

        def ask() -> None:
            try:
                answers.append(getattr(self._ring, call)(SERVICE, f"{self._library} {name}", *secret))
            except Exception as error:  # noqa: BLE001 - every system's keyring fails in its own way
                LOG.info("The keyring did not serve (%s)", type(error).__name__)

        thread = threading.Thread(target=ask, name="keyring", daemon=True)
        thread.start()
        thread.join(self._patience)
        return answers[0] if answers else None


def _keyring() -> Keyring | None:
    """The system's keyring, None where there is none that could keep anything."""
    try:
        import keyring
        from keyring.backends import chainer, fail, null

        ring = keyring.get_keyring()
    except Exception as error:  # noqa: BLE001 - looking for backends loads whatever is installed
        LOG.info("No keyring (%s)", type(error).__name__)
        return None
    if isinstance(ring, fail.Keyring | null.Keyring):
        return None
    if isinstance(ring, chainer.ChainerBackend) and not ring.backends:
        return None
    return cast(Keyring, ring)
