"""A thousand slices of 512 x 512: first image, whole volume against SimpleITK, most memory.

    python -m tests.bench.bench_volume_thousand [--rounds 7] [--slices 1000]

Ours and SimpleITK take turns, each time in a fresh process that does nothing else and tells its own peak
(VmHWM, which the kernel keeps). A virtual machine's memory costs a hundred times as much when it is touched
for the first time since it was given back to the host; so before each process as much as both need is touched
once and freed. Medians of the pairs' ratios; the last line is JSON.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from tests.bench.building import built, generated

_MIB = 1 << 20


def ours(paths: list[Path]) -> dict[str, float]:
    """In this process, which should be a fresh one."""
    built(paths[:8])  # modules are imported and threads were started once, as in a window that is open
    before = _kib("VmRSS")
    begin = time.perf_counter()
    volume, first = built(paths)
    whole = time.perf_counter() - begin
    peak, voxels = _kib("VmHWM"), volume.values.nbytes / 1024
    return {
        "whole_ms": whole * 1e3,
        "first_ms": first * 1e3,
        "peak_over_voxels": (peak - before) / voxels,
        "process_over_voxels": peak / voxels,
    }


def theirs(paths: list[Path]) -> dict[str, float]:
    """The same by SimpleITK, which reads into one volume as well."""
    import SimpleITK

    from tests.bench.bench_load import theirs as read

    SimpleITK.ProcessObject.SetGlobalWarningDisplay(False)
    read(paths[:8])
    before = _kib("VmRSS")
    whole = read(paths)
    voxels = len(paths) * 512 * 512 * 2 / 1024
    return {"whole_ms": whole * 1e3, "peak_over_voxels": (_kib("VmHWM") - before) / voxels}


def compared(rounds: int, count: int) -> dict[str, float]:
    """Pairs of fresh processes, ours first in one and second in the next."""
    mine: list[dict[str, float]] = []
    peer: list[dict[str, float]] = []
    with tempfile.TemporaryDirectory() as folder:
        listed = Path(folder) / "paths.json"
        paths = generated(Path(folder), count)
        listed.write_text(json.dumps([str(path) for path in paths]))
        for number in range(rounds):
            for who, found in ((ours, mine), (theirs, peer))[:: 1 if number % 2 else -1]:
                for path in paths:
                    path.read_bytes()
                _touch(3 * count * 512 * 512 * 2)
                found.append(_apart(who.__name__, listed))
    ratios = [a["whole_ms"] / b["whole_ms"] for a, b in zip(mine, peer, strict=True)]
    return {
        "slices": count,
        "rounds": rounds,
        "first_ms": statistics.median(one["first_ms"] for one in mine),
        "first_worst_ms": max(one["first_ms"] for one in mine),
        "whole_ms": statistics.median(one["whole_ms"] for one in mine),
        "simpleitk_ms": statistics.median(one["whole_ms"] for one in peer),
        "ratio": statistics.median(ratios),
        "worst_ratio": max(ratios),
        "peak_over_voxels": max(one["peak_over_voxels"] for one in mine),
        "process_over_voxels": max(one["process_over_voxels"] for one in mine),
        "simpleitk_peak_over_voxels": max(one["peak_over_voxels"] for one in peer),
        "load": os.getloadavg()[0],
    }


def _apart(who: str, listed: Path) -> dict[str, float]:
    """One measurement in a process of its own."""
    command = [sys.executable, "-m", "tests.bench.bench_volume_thousand", "--alone", who, str(listed)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def _touch(nbytes: int) -> None:
    """Have the host back this much of the machine's free memory."""
    np.empty(nbytes, np.uint8).fill(1)


def _kib(word: str) -> int:
    """A line of this process' status, in KiB."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{word}:"))


def main() -> None:
    """Print what was measured; the last line is JSON."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--slices", type=int, default=1000)
    parser.add_argument("--alone", nargs=2, metavar=("WHO", "LIST"), help="inner: one measurement")
    wish = parser.parse_args()
    if wish.alone:
        who, listed = wish.alone
        paths = [Path(path) for path in json.loads(Path(listed).read_text())]
        print(json.dumps({"ours": ours, "theirs": theirs}[who](paths)))
        return
    found = {key: round(value, 3) for key, value in compared(wish.rounds, wish.slices).items()}
    for key, value in found.items():
        print(f"{key:28}{value:10}")
    print(json.dumps({"bench": "volume_thousand", **found}))


if __name__ == "__main__":
    main()
