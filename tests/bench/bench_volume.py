"""Volumes: from files to three planes, lines dragged over planes, slabs, coded series.

    python -m tests.bench.bench_volume [--rounds 5] [--only NAME]

Ours and SimpleITK or imagecodecs take turns in the same run, files in the page cache; medians and the best of
each, for the machine may be busy. Needs a screen for nothing: planes are cut and drawn off screen. The last
line is JSON.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import tempfile
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import imagecodecs
import numpy as np
import pydicom
import SimpleITK
from pydicom.encaps import encapsulate, generate_frames
from pydicom.uid import JPEG2000Lossless, JPEGLosslessSV1

from tests.bench.bench_load import series, theirs
from tests.bench.building import WORKERS, built
from vetpacs_desktop.viewer.loading import FrameKey, FrameLoader, LoadedFrame, loaded
from vetpacs_desktop.viewer.pixels.files import ImageFiles
from vetpacs_desktop.viewer.render.reslicer import Reslicer
from vetpacs_desktop.viewer.volume.section import (
    BodyAxes,
    Cut,
    PlaneName,
    Slab,
    natural_axes,
    section,
    vector,
)
from vetpacs_desktop.viewer.volume.volume import Volume

SCREEN = (600, 450)
SLAB_MM = 20.0


def three_planes(volume: Volume) -> None:
    """As they are opened: through the middle, at the screen's size."""
    reslicer, axes = Reslicer(volume), natural_axes(volume)
    for name in PlaneName:
        one = section(volume, axes, volume.grid.middle_voxel, name, quadruped=True)
        reslicer.cut(one.cut(one.nearest(volume.grid.middle_voxel)))


def mpr(rounds: int) -> dict[str, float]:
    """ct-thin to three planes against SimpleITK's read."""
    paths = series("ct-thin")
    built(paths)
    ours, peer = [], []
    for _ in range(rounds):
        begin = time.perf_counter()
        three_planes(built(paths)[0])
        ours.append(time.perf_counter() - begin)
        peer.append(theirs(paths))
    return _against(ours, peer)


def cuts(volume: Volume, rounds: int) -> dict[str, float]:
    """Milliseconds of cuts for three viewports of SCREEN pixels: thin and slabs, plain and turned."""
    reslicer, found = Reslicer(volume), {}
    slanted = natural_axes(volume).turned((0, 0, 1), 25).turned((1, 0, 0), 15)
    for kind, axes in (("plain", natural_axes(volume)), ("turned", slanted)):
        shown = [_screen(volume, axes, name) for name in PlaneName]
        found[f"{kind}_three_planes_ms"] = _all(reslicer.cut, shown, rounds)
        found[f"{kind}_three_sketches_ms"] = _all(reslicer.sketch, shown, rounds)
        for slab in Slab:
            thick = [replace(one, thickness_mm=SLAB_MM, slab=slab) for one in shown]
            found[f"{kind}_slab_{slab.value}_ms"] = _all(reslicer.cut, thick, rounds) / 3
            found[f"{kind}_slab_{slab.value}_sketch_ms"] = _all(reslicer.sketch, thick, rounds) / 3
    return found


def coded(paths: list[Path], decode: Callable[[bytes], Any], rounds: int) -> dict[str, float]:
    """A coded series made ready to show against imagecodecs' bare decoding, both in two threads.

    Both read every file, in turns within a round; the function is the one that the viewer uses. `speed` is
    how much of the bare decoding's speed is left: of pictures whose headers are known, and of a whole series
    from nothing, headers, loader and all.
    """
    files = ImageFiles()
    opened = [(FrameKey(path), files.get(path)) for path in paths]
    streams = [
        next(iter(generate_frames(pydicom.dcmread(path).PixelData, number_of_frames=1))) for path in paths
    ]
    together = list(zip(paths, streams, strict=True))
    ours, series_ours, peer = list[_Cost](), list[_Cost](), list[_Cost]()
    with ThreadPoolExecutor(WORKERS) as pool:
        works: tuple[tuple[list[_Cost], Callable[[], object]], ...] = (
            (ours, lambda: list(pool.map(lambda one: loaded(*one), opened))),
            (peer, lambda: list(pool.map(lambda one: (one[0].read_bytes(), decode(one[1])), together))),
            (series_ours, lambda: _through_loader(paths)),
        )
        for number in range(rounds):
            for costs, work in works[:: 1 if number % 2 else -1]:
                begin, busy = time.perf_counter(), time.process_time()
                kept = work()
                costs.append(_Cost(time.perf_counter() - begin, time.process_time() - busy))
                del kept
    return {
        "slices": len(paths),
        "ms": statistics.median(one.seconds for one in ours) * 1e3,
        "series_ms": statistics.median(one.seconds for one in series_ours) * 1e3,
        "imagecodecs_ms": statistics.median(one.seconds for one in peer) * 1e3,
        **_speeds("speed", ours, peer),
        **_speeds("series_speed", series_ours, peer),
        "load": os.getloadavg()[0],
    }


@dataclass(frozen=True, slots=True)
class _Cost:
    """Of one round: what a clock says, and how long both cores were busy for it."""

    seconds: float
    busy: float


def _speeds(name: str, ours: list[_Cost], peer: list[_Cost]) -> dict[str, float]:
    """Of the pairs of all rounds; the cores' time hardly depends on what else the machine does."""
    pairs = list(zip(ours, peer, strict=True))
    return {
        name: statistics.median(b.seconds / a.seconds for a, b in pairs),
        f"{name}_of_cores": statistics.median(b.busy / a.busy for a, b in pairs),
    }


def large(encode: Callable[[Any], bytes], syntax: str, decode: Callable[[bytes], Any], rounds: int) -> Any:
    """`coded` for ct-thin, 512 x 512, coded anew."""
    with tempfile.TemporaryDirectory() as folder:
        paths = []
        for path in series("ct-thin"):
            dataset = pydicom.dcmread(path)
            dataset.PixelData = encapsulate([encode(dataset.pixel_array.view(np.uint16))])
            dataset["PixelData"].is_undefined_length = True
            dataset.file_meta.TransferSyntaxUID = syntax
            paths.append(Path(folder) / path.name)
            dataset.save_as(paths[-1])
        return coded(paths, decode, rounds)


def _through_loader(paths: list[Path]) -> list[LoadedFrame]:
    """All frames of a series that nobody knows yet, by a new loader."""
    loader, frames, done = FrameLoader(WORKERS), list[LoadedFrame](), threading.Event()

    def arrived(frame: LoadedFrame) -> None:
        frames.append(frame)
        if len(frames) == len(paths):
            done.set()

    loader.on_ready.subscribe(arrived)
    loader.request([FrameKey(path) for path in paths])
    done.wait()
    loader.close()
    return frames


def _screen(volume: Volume, axes: BodyAxes, name: PlaneName) -> Cut:
    """What a viewport of SCREEN pixels shows of a plane through the middle, one pixel for each of its own."""
    one = section(volume, axes, volume.grid.middle_voxel, name, quadruped=True)
    width, height = SCREEN
    right, down = np.asarray(one.right), np.asarray(one.down)
    mm = min(volume.grid.spacing)
    corner = np.asarray(volume.grid.middle_voxel) - right * mm * width / 2 - down * mm * height / 2
    return Cut(vector(corner), one.right, one.down, mm, width, height)


def _all(cut: Callable[[Cut], Any], shown: list[Cut], rounds: int) -> float:
    """Milliseconds for all planes, one after the other."""
    return _timed(lambda: [cut(one) for one in shown], rounds)


def _timed(work: Callable[[], Any], rounds: int) -> float:
    best = float("inf")
    for _ in range(rounds):
        begin = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - begin)
    return best * 1e3


def _against(ours: list[float], peer: list[float]) -> dict[str, float]:
    return {
        "ms": statistics.median(ours) * 1e3,
        "best_ms": min(ours) * 1e3,
        "peer_ms": statistics.median(peer) * 1e3,
        "peer_best_ms": min(peer) * 1e3,
        "ratio": statistics.median(ours) / statistics.median(peer),
        "best_ratio": min(ours) / min(peer),
    }


def _jpeg_2000(values: Any) -> bytes:
    return bytes(imagecodecs.jpeg2k_encode(values, level=0, codecformat="j2k"))


def main() -> None:
    """Print each part as it is measured and, last, one line of JSON."""
    SimpleITK.ProcessObject.SetGlobalWarningDisplay(False)  # files are not sorted for it
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", default="", help="one part by its name")
    wish = parser.parse_args()
    found: dict[str, Any] = {"bench": "volume"}
    rounds = wish.rounds
    lossless, jpeg_2000 = imagecodecs.jpeg8_decode, imagecodecs.jpeg2k_decode
    parts: tuple[tuple[str, Callable[[], dict[str, float]]], ...] = (
        ("mpr", lambda: mpr(rounds)),
        ("cuts", lambda: cuts(built(series("ct-thin"))[0], rounds)),
        ("jpeg_lossless_512", lambda: large(imagecodecs.ljpeg_encode, JPEGLosslessSV1, lossless, rounds)),
        ("jpeg2000_512", lambda: large(_jpeg_2000, JPEG2000Lossless, jpeg_2000, rounds)),
        ("jpeg_lossless_128", lambda: coded(series("mr-jpeg-lossless"), lossless, rounds)),
        ("jpeg2000_128", lambda: coded(series("mr-jpeg2000"), jpeg_2000, rounds)),
    )
    for name, measure in parts:
        if wish.only not in ("", name):
            continue
        found[name] = {key: round(value, 3) for key, value in measure().items()}
        print(name, found[name], flush=True)
    print(json.dumps(found))


if __name__ == "__main__":
    main()
