"""Places for backups against the tools of the system, with files of the size of CT slices.

``python -m tests.bench.bench_targets [--files N] [--rounds N] [--quick] [--only local|smb|sftp]``

A folder: written, flushed, renamed and read back from the disk with SHA-256, against `cp -r`, `sync` and
`sha256sum` of the copy. A Samba server on this computer: written, flushed and renamed against what
`smbclient` puts (which flushes nothing), and read against what it gets. SFTP against OpenSSH's own `sftp`. In
turns, each into fresh folders; the last line is JSON.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shutil
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.bench.bench_receive import ROOT
from tests.helpers.samba import PASSWORD, SHARE, Samba, samba
from tests.helpers.sshd import Sshd, sshd
from vetpacs_desktop.store.backup.target import Target
from vetpacs_desktop.store.backup.targets import url
from vetpacs_desktop.store.backup.targets.local import LocalTarget
from vetpacs_desktop.store.backup.targets.sftp import SftpTarget
from vetpacs_desktop.store.backup.targets.smb import SmbTarget

SIZE = 512 * 1024
GOAL = 0.8


def timed(work: Callable[[], object]) -> float:
    """Seconds on the clock, begun with nothing left to flush."""
    os.sync()
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def run(*words: str, text: str = "") -> None:
    """A program of the system; ends the bench when it fails."""
    subprocess.run(
        words, check=True, input=text, text=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )


def name_of(source: Path) -> str:
    """Spread over folders as a backup's objects are."""
    digest = hashlib.sha256(source.name.encode()).hexdigest()
    return f"VetPACS/objects/{digest[:2]}/{digest}.dcm"


def put(target: Target, sources: list[Path]) -> dict[str, str]:
    """Write the files; their digests by name, taken on the way as a backup does."""
    digests: dict[str, str] = {}

    def blocks(source: Path) -> Iterator[bytes]:
        data = source.read_bytes()
        digests[name_of(source)] = hashlib.sha256(data).hexdigest()
        yield data

    written = dict(target.write_many((name_of(one), blocks(one), SIZE) for one in sources))
    if len(written) != len(sources):
        raise SystemExit("not every file was written")
    return digests


def read(target: Target, digests: dict[str, str]) -> None:
    """Read every file back and compare."""

    def compare(item: tuple[str, str]) -> bool:
        found = hashlib.sha256()
        for block in target.read(item[0]):
            found.update(block)
        return found.hexdigest() == item[1]

    with ThreadPoolExecutor(target.lanes) as pool:
        if not all(pool.map(compare, digests.items())):
            raise SystemExit("a file came back changed")


def local(sources: list[Path], base: Path) -> dict[str, float]:
    """Seconds of the system's tools and of a local target, both with reading back."""
    copy, place = base / "copy", base / "place"

    def system() -> None:
        run("cp", "-r", str(sources[0].parent), str(copy))
        os.sync()
        run("sh", "-c", 'find "$0" -type f -print0 | xargs -0 sha256sum', str(copy))

    def ours() -> None:
        target = LocalTarget("Disk", place)
        read(target, put(target, sources))
        target.close()

    found = {"cp, sync, sha256sum": timed(system), "folder": timed(ours)}
    shutil.rmtree(copy)
    shutil.rmtree(place)
    return found


def shares(server: Samba, sources: list[Path], base: Path, number: int) -> dict[str, float]:
    """Seconds of smbclient and of a share as a target, there and back."""
    account = base / "account"
    account.write_text(f"username={server.user}\npassword={PASSWORD}\n", encoding="utf-8")
    back = base / "back"
    back.mkdir()

    def client(commands: str) -> None:
        run(
            *("smbclient", "-s", str(server.folder / "smb.conf"), "-A", str(account), "-p", str(server.port)),
            *(f"//127.0.0.1/{SHARE}", "-c", f"prompt OFF; {commands}"),
        )

    target = SmbTarget("NAS", url.parse(server.address(f"place-{number}")).address, PASSWORD)
    digests: dict[str, str] = {}
    folder = f"client-{number}"
    found = {
        "smbclient put": timed(
            lambda: client(f"mkdir {folder}; cd {folder}; lcd {sources[0].parent}; mput *")
        ),
        "share, written": timed(lambda: digests.update(put(target, sources))),
        "smbclient get": timed(lambda: client(f"cd {folder}; lcd {back}; mget *")),
        "share, read": timed(lambda: read(target, digests)),
    }
    target.close()
    shutil.rmtree(back)
    for one in server.shared.iterdir():
        shutil.rmtree(one)
    return found


def secure(server: Sshd, sources: list[Path], base: Path, number: int) -> dict[str, float]:
    """Seconds of OpenSSH's sftp and of an SFTP target, there and back."""
    back, folder = base / "back", server.shared / f"client-{number}"
    back.mkdir()
    folder.mkdir()

    def client(commands: str) -> None:
        run(
            *("sftp", "-q", "-b", "-", "-P", str(server.port), "-i", str(server.folder / "client")),
            *("-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null"),
            f"{server.user}@127.0.0.1",
            text=commands,
        )

    target = SftpTarget("Off-site", url.parse(server.address(f"place-{number}")).address, server.key)
    digests: dict[str, str] = {}
    found = {
        "sftp put": timed(lambda: client(f"put {sources[0].parent}/* {folder}/\n")),
        "SFTP, written": timed(lambda: digests.update(put(target, sources))),
        "sftp get": timed(lambda: client(f"get {folder}/* {back}/\n")),
        "SFTP, read": timed(lambda: read(target, digests)),
    }
    target.close()
    shutil.rmtree(back)
    for one in server.shared.iterdir():
        shutil.rmtree(one)
    return found


PAIRS = {
    "local": (("cp, sync, sha256sum", "folder"),),
    "smb": (("smbclient put", "share, written"), ("smbclient get", "share, read")),
    "sftp": (("sftp put", "SFTP, written"), ("sftp get", "SFTP, read")),
}


def main() -> None:
    """Measure, print a table and, last, one line of JSON."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--files", type=int, default=4000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--quick", action="store_true", help="400 files, 2 rounds")
    parser.add_argument("--only", choices=tuple(PAIRS), default="")
    wish = parser.parse_args()
    count, rounds = (400, 2) if wish.quick else (wish.files, wish.rounds)
    chosen = [kind for kind in PAIRS if wish.only in ("", kind)]
    seconds: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory(dir=ROOT.parent) as folder:
        base = Path(folder)
        (base / "source").mkdir()
        sources = [base / "source" / f"{number:06}" for number in range(count)]
        for source in sources:
            source.write_bytes(os.urandom(SIZE))
        with samba(base / "samba") as nas, sshd(base / "sshd") as far:
            for number in range(rounds):
                found: dict[str, float] = {}
                if "local" in chosen:
                    found |= local(sources, base)
                if "smb" in chosen:
                    found |= shares(nas, sources, base, number)
                if "sftp" in chosen:
                    found |= secure(far, sources, base, number)
                for name, value in found.items():
                    seconds.setdefault(name, []).append(value)
                rates = "  ".join(f"{name} {count / value:.0f}/s" for name, value in found.items())
                print(f"round {number + 1}: {rates}", flush=True)
    ratios = {
        ours: statistics.median(a / b for a, b in zip(seconds[theirs], seconds[ours], strict=True))
        for kind in chosen
        for theirs, ours in PAIRS[kind]
    }
    for name, value in ratios.items():
        print(f"{name:20} {value:8.2f} of the system's rate (target {GOAL})")
    print(
        json.dumps(
            {
                "bench": "targets",
                "files": count,
                "megabytes": round(count * SIZE / 1e6),
                "files_per_second": {
                    name: round(count / statistics.median(values), 1) for name, values in seconds.items()
                },
                "ratios": {name: round(value, 2) for name, value in ratios.items()},
                "target": GOAL,
            }
        )
    )


if __name__ == "__main__":
    main()
