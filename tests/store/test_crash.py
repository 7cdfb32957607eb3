"""The power goes at any moment: what was acknowledged is there after a replay, and only once."""

from __future__ import annotations

import hashlib
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.helpers.corpus import images
from tests.helpers.small_files import from_spool
from vetpacs_desktop.paths import Home
from vetpacs_desktop.store.library import Library

KILLS = 10
FILER = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from vetpacs_desktop.paths import Home
from vetpacs_desktop.store.library import Library
from vetpacs_desktop.store.records import Arrival

home = Home(Path(sys.argv[1]))
library = Library.open(home)
print("open", flush=True)
waiting = sorted(home.spool.iterdir())
for start in range(0, len(waiting), 7):
    library.file([Arrival(path, "ct", datetime.now(UTC)) for path in waiting[start : start + 7]])
print("done", flush=True)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="a process is killed here with a signal Windows lacks")
def test_killed_again_and_again_while_filing_nothing_is_lost_or_doubled(home: Home) -> None:
    """Each round kills the filing process a little later; the last one replays what is left."""
    acknowledged = {}
    for number, path in enumerate(images("ct-variable-gap") + images("mr-prone")):
        data = path.read_bytes()
        (home.spool / f"{number:04}.dcm").write_bytes(data)
        acknowledged[hashlib.sha256(data).hexdigest()] = path
    dice = random.Random(7)
    killed = 0
    for _ in range(KILLS):
        process = subprocess.Popen(
            [sys.executable, "-c", FILER, str(home.root)], stdout=subprocess.PIPE, text=True
        )
        assert process.stdout is not None
        assert process.stdout.readline() == "open\n"
        time.sleep(dice.random() * 0.02)
        process.send_signal(signal.SIGKILL)
        process.stdout.close()
        killed += process.wait() == -signal.SIGKILL
        check_every_row_has_its_file(home)
    assert killed > KILLS // 2
    replay(home)
    library = Library.open(home)
    found = library.verify()
    assert (found.missing, found.corrupt, found.orphans) == ((), (), ())
    kept = [one for row in library.search("") for one in library.instances(study_uid=row.study_uid)]
    assert {one.sha256 for one in kept} == set(acknowledged)
    assert len(kept) == len(acknowledged)
    assert list(home.spool.iterdir()) == []
    library.close()


def check_every_row_has_its_file(home: Home) -> None:
    """Between crash and replay: nothing half-filed is shown."""
    library = Library.open(home)
    found = library.verify()
    assert (found.missing, found.corrupt) == ((), ())
    library.close()


def replay(home: Home) -> None:
    library = Library.open(home)
    library.file([from_spool(path) for path in sorted(home.spool.iterdir())])
    library.close()


def test_a_file_placed_before_the_crash_is_adopted(home: Home) -> None:
    """The moment between the file in place and its row, made by hand."""
    path = images("ct-variable-gap")[0]
    spooled = home.spool / "1.dcm"
    spooled.write_bytes(path.read_bytes())
    library = Library.open(home)
    library.file([from_spool(spooled)])
    (kept,) = [one for row in library.search("") for one in library.instances(study_uid=row.study_uid)]
    library.close()
    for name in home.root.glob("library.sqlite*"):
        name.unlink()
    orphan = kept.path.rename(home.root / "orphan")
    library = Library.open(home)
    orphan.rename(kept.path)
    spooled.write_bytes(path.read_bytes())
    assert library.verify().orphans == (kept.path.relative_to(home.objects).as_posix(),)
    (filed,) = library.file([from_spool(spooled)])
    assert filed.outcome.value == "stored"
    found = library.verify()
    assert (found.checked, found.missing, found.orphans) == (1, (), ())
    library.close()


def test_leftovers_of_a_killed_copy_are_no_orphans_and_are_swept_in_time(home: Home, tmp_path: Path) -> None:
    Library.open(home).close()
    fresh, stale = home.objects / ".part" / "fresh", home.objects / ".part" / "stale"
    for path in (fresh, stale):
        path.write_bytes(b"half")
    week_ago = time.time() - 7 * 24 * 3600
    os.utime(stale, (week_ago, week_ago))
    library = Library.open(home)
    assert library.verify().orphans == ()
    assert (fresh.exists(), stale.exists()) == (True, False)
    library.close()
