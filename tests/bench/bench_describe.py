"""How long headers take: a CT slice, a film of 500 frames, arranging 1,000 slices; pydicom is the peer.

`python -m tests.bench.bench_describe` prints a table and, on the last line, the figures as JSON.
"""

from __future__ import annotations

import copy
import dataclasses
import json
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from pydicom import dcmread

from tests.helpers.corpus import images
from vetpacs_desktop.viewer.describe import read_description
from vetpacs_desktop.viewer.description import ImageDescription
from vetpacs_desktop.viewer.series import arrange

FRAMES = 500
SLICES = 1_000
ROUNDS = 5


def best(work: Callable[[], object]) -> float:
    """The shortest of some rounds, ms: the one that was disturbed least."""
    shortest = float("inf")
    for _ in range(ROUNDS):
        start = time.perf_counter()
        work()
        shortest = min(shortest, time.perf_counter() - start)
    return shortest * 1000


def film(folder: Path) -> Path:
    """A real enhanced MR made longer: its groups repeated with positions of their own."""
    dataset = dcmread(next(path for path in images("mr-enhanced") if path.name == "0126.dcm"))
    groups = list(dataset.PerFrameFunctionalGroupsSequence)
    longer = []
    for number in range(FRAMES):
        group = copy.deepcopy(groups[number % len(groups)])
        group.PlanePositionSequence[0].ImagePositionPatient = [-61.6 + number / 2, -96, 96]
        longer.append(group)
    frame = dataset.Rows * dataset.Columns * 2
    dataset.PerFrameFunctionalGroupsSequence, dataset.NumberOfFrames = longer, FRAMES
    dataset.PixelData = dataset.PixelData[:frame] * FRAMES
    path = folder / "film.dcm"
    dataset.save_as(path)
    return path


def many(one: ImageDescription) -> list[ImageDescription]:
    """One slice as a long volume."""
    return [
        dataclasses.replace(
            one,
            path=Path(f"{number}.dcm"),
            sop_uid=str(number),
            instance_number=number,
            frames=(dataclasses.replace(one.frames[0], position=(0.0, 0.0, number / 2)),),
        )
        for number in range(SLICES)
    ]


def main() -> None:
    """Measure and print."""
    slices = images("ct-thin")
    figures = {
        "slice_ms": best(lambda: [read_description(path) for path in slices]) / len(slices),
        "slice_pydicom_ms": best(lambda: [dcmread(path, stop_before_pixels=True) for path in slices])
        / len(slices),
    }
    with tempfile.TemporaryDirectory() as folder:
        path = film(Path(folder))
        figures["film_ms"] = best(lambda: read_description(path))
        figures["film_pydicom_ms"] = best(lambda: dcmread(path, stop_before_pixels=True))
    volume = many(read_description(slices[0]))
    figures["arrange_ms"] = best(lambda: arrange(volume))
    figures = {name: round(value, 3) for name, value in figures.items()}
    print(f"{'':32}{'VetPACS':>10}{'pydicom':>10}{'ratio':>8}")
    for name, words in (("slice", "one CT slice, ms"), ("film", f"{FRAMES} enhanced frames, ms")):
        ours, theirs = figures[f"{name}_ms"], figures[f"{name}_pydicom_ms"]
        print(f"{words:32}{ours:10.2f}{theirs:10.2f}{theirs / ours:8.2f}")
    print(f"{f'{SLICES} slices arranged, ms':32}{figures['arrange_ms']:10.2f}")
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
