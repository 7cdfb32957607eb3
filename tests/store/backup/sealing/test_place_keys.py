"""A target finds its own keys again, and goes on copying without the secret one."""

from __future__ import annotations

from pathlib import Path

import pytest

from vetpacs_desktop.store.backup.credentials import SecretsFile
from vetpacs_desktop.store.backup.places import Place
from vetpacs_desktop.store.backup.sealing import keys, place_keys
from vetpacs_desktop.store.backup.sealing.keys import BadKey
from vetpacs_desktop.store.backup.sealing.sealing import SecretMissing, WrongKey


@pytest.fixture
def secrets(tmp_path: Path) -> SecretsFile:
    return SecretsFile(tmp_path / "credentials.json")


def test_a_kept_key_seals_and_opens(secrets: SecretsFile) -> None:
    public = place_keys.keep("Safe", keys.new_secret().lower(), secrets)
    sealer = place_keys.sealer_of(Place("SAFE", "sftp://x", recipient=public), secrets)
    assert sealer is not None
    assert b"".join(sealer.open(sealer.seal([b"a picture"]))) == b"a picture"


def test_a_plain_target_has_none(secrets: SecretsFile) -> None:
    assert place_keys.sealer_of(Place("NAS", "/mnt/nas"), secrets) is None


def test_without_the_secret_it_still_copies_under_the_same_names(secrets: SecretsFile) -> None:
    place = Place("Safe", "sftp://x", recipient=place_keys.keep("Safe", keys.new_secret(), secrets))
    whole = place_keys.sealer_of(place, secrets)
    place_keys.forget_secret("Safe", secrets)
    copying = place_keys.sealer_of(place, secrets)
    assert whole is not None
    assert copying is not None
    assert copying.name("ab" * 32) == whole.name("ab" * 32)
    sealed = list(copying.seal([b"a picture"]))
    assert b"".join(whole.open(sealed)) == b"a picture"
    with pytest.raises(SecretMissing):
        copying.open(sealed)
    place_keys.forget("Safe", secrets)
    with pytest.raises(SecretMissing):
        place_keys.sealer_of(place, secrets)


def test_the_key_of_another_backup_is_refused(secrets: SecretsFile) -> None:
    place_keys.keep("Safe", keys.new_secret(), secrets)
    with pytest.raises(WrongKey):
        place_keys.sealer_of(Place("Safe", "x", recipient=keys.public_of(keys.new_secret())), secrets)
    with pytest.raises(BadKey):
        place_keys.keep("Safe", "not a key", secrets)
