"""A place in the list becomes a target of its kind, with its password; trying one tells of it in words."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.helpers.samba import PASSWORD, Samba
from tests.helpers.sshd import Sshd
from tests.store.backup.targets.conftest import Spot
from vetpacs_desktop.errors import Cancelled
from vetpacs_desktop.jobs import CancelToken, Progress
from vetpacs_desktop.store.backup.credentials import SecretsFile, password_of
from vetpacs_desktop.store.backup.places import Place
from vetpacs_desktop.store.backup.target import NotThere, TargetChanged
from vetpacs_desktop.store.backup.targets.local import LocalTarget
from vetpacs_desktop.store.backup.targets.opening import open_target
from vetpacs_desktop.store.backup.targets.sftp import SftpTarget
from vetpacs_desktop.store.backup.targets.smb import SmbTarget
from vetpacs_desktop.store.backup.targets.throttle import Throttled
from vetpacs_desktop.store.backup.targets.trying import Finding, try_place, try_target

EVERYTHING = (
    *("reach", "write", "read", "replace", "rename", "lock", "delete", "room", "up", "down", "identity"),
)


@pytest.fixture
def secrets(tmp_path: Path) -> SecretsFile:
    return SecretsFile(tmp_path / "credentials.json")


def test_each_address_opens_its_kind(
    samba_server: Samba, ssh_server: Sshd, secrets: SecretsFile, tmp_path: Path
) -> None:
    secrets.put(password_of("NAS"), PASSWORD)
    secrets.put(password_of("off-SITE"), ssh_server.key)
    inner = tmp_path.name
    places = {
        LocalTarget: Place("Disk", str(tmp_path / "disk")),
        SmbTarget: Place("NAS", samba_server.address(inner)),
        SftpTarget: Place("Off-site", ssh_server.address(inner)),
    }
    for kind, place in places.items():
        target = open_target(place, secrets)
        assert type(target) is kind
        assert target.name == place.name
        target.write("VetPACS/a", [b"1"])
        target.close()


def test_a_password_in_the_address_is_used_before_the_kept_one(
    samba_server: Samba, secrets: SecretsFile, tmp_path: Path
) -> None:
    secrets.put(password_of("NAS"), "an old one")
    open_target(Place("NAS", samba_server.address(tmp_path.name, password=True)), secrets).close()


def test_a_place_that_was_swapped_is_not_opened(secrets: SecretsFile, tmp_path: Path) -> None:
    place = Place("Disk", str(tmp_path / "disk"))
    first = open_target(place, secrets)
    identity = first.identity()
    (tmp_path / "disk/VetPACS/place.id").write_text("another")
    with pytest.raises(TargetChanged):
        open_target(Place("Disk", place.url, identity), secrets)


def test_a_limit_is_kept(secrets: SecretsFile, tmp_path: Path) -> None:
    target = open_target(Place("Disk", str(tmp_path / "disk"), limit_mib=5), secrets)
    assert type(target) is Throttled


def test_trying_a_good_place_finds_everything_well_and_leaves_nothing(spot: Spot) -> None:
    target, told, progress = spot.open(), list[Finding](), list[Progress]()
    found = try_target(target, progress.append, CancelToken(), told.append)
    assert [one.what for one in found.findings] == list(EVERYTHING)
    assert found.ok, [one for one in found.findings if not one.ok]
    assert list(found.findings) == told
    assert found.identity == target.identity()
    assert found.up > 1e5
    assert found.down > 1e5
    assert found.space is not None
    assert ("SHA256:" in found.findings[-1].sentence) == (spot.kind == "sftp")
    assert progress[-1].done == progress[-1].total
    assert [path for path in spot.root.rglob("*") if path.is_file()] == [spot.root / "VetPACS/place.id"]
    assert not (spot.root / "VetPACS/trial").exists()


def test_trying_stops_when_asked(tmp_path: Path) -> None:
    cancel = CancelToken()
    with pytest.raises(Cancelled):
        try_target(LocalTarget("Disk", tmp_path), cancel=cancel, tell=lambda _: cancel.cancel())
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_place_that_can_not_be_reached_is_a_finding(secrets: SecretsFile, samba_server: Samba) -> None:
    secrets.put(password_of("NAS"), "wrong")
    found = try_place(Place("NAS", samba_server.address()), secrets)
    assert not found.ok
    assert [(one.what, one.ok) for one in found.findings] == [("reach", False)]
    assert "did not accept the name and password" in found.findings[0].sentence


def test_a_place_that_can_only_be_read_is_a_finding(secrets: SecretsFile, samba_server: Samba) -> None:
    secrets.put(password_of("NAS"), PASSWORD)
    found = try_place(Place("NAS", samba_server.address(share="sealed")), secrets)
    assert [(one.what, one.ok) for one in found.findings] == [("reach", True), ("write", False)]
    assert "Nothing can be written" in found.findings[-1].sentence


class Forgetful(LocalTarget):
    """A disk that loses what was written to it, as counterfeit sticks do."""

    def read(self, name: str, block: int = 1 << 20):  # type: ignore[no-untyped-def]
        yield from (bytes(len(data)) for data in super().read(name, block))


def test_a_disk_that_gives_back_something_else_is_a_finding(tmp_path: Path) -> None:
    found = try_target(Forgetful("Stick", tmp_path))
    assert not found.ok
    assert ("read", False) in [(one.what, one.ok) for one in found.findings]
    with pytest.raises(NotThere):
        list(LocalTarget("Stick", tmp_path).read("VetPACS/trial"))
