"""A volume from files as the window builds it, and a large series to build it from."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import numpy as np

from tests.viewer.render.files import image_file
from vetpacs_desktop.viewer.loading import FrameKey, FrameLoader, LoadedFrame
from vetpacs_desktop.viewer.series import arrange
from vetpacs_desktop.viewer.volume.build import Builder
from vetpacs_desktop.viewer.volume.plan import plan
from vetpacs_desktop.viewer.volume.volume import Volume

WORKERS = 2


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


def generated(folder: Path, count: int) -> list[Path]:
    """`count` CT slices of 512 x 512, 0.5 mm apart, in their order."""
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
