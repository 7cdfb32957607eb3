"""The acceptor alone: fragments reach a sink in order and in pieces; a broken connection is told to it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from pydicom import dcmread
from pydicom.data import get_testdata_file
from pydicom.uid import ExplicitVRLittleEndian
from pynetdicom.ae import ApplicationEntity
from pynetdicom.presentation import build_context

from tests.helpers.corpus import images
from tests.helpers.dcmtk import storescu
from tests.helpers.peers import data_set_bytes, wait_for
from vetpacs_desktop.store.network.command_set import StoreRequest
from vetpacs_desktop.store.network.receiving.acceptor import QuickServer, quiet_pynetdicom

CT = "1.2.840.10008.5.1.4.1.1.2"


@dataclass(slots=True)
class Bucket:
    """A sink in memory."""

    request: StoreRequest
    status: int = 0
    pieces: list[bytes] = field(default_factory=list)
    fate: str = ""

    def write(self, data: memoryview) -> None:
        self.pieces.append(bytes(data))

    def finish(self) -> tuple[int, str]:
        self.fate = "finished"
        return self.status, "no room" if self.status else ""

    def abandon(self) -> None:
        self.fate = "abandoned"


class Buckets:
    """Storage that keeps every object it was given."""

    def __init__(self) -> None:
        self.all: list[Bucket] = []
        self.status = 0

    def begin(self, request: StoreRequest, transfer_syntax: str) -> Bucket:
        self.all.append(Bucket(request, self.status))
        return self.all[-1]


@pytest.fixture
def served() -> Iterator[tuple[int, Buckets]]:
    quiet_pynetdicom()
    buckets = Buckets()
    entity = ApplicationEntity("TEST")
    entity.maximum_pdu_size = 1 << 20
    entity.network_timeout = 30

    def storage_of(_: Any) -> Buckets:
        return buckets

    server = QuickServer(entity, ("127.0.0.1", 0), storage_of)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield server.server_address[1], buckets
    server.shutdown()
    thread.join()


def test_fragments_arrive_in_pieces_and_in_order(served: tuple[int, Buckets]) -> None:
    port, buckets = served
    path = images("ct-thin")[0]
    assert storescu(port, [path]).returncode == 0
    (bucket,) = buckets.all
    assert b"".join(bucket.pieces) == data_set_bytes(path)
    assert len(bucket.pieces) > 3
    assert bucket.fate == "finished"
    assert bucket.request.sop_class_uid == CT


def test_the_sinks_answer_reaches_the_sender_with_its_comment(served: tuple[int, Buckets]) -> None:
    port, buckets = served
    buckets.status = 0xA700
    entity = ApplicationEntity("XRAY1")
    association = entity.associate("127.0.0.1", port, contexts=[build_context(CT, [ExplicitVRLittleEndian])])
    answer = association.send_c_store(dcmread(get_testdata_file("CT_small.dcm")))
    association.release()
    assert (answer.Status, answer.ErrorComment) == (0xA700, "no room")


def test_a_broken_connection_abandons_the_object(served: tuple[int, Buckets], tmp_path: Path) -> None:
    port, buckets = served
    entity = ApplicationEntity("XRAY1")
    association = entity.associate("127.0.0.1", port, contexts=[build_context(CT, [ExplicitVRLittleEndian])])
    from tests.store.network.receiving.test_receiver import command_bytes
    from vetpacs_desktop.store.network.command_set import data_pdu

    association.dul.socket.socket.sendall(data_pdu(1, command_bytes(CT, "1.2.3")))
    wait_for(lambda: bool(buckets.all))
    association.abort()
    wait_for(lambda: buckets.all[0].fate == "abandoned")
