"""The card and the strip: what runs, what is missed, what failed; with the real service too."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from tests.helpers.clipped import clipped
from tests.ui.backup.conftest import LEFT, click, dialog_of, known, saved_to, until
from tests.ui.conftest import Opened
from vetpacs_desktop.app import App
from vetpacs_desktop.store.backup import places
from vetpacs_desktop.store.backup.history import FAILED
from vetpacs_desktop.store.backup.ledger import Ledger
from vetpacs_desktop.store.backup.places import Place
from vetpacs_desktop.store.backup.tending import requests
from vetpacs_desktop.ui.backup.details import DetailsDialog
from vetpacs_desktop.ui.receiver import Light

DAY = 86_400


def test_the_service_saves_when_asked_and_the_window_says_so(
    exams: list[Path], app: App, opened: Opened, nas: Path, qtbot: QtBot
) -> None:
    desk = known(opened, qtbot)
    until(qtbot, lambda: app.service.state() is not None)
    places.add(app.home, Place("NAS", str(nas), every="never", drill_days=0))
    desk.monitor.look(anew=True)
    until(qtbot, lambda: desk.card.run.isVisibleTo(desk.card))
    opened.window.show_place("system")
    click(qtbot, desk.card, "back_up_now")
    until(qtbot, lambda: "Saved to NAS today" in desk.card.text)
    assert desk.card.light is Light.GREEN
    until(qtbot, lambda: "Backup: Today" in opened.window.strip.said)
    assert list((nas / "VetPACS" / "generations").iterdir())
    until(qtbot, lambda: not list(clipped(opened.window)))
    opened.window.show_place("exams")
    qtbot.mouseClick(opened.window.strip.backup, LEFT)
    assert desk.card.isVisible()


@pytest.mark.usefixtures("service_elsewhere")
def test_what_is_asked_of_the_service_waits_and_is_taken_back(
    saved: Place, app: App, opened: Opened, qtbot: QtBot
) -> None:
    desk = known(opened, qtbot)
    opened.window.show_place("system")
    until(qtbot, lambda: "Saved to NAS" in desk.card.text)
    click(qtbot, desk.card, "back_up_now")
    until(qtbot, lambda: "begins in a moment" in desk.card.text)
    assert requests.waits(app.home, "NAS")
    assert not desk.card.run.isEnabled()
    desk.stop_run(saved)
    until(qtbot, lambda: not requests.waits(app.home, "NAS"))


@pytest.mark.usefixtures("service_elsewhere")
def test_a_run_shows_how_far_it_is_and_can_be_stopped(
    exams: list[Path], app: App, opened: Opened, nas: Path, qtbot: QtBot
) -> None:
    """The progress file of a run is what the window goes by, whoever runs it."""
    place = saved_to(app.home, nas)
    desk = known(opened, qtbot)
    opened.window.show_place("system")
    desk.monitor.look(anew=True)
    until(qtbot, lambda: "NAS" in desk.card.rows)
    started = time.monotonic()
    desk._run_here(place)
    until(qtbot, lambda: not desk._runs)
    assert time.monotonic() - started < 20
    with Ledger.open(app.home) as ledger:
        assert len(ledger.book(place.backup_id).history.generations()) == 2


@pytest.mark.usefixtures("service_elsewhere")
def test_a_failure_is_loud_until_it_is_over(
    saved: Place, app: App, opened: Opened, nas: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    desk = known(opened, qtbot)
    until(qtbot, lambda: desk.card.light is Light.GREEN)
    told = opened.window.notices.texts
    with Ledger.open(app.home) as ledger:
        history = ledger.book(saved.backup_id).history
        number = history.begin_run(int(time.time()))
        history.end_run(number, int(time.time()), FAILED, "The backup target NAS can't be reached (asleep).")
    desk.monitor.look(anew=True)
    until(qtbot, lambda: any("can't be reached (asleep)" in text for text in told()))
    assert desk.card.light is Light.AMBER
    assert "NAS failed" in opened.window.strip.said
    bar = next(bar for bar in opened.window.notices.bars() if "asleep" in bar.notice.text)
    assert bar.notice.stays
    desk.monitor.look(anew=True)  # told once
    assert sum("asleep" in text for text in told()) == 1
    qtbot.mouseClick(next(one for one in bar.findChildren(QPushButton) if one.text() == "Show"), LEFT)
    assert desk.card.isVisible()
    with Ledger.open(app.home) as ledger:
        history = ledger.book(saved.backup_id).history
        generation = history.newest()
        assert generation is not None
        number = history.begin_run(int(time.time()) + 1)
        history.end_run(number, int(time.time()) + 1, "ok", generation=generation.id)
    desk.monitor.look(anew=True)
    until(qtbot, lambda: any("in order again" in text for text in told()))
    assert desk.card.light is Light.GREEN


@pytest.mark.usefixtures("service_elsewhere")
def test_what_is_overdue_is_red_in_the_strip(saved: Place, app: App, opened: Opened, qtbot: QtBot) -> None:
    with Ledger.open(app.home) as ledger:
        ledger.database.write("UPDATE runs SET started = started - ?", (20 * DAY,))
    desk = known(opened, qtbot)
    desk.monitor.look(anew=True)
    until(qtbot, lambda: desk.card.light is Light.RED)
    assert "NAS is overdue" in opened.window.strip.said
    assert any("overdue" in text for text in opened.window.notices.texts())


@pytest.mark.usefixtures("service_elsewhere")
def test_two_places_have_a_line_each(
    saved: Place, app: App, opened: Opened, tmp_path: Path, qtbot: QtBot
) -> None:
    other = tmp_path / "shelf"
    other.mkdir()
    saved_to(app.home, other, "Shelf")
    desk = known(opened, qtbot)
    opened.window.show_place("system")
    until(qtbot, lambda: list(desk.card.rows) == ["NAS", "Shelf"])
    until(qtbot, lambda: "All 2 places are in order" in desk.card.text)
    assert "Saved to Shelf" in desk.card.rows["Shelf"].said
    until(qtbot, lambda: not list(clipped(desk.card)))
    click(qtbot, desk.card, "details Shelf")
    assert dialog_of(opened, DetailsDialog).place.name == "Shelf"


@pytest.mark.usefixtures("service_elsewhere")
def test_a_list_of_places_that_nobody_can_read_is_told_of(app: App, opened: Opened, qtbot: QtBot) -> None:
    (app.home.root / places.FILE).write_text("this is no list")
    desk = known(opened, qtbot)
    until(qtbot, lambda: desk.card.light is Light.RED)
    assert "can't be read" in desk.card.text
    assert "click to see what is wrong" in opened.window.strip.said


@pytest.mark.usefixtures("service_elsewhere")
def test_the_empty_card_teaches_and_shows_every_word(opened: Opened, qtbot: QtBot) -> None:
    desk = known(opened, qtbot)  # it learns what to say while nobody sees it
    opened.window.show_place("system")
    until(qtbot, lambda: "everything that is stored here would be lost" in desk.card.text)
    until(qtbot, lambda: not list(clipped(desk.card)))
    assert desk.card.add.isVisible()
    assert desk.card.run.isHidden()
