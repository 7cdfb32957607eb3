"""What is measured on an earlier exam beside the current one is in the earlier exam's sheet after a kill."""

import os
import subprocess
import sys
from pathlib import Path

from tests.ui.viewing.compare.conftest import BEFORE, NOW
from vetpacs_desktop.app import App
from vetpacs_desktop.paths import Home
from vetpacs_desktop.store.records import StudyUID

CODE = """
import sys
from pathlib import Path
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication
from vetpacs_desktop.app import App
from vetpacs_desktop.paths import Home
from vetpacs_desktop.ui.bridge import Bridge
from vetpacs_desktop.ui.viewing.compare.house import CompareHouse
from vetpacs_desktop.ui.viewing.marking.autosave import Autosave
from vetpacs_desktop.ui.viewing.page import ReadingPage
from tests.ui.viewing.mouse import Mouse

qt = QApplication([])
app = App.open(Home(Path(sys.argv[1])))
saving = Autosave(app.keep_sheet, app.author)
saving.saved.subscribe(lambda study: print("saved", study, flush=True))
settings = QSettings(sys.argv[1] + "/s.ini", QSettings.Format.IniFormat)
house = CompareHouse(app.other_exams, app.exam)
page = ReadingPage(Bridge(app.jobs), app.frame_loader, settings, saving, compare=house)
page.resize(900, 500)
page.show()
page.open_exam(app.exam(sys.argv[2]))
while not page.first_image_shown:
    qt.processEvents()
next(one for one in page.actions() if one.objectName() == "compare_before").trigger()
while not (page.controller.exam.beside and page.controller.frame(1) is not None):
    qt.processEvents()
page.controller.activate(1)
page._marking.actions["measure_length"].trigger()
Mouse(page, 1).click((2.0, 3.0), (20.0, 8.0))
while True:
    qt.processEvents()
"""


def test_a_measurement_on_the_earlier_exam_outlives_a_kill(app: App, home: Home, qapp: object) -> None:
    folder = Path(__file__).resolve().parents[4]
    child = subprocess.Popen(
        [sys.executable, "-c", CODE, str(home.root), NOW],
        stdout=subprocess.PIPE,
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder)},
    )
    assert child.stdout is not None
    try:
        assert child.stdout.readline() == f"saved {BEFORE}\n".encode()
    finally:
        child.kill()
        child.wait()
        child.stdout.close()
    kept = app.exam(StudyUID(BEFORE)).sheet
    assert [one.tool for one in kept.annotations] == ["length"]
    assert app.exam(StudyUID(NOW)).sheet.annotations == ()
