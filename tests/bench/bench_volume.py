"""Volumes: from files to three planes, a thousand slices, lines dragged over planes, slabs, coded series.

    python -m tests.bench.bench_volume [--rounds 5] [--quick]

Ours and SimpleITK or imagecodecs take turns in the same run, files in the page cache; medians and the best of
each, for the machine may be busy. Needs a screen for nothing: planes are cut and drawn off screen. The last
line is JSON.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import tempfile
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import imagecodecs
import numpy as np
import psutil
import pydicom
import SimpleITK
from pydicom.encaps import generate_frames

from tests.bench.bench_load import series, theirs
from tests.viewer.render.files import image_file
from vetpacs_desktop.viewer.loading import FrameKey, FrameLoader, LoadedFrame, loaded
from vetpacs_desktop.viewer.pixels.files import ImageFiles
from vetpacs_desktop.viewer.render.reslicer import Reslicer
from vetpacs_desktop.viewer.series import arrange
from vetpacs_desktop.viewer.volume.build import Builder
from vetpacs_desktop.viewer.volume.plan import plan
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

WORKERS = 2
SCREEN = (600, 450)
SLAB_MM = 20.0


def built(paths: list[Path]) -> tuple[Volume, float]:
    """The volume through the loader's threads, as the window builds it, and seconds to the first slice."""
    begin = time.perf_counter()
    loader = FrameLoader(WORKERS)
    done, first = threading.Event(), [0.0]
    builder: list[Builder] = []

    def arrived(frame: LoadedFrame) -> None:
        first[0] = first[0] or time.perf_counter() - begin
        shared = builder[0].put(frame) if builder else None
        if shared is not None:
            loader.exchange(shared)
        if builder and builder[0].whole:
            done.set()

    loader.on_ready.subscribe(arrived)
    # As in the window: slices are decoded from the start while their headers are read from the end, once.
    loader.request([FrameKey(path) for path in paths])
    described = [loader.describe(path) for path in reversed(paths)]
    (stack,) = [one for one in arrange(described) if len(one.frames) > 3][:1]
    builder.append(Builder(plan(stack)))
    for key in builder[0].keys:
        frame = loader.get(key)
        if frame is not None:
            arrived(frame)
    done.wait()
    volume = builder[0].volume()
    loader.close()
    return volume, first[0]


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


def thousand(count: int) -> dict[str, float]:
    """A generated series of 512 x 512: first image, whole volume, peak memory, in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        paths = _generated(Path(folder), count)
        process = psutil.Process(os.getpid())
        before = process.memory_info().rss
        watch = _Peak(process)
        begin = time.perf_counter()
        volume, first = built(paths)
        ours = time.perf_counter() - begin
        peak = watch.end() - before
        voxels = volume.values.nbytes
        peer = [theirs(paths) for _ in range(2)]  # after ours, whose memory they would hide
    return {
        "slices": count,
        "first_ms": first * 1e3,
        "whole_ms": ours * 1e3,
        "simpleitk_ms": min(peer) * 1e3,
        "ratio": ours / min(peer),
        "peak_over_voxels": peak / voxels,
        "peak_rss_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3,
    }


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


def coded(name: str, decode: Callable[[bytes], Any], rounds: int) -> dict[str, float]:
    """A coded series made ready to show against imagecodecs' bare decoding, both in two threads.

    Headers are read before the clock starts; both read the coded bytes from their files. Of small pictures a
    good part of ours is finding them in the file and making modality values of them.
    """
    paths, files = series(name), ImageFiles()
    opened = [(FrameKey(path), files.get(path)) for path in paths]
    streams = [
        next(iter(generate_frames(pydicom.dcmread(path).PixelData, number_of_frames=1))) for path in paths
    ]
    ours, peer = [], []
    with ThreadPoolExecutor(WORKERS) as pool:
        for _ in range(rounds):
            begin = time.perf_counter()
            list(pool.map(lambda one: loaded(*one), opened))
            ours.append(time.perf_counter() - begin)
            begin = time.perf_counter()
            list(
                pool.map(lambda one: (one[0].read_bytes(), decode(one[1])), zip(paths, streams, strict=True))
            )
            peer.append(time.perf_counter() - begin)
    return _against(ours, peer)


class _Peak:
    """The most memory that a process has until the end, looked at every few milliseconds."""

    def __init__(self, process: psutil.Process) -> None:
        self._process, self._most, self._over = process, 0, threading.Event()
        self._thread = threading.Thread(target=self._look)
        self._thread.start()

    def end(self) -> int:
        self._over.set()
        self._thread.join()
        return self._most

    def _look(self) -> None:
        while not self._over.wait(0.005):
            self._most = max(self._most, self._process.memory_info().rss)


def _screen(volume: Volume, axes: BodyAxes, name: PlaneName) -> Cut:
    """What a viewport of SCREEN pixels shows of a plane through the middle, one pixel for each of its own."""
    one = section(volume, axes, volume.grid.middle_voxel, name, quadruped=True)
    width, height = SCREEN
    right, down = np.asarray(one.right), np.asarray(one.down)
    mm = min(volume.grid.spacing)
    corner = np.asarray(volume.grid.middle_voxel) - right * mm * width / 2 - down * mm * height / 2
    return Cut(vector(corner), one.right, one.down, mm, width, height)


def _generated(folder: Path, count: int) -> list[Path]:
    values = np.random.default_rng(1).integers(0, 2000, (512, 512), dtype=np.int16)
    return [
        image_file(
            folder,
            np.roll(values, n, axis=0),
            SOPClassUID="1.2.840.10008.5.1.4.1.1.2",
            Modality="CT",
            InstanceNumber=n + 1,
            ImagePositionPatient=[0.0, 0.0, 0.5 * n],
            ImageOrientationPatient=[1, 0, 0, 0, 1, 0],
            PixelSpacing=[0.5, 0.5],
            RescaleSlope=1,
            RescaleIntercept=-1024,
            WindowCenter=40,
            WindowWidth=400,
        )
        for n in range(count)
    ]


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


def main() -> None:
    """Print each part as it is measured and, last, one line of JSON."""
    SimpleITK.ProcessObject.SetGlobalWarningDisplay(False)  # files are not sorted for it
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", default="", help="one part by its name")
    parser.add_argument("--quick", action="store_true", help="200 slices instead of 1,000")
    wish = parser.parse_args()
    found: dict[str, Any] = {"bench": "volume"}
    parts: tuple[tuple[str, Callable[[], dict[str, float]]], ...] = (
        ("mpr", lambda: mpr(wish.rounds)),
        ("cuts", lambda: cuts(built(series("ct-thin"))[0], wish.rounds)),
        ("jpeg_lossless", lambda: coded("mr-jpeg-lossless", imagecodecs.ljpeg_decode, wish.rounds)),
        ("jpeg2000", lambda: coded("mr-jpeg2000", imagecodecs.jpeg2k_decode, wish.rounds)),
        ("thousand", lambda: thousand(200 if wish.quick else 1000)),
    )
    for name, measure in parts:
        if wish.only not in ("", name):
            continue
        found[name] = {key: round(value, 3) for key, value in measure().items()}
        print(name, found[name], flush=True)
    print(json.dumps(found))


if __name__ == "__main__":
    main()
