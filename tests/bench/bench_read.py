"""Reading an exam in the real window: from the double click to pixels, films at their pace, and memory.

    xvfb-run -a -s "-screen 0 1920x1200x24" python -m tests.bench.bench_read [open] [cine] [memory]

Every figure stands beside what the same work costs with nothing around it, in the same run: reading the
bytes, decoding them, or the pixels themselves. Drags are measured by `bench_render`, `bench_marks` and
`bench_links`.
"""

from __future__ import annotations

import gc
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import imagecodecs
import numpy as np
import psutil
from numpy.typing import NDArray
from pydicom import dcmread
from pydicom.encaps import encapsulate
from pydicom.uid import JPEG2000Lossless, JPEGLosslessSV1

from tests.bench.bench_next import COLUMNS, ROWS, radiograph
from tests.bench.bench_window import Window
from tests.helpers import screen
from tests.ui.exams import file_exam, write_exam
from vetpacs_desktop import settings
from vetpacs_desktop.app import App
from vetpacs_desktop.paths import Home

ROUNDS = {"uncompressed": 7, "JPEG lossless": 5, "JPEG 2000": 2}
FILM_SIZES = ((480, 640), (600, 800))
FILM_FRAMES, FILM_RATE = 500, 30
PLAYED_S = 12.0
VIEWS = 3
ANIMALS = ("Anka", "Berta", "Carlo", "Dora", "Emil", "Frida")
"""Names that one search finds each."""
MB = 1e6
Found = dict[str, Any]


def home_of(folder: Path, write: Callable[[Path], list[list[Path]]]) -> Home:
    """A library of the exams whose files `write` makes; nothing is loaded ahead."""
    home = Home(folder / "home").make()
    kept = settings.Settings().with_values({"receiver.port": 0, "viewer.ahead_mib": 0})
    settings.save(kept, home.settings)
    app = App.open(home)
    for paths in write(folder / "in"):
        file_exam(app.library, paths)
    app.close()
    return home


def large(folder: Path, animal: str, pixels: bytes, kind: str, images: int = 1) -> list[Path]:
    """An exam of radiographs of 12 megapixels."""
    _, paths = write_exam(folder / animal.replace(" ", "-"), animal, images=images)
    values = np.frombuffer(pixels, np.uint16).reshape(ROWS, COLUMNS)
    packed: dict[str, tuple[Callable[[NDArray[Any]], bytes], str]] = {
        "JPEG lossless": (imagecodecs.ljpeg_encode, JPEGLosslessSV1),
        "JPEG 2000": (
            lambda grey: imagecodecs.jpeg2k_encode(grey, level=0, codecformat="j2k"),
            JPEG2000Lossless,
        ),
    }
    data = pixels
    if kind in packed:
        data = encapsulate([packed[kind][0](values)])
    for path in paths:
        dataset = dcmread(path)
        dataset.Rows, dataset.Columns = ROWS, COLUMNS
        dataset.BitsStored, dataset.HighBit = 12, 11
        dataset.PixelData = data
        if kind in packed:
            dataset.file_meta.TransferSyntaxUID = packed[kind][1]
            dataset["PixelData"].VR = "OB"
        dataset.save_as(path)
    return paths


def double_click(window: Window) -> None:
    """On the first exam of the list."""
    from PySide6.QtCore import Qt
    from PySide6.QtTest import QTest

    table = window.window.exams.table
    view = table
    spot = view.visualRect(view.model().index(0, 0)).center()
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    QTest.mouseDClick(view.viewport(), Qt.MouseButton.LeftButton, pos=spot)


def opened(window: Window, animal: str) -> float:
    """Seconds from the double click on an animal's exam to its pixels on the screen."""
    main = window.window
    main.show_place("exams")
    main.exams.search.setText(animal)
    window.until(lambda: main.exams.table.model().rowCount() == 1)
    window.rest(0.8)
    begun = time.perf_counter()
    double_click(window)
    window.until(lambda: main.reading.page.first_image_shown)
    took = time.perf_counter() - begun
    window.until(
        lambda: main.reading.page.controller is not None and main.reading.page.controller.complete(0)
    )
    return took


def close(window: Window) -> None:
    from PySide6.QtCore import QCoreApplication, QEvent

    window.window.reading.page.give_back()
    window.rest(0.3)
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)  # as the window's own loop does
    window.rest(0.1)


def timed(act: Callable[[], object], rounds: int) -> float:
    found = []
    for _ in range(rounds):
        begun = time.perf_counter()
        act()
        found.append(time.perf_counter() - begun)
    return statistics.median(found)


def bench_open() -> Found:
    """Milliseconds from the double click, beside reading the file and decoding it with imagecodecs."""
    pixels, rows = radiograph(), {}
    decode: dict[str, Callable[[bytes], object]] = {
        "uncompressed": lambda data: np.frombuffer(data, np.uint16).copy(),
        "JPEG lossless": imagecodecs.jpeg8_decode,
        "JPEG 2000": imagecodecs.jpeg2k_decode,
    }
    with tempfile.TemporaryDirectory() as folder:
        exams: dict[str, list[Path]] = {}

        def write(into: Path) -> list[list[Path]]:
            made = {
                kind: large(into, animal, pixels, kind) for animal, kind in zip(ANIMALS, decode, strict=False)
            }
            exams.update(made)
            return list(made.values())

        home = home_of(Path(folder), write)
        window = Window(home)
        window.until(lambda: window.window.exams.table.model().rowCount() == len(decode))
        window.rest(1.5)
        for animal, kind in zip(ANIMALS, decode, strict=False):
            took, bare = [], []
            data = dcmread(exams[kind][0])
            frame = data.PixelData
            if kind != "uncompressed":
                from pydicom.encaps import generate_frames

                frame = next(generate_frames(frame, number_of_frames=1))
            for _ in range(ROUNDS[kind]):
                took.append(opened(window, animal))
                close(window)
                bare.append(timed(lambda kind=kind, frame=frame: decode[kind](frame), 1))
            read = timed(lambda kind=kind: exams[kind][0].read_bytes(), 5)
            rows[kind] = {
                "ms": 1000 * statistics.median(took),
                "worst_ms": 1000 * max(took),
                "read_ms": 1000 * read,
                "decode_ms": 1000 * statistics.median(bare),
            }
            beyond = rows[kind]["ms"] - rows[kind]["decode_ms"]
            print(
                f"{kind:14} double click to pixels {rows[kind]['ms']:5.0f} ms, worst {1000 * max(took):.0f}; "
                f"reading the file alone {1000 * read:.0f}, decoding alone {rows[kind]['decode_ms']:.0f}; "
                f"{beyond:.0f} ms beside decoding",
                flush=True,
            )
        window.close()
    return rows


def film(folder: Path, rows: int, columns: int) -> list[Path]:
    """A colour film of a fan that beats, 30 pictures a second."""
    _, (path,) = write_exam(folder / f"{columns}", f"Film {columns}", modality="US")
    y, x = np.mgrid[0:rows, 0:columns]
    rng = np.random.default_rng(2)
    grain = rng.integers(0, 90, (rows, columns))
    frames = np.empty((FILM_FRAMES, rows, columns, 3), np.uint8)
    for n in range(FILM_FRAMES):
        beat = 120 * (np.hypot(y - rows / 2, x - columns / 2) < 120 + 40 * np.sin(n / 5))
        frames[n] = (beat + np.roll(grain, 7 * n, 1))[..., np.newaxis]
    dataset = dcmread(path)
    dataset.SOPClassUID = dataset.file_meta.MediaStorageSOPClassUID = "1.2.840.10008.5.1.4.1.1.3.1"
    dataset.Rows, dataset.Columns, dataset.NumberOfFrames = rows, columns, FILM_FRAMES
    dataset.SamplesPerPixel, dataset.PhotometricInterpretation, dataset.PlanarConfiguration = 3, "RGB", 0
    dataset.BitsAllocated, dataset.BitsStored, dataset.HighBit = 8, 8, 7
    dataset.FrameTime, dataset.FrameIncrementPointer = 1000 / FILM_RATE, 0x00181063
    dataset.PixelData = frames.tobytes()
    dataset.save_as(path)
    return [path]


def bench_cine() -> Found:
    """Frames painted a second against the film's own pace, frames left out, and how far time ran away."""
    rows: Found = {}
    with tempfile.TemporaryDirectory() as folder:
        home = home_of(Path(folder), lambda into: [film(into, *size) for size in FILM_SIZES])
        window = Window(home)
        window.until(lambda: window.window.exams.table.model().rowCount() == len(FILM_SIZES))
        window.rest(1.0)
        for height, width in FILM_SIZES:
            first = opened(window, f"Film {width}")
            rows[f"{width}x{height}"] = found = played(window)
            found["first_ms"] = 1000 * first
            print(
                f"film {width}x{height}, first image {found['first_ms']:.0f} ms; painted "
                f"{found['painted_per_s']:.2f}/s of {FILM_RATE}, left out {found['left_out']}, "
                f"off by {found['drift_frames']:+.1f} frames after {found['seconds']:.1f} s; "
                f"the longest gap {found['worst_gap_ms']:.0f} ms",
                flush=True,
            )
            close(window)
        window.close()
    return rows


def played(window: Window) -> Found:
    """From a press of play; looks at what is painted at every turn of the event loop."""
    page = window.window.reading.page
    controller, view = page.controller, page.grid.active.view
    number = controller.grid.active
    count = len(controller.stack(number).keys)
    page.findChild(object, "play").trigger()
    start, begun = controller.grid.views[number].index, time.perf_counter()
    drawn, last, gaps, passed, index = view.drawn, begun, [], 0, start
    while (now := time.perf_counter()) - begun < PLAYED_S:
        window.qt.processEvents()
        here = controller.grid.views[number].index
        passed += (here - index) % count
        index = here
        if view.drawn > drawn:
            gaps += [now - last]
            drawn, last = view.drawn, now
        time.sleep(0.0005)
    seconds = time.perf_counter() - begun
    page.findChild(object, "play").trigger()
    painted = len(gaps)
    return {
        "seconds": seconds,
        "painted_per_s": painted / seconds,
        "left_out": passed - painted,
        "drift_frames": passed - seconds * FILM_RATE,
        "worst_gap_ms": 1000 * max(gaps[1:]),
    }


def bench_memory() -> Found:
    """Exams of three radiographs, opened one after another: what each adds, and what stays."""
    pixels = radiograph()
    shown = VIEWS * len(pixels)
    process = psutil.Process()
    with tempfile.TemporaryDirectory() as folder:
        home = home_of(
            Path(folder), lambda into: [large(into, one, pixels, "uncompressed", VIEWS) for one in ANIMALS]
        )
        window = Window(home)
        window.until(lambda: window.window.exams.table.model().rowCount() == len(ANIMALS))
        opened(window, ANIMALS[0])
        close(window)  # what is made once is no exam's
        gc.collect()
        before = process.memory_info().rss
        peaks, left = [], []
        for one in ANIMALS:
            opened(window, one)
            controller = window.window.reading.page.controller
            controller.lay_out(1, VIEWS)
            window.until(lambda c=controller: all(c.frame(n) is not None for n in c.grid.visible))
            window.rest(0.3)
            peaks.append(process.memory_info().rss - before)
            close(window)
            left.append(process.memory_info().rss - before)
        window.close()
    found = {
        "shown_mb": shown / MB,
        "peak_mb": max(peaks) / MB,
        "ratio": max(peaks) / shown,
        "left_mb": [round(one / MB, 1) for one in left],
    }
    print(
        f"{len(ANIMALS)} exams of {VIEWS} radiographs, {found['shown_mb']:.0f} MB of pixels each: at most "
        f"{found['peak_mb']:.0f} MB more ({found['ratio']:.2f} times); after each {found['left_mb']} MB"
    )
    return found


PARTS: dict[str, Callable[[], Found]] = {"open": bench_open, "cine": bench_cine, "memory": bench_memory}


def main() -> None:
    server = screen.start() if screen.wanted() else None
    wanted = [name for name in sys.argv[1:] if name in PARTS] or list(PARTS)
    print(json.dumps({name: PARTS[name]() for name in wanted}, default=float))
    if server is not None:
        screen.stop(server)


if __name__ == "__main__":
    main()
