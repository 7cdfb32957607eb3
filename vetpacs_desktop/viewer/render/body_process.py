"""A process that draws bodies for us: a ray caster would freeze the window for every picture.

`BodyProcess` is the near end, `main` the far one (``python -m vetpacs_desktop.viewer.render.body_process``):
the voxels once, then a line of JSON for each question, a line of JSON and raw pixels for each answer. A newer
question ends the picture in the making. The far end stops when its input closes, so it never outlives the
program, however that ends.
"""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from threading import Event, Lock, Thread
from time import monotonic, sleep
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from vetpacs_desktop.errors import KnownError
from vetpacs_desktop.viewer import pipes
from vetpacs_desktop.viewer.volume.volume import Volume
from vetpacs_desktop.viewer.volume.wish import BodyWish, edits_from, grid_document, grid_from, wish_from

_log = logging.getLogger(__name__)
_MODULE = "vetpacs_desktop.viewer.render.body_process"
LOOKS_EVERY = 0.03
"""Seconds between two looks for a newer question, in the middle of a picture."""
PIECE = 4 << 20
"""Bytes of voxels that are handed over in one go."""


class NoBody(KnownError):
    """The volume can't be drawn in 3D any more ({reason}); close this view and open it again."""


_STOPPED = "the part that draws it stopped"


@dataclass(frozen=True, slots=True, eq=False)
class Drawn:
    """An answer."""

    number: int
    rgb: NDArray[np.uint8] | None
    """(height, width, 3); None where a newer question came first."""


class BodyProcess:
    """One process for one volume, started by the first question. `ask` and `answer` from one thread each."""

    def __init__(self, volume: Volume | None = None) -> None:
        self._volume = volume
        self._given = False
        self._process: subprocess.Popen[bytes] | None = None
        self._closed = False
        self._lock = Lock()
        self._number = 0

    @property
    def pid(self) -> int | None:
        """Of the running process."""
        return None if self._process is None else self._process.pid

    def warm(self) -> None:
        """Start the process before there is a volume; nothing happens where it can't be."""
        with self._lock:
            if not self._closed and self._process is None:
                self._process = pipes.started(_MODULE)

    def give(self, volume: Volume) -> None:
        """What is to be drawn; before the first question."""
        self._volume = volume

    def ask(self, wish: BodyWish) -> int:
        """Wish for a picture; its number. Raises `NoBody`."""
        self._number += 1
        self._say({"number": self._number, "wish": wish.document()})
        return self._number

    def answer(self) -> Drawn:
        """Wait for the next picture, or for word that it is not coming. Raises `NoBody`."""
        said, out = self._heard()
        if not said.get("shape"):
            return Drawn(said.get("number", 0), None)
        values = np.empty(said["shape"], np.uint8)
        try:
            pipes.fill(out, values.reshape(-1).data)
        except (OSError, EOFError, ValueError) as error:
            raise NoBody(reason=_STOPPED) from error
        values.flags.writeable = False
        return Drawn(said["number"], values)

    def picture(self, wish: BodyWish) -> NDArray[np.uint8]:
        """One picture, waited for. Raises `NoBody`."""
        self.ask(wish)
        rgb = self.answer().rgb
        if rgb is None:
            raise NoBody(reason=_STOPPED)
        return rgb

    def surface(self, document: dict[str, Any]) -> dict[str, Any]:
        """A surface to a file, waited for: what is said of it, or its `problem`. Raises `NoBody`."""
        self._say({"surface": document})
        return self._heard()[0]

    def close(self) -> None:
        """End the process at once; safe from any thread, and twice."""
        with self._lock:
            self._closed, self._volume = True, None
            process, self._process = self._process, None
        if process is not None:
            pipes.ended(process)

    def _say(self, document: dict[str, Any]) -> None:
        process = self._running()
        assert process.stdin is not None
        try:
            pipes.say(process.stdin, document)
        except (OSError, ValueError) as error:
            raise NoBody(reason=_STOPPED) from error

    def _heard(self) -> tuple[dict[str, Any], Any]:
        process = self._running()
        assert process.stdout is not None
        try:
            line = process.stdout.readline()
            if not line:
                raise EOFError
            return json.loads(line), process.stdout
        except (OSError, ValueError, EOFError) as error:
            raise NoBody(reason=_STOPPED) from error

    def _running(self) -> subprocess.Popen[bytes]:
        with self._lock:
            volume = self._volume
            if self._closed or volume is None:
                raise NoBody(reason="it was closed")
            if self._process is None:
                self._process = pipes.started(_MODULE)
            process, given, self._given = self._process, self._given, True
        if given:
            return process
        assert process.stdin is not None
        try:
            _hand_over(volume, process.stdin)
        except (OSError, ValueError) as error:
            raise NoBody(reason=_STOPPED) from error
        return process


def _hand_over(volume: Volume, out: Any) -> None:
    values = np.ascontiguousarray(volume.values)
    pipes.say(out, {"kind": values.dtype.str, "grid": grid_document(volume.grid)})
    whole = values.reshape(-1).view(np.uint8).data
    for start in range(0, len(whole), PIECE):
        pipes.write(out, whole[start : start + PIECE])


# --- the far end --------------------------------------------------------------------------------------


class _Questions:
    """What was asked and not answered yet; read in a thread of its own, so that news come in at any time."""

    def __init__(self, source: BinaryIO) -> None:
        self._source = source
        self._queue: SimpleQueue[dict[str, Any]] = SimpleQueue()
        self._newer = Event()
        self._looked = 0.0
        Thread(target=self._read, name="questions", daemon=True).start()

    def next(self) -> dict[str, Any]:
        """The next one, waited for."""
        question = self._queue.get()
        if self._queue.empty():
            self._newer.clear()
        return question

    def wanted(self) -> bool:
        """Whether the one in the making is still the newest."""
        if monotonic() - self._looked > LOOKS_EVERY:
            self._looked = monotonic()
            sleep(0.0005)  # lets the reading thread have Python's lock
        return not self._newer.is_set()

    def _read(self) -> None:
        for line in self._source:
            self._newer.set()
            self._queue.put(json.loads(line))
        os._exit(0)  # nobody is there any more, whatever is being drawn


def main() -> None:
    """Answer until the input closes."""
    from vetpacs_desktop.viewer.render.body import Body
    from vetpacs_desktop.viewer.render.quiet import mute

    mute()
    with pipes.answers() as out:
        source = sys.stdin.buffer
        head = source.readline()
        if not head:
            return
        said = json.loads(head)
        grid = grid_from(said["grid"])
        values = np.empty(grid.shape, np.dtype(said["kind"]))
        try:
            pipes.fill(source, values.reshape(-1).view(np.uint8).data)
        except EOFError:
            return
        values.flags.writeable = False
        questions = _Questions(source)
        body = Body(values, grid, questions.wanted)
        while True:
            _answer(questions.next(), body, out)


def _answer(question: dict[str, Any], body: Any, out: BinaryIO) -> None:
    if "surface" in question:
        pipes.say(out, _surface(question["surface"], body))
        return
    number = question["number"]
    rgb = body.picture(wish_from(question["wish"]))
    if rgb is None:
        pipes.say(out, {"number": number})
        return
    pipes.say(out, {"number": number, "shape": rgb.shape}, rgb.reshape(-1).data)


def _surface(said: dict[str, Any], body: Any) -> dict[str, Any]:
    from vetpacs_desktop.viewer.render.surface import NoSurface, surface, write_stl
    from vetpacs_desktop.viewer.volume.body import ClipBox
    from vetpacs_desktop.viewer.volume.surface_wish import SurfaceWish

    low, high = said["clip"]
    wish = SurfaceWish(said["threshold"], said["smoothing"], said["largest"])
    try:
        values = body.carved.after(edits_from(said["edits"]))
        mesh, facts = surface(values, body.grid, wish, ClipBox(tuple(low), tuple(high)))
        write_stl(mesh, Path(said["path"]))
    except NoSurface as error:
        return {"problem": error.sentence}
    except OSError as error:
        return {"problem": f"The file could not be written ({error.strerror or error})."}
    return {
        "cm3": facts.cm3,
        "triangles": facts.triangles,
        "closed": facts.closed,
        "size_mm": list(facts.size_mm),
    }


if __name__ == "__main__":
    main()
