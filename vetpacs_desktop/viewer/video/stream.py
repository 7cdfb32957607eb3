"""A video stream inside a DICOM file as a file that PyAV can read, without keeping anything open.

Every read opens the DICOM file for a moment: an open file can't be moved or deleted on Windows. Fragments are
joined (PS3.5 A.4.5-A.4.10: a stream may be cut into several of them).
"""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate
from os import SEEK_CUR, SEEK_END, SEEK_SET

from vetpacs_desktop.errors import CannotDecode
from vetpacs_desktop.viewer.pixels.fragments import index_of
from vetpacs_desktop.viewer.pixels.source import PixelSource

BUFFER = 1 << 18
"""Bytes that are read at once."""


class FilmBytes:
    """`read`, `seek` and `tell` over the joined fragments. Raises `CannotDecode` where there are none."""

    def __init__(self, source: PixelSource) -> None:
        self.source = source
        self._at = 0
        if source.length is not None:  # written like uncompressed pixels, against the rules
            self._pieces = [(0, source.size())]
        else:
            pieces = index_of(source, 1).frames
            self._pieces = [(one.start - source.offset, one.length) for row in pieces for one in row]
        self._starts = [0, *accumulate(length for _, length in self._pieces)]
        if self.size == 0:
            raise CannotDecode(reason="the file holds no video; send or copy it again")

    @property
    def size(self) -> int:
        """Bytes in all."""
        return self._starts[-1]

    def read(self, count: int = -1) -> bytes:
        """At most `count` bytes from here; fewer only at the end."""
        rest = max(self.size - self._at, 0)
        rest = rest if count < 0 else min(count, rest)
        parts = []
        while rest:
            number = bisect_right(self._starts, self._at) - 1
            start, length = self._pieces[number]
            inside = self._at - self._starts[number]
            taken = self.source.read(start + inside, min(rest, length - inside)).tobytes()
            if not taken:
                break
            parts.append(taken)
            self._at += len(taken)
            rest -= len(taken)
        return b"".join(parts)

    def seek(self, offset: int, whence: int = SEEK_SET) -> int:
        """Go on elsewhere."""
        base = {SEEK_SET: 0, SEEK_CUR: self._at, SEEK_END: self.size}[whence]
        self._at = max(base + offset, 0)
        return self._at

    def tell(self) -> int:
        """Where the next read begins."""
        return self._at

    def seekable(self) -> bool:
        return True

    def readable(self) -> bool:
        return True
