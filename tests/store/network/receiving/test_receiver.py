"""What machines meet: real senders, bytes kept as sent, and a sentence for every refusal."""

from __future__ import annotations

import hashlib
import logging
import os
import socket
import struct
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from io import BytesIO
from pathlib import Path

import pytest
from pydicom import dcmread
from pydicom.data import get_testdata_file
from pydicom.filereader import read_file_meta_info
from pydicom.uid import UID, ExplicitVRLittleEndian, ImplicitVRLittleEndian, JPEG2000Lossless, generate_uid
from pynetdicom.ae import ApplicationEntity
from pynetdicom.association import Association
from pynetdicom.dimse_primitives import C_STORE
from pynetdicom.presentation import build_context

from tests.helpers.corpus import images
from tests.helpers.dcmtk import PROPOSE, echoscu, run, storescu, tool
from tests.helpers.peers import data_set_bytes, package_files, wait_for
from vetpacs_desktop.errors import PortTaken
from vetpacs_desktop.paths import Home
from vetpacs_desktop.settings import Settings, Value
from vetpacs_desktop.store.kept.quarantine import Quarantine
from vetpacs_desktop.store.machines.senders import senders
from vetpacs_desktop.store.network import command_set
from vetpacs_desktop.store.network.receiving.receiver import CannotListen, Receiver
from vetpacs_desktop.store.reading.checks import check_file
from vetpacs_desktop.store.records import Arrival

CT = "1.2.840.10008.5.1.4.1.1.2"
Start = Callable[..., Receiver]


@pytest.fixture
def start(home: Home) -> Iterator[Start]:
    """Starts receivers on `home` and stops them in the end."""
    running: list[Receiver] = []

    def begin(**changed: Value) -> Receiver:
        values = {f"receiver.{name}": value for name, value in changed.items()}
        values.setdefault("receiver.min_free_mib", 0)
        receiver = Receiver(
            home,
            Settings(values),
            host="127.0.0.1",
            port=0,
            ae_title="VETPACS",
            arrived=lambda arrival: None,
        )
        running.append(receiver)
        return receiver

    yield begin
    for receiver in running:
        receiver.stop()


def connect(port: int, *contexts: tuple[str, list[str]], title: str = "XRAY1") -> Association:
    """An association of pynetdicom's own."""
    entity = ApplicationEntity(ae_title=title)
    entity.acse_timeout = entity.dimse_timeout = 10
    return entity.associate("127.0.0.1", port, contexts=[build_context(*context) for context in contexts])


def store_raw(association: Association, path: Path, sop_class: str, sop_uid: str, context: int = 1) -> int:
    """Send the data set of a file byte for byte under a context of our choice; returns the status."""
    request = C_STORE()
    request.MessageID = 7
    request.Priority = 2
    request.AffectedSOPClassUID, request.AffectedSOPInstanceUID = UID(sop_class), UID(sop_uid)
    request.DataSet = BytesIO(data_set_bytes(path))
    association._reactor_checkpoint.clear()
    while not association._is_paused:
        time.sleep(0.001)
    association.dimse.send_msg(request, context)
    _, answer = association.dimse.get_msg(block=True)
    association._reactor_checkpoint.set()
    assert answer is not None, "no answer"
    status: int = answer.Status
    return status


def kept(receiver: Receiver) -> dict[str, Arrival]:
    """What the spool holds, by SOP Instance UID."""
    return {check_file(arrival.path).sop_uid: arrival for arrival in receiver.spool.pending()}


def test_it_answers_an_echo(start: Start) -> None:
    assert echoscu(start().port).returncode == 0


def test_a_ct_series_arrives_byte_for_byte_with_sender_and_digest(start: Start) -> None:
    receiver = start()
    files = images("ct-tilted")
    assert storescu(receiver.port, files).returncode == 0
    found = kept(receiver)
    assert len(found) == len(files)
    for path in files:
        arrival = found[check_file(path).sop_uid]
        assert data_set_bytes(arrival.path) == data_set_bytes(path)
        assert arrival.source == "XRAY1 (127.0.0.1)"


def test_the_digest_and_the_moment_survive_in_the_name(start: Start) -> None:
    receiver = start()
    storescu(receiver.port, images("ct-tilted")[:1])
    arrival = receiver.spool.pending()[0]
    assert arrival.sha256 == hashlib.sha256(arrival.path.read_bytes()).hexdigest()
    assert abs(time.time() - arrival.received_at.timestamp()) < 60
    assert dcmread(arrival.path).file_meta.TransferSyntaxUID == ExplicitVRLittleEndian


@pytest.fixture
def oracle(tmp_path: Path) -> Iterator[tuple[int, Path]]:
    """DCMTK's own receiver, writing exactly what arrives: (port, folder)."""
    folder = tmp_path / "oracle"
    folder.mkdir()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [tool("storescp"), "+B", "+xa", "-pm", "+uf", "-od", str(folder), str(port)],
        env={**os.environ, "TCP_NODELAY": "1"},
    )
    try:
        wait_for(lambda: echoscu(port).returncode == 0)
        yield port, folder
    finally:
        process.kill()
        process.wait()


def sendable() -> dict[str, list[Path]]:
    """The packages' whole files that DCMTK can read, by transfer syntax."""
    found: dict[str, list[Path]] = {}
    for path in package_files():
        if check_file(path).finding is None and path.read_bytes()[128:132] == b"DICM":
            syntax = str(read_file_meta_info(path).get("TransferSyntaxUID", ""))
            if syntax in PROPOSE:
                found.setdefault(syntax, []).append(path)
    return found


def digests(paths: Iterable[Path]) -> Counter[str]:
    """How often each data set occurs."""
    return Counter(hashlib.sha256(data_set_bytes(path)).hexdigest() for path in paths)


def test_every_file_of_the_packages_arrives_as_dcmtk_sends_it(start: Start, oracle: tuple[int, Path]) -> None:
    receiver = start()
    oracle_port, folder = oracle
    for syntax, files in sorted(sendable().items()):
        for port in (oracle_port, receiver.port):
            said = storescu(port, files, ("-R", "-nh", PROPOSE[syntax]))
            assert "abort" not in said.stderr.lower(), said.stderr
    theirs = digests(path for path in folder.iterdir() if check_file(path).finding is None)
    assert sum(theirs.values()) > 150
    assert digests(arrival.path for arrival in receiver.spool.pending()) == theirs


def test_dcmsend_delivers_a_whole_folder(start: Start) -> None:
    receiver = start()
    files = [path for name in ("mr-jpeg2000", "mr-jpeg-lossless", "mr-enhanced") for path in images(name)]
    said = run("dcmsend", "-dn", "127.0.0.1", receiver.port, *files)
    assert said.returncode == 0, said.stderr
    assert len(kept(receiver)) == len(files)


@pytest.mark.parametrize("size", ["4096", "131072"])
def test_small_and_large_packets_carry_the_same_bytes(start: Start, size: str) -> None:
    receiver = start()
    path = images("ct-thin")[0]
    assert storescu(receiver.port, [path], ("-R", "--max-send-pdu", size)).returncode == 0
    (arrival,) = receiver.spool.pending()
    assert data_set_bytes(arrival.path) == data_set_bytes(path)


def test_echoes_and_objects_share_a_connection(start: Start) -> None:
    receiver = start()
    path = Path(get_testdata_file("CT_small.dcm"))
    association = connect(
        receiver.port, (CT, [ExplicitVRLittleEndian]), ("1.2.840.10008.1.1", [ImplicitVRLittleEndian])
    )
    for _ in range(3):
        assert association.send_c_echo().Status == 0
        assert store_raw(association, path, CT, dcmread(path).SOPInstanceUID) == 0
    association.release()
    assert len(receiver.spool.pending()) == 3


def test_an_endless_message_ends_the_connection(start: Start) -> None:
    receiver = start()
    association = connect(receiver.port, (CT, [ExplicitVRLittleEndian]))
    connection = association.dul.socket.socket
    piece = struct.pack(">BxLLBB", 4, 6 + 60000, 2 + 60000, 1, 0) + bytes(60000)
    wait_for(lambda: not send_or_notice(connection, piece), 10)
    association.abort()
    assert echoscu(receiver.port).returncode == 0


def send_or_notice(connection: socket.socket, piece: bytes) -> bool:
    """Whether the other side still takes bytes."""
    try:
        connection.sendall(piece)
    except OSError:
        return False
    return True


def test_several_machines_send_at_the_same_time(start: Start) -> None:
    receiver = start()
    files = images("ct-variable-gap") + images("mr-prone")
    results: list[int] = []
    senders_at_once = [
        threading.Thread(
            target=lambda part=files[number::4], number=number: results.append(  # type: ignore[misc]
                storescu(receiver.port, part, title=f"ROOM{number}").returncode
            )
        )
        for number in range(4)
    ]
    for thread in senders_at_once:
        thread.start()
    for thread in senders_at_once:
        thread.join()
    assert results == [0] * 4
    assert len(kept(receiver)) == len(files)
    assert {arrival.source for arrival in receiver.spool.pending()} == {
        f"ROOM{number} (127.0.0.1)" for number in range(4)
    }


def test_an_unknown_kind_of_object_and_a_private_coding_are_kept_as_sent(
    start: Start, tmp_path: Path
) -> None:
    receiver = start()
    dataset = dcmread(get_testdata_file("CT_small.dcm"))
    for number, (kind, syntax) in enumerate(
        (("1.2.840.10008.5.1.4.1.1.9999", "1.2.840.113619.5.2"), ("1.3.6.1.4.1.99999.1", "1.2.3.4.5.6"))
    ):
        dataset.SOPClassUID, dataset.SOPInstanceUID = kind, generate_uid()
        path = tmp_path / f"{number}.dcm"
        dataset.save_as(path)
        association = connect(receiver.port, (kind, [syntax]))
        assert store_raw(association, path, kind, dataset.SOPInstanceUID) == 0
        association.release()
        arrival = kept(receiver)[dataset.SOPInstanceUID]
        assert data_set_bytes(arrival.path) == data_set_bytes(path)
        assert read_file_meta_info(arrival.path).TransferSyntaxUID == syntax


@pytest.mark.parametrize(
    ("proposed", "chosen"),
    [
        ([ImplicitVRLittleEndian, ExplicitVRLittleEndian], ExplicitVRLittleEndian),
        ([ExplicitVRLittleEndian, ImplicitVRLittleEndian], ExplicitVRLittleEndian),
        ([JPEG2000Lossless, ImplicitVRLittleEndian], JPEG2000Lossless),
        ([ImplicitVRLittleEndian], ImplicitVRLittleEndian),
    ],
)
def test_the_senders_own_coding_is_chosen(start: Start, proposed: list[str], chosen: str) -> None:
    association = connect(start().port, (CT, proposed))
    assert [context.transfer_syntax for context in association.accepted_contexts] == [[chosen]]
    association.release()


def test_services_it_does_not_offer_are_not_accepted(start: Start) -> None:
    association = connect(
        start().port,
        ("1.2.840.10008.5.1.4.31", [ImplicitVRLittleEndian]),
        ("1.2.840.10008.5.1.1.9", [ImplicitVRLittleEndian]),
        ("1.2.840.10008.1.1", [ImplicitVRLittleEndian]),
    )
    assert [context.abstract_syntax for context in association.accepted_contexts] == ["1.2.840.10008.1.1"]
    association.release()


def test_only_machines_on_the_list_may_send_and_the_log_says_why(
    start: Start, home: Home, caplog: pytest.LogCaptureFixture
) -> None:
    receiver = start(allowed_ae_titles=("CT1", "XRAY1"))
    caplog.set_level(logging.INFO)
    assert echoscu(receiver.port, "XRAY1").returncode == 0
    assert echoscu(receiver.port, "STRANGER").returncode != 0
    why = "STRANGER at 127.0.0.1 was turned away: its name is not on the list"
    wait_for(lambda: why in caplog.text)  # written once the machine has its answer
    wait_for(lambda: "STRANGER" in {sender.name for sender in senders(home)})
    row = {sender.name: sender for sender in senders(home)}["STRANGER"]
    assert (row.refused, row.objects) == (1, 0)


def test_no_more_machines_than_allowed_at_once(start: Start) -> None:
    receiver = start(max_associations=2)
    first, second = (connect(receiver.port, (CT, [ExplicitVRLittleEndian])) for _ in range(2))
    third = connect(receiver.port, (CT, [ExplicitVRLittleEndian]))
    assert third.is_rejected
    first.release()
    second.release()
    wait_for(lambda: echoscu(receiver.port).returncode == 0)


def test_a_taken_port_is_a_sentence(start: Start, home: Home) -> None:
    receiver = start()
    with pytest.raises(PortTaken, match=f"Port {receiver.port} is already used"):
        Receiver(
            home,
            Settings(),
            host="127.0.0.1",
            port=receiver.port,
            ae_title="VETPACS",
            arrived=lambda arrival: None,
        )


@pytest.mark.parametrize(
    ("host", "port", "title", "words"),
    [
        ("203.0.113.7", 0, "VETPACS", "can't listen on 203.0.113.7"),
        ("127.0.0.1", 70000, "VETPACS", "ports are numbers from 0 to 65535"),
        ("127.0.0.1", 0, "A NAME THAT IS TOO LONG", "1 to 16 plain letters"),
        ("127.0.0.1", 0, "", "1 to 16 plain letters"),
    ],
)
def test_what_can_not_be_listened_at_is_a_sentence(
    home: Home, host: str, port: int, title: str, words: str
) -> None:
    with pytest.raises(CannotListen, match=words):
        Receiver(home, Settings(), host=host, port=port, ae_title=title, arrived=lambda arrival: None)


def test_a_table_of_contents_is_set_aside_without_stopping_the_sender(
    start: Start, home: Home, tmp_path: Path
) -> None:
    dataset = dcmread(get_testdata_file("CT_small.dcm"))
    dataset.SOPClassUID = "1.2.840.10008.1.3.10"
    dataset.save_as(tmp_path / "contents.dcm")
    receiver = start()
    association = connect(receiver.port, (CT, [ExplicitVRLittleEndian]))
    assert store_raw(association, tmp_path / "contents.dcm", CT, dataset.SOPInstanceUID) == 0xB007
    association.release()
    assert receiver.spool.pending() == []
    assert "table of contents" in Quarantine(home).entries()[0].reason


def test_a_cut_object_is_answered_with_failure_and_set_aside(
    start: Start, home: Home, tmp_path: Path
) -> None:
    receiver = start()
    whole = Path(get_testdata_file("CT_small.dcm"))
    path = tmp_path / "cut.dcm"
    path.write_bytes(whole.read_bytes()[:-5000])
    uid = dcmread(whole).SOPInstanceUID
    for _ in range(2):
        association = connect(receiver.port, (CT, [ExplicitVRLittleEndian]))
        assert store_raw(association, path, CT, uid) == 0xC000
        association.release()
    assert receiver.spool.pending() == []
    (entry,) = Quarantine(home).entries()
    assert "cut off" in entry.reason
    assert (entry.source, entry.times) == ("XRAY1 (127.0.0.1)", 2)
    assert entry.path is not None
    assert data_set_bytes(entry.path) == data_set_bytes(path)


def test_an_object_that_is_not_what_was_announced_is_refused(start: Start, home: Home) -> None:
    receiver = start()
    path = Path(get_testdata_file("CT_small.dcm"))
    association = connect(
        receiver.port, (CT, [ExplicitVRLittleEndian]), ("1.2.840.10008.5.1.4.1.1.4", [ExplicitVRLittleEndian])
    )
    uid = dcmread(path).SOPInstanceUID
    assert store_raw(association, path, CT, "1.2.3.4") == 0xA900
    assert store_raw(association, path, "1.2.840.10008.5.1.4.1.1.4", uid, context=3) == 0xA900
    assert store_raw(association, path, CT, uid) == 0x0000
    association.release()
    assert {entry.reason.split(" than")[0] for entry in Quarantine(home).entries()} == {
        "The object has another identifier (SOP Instance UID)",
        "The object is of another kind (SOP Class UID)",
    }


def test_an_identifier_with_path_characters_never_becomes_a_path(
    start: Start, home: Home, tmp_path: Path
) -> None:
    receiver = start()
    whole = Path(get_testdata_file("CT_small.dcm"))
    dataset = dcmread(whole)
    path = tmp_path / "bad.dcm"
    study = str(dataset.StudyInstanceUID)
    path.write_bytes(whole.read_bytes().replace(study.encode(), b"../../../".ljust(len(study), b"x")))
    association = connect(receiver.port, (CT, [ExplicitVRLittleEndian]))
    assert store_raw(association, path, CT, dataset.SOPInstanceUID) == 0xC000
    association.release()
    (entry,) = Quarantine(home).entries()
    assert "Study Instance UID" in entry.reason
    assert "characters no identifier may hold" in entry.reason


def test_a_disk_almost_full_refuses_and_recovers(start: Start, home: Home) -> None:
    receiver = start(min_free_mib=10**9)
    path = Path(get_testdata_file("CT_small.dcm"))
    uid = dcmread(path).SOPInstanceUID
    association = connect(receiver.port, (CT, [ExplicitVRLittleEndian]))
    assert store_raw(association, path, CT, uid) == 0xA700
    assert store_raw(association, path, CT, uid) == 0xA700
    association.release()
    assert list(home.spool.iterdir()) == []
    assert "disk is almost full" in senders(home)[0].last_refusal


def test_an_object_over_the_limit_is_refused_and_the_next_one_taken(start: Start, home: Home) -> None:
    receiver = start(max_object_mib=1)
    big, small = images("mr-enhanced")[0], images("mr-prone")[0]
    assert big.stat().st_size > 1024 * 1024 > small.stat().st_size
    said = storescu(receiver.port, [big, small], ("-R", "-nh", "-v"))
    assert "Refused: OutOfResources" in said.stdout + said.stderr
    assert kept(receiver).keys() == {check_file(small).sop_uid}
    assert [path.suffix for path in home.spool.iterdir()] == [".dcm"]


def test_a_packet_over_the_limit_ends_only_that_connection(start: Start) -> None:
    receiver = start(max_pdu_kib=64)
    with socket.create_connection(("127.0.0.1", receiver.port)) as bad:
        bad.sendall(struct.pack(">BxL", 1, 0x7FFFFFFF))
        bad.settimeout(5)
        assert bad.recv(100)[:1] in (b"", b"\x07")
    assert echoscu(receiver.port).returncode == 0


@pytest.mark.parametrize("garbage", [b"GET / HTTP/1.1\r\n\r\n", b"\x04\0\0\0\0\x04\0\0\0\0", bytes(2000)])
def test_strangers_words_do_it_no_harm(start: Start, garbage: bytes) -> None:
    receiver = start()
    with socket.create_connection(("127.0.0.1", receiver.port)) as bad:
        bad.sendall(garbage)
        bad.settimeout(5)
        assert bad.recv(100)[:1] in (b"", b"\x07")
    assert echoscu(receiver.port).returncode == 0


def test_who_connects_and_goes_takes_no_place(start: Start) -> None:
    """Programs that only look whether a port is open come every second in some networks."""
    receiver = start(max_associations=3)
    for _ in range(10):
        socket.create_connection(("127.0.0.1", receiver.port)).close()
    wait_for(lambda: echoscu(receiver.port).returncode == 0, 5)


def test_a_silent_machine_is_let_go(start: Start) -> None:
    receiver = start(idle_seconds=1)
    association = connect(receiver.port, (CT, [ExplicitVRLittleEndian]))
    assert association.is_established
    wait_for(lambda: not association.is_established, 10)


def test_a_machine_that_falls_silent_in_the_middle_of_an_object_leaves_nothing(
    start: Start, home: Home
) -> None:
    receiver = start(idle_seconds=1)
    association = connect(receiver.port, (CT, [ExplicitVRLittleEndian]))
    command = command_bytes(CT, "1.2.3")
    connection = association.dul.socket.socket
    connection.sendall(command_set.data_pdu(1, command))
    connection.sendall(struct.pack(">BxLLBB", 4, 6 + 1000, 2 + 1000, 1, 0) + bytes(500))
    wait_for(lambda: any(path.suffix == ".part" for path in home.spool.iterdir()))
    wait_for(lambda: list(home.spool.iterdir()) == [], 10)
    association.abort()
    assert echoscu(receiver.port).returncode == 0


def test_stopping_leaves_no_thread_and_no_half_file(home: Home) -> None:
    receiver = Receiver(
        home, Settings(), host="127.0.0.1", port=0, ae_title="VETPACS", arrived=lambda arrival: None
    )
    before = set(threading.enumerate())
    association = connect(receiver.port, (CT, [ExplicitVRLittleEndian]))
    connection = association.dul.socket.socket
    connection.sendall(command_set.data_pdu(1, command_bytes(CT, "1.2.3")))
    wait_for(lambda: any(home.spool.iterdir()))
    started = time.monotonic()
    receiver.stop()
    assert time.monotonic() - started < 5
    association.abort()
    connection.close()  # pynetdicom leaves its socket open when the other side was the first to go
    assert list(home.spool.iterdir()) == []
    wait_for(lambda: not [t for t in threading.enumerate() if t not in before and t.is_alive()])


def test_the_log_names_machines_but_never_animals(start: Start, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    receiver = start()
    path = Path(get_testdata_file("CT_small.dcm"))
    assert storescu(receiver.port, [path], title="ROOM5").returncode == 0
    assert "ROOM5 at 127.0.0.1 connected" in caplog.text
    name = str(dcmread(path).PatientName)
    assert name
    assert not any(part in caplog.text for part in name.split("^") if part)


def command_bytes(sop_class: str, sop_uid: str) -> bytes:
    """A C-STORE-RQ, packed here so that the test does not lean on the code it tests."""

    def element(number: int, value: bytes) -> bytes:
        return struct.pack("<HHL", 0, number, len(value)) + value

    def even(text: str) -> bytes:
        return text.encode() + b"\0" * (len(text) % 2)

    body = (
        element(0x0002, even(sop_class))
        + element(0x0100, struct.pack("<H", 1))
        + element(0x0110, struct.pack("<H", 1))
        + element(0x0700, struct.pack("<H", 0))
        + element(0x0800, struct.pack("<H", 0))
        + element(0x1000, even(sop_uid))
    )
    return element(0, struct.pack("<L", len(body))) + body
