"""Two thousand damaged files among good ones, imported and sent: does anything crash, hang or get lost?

``python -m tests.bench.bench_fuzz [--count N] [--seed N] [--quick]``

A failure stops the bench and names the seed. The last line is JSON.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import tempfile
import warnings
from pathlib import Path

from tests.helpers.peers import service
from tests.proof import fuzzing
from vetpacs_desktop.paths import Home

ROOT = Path(__file__).resolve().parents[2]


def main() -> None:
    """Import half of them, send the other half."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--quick", action="store_true", help="200 files")
    wish = parser.parse_args()
    count = (200 if wish.quick else wish.count) // 2
    warnings.simplefilter("ignore")
    found: dict[str, object] = {"bench": "fuzz", "count": 2 * count, "seed": wish.seed}
    with tempfile.TemporaryDirectory(dir=ROOT.parent) as base:
        home = Home(Path(base) / "imports").make()
        found["imported"] = told(fuzzing.imported(home, Path(base) / "folder", count, wish.seed))
        home = Home(Path(base) / "receives").make()
        with service(home) as served:
            report = fuzzing.sent(served.port, home, Path(base) / "machine", count, wish.seed + 1)
        found["sent"] = told(report)
        assert not list(home.logs.glob("crash-*"))
    print(json.dumps(found))


def told(report: fuzzing.Report) -> dict[str, object]:
    """Print one report; a lost good file or a hang ends the bench."""
    assert report.kept == report.good, f"{report.good - report.kept} good files are lost"
    assert report.slowest < fuzzing.MOST_SECONDS
    facts = dataclasses.asdict(report)
    print(facts, flush=True)
    return facts


if __name__ == "__main__":
    main()
