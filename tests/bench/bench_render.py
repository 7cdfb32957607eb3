"""How fast pictures are redrawn, against plain VTK and plain numpy in the same run.

    python -m tests.bench.bench_render            off screen, then in the real widget where there is a display
    xvfb-run -a python -m tests.bench.bench_render

A 1200x900 viewport: window/level on a 4000x3000 16-bit radiograph, scrolling 512x512x256, and the way of
`ct-thin` from opening to its first and its last image.
"""

from __future__ import annotations

import json
import os
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vetpacs_desktop.viewer.corner_texts import Place, Subject
from vetpacs_desktop.viewer.description import FrameDescription, ImageDescription, Window
from vetpacs_desktop.viewer.loading import FrameKey, LoadedFrame
from vetpacs_desktop.viewer.presets import WindowMemory
from vetpacs_desktop.viewer.render.quiet import mute
from vetpacs_desktop.viewer.render.scene import SliceScene
from vetpacs_desktop.viewer.resolve import Facts, resolve
from vetpacs_desktop.viewer.snapshot import Resolved, Viewport
from vetpacs_desktop.viewer.state import ViewState

SIZE = Viewport(1200, 900)
FRAMES = 120
Rows = dict[str, dict[str, float]]


def frame(values: NDArray[Any], number: int = 0) -> LoadedFrame:
    """A loaded CT frame around `values`."""
    rows, columns = values.shape
    facts = FrameDescription(
        0, orientation=(1, 0, 0, 0, 1, 0), position=(0, 0, number), pixel_spacing=(0.5, 0.5)
    )
    description = ImageDescription(
        path=Path(f"{number}.dcm"),
        sop_uid=str(number),
        sop_class_uid="1.2.840.10008.5.1.4.1.1.2",
        series_uid="1",
        study_uid="1",
        modality="CT",
        transfer_syntax_uid="1.2.840.10008.1.2.1",
        rows=rows,
        columns=columns,
        samples_per_pixel=1,
        photometric="MONOCHROME2",
        bits_allocated=16,
        bits_stored=16,
        high_bit=15,
        signed=True,
        planar=0,
        number_of_frames=1,
        frames=(facts,),
        has_pixels=True,
        units="HU",
    )
    key = FrameKey(description.path)
    return LoadedFrame(key, description, values, None, Window(500, 2000))


def radiograph() -> NDArray[np.int16]:
    noise = np.random.default_rng(1).integers(-200, 200, (3000, 4000))
    return (noise + np.linspace(-1000, 3000, 4000)).astype(np.int16)


def volume() -> list[NDArray[np.int16]]:
    noise = np.random.default_rng(1).integers(-1000, 3000, (256, 512, 512), dtype=np.int16)
    return list(noise)


def snapshot(shown: LoadedFrame, wish: ViewState, index: int = 0) -> Resolved:
    """With every text, as in the real page."""
    subject = Subject(
        "Bella", "Smith", "Dog, Beagle", "female, spayed", "2026-07-04", "Thorax", "CT 3: Lung", "Chest"
    )
    facts = Facts(shown, Place(index, 256, float(index)), subject)
    return resolve(wish, facts, SIZE, MEMORY)


MEMORY = WindowMemory()


def timed(step: Callable[[int], object], count: int = FRAMES) -> dict[str, float]:
    """Median, 95th and 10th percentile of a step, ms; the first steps warm up.

    The 10th is what the step takes when nothing else wants the computer.
    """
    for n in range(5):
        step(n)
    times = []
    for n in range(count):
        begun = time.perf_counter()
        step(n)
        times.append((time.perf_counter() - begun) * 1000)
    times.sort()
    middle = statistics.median(times)
    tails = {"p10_ms": times[int(count * 0.1)], "p95_ms": times[int(count * 0.95)]}
    return {"ms": middle, "per_second": 1000 / middle, **tails}


def off_screen(xray: LoadedFrame, slices: list[LoadedFrame]) -> Rows:
    """Resolve, touch, draw and read back."""
    scene = SliceScene()

    def show(resolved: Resolved) -> None:
        scene.apply(resolved)
        scene.draw()

    rows = {
        "window/level 4000x3000, ours": timed(
            lambda n: show(snapshot(xray, ViewState(window=Window(500 + n, 2000 + n))))
        ),
        "scroll 512x512x256, ours": timed(lambda n: show(snapshot(slices[n % 256], ViewState(), n % 256))),
    }
    scene.close()
    return rows


def peers(xray: LoadedFrame, slices: list[LoadedFrame]) -> Rows:
    """What one would write first: VTK's mappers as they come, and numpy into a picture of that size."""
    from vtkmodules.vtkRenderingCore import vtkImageSliceMapper
    from vtkmodules.vtkRenderingImage import vtkImageResliceMapper

    rows = {
        "window/level 4000x3000, vtkImageSliceMapper": timed(_bare(xray, vtkImageSliceMapper()), 20),
        "window/level 4000x3000, bare vtkImageResliceMapper": timed(_bare(xray, vtkImageResliceMapper()), 60),
    }
    rows["window/level 4000x3000, numpy"] = timed(lambda n: _numpy(xray.values, Window(500 + n, 2000)), 40)
    rows["scroll 512x512x256, numpy"] = timed(lambda n: _numpy(slices[n % 256].values, Window(500, 2000)), 40)
    return rows


def _bare(shown: LoadedFrame, mapper: Any) -> Callable[[int], object]:
    """VTK with its defaults: smooth pixels, no texts, nothing read back."""
    from vtkmodules.util.numpy_support import numpy_to_vtk
    from vtkmodules.vtkCommonDataModel import vtkImageData
    from vtkmodules.vtkRenderingCore import vtkImageSlice, vtkRenderer, vtkRenderWindow

    image, prop = vtkImageData(), vtkImageSlice()
    image.SetDimensions(shown.values.shape[1], shown.values.shape[0], 1)
    image.GetPointData().SetScalars(numpy_to_vtk(shown.values.reshape(-1)))
    mapper.SetInputData(image)
    mapper.SliceFacesCameraOn()
    prop.SetMapper(mapper)
    renderer, window = vtkRenderer(), vtkRenderWindow()
    window.SetOffScreenRendering(True)
    window.SetMultiSamples(0)
    window.SetSize(SIZE.width, SIZE.height)
    window.AddRenderer(renderer)
    renderer.AddViewProp(prop)
    renderer.GetActiveCamera().ParallelProjectionOn()
    renderer.ResetCamera()
    renderer.GetActiveCamera().SetParallelScale(shown.values.shape[0] / 2)

    def step(n: int) -> None:
        prop.GetProperty().SetColorWindow(2000 + n)
        window.Render()
        window.WaitForCompletion()

    return step


def _numpy(values: NDArray[Any], window: Window) -> NDArray[np.uint8]:
    """Nearest pixels at the viewport's size, then the window: without smoothing, texts or a screen."""
    scale = min(SIZE.width / values.shape[1], SIZE.height / values.shape[0])
    rows = (np.arange(round(values.shape[0] * scale)) / scale).astype(np.intp)
    columns = (np.arange(round(values.shape[1] * scale)) / scale).astype(np.intp)
    seen = values[rows][:, columns].astype(np.float32)
    grey = np.clip((seen - (window.center - window.width / 2)) * (255 / window.width), 0, 255).astype(
        np.uint8
    )
    return np.repeat(grey[..., np.newaxis], 4, axis=2)


def on_screen(xray: LoadedFrame, slices: list[LoadedFrame]) -> Rows:
    """In the real widget: until Qt has painted."""
    from PySide6.QtWidgets import QApplication

    from vetpacs_desktop.ui.viewing.lettering import QtLettering
    from vetpacs_desktop.ui.viewing.vtk_widget import VtkWidget

    app = QApplication.instance() or QApplication(sys.argv[:1])
    widget = VtkWidget(QtLettering())
    widget.resize(SIZE.width, SIZE.height)
    widget.show()
    for _ in range(20):
        app.processEvents()

    def show(resolved: Resolved) -> None:
        widget.show_resolved(resolved)
        app.processEvents()

    rows = {
        "window/level 4000x3000, ours on screen": timed(
            lambda n: show(snapshot(xray, ViewState(window=Window(500 + n, 2000 + n))))
        ),
        "scroll 512x512x256, ours on screen": timed(
            lambda n: show(snapshot(slices[n % 256], ViewState(), n % 256))
        ),
    }
    widget.close_scene()
    widget.close()
    return rows


def opening() -> Rows:
    """`ct-thin` in the real page: milliseconds to the first image on the screen and to the last in memory."""
    from tests.bench.reading_page import open_again_and_again

    first, last, peer = open_again_and_again(7)
    return {
        "ct-thin, first image": {"ms": first},
        "ct-thin, all 140 images": {"ms": last},
        "ct-thin, SimpleITK into one volume": {"ms": peer},
    }


def main() -> None:
    mute()
    xray = frame(radiograph())
    slices = [frame(values, n) for n, values in enumerate(volume())]
    rows = off_screen(xray, slices) | peers(xray, slices)
    if os.environ.get("DISPLAY") or not sys.platform.startswith("linux"):
        rows |= on_screen(xray, slices) | opening()
    for name, figures in rows.items():
        rate = f"{figures['per_second']:7.0f} /s" if "per_second" in figures else ""
        tails = f"  undisturbed {1000 / figures['p10_ms']:5.0f} /s" if "p10_ms" in figures else ""
        print(f"{name:48} {figures['ms']:7.1f} ms {rate}{tails}")
    ours, peer = rows["window/level 4000x3000, ours"], rows["window/level 4000x3000, vtkImageSliceMapper"]
    print(f"window/level is {peer['ms'] / ours['ms']:.1f} times as fast as with vtkImageSliceMapper")
    print(json.dumps({name: {k: round(v, 2) for k, v in row.items()} for name, row in rows.items()}))


if __name__ == "__main__":
    main()
