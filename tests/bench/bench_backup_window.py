"""The window's event loop while a backup runs that was asked for in the window, and copies as fast as it can.

``python -m tests.bench.bench_backup_window [--files N]``

Late is a timer of 5 ms by so much as it fires after its time, in a real window whose service copies and
proves half-megabyte files; beside it stands the same window at rest in the same run.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from pathlib import Path

from tests.bench import bench_backup
from tests.bench.bench_window import LATE_LIMIT_MS, Window, loop_lateness, percentile
from tests.helpers import screen
from vetpacs_desktop import settings
from vetpacs_desktop.paths import Home
from vetpacs_desktop.store.backup import places
from vetpacs_desktop.store.backup.ledger import Ledger
from vetpacs_desktop.store.backup.places import Place

NAME, IMAGE = "NAS", 526_000
REST_SECONDS, LONGEST = 5.0, 600.0


def measure(folder: Path, files: int) -> dict[str, float]:
    """One backup of so many files."""
    home = Home(folder / "home")
    bench_backup.library(home, files, IMAGE)
    settings.save(
        settings.Settings().with_values({"receiver.host": "127.0.0.1", "receiver.port": 0}), home.settings
    )
    places.add(home, Place(NAME, str(folder / "nas"), every="never"))
    window = Window(home)
    try:
        window.until(lambda: window.app.service.state() is not None)
        window.rest(6)
        end = time.perf_counter() + REST_SECONDS
        at_rest = loop_lateness(window, lambda: time.perf_counter() > end)
        began = time.perf_counter()
        window.window.backup.run(places.find(home, NAME))
        late = loop_lateness(window, lambda: whole(home) or time.perf_counter() > began + LONGEST)
        took = time.perf_counter() - began
        if not whole(home):
            raise SystemExit("the backup did not come to its end")
    finally:
        window.close()
    return {
        "files": files,
        "backup_s": took,
        "rest_p99_ms": percentile(at_rest, 0.99),
        "late_p99_ms": percentile(late, 0.99),
        "late_worst_ms": max(late),
        "ticks": len(late),
    }


def whole(home: Home) -> bool:
    """Whether a generation is complete."""
    with Ledger.open(home) as ledger:
        history = ledger.book(places.ledger_name(places.find(home, NAME))).history
        return any(one.state in ("complete", "verified") for one in history.generations())


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    arguments.add_argument("--files", type=int, default=6000)
    chosen = arguments.parse_args()
    if screen.wanted():
        screen.start()
    with tempfile.TemporaryDirectory(prefix="vetpacs-bench-") as folder:
        figures = measure(Path(folder), chosen.files)
    print(f"event loop late, p99: {figures['late_p99_ms']:.1f} ms, wanted under {LATE_LIMIT_MS:.0f}")
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
