"""The receiver's state in words: what happens, what it means, what to do."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from vetpacs_desktop.service import ServiceState
from vetpacs_desktop.store.intake.filing_state import FilingKind, FilingState
from vetpacs_desktop.store.records import Arrived, StudyUID
from vetpacs_desktop.ui.receiver import Light, ReceiverNow, headline, is_fresh, sentence

NOW = datetime(2026, 5, 14, 15, 0, tzinfo=UTC)
RUNNING = ReceiverNow(
    state=ServiceState(1, "0.0.0.0", 11112, "VETPACS", NOW.isoformat(), "window"),
    addresses=("192.168.1.20", "10.0.0.3"),
    starting=False,
)


def arrived(source: str, minutes: int) -> Arrived:
    return Arrived((NOW - timedelta(minutes=minutes)).isoformat(), source, StudyUID("1.2"))


def test_listening() -> None:
    assert RUNNING.light is Light.GREEN
    assert sentence(RUNNING, NOW) == (
        "Listening as VETPACS on 192.168.1.20, port 11112. No exam has come yet."
    )
    now = replace(RUNNING, last=arrived("DR-ROOM-1", 4))
    assert sentence(now, NOW).endswith("Last exam 4 minutes ago from DR-ROOM-1.")
    assert headline(now) == "Receiving as VETPACS on 192.168.1.20:11112"


def test_a_folder_is_named_by_its_last_part() -> None:
    now = replace(RUNNING, last=arrived("/media/disc/DICOM/0001", 1))
    assert sentence(now, NOW).endswith("from the folder 0001.")


def test_a_service_on_one_address_says_that_one() -> None:
    assert RUNNING.state is not None
    now = replace(RUNNING, state=replace(RUNNING.state, host="10.0.0.3"))
    assert now.address == "10.0.0.3"


def test_without_a_network_the_computer_itself_is_named() -> None:
    now = replace(RUNNING, addresses=())
    assert "this computer" in sentence(now, NOW)


def test_starting_and_failing() -> None:
    assert ReceiverNow().light is Light.AMBER
    assert sentence(ReceiverNow(), NOW) == "Starting the receiver..."
    stopped = ReceiverNow(starting=False)
    assert stopped.light is Light.RED
    assert sentence(stopped, NOW) == "Not receiving. The receiver has stopped."
    taken = replace(stopped, port_taken=True, port=11112, problem="--dicom-port ...")
    assert sentence(taken, NOW) == (
        "Not receiving. Another program on this computer already uses port 11112."
    )


def test_what_is_arriving_is_said_while_it_does() -> None:
    last = arrived("DR-ROOM-1", 0)
    assert is_fresh(last, NOW + timedelta(seconds=2))
    assert not is_fresh(last, NOW + timedelta(seconds=30))
    assert not is_fresh(arrived("/media/disc", 0), NOW)
    assert not is_fresh(None, NOW)
    now = replace(RUNNING, last=last, arriving=True)
    assert headline(now) == "Images are arriving from DR-ROOM-1"


def test_what_keeps_exams_out_of_the_list_is_said() -> None:
    filing = FilingState(FilingKind.REBUILDS, "damaged", "", 5120, 20000)
    now = replace(RUNNING, filing=filing)
    assert now.light is Light.AMBER
    assert "5,120 of 20,000" in headline(now)
    assert "no image is lost" in sentence(now, NOW)
    now = replace(RUNNING, filing=FilingState(FilingKind.WAITS, "The disk is full."))
    assert now.light is Light.AMBER
    assert "The disk is full." in sentence(now, NOW)
    now = replace(RUNNING, filing=FilingState(rebuilt_at=NOW.isoformat()))
    assert now.light is Light.GREEN
    assert "made anew" in sentence(now, NOW)
