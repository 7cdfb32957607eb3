"""Whether two files hold the same picture, losslessly compressed in two ways: proved, never guessed.

`Recoded` is the near end, `main` the far one (`python -m vetpacs_desktop.store.reading.recoded`): decoders
meet here what a machine sent, and one that crashes or hangs must cost neither the filing nor an image. Only
headers that say the same, only lossless syntaxes, only files of moderate size; everything else is different.
"""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
import warnings
from itertools import zip_longest
from pathlib import Path
from threading import Lock, Timer

from pydicom import uid as uids
from pydicom.uid import UID

from vetpacs_desktop.errors import NotAnImage
from vetpacs_desktop.store.reading import sameness
from vetpacs_desktop.store.reading.scan import PIXEL_TAGS, TooDeep, scan_file

LOG = logging.getLogger(__name__)

LARGEST = 64 * 1024 * 1024
"""Larger files are not decoded for this."""
PATIENCE_SECONDS = 5.0
"""Filing waits for it; a file whose damage keeps a decoder busy must not hold up the others."""
LOSSLESS = frozenset(
    str(syntax)
    for syntax in (
        uids.RLELossless,
        uids.JPEGLossless,
        uids.JPEGLosslessSV1,
        uids.JPEGLSLossless,
        uids.JPEG2000Lossless,
        uids.HTJ2KLossless,
        uids.HTJ2KLosslessRPCL,
    )
)
_TABLES = frozenset({0x7FE00001, 0x7FE00002, 0x7FE00003})
"""Offset tables of encapsulated pixels."""
_LOSSY = 0x00282110
_DERIVATION = (0x00082111, 0x00089215)
"""What a program that compressed a picture says of it; the picture itself tells whether that matters."""
_MODULE = "vetpacs_desktop.store.reading.recoded"


class Recoded:
    """One process at the most, started by the first question; safe to use from any thread."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = Lock()

    def same(self, first: Path, second: Path) -> bool:
        """True only when both files can be read, say the same and decode to the same values."""
        try:
            if not alike_but_pixels(first, second):
                return False
            with self._lock:
                return self._ask(first, second)
        except OSError:
            return False

    def close(self) -> None:
        """End the process; the next question would start another."""
        with self._lock:
            self._end()

    def _ask(self, first: Path, second: Path) -> bool:
        process = self._running()
        assert process.stdin is not None
        assert process.stdout is not None
        watchdog = Timer(PATIENCE_SECONDS, process.kill)
        watchdog.start()
        try:
            process.stdin.write(json.dumps([str(first), str(second)]).encode() + b"\n")
            answer = process.stdout.readline()
        except OSError:
            answer = b""
        finally:
            watchdog.cancel()
        if not answer:
            LOG.warning("A comparison of two encodings ended early; the two count as different")
            self._end()
        return answer == b"same\n"

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            self._process = subprocess.Popen(
                [sys.executable, "-m", _MODULE],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                bufsize=0,
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )
        return self._process

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait()
            for stream in (process.stdin, process.stdout):
                if stream is not None:
                    stream.close()


def alike_but_pixels(first: Path, second: Path) -> bool:
    """Whether it is worth decoding: two syntaxes, both lossless, and headers that say the same.

    Raises `OSError`.
    """
    if max(first.stat().st_size, second.stat().st_size) > LARGEST:
        return False
    try:
        one, other = scan_file(first, None), scan_file(second, None)
        syntaxes = sameness.syntax_of(one), sameness.syntax_of(other)
        if syntaxes[0] == syntaxes[1] or not all(map(_is_lossless, syntaxes)):
            return False
        for scanned in (one, other):
            for tag in PIXEL_TAGS | _TABLES:
                scanned.values.pop(tag, None)
            if scanned.values.get(_LOSSY, b"").strip() == b"00":
                del scanned.values[_LOSSY]  # "not lossy", said or left unsaid
        for tag in _DERIVATION:
            if (tag in one.values) != (tag in other.values):
                one.values.pop(tag, None)
                other.values.pop(tag, None)
        return sameness.same_values(one, other)
    except (NotAnImage, TooDeep, RecursionError):
        return False


def _is_lossless(syntax: str) -> bool:
    uid = UID(syntax)
    plain = uid.is_transfer_syntax and not uid.is_private and not uid.is_compressed
    return plain or syntax in LOSSLESS


def main() -> None:
    """Answer until the input closes: a line with two paths, a line with the answer; nothing else goes to the
    output, whatever a library prints."""
    warnings.simplefilter("ignore")
    logging.disable()
    with os.fdopen(os.dup(1), "wb", buffering=0) as out:
        os.dup2(2, 1)
        for line in sys.stdin.buffer:
            first, second = map(Path, json.loads(line))
            out.write(b"same\n" if _same_pixels(first, second) else b"different\n")


def _same_pixels(first: Path, second: Path) -> bool:
    """Frame by frame, as stored and without any conversion of colours."""
    import numpy as np
    from pydicom.pixels import iter_pixels

    try:
        frames = zip_longest(iter_pixels(first, raw=True), iter_pixels(second, raw=True))
        return all(
            one is not None and other is not None and one.dtype == other.dtype and np.array_equal(one, other)
            for one, other in frames
        )
    except Exception:  # noqa: BLE001 - the edge of the process; what can't be decoded is not the same
        return False


if __name__ == "__main__":
    main()
