"""Real series against SimpleITK's series reader, decoders against each other, windows on a radiograph.

    python -m tests.bench.bench_load [--rounds 7]

Ours and theirs take turns in the same run, files in the page cache; the medians and the best of each are
compared (the machine may be busy with other things). The last line is JSON.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import threading
import time
import tracemalloc
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import SimpleITK

from tests.helpers.corpus import ROOT
from vetpacs_desktop.viewer.description import Window
from vetpacs_desktop.viewer.loading import FrameKey, FrameLoader, LoadedFrame
from vetpacs_desktop.viewer.pixels.codestream import look_at
from vetpacs_desktop.viewer.pixels.decoders import TABLE
from vetpacs_desktop.viewer.pixels.files import open_file
from vetpacs_desktop.viewer.pixels.fragments import index_of
from vetpacs_desktop.viewer.pixels.layout import layout_of
from vetpacs_desktop.viewer.pixels.voi import apply_window

SERIES = ("ct-thin", "mr-jpeg2000", "mr-jpeg-lossless")
WORKERS = 2


def series(name: str) -> list[Path]:
    """A real series' image files, read once so that the disk plays no part."""
    folder = ROOT.parent / "shared" / "corpus" / name
    paths = sorted(path for path in folder.iterdir() if path.name != "DIRFILE")
    for path in paths:
        path.read_bytes()
    return paths


def ours(paths: list[Path]) -> tuple[float, float, float]:
    """Seconds to the first image and to all through a new loader, and a waiting thread's lateness."""
    ready: list[float] = []
    done = threading.Event()
    begin = time.perf_counter()
    loader = FrameLoader(WORKERS)

    def arrived(_: LoadedFrame) -> None:
        ready.append(time.perf_counter() - begin)
        if len(ready) == len(paths):
            done.set()

    loader.on_ready.subscribe(arrived)
    loader.on_failed.subscribe(lambda pair: sys.exit(f"{pair[0]}: {pair[1]}"))
    loader.request([FrameKey(path) for path in paths])
    late = watch(done)
    loader.close()
    return ready[0], ready[-1], late


def watch(done: threading.Event) -> float:
    """Tick like an event loop until `done`; the 99th percentile of lateness in seconds."""
    late = []
    while not done.is_set():
        begin = time.perf_counter()
        time.sleep(0.001)
        late.append(time.perf_counter() - begin - 0.001)
    return float(np.percentile(late, 99))


def theirs(paths: list[Path]) -> float:
    """Seconds for SimpleITK to read the series into one volume."""
    begin = time.perf_counter()
    reader = SimpleITK.ImageSeriesReader()
    reader.SetFileNames([str(path) for path in paths])
    SimpleITK.GetArrayViewFromImage(reader.Execute())
    return time.perf_counter() - begin


def compare(name: str, rounds: int) -> dict[str, float]:
    paths = series(name)
    ours(paths[:2])
    mine, peer = [], []
    for _ in range(rounds):
        mine.append(ours(paths))
        peer.append(theirs(paths))
    first, everything, late = (statistics.median(column) for column in zip(*mine, strict=True))
    return {
        "images": len(paths),
        "first_ms": first * 1e3,
        "all_ms": everything * 1e3,
        "best_ms": min(row[1] for row in mine) * 1e3,
        "late_p99_ms": late * 1e3,
        "simpleitk_ms": statistics.median(peer) * 1e3,
        "simpleitk_best_ms": min(peer) * 1e3,
        "ratio": statistics.median(peer) / everything,
        "best_ratio": min(peer) / min(row[1] for row in mine),
    }


def timed(work: Callable[[], Any], rounds: int) -> float:
    """Best of `rounds`, in milliseconds."""
    best = float("inf")
    for _ in range(rounds):
        begin = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - begin)
    return best * 1e3


def decoders(rounds: int) -> dict[str, float]:
    """Milliseconds a frame of 512 x 512 for every installed decoder of every coding, made from a CT slice."""
    import imagecodecs

    file = open_file(series("ct-thin")[70])
    stored = file.stored(0)
    layout = layout_of(file.description, 0)
    codes = {
        "70": imagecodecs.ljpeg_encode(stored),
        "80": imagecodecs.jpegls_encode(stored),
        "90": imagecodecs.jpeg2k_encode(stored, level=0, codecformat="j2k"),
        "201": imagecodecs.htj2k_encode(stored, reversible=True),
        "51": imagecodecs.jpeg8_encode(stored.clip(0, 4095), level=95, bitspersample=12),
    }
    table = {}
    for code, data in codes.items():
        assert look_at(data) is not None
        for decoder in TABLE["1.2.840.10008.1.2.4." + code]:
            try:
                table[f"{code} {decoder.name}"] = timed(
                    lambda d=decoder, b=data: d.decode(b, layout, False), rounds
                )
            except RuntimeError:
                continue
    return table | run_lengths(rounds)


def run_lengths(rounds: int) -> dict[str, float]:
    from pydicom.data import get_testdata_file

    path = Path(str(get_testdata_file("OBXXXX1A_rle.dcm", download=False)))
    file = open_file(path)
    data = index_of(file.source, 1).read(file.source, 0)
    layout = layout_of(file.description, 0)
    return {
        f"rle 800x600 {decoder.name}": timed(lambda d=decoder: d.decode(data, layout, False), rounds)
        for decoder in TABLE["1.2.840.10008.1.2.5"]
    }


def windows(rounds: int) -> dict[str, float]:
    """Window and level on a radiograph of 4000 x 3000 pixels: milliseconds, and memory beside the input's."""
    values = np.random.default_rng(0).integers(0, 4096, (3000, 4000)).astype(np.uint16)
    found = {}
    for kind in (np.uint16, np.int16, np.float32):
        picture = values.astype(kind)
        name = np.dtype(kind).name
        found[f"{name}_ms"] = timed(lambda p=picture: apply_window(p, Window(2048, 3000)), rounds)
        tracemalloc.start()
        apply_window(picture, Window(2048, 3000))
        found[f"{name}_peak_of_input"] = tracemalloc.get_traced_memory()[1] / picture.nbytes
        tracemalloc.stop()
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    rounds = parser.parse_args().rounds
    warnings.simplefilter("ignore")
    SimpleITK.ProcessObject.SetGlobalWarningDisplay(False)
    result: dict[str, Any] = {"series": {name: compare(name, rounds) for name in SERIES}}
    print(f"{'(ms)':18}{'first':>8}{'all':>8}{'SimpleITK':>11}{'ratio':>7}{'best of':>9}{'late p99':>10}")
    for name, row in result["series"].items():
        print(
            f"{name:18}{row['first_ms']:8.1f}{row['all_ms']:8.0f}{row['simpleitk_ms']:11.0f}{row['ratio']:7.2f}"
            f"{row['best_ratio']:9.2f}{row['late_p99_ms']:10.1f}"
        )
    result["decoders_ms"] = decoders(rounds)
    for name, value in result["decoders_ms"].items():
        print(f"{name:40}{value:8.2f} ms")
    result["windows"] = windows(rounds)
    for name, value in result["windows"].items():
        print(f"apply_window 4000x3000 {name:26}{value:8.2f}")
    print(json.dumps(result))


if __name__ == "__main__":
    main()
