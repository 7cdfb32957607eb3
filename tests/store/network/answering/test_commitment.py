"""Machines that ask whether their images are kept before they delete them: answered by digest."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from pydicom.dataset import Dataset
from pynetdicom import AE, evt
from pynetdicom.association import Association
from pynetdicom.sop_class import StorageCommitmentPushModel, StorageCommitmentPushModelInstance

from tests.helpers.answering import Answering
from tests.helpers.dcmtk import storescu
from tests.helpers.orthanc import free_port
from tests.helpers.peers import wait_for
from tests.helpers.small_files import CT, ROOT, picture, write
from vetpacs_desktop.store.intake.spool import Spool

Begin = Callable[..., Answering]
ONE, TWO = f"{ROOT}.1.1.1", f"{ROOT}.1.1.2"


@dataclass(slots=True)
class Machine:
    """A machine that asks and hears answers, over its own association or as a server."""

    heard: list[tuple[int, Dataset]] = field(default_factory=list)
    status: int = 0

    def report(self, event: evt.Event) -> tuple[int, None]:
        self.heard.append((event.event_type, event.event_information))
        return self.status, None

    @property
    def kept(self) -> list[str]:
        _, said = self.heard[-1]
        return [item.ReferencedSOPInstanceUID for item in said.get("ReferencedSOPSequence", [])]

    @property
    def failed(self) -> dict[str, int]:
        _, said = self.heard[-1]
        return {
            str(item.ReferencedSOPInstanceUID): int(item.FailureReason)
            for item in said.get("FailedSOPSequence", [])
        }


class HangsUp(Machine):
    """A machine that ends the connection rather than hear an answer over it, however quick that comes."""

    def report(self, event: evt.Event) -> tuple[int, None]:
        event.assoc.abort()
        return 0x0110, None


@pytest.fixture
def machine() -> Machine:
    return Machine()


@pytest.fixture
def listening(machine: Machine) -> Iterator[Callable[[int], None]]:
    """Lets the machine listen as a server of its own."""
    servers = []

    def start(port: int) -> None:
        entity = AE("XRAY1")
        entity.add_supported_context(StorageCommitmentPushModel, scu_role=True, scp_role=True)
        handlers = [(evt.EVT_N_EVENT_REPORT, machine.report)]
        servers.append(entity.start_server(("127.0.0.1", port), block=False, evt_handlers=handlers))

    yield start
    for server in servers:
        server.shutdown()


def connect(here: Answering, machine: Machine, title: str = "XRAY1") -> Association:
    entity = AE(title)
    entity.add_requested_context(StorageCommitmentPushModel)
    association = entity.associate(
        "127.0.0.1", here.receiver.port, evt_handlers=[(evt.EVT_N_EVENT_REPORT, machine.report)]
    )
    assert association.is_established
    return association


def ask(
    association: Association, *objects: tuple[str, str], transaction: str = "1.2.3.4", action: int = 1
) -> int:
    asked = Dataset()
    asked.TransactionUID = transaction
    asked.ReferencedSOPSequence = [item(*one) for one in objects]
    status, _ = association.send_n_action(
        asked, action, StorageCommitmentPushModel, StorageCommitmentPushModelInstance
    )
    return int(status.Status)


def item(sop_class: str, sop_uid: str) -> Dataset:
    made = Dataset()
    made.ReferencedSOPClassUID, made.ReferencedSOPInstanceUID = sop_class, sop_uid
    return made


def test_kept_images_are_confirmed_over_the_same_association(answering: Begin, machine: Machine) -> None:
    here = answering()
    here.add()
    here.add(sop="2")
    association = connect(here, machine)
    assert ask(association, (CT, ONE), (CT, TWO)) == 0
    wait_for(lambda: len(machine.heard) == 1)
    association.release()
    kind, said = machine.heard[0]
    assert (kind, said.TransactionUID) == (1, "1.2.3.4")
    assert machine.kept == [ONE, TWO]


def test_a_changed_byte_a_missing_file_another_kind_and_a_stranger_are_not_confirmed(
    answering: Begin, machine: Machine
) -> None:
    here = answering()
    for sop in "123":
        here.add(sop=sop)
    (changed,) = here.library.locate(ONE)
    data = bytearray(changed.path.read_bytes())
    data[-1] ^= 1
    changed.path.chmod(0o600)
    changed.path.write_bytes(data)
    (gone,) = here.library.locate(TWO)
    gone.path.unlink()
    association = connect(here, machine)
    other_kind = ("1.2.840.10008.5.1.4.1.1.4", f"{ROOT}.1.1.3")
    assert ask(association, (CT, ONE), (CT, TWO), other_kind, (CT, "1.2.3"), (CT, f"{ROOT}.1.1.3")) == 0
    wait_for(lambda: len(machine.heard) == 1)
    association.release()
    assert machine.heard[0][0] == 2
    assert machine.failed == {ONE: 0x0110, TWO: 0x0110, f"{ROOT}.1.1.3": 0x0119, "1.2.3": 0x0112}
    assert machine.kept == [f"{ROOT}.1.1.3"]


def test_a_machine_that_hangs_up_is_called_back(
    answering: Begin, machine: Machine, listening: Callable[[int], None]
) -> None:
    here = answering()
    here.add()
    port = free_port()
    here.node("XRAY1", port)
    listening(port)
    association = connect(here, HangsUp())
    assert ask(association, (CT, ONE)) == 0
    if association.is_established:
        association.release()
    wait_for(lambda: len(machine.heard) == 1)
    assert machine.kept == [ONE]


def test_a_request_outlives_a_restart_and_is_tried_again(
    answering: Begin, machine: Machine, listening: Callable[[int], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vetpacs_desktop.store.network.answering.commitment.PAUSES", (0.2,))
    here = answering()
    here.add()
    port = free_port()
    here.node("XRAY1", port)
    association = connect(here, Machine())
    assert ask(association, (CT, ONE)) == 0
    association.abort()
    here.stop_receiver()
    again = answering()
    wait_for(lambda: attempts(again) >= 2)
    assert not machine.heard
    listening(port)
    wait_for(lambda: len(machine.heard) == 1)
    assert machine.kept == [ONE]
    wait_for(lambda: states(again) == ["done"])


def attempts(here: Answering) -> int:
    return int(here.library.queries.database.value("SELECT max(attempts) FROM commitments") or 0)


def states(here: Answering) -> list[str]:
    return [row[0] for row in here.library.queries.database.rows("SELECT state FROM commitments")]


def test_a_machine_nobody_knows_gets_its_answer_when_it_connects_again(
    answering: Begin, machine: Machine
) -> None:
    here = answering()
    here.add()
    first = connect(here, Machine(), "PORTABLE")
    assert ask(first, (CT, ONE)) == 0
    first.abort()
    wait_for(lambda: attempts(here) >= 1)
    second = connect(here, machine, "PORTABLE")
    wait_for(lambda: len(machine.heard) == 1)
    second.release()
    assert machine.kept == [ONE]


def test_what_still_waits_in_the_spool_is_waited_for(
    answering: Begin, machine: Machine, tmp_path: Path
) -> None:
    """Machines ask a moment after the last image, before it is filed."""
    here = answering()
    file = write(picture(), tmp_path / "one.dcm")
    assert storescu(here.receiver.port, [file]).returncode == 0
    association = connect(here, machine)
    assert ask(association, (CT, ONE)) == 0
    threading.Event().wait(1.5)
    assert not machine.heard
    here.library.file(Spool(here.library.home).pending())
    wait_for(lambda: len(machine.heard) == 1)
    association.release()
    assert machine.kept == [ONE]


def test_nonsense_is_refused_with_a_status(answering: Begin, machine: Machine) -> None:
    here = answering()
    association = connect(here, machine)
    assert ask(association, (CT, ONE), action=7) == 0x0123
    assert ask(association) == 0x0120
    association.release()
    assert states(here) == []
