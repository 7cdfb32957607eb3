"""A process that decodes for us, because some decoders would freeze the screen for a whole frame.

`DecodeProcess` is the near end, `main` the far one (`python -m vetpacs_desktop.viewer.pixels.process`): a
line of JSON for each question, a line of JSON and the raw pixels for each answer. The far end stops when its
input closes, so it never outlives the program. Must never be imported by anything but the loader.
"""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from dataclasses import astuple
from pathlib import Path
from threading import Lock, Timer
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from vetpacs_desktop.errors import CannotDecode, KnownError, NotAnImage
from vetpacs_desktop.viewer import pipes
from vetpacs_desktop.viewer.documents.part import Part
from vetpacs_desktop.viewer.documents.pdf import PdfFile
from vetpacs_desktop.viewer.pixels.files import ImageFiles

_log = logging.getLogger(__name__)
_MODULE = "vetpacs_desktop.viewer.pixels.process"
PATIENCE = 60.0
"""Seconds for one picture; what takes longer hangs."""
_STOPPED = "the part that decodes it stopped in its middle; its data is probably damaged"


class DecodeProcess:
    """One process at the most, started by the first question; used by one thread, closed by any."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._closed = False
        self._lock = Lock()

    def decode(self, path: Path, frame: int, part: Part | None = None) -> NDArray[Any]:
        """Stored values or RGB of one frame, or of a part of a page. Raises `CannotDecode`, `NotAnImage`."""
        process = self._running()
        assert process.stdin is not None
        assert process.stdout is not None
        watch = Timer(PATIENCE, process.kill)
        watch.daemon = True
        watch.start()
        try:
            question = {"path": str(path), "frame": frame, "part": None if part is None else astuple(part)}
            pipes.say(process.stdin, question)
            answer = json.loads(process.stdout.readline() or "{}")
            return _pixels_of(answer, process.stdout, path)
        except (OSError, ValueError, EOFError) as error:
            self._end()
            raise CannotDecode(reason=_STOPPED) from error
        finally:
            watch.cancel()
            watch.join()

    def close(self) -> None:
        """End the process at once, also in the middle of a frame."""
        with self._lock:
            self._closed = True
        self._end()

    def _running(self) -> subprocess.Popen[bytes]:
        with self._lock:
            if self._closed:
                raise CannotDecode(reason="the viewer is closing")
            if self._process is None:
                self._process = pipes.started(_MODULE)
            return self._process

    def _end(self) -> None:
        with self._lock:
            process, self._process = self._process, None
        if process is not None:
            pipes.ended(process)


def _pixels_of(answer: dict[str, Any], stream: Any, path: Path) -> NDArray[Any]:
    if "reason" in answer:
        if answer.get("image") is False:
            raise NotAnImage(path=path, reason=answer["reason"])
        raise CannotDecode(reason=answer["reason"])
    if "kind" not in answer:
        raise EOFError
    values = np.empty(answer["shape"], np.dtype(answer["kind"]))
    pipes.fill(stream, values.reshape(-1).view(np.uint8).data)
    return values


def main() -> None:
    """Answer until the input closes."""
    with pipes.answers() as out:
        files = ImageFiles()
        for line in sys.stdin.buffer:
            _answer(json.loads(line), files, out)


def _answer(question: dict[str, Any], files: ImageFiles, out: BinaryIO) -> None:
    try:
        values = np.ascontiguousarray(_asked(question, files))
    except KnownError as error:
        reason = error.facts.get("reason", error.sentence)
        pipes.say(out, {"reason": str(reason), "image": not isinstance(error, NotAnImage)})
    except Exception:  # noqa: BLE001 - the edge of the process; the bug goes to the log
        _log.exception("decoding failed in a way nobody foresaw")
        pipes.say(out, {"reason": "its data could not be read"})
    else:
        said = {"kind": values.dtype.str, "shape": values.shape}
        pipes.say(out, said, values.reshape(-1).view(np.uint8).data)


def _asked(question: dict[str, Any], files: ImageFiles) -> NDArray[Any]:
    file, part = files.get(Path(question["path"])), question.get("part")
    if part is not None and isinstance(file, PdfFile):
        return file.part(question["frame"], Part(*part))
    return file.stored(question["frame"])


if __name__ == "__main__":
    main()
