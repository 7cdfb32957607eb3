"""The clinic's page: its card asks for a name, the dialog takes it, and it is kept at once."""

from PySide6.QtCore import QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialogButtonBox

from tests.ui.conftest import Opened
from vetpacs_desktop import settings
from vetpacs_desktop.ui.controls.clinic import ClinicDialog, contact_of
from vetpacs_desktop.ui.receiver import Light


def enter(opened: Opened, name: str, mail: str) -> list[str]:
    """Type into the dialog and press Save; the problem it tells, if any (then it is cancelled)."""
    problems: list[str] = []

    def fill() -> None:
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, ClinicDialog)
        for field, words in (("clinic.name", name), ("clinic.email", mail)):
            dialog.fields[field].clear()
            QTest.keyClicks(dialog.fields[field], words)
        dialog.buttons.button(QDialogButtonBox.StandardButton.Save).click()
        if dialog.isVisible():
            problems.append(dialog.problem.text())
            dialog.reject()

    QTimer.singleShot(100, opened.window, fill)
    opened.window.controls.clinic.change.click()
    return problems


def test_without_a_name_the_card_asks_for_one_and_then_shows_it(opened: Opened) -> None:
    card = opened.window.controls.clinic
    assert card.light is Light.AMBER
    assert enter(opened, " Tierklinik Elm ", "post@elm.example") == []
    assert (card.light, card.text) == (Light.GREEN, "Tierklinik Elm")
    assert "post@elm.example" in card.rest.text()
    kept = settings.load(opened.app.home.settings)
    assert kept.text("clinic.name") == "Tierklinik Elm"
    assert opened.app.settings.text("clinic.name") == "Tierklinik Elm"


def test_what_is_no_mail_address_is_said_and_not_kept(opened: Opened) -> None:
    problems = enter(opened, "Elm", "post at elm")
    assert "post at elm" in problems[0]
    assert opened.app.settings.text("clinic.name") == ""


def test_what_was_entered_is_one_line_for_papers() -> None:
    entered = settings.Settings().with_values(
        {"clinic.address": "Elmweg 1", "clinic.email": "post@elm.example"}
    )
    assert contact_of(entered) == "Elmweg 1, post@elm.example"
    assert contact_of(settings.Settings()) == ""
