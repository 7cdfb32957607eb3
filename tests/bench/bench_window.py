"""The window with 100,000 exams: cold start, search as one types, and the event loop while an exam arrives.

``python -m tests.bench.bench_window [--starts N] [--slices N]``

A start is a real process, timed from before it is made until its list of exams is painted. A search is timed
from the key press until the lines of exactly that text are painted. An event loop is late by how much a timer
of 5 ms fires after its time, while storescu sends to the window's own service.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from tests.helpers import many_studies, screen
from vetpacs_desktop import settings
from vetpacs_desktop.paths import Home

if TYPE_CHECKING:
    from vetpacs_desktop.ui.library.finder import Query

START_LIMIT, SEARCH_LIMIT_MS, LATE_LIMIT_MS = 2.0, 50.0, 20.0
TICK_MS = 5
TEXTS = (
    "bella",
    "owner:müller",
    "labrador ct",
    "species:feline",
    "thorax lateral",
    "2760981",
    "rex dx",
    "maine coon",
)


def percentile(values: Sequence[float], share: float) -> float:
    return sorted(values)[min(int(len(values) * share), len(values) - 1)]


def large_home(folder: Path, name: str) -> Home:
    home = Home(folder / name).make()
    many_studies.fill(home)
    settings.save(settings.Settings().with_values({"receiver.port": 0}), home.settings)
    return home


def start_once(home: Home) -> float:
    """Seconds from making the process to its list being painted."""
    from vetpacs_desktop.ui.main_window import LIST_SHOWN

    said = home.logs / "window.log"
    said.unlink(missing_ok=True)
    began = time.time()
    process = subprocess.Popen([sys.executable, "-m", "vetpacs_desktop", "--home", str(home.root), "gui"])
    try:
        while time.time() < began + 60:
            lines = said.read_text(encoding="utf-8").splitlines() if said.exists() else []
            for line in lines:
                if line.endswith(LIST_SHOWN):
                    stamp = line.split(" INFO")[0]
                    return datetime.strptime(stamp, "%Y-%m-%d %H:%M:%S,%f").timestamp() - began  # noqa: DTZ007
            time.sleep(0.01)
        raise SystemExit("the window did not show its list within 60 s")
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(90)


class Window:
    """The window in this process, for what needs key presses and timers."""

    def __init__(self, home: Home) -> None:
        from vetpacs_desktop.app import App
        from vetpacs_desktop.ui.application import SWITCH_SECONDS, make_application
        from vetpacs_desktop.ui.main_window import MainWindow

        sys.setswitchinterval(SWITCH_SECONDS)
        self.app = App.open(home)
        self.qt = make_application(self.app)
        self.window = MainWindow(self.app, self._bug)
        self.window.show()
        self.window.start()

    def _bug(self, error: BaseException) -> None:
        raise error

    def until(self, condition, seconds: float = 120.0) -> None:  # type: ignore[no-untyped-def]
        end = time.perf_counter() + seconds
        while not condition():
            self.qt.processEvents()
            if time.perf_counter() > end:
                raise SystemExit("something in the window did not come to its end")

    def rest(self, seconds: float) -> None:
        end = time.perf_counter() + seconds
        while time.perf_counter() < end:
            self.qt.processEvents()
            time.sleep(0.001)

    def close(self) -> None:
        self.window.close()
        self.window.shut()
        self.window.deleteLater()
        self.qt.processEvents()
        self.app.close()


def search_times(window: Window) -> list[float]:
    """Milliseconds of each key press until the lines of exactly that text are painted."""
    from PySide6.QtTest import QTest

    page = window.window.exams
    painted: dict[str, float] = {}

    def paint(query: Query, _rows: object) -> None:
        page.repaint()
        painted[query.text] = time.perf_counter()

    page.finder.found.connect(paint)
    times = []
    for text in TEXTS:
        page.clear()
        window.rest(0.3)
        for letter in text:
            painted.clear()
            before = time.perf_counter()
            QTest.keyClick(page.search, letter)
            wanted = page.search.text().strip()
            window.until(lambda wanted=wanted: wanted in painted)
            times.append(1000 * (painted[wanted] - before))
            window.rest(0.06)
    page.finder.found.disconnect(paint)
    return times


def lateness(window: Window, slices: Sequence[Path]) -> tuple[list[float], float]:
    """Milliseconds by which a timer of 5 ms is late while the slices arrive; and how long that took."""
    window.until(lambda: window.app.service.state() is not None)
    state = window.app.service.state()
    assert state is not None
    window.window.exams.clear()
    window.rest(5)  # the reading page is loaded in the first idle seconds
    _, before = window.app.library.counts()
    began = time.perf_counter()
    sender = subprocess.Popen(
        ["storescu", "-aet", "CT1", "-R", "127.0.0.1", str(state.port), *map(str, slices)],
        env={**os.environ, "TCP_NODELAY": "1"},
    )
    arrived: list[bool] = []

    def look() -> bool:
        if sender.poll() is not None:
            window.app.jobs.start(
                lambda _report, _cancel: (
                    arrived.append(True) if window.app.library.counts()[1] >= before + len(slices) else None
                )
            )
        return bool(arrived) or time.perf_counter() > began + 180

    late = loop_lateness(window, look)
    return late, time.perf_counter() - began


def loop_lateness(window: Window, ended: Callable[[], bool]) -> list[float]:
    """Milliseconds by which a timer of 5 ms is late until `ended`, which is asked four times a second."""
    from PySide6.QtCore import Qt, QTimer

    late: list[float] = []
    last = time.perf_counter()

    def tick() -> None:
        nonlocal last
        now = time.perf_counter()
        late.append(max(1000 * (now - last) - TICK_MS, 0.0))
        last = now

    def look() -> None:
        if ended():
            window.qt.quit()

    timer = QTimer(timerType=Qt.TimerType.PreciseTimer, interval=TICK_MS)
    timer.timeout.connect(tick)
    poll = QTimer(interval=250)
    poll.timeout.connect(look)
    last = time.perf_counter()
    timer.start()
    poll.start()
    window.qt.exec()
    timer.stop()
    poll.stop()
    return late


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    arguments.add_argument("--starts", type=int, default=5)
    arguments.add_argument("--slices", type=int, default=500)
    chosen = arguments.parse_args()
    if screen.wanted():
        screen.start()  # ends with this process; sooner, and its X connections would end the process
    figures = measure(chosen.starts, chosen.slices)
    rows = (
        ("cold start, median", figures["start_s"], START_LIMIT, "s"),
        ("search, p95", figures["search_p95_ms"], SEARCH_LIMIT_MS, "ms"),
        ("event loop late, p99", figures["late_p99_ms"], LATE_LIMIT_MS, "ms"),
    )
    print(f"{'':24}{'measured':>12}{'limit':>10}{'ratio':>8}")
    for name, value, limit, unit in rows:
        print(f"{name:24}{value:>9.2f} {unit:2}{limit:>7.0f} {unit:2}{value / limit:>8.2f}")
    print(json.dumps(figures))


def measure(starts: int, slices: int) -> dict[str, float]:
    from tests.bench.bench_receive import make_slices

    with tempfile.TemporaryDirectory(prefix="vetpacs-bench-") as folder:
        home = large_home(Path(folder), "home")
        began = [start_once(home) for _ in range(starts)]
        window = Window(home)
        window.until(lambda: window.window.exams.table.model().rowCount() == 100_000)
        window.rest(6)
        searched = search_times(window)
        incoming = Path(folder) / "slices"
        incoming.mkdir()
        late, took = lateness(window, make_slices(incoming, slices))
        window.close()
    return {
        "start_s": statistics.median(began),
        "start_worst_s": max(began),
        "search_p50_ms": statistics.median(searched),
        "search_p95_ms": percentile(searched, 0.95),
        "search_worst_ms": max(searched),
        "late_p50_ms": statistics.median(late),
        "late_p99_ms": percentile(late, 0.99),
        "late_worst_ms": max(late),
        "arrival_s": took,
        "ticks": len(late),
    }


if __name__ == "__main__":
    main()
