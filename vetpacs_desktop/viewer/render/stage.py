"""The one OpenGL context that all viewports of a page take turns in.

Creating a context and compiling its shaders costs 50 ms and more; sharing one opens a 4x4 grid like a 1x1.
Off screen always: VTK takes the display's OpenGL, else EGL, else software (OSMesa), and never needs a native
window inside the toolkit's. Must be used from one thread only.
"""

from __future__ import annotations

import numpy as np
import vtkmodules.vtkRenderingOpenGL2  # noqa: F401  (registers the OpenGL classes)
from numpy.typing import NDArray
from vtkmodules.util.numpy_support import vtk_to_numpy
from vtkmodules.vtkCommonCore import vtkUnsignedCharArray
from vtkmodules.vtkRenderingCore import vtkRenderer, vtkRenderWindow

REMEMBERED = 24
"""Draws after which a context that is larger than all of them shrinks: a frame pays for its whole size."""


class Stage:
    """Draws one renderer at a time and hands out its pixels."""

    def __init__(self) -> None:
        window = vtkRenderWindow()
        window.SetOffScreenRendering(True)
        # With the default of 8 samples a software frame takes three times as long.
        window.SetMultiSamples(0)
        window.SwapBuffersOff()
        self._window: vtkRenderWindow | None = window
        self._size = (0, 0)
        self._needed = (0, 0)
        """The largest drawn of late."""
        self._draws = 0
        self._pixels = vtkUnsignedCharArray()

    @property
    def closed(self) -> bool:
        return self._window is None

    def drawn_by(self) -> str:
        """What draws, in OpenGL's own words, for example ``llvmpipe`` where there is no graphics card."""
        if self._window is None:
            return ""
        lines = str(self._window.ReportCapabilities()).splitlines()
        found = [line.partition(":")[2].strip() for line in lines if line.startswith("OpenGL renderer")]
        return found[0] if found else "unknown"

    def enter(self, renderer: vtkRenderer) -> None:
        """Take part; nothing is drawn yet."""
        if self._window is not None:
            renderer.DrawOff()
            self._window.AddRenderer(renderer)

    def leave(self, renderer: vtkRenderer) -> None:
        """Give the renderer's graphics memory back."""
        if self._window is not None:
            renderer.RemoveAllViewProps()
            self._window.RemoveRenderer(renderer)

    def draw(self, renderer: vtkRenderer, width: int, height: int) -> NDArray[np.uint8]:
        """The renderer's picture, (height, width, 4), bottom row first; valid until the next call."""
        if self._window is None:
            return np.zeros((height, width, 4), np.uint8)
        self._make_room(width, height)
        renderer.SetViewport(0, 0, width / self._size[0], height / self._size[1])
        renderer.DrawOn()
        self._window.Render()
        renderer.DrawOff()
        self._window.GetRGBACharPixelData(0, 0, width - 1, height - 1, 0, self._pixels, 0)
        return np.asarray(vtk_to_numpy(self._pixels)).reshape(height, width, 4)

    def close(self) -> None:
        """End the context; safe to call twice."""
        if self._window is not None:
            self._window.GetRenderers().RemoveAllItems()
            self._window.Finalize()
            self._window = None

    def _make_room(self, width: int, height: int) -> None:
        self._needed = max(width, self._needed[0]), max(height, self._needed[1])
        self._draws += 1
        wanted = max(width, self._size[0]), max(height, self._size[1])
        if self._draws >= REMEMBERED:
            wanted, self._needed, self._draws = self._needed, (width, height), 0
        if wanted != self._size:
            self._size = wanted
            assert self._window is not None
            self._window.SetSize(*wanted)
