"""The System page's cards: a light, a sentence, and what can be done."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from vetpacs_desktop.jobs import Jobs
from vetpacs_desktop.service import ServiceState
from vetpacs_desktop.ui.bridge import Bridge
from vetpacs_desktop.ui.notices import ATTENTION, GOOD, PROBLEM, Notice
from vetpacs_desktop.ui.receiver import Light, ReceiverNow
from vetpacs_desktop.ui.system.disk_card import LOW, MIB, DiskCard, state_of_disk
from vetpacs_desktop.ui.system.library_card import PLACE, LibraryCard
from vetpacs_desktop.ui.system.page import SystemPage
from vetpacs_desktop.ui.system.receiver_card import ReceiverCard
from vetpacs_desktop.ui.transfers import Transfers

LISTENING = ServiceState(1, "0.0.0.0", 11112, "VETPACS", "2026-05-04T08:00:00+02:00", "window")


@pytest.fixture
def transfers(qapp: object) -> Iterator[Transfers]:
    jobs = Jobs(1)
    bridge = Bridge(jobs)
    yield Transfers(bridge)
    bridge.close()
    jobs.close()


def test_the_disks_light_turns_before_exams_are_refused() -> None:
    total, limit = 1000 * LOW, 512 * MIB
    assert state_of_disk(2 * LOW, total, limit)[0] is Light.GREEN
    amber, text = state_of_disk(LOW - 1, total, limit)
    assert amber is Light.AMBER
    assert "Make room soon" in text
    assert state_of_disk(limit, total, limit)[0] is Light.AMBER
    red, text = state_of_disk(limit - 1, total, limit)
    assert red is Light.RED
    assert "refused" in text
    assert "safe" in text


def test_the_disk_of_a_library_that_was_unplugged_is_told(qtbot: QtBot, tmp_path: Path) -> None:
    card = DiskCard(tmp_path / "unplugged", 512)
    qtbot.addWidget(card)
    card.renew()
    assert card.light is Light.RED
    assert "can't be reached" in card.text
    here = DiskCard(tmp_path, 0)
    qtbot.addWidget(here)
    here.renew()
    assert "free of" in here.text


def test_a_receiver_that_listens_shows_what_to_type_into_the_machine(qtbot: QtBot) -> None:
    card = ReceiverCard()
    qtbot.addWidget(card)
    card.show_now(ReceiverNow(state=LISTENING, addresses=("192.0.2.7",), starting=False))
    assert card.light is Light.GREEN
    shown = {label.text() for label in card._values.findChildren(type(card._name))}
    assert {"VETPACS", "192.0.2.7", "11112"} <= shown
    assert not card.start.isVisibleTo(card)


def test_a_receiver_without_its_port_says_that_nothing_is_lost_and_what_to_do(qtbot: QtBot) -> None:
    card = ReceiverCard()
    qtbot.addWidget(card)
    card.show_now(ReceiverNow(starting=False, problem="The port is taken.", port_taken=True, port=11112))
    assert card.light is Light.RED
    assert "Nothing was lost" in card.advice
    assert "choose another port" in card.advice
    with qtbot.waitSignal(card.start_requested, timeout=1000):
        card.start.click()
    with qtbot.waitSignal(card.settings_requested, timeout=1000):
        card.settings.click()


@pytest.mark.parametrize(
    ("tone", "light"), [(GOOD, Light.GREEN), (ATTENTION, Light.AMBER), (PROBLEM, Light.RED)]
)
def test_the_librarys_light_follows_the_last_check(
    qtbot: QtBot, transfers: Transfers, tone: str, light: Light
) -> None:
    card = LibraryCard(transfers)
    qtbot.addWidget(card)
    card.show_counts(2, 1400)
    card.show_outcome(Notice(tone, "That is so.", "file by file"))
    assert card.light is light
    assert card.text.startswith("2 exams")
    assert card.text.endswith("That is so.")


def test_one_check_at_a_time_and_it_can_be_stopped(qtbot: QtBot, transfers: Transfers) -> None:
    card = LibraryCard(transfers)
    qtbot.addWidget(card)
    ended: list[object] = []

    def endless(report: object, cancel: object) -> None:
        while True:
            cancel.check()  # type: ignore[attr-defined]

    transfers.start("Checking all files", endless, ended.append, ended.append, place=PLACE)
    assert not card.verify.isEnabled()
    assert not card.rebuild.isEnabled()
    stop = next(button for button in card.findChildren(QPushButton) if button.text() == "Cancel")
    stop.click()
    qtbot.waitUntil(lambda: bool(ended), timeout=10_000)
    assert card.verify.isEnabled()
    assert card.rebuild.isEnabled()


def test_the_page_renews_itself_only_while_it_is_seen(
    qtbot: QtBot, transfers: Transfers, tmp_path: Path
) -> None:
    page = SystemPage(tmp_path, 512, transfers)
    qtbot.addWidget(page)
    page.resize(1200, 800)
    wanted: list[bool] = []
    page.counts_wanted.connect(lambda: wanted.append(True))
    assert wanted == []
    page.show()
    assert len(wanted) == 1
    assert page._timer.isActive()
    page.hide()
    assert not page._timer.isActive()
