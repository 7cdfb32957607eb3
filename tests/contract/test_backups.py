"""Backups from outside: the commands, their documents and exit codes, and that no password stays behind."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from tests.contract.asking import answer, ask
from tests.helpers.dcmtk import run
from tests.helpers.kept_library import fill, portrait, uid
from tests.helpers.peers import service
from tests.helpers.samba import PASSWORD, samba
from tests.helpers.small_files import picture, write
from tests.helpers.sshd import sshd
from vetpacs_desktop.paths import Home
from vetpacs_desktop.store.backup.returning import coming_back

KEYS = {"generation", "objects", "bytes", "copied", "seconds", "verified"}


@pytest.fixture
def clinic(home: Home, tmp_path: Path) -> Path:
    """A library with exams, notes and a trash."""
    fill(home, tmp_path / "files")
    return home.root


@pytest.fixture
def nas(clinic: Path, tmp_path: Path) -> Path:
    """The folder of a target called NAS, with one backup in it."""
    folder = tmp_path / "nas"
    folder.mkdir()
    answer(clinic, "backup", "target", "add", "NAS", folder)
    answer(clinic, "backup", "run")
    return folder


def objects(folder: Path) -> list[Path]:
    return sorted((folder / "VetPACS" / "objects").rglob("*.dcm"))


def flip(path: Path) -> None:
    """One bit turns; size and times stay."""
    data, state = bytearray(path.read_bytes()), path.stat()
    data[-1] ^= 1
    path.chmod(0o600)
    path.write_bytes(data)
    os.utime(path, ns=(state.st_atime_ns, state.st_mtime_ns))


# -- the contract --------------------------------------------------------------------------------------------


def test_a_whole_round(clinic: Path, tmp_path: Path) -> None:
    """Add, run, list, verify, restore; the restored folder answers every command."""
    (tmp_path / "nas").mkdir()
    assert answer(clinic, "backup", "target", "add", "NAS", tmp_path / "nas")["name"] == "NAS"
    first = answer(clinic, "backup", "run")
    assert set(first) >= KEYS
    assert (first["verified"], first["copied"] > 0) == (True, True)
    second = answer(clinic, "backup", "run", "--target", "nas")
    assert second["objects"] == first["objects"]
    assert [row["generation"] for row in answer(clinic, "backup", "list")] == [
        second["generation"],
        first["generation"],
    ]
    assert all(set(row) >= KEYS for row in answer(clinic, "backup", "list"))
    proof = answer(clinic, "backup", "verify")
    assert set(proof) == {"generation", "checked", "missing", "corrupt", "seconds"}
    assert (proof["generation"], proof["missing"], proof["corrupt"]) == (second["generation"], [], [])
    assert proof["checked"] >= first["objects"]
    to = tmp_path / "restored"
    back = answer(clinic, "backup", "restore", "--target", "NAS", "--to", to)
    assert (back["generation"], back["restored"]) == (second["generation"], second["objects"])
    assert answer(to, "studies") == answer(clinic, "studies")
    assert answer(to, "verify")["missing"] == []
    assert portrait(Home(to))["digests"] == portrait(Home(clinic))["digests"]
    again = answer(clinic, "backup", "restore", "--target", "NAS", "--to", to)
    assert (again["restored"], again["failed"]) == (0, [])


def test_a_restored_library_receives_and_goes_on_backing_up(clinic: Path, nas: Path, tmp_path: Path) -> None:
    to = tmp_path / "restored"
    answer(clinic, "backup", "restore", "--target", "NAS", "--to", to)
    with service(Home(to)) as served:
        assert run("echoscu", "127.0.0.1", str(served.port)).returncode == 0
    made = answer(to, "backup", "run")
    assert made["verified"] is True
    assert made["copied"] < made["objects"]


def test_an_older_backup_is_had_by_its_name(clinic: Path, nas: Path, tmp_path: Path) -> None:
    older = answer(clinic, "backup", "list")[0]["generation"]
    answer(clinic, "import", write(picture(study="9", PatientName="Weber^New"), tmp_path / "9.dcm"))
    answer(clinic, "backup", "run")
    to = tmp_path / "restored"
    answer(clinic, "backup", "restore", "--target", "NAS", "--generation", older, "--to", to)
    assert answer(to, "studies", "weber") == []
    wrong = ask(clinic, "backup", "restore", "--target", "NAS", "--generation", "yesterday", "--to", to)
    assert (wrong.code, "backup list" in wrong.sentence) == (3, True)


def test_one_exam_or_one_animal(clinic: Path, nas: Path, tmp_path: Path) -> None:
    to = tmp_path / "one"
    answer(clinic, "backup", "restore", "--target", "NAS", "--to", to, "--study", uid(2))
    assert [row["study_uid"] for row in answer(to, "studies")] == [uid(2)]
    animal = next(row["animal_id"] for row in answer(clinic, "studies") if row["study_uid"] == uid(3))
    answer(clinic, "backup", "restore", "--target", "NAS", "--to", to, "--animal", animal)
    assert {row["study_uid"] for row in answer(to, "studies")} == {uid(2), uid(3)}
    assert ask(clinic, "backup", "restore", "--target", "NAS", "--to", to, "--study", "1.2.3").code == 3


def test_what_is_said_wrongly_is_a_sentence(clinic: Path, nas: Path, tmp_path: Path) -> None:
    assert ask(clinic, "backup", "restore", "--target", "NAS").code == 2
    assert ask(clinic, "backup", "restore", "--to", tmp_path / "x").code == 2
    assert ask(clinic, "backup").code == 2
    assert ask(clinic, "backup", "prune").code == 2
    assert ask(clinic, "backup", "target", "add", "X", "ftp://host/folder").code == 2
    for words in (
        ("backup", "run", "--target", "Cellar"),
        ("backup", "target", "add", "NAS", str(tmp_path)),
        ("backup", "restore", "--target", "NAS", "--to", str(tmp_path)),
        ("backup", "key", "NAS"),
        ("backup", "target", "add", "Late", str(tmp_path), "--at", "25:00"),
    ):
        said = ask(clinic, *words)
        assert (said.code, bool(said.sentence)) == (3, True), said
    nas.rename(tmp_path / "pulled")
    said = ask(clinic, "backup", "run")
    assert (said.code, "NAS" in said.sentence) == (3, True)


def test_several_targets_and_one_that_is_away(clinic: Path, nas: Path, tmp_path: Path) -> None:
    (tmp_path / "second").mkdir()
    answer(clinic, "backup", "target", "add", "Second", tmp_path / "second")
    assert len(answer(clinic, "backup", "run")) == 2
    assert ask(clinic, "backup", "verify").code == 2  # which one?
    nas.rename(tmp_path / "pulled")
    rows = answer(clinic, "backup", "run", code=1)
    assert [row["target"] for row in rows if "error" in row] == ["NAS"]
    assert [row["name"] for row in answer(clinic, "backup", "target", "list")] == ["NAS", "Second"]
    answer(clinic, "backup", "target", "remove", "NAS")
    assert [row["name"] for row in answer(clinic, "backup", "target", "list")] == ["Second"]
    assert objects(tmp_path / "pulled")


def test_a_target_is_tried(clinic: Path, nas: Path) -> None:
    found = answer(clinic, "backup", "target", "test", "NAS")
    assert found["ok"] is True
    assert {row["what"] for row in found["findings"]} >= {"write", "read", "rename", "room"}


def test_health_drill_prune_and_certificate(clinic: Path, nas: Path, tmp_path: Path) -> None:
    (row,) = answer(clinic, "backup", "health")
    assert (row["light"], row["target"]) == ("green", "NAS")
    drilled = answer(clinic, "backup", "drill")
    assert (drilled["ok"], drilled["whole"], drilled["exams"], drilled["images"]) == (True, True, 4, 12)
    part = answer(clinic, "backup", "drill", "--sample", "0.000000001", "--folder", tmp_path)
    assert (part["ok"], part["whole"], part["checked"] < drilled["checked"]) == (True, False, True)
    answer(clinic, "backup", "run")
    preview = answer(clinic, "backup", "prune", "--preview")
    assert len(preview["keep"]) + len(preview["go"]) == 2
    assert len(answer(clinic, "backup", "list")) == 2
    done = answer(clinic, "backup", "prune", "--yes")
    assert done["set_aside"] == preview["go"]
    written = answer(clinic, "backup", "certificate", "--out", tmp_path / "certificate.pdf")
    assert written["bytes"] == (tmp_path / "certificate.pdf").stat().st_size > 1000


# -- losses --------------------------------------------------------------------------------------------------


def test_verify_names_what_is_missing_or_damaged_there_and_heals_when_asked(clinic: Path, nas: Path) -> None:
    gone, hurt = objects(nas)[0], objects(nas)[1]
    gone.unlink()
    flip(hurt)
    proof = answer(clinic, "backup", "verify", code=1)
    assert (len(proof["missing"]), len(proof["corrupt"])) == (1, 1)
    assert not gone.exists()
    answer(clinic, "backup", "verify", "--heal")
    assert gone.exists()
    assert answer(clinic, "backup", "verify")["corrupt"] == []


def test_flipped_bits_here_are_found_and_healed(clinic: Path, nas: Path) -> None:
    before = portrait(Home(clinic))
    files = sorted((clinic / "objects").rglob("*.dcm"))
    flip(files[0])
    files[1].unlink()
    found = answer(clinic, "verify", code=1)
    assert (len(found["corrupt"]), len(found["missing"])) == (1, 1)
    healed = answer(clinic, "verify", "--heal")
    assert sorted(healed["healed"]) == sorted(found["corrupt"] + found["missing"])
    assert (healed["missing"], healed["corrupt"], healed["not_healed"]) == ([], [], [])
    assert answer(clinic, "verify")["corrupt"] == []
    assert portrait(Home(clinic)) == before


def test_what_no_backup_holds_is_told_with_its_reason(clinic: Path, nas: Path, tmp_path: Path) -> None:
    answer(clinic, "import", write(picture(study="9"), tmp_path / "9.dcm"))
    next((clinic / "objects").rglob(f"{uid(9)}.1.1.dcm")).unlink()
    healed = answer(clinic, "verify", "--heal", code=1)
    ((row,), (missing,)) = healed["not_healed"], healed["missing"]
    assert row["path"] == missing
    assert "does not hold it" in row["reason"]


def test_a_backup_copied_by_hand_is_a_disc_like_any_other(clinic: Path, nas: Path, tmp_path: Path) -> None:
    """No program of ours: cp, dcmdump of DCMTK, and a plain import into an empty library."""
    stick = tmp_path / "stick"
    stick.mkdir()
    for path in objects(nas):
        shutil.copy(path, stick)
    for path in stick.iterdir():
        dumped = run("dcmdump", "+P", "StudyInstanceUID", str(path))
        assert dumped.returncode == 0
        assert uid(1)[:-1] in dumped.stdout
    to = tmp_path / "elsewhere"
    trashed = 3
    assert answer(to, "import", stick)["stored"] == 12 + trashed
    known = {row["study_uid"]: row["instance_count"] for row in answer(to, "studies")}
    assert (
        known.items()
        >= {row["study_uid"]: row["instance_count"] for row in answer(clinic, "studies")}.items()
    )


# -- over the network, sealed, killed ------------------------------------------------------------------------


def test_samba_and_its_password(clinic: Path, tmp_path: Path) -> None:
    with samba(tmp_path / "samba") as server:
        url = server.address("clinic", password=True)
        said = ask(clinic, "backup", "target", "add", "NAS", url)
        assert said.code == 0, said
        assert PASSWORD not in said.out + said.err
        round_trip(clinic, tmp_path)
    nowhere_in_clear(clinic, PASSWORD)


def test_sftp(clinic: Path, tmp_path: Path) -> None:
    with sshd(tmp_path / "sshd") as server:
        key = tmp_path / "key"
        key.write_text(server.key, encoding="ascii")
        added = ask(
            clinic, "backup", "target", "add", "Away", server.address("clinic"), "--key", key, "--encrypt"
        )
        assert added.code == 0, added
        round_trip(clinic, tmp_path)


def round_trip(clinic: Path, tmp_path: Path) -> None:
    """Run, verify, drill, restore: the same library."""
    (target,) = answer(clinic, "backup", "target", "list")
    assert answer(clinic, "backup", "run")["verified"] is True
    assert answer(clinic, "backup", "verify")["corrupt"] == []
    assert answer(clinic, "backup", "drill")["ok"] is True
    to = tmp_path / "restored"
    answer(clinic, "backup", "restore", "--target", target["name"], "--to", to)
    assert portrait(Home(to)) == portrait(Home(clinic))


def nowhere_in_clear(home: Path, password: str) -> None:
    """The password is in the keyring, or in the one file that only this account may read."""
    for path in home.rglob("*"):
        if path.is_file() and password.encode() in path.read_bytes():
            assert path.name == "credentials.json", path
            assert path.stat().st_mode & 0o077 == 0


def test_a_sealed_backup_and_its_key_sheet(clinic: Path, tmp_path: Path) -> None:
    (tmp_path / "off").mkdir()
    answer(clinic, "backup", "target", "add", "Off", tmp_path / "off", "--encrypt")
    answer(clinic, "backup", "run")
    key = answer(clinic, "backup", "key", "Off")["key"]
    assert not objects(tmp_path / "off")
    assert ask(clinic, "backup", "target", "remove", "Off").code == 2
    # A fresh computer, with nothing but the sheet.
    fresh, sheet = tmp_path / "fresh", tmp_path / "typed.txt"
    answer(fresh, "backup", "target", "add", "Off", tmp_path / "off")
    said = ask(fresh, "backup", "restore", "--target", "Off", "--to", fresh)
    assert (said.code, "key sheet" in said.sentence) == (3, True)
    sheet.write_text(key[:-1] + ("A" if key[-1] != "A" else "C"), encoding="ascii")
    assert ask(fresh, "backup", "key", "Off", "--enter", sheet).code == 3
    sheet.write_text(key.lower(), encoding="ascii")
    answer(fresh, "backup", "key", "Off", "--enter", sheet)
    answer(fresh, "backup", "restore", "--target", "Off", "--to", fresh)
    assert portrait(Home(fresh))["digests"] == portrait(Home(clinic))["digests"]


def test_a_killed_restore_goes_on(home: Home, tmp_path: Path) -> None:
    """The process is killed at five random moments; what was begun comes to the same end."""
    fill(home, tmp_path / "files", exams=40, images=10)
    (tmp_path / "nas").mkdir()
    answer(home.root, "backup", "target", "add", "NAS", tmp_path / "nas")
    made = answer(home.root, "backup", "run")
    to, dice, interrupted = tmp_path / "restored", random.Random(7), 0
    words = ("--home", str(home.root), "backup", "restore", "--target", "NAS", "--to", str(to))
    asked = Home(to).restoring / coming_back.ASKED
    for _ in range(5):
        process = subprocess.Popen(
            [sys.executable, "-m", "vetpacs_desktop", *words], stderr=subprocess.DEVNULL
        )
        while not asked.exists() and process.poll() is None:
            time.sleep(0.005)
        time.sleep(dice.uniform(0.0, 0.2))
        process.send_signal(signal.SIGKILL)
        process.wait()
        interrupted += asked.exists()
        whole_so_far(home, Home(to))
    assert interrupted > 1
    back = answer(home.root, "backup", "restore", "--target", "NAS", "--to", to)
    assert back["failed"] == []
    assert back["generation"] == made["generation"]
    assert portrait(Home(to)) == portrait(home)


def whole_so_far(home: Home, to: Home) -> None:
    """Right after a kill every file that stands under its name is a whole one."""
    for path in to.objects.rglob("*.dcm"):
        assert path.read_bytes() == (home.objects / path.relative_to(to.objects)).read_bytes()


def test_help_names_every_command(clinic: Path) -> None:
    said: Any = ask(clinic, "backup", "--help")
    assert said.code == 0
    for word in ("target", "run", "list", "verify", "restore", "drill", "prune", "health", "key"):
        assert word in said.out
