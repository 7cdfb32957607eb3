"""Lost and damaged objects come back from whichever backup holds them; what none holds is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.helpers.kept_library import NoSecrets, back_up, fill, portrait
from vetpacs_desktop.errors import Cancelled
from vetpacs_desktop.jobs import CancelToken
from vetpacs_desktop.paths import Home
from vetpacs_desktop.store.backup.returning import healing
from vetpacs_desktop.store.backup.sealing import keys, place_keys
from vetpacs_desktop.store.kept.quarantine import Quarantine
from vetpacs_desktop.store.library import Library


@pytest.fixture
def kept(home: Home, tmp_path: Path) -> Home:
    fill(home, tmp_path / "files")
    return home


def objects(home: Home) -> list[Path]:
    return sorted(home.objects.rglob("*.dcm"))


def faults(home: Home) -> list[str]:
    library = Library.open(home)
    found = library.verify()
    library.close()
    return [*found.missing, *found.corrupt]


def harm(home: Home) -> list[str]:
    """One object is gone, one is cut off."""
    gone, cut = objects(home)[0], objects(home)[4]
    gone.unlink()
    cut.chmod(0o600)
    cut.write_bytes(cut.read_bytes()[:200])
    return faults(home)


def test_from_the_second_target_when_the_first_is_away(kept: Home, tmp_path: Path) -> None:
    secrets = NoSecrets()
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
        back_up(kept, tmp_path / name, secrets, name=name)
    before, hurt = portrait(kept), harm(kept)
    cut = [path for path in hurt if (kept.objects / path).exists()]
    (tmp_path / "first").rename(tmp_path / "pulled")
    healed = healing.heal(kept, hurt, secrets)
    assert (sorted(healed.healed), healed.left) == (sorted(hurt), ())
    assert portrait(kept) == before
    assert [entry.size for entry in Quarantine(kept).entries()] == [200]
    assert len(cut) == 1


def test_from_a_sealed_target(kept: Home, tmp_path: Path) -> None:
    secrets = NoSecrets()
    public = place_keys.keep("Off", keys.new_secret(), secrets)
    (tmp_path / "off").mkdir()
    back_up(kept, tmp_path / "off", secrets, name="Off", recipient=public)
    hurt = harm(kept)
    without = healing.heal(kept, hurt, NoSecrets())
    assert without.healed == ()
    assert all("key sheet" in reason for _, reason in without.left)
    assert sorted(healing.heal(kept, hurt, secrets).healed) == sorted(hurt)
    assert faults(kept) == []


def test_without_a_backup_and_with_a_damaged_one(kept: Home, tmp_path: Path) -> None:
    secrets = NoSecrets()
    (tmp_path / "nas").mkdir()
    back_up(kept, tmp_path / "nas", secrets)
    hurt = harm(kept)
    for path in (tmp_path / "nas" / "VetPACS" / "objects").rglob("*.dcm"):
        path.write_bytes(path.read_bytes()[:-1])
    told = dict(healing.heal(kept, hurt, secrets).left)
    assert set(told) == set(hurt)
    assert all("NAS: the backup's own copy of it is damaged" in reason for reason in told.values())
    assert faults(kept) == hurt
    (kept.root / "backup.toml").unlink()
    assert {reason for _, reason in healing.heal(kept, hurt, secrets).left} == {healing.NO_TARGET}


def test_what_is_in_no_list_is_left_alone_and_a_stop_is_a_stop(kept: Home, tmp_path: Path) -> None:
    (tmp_path / "nas").mkdir()
    back_up(kept, tmp_path / "nas", NoSecrets())
    ((path, reason),) = healing.heal(kept, ["00/1.2.3/1.2.3.dcm"], NoSecrets()).left
    assert (path, "list" in reason) == ("00/1.2.3/1.2.3.dcm", True)
    token = CancelToken()
    token.cancel()
    with pytest.raises(Cancelled):
        healing.heal(kept, harm(kept), NoSecrets(), cancel=token)
