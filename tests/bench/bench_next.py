"""From the key to the next exam's pixels: radiographs of 12 megapixels, with and without loading ahead.

``python -m tests.bench.bench_next [--rounds N]``

Timed in the real window, from the press of F6 until the first image of the next exam is painted. Says too
what the memory of frames is while the next exam is ready.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from pathlib import Path

import numpy as np
from pydicom import dcmread
from pydicom.uid import JPEG2000Lossless

from tests.bench.bench_window import Window
from tests.helpers import screen
from tests.ui.exams import file_exam, write_exam
from vetpacs_desktop import settings
from vetpacs_desktop.app import App
from vetpacs_desktop.paths import Home
from vetpacs_desktop.store.records import StudyUID

ROWS, COLUMNS, VIEWS = 3000, 4000, 2
EXAMS = 4


def radiograph() -> bytes:
    """Something that compresses like a radiograph: smooth with a little noise, 12 bits."""
    rng = np.random.default_rng(4)
    rows, columns = np.mgrid[0:ROWS, 0:COLUMNS]
    smooth = 1800 + 1500 * np.sin(rows / 400) * np.cos(columns / 500)
    grey = (smooth + rng.normal(0, 8, (ROWS, COLUMNS))).clip(0, 4095).astype(np.uint16)
    return bytes(grey.tobytes())


def home_of(folder: Path, pixels: bytes, *, packed: bool) -> Home:
    home = Home(folder / f"home-{packed}").make()
    settings.save(settings.Settings().with_values({"receiver.port": 0}), home.settings)
    app = App.open(home)
    for n in range(EXAMS):
        _, paths = write_exam(
            folder / f"in-{packed}-{n}", f"Animal {n}", images=VIEWS, date=f"2026050{9 - n}"
        )
        for path in paths:
            dataset = dcmread(path)
            dataset.Rows, dataset.Columns, dataset.PixelData = ROWS, COLUMNS, pixels
            dataset.BitsStored, dataset.HighBit = 12, 11
            if packed:
                dataset.compress(JPEG2000Lossless, generate_instance_uid=False)
            dataset.save_as(path)
        file_exam(app.library, paths)
    app.close()
    return home


def times(home: Home, ahead_mib: int, rounds: int) -> tuple[list[float], int, int]:
    """Milliseconds of each F6; and the bytes of the open and the next exam's frames."""
    from PySide6.QtCore import Qt
    from PySide6.QtTest import QTest

    kept = settings.Settings().with_values({"receiver.port": 0, "viewer.ahead_mib": ahead_mib})
    settings.save(kept, home.settings)
    window = Window(home)
    window.window.activateWindow()
    window.until(lambda: window.window.isActiveWindow() and window.window.exams.table.chosen_uid is not None)
    page = window.window.reading.page
    ahead = page.worklist.ahead
    assert ahead is not None
    took: list[float] = []
    most = spent = 0
    for _ in range(rounds):
        window.window.show_place("exams")
        window.window.exams.table.choose_first()
        QTest.keyClick(window.window.exams.search, Qt.Key.Key_Return)
        study = window.window.exams.table.chosen_uid
        for _ in range(EXAMS - 1):
            window.until(lambda study=study: _shows(page, study))
            window.until(lambda: page._loader is not None and page._loader.idle)
            if ahead_mib:
                window.until(lambda: ahead.ready != "")
            window.rest(1.0)
            loader = page._loader
            assert loader is not None
            most, spent = max(most, loader.nbytes), max(spent, ahead.nbytes)
            assert page.grid is not None
            begun = time.perf_counter()
            QTest.keyClick(page.grid.active, Qt.Key.Key_F6)
            window.until(lambda study=study: _shows_another(page, study))
            took.append(1000 * (time.perf_counter() - begun))
            assert page.controller is not None
            study = StudyUID(page.controller.exam.study_uid)
    window.close()
    return took, most, spent


def _shows(page: object, study: str | None) -> bool:
    controller = page.controller  # type: ignore[attr-defined]
    painted: bool = page.first_image_shown  # type: ignore[attr-defined]
    return controller is not None and controller.exam.study_uid == study and painted


def _shows_another(page: object, study: str | None) -> bool:
    controller = page.controller  # type: ignore[attr-defined]
    painted: bool = page.first_image_shown  # type: ignore[attr-defined]
    return controller is not None and controller.exam.study_uid != study and painted


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=2)
    rounds = parser.parse_args().rounds
    if screen.wanted():
        screen.start()
    pixels = radiograph()
    with tempfile.TemporaryDirectory() as folder:
        for packed in (False, True):
            home = home_of(Path(folder), pixels, packed=packed)
            for ahead in (0, 256):
                took, most, spent = times(home, ahead, rounds)
                print(
                    f"{'JPEG 2000' if packed else 'uncompressed'}, {ahead} MiB ahead: median "
                    f"{statistics.median(took):.0f} ms, worst {max(took):.0f} ms; frames of the open exam "
                    f"{most / 1e6:.0f} MB, of the next {spent / 1e6:.0f} MB"
                )


if __name__ == "__main__":
    main()
