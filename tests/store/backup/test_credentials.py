"""Passwords: kept in a keyring that works, else in a file of this account, and never shown."""

from __future__ import annotations

import json
import logging
import os
import threading
from pathlib import Path

import keyring
import keyring.backend
import keyring.backends.fail
import keyring.errors
import pytest

from tests.helpers.peers import wait_for
from vetpacs_desktop.paths import Home
from vetpacs_desktop.store.backup.credentials import (
    IN_KEYRING,
    KeyringSecrets,
    SecretsFile,
    SecretsUnusable,
    password_of,
    secrets_of,
)


class Ring(keyring.backend.KeyringBackend):
    """A keyring in memory, with moods."""

    priority = 1.0  # type: ignore[assignment]

    def __init__(self, mood: str = "well") -> None:
        super().__init__()
        self.mood = mood
        self.kept: dict[tuple[str, str], str] = {}
        self.waits = threading.Event()

    def _behave(self) -> None:
        if self.mood == "locked":
            raise keyring.errors.KeyringLocked("locked")
        if self.mood == "asks":
            self.waits.wait(10)

    def get_password(self, service: str, username: str) -> str | None:
        self._behave()
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self._behave()
        if self.mood != "forgets":
            self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        self._behave()
        del self.kept[service, username]


keyring.backend.KeyringBackend._classes.discard(Ring)  # nobody else is to find it


@pytest.fixture
def file(tmp_path: Path) -> SecretsFile:
    return SecretsFile(tmp_path / "backup" / "credentials.json")


def test_a_file_keeps_and_forgets(file: SecretsFile) -> None:
    assert file.get("a") == ""
    file.put("a", "geheim ü")
    file.put("b", "2")
    assert SecretsFile(file.path).get("a") == "geheim ü"
    file.forget("a")
    file.forget("a")
    assert (file.get("a"), file.get("b")) == ("", "2")
    assert str(file.path) in file.where()
    assert [path.name for path in file.path.parent.iterdir()] == [file.path.name]


@pytest.mark.skipif(os.name == "nt", reason="rights are others on Windows")
def test_only_this_account_reads_the_file(file: SecretsFile) -> None:
    before = os.umask(0)
    try:
        file.put("a", "1")
    finally:
        os.umask(before)
    assert file.path.stat().st_mode & 0o777 == 0o600
    assert file.path.parent.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("text", ['{"a": "tell nobody"', '{"a": 3}', "[]", "\xff"])
def test_a_damaged_file_is_told_of_without_quoting_it(file: SecretsFile, text: str) -> None:
    file.path.parent.mkdir()
    file.path.write_bytes(text.encode("latin-1"))
    with pytest.raises(SecretsUnusable) as caught:
        file.get("a")
    assert "tell nobody" not in caught.value.sentence
    assert caught.value.__cause__ is None


def test_a_keyring_that_works_is_used_and_nothing_is_on_the_disk(file: SecretsFile) -> None:
    ring = Ring()
    secrets = KeyringSecrets(ring, "library", file)
    secrets.put(password_of("NAS"), "geheim")
    assert secrets.get(password_of("nas")) == "geheim"
    assert not file.path.exists()
    assert secrets.where() == IN_KEYRING
    assert list(ring.kept.values()) == ["geheim"]
    other = KeyringSecrets(ring, "another library", file)
    assert other.get(password_of("NAS")) == ""
    secrets.forget(password_of("NAS"))
    secrets.forget(password_of("NAS"))
    assert ring.kept == {}


@pytest.mark.parametrize("mood", ["locked", "forgets", "asks"])
def test_what_a_keyring_does_not_take_goes_to_the_file(file: SecretsFile, mood: str) -> None:
    ring = Ring(mood)
    secrets = KeyringSecrets(ring, "library", file, patience=0.3)
    secrets.put("a", "geheim")
    assert secrets.get("a") == "geheim"
    assert json.loads(file.path.read_text(encoding="utf-8")) == {"a": "geheim"}
    assert str(file.path) in secrets.where()
    ring.mood = "well"
    ring.waits.set()
    wait_for(lambda: not any(one.name == "keyring" for one in threading.enumerate()))
    secrets.put("a", "neu")
    assert secrets.get("a") == "neu"
    assert json.loads(file.path.read_text(encoding="utf-8")) == {}


def test_without_a_keyring_there_is_the_file(home: Home) -> None:
    before = keyring.get_keyring()
    keyring.set_keyring(keyring.backends.fail.Keyring())
    try:
        secrets = secrets_of(home)
        assert isinstance(secrets, SecretsFile)
        assert secrets.path.is_relative_to(home.root)
        keyring.set_keyring(Ring())
        assert isinstance(secrets_of(home), KeyringSecrets)
    finally:
        keyring.set_keyring(before)


def test_nothing_shows_a_secret(file: SecretsFile, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    for secrets in (file, KeyringSecrets(Ring("locked"), "library", file)):
        secrets.put("a", "tell nobody")
        assert "tell nobody" not in repr(secrets) + str(vars(secrets))
    assert "tell nobody" not in caplog.text
