"""Importing a folder of 5,000 CT slices against `cp -r` and `sync` of the same files, and importing it again.

``python -m tests.bench.bench_import [--files N] [--rounds N] [--quick]``

All on one disk, in turns, each into a fresh folder. The import is the command line's, with its start and its
flushes to the disk; both sides find the files in the system's cache. The last line is JSON.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.bench.bench_receive import ROOT, make_slices

HALF, FIVE_TIMES = 0.5, 5.0


def copied(source: Path, target: Path) -> float:
    """Seconds of ``cp -r`` and ``sync``."""
    os.sync()
    began = time.perf_counter()
    subprocess.run(["cp", "-r", str(source), str(target)], check=True)
    os.sync()
    return time.perf_counter() - began


def imported(source: Path, home: Path, wanted: dict[str, int]) -> tuple[float, float]:
    """(seconds on the clock, seconds of the processors) of one import that must end as `wanted`."""
    os.sync()
    began, before = time.perf_counter(), os.times()
    answer = subprocess.run(
        [sys.executable, "-m", "vetpacs_desktop", "--home", str(home), "--json", "import", str(source)],
        check=True,
        capture_output=True,
        text=True,
        cwd=ROOT,
    )
    after = os.times()
    seconds = time.perf_counter() - began
    said = json.loads(answer.stdout)
    found = {name: said[name] for name in wanted}
    if found != wanted or said["rejected"]:
        raise SystemExit(f"the import did not do what it should: {found}")
    used = after.children_user + after.children_system - before.children_user - before.children_system
    return seconds, used


def main() -> None:
    """Measure, print a table and, last, one line of JSON."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--files", type=int, default=5000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--quick", action="store_true", help="500 files, 2 rounds")
    wish = parser.parse_args()
    count, rounds = (500, 2) if wish.quick else (wish.files, wish.rounds)
    seconds: dict[str, list[float]] = {"copy": [], "first": [], "again": []}
    used: dict[str, list[float]] = {"first": [], "again": []}
    with tempfile.TemporaryDirectory(dir=ROOT.parent) as folder:
        base = Path(folder)
        source = base / "source"
        source.mkdir()
        size = sum(path.stat().st_size for path in make_slices(source, count))
        for number in range(rounds):
            copy, home = base / "copy", base / "home"
            seconds["copy"].append(copied(source, copy))
            for name, wanted in (
                ("first", {"stored": count, "duplicates": 0}),
                ("again", {"stored": 0, "duplicates": count}),
            ):
                clock, work = imported(source, home, wanted)
                seconds[name].append(clock)
                used[name].append(work)
            print(
                f"round {number + 1}: "
                + "  ".join(f"{name} {count / values[-1]:.0f}/s" for name, values in seconds.items()),
                flush=True,
            )
            shutil.rmtree(copy)
            shutil.rmtree(home)
    rate = statistics.median(a / b for a, b in zip(seconds["copy"], seconds["first"], strict=True))
    again = statistics.median(a / b for a, b in zip(seconds["first"], seconds["again"], strict=True))
    medians = {name: round(count / statistics.median(values), 1) for name, values in seconds.items()}
    print(f"{'of the copy rate':20} {rate:8.2f} (target {HALF})")
    print(f"{'again, times faster':20} {again:8.2f} (target {FIVE_TIMES})")
    print(
        json.dumps(
            {
                "bench": "import",
                "files": count,
                "megabytes": round(size / 1e6),
                "files_per_second": medians,
                "processor_ms_per_file": {
                    name: round(statistics.median(values) * 1000 / count, 2) for name, values in used.items()
                },
                "ratio_to_copy": round(rate, 2),
                "ratio_again": round(again, 2),
                "targets": {"ratio_to_copy": HALF, "ratio_again": FIVE_TIMES},
            }
        )
    )


if __name__ == "__main__":
    main()
