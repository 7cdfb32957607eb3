"""A restore on a bad day: the server dies in the middle, the disk here is small. Each ends in a sentence, and
the same restore goes on afterwards."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.helpers.kept_library import NoSecrets, back_up, fill, portrait, uid
from tests.helpers.samba import PASSWORD, samba
from tests.helpers.small_disk import small_disk
from tests.helpers.small_files import from_folder, picture, write
from vetpacs_desktop.jobs import Progress
from vetpacs_desktop.paths import Home
from vetpacs_desktop.store.backup import places
from vetpacs_desktop.store.backup.credentials import password_of
from vetpacs_desktop.store.backup.returning import coming_back, restoring
from vetpacs_desktop.store.backup.target import TargetUnreachable
from vetpacs_desktop.store.library import Library


def test_the_server_dies_and_comes_back(home: Home, tmp_path: Path) -> None:
    """Also proves that the new home keeps what it needs to go on by itself."""
    fill(home, tmp_path / "files", exams=12, images=10)
    secrets = NoSecrets(**{password_of("NAS"): PASSWORD})
    fresh = Home(tmp_path / "fresh")
    with samba(tmp_path / "samba") as server:
        back_up(home, server.address("clinic"), secrets)

        def report(progress: Progress) -> None:
            if progress.text.startswith("Bringing back images") and progress.done >= 40:
                server.kill()

        with pytest.raises(TargetUnreachable, match="NAS"):
            restoring.restore(fresh, places.find(home, "NAS"), secrets, report=report)
        before = len(list(fresh.objects.rglob("*.dcm")))
        assert 0 < before < 120
        with pytest.raises(TargetUnreachable, match="NAS"):
            restoring.go_on(fresh)
        server.start()
        done = restoring.go_on(fresh)
        assert done is not None
        assert done.failed == ()
    assert coming_back.under_way(fresh) is None
    assert portrait(fresh) == portrait(home)


def test_a_disk_that_is_too_small_is_told_of(home: Home, tmp_path: Path) -> None:
    """Before anything is fetched where everything is wanted; when it is full where a part is; both can be
    tried again."""
    (tmp_path / "nas").mkdir()
    disk_folder = tmp_path / "disk"
    disk_folder.mkdir()
    library = Library.open(home)
    large = [
        picture(study="1", sop=str(n), Rows=1024, Columns=2048, pixels=os.urandom(4_194_304))
        for n in range(8)
    ]
    library.file([from_folder(write(one, tmp_path / f"{n}.dcm")) for n, one in enumerate(large)])
    library.close()
    back_up(home, tmp_path / "nas", NoSecrets())
    with small_disk(disk_folder, 24) as disk:

        def ask(*more: str) -> str:
            words = ["--home", str(home.root), "backup", "restore", "--target", "NAS", "--to"]
            done = subprocess.run(
                [
                    *disk.entering,
                    sys.executable,
                    "-m",
                    "vetpacs_desktop",
                    *words,
                    f"{disk.inside}/home",
                    *more,
                ],
                capture_output=True,
                text=True,
                check=False,
                timeout=60,
            )
            assert done.returncode == 3, done
            return done.stderr

        assert "not enough room" in ask()
        assert not list((disk.outside / "home" / "objects").rglob("*.dcm"))
        said = ask("--study", uid(1))
        assert "full" in said
        assert not list((disk.outside / "home" / "objects" / ".part").iterdir())
