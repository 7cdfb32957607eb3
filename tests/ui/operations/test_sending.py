"""What a person does with other archives, without a window: the work that runs in threads."""

from pathlib import Path

from tests.helpers.orthanc import free_port, orthanc
from tests.helpers.peers import service
from tests.helpers.small_files import from_folder, picture, write
from vetpacs_desktop.paths import Home
from vetpacs_desktop.settings import Settings
from vetpacs_desktop.store.archives.nodes import Node
from vetpacs_desktop.store.archives.routing import Rule
from vetpacs_desktop.store.library import Library
from vetpacs_desktop.store.network.trouble import NobodyListens
from vetpacs_desktop.ui.operations import sending


def test_everything_the_window_shows_is_read_at_once(home: Home, tmp_path: Path) -> None:
    library = Library.open(home)
    assert sending.traffic_of(library) == sending.Traffic()
    library.file([from_folder(write(picture(), tmp_path / "1.dcm"))])
    node = library.nodes.add(Node("Clinic", "ORTHANC", "127.0.0.1", 104))
    library.nodes.note(node, "It is off.")
    (study,) = library.search("")
    library.outbox.put(library.instances(study_uid=study.study_uid), node)
    rule = library.routes.save(Rule("All", "Clinic"))
    traffic = sending.traffic_of(library)
    assert [(one.name, state.trouble) for one, state in traffic.nodes] == [("Clinic", "It is off.")]
    assert [(one.node, one.total, one.animal_name) for one in traffic.sendings] == [("Clinic", 1, "Fluffy")]
    assert traffic.rules == (rule,)
    library.close()


def test_an_archive_is_asked_and_the_trouble_handed_back(home: Home, tmp_path: Path) -> None:
    with orthanc(tmp_path / "peer") as peer:
        tested = sending.test(home, Settings(), Node("Clinic", "ORTHANC", "127.0.0.1", peer.port))
        assert tested.trouble is None
        assert tested.seconds > 0
    tested = sending.test(home, Settings(), Node("Clinic", "ORTHANC", "127.0.0.1", free_port()))
    assert isinstance(tested.trouble, NobodyListens)


def test_what_others_must_type_is_what_really_listens(home: Home) -> None:
    planned = sending.own_name(home, Settings({"receiver.port": 11113, "receiver.ae_title": "CLINIC"}))
    assert (planned.title, planned.port) == ("CLINIC", 11113)
    with service(home, "--ae-title", "ROOM1") as served:
        own = sending.own_name(home, Settings())
        assert (own.title, own.address, own.port) == ("ROOM1", "127.0.0.1", served.port)
