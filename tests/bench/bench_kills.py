"""Killing the service at random moments while DCMTK sends: is everything that was confirmed there?

``python -m tests.bench.bench_kills [--kills N] [--seed N] [--quick]``

Three machines send at once; the service is killed with SIGKILL (both processes, or one of them), started
again, and in the end asked for every object that was confirmed, byte for byte.
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
import time
from pathlib import Path

from tests.proof.killing import Ordeal, make_files
from vetpacs_desktop.paths import Home

ROOT = Path(__file__).resolve().parents[2]
BETWEEN = 25
"""Kills between two comparisons of everything."""


def main() -> None:
    """Go through it, tell how it goes, and print one line of JSON last."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--quick", action="store_true", help="10 kills")
    wish = parser.parse_args()
    kills = 10 if wish.quick else wish.kills
    started = time.monotonic()
    with tempfile.TemporaryDirectory(dir=ROOT.parent) as base:
        machine = Path(base) / "machine"
        machine.mkdir()
        home = Home(Path(base) / "home").make()
        ordeal = Ordeal(home, make_files(machine, 40 * kills + 200, large=16), random.Random(wish.seed))
        for confirmed in ordeal.go_through(kills):
            if ordeal.kills % BETWEEN == 0:
                ordeal.check_everything_is_kept()
                print(f"{ordeal.kills} kills, {confirmed} objects confirmed, all there", flush=True)
        ordeal.check_everything_is_kept()
    found = {"bench": "kills", "kills": ordeal.kills, "confirmed": len(ordeal.confirmed), "lost": 0}
    print(json.dumps({**found, "confirmations": ordeal.confirmations, "seed": wish.seed}))
    print(f"{time.monotonic() - started:.0f} s")


if __name__ == "__main__":
    main()
