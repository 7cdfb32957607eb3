"""The service as a process: it starts, is found, survives being killed, and stops without losing anything."""

from __future__ import annotations

import contextlib
import hashlib
import os
import random
import shutil
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from pydicom import dcmread
from pydicom.uid import generate_uid

from tests.helpers.corpus import images
from tests.helpers.dcmtk import echoscu, storescu, tool
from tests.helpers.peers import Served, data_set_bytes, service, start_service, wait_for
from vetpacs_desktop.errors import PortTaken, ServiceAlreadyRunning
from vetpacs_desktop.paths import Home
from vetpacs_desktop.service import (
    ServiceChild,
    ServiceNotStarted,
    ServiceState,
    addresses,
    serve,
    state_of,
)
from vetpacs_desktop.settings import Settings, save
from vetpacs_desktop.store.library import Library

SUCCESS = "Received Store Response (Success)"
KILLS = int(os.environ.get("VETPACS_KILLS", "20"))


@pytest.fixture
def library(home: Home) -> Iterator[Library]:
    opened = Library.open(home)
    yield opened
    opened.close()


def indexed(library: Library) -> int:
    return library.counts()[1]


def other_slices(folder: Path, count: int, like: Path) -> list[Path]:
    """Objects of one exam that differ from each other in identity."""
    folder.mkdir(exist_ok=True)
    study, series, made = generate_uid(), generate_uid(), []
    dataset = dcmread(like)
    for number in range(count):
        dataset.StudyInstanceUID, dataset.SeriesInstanceUID = study, series
        dataset.SOPInstanceUID = dataset.file_meta.MediaStorageSOPInstanceUID = generate_uid()
        dataset.InstanceNumber = number + 1
        made.append(folder / f"{number:04}.dcm")
        dataset.save_as(made[-1])
    return made


def test_what_is_sent_can_be_found_a_moment_later(home: Home, library: Library) -> None:
    files = images("ct-variable-gap")
    with service(home) as served:
        assert storescu(served.port, files).returncode == 0
        acknowledged = time.monotonic()
        wait_for(lambda: indexed(library) == len(files), 10)
        assert time.monotonic() - acknowledged < 5
    newest = library.last_arrival()
    assert newest is not None
    assert newest.source == "XRAY1 (127.0.0.1)"
    for row in library.instances(study_uid=newest.study_uid):
        assert hashlib.sha256(row.path.read_bytes()).hexdigest() == row.sha256
    assert list(home.spool.iterdir()) == []


def test_sending_again_changes_nothing(home: Home, library: Library) -> None:
    files = images("ct-variable-gap")
    with service(home) as served:
        for _ in range(2):
            assert storescu(served.port, files).returncode == 0
            wait_for(lambda: indexed(library) == len(files) and not list(home.spool.iterdir()))
    assert library.counts() == (1, len(files))


def test_it_says_where_it_listens_and_can_be_found_while_it_runs(home: Home) -> None:
    assert state_of(home) is None
    with service(home, "--ae-title", "CLINIC") as served:
        state = state_of(home)
        assert state is not None
        assert (state.pid, state.port, state.ae_title) == (served.process.pid, served.port, "CLINIC")
        assert echoscu(served.port).returncode == 0
        assert served.stop() == 0
    assert state_of(home) is None


def test_a_killed_service_is_not_taken_for_a_running_one(home: Home) -> None:
    served = start_service(home)
    assert state_of(home) is not None
    served.kill()
    assert state_of(home) is None
    with service(home) as again:
        assert echoscu(again.port).returncode == 0


def test_one_service_per_home_and_two_homes_side_by_side(home: Home, tmp_path: Path) -> None:
    other = Home(tmp_path / "other").make()
    files = images("ct-variable-gap")[:6]
    with service(home) as first, service(other) as second:
        assert storescu(first.port, files[:4]).returncode == 0
        assert storescu(second.port, files[4:]).returncode == 0
        with pytest.raises(ServiceAlreadyRunning, match=f"process {first.process.pid}"):
            serve(home, Settings(), host="127.0.0.1", port=0, ae_title="X")
    for place, count in ((home, 4), (other, 2)):
        library = Library.open(place)
        assert indexed(library) == count
        library.close()


def test_a_taken_port_ends_it_with_one_sentence(home: Home, tmp_path: Path) -> None:
    with service(home) as served:
        other = Home(tmp_path / "other").make()
        with pytest.raises(PortTaken, match=str(served.port)):
            serve(other, Settings(), host="127.0.0.1", port=served.port, ae_title="X")
        save(Settings({"receiver.port": served.port, "receiver.host": "127.0.0.1"}), other.settings)
        with pytest.raises(ServiceNotStarted, match=f"Port {served.port} is already used by another program"):
            ServiceChild(other).ensure()
        assert state_of(other) is None


def test_stopping_files_everything_that_was_acknowledged(home: Home, library: Library) -> None:
    files = images("ct-variable-gap")
    with service(home) as served:
        assert storescu(served.port, files).returncode == 0
        assert served.stop() == 0
    assert indexed(library) == len(files)
    assert list(home.spool.iterdir()) == []


@pytest.mark.parametrize("ask", ["event", "file"])
def test_serve_in_a_thread_stops_by_its_event_or_by_the_stop_file(home: Home, ask: str) -> None:
    ready: list[ServiceState] = []
    stop = threading.Event()
    thread = threading.Thread(
        target=serve,
        args=(home, Settings()),
        kwargs={
            "host": "127.0.0.1",
            "port": 0,
            "ae_title": "VETPACS",
            "watch": [],
            "on_ready": ready.append,
            "stop": stop,
        },
    )
    thread.start()
    wait_for(lambda: bool(ready))
    assert state_of(home) == ready[0]
    if ask == "event":
        stop.set()
    else:
        (home.run / "service.stop").touch()
    thread.join(30)
    assert not thread.is_alive()
    assert state_of(home) is None


def child_settings(home: Home) -> None:
    save(Settings({"receiver.port": 0, "receiver.host": "127.0.0.1"}), home.settings)


def test_a_window_starts_its_service_adopts_it_and_stops_it(home: Home) -> None:
    child_settings(home)
    first = ServiceChild(home)
    state = first.ensure()
    assert state.owner == "window"
    assert echoscu(state.port).returncode == 0
    assert first.ensure() == state
    # The window crashed; the next one finds the service running.
    next_window = ServiceChild(home)
    assert next_window.ensure() == state
    next_window.stop()
    assert state_of(home) is None
    first.stop()
    wait_for(lambda: not psutil.pid_exists(state.pid))


def test_windows_that_start_together_share_one_service(home: Home) -> None:
    child_settings(home)
    windows = [ServiceChild(home) for _ in range(3)]
    states: list[ServiceState] = []

    def open_window(window: ServiceChild) -> None:
        states.append(window.ensure())

    threads = [threading.Thread(target=open_window, args=(window,)) for window in windows]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(states) == 3
    assert len(set(states)) == 1
    for window in windows:
        window.stop()
    assert state_of(home) is None


def test_a_window_leaves_a_system_service_alone(home: Home) -> None:
    with service(home) as served:
        window = ServiceChild(home)
        assert window.ensure().pid == served.process.pid
        window.stop()
        assert echoscu(served.port).returncode == 0


def spawned_by(served: Served) -> list[psutil.Process]:
    """The service's own processes."""
    children = psutil.Process(served.process.pid).children()
    return [child for child in children if "spawn_main" in " ".join(child.cmdline())]


def test_a_filing_process_that_dies_is_started_again(home: Home, library: Library) -> None:
    files = images("ct-variable-gap")
    with service(home) as served:
        wait_for(lambda: len(spawned_by(served)) == 1)  # a child is a copy of its parent at first
        spawned_by(served)[0].kill()
        assert storescu(served.port, files).returncode == 0
        wait_for(lambda: indexed(library) == len(files))


def test_killed_at_any_moment_it_keeps_everything_it_acknowledged(home: Home, tmp_path: Path) -> None:
    """SIGKILL while storescu sends, again and again: acknowledged means kept, whole, once and indexed."""
    lot = random.Random()
    files = other_slices(tmp_path / "sent", 25 * KILLS, images("mr-prone")[0])
    content = {path: data_set_bytes(path) for path in files}
    acknowledged: list[Path] = []
    for number in range(KILLS):
        part = files[25 * number : 25 * (number + 1)]
        served = start_service(home)
        acknowledged += part[: kill_while_sending(served, part, lot)]
        whole = set(content.values())
        halves = [path for path in home.objects.rglob("*.dcm") if data_set_bytes(path) not in whole]
        assert halves == [], f"half a file after kill {number}"
    assert len(acknowledged) >= KILLS // 2, "hardly a kill came after a success; the test proves nothing"
    with service(home):
        wait_for(lambda: not list(home.spool.iterdir()), 60)
    library = Library.open(home)
    studies = library.search("")
    rows = [row for study in studies for row in library.instances(study_uid=study.study_uid)]
    checked = library.verify()
    library.close()
    kept = Counter(data_set_bytes(row.path) for row in rows)
    assert all(kept[content[path]] == 1 for path in acknowledged)
    assert set(kept.values()) == {1}
    assert kept.keys() <= set(content.values())
    assert not any(row.conflict for row in rows)
    assert (checked.missing, checked.corrupt, checked.orphans) == ((), (), ())


def kill_while_sending(served: Served, files: list[Path], lot: random.Random) -> int:
    """Kill the service a random moment after the first success; how many successes the sender heard."""
    with subprocess.Popen(
        [tool("storescu"), "-v", "-R", "127.0.0.1", str(served.port), *map(str, files)],
        env={**os.environ, "TCP_NODELAY": "1"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    ) as sender:
        assert sender.stderr is not None
        heard = 0
        for line in sender.stderr:
            if SUCCESS in line:
                heard = 1
                break
        time.sleep(lot.uniform(0.0, 0.15))
        helpers = psutil.Process(served.process.pid).children() if lot.random() < 0.5 else []
        served.kill()
        for helper in helpers:  # a power cut ends the filing as well
            with contextlib.suppress(psutil.NoSuchProcess):
                helper.kill()
        return heard + sender.stderr.read().count(SUCCESS)


def test_a_full_disk_is_answered_and_nothing_half_is_left(tmp_path: Path) -> None:
    """A real full file system: a small tmpfs as the home's disk."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0 or sys.platform != "linux":
        pytest.skip("needs root on Linux to mount a small disk")
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=12m", "tmpfs", str(disk)]).returncode != 0:
        pytest.skip("this system does not let a test mount a small disk")
    try:
        home = Home(disk / "home").make()
        save(Settings({"receiver.min_free_mib": 0}), home.settings)
        files = images("ct-thin")[:40]
        with service(home) as served:
            said = storescu(served.port, files, ("-R", "-nh", "-v"))
            assert "Refused: OutOfResources" in said.stderr + said.stdout
            count = (said.stderr + said.stdout).count(SUCCESS)
            assert 5 < count < 40
            assert echoscu(served.port).returncode == 0
            names = [path.name for path in home.spool.iterdir()]
            assert not [name for name in names if name.endswith(".part")]
        kept = len(list(home.spool.iterdir())) + len(list(home.objects.rglob("*.dcm")))
        assert kept >= count
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=True)


def test_a_watched_folder_is_imported_and_left_as_it_is(home: Home, library: Library, tmp_path: Path) -> None:
    folder = tmp_path / "from the ultrasound"
    folder.mkdir()
    files = images("ct-variable-gap")
    for path in files[:4]:
        shutil.copy(path, folder / path.name)
    with service(home, "--watch", str(folder)):
        wait_for(lambda: indexed(library) == 4)
        (folder / "exam").mkdir()
        for path in files[4:8]:
            shutil.copy(path, folder / "exam" / path.name)
        (folder / "exam" / "letter.txt").write_text("Dear colleague")
        wait_for(lambda: indexed(library) == 8)
    assert len(list(folder.rglob("*.*"))) >= 5
    assert (folder / "exam" / "letter.txt").exists()


def test_addresses_are_what_a_person_can_type_into_a_machine() -> None:
    for address in addresses():
        assert address.count(".") == 3
        assert not address.startswith("127.")
