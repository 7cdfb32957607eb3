"""A process that decodes for us, because some decoders would freeze the screen for a whole frame.

`DecodeProcess` is the near end, `main` the far one (`python -m vetpacs_desktop.viewer.pixels.process`): a
line of JSON for each question, a line of JSON and the raw pixels for each answer. The far end stops when its
input closes, so it never outlives the program. Must never be imported by anything but the loader.
"""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
import warnings
from dataclasses import astuple
from io import RawIOBase
from pathlib import Path
from threading import Lock, Timer
from typing import Any, BinaryIO, cast

import numpy as np
from numpy.typing import NDArray

from vetpacs_desktop.errors import CannotDecode, KnownError, NotAnImage
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
            process.stdin.write(json.dumps(question).encode() + b"\n")
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
                self._process = subprocess.Popen(
                    [sys.executable, "-m", _MODULE],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    bufsize=0,
                    creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
                )
            return self._process

    def _end(self) -> None:
        with self._lock:
            process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait()
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                stream.close()


def _pixels_of(answer: dict[str, Any], stream: Any, path: Path) -> NDArray[Any]:
    if "reason" in answer:
        if answer.get("image") is False:
            raise NotAnImage(path=path, reason=answer["reason"])
        raise CannotDecode(reason=answer["reason"])
    if "kind" not in answer:
        raise EOFError
    values = np.empty(answer["shape"], np.dtype(answer["kind"]))
    _fill(stream, values.reshape(-1).view(np.uint8).data)
    return values


def _fill(stream: RawIOBase, room: memoryview) -> None:
    done = 0
    while done < len(room):
        count = stream.readinto(room[done:])
        if not count:
            raise EOFError
        done += count


def main() -> None:
    """Answer until the input closes. Nothing but answers goes to the output, whatever a library prints."""
    warnings.simplefilter("ignore")
    with os.fdopen(os.dup(1), "wb", buffering=0) as raw:
        os.dup2(2, 1)
        files = ImageFiles()
        for line in sys.stdin.buffer:
            _answer(json.loads(line), files, cast(BinaryIO, raw))


def _answer(question: dict[str, Any], files: ImageFiles, out: BinaryIO) -> None:
    try:
        values = np.ascontiguousarray(_asked(question, files))
    except KnownError as error:
        reason = error.facts.get("reason", error.sentence)
        _write(
            out,
            json.dumps({"reason": str(reason), "image": not isinstance(error, NotAnImage)}).encode() + b"\n",
        )
    except Exception:  # noqa: BLE001 - the edge of the process; the bug goes to the log
        _log.exception("decoding failed in a way nobody foresaw")
        _write(out, json.dumps({"reason": "its data could not be read"}).encode() + b"\n")
    else:
        _write(out, json.dumps({"kind": values.dtype.str, "shape": values.shape}).encode() + b"\n")
        _write(out, values.reshape(-1).view(np.uint8).data)


def _asked(question: dict[str, Any], files: ImageFiles) -> NDArray[Any]:
    file, part = files.get(Path(question["path"])), question.get("part")
    if part is not None and isinstance(file, PdfFile):
        return file.part(question["frame"], Part(*part))
    return file.stored(question["frame"])


def _write(out: BinaryIO, data: bytes | memoryview) -> None:
    """All of it: an unbuffered pipe may take less than it is given."""
    rest = memoryview(data)
    while len(rest):
        rest = rest[out.write(rest) :]


if __name__ == "__main__":
    main()
