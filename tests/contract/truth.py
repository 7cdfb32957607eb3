"""The picture a file must give, worked out a second time: pydicom's pixels and the standard's formulas.

Nothing of the program is imported. Where pydicom is known to be wrong about a file, `tests/contract` says so
beside the file's name. Grey levels are floats, so that a comparison sees how they were rounded.
"""

from __future__ import annotations

import logging
import warnings
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom import Dataset, dcmread
from pydicom.pixels import apply_color_lut, apply_modality_lut, apply_voi

Picture = NDArray[Any]
LOSSY_JPEG = ("1.2.840.10008.1.2.4.50", "1.2.840.10008.1.2.4.51")


def opened(path: Path) -> Dataset:
    """The file as pydicom reads it, without a word."""
    logging.getLogger("pydicom").setLevel(logging.CRITICAL)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return dcmread(path, force=True)


def frames_of(ds: Dataset) -> int:
    """NumberOfFrames, at least one."""
    try:
        return max(int(ds.get("NumberOfFrames", 1) or 1), 1)
    except (ValueError, TypeError):
        return 1


def stored(ds: Dataset, frame: int) -> Picture:
    """pydicom's pixel array of one frame: (rows, cols) or (rows, cols, 3)."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        values = ds.pixel_array
    return values[frame] if frames_of(ds) > 1 else values


def expected(ds: Dataset, frame: int, window: dict[str, Any] | None) -> Picture:
    """Grey levels (rows, cols) or RGB (rows, cols, 3) as floats 0..255; `window` is what the program used."""
    values = stored(ds, frame)
    if ds.PhotometricInterpretation == "PALETTE COLOR":
        return _coloured(ds, values)
    if values.ndim == 3:  # pydicom has made RGB of every YBR already
        return values.astype(np.float64) / (2 ** (values.dtype.itemsize * 8) - 1) * 255.0
    assert window is not None
    grey = grey_levels(ds, frame, values, window)
    if low_is_bright(ds):
        grey = 255.0 - grey
    grey[padding(ds, values)] = 0.0
    return grey


def grey_levels(ds: Dataset, frame: int, values: Picture, window: dict[str, Any]) -> Picture:
    """Modality values through the window, or through the file's own VOI curve where it has one."""
    meaning = modality_values(ds, frame, values)
    voi = group_of(ds, frame, "FrameVOILUTSequence") or ds
    if "VOILUTSequence" in voi:
        table = voi.VOILUTSequence[0]
        level: Picture = apply_voi(meaning.astype(np.int32), voi)
        return level.astype(np.float64) / (2 ** int(table.LUTDescriptor[2]) - 1) * 255.0
    return through(meaning, window["center"], window["width"], window["function"])


def modality_values(ds: Dataset, frame: int, values: Picture) -> Picture:
    """PS3.3 C.11.1 (and C.8.8.3.4.1 for dose), per frame where the frame says so, in double precision."""
    own = group_of(ds, frame, "PixelValueTransformationSequence") or ds
    if "ModalityLUTSequence" in own:
        return np.asarray(apply_modality_lut(values, own), np.float64)
    slope = float(own.get("RescaleSlope", 0) or ds.get("DoseGridScaling", 0) or 1)
    return values.astype(np.float64) * slope + float(own.get("RescaleIntercept", 0) or 0)


def through(x: Picture, center: float, width: float, function: str) -> Picture:
    """PS3.3 C.11.2.1.2 and C.11.2.1.3, unrounded."""
    if function == "SIGMOID":
        return 255.0 / (1.0 + np.exp(np.clip(-4.0 * (x - center) / width, -700, 700)))
    if function == "LINEAR" and width >= 1:
        center, width = center - 0.5, width - 1.0
    if width == 0:
        return np.where(x <= center, 0.0, 255.0)
    return np.clip((x - center) / width + 0.5, 0.0, 1.0) * 255.0


def group_of(ds: Dataset, frame: int, name: str) -> Dataset | None:
    """The functional group of a frame (PS3.3 C.7.6.16): its own before the shared one."""
    own = ds.get("PerFrameFunctionalGroupsSequence") or []
    for place in [*own[frame : frame + 1], *(ds.get("SharedFunctionalGroupsSequence") or [])]:
        if place.get(name):
            found: Dataset = place[name].value[0]
            return found
    return None


def low_is_bright(ds: Dataset) -> bool:
    """MONOCHROME1, unless the presentation shape says otherwise (PS3.3 C.11.6)."""
    shape = str(ds.get("PresentationLUTShape", "") or "")
    return shape == "INVERSE" or (shape != "IDENTITY" and ds.PhotometricInterpretation == "MONOCHROME1")


def padding(ds: Dataset, values: Picture) -> NDArray[np.bool_]:
    """Where the picture is padding (PS3.3 C.7.5.1.1.2)."""
    if "PixelPaddingValue" not in ds:
        return np.zeros(values.shape, bool)
    one = int(ds.PixelPaddingValue)
    other = int(ds.get("PixelPaddingRangeLimit", one))
    return (values >= min(one, other)) & (values <= max(one, other))


def default_window(ds: Dataset, frame: int) -> tuple[float, float] | None:
    """The first centre and width that the frame offers."""
    voi = group_of(ds, frame, "FrameVOILUTSequence") or ds
    centers, widths = _numbers(voi.get("WindowCenter")), _numbers(voi.get("WindowWidth"))
    return next(((c, w) for c, w in zip(centers, widths, strict=False) if w > 0), None)


def is_lossy_jpeg(ds: Dataset) -> bool:
    """Whether two right decoders may differ: by how they round and how they spread colour."""
    return str(ds.file_meta.get("TransferSyntaxUID", "")) in LOSSY_JPEG


def _coloured(ds: Dataset, values: Picture) -> Picture:
    colours = apply_color_lut(values, ds)
    if not ds.original_encoding[1]:  # pydicom does not turn the bytes of a big endian table
        colours = colours.byteswap()
    # An entry of 16 bits counts by its high byte (PS3.3 C.7.9).
    return (colours >> 8 if colours.dtype.itemsize == 2 else colours).astype(np.float64)


def _numbers(value: Any) -> list[float]:
    if value is None or value == "":
        return []
    return [
        float(one)
        for one in (value if hasattr(value, "__iter__") and not isinstance(value, str) else [value])
    ]
