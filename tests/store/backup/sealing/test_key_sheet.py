"""The printed page opens the backup without this program: its own command is run with the real age."""

from __future__ import annotations

import subprocess
from datetime import date
from pathlib import Path

import pytest

from tests.helpers import age
from vetpacs_desktop.store.backup.sealing import keys
from vetpacs_desktop.store.backup.sealing.key_sheet import KeySheet, key_sheet
from vetpacs_desktop.store.backup.sealing.sealing import AgeSealer


def sheet(secret: str) -> KeySheet:
    return key_sheet(
        secret,
        clinic="Example Clinic",
        place="Safe",
        url="sftp://backup@example.org/vet",
        backup_id="1f0c",
        made=date(2026, 11, 4),
    )


def test_it_says_whose_where_and_when_and_hides_the_key_from_logs() -> None:
    secret = keys.new_secret()
    page = sheet(secret)
    assert "Example Clinic" in page.what_for
    assert "Safe (sftp://backup@example.org/vet, identity 1f0c). Made on 4 November 2026." in page.what_for
    assert page.public == keys.public_of(secret)
    assert secret not in repr(page)
    assert "".join(page.groups) == secret == page.secret
    assert keys.public_of(" ".join(page.groups).lower()) == page.public
    with pytest.raises(keys.BadKey):
        sheet("my dog's name")


def test_its_command_opens_every_image(tmp_path: Path) -> None:
    age.tool()
    secret = keys.new_secret()
    page = sheet(secret)
    sealer = AgeSealer.of(secret)
    for number in range(3):
        name = sealer.name(f"{number:064x}")
        folder = tmp_path / "objects" / name[:2]
        folder.mkdir(parents=True)
        (folder / f"{name}.age").write_bytes(b"".join(sealer.seal([b"picture %d" % number])))
    (tmp_path / "key.txt").write_text("".join(page.groups))
    command = dict(page.commands)["Linux and macOS"]
    subprocess.run(["sh", "-ec", command], cwd=tmp_path, check=True)
    assert sorted(path.read_bytes() for path in (tmp_path / "opened").glob("*.dcm")) == [
        b"picture 0",
        b"picture 1",
        b"picture 2",
    ]
