"""The queue at work: a real service sends to a real archive that is there, away, back, full or cut off."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from pynetdicom import AE, ALL_TRANSFER_SYNTAXES, _config, evt

from tests.helpers.corpus import images
from tests.helpers.dcmtk import storescu
from tests.helpers.orthanc import Orthanc, free_port, orthanc
from tests.helpers.peers import Served, service, start_service, wait_for
from tests.helpers.small_files import picture, write
from vetpacs_desktop import settings
from vetpacs_desktop.jobs import CancelToken, ignore
from vetpacs_desktop.paths import Home
from vetpacs_desktop.store.archives.nodes import Node
from vetpacs_desktop.store.archives.outbox import Sending, State
from vetpacs_desktop.store.archives.routing import Rule
from vetpacs_desktop.store.intake.importing.stages import import_paths
from vetpacs_desktop.store.library import Library
from vetpacs_desktop.store.lock import is_held
from vetpacs_desktop.store.network.sending.courier import NAME, CourierProcess

pytestmark = pytest.mark.corpus


@pytest.fixture
def library(home: Home) -> Iterator[Library]:
    settings.save(settings.Settings({"sending.settle_seconds": 1}), home.settings)
    opened = Library.open(home)
    yield opened
    opened.close()


def test_no_courier_runs_where_no_archive_is_known(home: Home, library: Library) -> None:
    courier = CourierProcess(home, "VETPACS")
    try:
        courier.keep_alive()
        assert not is_held(home.run / f"{NAME}.lock")
        library.nodes.add(Node("Clinic", "ORTHANC", "127.0.0.1", free_port()))
        wait_for(lambda: (courier.keep_alive(), is_held(home.run / f"{NAME}.lock"))[1])
    finally:
        courier.close()
    assert not is_held(home.run / f"{NAME}.lock")


def fill(library: Library, *files: Path) -> list[str]:
    """Import; answers the exams."""
    summary = import_paths(library, library.home, list(files), ignore, CancelToken())
    assert not summary.rejected
    return list(summary.studies)


def queue(library: Library, study_uid: str, node: Node) -> None:
    library.outbox.put(library.instances(study_uid=study_uid), node)


def only(library: Library) -> Sending:
    (sending,) = library.outbox.sendings()
    return sending


def ended(library: Library) -> bool:
    return all(one.state in (State.DONE, State.FAILED) for one in library.outbox.sendings())


def test_what_is_queued_is_sent_and_told(home: Home, library: Library, tmp_path: Path) -> None:
    (study,) = fill(library, *images("ct-variable-gap"))
    with orthanc(tmp_path / "peer") as peer, service(home):
        node = library.nodes.add(Node("Clinic", "ORTHANC", "127.0.0.1", peer.port))
        queue(library, study, node)
        queue(library, study, node)  # a second click
        wait_for(lambda: ended(library))
        assert (only(library).state, only(library).sent, only(library).failed) == (State.DONE, 28, 0)
        assert peer.uids() == {str(row.sop_uid) for row in library.instances(study_uid=study)}
        assert library.nodes.state(node).trouble == ""


def test_an_archive_that_is_away_is_tried_again_and_gets_all_of_it(
    home: Home, library: Library, tmp_path: Path
) -> None:
    (study,) = fill(library, *images("ct-variable-gap"))
    with orthanc(tmp_path / "peer") as peer, service(home):
        peer.stop()
        node = library.nodes.add(Node("Clinic", "ORTHANC", "127.0.0.1", peer.port))
        queue(library, study, node)
        wait_for(lambda: only(library).trouble != "")
        told = only(library)
        assert "no program listens" in told.trouble
        assert told.state is State.WAITING
        assert 2 < told.next_at - time.time() < 8
        wait_for(lambda: library.nodes.state(node).trouble == told.trouble)
        peer.start()
        library.outbox.retry([told.job_id])  # the person need not sit out the pause
        wait_for(lambda: ended(library))
        assert (only(library).state, only(library).sent, only(library).trouble) == (State.DONE, 28, "")
        assert peer.count() == 28


def test_a_killed_service_goes_on_where_it_was(home: Home, library: Library, tmp_path: Path) -> None:
    (study,) = fill(library, *images("ct-thin"))
    rows = library.instances(study_uid=study)
    with orthanc(tmp_path / "peer", OverwriteInstances=True) as peer:
        node = library.nodes.add(Node("Clinic", "ORTHANC", "127.0.0.1", peer.port))
        running: Served | None = None
        queue(library, study, node)
        kills = 0
        while only(library).state is State.WAITING:
            before = only(library).sent
            running = start_service(home)
            wait_for(lambda at=before: only(library).sent > at or ended(library), 60)  # type: ignore[misc]
            kill_with_children(running)
            kills += 1
        assert only(library).state is State.DONE
        assert only(library).sent == len(rows)
        assert kills >= 2
        assert peer.uids() == {str(row.sop_uid) for row in rows}


def kill_with_children(running: Served) -> None:
    """Everything at once, as a power cut would."""
    import psutil

    family = [psutil.Process(running.process.pid)]
    family += family[0].children(recursive=True)
    for member in family:
        member.kill()
    running.kill()
    psutil.wait_procs(family, 10)


def test_a_rule_sends_what_comes_and_nothing_comes_back(home: Home, library: Library, tmp_path: Path) -> None:
    with orthanc(tmp_path / "peer") as peer, service(home) as served:
        node = library.nodes.add(Node("Clinic", "ORTHANC", "127.0.0.1", peer.port))
        library.routes.save(Rule("All CT", "Clinic", modalities="CT"))
        files = images("ct-variable-gap")
        assert storescu(served.port, files[:20], title="CT1").returncode == 0
        assert storescu(served.port, images("mr-jpeg2000")[:3], ("-xv",), title="MR1").returncode == 0
        # What the archive itself sends must not be sent back to it.
        assert storescu(served.port, images("ct-thin")[:4], title=node.ae_title).returncode == 0
        wait_for(lambda: peer.count() == 20, 40)
        wait_for(lambda: library.counts()[1] == 27)
        # Late images of the same exam follow, alone.
        assert storescu(served.port, files, title="CT1").returncode == 0
        wait_for(lambda: peer.count() == 28, 40)
        time.sleep(3)
        assert peer.count() == 28
        sent = library.outbox.sendings()
        assert {one.asked_by for one in sent} == {"All CT"}
        assert sum(one.sent for one in sent) == 28


def test_two_archives_whose_rules_name_each_other_come_to_rest(tmp_path: Path) -> None:
    homes = [Home(tmp_path / name).make() for name in ("one", "two")]
    for home in homes:
        settings.save(settings.Settings({"sending.settle_seconds": 1}), home.settings)
    libraries = [Library.open(home) for home in homes]
    try:
        with (
            service(homes[0], "--ae-title", "ONE") as first,
            service(homes[1], "--ae-title", "TWO") as second,
        ):
            libraries[0].nodes.add(Node("Other", "TWO", "127.0.0.1", second.port))
            libraries[1].nodes.add(Node("Other", "ONE", "127.0.0.1", first.port))
            for library in libraries:
                library.routes.save(Rule("Everything", "Other"))
            assert storescu(first.port, images("ct-variable-gap")[:5], title="CT1").returncode == 0
            wait_for(lambda: libraries[1].counts()[1] == 5, 40)
            time.sleep(4)
            assert sum(one.sent for one in libraries[0].outbox.sendings()) == 5
            assert libraries[1].outbox.sendings() == []
    finally:
        for library in libraries:
            library.close()


def test_held_and_removed_sendings_stay_here(home: Home, library: Library, tmp_path: Path) -> None:
    (study,) = fill(library, *images("ct-variable-gap")[:5])
    node = library.nodes.add(Node("Clinic", "ORTHANC", "127.0.0.1", free_port()))
    queue(library, study, node)
    library.outbox.hold([only(library).job_id])
    folder = tmp_path / "peer"
    folder.mkdir()
    peer = Orthanc(folder, port=node.port)
    with service(home):
        peer.start()
        try:
            time.sleep(4)
            assert peer.count() == 0
            library.outbox.go_on([only(library).job_id])
            wait_for(lambda: ended(library))
            assert peer.count() == 5
        finally:
            peer.stop()


def test_a_kind_that_an_archive_never_takes_keeps_no_other_exam_waiting(
    home: Home, library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_config, "UNRESTRICTED_STORAGE_SERVICE", False)  # a receiver in this process sets it
    strange = write(picture(study="9", SOPClassUID="1.3.6.1.4.1.99999.1"), tmp_path / "strange.dcm")
    (bad,) = fill(library, strange)
    (good,) = fill(library, *images("ct-variable-gap")[:3])
    peer = AE("THEM")
    peer.add_supported_context("1.2.840.10008.5.1.4.1.1.2", ALL_TRANSFER_SYNTAXES)
    server = peer.start_server(
        ("127.0.0.1", 0), block=False, evt_handlers=[(evt.EVT_C_STORE, lambda event: 0)]
    )
    try:
        node = library.nodes.add(Node("Clinic", "THEM", "127.0.0.1", server.server_address[1]))
        queue(library, bad, node)
        queue(library, good, node)
        with service(home):
            wait_for(lambda: ended(library))
        states = {one.study_uid: (one.state, one.sent, one.failed) for one in library.outbox.sendings()}
        assert states == {bad: (State.FAILED, 0, 1), good: (State.DONE, 3, 0)}
    finally:
        server.shutdown()
