"""What is known of a place, proving, rehearsing, thinning out, resting, removing, the certificate."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from pathlib import Path

import pypdfium2
import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMessageBox, QTableWidget
from pytestqt.qtbot import QtBot

from tests.helpers.clipped import clipped
from tests.ui.backup.conftest import LEFT, click, dialog_of, known, until
from tests.ui.conftest import Opened
from vetpacs_desktop.app import App
from vetpacs_desktop.jobs import CancelToken, ignore
from vetpacs_desktop.paths import Home
from vetpacs_desktop.store.backup import places
from vetpacs_desktop.store.backup.history import Room
from vetpacs_desktop.store.backup.ledger import Ledger
from vetpacs_desktop.store.backup.outcome import Generation
from vetpacs_desktop.store.backup.places import Place
from vetpacs_desktop.ui.backup import certificate
from vetpacs_desktop.ui.backup.adding import PlaceAssistant
from vetpacs_desktop.ui.backup.detailing import Detailing
from vetpacs_desktop.ui.backup.details import DetailsDialog
from vetpacs_desktop.ui.operations import backing_up, backup_certificate
from vetpacs_desktop.ui.operations.backup_certificate import NothingToCertify

pytestmark = pytest.mark.usefixtures("service_elsewhere")
DAY = 86_400


def details(opened: Opened, qtbot: QtBot) -> tuple[Detailing, DetailsDialog]:
    """The window of the only place, by the card's button, once it knows something."""
    desk = known(opened, qtbot)
    opened.window.show_place("system")
    click(qtbot, desk.card, "backup_details")
    dialog = dialog_of(opened, DetailsDialog)
    until(qtbot, lambda: dialog.said)
    assert desk.detailing is not None
    return desk.detailing, dialog


def newest(home: Home, place: Place) -> Generation:
    with Ledger.open(home) as ledger:
        found = ledger.book(place.backup_id).history.newest()
    assert found is not None
    return found


def text_of(table: QTableWidget, row: int, column: int) -> str:
    item = table.item(row, column)
    return item.text() if item is not None else ""


def test_it_says_all_there_is(saved: Place, opened: Opened, app: App, qtbot: QtBot) -> None:
    with Ledger.open(app.home) as ledger:
        history, now = ledger.book(saved.backup_id).history, int(time.time())
        for days in (9, 6, 3):
            history.add_room(Room(now - days * DAY, 10**12, 2 * 10**12, (20 - days) * 10**9))
    _, dialog = details(opened, qtbot)
    assert "Saved to NAS today" in dialog.said
    assert dialog.fact("last").startswith("Today")
    count = dialog.fact("proved").split()
    assert count[0] == count[2]  # all of them
    assert dialog.generations.rowCount() == 1
    assert text_of(dialog.generations, 0, 5) == "proved"
    assert text_of(dialog.runs, 0, 2) == "Done"
    assert len(dialog.plot.sizes) == 4
    picture = dialog.plot.grab().toImage()
    middle = {picture.pixelColor(picture.width() // 2, y).name() for y in range(picture.height())}
    assert len(middle) > 3  # lines, area, curve
    assert not list(clipped(dialog))


def test_a_rehearsal_and_a_proof_are_started_and_seen(saved: Place, opened: Opened, qtbot: QtBot) -> None:
    _, dialog = details(opened, qtbot)
    click(qtbot, dialog, "drill")
    told = opened.window.notices.texts
    until(qtbot, lambda: any("rehearsed and came to a good end" in text for text in told()))
    until(qtbot, lambda: dialog.drills.rowCount() == 1)
    assert dialog.fact("rehearsed").startswith("Today")
    until(qtbot, lambda: dialog.prove.isEnabled())
    click(qtbot, dialog, "prove")
    until(qtbot, lambda: any("all are as copied" in text for text in told()))
    until(qtbot, lambda: dialog.drills.rowCount() == 2)


def test_damage_is_found_and_said(saved: Place, opened: Opened, nas: Path, qtbot: QtBot) -> None:
    copy = next((nas / "VetPACS" / "objects").rglob("*.dcm"))
    copy.chmod(0o600)
    copy.write_bytes(copy.read_bytes()[:-1] + b"\xff")
    _, dialog = details(opened, qtbot)
    click(qtbot, dialog, "prove")
    told = opened.window.notices.texts
    until(qtbot, lambda: any("1 is missing or damaged there" in text for text in told()))


def test_what_would_go_is_looked_at_before_it_goes(
    saved: Place, opened: Opened, app: App, qtbot: QtBot
) -> None:
    place = places.change(app.home, "NAS", keep="daily 1")
    backing_up.run_here(app.home, place, ignore, CancelToken())
    until(qtbot, lambda: datetime.now(UTC).isoformat() > newest(app.home, place).made)
    detailing, dialog = details(opened, qtbot)
    until(qtbot, lambda: dialog.prune.isEnabled())
    click(qtbot, dialog, "prune")
    until(qtbot, lambda: detailing.prune is not None)
    prune = detailing.prune
    assert prune is not None
    assert "1 generation is not needed any more" in prune.said
    assert prune.list.rowCount() == 2
    assert not prune.go.isEnabled()
    prune.looked.click()
    qtbot.mouseClick(prune.go, LEFT)
    told = opened.window.notices.texts
    until(qtbot, lambda: any("1 generation is set aside" in one for one in told()))


def test_a_place_rests_and_goes_on(saved: Place, opened: Opened, app: App, qtbot: QtBot) -> None:
    _, dialog = details(opened, qtbot)
    click(qtbot, dialog, "rest")
    until(qtbot, lambda: dialog.rest.text() == "Go on")
    assert places.find(app.home, "NAS").paused
    until(qtbot, lambda: "NAS rests" in opened.window.strip.said)
    click(qtbot, dialog, "rest")
    until(qtbot, lambda: not places.find(app.home, "NAS").paused)


def test_a_place_is_removed_and_what_lies_there_stays(
    saved: Place, opened: Opened, app: App, nas: Path, qtbot: QtBot
) -> None:
    _, dialog = details(opened, qtbot)

    def agree() -> None:
        box = QApplication.activeModalWidget()
        assert isinstance(box, QMessageBox)
        assert "What lies there stays" in box.text()
        next(one for one in box.buttons() if one.text() == "Remove").click()

    QTimer.singleShot(300, agree)
    click(qtbot, dialog, "remove")
    until(qtbot, lambda: places.read(app.home) == [])
    assert list((nas / "VetPACS" / "generations").iterdir())
    until(qtbot, lambda: "There is no backup" in opened.window.backup.card.text)


def test_change_opens_the_assistant(saved: Place, opened: Opened, qtbot: QtBot) -> None:
    _, dialog = details(opened, qtbot)
    click(qtbot, dialog, "change")
    assert dialog_of(opened, PlaceAssistant).draft.editing == "NAS"


def test_the_certificate_says_what_the_ledger_knows(saved: Place, app: App, tmp_path: Path) -> None:
    out = tmp_path / "certificate.pdf"
    now = datetime.now().astimezone()
    found = backup_certificate.gather(app.home, "Example Clinic", app.library.counts(), now)
    certificate.write_pdf(found, out)
    document = pypdfium2.PdfDocument(out)
    text = "".join(page.get_textpage().get_text_bounded() for page in document)
    pages = len(document)
    document.close()
    last = found.places[0].last
    assert last is not None
    assert pages == 1
    plain = "".join(text.split())
    for words in ("Example Clinic", last.id, found.places[0].digest, "Name and signature", "3 exams"):
        assert "".join(words.split()) in plain
    assert "Smith" not in text  # no owner, no animal


def test_without_a_backup_there_is_nothing_to_certify(app: App) -> None:
    with pytest.raises(NothingToCertify):
        backup_certificate.gather(app.home, "", (0, 0), datetime.now().astimezone())
