"""How soon a volume is seen in 3D and how fluently it turns, drawn by the processor in its own process.

    python -m tests.bench.bench_volume_rendering [FOLDER]

`ct-thin` (or the series in FOLDER) at 800x600: from the wish to the first picture with the process started
anew, the finer ones, pictures a second while turning, memory of the process, a surface of bone.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import psutil

from tests.helpers.corpus import images
from vetpacs_desktop.viewer.choosing import stacks_of_files
from vetpacs_desktop.viewer.render.body_process import BodyProcess
from vetpacs_desktop.viewer.render.planes import volume_of
from vetpacs_desktop.viewer.volume.body import BodyState, Edit, Kind, first_state
from vetpacs_desktop.viewer.volume.section import natural_axes
from vetpacs_desktop.viewer.volume.surface_wish import SurfaceWish
from vetpacs_desktop.viewer.volume.wish import Quality, wish_of

SIZE = 800, 600
TURNS = 60


def measured(paths: list[Path]) -> dict[str, float]:
    """Seconds, pictures a second and megabytes."""
    volume = volume_of(stacks_of_files(paths))
    state = first_state(volume, natural_axes(volume), quadruped=True)
    process = BodyProcess(volume)
    found: dict[str, float] = {}

    def timed(name: str, quality: Quality, edits: tuple[Edit, ...] = ()) -> None:
        began = time.perf_counter()
        process.picture(wish_of(replace(state, edits=edits), *SIZE, quality=quality))
        found[name] = time.perf_counter() - began

    timed("first picture, process started (s)", Quality.QUICK)
    found["pictures a second, first model"] = turning(process, state)
    timed("fine picture (s)", Quality.FINE)
    found["pictures a second, fine model"] = turning(process, state)
    timed("finest picture (s)", Quality.FINEST)
    timed("finest picture again (s)", Quality.FINEST)
    found["pictures a second, finest model"] = turning(process, state)
    found["memory of the process (MB)"] = psutil.Process(process.pid).memory_info().rss / 1e6
    found["voxels (MB)"] = volume.nbytes / 1e6
    timed("without table (s)", Quality.QUICK, (Edit(Kind.TABLE),))
    timed("without bone (s)", Quality.QUICK, (Edit(Kind.BONE),))
    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        wish = SurfaceWish(250.0, largest=True)
        said = process.surface(wish.document(state.clip, (), Path(folder) / "bone.stl"))
        found["surface of bone (s)"] = time.perf_counter() - began
        found["triangles"] = said.get("triangles", 0)
    process.close()
    return found


def turning(process: BodyProcess, state: BodyState) -> float:
    """Pictures a second while the body turns, each one waited for."""
    began = time.perf_counter()
    for number in range(TURNS):
        process.picture(wish_of(replace(state, camera=state.camera.turned(5 * number, 1)), *SIZE))
    return TURNS / (time.perf_counter() - began)


if __name__ == "__main__":
    where = sorted(p for p in Path(sys.argv[1]).iterdir() if p.is_file()) if len(sys.argv) > 1 else None
    print(json.dumps(measured(where or list(images("ct-thin"))), indent=2))
