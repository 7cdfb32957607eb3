"""Reads a file's header up to its pixels, with the groups of many frames left as bytes.

pydicom takes sequences of undefined length apart while it reads; for 500 frames that is most of the time to
the first image. Here that one sequence is measured and kept raw: who needs it splits it (see items.py), and
pydicom still can. Must never read pixels.
"""

from __future__ import annotations

from os import SEEK_END
from typing import Any, BinaryIO

from pydicom import dcmread
from pydicom.dataelem import RawDataElement
from pydicom.dataset import Dataset
from pydicom.filereader import read_dataset, read_partial
from pydicom.tag import BaseTag

from vetpacs_desktop.viewer.elements import UNREADABLE
from vetpacs_desktop.viewer.items import UNDEFINED, sequence_end

DEFLATED = "1.2.840.10008.1.2.1.99"
_PIXELS = frozenset((0x7FE00008, 0x7FE00009, 0x7FE00010))
_FRAME_GROUPS = 0x52009230
_CHUNK = 1 << 21
_LARGEST_GROUPS = 1 << 29


def read_header(stream: BinaryIO, *, force: bool = False) -> Dataset:
    """The dataset up to the pixels; the stream then stands at the pixel element (not for deflated files).

    `force` reads files without the preamble. Raises what pydicom raises for damaged files.
    """
    start = stream.tell()
    dataset = read_partial(stream, stop_when=_stop, force=force)
    meta = getattr(dataset, "file_meta", None)
    if meta is not None and str(meta.get("TransferSyntaxUID", "")) == DEFLATED:
        stream.seek(start)  # pydicom read from a stream of its own: only it can go on
        return dcmread(stream, stop_before_pixels=True, force=force)
    here = stream.tell()
    if not _keep_groups_raw(stream, dataset):
        stream.seek(here)
    implicit, little = dataset.original_encoding
    if _next_tag(stream, little is not False) not in (*_PIXELS, None):
        try:
            dataset.update(read_dataset(stream, bool(implicit), little is not False, stop_when=_at_pixels))
        except UNREADABLE:
            stream.seek(0, SEEK_END)  # what came before the damage is still true; pixels there are none
    return dataset


def _stop(tag: BaseTag, vr: str | None, length: int) -> bool:
    return tag in _PIXELS or (tag == _FRAME_GROUPS and length == UNDEFINED)


def _at_pixels(tag: BaseTag, vr: str | None, length: int) -> bool:
    return tag in _PIXELS


def _next_tag(stream: BinaryIO, little: bool) -> int | None:
    """The tag of the element in front of the stream, which stays where it is; None at the end."""
    head = stream.read(4)
    stream.seek(-len(head), 1)
    if len(head) < 4:
        return None
    order: Any = "little" if little else "big"
    return int.from_bytes(head[:2], order) << 16 | int.from_bytes(head[2:], order)


def _keep_groups_raw(stream: BinaryIO, dataset: Dataset) -> bool:
    """Read the frames' groups in front of the stream as bytes; False when there are none or damaged ones."""
    implicit, little = bool(dataset.original_encoding[0]), dataset.original_encoding[1] is not False
    if _next_tag(stream, little) != _FRAME_GROUPS:
        return False
    begin = stream.tell() + (8 if implicit else 12)
    stream.seek(begin)
    value, end = b"", None
    while end is None:
        chunk = stream.read(max(_CHUNK, len(value)))
        value += chunk
        try:
            end = sequence_end(value, 0, implicit, little)
        except ValueError:
            if not chunk or len(value) > _LARGEST_GROUPS:
                return False
    tag, content = BaseTag(_FRAME_GROUPS), value[: end - 8]
    dataset[tag] = RawDataElement(tag, "SQ", len(content), content, begin, implicit, little)
    stream.seek(begin + end)
    return True
