"""What is bone and what is not the animal: masks of voxels by thresholds and connected parts.

For CT in Hounsfield units. Works slice by slice or with VTK's labelling. Masks are for the eye: no
measurement is taken from them.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from vtkmodules.util.numpy_support import numpy_to_vtk, vtk_to_numpy
from vtkmodules.vtkCommonCore import VTK_INT
from vtkmodules.vtkCommonDataModel import vtkImageData
from vtkmodules.vtkImagingMorphological import vtkImageConnectivityFilter

Mask = NDArray[np.bool_]
BONE_SEED, BONE_EDGE = 500.0, 220.0
"""HU. Compact bone is denser than enhanced blood; from it the spongy bone around is reached."""
TISSUE = -300.0
"""HU. Denser is animal or table."""
THIN_MM = 3.0
"""Connections thinner than that between animal and table are cut."""


def bone(values: NDArray[Any]) -> Mask:
    """(slices, rows, columns): bone with the voxels at its surface."""
    low = values >= BONE_EDGE
    labels = labelled(low)
    dense = np.unique(labels[values >= BONE_SEED])
    table = np.zeros(int(labels.max()) + 1, np.bool_)
    table[dense] = True
    table[0] = False
    return grown(table[labels], 1)


def outside(values: NDArray[Any], spacing: tuple[float, float, float]) -> Mask:
    """(slices, rows, columns): everything that is not the animal: air around it, table, tubes, cushions.

    `spacing` in mm of (columns, rows, slices). Gas inside the animal stays, as far as its slice encloses it.
    """
    body = largest(_opened(values > TISSUE, spacing))
    reach = max(1, round(THIN_MM / min(spacing[:2])))
    body = grown_flat(body, reach) & (values > TISSUE) | body
    body = grown_flat(body, 1)
    return np.stack([_reached(one) for one in body])


def labelled(mask: Mask) -> NDArray[np.int32]:
    """Connected parts (by faces), numbered from 1 by size; 0 is background."""
    image = vtkImageData()
    image.SetDimensions(*mask.shape[::-1])
    image.GetPointData().SetScalars(numpy_to_vtk(np.ascontiguousarray(mask, np.uint8).reshape(-1)))
    finder = vtkImageConnectivityFilter()
    finder.SetInputData(image)
    finder.SetScalarRange(1, 1)
    finder.SetExtractionModeToAllRegions()
    finder.SetLabelModeToSizeRank()
    finder.SetLabelScalarType(VTK_INT)
    finder.Update()
    found = vtk_to_numpy(finder.GetOutput().GetPointData().GetScalars()).reshape(mask.shape)
    return np.array(found, np.int32)


def largest(mask: Mask) -> Mask:
    """The largest connected part."""
    labels = labelled(mask)
    found: Mask = labels == 1
    return found


def grown(mask: Mask, times: int) -> Mask:
    """By so many voxels in every direction along the axes."""
    for _ in range(times):
        more = _grown_along(mask, 0)
        more |= _grown_along(mask, 1)
        more |= _grown_along(mask, 2)
        mask = more
    return mask


def grown_flat(mask: Mask, times: int) -> Mask:
    """By so many voxels within the slices, squarely."""
    for _ in range(times):
        mask = _grown_along(_grown_along(mask, 1), 2)
    return mask


def _grown_along(mask: Mask, axis: int) -> Mask:
    more = mask.copy()
    seen, new = np.moveaxis(mask, axis, 0), np.moveaxis(more, axis, 0)
    new[1:] |= seen[:-1]
    new[:-1] |= seen[1:]
    return more


def _opened(mask: Mask, spacing: tuple[float, float, float]) -> Mask:
    """Without what is thinner than `THIN_MM` within a slice."""
    times = max(1, round(THIN_MM / 2 / min(spacing[:2])))
    return ~grown_flat(~mask, times)


def _reached(body: Mask) -> Mask:
    """(rows, columns): what can be reached from the slice's edges without crossing the body."""
    free = np.pad(~body, 1, constant_values=True)
    labels = labelled(free[np.newaxis])[0]
    found: Mask = (labels == labels[0, 0])[1:-1, 1:-1]
    return found
