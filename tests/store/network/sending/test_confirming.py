"""An archive is asked to confirm that it keeps what it took: it does, later, not all of it, or never."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence as Items
from pynetdicom import AE, evt
from pynetdicom.sop_class import StorageCommitmentPushModel

from tests.helpers.orthanc import orthanc
from tests.helpers.peers import service, wait_for
from tests.helpers.small_files import CT, from_folder, picture, write
from vetpacs_desktop.jobs import CancelToken
from vetpacs_desktop.paths import Home
from vetpacs_desktop.store.archives.nodes import Node
from vetpacs_desktop.store.archives.outbox import Sending, State
from vetpacs_desktop.store.library import Library
from vetpacs_desktop.store.network import messages
from vetpacs_desktop.store.network.link import Link, Peer, Proposal
from vetpacs_desktop.store.network.sending.carrying import Carrier
from vetpacs_desktop.store.network.sending.confirming import PUSH_MODEL, SYNTAXES, WELL_KNOWN
from vetpacs_desktop.store.network.trouble import Address


@pytest.fixture
def library(home: Home, tmp_path: Path) -> Iterator[Library]:
    """One exam of three images."""
    opened = Library.open(home)
    files = [write(picture(sop=str(number)), tmp_path / f"{number}.dcm") for number in (1, 2, 3)]
    opened.file([from_folder(path) for path in files])
    yield opened
    opened.close()


def only(library: Library) -> Sending:
    (sending,) = library.outbox.sendings()
    return sending


def carry(library: Library, port: int, title: str) -> Sending:
    """Send the exam to an archive that is asked to confirm; answers how it stands then."""
    node = library.nodes.add(Node("Clinic", title, "127.0.0.1", port, commitment=True))
    (study,) = library.search("")
    library.outbox.put(library.instances(study_uid=study.study_uid), node)
    carrier = Carrier(library.home, library, node.node_id, "VETPACS", CancelToken())
    carrier.start()
    carrier.join(60)
    assert not carrier.is_alive()
    return only(library)


def archive(answer: Any) -> tuple[AE, Any]:
    """An archive made to order: takes CT images, `answer(event)` gets the request."""
    made = AE("KEEPER")
    made.add_supported_context(CT)
    made.add_supported_context(StorageCommitmentPushModel, scu_role=True, scp_role=True)
    handlers = [(evt.EVT_C_STORE, lambda event: 0), (evt.EVT_N_ACTION, answer)]
    return made, made.start_server(("127.0.0.1", 0), block=False, evt_handlers=handlers)


def report(event: Any, refused: int = 0) -> Dataset:
    """What the archive says of the objects it was asked about."""
    asked = event.action_information
    found = Dataset()
    found.TransactionUID = asked.TransactionUID
    found.ReferencedSOPSequence = asked.ReferencedSOPSequence[refused:]
    failed = []
    for item in asked.ReferencedSOPSequence[:refused]:
        item.FailureReason = 0x0112
        failed.append(item)
    if failed:
        found.FailedSOPSequence = Items(failed)
    return found


def test_a_refused_confirmation_over_the_archives_own_connection_is_a_failure(
    library: Library, home: Home
) -> None:
    reports: list[Dataset] = []

    def answer(event: Any) -> tuple[int, Dataset | None]:
        reports.append(report(event, refused=1))
        return 0x0000, None

    _, server = archive(answer)
    try:
        assert carry(library, server.server_address[1], "KEEPER").state is State.ASKING
        with service(home) as served:
            there = Peer(Address("Us", "127.0.0.1", served.port, served.ae_title, "KEEPER"))
            with Link(there, [Proposal(PUSH_MODEL, SYNTAXES, we_take=True)]) as link:
                ((context, (_, syntax)),) = link.accepted.items()
                command = messages.event_report(1, PUSH_MODEL, WELL_KNOWN, 2)
                link.send(context, command, [messages.written(reports[0], syntax)])
                assert link.receive().status == 0
        sending = only(library)
        assert (sending.state, sending.sent, sending.failed) == (State.FAILED, 2, 1)
        assert "does not confirm that it keeps 1" in sending.trouble
        ((_, reason),) = library.outbox.failures(sending.job_id)
        assert "not" in reason
    finally:
        server.shutdown()


def test_an_archive_that_will_not_confirm_is_told(library: Library) -> None:
    _, server = archive(lambda event: (0x0110, None))
    try:
        sending = carry(library, server.server_address[1], "KEEPER")
        assert (sending.state, sending.sent) == (State.FAILED, 3)
        assert "does not confirm what it keeps" in sending.trouble
    finally:
        server.shutdown()


def test_an_archive_without_confirmations_is_not_waited_for(library: Library) -> None:
    made = AE("KEEPER")
    made.add_supported_context(CT)
    server = made.start_server(
        ("127.0.0.1", 0), block=False, evt_handlers=[(evt.EVT_C_STORE, lambda event: 0)]
    )
    try:
        assert carry(library, server.server_address[1], "KEEPER").state is State.DONE
    finally:
        server.shutdown()


def test_orthanc_confirms(library: Library, home: Home, tmp_path: Path) -> None:
    with service(home) as served:
        known = {"us": ["VETPACS", "127.0.0.1", served.port]}
        with orthanc(tmp_path / "peer", DicomModalities=known) as peer:
            carry(library, peer.port, "ORTHANC")
            wait_for(lambda: only(library).state is not State.ASKING)
            assert (only(library).state, only(library).sent) == (State.DONE, 3)


def test_two_of_this_program_confirm_each_other(library: Library, tmp_path: Path) -> None:
    other = Home(tmp_path / "other").make()
    with service(library.home) as ours, service(other, "--ae-title", "OTHER") as theirs:
        there = Library.open(other)
        there.nodes.add(Node("Us", "VETPACS", "127.0.0.1", ours.port))
        carry(library, theirs.port, "OTHER")
        wait_for(lambda: only(library).state is not State.ASKING, 30)
        assert (only(library).state, only(library).failed) == (State.DONE, 0)
        there.close()
